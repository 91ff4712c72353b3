/** The logical plan as the API and SQL build it: plain values that say what is wanted, with names not yet looked up. It can be printed, compared and sent to another engine. */
import type { StructTypeShape } from '../types/data-type.ts'
import type { Batch } from '../columns/batch.ts'
import type { Row } from '../columns/rows.ts'
import type { GroupFunction, GroupStateTimeout, ProcessorSource, TimeMode } from '../columns/user-state.ts'
import type { Lifetime } from './lifetime.ts'
import type { Expression, SortOrder } from '../expressions/expression.ts'
import { mapExpression, mentions } from '../expressions/map-expression.ts'

export type Options = Readonly<Record<string, string>>
export type JoinType = 'inner' | 'cross' | 'left' | 'right' | 'full' | 'leftsemi' | 'leftanti'

/** Rows that are here already: createDataFrame, the DataFrame that foreachBatch hands over (with its query's `lifetime`), a memory-sink table. */
/** Rows that are here, or that come once, as they are asked for. */
export type LocalRows = readonly Batch[] | AsyncIterable<Batch>
export interface LocalData { readonly kind: 'local-data'; readonly schema: StructTypeShape; readonly batches: LocalRows; readonly lifetime?: Lifetime | null }
/** `spark.range(start, end, step)`: one column `id BIGINT`. */
export interface Range { readonly kind: 'range'; readonly start: bigint; readonly end: bigint; readonly step: bigint }
/** `spark.read.format(f)…load(paths)`. */
export interface BatchRead { readonly kind: 'batch-read'; readonly format: string; readonly schema: StructTypeShape | null; readonly options: Options; readonly paths: readonly string[]; /** A table, which shows the hidden columns that a view does not. */ readonly table?: true }
/** `spark.readStream.format(f)…load()`. Each node is one source of the query: the same node used twice is read once. `handle` carries what no option can (a MemoryStream). */
export interface StreamRead {
  readonly kind: 'stream-read'; readonly format: string; readonly schema: StructTypeShape | null; readonly options: Options; readonly path: string | null; readonly handle?: unknown
}
/** A function that makes rows, in FROM: `range(…)`, `explode(…)`. An argument may have a name. */
export interface TableFunction { readonly kind: 'table-function'; readonly name: string; readonly args: readonly { readonly name: string | null; readonly value: Expression }[] }
/** `spark.table(name)`: a temporary view or the table of a memory sink. */
export interface TableRead { readonly kind: 'table'; readonly name: string }
/** `pipe`: the columns that |> EXTEND adds, behind the star that stands for those before. */
export interface Project { readonly kind: 'project'; readonly expressions: readonly Expression[]; readonly child: LogicalPlan; readonly pipe?: 'EXTEND' }
/** Adds or replaces columns, keeping the others in place. `pipe`: |> SET, whose columns are there. */
export interface WithColumns { readonly kind: 'with-columns'; readonly columns: readonly { readonly name: string; readonly expression: Expression }[]; readonly child: LogicalPlan; readonly pipe?: 'SET' }
export interface RenameColumns { readonly kind: 'rename-columns'; readonly renames: readonly (readonly [from: string, to: string])[]; readonly child: LogicalPlan }
/** Drops columns by name or as resolved by df.col; unknown names are ignored. */
export interface Drop { readonly kind: 'drop'; readonly columns: readonly Expression[]; readonly child: LogicalPlan }
export interface ToColumns { readonly kind: 'to-df'; readonly names: readonly string[]; readonly child: LogicalPlan; /** The view whose columns these are. */ readonly view?: string }
export interface Filter { readonly kind: 'filter'; readonly condition: Expression; readonly child: LogicalPlan }
/** `groupBy(keys).agg(aggregates)`: the output is the keys, then the aggregates. */
export interface Aggregate {
  readonly kind: 'aggregate'; readonly grouping: 'groupby' | 'rollup' | 'cube'; readonly keys: readonly Expression[]; readonly aggregates: readonly Expression[]; readonly child: LogicalPlan
  /** groupingSets: the sets as numbers of keys, in place of those of `grouping`. */
  readonly sets?: readonly (readonly number[])[]
  /** pivot: the column and its values, with the names of the columns they make (null: the value as text). `others`: the keys are all columns that neither the pivot nor its aggregates name. */
  readonly pivot?: { readonly column: Expression; readonly values: readonly { readonly value: Expression; readonly name: string | null }[]; readonly others?: true }
}
/**
 * A SELECT of SQL that groups: the output is `select`. Keys and sort keys may be names or numbers of select items; `sets` are the grouping sets as numbers of keys, null for all keys together.
 * HAVING and ORDER BY stand in here because they may aggregate what is not selected.
 * `pipe`: |> AGGREGATE, whose `select` are the aggregates; the keys come out before them, and a number among these means a column of the input.
 */
