/** What users of mapGroupsWithState, flatMapGroupsWithState and transformWithState give and are handed: options, timeouts, time modes, the StatefulProcessor class. */
import type { GroupRows, Row } from '../columns/rows.ts'
import type { RowOf, Schema } from '../columns/typed-rows.ts'
import type { ExpiredTimerInfo, GroupStateTimeout as Timeout, StatefulHandlers, StatefulProcessorHandle, TimeMode as Mode, TimerValues } from '../columns/user-state.ts'
import type { KeyValueGroupedDataset } from './key-value-grouped.ts'

/** The timeouts of GroupState, by Spark's names. The texts do as well. */
export const GroupStateTimeout: { readonly [T in Timeout]: T } = { NoTimeout: 'NoTimeout', ProcessingTimeTimeout: 'ProcessingTimeTimeout', EventTimeTimeout: 'EventTimeTimeout' }
/** The time modes of transformWithState, by Spark's names. The texts `none`, `processingTime` and `eventTime` do as well. */
export const TimeMode: { readonly None: 'none'; readonly ProcessingTime: 'processingTime'; readonly EventTime: 'eventTime' } = { None: 'none', ProcessingTime: 'processingTime', EventTime: 'eventTime' }
export type GroupStateTimeout = Timeout
export type TimeMode = Mode

/** Schemas as DDL text or StructType. `key` and `input` may be left out; given as text they type the function's arguments, and are held against the columns that are there. */
export interface GroupingOptions<K extends Schema, I extends Schema, O extends Schema> {
  readonly key?: K
  readonly input?: I
  /** The rows that come out. */
  readonly output: O
}

export interface MapGroupsOptions<K extends Schema, I extends Schema, S extends Schema, O extends Schema> extends GroupingOptions<K, I, O> {
  readonly state: S
  /** NoTimeout unless given. */
  readonly timeout?: Timeout
  /** What state begins with in the first batch: a batch DataFrame grouped by the same keys, with the state's columns, one row a key. */
  readonly initialState?: KeyValueGroupedDataset
}

export interface FlatMapGroupsOptions<K extends Schema, I extends Schema, S extends Schema, O extends Schema> extends MapGroupsOptions<K, I, S, O> {
  /** The mode the function is meant for, which must be the query's unless an aggregation follows. `append` unless given. */
  readonly outputMode?: 'append' | 'update'
}

export interface TransformWithStateOptions<K extends Schema, I extends Schema, O extends Schema> extends GroupingOptions<K, I, O> {
  /** What the rows are meant for: `append` unless given. Spark does not hold it against the query's mode, nor do we. */
  readonly outputMode?: 'append' | 'update' | 'complete'
  /** `none` unless given. */
  readonly timeMode?: Mode
  /** The output column that carries event time for operators above; its rows must be later than the watermark. */
  readonly eventTimeColumnName?: string
  /** Rows handed to handleInitialState in the first batch: a batch DataFrame grouped by the same keys. */
  readonly initialState?: KeyValueGroupedDataset
}

/**
 * A processor for transformWithState: keep the variables that `init` declares in fields, and use them in the handlers.
 *
 * ```ts
 * class Counter extends StatefulProcessor<{ k: string }, Row, { k: string; n: number }> {
 *   #n!: ValueState<{ n: number }>
 *   override init(handle: StatefulProcessorHandle) { this.#n = handle.getValueState('n', 'n BIGINT') }
 *   override handleInputRows(key: { k: string }, rows: GroupRows) {
 *     const n = (this.#n.get()?.n ?? 0) + rows.length
 *     this.#n.update({ n })
 *     return [{ k: key.k, n }]
 *   }
 * }
 * df.groupBy('k').transformWithState({ output: 'k STRING, n BIGINT' }, new Counter())
 * ```
 *
 * Spark makes a processor for each partition and task; here one object serves all partitions, `init` is called once when the query starts and once for each batch.
 */
export abstract class StatefulProcessor<K = Row, I = Row, O = Row> implements StatefulHandlers<K, I, O> {
  /** Declares the state variables. Called before the handlers in each batch, and once when the query starts. */
  abstract init(handle: StatefulProcessorHandle): void
  abstract handleInputRows(key: K, rows: GroupRows<I>, timerValues: TimerValues): Iterable<O>
  handleExpiredTimer(_key: K, _timerValues: TimerValues, _expiredTimerInfo: ExpiredTimerInfo): Iterable<O> { return [] }
  handleInitialState(_key: K, _initialState: Row, _timerValues: TimerValues): void {}
  close(): void {}
}

export type { RowOf, Schema }
