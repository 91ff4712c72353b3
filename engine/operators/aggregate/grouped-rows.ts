/** Adds batches to the partial states of a set of aggregates: evaluates keys, arguments, FILTER and DISTINCT. */
import type { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator } from '../../expressions/aggregate-function.ts'
import { compileExpression, type CompiledExpression } from '../../expressions/codegen/compile.ts'
import type { AggregateCall, Alias, Attribute } from '../../expressions/expression.ts'
import { intType } from '../../types/data-type.ts'
import { trueRows } from '../stateless/filter.ts'
import { GroupIndex } from './group-index.ts'

interface Slot { readonly accumulator: Accumulator; readonly args: readonly CompiledExpression[]; readonly filter: CompiledExpression | null; readonly seen: GroupIndex | null }

export class GroupedRows {
  readonly index: GroupIndex
  readonly accumulators: readonly Accumulator[]
  readonly #keys: readonly CompiledExpression[]
  readonly #slots: readonly Slot[]
  rowCount = 0

  constructor(keys: readonly Alias[], aggregates: readonly AggregateCall[], input: readonly Attribute[]) {
    this.#keys = keys.map(k => compileExpression(k, input))
    this.index = new GroupIndex(keys.map(k => k.type))
    this.#slots = aggregates.map(a => ({
      accumulator: a.function.create(),
      args: a.args.map(x => compileExpression(x, input)),
      filter: a.filter === null ? null : compileExpression(a.filter, input),
      seen: a.distinct ? new GroupIndex([intType, ...a.args.map(x => x.type)]) : null,
    }))
    this.accumulators = this.#slots.map(s => s.accumulator)
    for (const a of this.accumulators) a.resize(this.index.count)
  }

  add(batch: Batch): void {
    const groups = this.index.add(this.#keys.map(k => k.evaluate(batch)), batch.length)
    this.rowCount += batch.length
    for (const s of this.#slots) this.#update(s, batch, groups)
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
