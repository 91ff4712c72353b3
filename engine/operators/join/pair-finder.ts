/** Finds for the new rows of a side the held rows of the other side that they match: the chain of the key, the range of times, then the rest of the condition. */
import { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { attributesOf } from '../../expressions/codegen/emitter.ts'
import { compileExpression, type CompiledExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import { bindByName } from '../../functions/bind.ts'
import { trueRows } from '../stateless/filter.ts'
import type { JoinSide } from './join-side.ts'
import type { JoinState } from './join-state.ts'
import type { SideName } from './join-stores.ts'
import { nextAt, slotWords, timeAt, timeSlots } from './slot-records.ts'
import { exactMicros, type EventTimes } from './time-buckets.ts'
import type { TimeRange } from './time-range.ts'

/** `rows[i]` of the batch goes with `slots[i]` of the other side. Valid until the next pairs are asked for. */
export interface Pairs { readonly rows: Int32Array; readonly slots: Int32Array; readonly count: number }

const pairsAtOnce = 8192

export class PairFinder {
  readonly #state: JoinState
  readonly #range: TimeRange
  readonly #rest: Condition | null
  readonly #whole: Condition | null
  readonly #width: number
  readonly #rows = new Int32Array(pairsAtOnce)
  readonly #slots = new Int32Array(pairsAtOnce)
  // What is left to look through: the rows from this one on, each with the slot that its chain goes on with.
  #row = 0
  #heads = new Int32Array(0)
  readonly #kept = new Int32Array(pairsAtOnce)

  /** `condition` is the whole of the condition on both rows, for times that a number of microseconds does not hold exactly; `width` the number of left columns. */
  constructor(state: JoinState, range: TimeRange, condition: readonly Resolved[], joined: readonly Attribute[], width: number) {
    this.#state = state
    this.#range = range
    this.#width = width
    this.#rest = conditionOf(range.rest, joined)
    this.#whole = range.rest.length === condition.length ? this.#rest : conditionOf(condition, joined)
  }

  /** The pairs, some thousands at a time. With `unmatchedOnly`, held rows that were matched are left out. */
  *find(side: SideName, batch: Batch, groups: Int32Array, times: EventTimes | null, unmatchedOnly: boolean): Generator<Pairs> {
    const other = this.#state[side === 'left' ? 'right' : 'left']
    const { low, high } = this.#range
    const ranged = low > -Infinity || high < Infinity
    const exact = ranged && other.buckets!.far.size === 0 && isExact(times!)
    const condition = ranged && !exact ? this.#whole : this.#rest
    const own = exact ? times!.micros : null
    // right - left in [low, high] is held - own for a left row, and own - held for a right one.
    const least = side === 'left' ? low : -high, most = side === 'left' ? high : -low
    if (this.#heads.length < batch.length) this.#heads = new Int32Array(batch.length)
    other.keys.headsOf(groups, batch.length, this.#heads)
    this.#row = 0
    while (this.#row < batch.length) {
      const count = this.#fill(other, own, least, most, batch.length, unmatchedOnly)
      if (count === 0) continue
      const pairs = this.#checked(side, batch, condition, this.#rows, this.#slots, count)
      if (pairs.count > 0) yield pairs
    }
  }

  // Pairs from where the last call left off: the row and what is left of its chain.
  #fill(other: JoinSide, own: Float64Array | null, least: number, most: number, length: number, unmatchedOnly: boolean): number {
    const { words, times } = other.records, heads = this.#heads, rows = this.#rows, slots = this.#slots
    let count = 0, row = this.#row
    for (; row < length; row++) {
      const time = own === null ? 0 : own[row]!
      for (let slot = heads[row]!; slot >= 0; slot = words[slotWords * slot + nextAt]!) {
        if (own !== null) { const apart = times[timeSlots * slot + timeAt]! - time; if (!(apart >= least && apart <= most)) continue }
        if (unmatchedOnly && other.isMatched(slot)) continue
        if (count === pairsAtOnce) { heads[row] = slot; this.#row = row; return count }
        rows[count] = row
        slots[count++] = slot
      }
    }
    this.#row = row
    return count
  }

  #checked(side: SideName, batch: Batch, condition: Condition | null, rows: Int32Array, slots: Int32Array, count: number): Pairs {
    if (condition === null) return { rows, slots, count }
    const other = this.#state[side === 'left' ? 'right' : 'left'], width = this.#width
    const columns = condition.columns.map((used, at) => {
      if (!used) return new ConstantVector({ kind: 'void' }, null, count)
      const own = (at < width) === (side === 'left'), column = at < width ? at : at - width
      return own ? batch.columns[column]!.take(rows, count) : other.columns[column]!.take(slots, count)
    })
    const n = trueRows(condition.expression.evaluate(new Batch(columns, count)), count, this.#kept)
    for (let i = 0; i < n; i++) { const k = this.#kept[i]!; rows[i] = rows[k]!; slots[i] = slots[k]! }
    return { rows, slots, count: n }
  }
}

/** A condition, and which of the columns it reads. */
interface Condition { readonly expression: CompiledExpression; readonly columns: readonly boolean[] }

function conditionOf(parts: readonly Resolved[], joined: readonly Attribute[]): Condition | null {
  if (parts.length === 0) return null
  const all = parts.reduce((a, b) => bindByName('and', [a, b])), used = attributesOf(all)
  return { expression: compileExpression(all, joined), columns: joined.map(a => used.has(a.id)) }
}

function isExact(times: EventTimes): boolean {
  const { micros } = times
  for (let i = 0; i < micros.length; i++) if (micros[i]! > exactMicros || micros[i]! < -exactMicros) return false
  return true
}