export interface SelectAggregate {
  readonly kind: 'select-aggregate'; readonly keys: readonly Expression[]; readonly sets: readonly (readonly number[])[] | null; readonly select: readonly Expression[]
  readonly having: Expression | null; readonly orders: readonly SortOrder[]; readonly child: LogicalPlan; readonly pipe?: 'AGGREGATE'
}
export interface Join {
  readonly kind: 'join'; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly type: JoinType
  readonly condition: Expression | null; readonly using: readonly string[] | null
  /** NATURAL: by the columns whose names both sides have. */
  readonly natural?: true
  /** LATERAL: the right side may name columns of the left. */
  readonly lateral?: true
}
/** A query of WITH RECURSIVE: the rows of `anchor`, then those that `step` makes of the rows found last, until it makes none. `columns`: names for its columns; `maxLevel`: of MAX RECURSION LEVEL. */
export interface Recursive { readonly kind: 'recursive'; readonly name: string; readonly columns: readonly string[] | null; readonly anchor: LogicalPlan; readonly step: LogicalPlan; readonly loop: RecursiveRef; readonly maxLevel: number | null }
/** The name of such a query in its own step. */
export interface RecursiveRef { readonly kind: 'recursive-ref'; readonly name: string }
/** QUALIFY: a condition on the rows of a SELECT that may have window functions in it. */
export interface Qualify { readonly kind: 'qualify'; readonly condition: Expression; readonly child: LogicalPlan }
export interface Sort { readonly kind: 'sort'; readonly orders: readonly SortOrder[]; readonly child: LogicalPlan }
/** In SQL the number may be any constant expression. */
export interface Limit { readonly kind: 'limit'; readonly count: number | Expression; readonly child: LogicalPlan }
export interface Offset { readonly kind: 'offset'; readonly count: number | Expression; readonly child: LogicalPlan }
/** VALUES: rows of constants; columns col1, col2, … of the types that their values share. */
export interface InlineTable { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] }
/** Each row with the probability `fraction`; with `from`, the rows whose random number lies in [from, from + fraction). `sorted`: the rows are sorted by all columns first. */
export interface Sample { readonly kind: 'sample'; readonly fraction: number; readonly from?: number; readonly seed: number | bigint; readonly withReplacement: boolean; readonly sorted?: true; readonly child: LogicalPlan }
/** `df.to(schema)`: columns by name, in the order and of the types of a schema. */
export interface ToSchema { readonly kind: 'to-schema'; readonly schema: StructTypeShape; readonly child: LogicalPlan }
/** `df.zipWithIndex()`: the number of each row, from 0, as one more column. */
export interface ZipWithIndex { readonly kind: 'zip-with-index'; readonly name: string; readonly child: LogicalPlan }
/** Columns become rows: for each of `values` the ids (null: all other columns), its name and the values of its columns; values null: all columns but the ids, one by one. */
export interface Unpivot {
  readonly kind: 'unpivot'; readonly ids: readonly Expression[] | null; readonly values: readonly { readonly columns: readonly Expression[]; readonly name: string | null }[] | null
  readonly variable: string; readonly names: readonly string[]; readonly excludeNulls: boolean; readonly child: LogicalPlan
}
/** `df.zip(other)`: the columns of both sides, row by row. Both are projections of one plan. */
export interface Zip { readonly kind: 'zip'; readonly left: LogicalPlan; readonly right: LogicalPlan }
export interface Union { readonly kind: 'union'; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly byName: boolean; readonly allowMissingColumns: boolean }
export interface SetOperation { readonly kind: 'except' | 'intersect'; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly all: boolean }
/** dropDuplicates, distinct (`columns` null: all), dropDuplicatesWithinWatermark. */
export interface Deduplicate { readonly kind: 'deduplicate'; readonly columns: readonly string[] | null; readonly withinWatermark: boolean; readonly child: LogicalPlan }
/** DISTINCT and UNION of SQL text: on a stream an aggregation by all columns, so that the output mode rules it, not a removal of duplicates. */
export interface Distinct { readonly kind: 'distinct'; readonly child: LogicalPlan }
/** `column`: a name, or of SQL text an attribute or a named expression, which becomes a column before the others. */
export interface Watermark { readonly kind: 'watermark'; readonly column: string | Expression; readonly delay: string; readonly child: LogicalPlan }
/** `named`: the name of a query of WITH, used. `name` null: a query in FROM without an alias, whose columns have no qualifier outside. */
export interface SubqueryAlias { readonly kind: 'alias'; readonly name: string | null; readonly child: LogicalPlan; readonly named?: true; /** The plan of a temporary view. */ readonly view?: true; /** All parts of a table's name, by any of which from the end on its columns may be named. */ readonly qualifier?: readonly string[] }
/** What stands before a pipe operator that filters or sorts: its columns are all that may be named behind it. */
export interface PipeInput { readonly kind: 'pipe'; readonly child: LogicalPlan }
/** repartition, coalesce, hint: rows stay as they are in one process. */
export interface Repartition { readonly kind: 'repartition'; /** The partitions that are asked for, as text; a hint asks for none. */ readonly partitions?: string; readonly by?: readonly Expression[]; /** What rows would be put together by: by its hash, by its order; `by` needs both. */ readonly hashed?: readonly Expression[]; readonly ranged?: readonly Expression[]; readonly child: LogicalPlan }
/** Rows pass; the metrics are aggregated from them: into `observation` in a batch query, into the progress on a stream. */
export interface Observe { readonly kind: 'observe'; readonly name: string; readonly metrics: readonly Expression[]; readonly observation: { take(metrics: Row): void } | null; readonly child: LogicalPlan }
/** A grouping whose keys a user function makes from each row (`groupByKey(f, schema)`): the child's columns, then the key's. */
export interface AppendKey { readonly kind: 'append-key'; readonly function: (row: any) => Row; readonly schema: StructTypeShape; readonly child: LogicalPlan }
/** What mapGroupsWithState, flatMapGroupsWithState and transformWithState share. Schemas that are null are not checked. `keyColumns` above 0: the keys are so many last columns of the child, made by append-key. */
interface StatefulGrouping {
  readonly keys: readonly Expression[]
  readonly keyColumns: number
  readonly keySchema: StructTypeShape | null
  readonly inputSchema: StructTypeShape | null
  readonly outputSchema: StructTypeShape
  /** What the state begins with in the first batch: a batch plan grouped by the same keys. */
  readonly initialState: { readonly keys: readonly Expression[]; readonly plan: LogicalPlan } | null
  readonly child: LogicalPlan
}
export interface GroupStatePlan extends StatefulGrouping {
  readonly kind: 'group-state'; readonly method: 'mapGroupsWithState' | 'flatMapGroupsWithState'; readonly stateSchema: StructTypeShape; readonly outputMode: 'append' | 'update'
  readonly timeout: GroupStateTimeout; readonly function: GroupFunction
}
export interface TransformWithState extends StatefulGrouping {
  readonly kind: 'transform-with-state'; readonly outputMode: 'append' | 'update' | 'complete'; readonly timeMode: TimeMode; readonly eventTimeColumn: string | null; readonly processor: ProcessorSource
}

