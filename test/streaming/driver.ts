/** Drives a streaming query in memory, step by step, on a clock that only the test moves. */
import type { DataFrame } from '../../engine/api/dataframe.ts'
import type { StreamingQuery } from '../../engine/api/streaming-query.ts'
import type { Row } from '../../engine/columns/rows.ts'
import { conditionOf, SparkError } from '../../engine/errors/spark-error.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import type { Clock } from '../../engine/observe/clock.ts'
import type { StateOperatorProgress } from '../../engine/observe/progress.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'

/** Stands still until the test says what time it is; a sleep gives way and comes back at once, so that queries poll. */
export class StandingClock implements Clock {
  ms: number
  constructor(ms: number) { this.ms = ms }
  nowMs(): number { return this.ms }
  monotonicMs(): number { return this.ms }
  yield(): Promise<void> { return new Promise(resolve => setImmediate(resolve)) }
  sleep(_ms: number, signal?: AbortSignal): Promise<void> { return signal?.aborted ? Promise.resolve() : new Promise(resolve => setImmediate(resolve)) }
}

/** A session in memory with two state partitions. */
export class Bench {
  readonly files = new MemoryFiles()
  readonly clock: StandingClock
  readonly spark: SparkSession

  constructor(startMs = 1_000_000, confs: Readonly<Record<string, string>> = {}) {
    this.clock = new StandingClock(startMs)
    this.spark = new SparkSession(new LocalBackend({ files: this.files, clock: this.clock, confs: { 'spark.sql.shuffle.partitions': '2', 'spark.sql.session.timeZone': 'UTC', ...confs } }))
  }

  /** Starts a query whose rows are kept here. */
  async start(df: DataFrame, mode = 'append', trigger?: string): Promise<Run> {
    const run = new Run()
    const writer = df.writeStream.outputMode(mode).option('checkpointLocation', '/ckpt').foreachBatch(async (batch, id) => { run.batches.push({ id, rows: await batch.collect() }) })
    run.query = await (trigger === undefined ? writer : writer.trigger({ processingTime: trigger })).start()
    return run
  }
}

export class Run {
  query!: StreamingQuery
  readonly batches: { readonly id: number; readonly rows: Row[] }[] = []
  #seen = 0

  /** The rows that came since the last call, in order, after everything that is there has been processed. */
  async rows(): Promise<Row[]> {
    await this.query.processAllAvailable()
    const rows = this.batches.slice(this.#seen).flatMap(b => b.rows)
    this.#seen = this.batches.length
    return rows
  }

  /** What the last batch reported of the first stateful operator. */
  state(): StateOperatorProgress { return this.query.recentProgress.filter(p => p.stateOperators.length > 0).at(-1)!.stateOperators[0]! }
  stop(): Promise<void> { return this.query.stop() }
}

/** The condition a promise is rejected with. */
export async function rejection(p: Promise<unknown> | (() => unknown)): Promise<SparkError> {
  try { await (typeof p === 'function' ? p() : p) } catch (e) {
    if (e instanceof SparkError) return e
    throw e
  }
  throw new Error('no error came')
}

/** The condition of what ended a query, and the error that has it. */
export function ending(e: SparkError): { condition: string | null; cause: SparkError } {
  let cause: unknown = e
  while (cause instanceof SparkError && cause.condition === 'STREAM_FAILED') cause = cause.cause
  return { condition: conditionOf(e), cause: cause as SparkError }
}
