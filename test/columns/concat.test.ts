/** Vectors of all layouts behind each other have the values they had. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vectorOf } from '../../engine/columns/builder.ts'
import { BytesVector } from '../../engine/columns/bytes-vector.ts'
import { concatVectors } from '../../engine/columns/concat.ts'
import { ConstantVector } from '../../engine/columns/constant-vector.ts'
import { DictionaryVector } from '../../engine/columns/dictionary-vector.ts'
import type { Vector } from '../../engine/columns/vector.ts'
import { longType, stringType, type DataType } from '../../engine/types/data-type.ts'

const valuesOf = (v: Vector): unknown[] => Array.from({ length: v.length }, (_, i) => v.get(i))

function bytesOf(texts: readonly (string | null)[]): BytesVector {
  const all = new TextEncoder().encode(`unused${texts.join('')}`), starts = new Int32Array(texts.length), ends = new Int32Array(texts.length)
  let at = 6
  texts.forEach((t, i) => { starts[i] = at; at += new TextEncoder().encode(t ?? '').length; ends[i] = at })
  return new BytesVector(stringType, all, starts, ends, texts.includes(null) ? Uint8Array.from(texts, t => (t === null ? 1 : 0)) : null)
}

test('strings as bytes, with dictionaries shared or not, constant or plain, and numbers among them: any two or three layouts in a row', () => {
  const shared = bytesOf(['x', 'yy', 'ñandú'])
  const texts: Vector[] = [
    bytesOf(['a', '', 'ñ']), bytesOf(['b', null, 'long '.repeat(30)]), vectorOf(stringType, ['plain', null]), new ConstantVector(stringType, 'c', 2), new ConstantVector(stringType, 'c', 3), new ConstantVector(stringType, null, 2),
    new DictionaryVector(shared, Int32Array.of(2, 0, 1), null), new DictionaryVector(shared, Int32Array.of(0, 1), Uint8Array.of(1, 0)), new DictionaryVector(bytesOf(['z', null]), Int32Array.of(1, 0), null),
  ]
  const numbers: Vector[] = [vectorOf(longType, [1n, null, 3n]), vectorOf(longType, [4n]), new ConstantVector(longType, 5n, 2), new ConstantVector(longType, null, 1), new DictionaryVector(vectorOf(longType, [7n, null]), Int32Array.of(1, 0, 0), Uint8Array.of(0, 0, 1))]
  const check = (type: DataType, parts: readonly Vector[]): void => assert.deepEqual(valuesOf(concatVectors(type, parts)), parts.flatMap(valuesOf))
  for (const [type, all] of [[stringType, texts], [longType, numbers]] as const) for (const a of all) for (const b of all) { check(type, [a, b]); for (const c of all) check(type, [a, b, c]) }
})

test('what all parts share is kept: the constant, the dictionary', () => {
  const dictionary = bytesOf(['x', 'y']), both = concatVectors(stringType, [new DictionaryVector(dictionary, Int32Array.of(0), null), new DictionaryVector(dictionary, Int32Array.of(1, 1), null)])
  assert.ok(both instanceof DictionaryVector && both.dictionary === dictionary)
  assert.ok(concatVectors(longType, [new ConstantVector(longType, 5n, 2), new ConstantVector(longType, 5n, 1)]) instanceof ConstantVector)
})

test('texts made compact are the same, in a block of just their bytes', () => {
  const all = bytesOf(['a', null, 'long '.repeat(30), '', 'ñandú']), some = all.take(Int32Array.of(4, 1, 2), 3).compact()
  assert.deepEqual(valuesOf(some), ['ñandú', null, 'long '.repeat(30)])
  assert.equal(some.bytes.length, new TextEncoder().encode(`ñandú${'long '.repeat(30)}`).length)
})
