/** TransformWithStateExec: runs a StatefulProcessor: initial state, rows by key, timers that are due, values whose time is over. */
import type { Batch } from '../../columns/batch.ts'
import { rowReader, type Row } from '../../columns/rows.ts'
import type { ProcessorSource, StatefulHandlers, TimeMode, TimerValues } from '../../columns/user-state.ts'
import type { Vector } from '../../columns/vector.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { RowArena } from '../../state/row-arena.ts'
import { rowCodec, type RowCodec } from '../../state/row-codec.ts'
import type { StateStore } from '../../state/state-store.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { ceilMillis } from '../watermark/event-times.ts'
import { schemaOf, type PartitionGroups } from './grouped-input.ts'
import { initProcessor, ProcessorHandle } from './processor-handle.ts'
import type { KeyPlace } from './state-cells.ts'
import { dueTimers, noteTimers } from './timers.ts'
import { readInput, type InitialState } from './read-input.ts'
import { guarded, UserOutput } from './user-output.ts'

export interface TransformSpec {
  /** Null in a batch query. */
  readonly operatorId: number | null
  readonly keys: readonly Attribute[]
  readonly values: readonly Attribute[]
  readonly timeMode: TimeMode
  readonly processor: ProcessorSource
  /** The event-time column of the input and of the output; null for none. */
  readonly inputTime: Attribute | null
  readonly outputTime: Attribute | null
  readonly initial: InitialState | null
}

const latin1 = new TextDecoder('latin1')

export class TransformWithStateExec implements Exec {
  readonly name = 'TransformWithStateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly Exec[]
  readonly operatorId?: number
  readonly #spec: TransformSpec
  readonly #rowSchema: StructTypeShape
  readonly #keyCodec: RowCodec

  constructor(spec: TransformSpec, output: readonly Attribute[], child: Exec) {
    this.#spec = spec
    this.output = output
    this.#rowSchema = schemaOf(output)
    this.#keyCodec = rowCodec(spec.keys.map(k => k.type))
    this.children = spec.initial === null ? [child] : [child, spec.initial.exec]
    if (spec.operatorId !== null) this.operatorId = spec.operatorId
  }

