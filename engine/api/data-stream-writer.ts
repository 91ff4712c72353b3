/** df.writeStream: where a streaming query's rows go, how often, in which mode; start() sets it going. */
import { analysisError } from '../errors/spark-error.ts'
import type { Backend } from '../plan/backend.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { ForeachBatchFunction, ForeachWriter, Trigger, WriteStream } from '../plan/write-stream.ts'
import { intervalToMs } from '../types/interval.ts'
import type { DataFrame } from './dataframe.ts'
import { optionText, type OptionValue } from './option-value.ts'
import { StreamingQuery } from './streaming-query.ts'

/** Exactly one of these. Intervals are texts such as "5 seconds". */
export interface TriggerOptions {
  /** A batch at each multiple of the interval since the epoch; "0 seconds": as fast as possible. */
  readonly processingTime?: string
  /** One batch with everything there is, then stop. */
  readonly once?: boolean
  /** Everything there is now, in batches that respect the limits, then stop. */
  readonly availableNow?: boolean
  readonly continuous?: string
  readonly realTime?: string
}

export class DataStreamWriter {
  readonly #plan: LogicalPlan
  readonly #backend: Backend
  readonly #frame: (plan: LogicalPlan) => DataFrame
  #format: string | null = null
  #outputMode = 'append'
  #trigger: Trigger = { kind: 'processing-time', intervalMs: 0 }
  #queryName: string | null = null
  #options: Record<string, string> = {}
  #partitionBy: readonly string[] = []
  #foreach: ForeachWriter | null = null
  #foreachBatch: WriteStream['foreachBatch'] = null

  constructor(plan: LogicalPlan, backend: Backend, frame: (plan: LogicalPlan) => DataFrame) {
    this.#plan = plan
    this.#backend = backend
    this.#frame = frame
  }

