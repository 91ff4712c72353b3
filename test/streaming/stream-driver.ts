/** Tells a streaming query as a script: rows in, rows out, restarts, crashes. Files and the stream's rows live in memory and outlast every restart. */
import { DataFrame } from '../../engine/api/dataframe.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import type { StreamingQuery } from '../../engine/api/streaming-query.ts'
import type { StreamingQueryProgress } from '../../engine/observe/progress.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import type { Files } from '../../engine/storage/files.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'

export interface DriverOptions {
  readonly schema?: string
  readonly build: (stream: DataFrame) => DataFrame
  readonly mode?: 'append' | 'update' | 'complete'
  readonly confs?: Readonly<Record<string, string>>
  readonly trigger?: { readonly availableNow?: true; readonly once?: true }
}

/** A day of which tests name the minute: `at('00:10')`. */
export const at = (time: string): Date => new Date(`2026-03-05T${time.length === 5 ? `${time}:00` : time}Z`)

export class StreamDriver {
  readonly files = new MemoryFiles()
  /** What came out, by batch: a batch that ran again replaces what it gave before, as an idempotent sink does. */
  readonly out = new Map<number, string[]>()
  readonly #o: DriverOptions
  readonly #source: MemoryStream
  #query: StreamingQuery | null = null
  #spark: SparkSession | null = null

  constructor(options: DriverOptions) {
    this.#o = options
    this.#source = new MemoryStream(this.#session(this.files), options.schema ?? 'k STRING, ts TIMESTAMP, v BIGINT')
  }

  #session(files: Files): SparkSession {
    return new SparkSession(new LocalBackend({ files, confs: { 'spark.sql.shuffle.partitions': '2', 'spark.sql.session.timeZone': 'UTC', ...this.#o.confs } }))
  }

  /** Starts the query, on files that may fail; `other` changes the query on the same checkpoint. */
  async start(files: Files = this.files, other: Partial<DriverOptions> = {}): Promise<StreamingQuery> {
    await this.stop()
    // A lock dies with its process; here the killed and the restarted query share one.
    this.files.dropLocks()
    const o = { ...this.#o, ...other }
    this.#spark = this.#session(files)
    const df = o.build(new DataFrame(this.#source.toDF().plan, this.#spark.backend))
    const writer = df.writeStream.outputMode(o.mode ?? 'append').option('checkpointLocation', 'ckpt').foreachBatch(async (batch: DataFrame, id: number) => {
      this.out.set(id, (await batch.collect()).map(r => Object.values(r).map(text).join(' ')).sort())
    })
    return this.#query = await (o.trigger === undefined ? writer : writer.trigger(o.trigger as never)).start()
  }

  /** Adds rows without waiting for them. */
  feed(...rows: readonly (readonly unknown[])[]): void { this.#source.addData(...rows) }

  /** Adds rows, runs everything that can run, and gives what came out meanwhile, batches without rows left out. */
  async add(...rows: readonly (readonly unknown[])[]): Promise<string[]> {
    const query = this.#query ?? await this.start()
    const before = new Set(this.out.keys())
    if (rows.length > 0) this.#source.addData(...rows)
    await query.processAllAvailable()
    return [...this.out].filter(([id]) => !before.has(id)).flatMap(([, lines]) => lines)
  }

  get query(): StreamingQuery { return this.#query! }
  /** Of the batches that ran: a trigger that finds nothing leaves a report, too. */
  get progress(): readonly StreamingQueryProgress[] { return this.#query!.recentProgress.filter(p => p.durationMs['addBatch'] !== undefined) }
  /** Everything that came out, in the order of the batches. */
  get lines(): string[] { return [...this.out].sort(([a], [b]) => a - b).flatMap(([, lines]) => lines) }

  async stop(): Promise<void> {
    await this.#spark?.stop()
    this.#spark = this.#query = null
  }
}

function text(v: unknown): string {
  if (v === null) return 'NULL'
  if (typeof v === 'object' && v.constructor === Object) return `[${Object.values(v).map(text).join(',')}]`
  return v instanceof Date ? v.toISOString().replace(/^2026-03-05T/, '').replace(/(:00)?(\.0+)?Z$/, '') : String(v)
}
