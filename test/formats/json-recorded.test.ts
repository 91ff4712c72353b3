/** What Spark 4.3.0 made of hundreds of JSON texts, held against the parser: as `from_json` and as the file source. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTypeOrSchema } from '../../engine/types/ddl.ts'
import type { StructTypeShape } from '../../engine/types/data-type.ts'
import { createJsonParser } from '../../engine/formats/json/parser.ts'
import { jsonOptions } from '../../engine/formats/json/options.ts'
import { arenaOf } from './arena.ts'
import { readRecorded, recordedValues } from './recorded.ts'

interface Group { schema: string; options: Record<string, string>; cases: [text: string, fromJson: any, file?: any[]][] }
const groups: Group[] = readRecorded('recorded-json.json')
/** Texts whose recording is not Spark's doing: Python has no such year, or the clock is in it. */
const skipped = (text: string, recorded: any): boolean => recorded === undefined || /"0001-01-01T|-2026-01-02"|20260102|1767225600123|T12:00|"12:30"/.test(text) || JSON.stringify(recorded).includes('"!"') || recorded?.error === null

for (const g of groups) {
  const type = parseTypeOrSchema(g.schema) as StructTypeShape
  const options = jsonOptions(g.options, { timeZone: 'UTC' })
  if (options.mode !== 'DROPMALFORMED' && options.mode !== 'FAILFAST') {
    test(`from_json ${g.schema} ${JSON.stringify(g.options)}`, () => {
      const cases = g.cases.filter(c => !skipped(c[0], c[1]))
      const a = arenaOf(cases.map(c => c[0]))
      const values = recordedValues(createJsonParser(type, { ...options, forRecords: 'from_json' }).parse(a.bytes, a.starts, a.ends, null, a.length))
      const differences = cases.flatMap((c, i) => (same(values[i], c[1]) ? [] : [`${c[0]}\n   is ${JSON.stringify(values[i])}\n   but ${JSON.stringify(c[1])}`]))
      assert.equal(differences.length, 0, differences.join('\n'))
    })
  }
  if (options.mode !== 'FAILFAST' && type.kind === 'struct') {
    test(`file ${g.schema} ${JSON.stringify(g.options)}`, () => {
      const parser = createJsonParser(type, { ...options, forRecords: 'file' })
      const differences = g.cases.flatMap(([text, , recorded]) => {
        if (skipped(text, recorded)) return []
        const bytes = new TextEncoder().encode(text)
        const got = recordedValues(parser.parseLines(bytes, 0, bytes.length, 100, true).rows)
        return same(got, recorded) ? [] : [`${text}\n   is ${JSON.stringify(got)}\n   but ${JSON.stringify(recorded)}`]
      })
      assert.equal(differences.length, 0, differences.join('\n'))
    })
  }
  if (options.mode === 'FAILFAST') {
    test('from_json FAILFAST', () => {
      for (const [text, recorded] of g.cases) {
        const a = arenaOf([text])
        const parse = (): unknown => recordedValues(createJsonParser(type, { ...options, forRecords: 'from_json' }).parse(a.bytes, a.starts, a.ends, null, 1))[0]
        if (recorded?.error === undefined) assert.deepEqual(parse(), recorded)
        else assert.throws(parse, (e: any) => e.condition === recorded.error, text)
      }
    })
  }
}

function same(a: unknown, b: unknown): boolean {
  try { assert.deepEqual(a, b); return true } catch { return false }
}
