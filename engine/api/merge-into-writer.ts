/** df.mergeInto(table, condition): the rows of a DataFrame merged into a Delta table of the catalog. */
import { analysisError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import type { TableName } from '../expressions/table-name.ts'
import type { Backend } from '../plan/backend.ts'
import type { Assignment, MergeClause } from '../plan/delta-command.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { quotedTable } from '../plan/saved-table.ts'
import { valuesByName } from './arguments.ts'
import { changeTable, deltaPath } from './change-table.ts'
import { toColumn, type Column, type ColumnOrValue } from './column.ts'
import { conditionExpression } from './sql-text.ts'

/** A condition: SQL text or a Column. */
type Condition = string | Column
/** New values by the names of the table's columns. */
export type Assignments = Readonly<Record<string, ColumnOrValue>> | ReadonlyMap<string, ColumnOrValue>
type On = 'matched' | 'notMatched' | 'notMatchedBySource'
const omitted = { matched: 'DELTA_NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION', notMatched: 'DELTA_NON_LAST_NOT_MATCHED_CLAUSE_OMIT_CONDITION', notMatchedBySource: 'DELTA_NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION' } as const

// `t.price` names the column price: the table's own name stands before it by habit.
const assignments = (values: Assignments): Assignment[] => (values instanceof Map ? [...values as ReadonlyMap<string, ColumnOrValue>] : Object.entries(valuesByName('update', values as Readonly<Record<string, ColumnOrValue>>))).map(([name, value]) => ({ column: name.slice(name.lastIndexOf('.') + 1), value: toColumn(value).expression }))
// No values at all mean all of them, as in Spark.
const given = (values: Assignments): MergeClause['set'] => { const list = assignments(values); return list.length === 0 ? 'all' : list }
const once = (list: MergeClause['set']): MergeClause['set'] => (list === 'all' ? list : list.filter((a, i) => list.findIndex(b => b.column.toLowerCase() === a.column.toLowerCase()) === i))

/**
 * A merge under construction: what happens to rows of the table that a row of the DataFrame meets, to rows of the DataFrame that meet none, and to rows of the table that none meets. `merge()` runs it.
 *
 *     await cambios.alias("c").mergeInto("ventas", F.expr("ventas.id = c.id")).whenMatched().updateAll().whenNotMatched().insertAll().merge()
 */
export class MergeIntoWriter {
  readonly #source: LogicalPlan
  readonly #table: TableName
  readonly #condition: Expression
  readonly #backend: Backend
  readonly #clauses: { readonly on: On; readonly clause: MergeClause }[] = []
  #evolves = false

  constructor(source: LogicalPlan, table: TableName, condition: Condition, backend: Backend) {
    this.#source = source
    this.#table = table
    this.#condition = conditionExpression(condition)
    this.#backend = backend
  }

  /** Rows of the table that a row of the DataFrame meets, where the condition holds too, if there is one. */
  whenMatched(condition?: Condition | null): WhenMatched { return new WhenMatched(this.#adder('matched', condition)) }
  /** Rows of the DataFrame that meet no row of the table. */
  whenNotMatched(condition?: Condition | null): WhenNotMatched { return new WhenNotMatched(this.#adder('notMatched', condition)) }
  /** Rows of the table that no row of the DataFrame meets. */
  whenNotMatchedBySource(condition?: Condition | null): WhenNotMatchedBySource { return new WhenNotMatchedBySource(this.#adder('notMatchedBySource', condition)) }
  /** Columns that only the DataFrame has become columns of the table. */
  withSchemaEvolution(): this { this.#evolves = true; return this }

  /**
   * Runs the merge as one commit. Throws NO_MERGE_ACTION_SPECIFIED, TABLE_OR_VIEW_NOT_FOUND, UNSUPPORTED_FEATURE.TABLE_OPERATION for a table that is no Delta table, and DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE.
   */
  async merge(): Promise<void> {
    if (this.#clauses.length === 0) throw analysisError('NO_MERGE_ACTION_SPECIFIED')
    const of = (on: On): MergeClause[] => this.#clauses.filter(c => c.on === on).map(c => c.clause), { path } = this.#table
    const parts = path === null && this.#table.parts.length > 1 && this.#table.parts[0]!.toLowerCase() === 'spark_catalog' ? this.#table.parts.slice(1) : this.#table.parts, alias = path === null ? parts.at(-1)! : null
    if (path === null && parts.length > 2) throw analysisError('REQUIRES_SINGLE_PART_NAMESPACE', { identifier: quotedTable(parts.join('.')) })
    const qualifier = path === null ? ['spark_catalog', 'default', parts.at(-1)!] : [path.format, path.path]
    const table = { name: parts.join('.'), path, alias, qualifier }, change = { kind: 'merge' as const, source: this.#source, condition: this.#condition, schemaEvolution: this.#evolves, matched: of('matched'), notMatched: of('notMatched'), notMatchedBySource: of('notMatchedBySource') }
    this.#resolvable(table.name, alias)
    deltaPath(this.#backend, table, 'MERGE INTO TABLE')
    for (const on of ['matched', 'notMatched', 'notMatchedBySource'] as const) if (of(on).slice(0, -1).some(c => c.condition === null)) throw analysisError(omitted[on])
    await changeTable(this.#backend, table, change)
  }

  // Spark looks names up before it asks the table what it can do.
  #resolvable(name: string, alias: string | null): void {
    const saved = alias === null || this.#backend.viewPlan(name) !== null ? null : this.#backend.savedTable(name)
    if (saved === null || saved.format === 'delta') return
    const target: LogicalPlan = { kind: 'alias', name: alias!, child: { kind: 'table', name } }, pairs: LogicalPlan = { kind: 'join', type: 'inner', using: null, left: target, right: this.#source, condition: this.#condition }
    this.#backend.schemaOf(pairs)
    for (const { on, clause } of this.#clauses) {
      const child = on === 'matched' ? pairs : on === 'notMatched' ? this.#source : target, keys = clause.set === 'all' ? [] : clause.set
      if (clause.condition !== null) this.#backend.schemaOf({ kind: 'filter', condition: clause.condition, child })
      if (keys.length > 0) this.#backend.schemaOf({ kind: 'project', child: target, expressions: keys.map(k => ({ kind: 'unresolved-attribute', nameParts: [k.column] })) })
    }
  }

  #adder(on: On, condition: Condition | null | undefined): Adder {
    return (action, set) => { this.#clauses.push({ on, clause: { condition: condition == null ? null : conditionExpression(condition), action, set } }); return this }
  }
}

type Adder = (action: MergeClause['action'], set: MergeClause['set']) => MergeIntoWriter

/** What happens to rows of the table that are met. */
export class WhenMatched {
  readonly #add: Adder
  constructor(add: Adder) { this.#add = add }
  /** Every column gets the value of the DataFrame's column of that name. */
  updateAll(): MergeIntoWriter { return this.#add('update', 'all') }
  /** Columns get new values; none given means updateAll. `.whenMatched().update({ precio: F.col("c.precio") })` */
  update(values: Assignments): MergeIntoWriter { return this.#add('update', given(values)) }
  /** The rows go. */
  delete(): MergeIntoWriter { return this.#add('delete', []) }
}

/** What happens to rows of the DataFrame that meet none. */
export class WhenNotMatched {
  readonly #add: Adder
  constructor(add: Adder) { this.#add = add }
  /** They become rows of the table, columns by name. */
  insertAll(): MergeIntoWriter { return this.#add('insert', 'all') }
  /** They become rows of the table with these values; other columns are NULL. None given means insertAll, and of a column named twice the first value counts, as in Spark. */
  insert(values: Assignments): MergeIntoWriter { return this.#add('insert', once(given(values))) }
}

/** What happens to rows of the table that none meets. */
export class WhenNotMatchedBySource {
  readonly #add: Adder
  constructor(add: Adder) { this.#add = add }
  /** There is no row of the DataFrame to take values of: MICROLOTE_INVALID_ARGUMENT. */
  updateAll(): MergeIntoWriter { throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'whenNotMatchedBySource().updateAll() has no row to take values of', advice: 'Use update({ column: value }), or delete().' }) }
  /** Columns get new values, made of the table's own columns. */
  update(values: Assignments): MergeIntoWriter { return this.#add('update', assignments(values)) }
  /** The rows go. */
  delete(): MergeIntoWriter { return this.#add('delete', []) }
}
