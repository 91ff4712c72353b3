/** Resolves select and its kin: a list of named expressions, window() markers and generators taken out into nodes of their own. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attribute } from '../expressions/attribute.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Expression, GeneratorCall, Resolved } from '../expressions/expression.ts'
import type { BindContext } from '../functions/define.ts'
import type { ToColumns } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { hasAggregate, project } from './project-node.ts'
import { refuseGrouping } from './grouping-sets.ts'
import { resolveExpression, resolveList } from './resolve-expression.ts'
import { takeOutWindows } from './resolve-windows.ts'
import { resolveAggregateList } from './resolve-aggregate.ts'
import { refuseOver, takeOutOver } from './take-out-over.ts'
import { refuseOuterColumns } from './subquery-marker.ts'
import { takeOutSubqueries } from './take-out-subqueries.ts'
import type { Scope } from './scope.ts'

/** `select(list)` over a resolved child. With aggregates in the list it is a global aggregation. */
export function projectList(list: readonly Expression[], child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const items = resolveList(list, scope, context)
  refuseGrouping(items)
  if (items.some(hasAggregate)) { refuseOuterColumns(items); return resolveAggregateList([], items, child, context) }
  return projectResolved(items, child, context)
}

/** The same for a list that is resolved already. */
export function projectResolved(items: readonly Resolved[], input: ResolvedPlan, context: BindContext): ResolvedPlan {
  const queried = takeOutSubqueries(items, input, context)
  const timed = takeOutWindows(queried.items, queried.plan)
  const spread = takeOutGenerators(timed.items, timed.plan)
  const over = takeOutOver(spread.items, spread.plan)
  return project(over.items as (Alias | Attribute)[], over.plan)
}

/** The items with the columns of a generator in its place, over the plan that makes them. */
export function takeOutGenerators(items: readonly Resolved[], child: ResolvedPlan): { readonly items: readonly Resolved[]; readonly plan: ResolvedPlan } {
  const generators = items.filter((i): i is GeneratorCall => i.kind === 'generator')
  for (const i of items) if (i.kind !== 'generator') refuseNestedGenerator(i)
  if (generators.length === 0) return { items, plan: child }
  if (generators.length > 1) throw analysisError('UNSUPPORTED_GENERATOR.MULTI_GENERATOR', { num: generators.length, generators: generators.map(g => `"${g.name}"`).join(', ') })
  const generator = generators[0]!
  refuseOver(generator.args, 'a generator')
  const made = generator.columns.map(c => attribute(c.name, c.type, c.nullable, generator.qualifier === undefined ? [] : [generator.qualifier]))
  const generate: ResolvedPlan = { kind: 'generate', generator, child, output: [...child.output, ...made], streaming: child.streaming }
  return { items: items.flatMap(i => (i === generator ? made : [i])), plan: generate }
}

function refuseNestedGenerator(e: Resolved): void {
  for (const c of childrenOf(e)) {
    if (c.kind === 'generator') throw analysisError('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: `"${c.name}"` })
    refuseNestedGenerator(c)
  }
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
