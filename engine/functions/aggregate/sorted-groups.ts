/** Where Spark finds the groups of an aggregation by sorting rather than hashing, and what that does to the order of rows within a group. */
import type { AggregateCall, Resolved } from '../../expressions/expression.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType } from '../../types/data-type.ts'

const keepOneRow = new Set(['min', 'max', 'min_by', 'max_by', 'first', 'first_value', 'last', 'last_value', 'any_value'])
const ofAnyLength = new Set<DataType['kind']>(['string', 'binary', 'array', 'struct', 'map', 'variant'])

/** Whether groups are found by sorting: not where all partial states have a fixed length, nor where one of them is an object. */
export function sortsGroups(calls: readonly AggregateCall[]): boolean {
  const long = calls.filter(call => call.function.bufferTypes.some(t => ofAnyLength.has(t.kind)))
  return long.length > 0 && long.every(call => keepOneRow.has(call.name))
}

const byNumber = new Set<DataType['kind']>(['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'date', 'timestamp', 'timestamp_ntz', 'daytimeinterval', 'yearmonthinterval', 'time'])

/** Whether rows are sorted by one number each. Then a row without a key takes the place of the first that has one, which goes behind all others. */
export function movesRows(keys: readonly Resolved[], calls: readonly AggregateCall[]): boolean {
  const type = keys[0]?.type
  return keys.length === 1 && (byNumber.has(type!.kind) || (type!.kind === 'decimal' && type!.precision <= 18)) && sortsGroups(calls)
}

/** The rows in that order; null where all of them have a key, or none. Rows that come in another batch are as if they were of another partition. */
export function movedRows(key: Vector, length: number): Int32Array | null {
  const order = new Int32Array(length + 1)
  let without = 0
  for (let i = 0; i < length; i++) {
    order[i] = i
    if (key.isNull(i)) { order[i] = order[without]!; order[without++] = i }
  }
  return without === 0 || without === length ? null : order.subarray(0, length)
}