  /** console, memory, noop, kafka, json. */
  format(name: string): this { this.#format = name; return this }
  /** append: finished rows; update: rows that changed; complete: the whole result each time. */
  outputMode(mode: string): this {
    notEmpty('outputMode', mode)
    if (!['append', 'update', 'complete'].includes(mode.toLowerCase())) throw analysisError('STREAMING_OUTPUT_MODE.INVALID', { outputMode: mode })
    this.#outputMode = mode.toLowerCase()
    return this
  }
  /** When batches run. `trigger({ processingTime: "5 seconds" })` */
  trigger(options: TriggerOptions): this { this.#trigger = triggerOf(options); return this }
  /** A name, unique among the active queries of the session. */
  queryName(name: string): this { this.#queryName = notEmpty('queryName', name); return this }
  /** Names are read in any case; `checkpointLocation` says where the query keeps what it needs to go on after a restart. */
  option(name: string, value: OptionValue): this { this.#options[name] = optionText(name, value); return this }
  options(values: Readonly<Record<string, OptionValue>>): this { for (const [k, v] of Object.entries(values)) this.option(k, v); return this }
  partitionBy(...columns: readonly string[]): this { this.#partitionBy = columns; return this }
  /** As for a batch: rows that are alike lie together on a cluster's disks; here files are as they are without. */
  clusterBy(..._columns: readonly string[]): this { return this }
  /** Hands over each row: an object with `process(row)` and, if wanted, `open` and `close`; or just a function of a row. */
  foreach(writer: ForeachWriter | ((row: any) => void | Promise<void>)): this {
    this.#foreach = typeof writer === 'function' ? { process: writer } : checkedWriter(writer)
    this.#format = 'foreach'
    return this
  }
  /** Hands over each micro-batch as a batch DataFrame with its number. The same number comes again with the same rows after a failure. */
  foreachBatch(f: ForeachBatchFunction<DataFrame>): this {
    if (typeof f !== 'function') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `foreachBatch() was given ${String(f)}`, advice: 'Give a function: foreachBatch(async (batch, batchId) => { … }).' })
    this.#foreachBatch = (plan, id) => f(this.#frame(plan), id)
    this.#format = 'foreachBatch'
    return this
  }
  /** Starts the query. Everything that can be refused is refused here. */
  async start(path?: string): Promise<StreamingQuery> { return this.#start(path ?? null, null) }
  /**
   * Starts the query with a table as its sink, made where it is missing: files of the format given (parquet unless told; `format("delta")`) in the warehouse directory, or at the option `path`.
   * `spark.table(name)`, SQL and `readStream.table(name)` find it as long as this process lives. `await df.writeStream.option("checkpointLocation", dir).toTable("eventos")`
   */
  async toTable(name: string): Promise<StreamingQuery> { return this.#start(null, name) }

  async #start(path: string | null, table: string | null): Promise<StreamingQuery> {
    const { path: optionPath, ...options } = this.#options
    return new StreamingQuery(await this.#backend.startStream({
      plan: this.#plan, format: this.#format ?? (table === null ? 'parquet' : ''), outputMode: this.#outputMode, trigger: this.#trigger, queryName: this.#queryName, options,
      path: path ?? optionPath ?? null, partitionBy: this.#partitionBy, foreach: this.#foreach, foreachBatch: this.#foreachBatch, table,
    }), this.#frame)
  }
}

function notEmpty(argName: string, text: string): string {
  if (typeof text !== 'string' || text.trim() === '') throw analysisError('VALUE_NOT_NON_EMPTY_STR', { argName, argValue: JSON.stringify(text) ?? 'undefined' })
  return text
}

function checkedWriter(writer: ForeachWriter): ForeachWriter {
  for (const method of ['process', 'open', 'close'] as const) {
    const given = (writer as ForeachWriter | null)?.[method]
    if (typeof given !== 'function' && (method === 'process' || given !== undefined)) throw analysisError('ATTRIBUTE_NOT_CALLABLE', { attrName: method, objName: 'of foreach()' })
  }
  return writer
}

const triggerNames: readonly (keyof TriggerOptions)[] = ['processingTime', 'once', 'availableNow', 'continuous', 'realTime']

function triggerOf(o: TriggerOptions): Trigger {
  if (typeof o !== 'object' || o === null) throw analysisError('MICROLOTE_TRIGGER_INVALID', { reason: `it is ${String(o)}; write for instance trigger({ processingTime: "5 seconds" })` })
  for (const k of Object.keys(o)) if (!triggerNames.includes(k as keyof TriggerOptions)) throw analysisError('MICROLOTE_TRIGGER_INVALID', { reason: `there is none named ${k}` })
  const given = (Object.keys(o) as (keyof TriggerOptions)[]).filter(k => o[k] !== undefined)
  if (given.length !== 1) throw analysisError('ONLY_ALLOW_SINGLE_TRIGGER', { found: given.length === 0 ? 'none' : given.join(' and ') })
  if (o.continuous !== undefined) throw analysisError('MICROLOTE_CONTINUOUS_TRIGGER', { interval: o.continuous })
  if (o.realTime !== undefined) throw analysisError('MICROLOTE_REAL_TIME_TRIGGER')
  if (o.processingTime !== undefined) {
    if (typeof o.processingTime !== 'string') throw analysisError('MICROLOTE_TRIGGER_INVALID', { reason: `${String(o.processingTime)} is not an interval, which is a text such as "10 seconds"` })
    const intervalMs = intervalToMs(o.processingTime)
    if (intervalMs < 0) throw analysisError('MICROLOTE_TRIGGER_INVALID', { reason: `the interval ${o.processingTime} is negative` })
    return { kind: 'processing-time', intervalMs }
  }
  if (o.once !== undefined ? o.once !== true : o.availableNow !== true) throw analysisError('MICROLOTE_TRIGGER_INVALID', { reason: `${given[0]} can only be true` })
  return o.once === true ? { kind: 'once' } : { kind: 'available-now' }
}
