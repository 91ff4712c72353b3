/**
 * DeduplicateExec (`dedupe`, `dedupeWithinWatermark`): gives the first row of each key that the query has ever seen, and keeps the keys in state: until the watermark has passed
 * the event time among them, or, within the watermark, until it has passed the first row's time plus the delay. A duplicate does not make that later.
 */
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { ObjectVector } from '../../columns/object-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import { isEventTime } from '../../expressions/attribute.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { normalizeKey } from '../../functions/null-tests.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import { longType, voidType } from '../../types/data-type.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { partitionRows } from '../partitioned.ts'
import { ceilMillis, microsOf } from '../watermark/event-times.ts'
import { withoutLateRows } from '../watermark/late-rows.ts'

export interface DeduplicateSpec {
  readonly operatorId: number
  readonly keys: readonly Attribute[]
  /** The column of the input that carries event time under a watermark, null when none does. */
  readonly eventTime: Attribute | null
  /** `dropDuplicatesWithinWatermark`: how long after its first row's time a key is kept, in milliseconds; null keeps it as long as its event time says. */
  readonly keepMs: number | null
  /** Gives the rows of one partition after those of the other, for an operator above to which their order matters. */
  readonly inPartitions: boolean
}

export class DeduplicateExec implements Exec {
  readonly name = 'DeduplicateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly operatorId: number
  readonly #spec: DeduplicateSpec

