/** Runs UPDATE, DELETE FROM, MERGE INTO and df.mergeInto: finds the Delta table, and refuses what Delta refuses of such a statement. */
import { analysisError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { childrenOf } from '../expressions/height.ts'
import { nameOf } from '../expressions/name.ts'
import { isAggregateName } from '../functions/registry.ts'
import type { Backend, QueryResult } from '../plan/backend.ts'
import type { Assignment, ChangedTable, DeltaCommand, TableChange } from '../plan/delta-command.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { quotedTable } from '../plan/saved-table.ts'

/** Changes the rows; the result, one row, says how many. What can be refused beforehand is refused at once. */
export function changeTable(backend: Backend, table: ChangedTable, change: TableChange): Promise<QueryResult> {
  const path = deltaPath(backend, table, change.kind === 'update' ? 'UPDATE TABLE' : change.kind === 'merge' ? 'MERGE INTO TABLE' : 'DELETE'), { alias } = table
  if (change.kind === 'merge') checkMerge(change)
  else {
    const rows: LogicalPlan = { kind: 'batch-read', format: 'delta', schema: null, options: {}, paths: [path] }, child: LogicalPlan = alias === null ? rows : { kind: 'alias', name: alias, child: rows }
    checkChange(backend, child, change)
  }
  return backend.delta({ ...change, path, alias, ...(table.qualifier === undefined ? {} : { qualifier: table.qualifier }) } as DeltaCommand)
}

/** Where the table lies. A temporary view stands for the table whose rows it gives as they are. */
export function deltaPath(backend: Backend, table: ChangedTable, operation: string): string {
  const refused = (): Error => analysisError('UNSUPPORTED_FEATURE.TABLE_OPERATION', { tableName: quotedTable(table.name), operation })
  if (table.path !== null) { if (table.path.format !== 'delta') throw refused(); return table.path.path }
  let plan = backend.viewPlan(table.name) ?? { kind: 'table' as const, name: table.name }
  while (plan.kind === 'alias' || (plan.kind === 'project' && plan.expressions.length === 1 && plan.expressions[0]!.kind === 'star' && plan.expressions[0]!.target === null)) plan = plan.child
  if (plan.kind === 'batch-read' && plan.format === 'delta' && plan.paths.length === 1 && Object.keys(plan.options).length === 0) return plan.paths[0]!
  if (plan.kind !== 'table') throw refused()
  const saved = backend.savedTable(plan.name)
  if (saved === null) throw analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: quotedTable(table.name) })
  if (saved.format !== 'delta') throw refused()
  return saved.path
}

function some(e: Expression, test: (e: Expression) => boolean): boolean { return test(e) || childrenOf(e).some(c => some(c, test)) }
const isSubquery = (e: Expression): boolean => e.kind === 'unresolved-subquery'
const isAggregate = (e: Expression): boolean => e.kind === 'unresolved-call' && isAggregateName(e.name)

function checkChange(backend: Backend, child: LogicalPlan, change: Exclude<TableChange, { kind: 'merge' }>): void {
  const set = change.kind === 'update' ? change.set : [], { fields } = backend.schemaOf(child)
  for (const e of [...change.condition === null ? [] : [change.condition], ...set.map(a => a.value)]) {
    if (some(e, isSubquery)) throw analysisError('DELTA_UNSUPPORTED_SUBQUERY', { operation: change.kind.toUpperCase(), cond: nameOf(e) })
    if (some(e, isAggregate)) throw analysisError('UNSUPPORTED_EXPR_FOR_OPERATOR', { operator: change.kind.toUpperCase(), invalidExprSqls: nameOf(e) })
  }
  for (const a of set) {
    if (!fields.some(f => f.name.toLowerCase() === a.column.toLowerCase())) throw analysisError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName: `\`${a.column}\``, proposal: fields.map(f => `\`${f.name}\``).join(', ') })
  }
  if (change.condition !== null) backend.schemaOf({ kind: 'filter', condition: change.condition, child })
  checkOnce(set)
}

function checkOnce(set: readonly Assignment[]): void {
  const names = set.map(a => a.column.toLowerCase())
  if (new Set(names).size < names.length) throw analysisError('DELTA_CONFLICT_SET_COLUMN', { columnList: set.filter(a => names.filter(n => n === a.column.toLowerCase()).length > 1).map(a => `\`${a.column}\``).join(', ') })
}

function checkMerge(change: Extract<TableChange, { kind: 'merge' }>): void {
  const refused = (e: Expression | null, operation: string): void => {
    if (e === null) return
    if (some(e, isSubquery)) throw analysisError('DELTA_UNSUPPORTED_SUBQUERY', { operation: `${operation} of MERGE operation`, cond: nameOf(e) })
    if (some(e, isAggregate)) throw analysisError('DELTA_AGGREGATION_NOT_SUPPORTED', { operation: `${operation} of MERGE operation`, predicate: nameOf(e) })
  }
  refused(change.condition, 'search condition')
  for (const c of [...change.matched, ...change.notMatched, ...change.notMatchedBySource]) {
    refused(c.condition, `${c.action.toUpperCase()} condition`)
    if (c.set === 'all') continue
    for (const a of c.set) if (some(a.value, isAggregate)) throw analysisError('UNSUPPORTED_EXPR_FOR_OPERATOR', { operator: 'MERGE', invalidExprSqls: nameOf(a.value) })
    if (c.action !== 'insert') checkOnce(c.set)
    else if (new Set(c.set.map(a => a.column.toLowerCase())).size < c.set.length) throw analysisError('DELTA_DUPLICATE_COLUMNS_ON_INSERT')
  }
}
