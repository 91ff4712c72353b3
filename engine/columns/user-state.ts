/** What functions that keep state are handed and must offer: the contract between users and the operators that call them. Types only; the classes behind them are in operators/group-state/. */
import type { GroupRows, Row } from './rows.ts'
import type { RowInput, RowOf, Schema } from './typed-rows.ts'

/** When a group that gets no rows is called again. */
export type GroupStateTimeout = 'NoTimeout' | 'ProcessingTimeTimeout' | 'EventTimeTimeout'
/** Which clock the timers of transformWithState follow. */
export type TimeMode = 'none' | 'processingTime' | 'eventTime'

/**
 * The state of one group in mapGroupsWithState and flatMapGroupsWithState. `S` is what is read, `W` what may be written.
 *
 * ```ts
 * (key, rows, state) => {
 *   const n = (state.getOption?.n ?? 0) + rows.length
 *   state.update({ n })
 *   return [{ ...key, n }]
 * }
 * ```
 */
export interface GroupState<S = Row, W = S> {
  /** Whether there is a state: it was put by `update` and not taken away by `remove`. */
  readonly exists: boolean
  /** The state. Throws MICROLOTE_GROUP_STATE_UNDEFINED when there is none. */
  readonly get: S
  /** The state, null when there is none. */
  readonly getOption: S | null
  /** Puts the state; it is kept for the batches to come. null is refused: use `remove`. */
  update(state: W): void
  /** Takes the state away. A timeout set in the same call still holds. */
  remove(): void
  /** Whether this call is because the group's time is up; then there are no rows. */
  readonly hasTimedOut: boolean
  /**
   * ProcessingTimeTimeout: calls the group again in the first batch later than `duration` (milliseconds, or text such as "1 hour") after this batch's time, unless rows come first.
   * Every call clears the timeout: set it again each time. The duration must be above 0.
   */
  setTimeoutDuration(duration: number | string): void
  /**
   * EventTimeTimeout: calls the group again in the first batch whose watermark is later than this time (milliseconds since the epoch or a Date, `additional` such as "10 minutes" added), unless rows come first.
   * Every call clears the timeout: set it again each time. It must not lie before the watermark.
   */
  setTimeoutTimestamp(timestamp: number | Date, additional?: string): void
  /** The watermark of this batch in milliseconds: 0 before the first one, −1 in a batch query. Throws when the query has no watermark. */
  getCurrentWatermarkMs(): number
  /** The time of this batch in milliseconds: the same for all calls in it. */
  getCurrentProcessingTimeMs(): number
}

/** The function of flatMapGroupsWithState, types erased. */
export type GroupFunction = (key: any, rows: any, state: any) => unknown

/** The times a processor may ask for, in milliseconds; −1 where the time mode has no such time. */
export interface TimerValues { getCurrentProcessingTimeInMs(): number; getCurrentWatermarkInMs(): number }
export interface ExpiredTimerInfo { /** The time the timer was registered for, in milliseconds. */ getExpiryTimeInMs(): number }

/** One value a key. */
export interface ValueState<S = Row, W = S> { exists(): boolean; /** The value, null when there is none. */ get(): S | null; update(value: W): void; clear(): void }
/** A list a key, in the order of appending. Kept as one row of the key: what a change costs grows with the list. */
export interface ListState<S = Row, W = S> {
  exists(): boolean
  get(): S[]
  /** Replaces the list. Empty lists are refused: use `clear`. */
  put(values: readonly W[]): void
  appendValue(value: W): void
  appendList(values: readonly W[]): void
  clear(): void
}
/** A map a key. Kept as one row of the key: what a change costs grows with the map. */
export interface MapState<K = Row, V = Row, KW = K, VW = V> {
  exists(): boolean
  getValue(key: KW): V | null
  containsKey(key: KW): boolean
  updateValue(key: KW, value: VW): void
  removeKey(key: KW): void
  iterator(): IterableIterator<[K, V]>
  keys(): IterableIterator<K>
  values(): IterableIterator<V>
  clear(): void
}

/**
 * What `init` is handed: it declares the state variables (only there), and later keeps the timers of the key that is being handled.
 * `ttlMs` above 0 forgets a value that many milliseconds after it was written; it needs the time mode processingTime.
 */
export interface StatefulProcessorHandle {
  getValueState<S extends Schema>(name: string, schema: S, ttlMs?: number): ValueState<RowOf<S>, RowInput<S>>
  getListState<S extends Schema>(name: string, schema: S, ttlMs?: number): ListState<RowOf<S>, RowInput<S>>
  getMapState<K extends Schema, V extends Schema>(name: string, keySchema: K, valueSchema: V, ttlMs?: number): MapState<RowOf<K>, RowOf<V>, RowInput<K>, RowInput<V>>
  /** Calls handleExpiredTimer for this key in the first batch whose time (watermark in eventTime) has reached `expiryTimestampMs`. A key may have many timers; the same time twice is one. */
  registerTimer(expiryTimestampMs: number): void
  deleteTimer(expiryTimestampMs: number): void
  /** The key's timers in milliseconds, the earliest first. */
  listTimers(): IterableIterator<number>
  /** Drops a variable of earlier runs with all its values; for `init` only. */
  deleteIfExists(name: string): void
}

/** What transformWithState calls. */
export interface StatefulHandlers<K = Row, I = Row, O = Row> {
  /** The rows of a key in this batch; what it returns goes out. */
  handleInputRows(key: K, rows: GroupRows<I>, timerValues: TimerValues): Iterable<O>
  /** A timer of the key is due. */
  handleExpiredTimer?(key: K, timerValues: TimerValues, expiredTimerInfo: ExpiredTimerInfo): Iterable<O>
  /** A row of the initial state, in the first batch, before any rows. */
  handleInitialState?(key: K, initialState: Row, timerValues: TimerValues): void
  /** At the end of each batch. */
  close?(): void
}

/** A processor as the operators see it: an object with `init`, or a function from the handle to the handlers. */
export type ProcessorSource = (StatefulHandlers<any, any, any> & { init(handle: StatefulProcessorHandle): void }) | ((handle: StatefulProcessorHandle) => StatefulHandlers<any, any, any>)
