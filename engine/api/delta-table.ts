/** DeltaTable: rows of a Delta table updated, deleted and merged, its history, its upkeep. */
import { analysisError } from '../errors/spark-error.ts'
import type { Backend, QueryResult } from '../plan/backend.ts'
import type { Assignment, DeltaCommand, MergeClause } from '../plan/delta-command.ts'
import { Column, toColumn } from './column.ts'
import { DataFrame } from './dataframe.ts'
import { parseCondition } from './sql-text.ts'

/** A condition: SQL text or a Column. */
type Condition = string | Column
/** New values by column name: SQL texts or Columns. */
export type ColumnValues = Readonly<Record<string, Condition>>

const expressionOf = (c: Condition): Column['expression'] => (typeof c === 'string' ? parseCondition(c) : toColumn(c).expression)
// `t.price` names the column price: the table's own name stands before it by habit.
const assignments = (values: ColumnValues): Assignment[] => Object.entries(values).map(([name, value]) => ({ column: name.slice(name.lastIndexOf('.') + 1), value: expressionOf(value) }))

/**
 * A Delta table by its path.
 *
 * ```ts
 * const t = DeltaTable.forPath(spark, '/data/prices')
 * await t.as('t').merge(updates.alias('s'), 's.id = t.id').whenMatchedUpdateAll().whenNotMatchedInsertAll().execute()
 * ```
 */
export class DeltaTable {
  readonly #backend: Backend
  readonly #path: string
  readonly #alias: string | null

  private constructor(backend: Backend, path: string, alias: string | null) {
    this.#backend = backend
    this.#path = path
    this.#alias = alias
  }

  /** The table at a path. Throws DELTA_MISSING_DELTA_TABLE. */
  static forPath(spark: { readonly backend: Backend }, path: string): DeltaTable {
    const table = new DeltaTable(spark.backend, path, null)
    table.toDF()
    return table
  }

  /** Whether there is a Delta table at a path. */
  static async isDeltaTable(spark: { readonly backend: Backend }, path: string): Promise<boolean> {
    return (await spark.backend.delta({ kind: 'is-table', path })).batches[0]!.columns[0]!.get(0) === true
  }

