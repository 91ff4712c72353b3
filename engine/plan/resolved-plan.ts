/** The plan after analysis: every name is an attribute with an id and a type, every call is bound. What the planner turns into operators. */
import type { StructTypeShape } from '../types/data-type.ts'
import type { ColumnPredicate } from '../columns/column-predicate.ts'
import type { Row } from '../columns/rows.ts'
import type { GroupFunction, GroupStateTimeout, ProcessorSource, TimeMode } from '../columns/user-state.ts'
import type { AggregateFunction } from '../expressions/aggregate-function.ts'
import type { Alias, AggregateCall, Attribute, GeneratorCall, Resolved } from '../expressions/expression.ts'
import type { PlainBound, WindowFunction } from '../expressions/window-function.ts'
import type { JoinType, LocalRows, Options, StreamRead } from './logical-plan.ts'

/** `named`: a query of WITH, as its name is used. `view`: what a name of the catalog stands for. `piped`: what stands before a pipe operator, above which only its output may be named. */
interface Node { readonly output: readonly Attribute[]; readonly streaming: boolean; readonly named?: true; readonly view?: true; readonly piped?: true; readonly sunk?: SunkCondition; /** What a join by names took out: columns of the child that `side.name` still reaches. */ readonly joined?: readonly Attribute[] }

/** Where a condition may be applied instead: `plan` has the same rows, and applies it further down. It counts only while the node's child is `child`. */
export interface SunkCondition { readonly child: ResolvedPlan; readonly plan: ResolvedPlan }

export interface ResolvedLocal extends Node { readonly kind: 'local'; readonly batches: LocalRows }
export interface ResolvedRange extends Node { readonly kind: 'range'; readonly start: bigint; readonly end: bigint; readonly step: bigint }
/** `predicates`: what every wanted row meets; a source may leave out rows that do not. `held`: what the source fixed when the DataFrame was made. */
export interface ResolvedBatchRead extends Node {
  readonly kind: 'batch-read'; readonly format: string; readonly schema: StructTypeShape; readonly options: Options; readonly paths: readonly string[]; readonly predicates?: readonly ColumnPredicate[]; readonly held?: unknown
}
/** `source` is the plan node of the API: one node is one source of the query. */
export interface ResolvedStreamRead extends Node { readonly kind: 'stream-read'; readonly source: StreamRead; readonly schema: StructTypeShape }
export interface ResolvedProject extends Node { readonly kind: 'project'; readonly expressions: readonly (Alias | Attribute)[]; readonly child: ResolvedPlan }
export interface ResolvedFilter extends Node { readonly kind: 'filter'; readonly condition: Resolved; readonly child: ResolvedPlan }
/** A row in, one row for each list out (sliding windows, rollup), row after row unless nobody above can tell. */
export interface ResolvedExpand extends Node { readonly kind: 'expand'; readonly projections: readonly (readonly Resolved[])[]; readonly child: ResolvedPlan; readonly anyOrder?: true }
/** The child's columns, then the generator's. */
export interface ResolvedGenerate extends Node { readonly kind: 'generate'; readonly generator: GeneratorCall; readonly child: ResolvedPlan }
/** Output: the key attributes, then one attribute for each aggregate. */
export interface ResolvedAggregate extends Node {
  readonly kind: 'aggregate'; readonly keys: readonly Alias[]; readonly aggregates: readonly { readonly call: AggregateCall; readonly attribute: Attribute }[]; readonly child: ResolvedPlan
}
export interface ResolvedJoin extends Node {
  /** `existence`: all rows of the left side, and whether the right has one that fits as the last column. */
  readonly kind: 'join'; readonly type: JoinType | 'existence'; readonly left: ResolvedPlan; readonly right: ResolvedPlan
  readonly leftKeys: readonly Resolved[]; readonly rightKeys: readonly Resolved[]; readonly nullSafe: readonly boolean[]; readonly condition: Resolved | null
  /** A test of WHERE, which Spark makes a join of when no more filters are inferred. */
  readonly test?: true
}
export interface ResolvedOrder { readonly child: Resolved; readonly ascending: boolean; readonly nullsFirst: boolean }
export interface ResolvedSort extends Node { readonly kind: 'sort'; readonly orders: readonly ResolvedOrder[]; readonly child: ResolvedPlan }
/** `local`: of each batch of a stream and each of its sources, not of all rows. */
/** A bound of a frame: none, the current row, so many rows on, or the key of the row that lies as far away as RANGE says. */
export type ResolvedBound = PlainBound | number | Resolved
export interface ResolvedFrame { readonly unit: 'rows' | 'range'; readonly lower: ResolvedBound; readonly upper: ResolvedBound }
/** A function with its frame; `text` and `spec` are the call and its window as SQL. */
export interface WindowCall {
  readonly name: string; readonly args: readonly Resolved[]; readonly filter: Resolved | null; readonly function: AggregateFunction | WindowFunction; readonly frame: ResolvedFrame
  readonly text: string; readonly spec: string
}
/** Functions over one partitioning and order. Output: the child's columns, then one attribute for each function. */
export interface ResolvedWindow extends Node {
  readonly kind: 'window'; readonly partitionBy: readonly Resolved[]; readonly orders: readonly ResolvedOrder[]
  readonly functions: readonly { readonly call: WindowCall; readonly attribute: Attribute }[]; readonly child: ResolvedPlan
}
export interface ResolvedLimit extends Node { readonly kind: 'limit'; readonly count: number; readonly offset: number; readonly local?: true; readonly child: ResolvedPlan }
export interface ResolvedSample extends Node { readonly kind: 'sample'; readonly fraction: number; readonly from: number; readonly seed: bigint; readonly withReplacement: boolean; readonly child: ResolvedPlan }
export interface ResolvedUnion extends Node { readonly kind: 'union'; readonly children: readonly ResolvedPlan[] }
export interface ResolvedSetOperation extends Node { readonly kind: 'except' | 'intersect'; readonly left: ResolvedPlan; readonly right: ResolvedPlan; readonly all: boolean }
export interface ResolvedDeduplicate extends Node { readonly kind: 'deduplicate'; readonly keys: readonly Attribute[]; readonly withinWatermark: boolean; readonly child: ResolvedPlan }
export interface ResolvedWatermark extends Node { readonly kind: 'watermark'; readonly attribute: Attribute; readonly delayMs: number; readonly child: ResolvedPlan }
/** Rows pass; `results` are computed over the aggregates once the rows have ended. */
export interface ResolvedObserve extends Node {
  readonly kind: 'observe'; readonly name: string; readonly aggregates: ResolvedAggregate['aggregates']; readonly results: readonly (Alias | Attribute)[]; readonly observation: { take(metrics: Row): void } | null; readonly child: ResolvedPlan
}
/** The child's columns, then the row's number, from 0. */
export interface ResolvedZip extends Node { readonly kind: 'zip-with-index'; readonly child: ResolvedPlan }
/** The rows of `anchor`, then again and again those of `step`, in which `recursive-ref` of the same loop gives the rows found last. Limits: levels and rows, Infinity for none. */
export interface ResolvedRecursive extends Node {
  readonly kind: 'recursive'; readonly name: string; readonly loop: object; readonly anchor: ResolvedPlan; readonly step: ResolvedPlan; readonly maxLevel: number; readonly maxRows: number
}
export interface ResolvedRecursiveRef extends Node { readonly kind: 'recursive-ref'; readonly loop: object }
/** The child's columns, then those the function makes. */
export interface ResolvedAppendKey extends Node { readonly kind: 'append-key'; readonly function: (row: any) => Row; readonly schema: StructTypeShape; readonly child: ResolvedPlan }
interface StatefulNode extends Node {
  /** Columns of the child: those that are grouped by, and those that the user's rows have. */
  readonly keys: readonly Attribute[]
  readonly values: readonly Attribute[]
  readonly initial: { readonly plan: ResolvedPlan; readonly keys: readonly Attribute[]; readonly values: readonly Attribute[] } | null
  readonly child: ResolvedPlan
}
export interface ResolvedGroupState extends StatefulNode {
  readonly kind: 'group-state'; readonly method: 'mapGroupsWithState' | 'flatMapGroupsWithState'; readonly stateSchema: StructTypeShape; readonly outputMode: 'append' | 'update'
  readonly timeout: GroupStateTimeout; readonly function: GroupFunction
}
/** `eventTime` is the column of the output that carries the event time, null for none. */
export interface ResolvedTransformWithState extends StatefulNode {
  readonly kind: 'transform-with-state'; readonly outputMode: 'append' | 'update' | 'complete'; readonly timeMode: TimeMode; readonly eventTime: Attribute | null; readonly processor: ProcessorSource
}

