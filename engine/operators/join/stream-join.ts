/**
 * StreamJoinExec (`symmetricHashJoin`): joins two streams. Each side's new rows meet what the other side holds and are then held themselves; rows that no
 * future row can match are let go, in outer joins with NULLs for the partner they never had.
 */
import { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { compileExpression, type CompiledExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import { eventTimeOf, stateWatermark, type JoinBounds, type StateBound } from '../../expressions/join-bounds.ts'
import { bindByName } from '../../functions/bind.ts'
import { normalizeKey } from '../../functions/null-tests.ts'
import type { Exec, Task } from '../operator.ts'
import { trueRows } from '../stateless/filter.ts'
import { withoutLateRows } from '../watermark/late-rows.ts'
import { openJoinState, type JoinState } from './join-state.ts'
import type { SideName, SideShape } from './join-stores.ts'
import { largeBatches } from './key-order.ts'
import { PairFinder } from './pair-finder.ts'
import { eventTimes } from './time-buckets.ts'
import { timeRange } from './time-range.ts'

export type StreamJoinType = 'inner' | 'left' | 'right' | 'full' | 'leftsemi'

export interface StreamJoinSpec {
  readonly operatorId: number
  readonly type: StreamJoinType
  readonly leftKeys: readonly Resolved[]; readonly rightKeys: readonly Resolved[]
  /** The conjuncts of the condition that need only the left row, only the right row, and both. */
  readonly leftOnly: readonly Resolved[]; readonly rightOnly: readonly Resolved[]; readonly both: readonly Resolved[]
  readonly bounds: JoinBounds
}

/** What one side does with its rows in a batch. */
interface Work {
  readonly name: SideName; readonly other: SideName
  readonly input: readonly Attribute[]
  /** Whether a row without a partner comes out with NULLs. */
  readonly preserved: boolean
  readonly keys: readonly CompiledExpression[]
  readonly only: CompiledExpression | null
  readonly timeColumn: number
  readonly shape: SideShape
  /** Whether the time that bounds the state is one of the keys. */
  readonly byKey: boolean
  /** Rows whose time is at or before it are not needed after this batch; -Infinity without a bound. */
  readonly stateMs: number
}

interface Counts { updated: number; removed: number; dropped: number }

export class StreamJoinExec implements Exec {
  readonly name = 'StreamJoinExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec, Exec]
  readonly operatorId: number
  readonly #spec: StreamJoinSpec

  constructor(spec: StreamJoinSpec, output: readonly Attribute[], left: Exec, right: Exec) {
    this.#spec = spec
    this.operatorId = spec.operatorId
    this.output = output
    this.children = [left, right]
  }

  describe(): string { return `${this.#spec.type} on ${this.#spec.leftKeys.length} keys state=${this.operatorId}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const work = this.#work(task)
    let done = false
    try {
      for (;;) {
        const step = await work.next()
        if (step.done === true) { done = true; return }
        if (step.value.length > 0) yield step.value
      }
    } finally {
      // A limit above may have seen enough, but the rows are to be held all the same.
      while (!done) done = (await work.next()).done === true
    }
  }

  async *#work(task: Task): AsyncGenerator<Batch> {
    const { type, bounds } = this.#spec
    const { lateMs, evictMs } = task.streaming!.watermarks(this.operatorId)
    const left = this.#side('left', bounds.left, evictMs), right = this.#side('right', bounds.right, evictMs)
    const state = await openJoinState(task.streaming!, this.operatorId, { keyTypes: this.#spec.leftKeys.map(k => k.type), left: left.shape, right: right.shape })
    const finder = this.#finder(state)
    const counts: Counts = { updated: 0, removed: 0, dropped: 0 }
    for (const side of type === 'leftsemi' ? [right, left] : [left, right]) {
      const child = this.children[side.name === 'left' ? 0 : 1]
      for await (const batch of largeBatches(child.output.map(a => a.type), child.run(task), state.scratch)) {
        yield* this.#meet(side, batch, state, finder, lateMs, counts)
        // What the batch before has yet to write has its turn.
        await task.streaming!.turn()
      }
      // The right side comes yet, and lets go rows of this one; in the other joins it also marks them or takes them out.
      if (side.name === 'left' && (type === 'inner' || type === 'right')) await state.writeEarly('left', task.streaming!)
    }
    for (const side of [left, right]) yield* this.#evict(side, state, counts)
    await state.flush(task.streaming!)
    task.streaming!.report(this.operatorId, { numRowsUpdated: counts.updated, numRowsRemoved: counts.removed, numRowsDroppedByWatermark: counts.dropped, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0 })
  }

  #side(name: SideName, bound: StateBound | null, evictMs: number): Work {
    const { type, leftKeys, rightKeys, leftOnly, rightOnly } = this.#spec
    const input = this.children[name === 'left' ? 0 : 1].output, only = name === 'left' ? leftOnly : rightOnly
    const time = eventTimeOf(input), column = bound?.on === 'row' ? input.findIndex(a => a.id === bound.column.id) : -1
    return {
      name, other: name === 'left' ? 'right' : 'left', input, preserved: type === 'full' || type === name,
      keys: (name === 'left' ? leftKeys : rightKeys).map(k => compileExpression(normalizeKey(k), input)),
      only: only.length === 0 ? null : compileExpression(conjunction(only), input),
      timeColumn: time === null ? -1 : input.findIndex(a => a.id === time.id),
      byKey: bound?.on === 'key',
      shape: { types: input.map(a => a.type), timeOf: bound === null ? null : bound.on === 'key' ? (_, keys) => keys[bound.key]! : columns => columns[column]! },
      stateMs: bound === null ? -Infinity : stateWatermark(bound, evictMs),
    }
  }

  // Where both sides are bounded by their own times, a range of times is checked on numbers.
  #finder(state: JoinState): PairFinder {
    const { bounds, both } = this.#spec, [left, right] = this.children
    const range = bounds.left?.on === 'row' && bounds.right?.on === 'row' ? timeRange(both, bounds.left.column, bounds.right.column) : { low: -Infinity, high: Infinity, rest: both }
    const joined = [...left.output, ...right.output]
    return new PairFinder(state, range, both, joined, left.output.length)
  }

  /** The new rows of a side: they meet the other side's rows and are held. */
  *#meet(side: Work, all: Batch, state: JoinState, finder: PairFinder, lateMs: number, counts: Counts): Generator<Batch> {
    const inTime = side.timeColumn < 0 ? { rows: all, dropped: 0 } : withoutLateRows(all, side.timeColumn, lateMs)
    counts.dropped += inTime.dropped
    let batch = inTime.rows
    if (side.only !== null) {
      const { passing, failing } = divided(batch, side.only.evaluate(batch))
      // No partner can make such a row match, so it is not held and need not wait.
      if (side.preserved) yield this.#alone(side, failing.columns, failing.length)
      batch = passing
    }
    if (batch.length === 0) return
    let keys: readonly Vector[] = side.keys.map(k => k.evaluate(batch)), groups = state.keyNumbers(keys, batch.length)
    const order = state.order.of(groups, batch.length)
    if (order !== null) { batch = state.scratch.ordered(batch, order.rows); groups = order.keys; if (side.byKey) keys = keys.map(k => k.take(order.rows, batch.length)) }
    const times = side.shape.timeOf === null ? null : eventTimes(side.shape.timeOf(batch.columns, keys), batch.length, state.scratch.micros(batch.length))
    const semi = this.#spec.type === 'leftsemi'
    const hit = state.scratch.hits(batch.length)
    const own = state[side.name], other = state[side.other]
    const tracked = this.#spec.type === 'full' || this.#spec.type === side.other
    const freed: number[] = []
    for (const pairs of finder.find(side.name, batch, groups, times, semi && side.name === 'right')) {
      for (let i = 0; i < pairs.count; i++) hit[pairs.rows[i]!] = 1
      if (tracked) for (let i = 0; i < pairs.count; i++) other.setMatched(pairs.slots[i]!)
      if (!semi) yield this.#paired(side, batch, pairs.rows, state, pairs.slots, pairs.count)
      else if (side.name === 'right') for (let i = 0; i < pairs.count; i++) { const slot = pairs.slots[i]!; if (!other.isMatched(slot)) { other.setMatched(slot); freed.push(slot) } }
    }
    if (freed.length > 0) {
      // A held left row that has found a partner comes out and is held no longer.
      for (const slot of freed) other.remove(slot)
      counts.removed += freed.length
      yield this.#chosen(other.take(Int32Array.from(freed), freed.length), freed.length)
    }
    const stored = state.scratch.ints('stored', batch.length)
    let n = 0
    for (let i = 0; i < batch.length; i++) if (this.#isHeld(side, hit[i] !== 0, times === null ? NaN : times.micros[i]!)) stored[n++] = i
    own.add(batch, stored, n, groups, times, tracks(this.#spec.type, side.name) ? hit : null)
    counts.updated += n
    if (semi && side.name === 'left') {
      const out = new Int32Array(batch.length)
      let found = 0
      for (let i = 0; i < batch.length; i++) if (hit[i] !== 0) out[found++] = i
      const rows = batch.take(out, found)
      yield this.#chosen(rows.columns, found)
    }
  }

  // A left row waits for the right ones of its batch even if the batch lets it go again; a right row does not, unless it has to come out unmatched. (In a left
  // semi join the right side comes first and still is not held, as in Spark: a left row that late finds no such partner.)
  #isHeld(side: Work, hit: boolean, micros: number): boolean {
    if (side.name === 'left') return this.#spec.type !== 'leftsemi' || !hit
    return !(micros <= side.stateMs * 1000) || (side.preserved && !hit)
  }

  *#evict(side: Work, state: JoinState, counts: Counts): Generator<Batch> {
    if (side.shape.timeOf === null) return
    state.loadDue(side.name, side.stateMs)
    const own = state[side.name], gone = own.evict(side.stateMs)
    counts.removed += gone.length
    if (!side.preserved) return
    const unmatched = gone.filter(s => !own.isMatched(s))
    for (let from = 0; from < unmatched.length; from += rowsAtOnce) {
      const some = unmatched.subarray(from, Math.min(unmatched.length, from + rowsAtOnce))
      yield this.#alone(side, own.take(some, some.length), some.length)
    }
  }

  #paired(side: Work, batch: Batch, rows: Int32Array, state: JoinState, slots: Int32Array, count: number): Batch {
    const other = state[side.other], width = this.children[0].output.length
    return new Batch(this.#places().map(at => {
      const own = (at < width) === (side.name === 'left'), column = at < width ? at : at - width
      return own ? batch.columns[column]!.take(rows, count) : other.columns[column]!.take(slots, count)
    }), count)
  }

  // Rows without a partner.
  #alone(side: Work, columns: readonly Vector[], count: number): Batch {
    const width = this.children[0].output.length
    return new Batch(this.#places().map((at, i) => ((at < width) === (side.name === 'left') ? columns[at < width ? at : at - width]! : new ConstantVector(this.output[i]!.type, null, count))), count)
  }

  // Left rows of a semi join.
  #chosen(columns: readonly Vector[], count: number): Batch { return new Batch(this.#places().map(at => columns[at]!), count) }

  /** For each output column its place among those of both sides. */
  #places(): number[] {
    const all = [...this.children[0].output, ...this.children[1].output]
    return this.output.map(o => all.findIndex(a => a.id === o.id))
  }
}

const rowsAtOnce = 8192

/** Whether it is noted of a side's rows that they have met a partner: only where it decides something later. */
const tracks = (type: StreamJoinType, side: SideName): boolean => type === 'full' || type === side

const conjunction = (parts: readonly Resolved[]): Resolved => parts.reduce((a, b) => bindByName('and', [a, b]))

function divided(batch: Batch, keep: Vector): { readonly passing: Batch; readonly failing: Batch } {
  const rows = new Int32Array(batch.length)
  const n = trueRows(keep, batch.length, rows)
  if (n === batch.length) return { passing: batch, failing: batch.slice(0, 0) }
  const rest = new Int32Array(batch.length - n)
  for (let i = 0, at = 0, k = 0; i < batch.length; i++) if (k < n && rows[k] === i) k++; else rest[at++] = i
  return { passing: batch.take(rows, n), failing: batch.take(rest, rest.length) }
}

