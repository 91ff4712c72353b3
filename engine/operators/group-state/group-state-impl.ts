/** GroupStateImpl: what a function of mapGroupsWithState or flatMapGroupsWithState is handed for one call, and what it has done with it. */
import { ValueMismatch, type Row, type RowWriter } from '../../columns/rows.ts'
import type { GroupState, GroupStateTimeout } from '../../columns/user-state.ts'
import { executionError } from '../../errors/spark-error.ts'
import { intervalDelayMs } from '../../types/interval.ts'

/** What all calls of a batch share. */
export interface GroupStateContext {
  readonly timeout: GroupStateTimeout
  /** −1 in a batch query. */
  readonly watermarkMs: number
  readonly hasWatermark: boolean
  readonly processingTimeMs: number
  /** `mapGroupsWithState` or `flatMapGroupsWithState`. */
  readonly method: string
}

/** No timeout. */
export const noTimeout = -1

export class GroupStateImpl implements GroupState<Row> {
  readonly hasTimedOut: boolean
  readonly #context: GroupStateContext
  readonly #read: ((row: number) => Row) | null
  readonly #row: number
  readonly #writer: RowWriter
  readonly #place: number
  #value: Row | null = null
  #loaded = false
  /** Whether the place of the new state has been written to. */
  isWritten = false
  isUpdated = false
  isRemoved = false
  timeoutMs = noTimeout

  /** `read` gives the state from `row`, null when there is none. A new state is put at `place` of the writer. */
  constructor(context: GroupStateContext, read: ((row: number) => Row) | null, row: number, hasTimedOut: boolean, writer: RowWriter, place: number) {
    this.#context = context
    this.#read = read
    this.#row = row
    this.hasTimedOut = hasTimedOut
    this.#writer = writer
    this.#place = place
  }

  get exists(): boolean { return this.isUpdated || (this.#read !== null && !this.isRemoved) }

  get get(): Row {
    const value = this.getOption
    if (value === null) throw executionError('MICROLOTE_GROUP_STATE_UNDEFINED')
    return value
  }

  get getOption(): Row | null {
    if (!this.exists) return null
    if (!this.#loaded) { this.#value = this.#read!(this.#row); this.#loaded = true }
    return this.#value
  }

  update(state: Row): void {
    if (state === null || state === undefined) throw executionError('MICROLOTE_GROUP_STATE_NULL')
    if (this.isWritten) this.#writer.clear(this.#place)
    this.isWritten = true
    try { this.#writer.write(this.#place, state) } catch (e) {
      if (e instanceof ValueMismatch) throw executionError('MICROLOTE_STATE_VALUE_MISMATCH', { variable: 'update', reason: e.message }, e)
      throw e
    }
    this.#value = state
    this.#loaded = true
    this.isUpdated = true
    this.isRemoved = false
  }

  remove(): void {
    this.#value = null
    this.isUpdated = false
    this.isRemoved = true
  }

  setTimeoutDuration(duration: number | string): void {
    const { timeout, method, processingTimeMs } = this.#context
    if (timeout !== 'ProcessingTimeTimeout') throw executionError('MICROLOTE_GROUP_STATE_TIMEOUT_NOT_ENABLED', { what: 'setTimeoutDuration', needed: 'ProcessingTimeTimeout', method })
    const ms = typeof duration === 'string' ? intervalDelayMs(duration) : duration
    if (!(ms > 0)) throw executionError('MICROLOTE_GROUP_STATE_INVALID_TIMEOUT', { reason: `the duration ${duration} is not positive` })
    this.timeoutMs = processingTimeMs + ms
  }

  setTimeoutTimestamp(timestamp: number | Date, additional?: string): void {
    const { timeout, method, watermarkMs } = this.#context
    if (timeout !== 'EventTimeTimeout') throw executionError('MICROLOTE_GROUP_STATE_TIMEOUT_NOT_ENABLED', { what: 'setTimeoutTimestamp', needed: 'EventTimeTimeout', method })
    const base = Math.floor(timestamp instanceof Date ? timestamp.getTime() : timestamp)
    const more = additional === undefined ? 0 : intervalDelayMs(additional)
    if (additional !== undefined && !(more > 0)) throw executionError('MICROLOTE_GROUP_STATE_INVALID_TIMEOUT', { reason: `the additional duration ${additional} is not positive` })
    const ms = base + more
    if (!(ms > 0)) throw executionError('MICROLOTE_GROUP_STATE_INVALID_TIMEOUT', { reason: `the timestamp ${ms} is not positive` })
    if (watermarkMs >= 0 && ms < watermarkMs) throw executionError('MICROLOTE_GROUP_STATE_INVALID_TIMEOUT', { reason: `the timestamp ${ms} is earlier than the current watermark ${watermarkMs}` })
    this.timeoutMs = ms
  }

  getCurrentWatermarkMs(): number {
    if (!this.#context.hasWatermark) throw executionError('MICROLOTE_GROUP_STATE_NO_WATERMARK', { method: this.#context.method })
    return this.#context.watermarkMs
  }

  getCurrentProcessingTimeMs(): number { return this.#context.processingTimeMs }
}