  constructor(spec: DeduplicateSpec, child: Exec) {
    this.#spec = spec
    this.operatorId = spec.operatorId
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return `${columnList(this.#spec.keys)}${this.#spec.keepMs === null ? '' : ` within ${this.#spec.keepMs} ms`} state=${this.operatorId}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const { keys, eventTime, keepMs } = this.#spec
    const streaming = task.streaming!, input = this.children[0].output
    const { lateMs, evictMs } = streaming.watermarks(this.operatorId)
    const stores = await streaming.stores(this.operatorId)
    const compiled = keys.map(k => compileExpression(normalizeKey(k), input))
    const timeColumn = eventTime === null ? -1 : input.findIndex(a => a.id === eventTime.id)
    const timeKey = keys.findIndex(isEventTime)
    const indexes = stores.map(s => this.#index(s, timeKey))
    const scratch = newScratch()
    const held: Batch[][] | null = this.#spec.inPartitions && stores.length > 1 ? stores.map(() => []) : null
    let updated = 0, dropped = 0, duplicates = 0
    for await (const all of this.children[0].run(task)) {
      const { rows, dropped: late } = timeColumn < 0 ? { rows: all, dropped: 0 } : withoutLateRows(all, timeColumn, lateMs)
      dropped += late
      if (rows.length === 0) continue
      const keyRows = new Batch(compiled.map(k => k.evaluate(rows)), rows.length)
      const expiry = keepMs === null ? null : expiryMicros(rows, timeColumn, keepMs)
      const due = expiry !== null ? expiryMillis(expiry) : timeKey >= 0 ? ceilMillis(keyRows.columns[timeKey]!, rows.length) : null
      const isFirst = new Uint8Array(rows.length)
      const parts = stores.length === 1 ? [null] : partitionRows(keyRows, keys.map((_, k) => k), stores.length)
      for (const [p, part] of parts.entries()) addNew(scratch, stores[p]!, indexes[p]!, keyRows.columns, expiry, due, part, rows.length, isFirst)
      // Files have their turn, so that the disk takes the new keys while the batch goes on.
      if (rows.length >= rowsAtOnce) await streaming.turn()
      const first = marked(isFirst), n = first.length
      updated += n
      duplicates += rows.length - n
      if (n === 0) continue
      if (held === null) yield n === rows.length ? rows : rows.take(first, n)
      else for (const [p, part] of parts.entries()) { const own = part === null ? first : part.filter(r => isFirst[r] !== 0); if (own.length > 0) held[p]!.push(rows.take(own, own.length)) }
    }
    if (held !== null) yield* held.flat()
    // Spark reads the whole state to find what is due; the index reads only that.
    let removed = 0
    for (const [p, store] of stores.entries()) {
      const gone = indexes[p]?.takeDue(evictMs)
      if (gone !== undefined) { store.remove(gone, gone.length); removed += gone.length }
    }
    streaming.report(this.operatorId, { numRowsUpdated: updated, numRowsRemoved: removed, numRowsDroppedByWatermark: dropped, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0, customMetrics: { numDroppedDuplicateRows: duplicates, numRowsReadDuringEviction: removed, numRowsIncrementallyRemoved: 0 } })
  }

  #index(store: StateStore, timeKey: number): TimeIndex | null {
    if (this.#spec.keepMs !== null) return timeIndex(store, (_, values) => expiryMillis((store.valueCodec.decode(values)[0] as FixedVector).data as BigInt64Array))
    if (timeKey < 0) return null
    return timeIndex(store, (keys, _, n) => ceilMillis(store.keyCodec.decode(keys)[timeKey]!, n))
  }
}

// Spark's value of a key without a time: one NULL, of a type that needs no rows to tell.
const noValue = new ObjectVector(voidType, [], null)

// So many rows at once stay in the processor's caches from their keys' encoding to the delta file.
const rowsAtOnce = 2048

// What the rows at once are encoded into.
const newScratch = () => ({ keyRows: new RowArena(), valueRows: new RowArena(), slots: new Int32Array(rowsAtOnce), isNew: new Uint8Array(rowsAtOnce), written: new Int32Array(rowsAtOnce) })
type Scratch = ReturnType<typeof newScratch>

// Marks the rows (those of `part`, all `count` when it is null) whose key is neither in the store nor in a row before, and puts those keys there.
function addNew(scratch: Scratch, store: StateStore, index: TimeIndex | null, keys: readonly Vector[], expiry: BigInt64Array | null, due: Float64Array | null, part: Int32Array | null, count: number, isFirst: Uint8Array): void {
  const all = part ?? firstRows(count)
  const { keyRows, valueRows, slots, isNew, written } = scratch
  const values = [expiry === null ? noValue : new FixedVector(longType, expiry, null)]
  for (let from = 0; from < all.length; from += rowsAtOnce) {
    const rows = all.subarray(from, from + rowsAtOnce)
    keyRows.reset()
    valueRows.reset()
    store.keyCodec.encode(keys, rows, rows.length, keyRows)
    store.valueCodec.encode(values, expiry === null ? null : rows, rows.length, valueRows)
    isNew.fill(0)
    store.putAbsent(keyRows, valueRows, slots, isNew)
    const n = takeNew(rows, isNew, isFirst, written)
    if (index !== null) for (let i = 0; i < rows.length; i++) if (isNew[i] !== 0) index.set(slots[i]!, due![rows[i]!]!)
    store.wrote(keys, values, written.subarray(0, n), n)
  }
}

// Marks the rows that are new and lists them in `written`; returns how many.
function takeNew(rows: Int32Array, isNew: Uint8Array, isFirst: Uint8Array, written: Int32Array): number {
  let n = 0
  for (let i = 0; i < rows.length; i++) {
    if (isNew[i] === 0) continue
    isFirst[rows[i]!] = 1
    written[n++] = rows[i]!
  }
  return n
}

function firstRows(count: number): Int32Array {
  const rows = new Int32Array(count)
  for (let i = 0; i < count; i++) rows[i] = i
  return rows
}

function marked(marks: Uint8Array): Int32Array {
  const places = new Int32Array(marks.length)
  let n = 0
  for (let i = 0; i < marks.length; i++) if (marks[i] !== 0) places[n++] = i
  return places.subarray(0, n)
}

// Spark takes a window's value in the row for a time: its place there and its length, some time in January of 1970, so that its key goes as soon as there is a watermark.
function expiryMicros(rows: Batch, timeColumn: number, keepMs: number): BigInt64Array {
  const time = rows.columns[timeColumn]!, width = rows.columns.length
  if (time.type.kind !== 'struct') return microsOf(time, rows.length, keepMs)
  const place = BigInt(8 * (Math.ceil(width / 64) + width)), windowBytes = 24n
  return new BigInt64Array(rows.length).fill(place << 32n | windowBytes).map(us => us + 1000n * BigInt(keepMs))
}

function expiryMillis(micros: BigInt64Array): Float64Array {
  return ceilMillis(new FixedVector(longType, micros, null), micros.length)
}
