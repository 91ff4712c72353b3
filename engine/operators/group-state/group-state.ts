/** FlatMapGroupsWithStateExec: calls a user function once for each key that has rows, then once for each key whose time is up, and keeps what the function says of its state. */
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { GroupRows, rowReader, RowWriter, toInternal, type Row } from '../../columns/rows.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { GroupFunction, GroupStateTimeout } from '../../columns/user-state.ts'
import type { Vector } from '../../columns/vector.ts'
import { executionError, SparkError } from '../../errors/spark-error.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import { longType, structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import { columnList, type Exec, type StreamingTask, type Task } from '../operator.ts'
import { schemaOf, type GroupedInput, type PartitionGroups } from './grouped-input.ts'
import { GroupStateImpl, noTimeout, type GroupStateContext } from './group-state-impl.ts'
import { readInput, type InitialState } from './read-input.ts'
import { reasonOf, UserOutput } from './user-output.ts'

export interface GroupStateSpec {
  /** Null in a batch query. */
  readonly operatorId: number | null
  readonly method: 'mapGroupsWithState' | 'flatMapGroupsWithState'
  readonly keys: readonly Attribute[]
  readonly values: readonly Attribute[]
  readonly stateSchema: StructTypeShape
  readonly timeout: GroupStateTimeout
  readonly function: GroupFunction
  /** The event-time column of the input, null when it has none. */
  readonly eventTime: Attribute | null
  readonly initial: InitialState | null
}

/** The columns of a group's state in its store: as Spark's, so that a reader of Spark's finds them. */
export function groupStateSchema(state: StructTypeShape, timeout: GroupStateTimeout): StructTypeShape {
  return structType([structField('groupState', state, true), ...(timeout === 'NoTimeout' ? [] : [structField('timeoutTimestamp', longType, false)])])
}

/** Some groups and what is known of each before it is called. */
interface Calls {
  readonly count: number
  readonly keys: readonly Vector[]
  readonly hasTimedOut: boolean
  /** The slots of their entries, −1 for those without. */
  readonly slots: Int32Array
  keyRow(group: number): Row
  rows(group: number): GroupRows
  /** Null when no group has any. */
  readonly initial: ((group: number) => Row | null) | null
}

const noRows = new GroupRows<Row>(() => ({}), new Int32Array(0))

export class FlatMapGroupsWithStateExec implements Exec {
  readonly name = 'FlatMapGroupsWithStateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly Exec[]
  readonly operatorId?: number
  readonly #spec: GroupStateSpec
  readonly #rowSchema: StructTypeShape

  constructor(spec: GroupStateSpec, output: readonly Attribute[], child: Exec) {
    this.#spec = spec
    this.output = output
    this.#rowSchema = schemaOf(output)
    this.children = spec.initial === null ? [child] : [child, spec.initial.exec]
    if (spec.operatorId !== null) this.operatorId = spec.operatorId
  }

