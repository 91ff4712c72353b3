/** StreamingQuery: the handle of a running query. */
import { analysisError } from '../errors/spark-error.ts'
import { systemClock } from '../observe/clock.ts'
import type { BatchExplanation } from '../observe/batch-explanation.ts'
import type { RunningQuery } from '../plan/backend.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { DataFrame } from './dataframe.ts'
import type { StreamingQueryProgress, StreamingQueryStatus } from '../observe/progress.ts'

export class StreamingQuery {
  readonly #query: RunningQuery
  readonly #frame: (plan: LogicalPlan) => DataFrame

  constructor(query: RunningQuery, frame: (plan: LogicalPlan) => DataFrame) {
    this.#query = query
    this.#frame = frame
  }

  /** The query's id, kept over restarts by its checkpoint. */
  get id(): string { return this.#query.id }
  /** This run's id: new at every start. */
  get runId(): string { return this.#query.runId }
  get name(): string | null { return this.#query.name }
  get isActive(): boolean { return this.#query.isActive() }
  /** What it does now: `{ message, isDataAvailable, isTriggerActive }`. */
  get status(): StreamingQueryStatus { return this.#query.status() }
  /** The newest progress, null before the first batch. */
  get lastProgress(): StreamingQueryProgress | null { return this.#query.recentProgress().at(-1) ?? null }
  /** The newest progresses, up to 99. */
  get recentProgress(): readonly StreamingQueryProgress[] { return this.#query.recentProgress() }
  /** The error that ended the query, null while it is active or after stop(). */
  exception(): Error | null { return this.#query.exception() }

  /** Resolves when the query has ended, in whatever way; never rejects. */
  get terminated(): Promise<void> { return this.#query.terminated }

  /**
   * Waits until the query ends, and throws its error if it died. With a time limit in milliseconds: whether it has ended by then. Throws VALUE_NOT_POSITIVE for a limit that is no number above 0.
   * `await query.awaitTermination()`
   */
  async awaitTermination(): Promise<void>
  async awaitTermination(timeoutMs: number): Promise<boolean>
  async awaitTermination(timeoutMs?: number): Promise<void | boolean> {
    if (timeoutMs !== undefined) checkTimeout(timeoutMs)
    const ended = timeoutMs === undefined ? (await this.#query.terminated, true) : await within(this.#query.terminated, timeoutMs)
    const error = this.#query.exception()
    if (ended && error !== null) throw error
    if (timeoutMs !== undefined) return ended
  }

  /** Waits until everything that was there at the call has been processed. Throws if the query dies meanwhile. For tests and lessons. */
  processAllAvailable(): Promise<void> { return this.#query.processAllAvailable() }
  /** Stops the query after what it is doing has been broken off; a batch that was not committed runs again at the next start. */
  stop(): Promise<void> { return this.#query.stop() }
  /** Prints the plan of the last batch. */
  explain(extended = false): void { console.log(this.#query.explain(extended)) }

  /**
   * What happened in a batch: rows and offsets that came in, rows that were late and against which watermark, what each stateful operator read, wrote, evicted and gave out,
   * and which windows are still open and what event time would close them. The newest batch when no number is given.
   * Needs `spark.microlote.inspect.enabled` at start(); throws MICROLOTE_INSPECT_OFF, or MICROLOTE_BATCH_NOT_KEPT for one that has gone. `query.explainBatch(3).operators[0].open`
   */
  explainBatch(batchId?: number): BatchExplanation { return this.#query.explainBatch(batchId ?? null) }
  /** The explanations that are kept (`spark.microlote.inspect.batches`), oldest first. */
  get explainedBatches(): readonly BatchExplanation[] { return this.#query.explainedBatches() }
  /**
   * The state after the last batch as a DataFrame of `key`, `value` and `partition_id`, as Spark's state reader gives it: of the first stateful operator, or of one by its id (and store).
   * Throws MICROLOTE_STATE_NOT_FOUND, and MICROLOTE_STATE_OF_ENDED_QUERY once the query has ended. `(await query.state()).select("key.window.start", "value.count").show()`
   */
  async state(operatorId?: number, storeName?: string): Promise<DataFrame> { return this.#frame({ kind: 'local-data', ...await this.#query.state(operatorId ?? null, storeName ?? null) }) }

  toString(): string { return `StreamingQuery(${this.name ?? 'no name'}, id ${this.id}, ${this.isActive ? this.status.message : this.exception() === null ? 'Stopped' : 'Failed'})` }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString() }
}

/** Refuses a time limit that is not a number above 0, as PySpark does. */
export function checkTimeout(timeoutMs: number): void {
  if (!(typeof timeoutMs === 'number' && timeoutMs > 0)) throw analysisError('VALUE_NOT_POSITIVE', { argName: 'timeoutMs', argValue: String(timeoutMs) })
}

async function within(ended: Promise<void>, ms: number): Promise<boolean> {
  const waiting = new AbortController()
  const result = await Promise.race([ended.then(() => true), systemClock.sleep(ms, waiting.signal).then(() => false)])
  waiting.abort()
  return result
}
