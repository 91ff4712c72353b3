/** Resolves select and its kin: a list of named expressions over a plan. */
import { analysisError } from '../errors/spark-error.ts'
import { alias } from '../expressions/attribute.ts'
import type { Expression, Resolved } from '../expressions/expression.ts'
import type { BindContext } from '../functions/define.ts'
import type { ToColumns } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { hasAggregate, project } from './project-node.ts'
import { projectResolved } from './project-resolved.ts'
import { refuseGrouping } from './grouping-sets.ts'
import { resolveExpression } from './resolve-expression.ts'
import { resolveAggregateList } from './resolve-aggregate.ts'
import { resolveListOver } from './stacked-list.ts'
import { refuseOuterColumns } from './subquery-marker.ts'
import type { Scope } from './scope.ts'

/** `select(list)` over a resolved child. With aggregates in the list it is a global aggregation. */
export function projectList(list: readonly Expression[], child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const { items, plan } = resolveListOver(list, child, scope, context)
  refuseGrouping(items)
  if (items.some(hasAggregate)) { refuseOuterColumns(items); return resolveAggregateList([], items, plan, context) }
  return projectResolved(items, plan, context)
}

/** withColumn(s): a column of that name is replaced in its place, a new one goes to the end. */
export function resolveWithColumns(columns: readonly { name: string; expression: Expression }[], child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const fresh = columns.map(c => ({ name: c.name, item: alias(unnamed(resolveExpression(c.expression, scope, context)), c.name) }))
  const beside = new Set([...scope.hidden ?? [], ...scope.joined ?? []].map(a => a.id))
  const replaced = child.output.map((a): Resolved => beside.has(a.id) ? a : fresh.find(f => f.name.toLowerCase() === a.name.toLowerCase())?.item ?? a)
  const added = fresh.filter(f => !child.output.some(a => a.name.toLowerCase() === f.name.toLowerCase())).map(f => f.item)
  return projectResolved([...replaced, ...added].map(spreadGenerator), child, context)
}

const unnamed = (e: Resolved): Resolved => (e.kind === 'alias' ? e.child : e)

// withColumn("x", explode(a)) names the generator's only column.
function spreadGenerator(e: Resolved): Resolved {
  return e.kind === 'alias' && e.child.kind === 'generator' ? { ...e.child, columns: e.child.columns.map((c, i) => (i === 0 ? { ...c, name: e.name } : c)) } : e
}

export function resolveRename(renames: readonly (readonly [string, string])[], child: ResolvedPlan): ResolvedPlan {
  const to = new Map(renames.map(([from, name]) => [from.toLowerCase(), name]))
  return project(child.output.map(a => { const name = to.get(a.name.toLowerCase()); return name === undefined ? a : alias(a, name) }), child)
}

export function resolveDrop(columns: readonly Expression[], child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const gone = new Set<number>()
  for (const c of columns) {
    if (c.kind === 'unresolved-attribute' && c.plan === undefined) {
      for (const a of child.output) if (c.nameParts.length === 1 && a.name.toLowerCase() === c.nameParts[0]!.toLowerCase()) gone.add(a.id)
      if (c.nameParts.length === 1) continue
    }
    const found = resolveExpression(c, scope, context)
    if (found.kind === 'attribute') gone.add(found.id)
  }
  return project(child.output.filter(a => !gone.has(a.id)), child)
}

export function resolveToColumns({ names, view, child: { kind } }: ToColumns, child: ResolvedPlan): ResolvedPlan {
  const given = names.length, there = child.output.length
  if (given !== there && view !== undefined) throw analysisError(`CREATE_VIEW_COLUMN_ARITY_MISMATCH.${given < there ? 'TOO_MANY_DATA_COLUMNS' : 'NOT_ENOUGH_DATA_COLUMNS'}`, { viewName: view, viewColumns: names.join(', '), dataColumns: child.output.map(a => a.name).join(', ') })
  if (given !== there && (kind === 'values' || kind === 'table-function')) throw analysisError('NUM_TABLE_VALUE_ALIASES_MISMATCH', { numAliases: given, outColumns: there })
  if (given !== there) throw analysisError('ASSIGNMENT_ARITY_MISMATCH', { numTarget: given, numExpr: there })
  return project(child.output.map((a, i) => (a.name === names[i] ? a : alias(a, names[i]!))), child)
}