export type LogicalPlan =
  | LocalData | Range | TableFunction | InlineTable | BatchRead | StreamRead | TableRead | Project | WithColumns | RenameColumns | Drop | ToColumns | Filter | Aggregate | SelectAggregate | Join | Qualify | Sort | Limit | Offset
  | Sample | Unpivot | ToSchema | ZipWithIndex | Zip | Union | SetOperation | Deduplicate | Distinct | Watermark | SubqueryAlias | PipeInput | Repartition | Observe
  | Recursive | RecursiveRef | AppendKey | GroupStatePlan | TransformWithState

/** The plans a plan reads from. */
export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'local-data': case 'range': case 'recursive-ref': case 'table-function': case 'values': case 'batch-read': case 'stream-read': case 'table': return []
    case 'join': case 'zip': case 'union': case 'except': case 'intersect': return [plan.left, plan.right]
    case 'recursive': return [plan.anchor, plan.step]
    case 'group-state': case 'transform-with-state': return plan.initialState === null ? [plan.child] : [plan.child, plan.initialState.plan]
    default: return [plan.child]
  }
}

/** A plan's own expressions. */
export function expressionsIn(plan: LogicalPlan): readonly Expression[] {
  switch (plan.kind) {
    case 'project': return plan.expressions
    case 'with-columns': return plan.columns.map(c => c.expression)
    case 'filter': case 'qualify': return [plan.condition]
    case 'join': return plan.condition === null ? [] : [plan.condition]
    case 'sort': return plan.orders
    case 'observe': return plan.metrics
    case 'repartition': return [...(plan.by ?? []), ...(plan.hashed ?? []), ...(plan.ranged ?? [])]
    case 'table-function': return plan.args.map(a => a.value)
    case 'aggregate': return [...plan.keys, ...plan.aggregates]
    case 'select-aggregate': return [...plan.keys, ...plan.select, ...plan.orders, ...(plan.having === null ? [] : [plan.having])]
    default: return []
  }
}

/** The queries of the subqueries that stand in a plan's own expressions. */
export function queriesOf(plan: LogicalPlan): readonly LogicalPlan[] {
  const found: LogicalPlan[] = []
  for (const e of expressionsIn(plan)) mapExpression(e, x => { if (x.kind === 'unresolved-subquery') found.push(x.query as LogicalPlan); return null })
  return found
}

const waiting = new WeakMap<LogicalPlan, boolean>()
/** Whether a plan waits for a query around it: it names columns by `outer()`, and no lateral join or subquery within gives them. */
export function namesOuter(plan: LogicalPlan): boolean {
  let found = waiting.get(plan)
  if (found !== undefined) return found
  found = (plan.kind === 'join' && plan.lateral === true ? [plan.left] : inputsOf(plan)).some(namesOuter) || expressionsIn(plan).some(e => mentions(e, x => x.kind === 'unresolved-attribute' && x.outer === true))
  waiting.set(plan, found)
  return found
}

/** Whether a plan reads a stream, in a subquery too. */
export function isStreaming(plan: LogicalPlan): boolean {
  return plan.kind === 'stream-read' || inputsOf(plan).some(isStreaming) || queriesOf(plan).some(isStreaming)
}
