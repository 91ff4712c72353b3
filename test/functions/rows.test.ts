/** Generated loops over columns with NULL: checks are made for the rows that need them and for no others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batch } from '../../engine/columns/batch.ts'
import { bytesVectorOf, vectorOf } from '../../engine/columns/builder.ts'
import { BytesVector } from '../../engine/columns/bytes-vector.ts'
import { attribute } from '../../engine/expressions/attribute.ts'
import { compileExpression } from '../../engine/expressions/codegen/compile.ts'
import type { Resolved } from '../../engine/expressions/expression.ts'
import { bindByName } from '../../engine/functions/bind.ts'
import { explicitCast } from '../../engine/functions/cast.ts'
import { literal } from '../../engine/functions/define.ts'
import { binaryType, decimalType, doubleType, intType, longType, stringType } from '../../engine/types/data-type.ts'
import type { Vector } from '../../engine/columns/vector.ts'

const context = { ansi: true, timeZone: 'UTC', conf: () => null }
const i = attribute('i', intType, true), l = attribute('l', longType, true), d = attribute('d', doubleType, true), b = attribute('b', binaryType, true)
const input = [i, l, d, b]
const batch = new Batch([
  vectorOf(intType, [1, null, 2147483647, -2147483648]), vectorOf(longType, [5n, 0n, null, -(2n ** 63n)]), vectorOf(doubleType, [1.5, -0, NaN, null]),
  bytesVectorOf(binaryType, [new TextEncoder().encode('12'), null, new TextEncoder().encode('x'), new TextEncoder().encode(' 7 ')], new Uint8Array([0, 1, 0, 0])),
], 4)
const run = (e: Resolved, over: Batch = batch): Vector => compileExpression(e, input).evaluate(over)
const values = (e: Resolved, over: Batch = batch): unknown[] => { const v = run(e, over); return Array.from({ length: over.length }, (_, k) => v.get(k)) }
const fn = (name: string, ...args: Resolved[]): Resolved => bindByName(name, args, context)
const int = (v: number): Resolved => literal(v, intType)

test('NULL rows are skipped, their stored values are not computed with', () => {
  assert.deepEqual(values(fn('try_add', i, int(1))), [2, null, null, -2147483647])
  assert.deepEqual(values(fn('+', l, literal(1n, longType)), batch), [6n, 1n, null, -(2n ** 63n) + 1n])
  assert.deepEqual(values(fn('%', l, literal(3n, longType))), [2n, 0n, null, -2n])
  assert.deepEqual(values(fn('coalesce', i, int(0))), [1, 0, 2147483647, -2147483648])
})

test('an overflow is raised by the row that has it', () => {
  assert.throws(() => values(fn('+', i, int(1))), { condition: 'ARITHMETIC_OVERFLOW' })
  assert.throws(() => values(fn('negative', l)), { condition: 'ARITHMETIC_OVERFLOW' })
  assert.throws(() => values(fn('/', int(1), l)), { condition: 'DIVIDE_BY_ZERO' })
  assert.throws(() => values(explicitCast(d, intType, 'cast', context)), { condition: 'CAST_OVERFLOW' })
})

test('a branch that a row does not take raises nothing', () => {
  const safe = fn('if', fn('=', l, literal(0n, longType)), literal(null, doubleType), fn('/', literal(10, doubleType), l))
  assert.deepEqual(values(safe), [2, null, null, 10 / -(2 ** 63)])
  assert.deepEqual(values(fn('and', fn('<', i, int(100)), fn('<', fn('+', i, int(1)), int(100)))), [true, null, false, true])
})

test('NaN and the two zeros compare as in Spark', () => {
  assert.deepEqual(values(fn('>', d, literal(Infinity, doubleType))), [false, false, true, null])
  assert.deepEqual(values(fn('=', d, literal(0, doubleType))), [false, true, false, null])
  assert.deepEqual(values(fn('<=>', d, literal(null, doubleType))), [false, false, false, true])
  assert.deepEqual(values(fn('in', d, literal(NaN, doubleType), literal(0, doubleType))), [false, true, true, null])
})

test('a cast from binary to string keeps the bytes, and texts are then read as numbers', () => {
  const text = explicitCast(b, stringType, 'cast', context)
  const v = run(text)
  assert.ok(v instanceof BytesVector)
  assert.equal(v.bytes, (batch.columns[3] as BytesVector).bytes)
  assert.deepEqual(values(explicitCast(text, intType, 'try', context)), [12, null, null, 7])
  assert.throws(() => values(explicitCast(text, intType, 'cast', context)), { condition: 'CAST_INVALID_INPUT' })
})

test('decimals of a column are added without rounding', () => {
  const dec = explicitCast(l, decimalType(20, 2), 'try', context)
  const sum = fn('+', dec, literal(5n, decimalType(1, 1)))
  assert.deepEqual(sum.type, decimalType(21, 2))
  assert.deepEqual(values(sum), [550n, 50n, null, null])
})
