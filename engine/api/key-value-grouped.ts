/** A grouping by key that functions with state can be applied to: what groupByKey gives, and part of what groupBy gives. */
import type { GroupRows, Row } from '../columns/rows.ts'
import type { RowInput, RowOf, Schema } from '../columns/typed-rows.ts'
import type { GroupState, ProcessorSource, StatefulHandlers, StatefulProcessorHandle } from '../columns/user-state.ts'
import { analysisError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { parseSchema } from '../types/ddl.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import type { DataFrame } from './dataframe.ts'
import type { FlatMapGroupsOptions, GroupingOptions, MapGroupsOptions, StatefulProcessor, TransformWithStateOptions } from './group-state.ts'

const schemaOf = (s: Schema): StructTypeShape => (typeof s === 'string' ? parseSchema(s) : s)
const optional = (s: Schema | undefined): StructTypeShape | null => (s === undefined ? null : schemaOf(s))

/** `KS` is the schema of a key that groupByKey's function makes; a plain `string` where keys are columns. */
export class KeyValueGroupedDataset<KS extends Schema = string> {
  /** For other parts of the API; not public. */
  readonly grouping: { readonly plan: LogicalPlan; readonly keys: readonly Expression[]; readonly keyColumns: number }
  readonly #make: (plan: LogicalPlan) => DataFrame

  constructor(plan: LogicalPlan, keys: readonly Expression[], keyColumns: number, make: (plan: LogicalPlan) => DataFrame) {
    this.grouping = { plan, keys, keyColumns }
    this.#make = make
  }

  /**
   * Calls a function once for each key that has rows in a batch, with the key's state; the row it returns goes out. For queries in the mode update.
   * The key is an object by key column (`key.k`), the rows are iterable and have a `length`, the state is a row of the schema `state`.
   * Errors of the function end the query with FLATMAPGROUPSWITHSTATE_USER_FUNCTION_ERROR (the cause is kept); nothing of the batch is kept then, so a restart repeats it.
   * In a batch query each key is called once with empty state.
   *
   * ```ts
   * df.groupBy('user').mapGroupsWithState({ key: 'user STRING', state: 'n BIGINT', output: 'user STRING, n BIGINT' }, (key, rows, state) => {
   *   const n = (state.getOption?.n ?? 0) + rows.length
   *   state.update({ n })
   *   return { user: key.user, n }
   * })
   * ```
   */
  mapGroupsWithState<K extends Schema = KS, I extends Schema = string, S extends Schema = string, O extends Schema = string>(
    options: MapGroupsOptions<K, I, S, O>, f: (key: RowOf<K>, rows: GroupRows<RowOf<I>>, state: GroupState<RowOf<S>, RowInput<S>>) => RowInput<O>,
  ): DataFrame {
    return this.#groupState('mapGroupsWithState', { ...options, outputMode: 'update' }, f)
  }

  /**
   * As mapGroupsWithState, for any number of rows: the function returns an iterable (an array, or what a generator function gives). After the keys with rows come the keys whose
   * timeout is over, with no rows and `state.hasTimedOut`. With EventTimeTimeout, rows at or before the watermark of the batch before are dropped.
   *
   * ```ts
   * df.withWatermark('ts', '10 minutes').groupBy('user').flatMapGroupsWithState(
   *   { key: 'user STRING', input: 'user STRING, ts TIMESTAMP', state: 'last BIGINT, n BIGINT', output: 'user STRING, n BIGINT', timeout: 'EventTimeTimeout' },
   *   function* (key, rows, state) {
   *     if (state.hasTimedOut) { yield { user: key.user, n: state.get.n }; state.remove(); return }
   *     const last = Math.max(state.getOption?.last ?? 0, ...rows.map(r => r.ts.getTime()))
   *     state.update({ last, n: (state.getOption?.n ?? 0) + rows.length })
   *     state.setTimeoutTimestamp(last, '5 minutes')
   *   })
   * ```
   */
  flatMapGroupsWithState<K extends Schema = KS, I extends Schema = string, S extends Schema = string, O extends Schema = string>(
    options: FlatMapGroupsOptions<K, I, S, O>, f: (key: RowOf<K>, rows: GroupRows<RowOf<I>>, state: GroupState<RowOf<S>, RowInput<S>>) => Iterable<RowInput<O>>,
  ): DataFrame {
    return this.#groupState('flatMapGroupsWithState', options, f)
  }

  /**
   * State in several variables (values, lists, maps, with a TTL if wanted) and several timers a key. `processor` is a StatefulProcessor, or a function from the handle to the handlers,
   * in which everything is typed by itself. Order in a batch: initial state (first batch only), rows by key, timers that are due (the earliest first), values whose TTL is over.
   * A timer is due when the batch's time (processingTime) or watermark (eventTime) has reached it. Spark needs the RocksDB state store for this; here every state store does.
   *
   * ```ts
   * df.groupBy('user').transformWithState({ key: 'user STRING', output: 'user STRING, n BIGINT', timeMode: 'processingTime' }, handle => {
   *   const count = handle.getValueState('count', 'n BIGINT')
   *   return {
   *     handleInputRows(key, rows, times) {
   *       count.update({ n: (count.get()?.n ?? 0) + rows.length })
   *       handle.registerTimer(times.getCurrentProcessingTimeInMs() + 60_000)
   *       return []
   *     },
   *     handleExpiredTimer(key) { const n = count.get()!.n; count.clear(); return [{ user: key.user, n }] },
   *   }
   * })
   * ```
   */
  transformWithState<K extends Schema = KS, I extends Schema = string, O extends Schema = string>(
    options: TransformWithStateOptions<K, I, O>, processor: StatefulProcessor<RowOf<K>, RowOf<I>, RowInput<O>> | ((handle: StatefulProcessorHandle) => StatefulHandlers<RowOf<K>, RowOf<I>, RowInput<O>>),
  ): DataFrame {
    const timeMode = options.timeMode ?? 'none'
    if (!['none', 'processingTime', 'eventTime'].includes(timeMode)) throw analysisError('STATEFUL_PROCESSOR_UNKNOWN_TIME_MODE', { timeMode })
    return this.#make({
      kind: 'transform-with-state', ...this.#shared('transformWithState', options, options.initialState), outputMode: options.outputMode ?? 'append', timeMode,
      eventTimeColumn: options.eventTimeColumnName ?? null, processor: processor as ProcessorSource,
    })
  }

  #groupState(method: 'mapGroupsWithState' | 'flatMapGroupsWithState', options: FlatMapGroupsOptions<any, any, any, any>, f: (key: any, rows: any, state: any) => unknown): DataFrame {
    if (typeof f !== 'function') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the second argument of ${method} is no function`, advice: 'Give the options, then a function (key, rows, state) => rows.' })
    const timeout = options.timeout ?? 'NoTimeout', outputMode = options.outputMode ?? 'append'
    if (!['NoTimeout', 'ProcessingTimeTimeout', 'EventTimeTimeout'].includes(timeout)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `there is no timeout ${String(timeout)}`, advice: 'Give NoTimeout, ProcessingTimeTimeout or EventTimeTimeout.' })
    if (outputMode !== 'append' && outputMode !== 'update') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${method} cannot be declared for the mode ${String(outputMode)}`, advice: 'Give append or update.' })
    return this.#make({ kind: 'group-state', ...this.#shared(method, options, options.initialState), method, stateSchema: schemaOf(options.state), outputMode, timeout, function: f })
  }

  #shared(method: string, options: GroupingOptions<any, any, any>, initial: KeyValueGroupedDataset<any> | undefined): {
    readonly keys: readonly Expression[]; readonly keyColumns: number; readonly keySchema: StructTypeShape | null; readonly inputSchema: StructTypeShape | null; readonly outputSchema: StructTypeShape
    readonly initialState: { readonly keys: readonly Expression[]; readonly plan: LogicalPlan } | null; readonly child: LogicalPlan
  } {
    const { plan, keys, keyColumns } = this.grouping
    if (keys.length === 0 && keyColumns === 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${method} needs at least one key`, advice: 'Write for instance groupBy("k").' })
    return {
      keys, keyColumns, keySchema: keyColumns > 0 ? null : optional(options.key), inputSchema: optional(options.input), outputSchema: schemaOf(options.output),
      initialState: initial === undefined ? null : { keys: initial.grouping.keys, plan: initial.grouping.plan }, child: plan,
    }
  }
}

/** A grouping whose keys a function makes of each row. */
export function groupedByFunction<KS extends Schema>(f: (row: any) => Row, key: KS, plan: LogicalPlan, make: (plan: LogicalPlan) => DataFrame): KeyValueGroupedDataset<KS> {
  const schema = schemaOf(key)
  return new KeyValueGroupedDataset<KS>({ kind: 'append-key', function: f, schema, child: plan }, [], schema.fields.length, make)
}
