/** What an outside system must offer to be read or written: sources with offsets, sinks with batch ids. */
import type { StructTypeShape } from '../types/data-type.ts'
import type { Batch } from '../columns/batch.ts'
import type { ColumnPredicate } from '../columns/column-predicate.ts'
import type { Clock } from '../observe/clock.ts'
import type { RowCondition } from '../delta/write-table.ts'
import type { Files } from '../storage/files.ts'
import type { Lifetime } from '../plan/lifetime.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { ForeachWriter, OutputMode } from '../plan/write-stream.ts'
import type { OptionsReader } from './options.ts'

/** An offset as it stands in the offset log: JSON text (`{"logOffset":3}`, `{"t":{"0":9}}`, `3`). Equal text means equal offset. */
export type OffsetText = string

/** How much a batch may take: rows by the source's own limit options, or everything (trigger once). */
export type ReadLimit = 'options' | 'all'

/** What a source needs of its surroundings. */
export interface SourceContext {
  readonly clock: Clock
  readonly files: Files
  /** The source's own folder in the checkpoint, `<checkpoint>/sources/<i>`. */
  readonly checkpointDir: string
  readonly timeZone: string
  conf(key: string): string | null
  /** A warning for the person who runs the query (data loss allowed, socket not recoverable). */
  warn(message: string): void
  readonly signal: AbortSignal
}

/** A stream of rows with offsets. Made once a query run. */
export interface StreamSource {
  readonly description: string
  /**
   * The offset up to which the next batch may read, or null when there is nothing at all yet. `start` is null before the first batch.
   * Equal to `start` means: no new data.
   */
  latestOffset(start: OffsetText | null, limit: ReadLimit): Promise<OffsetText | null>
  /** For availableNow: fixes the end that latestOffset will not go beyond in this run. */
  prepareForAvailableNow?(): Promise<void>
  /** The newest offset there is, for progress; null when the source does not know. */
  reportLatestOffset?(): OffsetText | null
  /** The rows after `start` (null: from the source's own beginning) up to `end`. `columns` are the indices of the schema's columns that are wanted, in schema order; the others may be anything of the right length (a constant NULL). */
  batches(start: OffsetText | null, end: OffsetText, columns: readonly number[]): AsyncIterable<Batch>
  /** Everything up to `end` is done for good. */
  commit(end: OffsetText): Promise<void>
  /** Lag and the like for this batch, as texts by name. */
  metrics?(end: OffsetText): Readonly<Record<string, string>> | null
  close(): Promise<void>
}

/** What a sink needs of its surroundings. */
export interface SinkContext {
  readonly schema: StructTypeShape
  readonly outputMode: OutputMode
  readonly queryId: string
  readonly queryName: string | null
  readonly files: Files
  readonly clock: Clock
  readonly timeZone: string
  conf(key: string): string | null
  warn(message: string): void
  readonly handles: SinkHandles
  /** The columns of `partitionBy`, as the user wrote them. */
  readonly partitionBy?: readonly string[]
  /** Aborted when the query is stopped: a write to a system that is away is given up. */
  readonly signal?: AbortSignal
}

/** What no option can carry: functions of the user, the session's tables, where to print. */
export interface SinkHandles {
  readonly foreach: ForeachWriter | null
  readonly foreachBatch: ((batch: LogicalPlan, batchId: number) => void | Promise<void>) | null
  readonly tables: MemoryTables
  readonly print?: (text: string) => void
}

/** Where the memory sink keeps its rows. */
export interface MemoryTables {
  createMemory(name: string, schema: StructTypeShape): void
  putMemory(name: string, batches: readonly Batch[], replace: boolean): void
}

/** Takes whole batches. `addBatch` may be called again with the same id and rows after a failure. */
export interface StreamSink {
  readonly description: string
  /** Whether numOutputRows is counted (false shows −1, as Spark's V1 sinks do). */
  readonly countsRows: boolean
  addBatch(batchId: number, batches: AsyncIterable<Batch>): Promise<void>
  close(): Promise<void>
}

/** A format: any of its four sides may be missing. */
export interface Connector {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly streamSource?: {
    /** The schema of the rows; `given` is the user's. Throws MICROLOTE_SCHEMA_REQUIRED / _FIXED. Also checks the options: every mistake that can be seen now is an error now. `context` is there where files can be looked at. */
    schema(given: StructTypeShape | null, options: OptionsReader, path: string | null, handle: unknown, context?: BatchContext): StructTypeShape
    open(schema: StructTypeShape, options: OptionsReader, path: string | null, handle: unknown, context: SourceContext): Promise<StreamSource>
  }
  readonly streamSink?: {
    readonly modes: readonly OutputMode[]
    /** Whether a query may run without a checkpointLocation (in a temporary one). */
    readonly temporaryCheckpoint: boolean
    readonly options: readonly string[]
    /** Whether `partitionBy` means something to it. */
    readonly partitions?: boolean
    /** Refuses a destination that is missing, before a checkpoint is asked for. */
    destination?(options: OptionsReader, path: string | null): void
    open(options: OptionsReader, path: string | null, context: SinkContext): Promise<StreamSink>
  }
  readonly batchSource?: {
    /** The schema, inferred by reading when not given. */
    schema(given: StructTypeShape | null, options: OptionsReader, paths: readonly string[], context: BatchContext): Promise<StructTypeShape> | StructTypeShape
    /** What a DataFrame keeps for all its reads from the moment it is made (of files: which they are); null where each read looks anew. */
    hold?(options: OptionsReader, paths: readonly string[], context: BatchContext): unknown
    /** The rows. Those that meet not all of `predicates` may be left out; all are still filtered afterwards. `held`: what `hold` gave. */
    read(schema: StructTypeShape, options: OptionsReader, paths: readonly string[], columns: readonly number[], context: BatchContext, predicates?: readonly ColumnPredicate[], held?: unknown): AsyncIterable<Batch>
  }
  readonly batchSink?: {
    /** Whether `partitionBy` means something to it. */
    readonly partitions?: boolean
    write(batches: AsyncIterable<Batch>, schema: StructTypeShape, mode: string, options: OptionsReader, path: string | null, context: BatchContext, partitionBy?: readonly string[]): Promise<void>
  }
}

export interface BatchContext {
  /** Of the query whose batch is written, for what its batches share. */
  readonly lifetime?: Lifetime | null
  readonly files: Files
  readonly clock: Clock
  readonly timeZone: string
  /** A condition in SQL over rows of a schema; there where plans can be run. */
  condition?(text: string, schema: StructTypeShape): RowCondition
  conf(key: string): string | null
}
