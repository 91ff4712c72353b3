/** What `writeStream…start()` asks for: the root of a streaming query. */
import type { LogicalPlan, Options } from './logical-plan.ts'

/** When a query runs its micro-batches. Intervals are in milliseconds. */
export type Trigger =
  | { readonly kind: 'processing-time'; readonly intervalMs: number }
  | { readonly kind: 'once' }
  | { readonly kind: 'available-now' }

export type OutputMode = 'append' | 'update' | 'complete'

/** Row by row output: `open` says whether this partition of this batch is wanted; `close` gets the error, if any. Each may return a promise. */
export interface ForeachWriter<Row = any> {
  open?(partitionId: number, epochId: number): boolean | Promise<boolean>
  process(row: Row): void | Promise<void>
  close?(error: unknown): void | Promise<void>
}

/** The function of foreachBatch: a batch DataFrame and the batch's number. The same number comes again with the same rows after a failure. */
export type ForeachBatchFunction<DataFrame = any> = (batch: DataFrame, batchId: number) => void | Promise<void>

export interface WriteStream {
  readonly plan: LogicalPlan
  readonly format: string
  readonly outputMode: string
  readonly trigger: Trigger
  readonly queryName: string | null
  readonly options: Options
  readonly path: string | null
  readonly partitionBy: readonly string[]
  readonly foreach: ForeachWriter | null
  /** Called with the plan of the batch's rows; the API wraps it into a DataFrame. */
  readonly foreachBatch: ((batch: LogicalPlan, batchId: number) => void | Promise<void>) | null
  /** `toTable(name)`. */
  readonly table: string | null
}