export type ResolvedPlan =
  | ResolvedLocal | ResolvedRange | ResolvedBatchRead | ResolvedStreamRead | ResolvedProject | ResolvedFilter | ResolvedExpand | ResolvedGenerate | ResolvedAggregate
  | ResolvedJoin | ResolvedSort | ResolvedWindow | ResolvedLimit | ResolvedSample | ResolvedUnion | ResolvedSetOperation | ResolvedDeduplicate | ResolvedWatermark | ResolvedObserve
  | ResolvedZip | ResolvedRecursive | ResolvedRecursiveRef | ResolvedAppendKey | ResolvedGroupState | ResolvedTransformWithState

/** The plans directly below. */
export function resolvedInputs(plan: ResolvedPlan): readonly ResolvedPlan[] {
  switch (plan.kind) {
    case 'local': case 'range': case 'batch-read': case 'stream-read': case 'recursive-ref': return []
    case 'recursive': return [plan.anchor, plan.step]
    case 'join': case 'except': case 'intersect': return [plan.left, plan.right]
    case 'union': return plan.children
    case 'group-state': case 'transform-with-state': return plan.initial === null ? [plan.child] : [plan.child, plan.initial.plan]
    default: return [plan.child]
  }
}

/** The rows of a plan for which a condition holds. */
export const filterOf = (condition: Resolved, child: ResolvedPlan): ResolvedPlan => ({ kind: 'filter', condition, child, output: child.output, streaming: child.streaming })

/** A plan and all that is under it, from the top. */
export function nodesOf(plan: ResolvedPlan): ResolvedPlan[] { return [plan, ...resolvedInputs(plan).flatMap(nodesOf)] }

export const isStreamingAggregate = (plan: ResolvedPlan): plan is ResolvedAggregate => plan.kind === 'aggregate' && plan.streaming

/** A plan and what is under it, as far as Spark sees when it looks for operators that do not go together: it does not look into the queries of WITH. */
export function beforeWith(plan: ResolvedPlan): ResolvedPlan[] { return plan.named === true ? [] : [plan, ...resolvedInputs(plan).flatMap(beforeWith)] }