  describe(): string { return `keys=${columnList(this.#spec.keys)} timeMode=${this.#spec.timeMode}${this.#spec.operatorId === null ? '' : ` state=${this.#spec.operatorId}`}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const { operatorId, keys, values, timeMode, inputTime, initial, processor } = this.#spec
    const child = this.children[0]!, streaming = task.streaming
    const nowMs = streaming?.batchTimestampMs ?? task.processingTimeMs ?? 0
    const { input, dropped, evictMs } = await readInput(child, task, { operatorId, keys, values, initial, uniqueInitial: false, lateBy: timeMode === 'eventTime' ? inputTime : null })
    const handle = new ProcessorHandle(timeMode)
    const handlers = initProcessor(processor, handle)
    const cells = [...handle.variables, ...(handle.timers === null ? [] : [handle.timers])]
    const stores: (readonly StateStore[])[] = streaming === null ? [] : await Promise.all(cells.map(c => streaming.stores(operatorId!, c.shape.name)))
    // An operator without variables keeps nothing; its rows need no partitions.
    const partitions = stores[0]?.length ?? 1
    const times: TimerValues = { getCurrentProcessingTimeInMs: () => (timeMode === 'processingTime' ? nowMs : -1), getCurrentWatermarkInMs: () => (timeMode === 'eventTime' ? evictMs : -1) }
    const out = new UserOutput(this.#rowSchema, 'transformWithState')
    let fired = 0, expired = 0
    try {
      for (const [p, part] of input.partitions(partitions).entries()) {
        cells.forEach((c, i) => c.bind(stores[i]?.[p] ?? null, nowMs))
        handle.state = 'INITIALIZED'
        for (const step of this.#rows(part, handle, handlers, times, out)) yield this.#checked(step, evictMs)
        handle.state = 'DATA_PROCESSED'
        const timers = stores[cells.length - 1]?.[p]
        if (handle.timers !== null && timers !== undefined) {
          const index = noteTimers(timers, handle.timers)
          const due = dueTimers(timers, index, timeMode === 'eventTime' ? evictMs : nowMs)
          const keyColumns = this.#keyCodec.decode(due.keys), readKey = rowReader(schemaOf(keys), keyColumns)
          for (const { key, expiryMs } of due.timers) {
            const bytes = due.keys.row(key)
            handle.active.place = placeOf(bytes)
            if (!handle.timerTimes().includes(expiryMs)) continue
            fired++
            this.#collect('handleExpiredTimer', () => handlers.handleExpiredTimer?.(readKey(key), times, { getExpiryTimeInMs: () => expiryMs }) ?? [], out)
            handle.setTimerTimes(handle.timerTimes().filter(t => t !== expiryMs))
            if (out.isFull) yield this.#checked(out.take(), evictMs)
          }
          handle.active.place = null
          noteTimers(timers, handle.timers)
        }
        handle.state = 'TIMER_PROCESSED'
        for (const v of handle.variables) { v.flush(); expired += v.removeExpired() }
      }
      if (!out.isEmpty) yield this.#checked(out.take(), evictMs)
    } finally {
      handle.active.place = null
      handle.state = 'CLOSED'
      guarded(() => handlers.close?.(), (reason, cause) => executionError('TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR', { function: 'close', reason }, cause))
    }
    const sum = (count: (c: typeof cells[number]) => number): number => handle.variables.reduce((n, c) => n + count(c), 0)
    const rows = stores.slice(0, handle.variables.length).flat().reduce((n, s) => n + s.rowCount, 0)
    streaming?.report(operatorId!, {
      numRowsTotal: rows, numRowsUpdated: sum(c => c.updated), numRowsRemoved: sum(c => c.removed) + expired, numRowsDroppedByWatermark: dropped, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0,
      customMetrics: {
        numValueStateVars: countOf(handle, 'value', false), numListStateVars: countOf(handle, 'list', false), numMapStateVars: countOf(handle, 'map', false),
        numValueStateWithTTLVars: countOf(handle, 'value', true), numListStateWithTTLVars: countOf(handle, 'list', true), numMapStateWithTTLVars: countOf(handle, 'map', true),
        numRegisteredTimers: handle.registered, numDeletedTimers: handle.deleted, numExpiredTimers: fired, numValuesRemovedDueToTTLExpiry: expired,
      },
    })
  }

  *#rows(part: PartitionGroups, handle: ProcessorHandle, handlers: StatefulHandlers<any, any, any>, times: TimerValues, out: UserOutput): Generator<Batch> {
    const keys = new RowArena()
    this.#keyCodec.encode(part.keys as Vector[], null, part.count, keys)
    const places = Array.from({ length: part.count }, (_, g) => placeOf(keys.row(g)))
    for (const v of handle.variables) if (v.shape.kind === 'value') v.prefetch(places, keys)
    const readInitial = part.initial === null ? null : rowReader(schemaOf(this.#spec.initial!.values), part.initial.columns)
    for (let g = 0; g < part.count; g++) {
      const key: Row = part.keyRow(g), rows = part.rows(g)
      handle.active.place = places[g]!
      for (const i of part.initialRows(g)) guarded(() => handlers.handleInitialState?.(key, readInitial!(i), times), (reason, cause) => executionError('TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR', { function: 'handleInitialState', reason }, cause))
      if (rows.length > 0) this.#collect('handleInputRows', () => handlers.handleInputRows(key, rows, times), out)
      if (out.isFull) yield out.take()
    }
    handle.active.place = null
  }

  #collect(name: string, call: () => Iterable<unknown>, out: UserOutput): void {
    guarded(() => out.addAll(call()), (reason, cause) => executionError('TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR', { function: name, reason }, cause))
  }

  // Operators above must be able to rely on the watermark.
  #checked(batch: Batch, evictMs: number): Batch {
    const time = this.#spec.outputTime
    if (time === null || evictMs <= 0) return batch
    const times = ceilMillis(batch.columns[this.output.findIndex(a => a.id === time.id)]!, batch.length)
    for (const ms of times) if (ms <= evictMs) throw executionError('EMITTING_ROWS_OLDER_THAN_WATERMARK_NOT_ALLOWED', { emittedRowEventTime: ms, currentWatermark: evictMs })
    return batch
  }
}

const placeOf = (bytes: Uint8Array): KeyPlace => ({ id: latin1.decode(bytes), bytes })
const countOf = (handle: ProcessorHandle, kind: string, hasTtl: boolean): number => handle.variables.filter(v => v.shape.kind === kind && v.shape.ttlMs > 0 === hasTtl).length

