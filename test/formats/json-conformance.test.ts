/** The JSON cases of the recorded Spark expressions that need no SQL engine: literal texts, schemas and options taken out of the expression. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseTypeOrSchema } from '../../engine/types/ddl.ts'
import { sqlName, type StructTypeShape } from '../../engine/types/data-type.ts'
import { schemaOfJson } from '../../engine/formats/json-infer.ts'
import { compileJsonPath, getJsonObject, jsonArrayLength, jsonObjectKeys, jsonTuple } from '../../engine/formats/json-path.ts'
import { jsonOptions } from '../../engine/formats/json/options.ts'
import { createJsonParser } from '../../engine/formats/json/parser.ts'
import { arenaOf } from './arena.ts'
import { recordedValues } from './recorded.ts'

const cases: { expr: string; values?: unknown[]; error?: { condition: string } }[] = []
for (const name of ['json-from', 'json_from', 'json-to', 'json_other', 'json_kafka_rows', 'nonansi_literals']) {
  const file = new URL(`../../conformance/expressions/${name}.json`, import.meta.url)
  const local = new URL(`./conformance/${name}.json`, import.meta.url)
  for (const f of [file, local]) if (existsSync(f)) { cases.push(...JSON.parse(readFileSync(f, 'utf8')).cases); break }
}

/** A SQL string literal's value. */
function unquoted(sql: string): string {
  const names: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0' }
  return sql.slice(1, -1).replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex, c) => (hex !== undefined ? String.fromCharCode(parseInt(hex, 16)) : names[c] ?? c))
}

const literal = `('(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*")`
const call = (name: string, args: string): RegExp => new RegExp(`^${name}\\(${args}\\)$`, 's')
const optionsIn = (sql: string | undefined): Record<string, string> => {
  const texts = [...(sql ?? '').matchAll(new RegExp(literal, 'g'))].map(m => unquoted(m[0]))
  return Object.fromEntries(texts.flatMap((t, i) => (i % 2 === 0 ? [[t, texts[i + 1]]] : [])))
}

let run = 0
for (const c of cases) {
  const from = call('from_json', `${literal}, *${literal}(?:, *(map\\(.*\\)))?`).exec(c.expr)
  if (from !== null) {
    const type = parseTypeOrSchema(unquoted(from[2])), options = jsonOptions(optionsIn(from[3]), { timeZone: 'UTC' })
    // These two are refused before any text is read, by the function's binding.
    if (options.mode === 'DROPMALFORMED' || !['struct', 'array', 'map'].includes(type.kind)) continue
    run++
    test(c.expr, () => {
      const a = arenaOf([unquoted(from[1])])
      const parse = (): unknown[] => recordedValues(createJsonParser(type as StructTypeShape, { ...options, forRecords: 'from_json' }).parse(a.bytes, a.starts, a.ends, null, 1))
      if (c.error !== undefined) assert.throws(parse, (e: any) => e.condition === c.error!.condition)
      else assert.deepEqual(parse(), c.values)
    })
    continue
  }
  const two = call('get_json_object', `${literal}, *${literal}`).exec(c.expr)
  const one = call('(json_array_length|json_object_keys|schema_of_json)', `${literal}(?:, *(map\\(.*\\)))?`).exec(c.expr)
  if (two === null && one === null) continue
  run++
  test(c.expr, () => {
    if (two !== null) { assert.deepEqual([getJsonObject(unquoted(two[1]), compileJsonPath(unquoted(two[2])))], c.values); return }
    const text = unquoted(one![2])
    const value = one![1] === 'json_array_length' ? jsonArrayLength(text) : one![1] === 'json_object_keys' ? jsonObjectKeys(text)
      : sqlName(schemaOfJson(text, jsonOptions(optionsIn(one![3]), { timeZone: 'UTC' })))
    assert.deepEqual([value], c.values)
  })
}

test('the recordings were found', () => assert.ok(run > 80, `${run} cases`))

test('json_tuple', () => {
  assert.deepEqual(jsonTuple('{"a":1.50,"b":"x","c":{"d":[1, 2]},"e":null,"b":"y"}', ['b', 'a', 'z', 'c', 'e', 'b', null]), ['y', '1.5', null, '{"d":[1,2]}', null, 'y', null])
  assert.deepEqual(jsonTuple('[1]', ['a']), [null])
  assert.deepEqual(jsonTuple('{"a":1', ['a']), [null])
})

test('paths that Spark does not read', () => {
  for (const p of ['a', '$a', '$.', '$[', '$[a]', '$[-1]', '', '$..a']) assert.equal(compileJsonPath(p), null, p)
  assert.deepEqual(compileJsonPath("$.a[1]['b c'][*]"), [{ field: 'a' }, { index: 1 }, { field: 'b c' }, 'every'])
})
