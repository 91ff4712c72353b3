/** Schemas of many records with names of their own: each record costs what it holds, not what all before it held. Sizes at which the square would not end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonSchemaInference, schemaOfJson } from '../../engine/formats/json-infer.ts'
import { jsonOptions } from '../../engine/formats/json/options.ts'
import { addField, fieldsOf, foundStruct, joinStructs, type FoundType } from '../../engine/types/found-struct.ts'
import { mergedSchema, schemaOfText, schemaText } from '../../engine/types/variant/schema.ts'

const n = 100_000
const options = jsonOptions({}, { timeZone: 'UTC' })

test('what is joined are the fields of the record alone, however many are known', () => {
  const all = foundStruct<number>()
  let joined = 0
  for (let i = 0; i < n; i++) joinStructs(all, foundStruct([`f${i}`, 1], ['k', 1]), (x, y) => { joined++; return x + y })
  assert.equal(joined, n - 1)
  assert.equal(all.fields.get('k'), n)
  assert.equal(fieldsOf(all).length, n + 1)
})

test('the second field of a name is joined with the second of others', () => {
  const record = (...values: number[]) => { const s = foundStruct<number>(); for (const v of values) addField(s, 'a', v); return s }
  assert.deepEqual(fieldsOf([record(1, 2), record(10), record(100, 200, 300)].reduce((x, y) => joinStructs(x, y, (p, q) => p + q), foundStruct<number>())), [['a', 111], ['a', 202], ['a', 300]])
})

test('a JSON schema of many names: of records, within a field and in an array', { timeout: 20_000 }, () => {
  const inference = new JsonSchemaInference(options)
  for (let i = 0; i < n; i++) { const b = new TextEncoder().encode(`{"f${i}":1,"o":{"g${i}":[{"h${i}":"x"}]}}`); inference.add(b, 0, b.length) }
  const { fields } = inference.result(), o = fields.find(f => f.name === 'o')!.dataType
  assert.equal(fields.length, n + 1)
  assert.equal(o.kind === 'struct' && o.fields.length, n)
  const list = schemaOfJson(`[${Array.from({ length: n }, (_, i) => `{"f${i}":1}`).join(',')}]`, options)
  assert.equal(list.kind === 'array' && list.elementType.kind === 'struct' && list.elementType.fields.length, n)
})

test('one name many times in one record', { timeout: 20_000 }, () => {
  const found = schemaOfJson(`{${Array.from({ length: n }, () => '"a":1').join(',')}}`, options)
  assert.equal(found.kind === 'struct' && found.fields.length, n)
})

test('a schema of many VARIANTs', { timeout: 20_000 }, () => {
  let all: FoundType = schemaOfText('OBJECT<>')
  for (let i = 0; i < n; i++) all = mergedSchema(all, schemaOfText(`OBJECT<k: BIGINT, f${i}: ARRAY<OBJECT<a: STRING>>>`))
  assert.equal(schemaText(all).match(/ARRAY<OBJECT<a: STRING>>/g)?.length, n)
})