  /** The rows of the table as it is now. */
  toDF(): DataFrame {
    const frame = new DataFrame({ kind: 'batch-read', format: 'delta', schema: null, options: {}, paths: [this.#path] }, this.#backend)
    return this.#alias === null ? frame : frame.alias(this.#alias)
  }

  /** A name for the table in conditions: `t.as("t")`. */
  as(alias: string): DeltaTable { return new DeltaTable(this.#backend, this.#path, alias) }
  /** The same as `as`. */
  alias(alias: string): DeltaTable { return this.as(alias) }

  /** Begins a merge of a source's rows; `execute()` runs it. Each WHEN applies to rows that no WHEN before it took. */
  merge(source: DataFrame, condition: Condition): DeltaMergeBuilder { return new DeltaMergeBuilder(this.#backend, this.#path, this.#alias, source, expressionOf(condition)) }

  /** Gives the rows that meet the condition (all, without one) new values; says how many. `update({ condition: "id = 1", set: { v: "v + 1" } })` */
  async update(change: { readonly condition?: Condition; readonly set: ColumnValues }): Promise<number> {
    return this.#affected({ kind: 'update', path: this.#path, alias: this.#alias, condition: change.condition === undefined ? null : expressionOf(change.condition), set: assignments(change.set) })
  }

  /** Deletes the rows that meet the condition (all, without one); says how many. */
  async delete(condition?: Condition): Promise<number> {
    return this.#affected({ kind: 'delete', path: this.#path, alias: this.#alias, condition: condition === undefined ? null : expressionOf(condition) })
  }

  async #affected(command: DeltaCommand): Promise<number> { return Number((await this.#backend.delta(command)).batches[0]!.columns[0]!.get(0)) }

  /** The versions, newest first: what each did and when. */
  async history(limit?: number): Promise<DataFrame> { return this.#frame(await this.#backend.delta({ kind: 'history', path: this.#path, limit: limit ?? null })) }
  /** One row about the table: files, bytes, partition columns, protocol. */
  async detail(): Promise<DataFrame> { return this.#frame(await this.#backend.delta({ kind: 'detail', path: this.#path })) }
  /** Deletes files that no version within the retention (hours; a week) needs, and gives their paths. Throws DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT. */
  async vacuum(retentionHours?: number): Promise<DataFrame> { return this.#frame(await this.#backend.delta({ kind: 'vacuum', path: this.#path, retentionHours: retentionHours ?? null, dryRun: false })) }

  #frame(r: QueryResult): DataFrame { return new DataFrame({ kind: 'local-data', schema: r.schema, batches: r.batches }, this.#backend) }
}

const omitted = { matched: 'NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION', notMatched: 'NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION', notMatchedBySource: 'NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION' } as const

/** A merge under construction: clauses are tried in the order they are given. */
export class DeltaMergeBuilder {
  readonly #backend: Backend
  readonly #base: Pick<Extract<DeltaCommand, { kind: 'merge' }>, 'path' | 'alias' | 'source' | 'condition'>
  readonly #clauses: readonly { readonly on: 'matched' | 'notMatched' | 'notMatchedBySource'; readonly clause: MergeClause }[]
  readonly #evolve: boolean

  constructor(backend: Backend, path: string, alias: string | null, source: DataFrame, condition: Column['expression'], clauses: DeltaMergeBuilder['clauses'] = [], evolve = false) {
    this.#backend = backend
    this.#base = { path, alias, source: source.plan, condition }
    this.#clauses = clauses
    this.#evolve = evolve
    this.#source = source
  }
  readonly #source: DataFrame
  /** The clauses so far. Not part of the public API. */
  get clauses(): readonly { readonly on: 'matched' | 'notMatched' | 'notMatchedBySource'; readonly clause: MergeClause }[] { return this.#clauses }

  #with(on: 'matched' | 'notMatched' | 'notMatchedBySource', action: MergeClause['action'], set: MergeClause['set'], condition: Condition | undefined): DeltaMergeBuilder {
    const before = this.#clauses.filter(c => c.on === on).at(-1)
    if (before !== undefined && before.clause.condition === null) throw analysisError(omitted[on])
    const clause: MergeClause = { condition: condition === undefined ? null : expressionOf(condition), action, set }
    return new DeltaMergeBuilder(this.#backend, this.#base.path, this.#base.alias, this.#source, this.#base.condition, [...this.#clauses, { on, clause }], this.#evolve)
  }

  /** `whenMatchedUpdate({ set: { v: "s.v" }, condition: "s.v > t.v" })` */
  whenMatchedUpdate(update: { readonly set: ColumnValues; readonly condition?: Condition }): DeltaMergeBuilder { return this.#with('matched', 'update', assignments(update.set), update.condition) }
  /** Every column from the source's column of that name. */
  whenMatchedUpdateAll(condition?: Condition): DeltaMergeBuilder { return this.#with('matched', 'update', 'all', condition) }
  whenMatchedDelete(condition?: Condition): DeltaMergeBuilder { return this.#with('matched', 'delete', [], condition) }
  whenNotMatchedInsert(insert: { readonly values: ColumnValues; readonly condition?: Condition }): DeltaMergeBuilder { return this.#with('notMatched', 'insert', assignments(insert.values), insert.condition) }
  whenNotMatchedInsertAll(condition?: Condition): DeltaMergeBuilder { return this.#with('notMatched', 'insert', 'all', condition) }
  /** Rows of the table that the source has nothing for. */
  whenNotMatchedBySourceUpdate(update: { readonly set: ColumnValues; readonly condition?: Condition }): DeltaMergeBuilder { return this.#with('notMatchedBySource', 'update', assignments(update.set), update.condition) }
  whenNotMatchedBySourceDelete(condition?: Condition): DeltaMergeBuilder { return this.#with('notMatchedBySource', 'delete', [], condition) }
  /** Columns that only the source has become columns of the table. */
  withSchemaEvolution(): DeltaMergeBuilder { return new DeltaMergeBuilder(this.#backend, this.#base.path, this.#base.alias, this.#source, this.#base.condition, this.#clauses, true) }

  /** Runs the merge as one commit; a DataFrame of one row says how many rows changed. */
  async execute(): Promise<DataFrame> {
    const of = (on: string): MergeClause[] => this.#clauses.filter(c => c.on === on).map(c => c.clause)
    const r = await this.#backend.delta({ kind: 'merge', ...this.#base, schemaEvolution: this.#evolve, matched: of('matched'), notMatched: of('notMatched'), notMatchedBySource: of('notMatchedBySource') })
    return new DataFrame({ kind: 'local-data', schema: r.schema, batches: r.batches }, this.#backend)
  }
}
