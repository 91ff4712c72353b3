/** What a strategy is: it plans some kinds of nodes, and leaves the others to those after it. */
import type { Exec } from '../operators/operator.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import type { OutputMode } from '../plan/write-stream.ts'
import type { StructTypeShape } from '../types/data-type.ts'

export type Leaf = Extract<ResolvedPlan, { kind: 'local' | 'range' | 'batch-read' | 'stream-read' }>
export type PlanOf<K extends ResolvedPlan['kind']> = Extract<ResolvedPlan, { kind: K }>

/** One store of a stateful operator, a partition each. */
export interface StoreShape {
  readonly name: string
  readonly keySchema: StructTypeShape
  readonly valueSchema: StructTypeShape
  readonly numColsPrefixKey?: number
  /** Set where the entries only lead to those of another store: they are not counted as rows of state. */
  readonly isIndex?: boolean
}

/** A stateful operator: what its state looks like, by which name progress reports it, and how it handles the watermark. */
export interface StatefulOperator {
  readonly id: number
  readonly name: string
  /** One named `default` for most. */
  readonly stores: readonly StoreShape[]
  /** Stores of earlier runs that the query no longer wants; their folders are deleted. */
  readonly droppedStores?: readonly string[]
  /** Stores that a checkpoint must not have, and the setting that has changed when it does. */
  readonly excludedStores?: readonly { readonly name: string; readonly configName: string; readonly oldConfig: string; readonly newConfig: string }[]
  /** A global aggregation keeps one row, so it has one partition whatever the conf says. */
  readonly singlePartition: boolean
  /** Set where a sort of all rows lies above: Spark runs that stage once more to find the ranges of the sort, and progress counts both runs. */
  readonly countedTwice?: boolean
  /** Whether a batch without data is worth running once the operator's watermark has come from what the last batch used to a new one, both in milliseconds. */
  shouldRunAnotherBatch(newWatermarkMs: number, usedWatermarkMs: number): boolean
  /** The watermark of the rows it gives, for operators above: null when they cannot rely on one. */
  outputWatermark(inputMs: number): number | null
}

/** What strategies share while one plan is made. */
export interface Planning {
  /** Null for a batch query. */
  readonly mode: OutputMode | null
  /** False where stateful operators are not made for one above the other (`spark.sql.streaming.statefulOperator.allowMultiple`): each then goes by the first event time it sees. */
  readonly chained: boolean
  /** Plans a node below. */
  plan(node: ResolvedPlan): Exec
  /** Numbers a leaf. */
  leaf(node: Leaf): number
  /** Whether the leaf of a number is a stream. */
  isStream(leaf: number): boolean
  /** Numbers a stateful operator; to be called before what lies below is planned, so that ids run from the sink towards the sources. */
  stateful(operator: Omit<StatefulOperator, 'id'>): number
  /** Numbers a watermark node. */
  watermark(delayMs: number): number
}

/** The operator for a node, or null when another strategy should plan it. */
export type Strategy = (node: ResolvedPlan, planning: Planning) => Exec | null