  describe(): string { return `${this.#spec.method} keys=${columnList(this.#spec.keys)} timeout=${this.#spec.timeout}${this.#spec.operatorId === null ? '' : ` state=${this.#spec.operatorId}`}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const { operatorId, keys, values, initial, eventTime, timeout, method } = this.#spec
    const child = this.children[0]!, streaming = task.streaming
    const { input, dropped, evictMs } = await readInput(child, task, { operatorId, keys, values, initial, uniqueInitial: true, lateBy: timeout === 'EventTimeTimeout' ? eventTime : null })
    // A batch query has no watermark to ask for: Spark documents that it is always -1 there, set or not.
    const context: GroupStateContext = { timeout, watermarkMs: evictMs, hasWatermark: eventTime !== null || streaming === null, processingTimeMs: streaming?.batchTimestampMs ?? task.processingTimeMs ?? 0, method }
    const out = new UserOutput(this.#rowSchema, method)
    if (streaming === null) { yield* this.#runBatch(input, context, out); return }
    const stores = await streaming.stores(operatorId!)
    const counts = { updated: 0, removed: 0 }
    for (const [p, part] of input.partitions(stores.length).entries()) {
      const store = stores[p]!
      const index = timeout === 'NoTimeout' ? null : timeIndex(store, (_, rows, n) => timeoutsOf(store.valueCodec.decode(rows)[1]!, n))
      for (const calls of [() => this.#withRows(store, part), () => this.#timedOut(store, index, streaming, evictMs)]) {
        const found = calls()
        if (found !== null) yield* this.#call(found, store, index, context, out, counts)
      }
    }
    if (!out.isEmpty) yield out.take()
    streaming.report(operatorId!, { numRowsUpdated: counts.updated, numRowsRemoved: counts.removed, numRowsDroppedByWatermark: dropped, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0 })
  }

  // Every key once, nothing kept, no timeouts.
  *#runBatch(input: GroupedInput, context: GroupStateContext, out: UserOutput): Generator<Batch> {
    const [part] = input.partitions(1), writer = new RowWriter(this.#spec.stateSchema, 1), initialOf = this.#initialStates(part!)
    for (let g = 0; g < part!.count; g++) {
      const initial = initialOf?.(g) ?? null
      const state = new GroupStateImpl(context, initial === null ? null : () => initial, 0, false, writer, 0)
      this.#invoke(part!.keyRow(g), part!.rows(g), state, out)
      if (state.isWritten) writer.clear(0)
      if (out.isFull) yield out.take()
    }
    if (!out.isEmpty) yield out.take()
  }

  // The initial state of a group, null for none; null when no group has any.
  #initialStates(part: PartitionGroups): ((group: number) => Row | null) | null {
    if (part.initial === null) return null
    const read = rowReader(this.#spec.stateSchema, part.initial.columns)
    return group => { const row = part.initialRows(group)[0]; return row === undefined ? null : read(row) }
  }

  #withRows(store: StateStore, part: PartitionGroups): Calls {
    const keys = new RowArena(), slots = new Int32Array(part.count)
    store.keyCodec.encode(part.keys, null, part.count, keys)
    store.find(keys, slots)
    return { count: part.count, keys: part.keys, hasTimedOut: false, slots, keyRow: part.keyRow, rows: part.rows, initial: this.#initialStates(part) }
  }

  // A timeout equal to the time is not yet over.
  #timedOut(store: StateStore, index: TimeIndex | null, streaming: StreamingTask, evictMs: number): Calls | null {
    const slots = index?.takeDue((this.#spec.timeout === 'EventTimeTimeout' ? evictMs : streaming.batchTimestampMs) - 1)
    if (slots === undefined || slots.length === 0) return null
    const rows = new RowArena()
    store.readKeys(slots, slots.length, rows)
    const keys = store.keyCodec.decode(rows)
    return { count: slots.length, keys, hasTimedOut: true, slots, keyRow: rowReader(schemaOf(this.#spec.keys), keys), rows: () => noRows, initial: null }
  }

  *#call(calls: Calls, store: StateStore, index: TimeIndex | null, context: GroupStateContext, out: UserOutput, counts: { updated: number; removed: number }): Generator<Batch> {
    const { slots, count, hasTimedOut } = calls, { stateSchema } = this.#spec
    const held = this.#held(store, slots)
    // The groups whose entries change, and their states behind each other.
    const changed = new Changes(stateSchema, count), gone: number[] = []
    for (let g = 0; g < count; g++) {
      const row = held.rowOf[g]!, initial = calls.initial === null ? null : calls.initial(g)
      const hasState = row >= 0 && !held.states.isNull(row)
      const state = new GroupStateImpl(context, initial !== null ? () => initial : hasState ? held.read : null, row, hasTimedOut, changed.writer, changed.count)
      this.#invoke(calls.keyRow(g), calls.rows(g), state, out)
      if (out.isFull) yield out.take()
      // What was written and then taken back.
      if (state.isWritten && !state.isUpdated) changed.writer.clear(changed.count)
      if (state.isRemoved && state.timeoutMs === noTimeout) {
        if (slots[g]! >= 0) gone.push(slots[g]!)
        counts.removed++
        continue
      }
      const before = row < 0 || held.timeouts === null ? noTimeout : Number(held.timeouts.get(row))
      if (!state.isUpdated && !state.isRemoved && state.timeoutMs === before && initial === null) continue
      if (!state.isUpdated) changed.putOther(state.isRemoved ? null : initial !== null ? toInternal(stateSchema, initial) as unknown[] : hasState ? held.states.value(row) as unknown[] : null)
      changed.add(g, state.timeoutMs)
    }
    this.#write(calls, changed, store, index)
    store.remove(Int32Array.from(gone), gone.length)
    counts.updated += changed.count
  }

  // What the store has of these groups.
  #held(store: StateStore, slots: Int32Array): { readonly rowOf: Int32Array; readonly states: Vector; readonly timeouts: Vector | null; readonly read: (row: number) => Row } {
    const rowOf = new Int32Array(slots.length).fill(-1), found = new Int32Array(slots.length), rows = new RowArena()
    let n = 0
    for (let g = 0; g < slots.length; g++) if (slots[g]! >= 0) { rowOf[g] = n; found[n++] = slots[g]! }
    store.readValues(found, n, rows)
    const [states, timeouts] = store.valueCodec.decode(rows)
    return { rowOf, states: states!, timeouts: timeouts ?? null, read: rowReader(this.#spec.stateSchema, (states as StructVector).children) }
  }

  #write(calls: Calls, changed: Changes, store: StateStore, index: TimeIndex | null): void {
    const n = changed.count
    if (n === 0) return
    const groups = changed.groups.subarray(0, n), keys = n === calls.count ? calls.keys : calls.keys.map(k => k.take(groups, n))
    const columns: Vector[] = [changed.states()]
    if (index !== null) columns.push(new FixedVector(longType, changed.timeouts, null, n))
    const keyRows = new RowArena(), valueRows = new RowArena(), slots = groups.map(g => calls.slots[g]!)
    store.keyCodec.encode(keys, null, n, keyRows)
    store.valueCodec.encode(columns, null, n, valueRows)
    store.put(keyRows, valueRows, slots)
    store.wrote(keys, columns, null, n)
    if (index !== null) for (let i = 0; i < n; i++) { const ms = Number(changed.timeouts[i]); index.set(slots[i]!, ms === noTimeout ? NaN : ms) }
  }

  #invoke(key: Row, rows: GroupRows, state: GroupStateImpl, out: UserOutput): void {
    const { function: f, method } = this.#spec
    try {
      const result = f(key, rows, state)
      if (method === 'mapGroupsWithState') out.add(result)
      else out.addAll(result)
    } catch (e) {
      if (e instanceof SparkError) throw e
      throw executionError('FLATMAPGROUPSWITHSTATE_USER_FUNCTION_ERROR', { method, key: JSON.stringify(key, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)), reason: reasonOf(e) }, e)
    }
  }
}

/** The entries that change: of which groups, their states, and their timeouts in milliseconds. */
class Changes {
  readonly groups: Int32Array
  readonly timeouts: BigInt64Array
  readonly writer: RowWriter
  readonly #schema: StructTypeShape
  #absent: Uint8Array | null = null
  count = 0

  constructor(schema: StructTypeShape, most: number) {
    this.#schema = schema
    this.groups = new Int32Array(most)
    this.timeouts = new BigInt64Array(most)
    this.writer = new RowWriter(schema, most)
  }

  /** The state of the next entry where no function has put one; null for none. */
  putOther(state: readonly unknown[] | null): void {
    if (state !== null) { this.writer.writeInternal(this.count, state); return }
    this.writer.writeNulls(this.count);
    (this.#absent ??= new Uint8Array(this.groups.length))[this.count] = 1
  }

  add(group: number, timeoutMs: number): void {
    this.groups[this.count] = group
    this.timeouts[this.count++] = timeoutMs === noTimeout ? noTimeoutMs : BigInt(timeoutMs)
  }

  states(): StructVector { return new StructVector(this.#schema, this.writer.columns(this.count), this.#absent?.subarray(0, this.count) ?? null, this.count) }
}

const noTimeoutMs = BigInt(noTimeout)

function timeoutsOf(column: Vector, count: number): Float64Array {
  const out = new Float64Array(count)
  for (let i = 0; i < count; i++) { const ms = Number(column.get(i)); out[i] = ms === noTimeout ? NaN : ms }
  return out
}
