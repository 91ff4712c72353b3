/** What a physical operator is: it pulls batches from its children and gives batches. Operators know nothing of plans, offsets, files or the network. */
import type { Batch } from '../columns/batch.ts'
import type { Row } from '../columns/rows.ts'
import type { Attribute } from '../expressions/expression.ts'
import type { StateStore } from '../state/state-store.ts'

/** What an operator may ask for while it runs one query or one micro-batch. */
export interface Task {
  /** Aborted when the query is stopped. */
  readonly signal: AbortSignal
  /** The rows of a leaf, by the leaf's number. */
  scan(leaf: number): AsyncIterable<Batch>
  /** The time a batch query is run at, in milliseconds. */
  readonly processingTimeMs?: number
  /** The rows that recursive queries found last, by their loops. */
  readonly loops?: ReadonlyMap<object, readonly Batch[]>
  /** The micro-batch this is, null for a batch query. */
  readonly streaming: StreamingTask | null
}

export interface StreamingTask {
  readonly batchId: number
  /** `current_timestamp` of the batch, in milliseconds. */
  readonly batchTimestampMs: number
  /** The watermarks an operator goes by in this batch. */
  watermarks(operatorId: number): OperatorWatermarks
  /** The state stores of an operator, one a partition, at the version this batch begins with. Operators with several stores a partition name the one they want. */
  stores(operatorId: number, storeName?: string): Promise<readonly StateStore[]>
  /** The partition of the input that the rows a leaf gave last are of: a number that no other leaf and no other partition of the leaf has. */
  inputPartition: number
  /** Rows of a leaf that its source would have dropped by itself, had it been told. */
  leftOut(leaf: number, rows: number): void
  /** What an operator reports into the progress. */
  report(operatorId: number, metrics: OperatorMetrics): void
  /** The metrics of an observe(). */
  observed(name: string, metrics: Row): void
  /** Lets files, timers and sockets have their turn: for work that goes on long with nothing to wait for. */
  turn(): Promise<void>
  /** What a watermark node saw in this batch. */
  eventTime(node: number, stats: EventTimeStats): void
}

/** In milliseconds, 0 at first. */
export interface OperatorWatermarks {
  /** A row whose time is at or before it is late: the eviction watermark of the batch before. */
  readonly lateMs: number
  /** State whose time is at or before it is complete. */
  readonly evictMs: number
}

/** The greatest, least and mean event time of a batch in milliseconds; a NULL time counts as 0. */
export interface EventTimeStats { readonly count: number; readonly maxMs: number; readonly minMs: number; readonly avgMs: number }

/** Counts that the stores do not know by themselves. */
export interface OperatorMetrics {
  readonly numRowsUpdated: number; readonly numRowsRemoved: number; readonly numRowsDroppedByWatermark: number
  readonly allUpdatesTimeMs: number; readonly allRemovalsTimeMs: number
  /** How many rows the state has, where not every store counts. */
  readonly numRowsTotal?: number
  /** The operator's own, merged into those of its stores: `numDroppedDuplicateRows`. */
  readonly customMetrics?: Readonly<Record<string, number>>
}

export interface Exec {
  /** Ends in `Exec`, as explain() shows it. */
  readonly name: string
  readonly output: readonly Attribute[]
  readonly children: readonly Exec[]
  /** The id of its state, for a stateful operator. */
  readonly operatorId?: number
  /** The number of the leaf, for one. */
  readonly leaf?: number
  /** The details explain() shows behind the name. */
  describe(): string
  run(task: Task): AsyncIterable<Batch>
}

/** The plan as an indented tree. */
export function explainExec(exec: Exec, depth = 0): string {
  const line = `${'  '.repeat(depth)}${depth === 0 ? '' : '+- '}${exec.name}${exec.describe() === '' ? '' : ` ${exec.describe()}`}`
  return [line, ...exec.children.map(c => explainExec(c, depth + 1))].join('\n')
}

/** A short list of columns for describe(). */
export const columnList = (attributes: readonly { readonly name: string; readonly id: number }[]): string => `[${attributes.map(a => `${a.name}#${a.id}`).join(', ')}]`
