/** Adds batches to the partial states of a set of aggregates: evaluates keys, arguments, FILTER and DISTINCT. */
import type { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator } from '../../expressions/aggregate-function.ts'
import { compileExpression, type CompiledExpression } from '../../expressions/codegen/compile.ts'
import type { AggregateCall, Alias, Attribute } from '../../expressions/expression.ts'
import { movedRows, movesRows } from '../../functions/aggregate/sorted-groups.ts'
import { normalizeKey } from '../../functions/null-tests.ts'
import { intType } from '../../types/data-type.ts'
import { trueRows } from '../stateless/filter.ts'
import { GroupIndex } from './group-index.ts'

interface Slot { readonly accumulator: Accumulator; readonly args: readonly CompiledExpression[]; readonly filter: CompiledExpression | null; readonly seen: GroupIndex | null }

export class GroupedRows {
  readonly index: GroupIndex
  readonly accumulators: readonly Accumulator[]
  readonly #keys: readonly CompiledExpression[]
  readonly #slots: readonly Slot[]
  readonly #moves: boolean
  rowCount = 0
  // The group of each row, by the partition of the input the rows are of; null where nobody will ask.
  readonly #partitions: Map<number, Int32Array[]> | null

  constructor(keys: readonly Alias[], aggregates: readonly AggregateCall[], input: readonly Attribute[], remembersPartitions = false) {
    this.#partitions = remembersPartitions ? new Map() : null
    this.#keys = keys.map(k => compileExpression(k, input))
    this.#moves = movesRows(keys, aggregates)
    this.index = new GroupIndex(keys.map(k => k.type))
    this.#slots = aggregates.map(a => ({
      accumulator: a.function.create(),
      // Values that are told apart are normal first, as keys are.
      args: a.args.map(x => compileExpression(a.distinct ? normalizeKey(x) : x, input)),
      filter: a.filter === null ? null : compileExpression(a.filter, input),
      seen: a.distinct ? new GroupIndex([intType, ...a.args.map(x => x.type)]) : null,
    }))
    this.accumulators = this.#slots.map(s => s.accumulator)
    for (const a of this.accumulators) a.resize(this.index.count)
  }

  /** Adds rows of one partition of the input. */
  add(batch: Batch, partition = 0): void {
    let keys = this.#keys.map(k => k.evaluate(batch))
    const order = this.#moves ? movedRows(keys[0]!, batch.length) : null
    if (order !== null) { batch = batch.take(order, order.length); keys = keys.map(k => k.take(order, order.length)) }
    const groups = this.index.add(keys, batch.length)
    this.rowCount += batch.length
    if (this.#partitions !== null) { const known = this.#partitions.get(partition); if (known === undefined) this.#partitions.set(partition, [groups]); else known.push(groups) }
    for (const s of this.#slots) this.#update(s, batch, groups)
  }

  /** How many rows some groups are where each partition of the input is grouped by itself, as Spark does before it brings the groups together. */
  partialRows(groups: Int32Array): number {
    const parts = this.#partitions!
    if (groups.length === 0 || parts.size === 1) return groups.length
    const wanted = new Uint8Array(this.index.count), seenIn = new Int32Array(this.index.count).fill(-1)
    for (const g of groups) wanted[g] = 1
    let rows = 0, at = 0
    for (const lists of parts.values()) {
      for (const list of lists) for (const g of list) if (wanted[g] === 1 && seenIn[g] !== at) { seenIn[g] = at; rows++ }
      at++
    }
    return rows
  }

  #update(slot: Slot, whole: Batch, allGroups: Int32Array): void {
    let batch = whole, groups = allGroups
    slot.accumulator.resize(this.index.count)
    if (slot.filter !== null) {
      const rows = new Int32Array(batch.length)
      const n = trueRows(slot.filter.evaluate(batch), batch.length, rows)
      if (n === 0) return
      if (n < batch.length) { groups = pick(groups, rows, n); batch = batch.take(rows, n) }
    }
    let args: readonly Vector[] = slot.args.map(a => a.evaluate(batch))
    let length = batch.length
    if (slot.seen !== null) {
      const before = slot.seen.count
      const codes = slot.seen.add([new FixedVector(intType, groups.slice(0, length), null, length), ...args], length)
      const rows = new Int32Array(length)
      let n = 0, next = before
      for (let i = 0; i < length; i++) if (codes[i] === next) { rows[n++] = i; next++ }
      args = args.map(a => a.take(rows, n))
      groups = pick(groups, rows, n)
      length = n
      if (n === 0) return
    }
    slot.accumulator.update(groups, length, args)
  }
}

function pick(groups: Int32Array, rows: Int32Array, count: number): Int32Array {
  const out = new Int32Array(count)
  for (let i = 0; i < count; i++) out[i] = groups[rows[i]!]!
  return out
}
