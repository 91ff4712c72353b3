/** Paths, tuples, lengths, keys and schemas of JSON texts as recorded from Spark 4.3.0. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simpleString, sqlName } from '../../engine/types/data-type.ts'
import { JsonSchemaInference, schemaOfJson } from '../../engine/formats/json-infer.ts'
import { compileJsonPath, getJsonObject, jsonArrayLength, jsonObjectKeys } from '../../engine/formats/json-path.ts'
import { splitLines } from '../../engine/formats/json/lines.ts'
import { jsonOptions } from '../../engine/formats/json/options.ts'
import { readRecorded } from './recorded.ts'

const recorded: { kind: string; args: any[]; value?: unknown; error?: string | null }[] = readRecorded('recorded-json-parts.json')
const session = { timeZone: 'UTC' }

const kinds: Record<string, (...args: any[]) => unknown> = {
  get: (text, path) => getJsonObject(text, compileJsonPath(path)),
  length: text => jsonArrayLength(text),
  keys: text => jsonObjectKeys(text),
  schema: (text, options) => sqlName(schemaOfJson(text, jsonOptions(options, session))),
  infer: (lines: string[], options) => {
    const inference = new JsonSchemaInference(jsonOptions(options, session))
    const bytes = new TextEncoder().encode(lines.join('\n') + '\n'), found = splitLines(bytes, 0, bytes.length, 100, true)
    for (let i = 0; i < found.count; i++) inference.add(bytes, found.starts[i], found.ends[i])
    return simpleString(inference.result())
  },
}

for (const [kind, run] of Object.entries(kinds)) {
  test(kind, () => {
    const cases = recorded.filter(c => c.kind === kind), differences: string[] = []
    assert.ok(cases.length > 10)
    for (const c of cases) {
      // Two names that differ in case only are refused by the reader, not by the inference; DECIMAL with a negative scale we do better.
      if ((kind === 'infer' && c.value === null) || c.error === 'NEGATIVE_SCALE_DISALLOWED') continue
      let got: unknown, error: string | undefined
      try { got = run(...c.args) } catch (e) { error = (e as { condition?: string }).condition ?? String(e) }
      // Spark has no name for some refusals; the file source's are wrapped by the reader.
      if ('error' in c) { if (error === undefined) differences.push(`${JSON.stringify(c.args)} is ${JSON.stringify(got)} but an error ${c.error}`) }
      else if (error !== undefined) differences.push(`${JSON.stringify(c.args)} threw ${error} but ${JSON.stringify(c.value)}`)
      else try { assert.deepEqual(got, c.value) } catch { differences.push(`${JSON.stringify(c.args)}\n   is ${JSON.stringify(got)}\n   but ${JSON.stringify(c.value)}`) }
    }
    assert.equal(differences.length, 0, differences.join('\n'))
  })
}
