/** The seam between the API and whatever runs plans: our own engine (`local`), or a real Spark over Spark Connect. */
import type { StructTypeShape } from '../types/data-type.ts'
import type { Batch } from '../columns/batch.ts'
import type { QueryText } from '../expressions/query-text.ts'
import type { UserFunction } from '../expressions/user-function.ts'
import type { BatchExplanation } from '../observe/batch-explanation.ts'
import type { StreamingQueryListener } from '../observe/listener.ts'
import type { StreamingQueryProgress, StreamingQueryStatus } from '../observe/progress.ts'
import type { DeltaCommand } from './delta-command.ts'
import type { LogicalPlan, Options } from './logical-plan.ts'
import type { SavedTable, TableWrite, WriteTo } from './saved-table.ts'
import type { WriteStream } from './write-stream.ts'

/** The result of a batch query. */
export interface QueryResult { readonly schema: StructTypeShape; readonly batches: readonly Batch[] }

/** A running streaming query, as the backend sees it. */
export interface RunningQuery {
  readonly id: string
  readonly runId: string
  readonly name: string | null
  isActive(): boolean
  status(): StreamingQueryStatus
  recentProgress(): readonly StreamingQueryProgress[]
  /** The error that ended the query, null while it lives or after a clean stop. */
  exception(): Error | null
  /** Resolves when the query has ended; never rejects. */
  readonly terminated: Promise<void>
  processAllAvailable(): Promise<void>
  stop(): Promise<void>
  explain(extended: boolean): string
  /** What the batch inspector knows of a batch, of the newest when no number is given. */
  explainBatch(batchId: number | null): BatchExplanation
  /** The batches that the inspector keeps, oldest first. */
  explainedBatches(): readonly BatchExplanation[]
  /** The rows of an operator's state. */
  state(operatorId: number | null, storeName: string | null): Promise<QueryResult>
}

/** How a batch DataFrame is written: `df.write`. */
export interface BatchWrite {
  readonly plan: LogicalPlan; readonly format: string; readonly mode: string; readonly options: Options; readonly path: string | null; readonly partitionBy: readonly string[]
}

export interface Backend {
  /** The schema of a plan. Throws AnalysisException where Spark's analysis would. A backend far away may answer late: then `eager` is false. */
  schemaOf(plan: LogicalPlan): StructTypeShape
  readonly eager: boolean
  collect(plan: LogicalPlan): Promise<QueryResult>
  write(write: BatchWrite): Promise<void>
  startStream(query: WriteStream): Promise<RunningQuery>
  /** What DeltaTable asks: one row or more about what was done. */
  delta(command: DeltaCommand): Promise<QueryResult>
  explain(plan: LogicalPlan, extended: boolean): string
  /** df.write.saveAsTable and insertInto. */
  saveTable(write: TableWrite): Promise<void>
  /** df.writeTo(table). */
  writeTo(write: WriteTo): Promise<void>
  /** A table that saveAsTable or toTable made, null where there is none of that name. */
  savedTable(name: string): SavedTable | null
  /** Forgets such a table, with its files in the warehouse; false where there is none. */
  dropTable(name: string): Promise<boolean>
  /** Another session beside this one: the same tables, its own confs, views and functions. */
  newSession(): Backend
  /** Every conf with its value. */
  allConfs(): Readonly<Record<string, string>>
  /** The active queries of this session. */
  activeQueries(): readonly RunningQuery[]
  addListener(listener: StreamingQueryListener): void
  removeListener(listener: StreamingQueryListener): void
  /** The files that a batch plan reads, as URIs. */
  inputFiles(plan: LogicalPlan): Promise<string[]>
  /** A name `global_temp.x` is one that all sessions share. */
  createTempView(name: string, plan: LogicalPlan, replace: boolean): void
  dropTempView(name: string): boolean
  /** The plan behind a temporary view, null where there is none of that name. */
  viewPlan(name: string): LogicalPlan | null
  /** The plan of a query that stands in the text of an expression; its names are views of this session. Throws PARSE_SYNTAX_ERROR. */
  readQuery(query: QueryText): LogicalPlan
  /** Gives a function of the user's a name that SQL text can call. */
  registerFunction(name: string, f: UserFunction): void
  /** The names of these. */
  registeredFunctions(): readonly string[]
  tableNames(): readonly string[]
  getConf(key: string): string | null
  setConf(key: string, value: string): void
  unsetConf(key: string): void
  /** Stops every query and frees what is held. */
  stop(): Promise<void>
}
