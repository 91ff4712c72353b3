/** What the pipe operators EXTEND, SET and AGGREGATE ask for beyond a SELECT, a withColumn and a GROUP BY. */
import { analysisError, SparkError } from '../errors/spark-error.ts'
import type { Expression, Resolved, UnresolvedAttribute } from '../expressions/expression.ts'
import { nameOf, textOf } from '../expressions/name.ts'
import type { BindContext } from '../functions/define.ts'
import { isAggregateName } from '../functions/registry.ts'
import type { Project, SelectAggregate, WithColumns } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { refuseGrouping } from './grouping-sets.ts'
import { hasAggregate } from './project-node.ts'
import { resolveAggregateList } from './resolve-aggregate.ts'
import { isKnown, resolveExpression } from './resolve-expression.ts'
import { projectResolved } from './project-resolved.ts'
import { numbered } from './resolve-sort.ts'
import { resolveListOver } from './stacked-list.ts'
import { resolveName, withOuter, type Scope } from './scope.ts'

/** The columns of the input, then those of the list. */
export function resolveExtend({ expressions }: Project, child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const given = expressions.slice(1)
  refuseStars(given)
  const { items, of, plan } = aggregatesFirst(() => refuseAggregates(given, 'EXTEND'), () => resolveListOver(expressions, child, scope, context))
  refuseAggregates(given, 'EXTEND')
  refuseGrouping(items)
  const all = items.map((item, i) => (of[i] === 0 ? item : added(item, expressions[of[i]!]!, scope, context)))
  return all.some(hasAggregate) ? resolveAggregateList([], all, plan, context) : projectResolved(all, plan, context)
}

function added(item: Resolved, e: Expression, scope: Scope, context: BindContext): Resolved {
  if (item.kind === 'generator' && e.kind === 'unresolved-alias' && e.listed === true) throw analysisError('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: `"${item.name}"` })
  return item.kind === 'alias' && e.kind === 'unresolved-attribute' && isKnown(e, scope, context) ? { ...item, name: pathName(e, scope, context) } : item
}

// What is taken out of a column is called by its whole path, that out of a map by its key.
function pathName(e: UnresolvedAttribute, scope: Scope, context: BindContext): string {
  const text = textOf(e), [base, key, ...more] = text.split('.')
  if (more.length > 0) return text
  return resolveExpression({ kind: 'unresolved-attribute', nameParts: [base!] }, scope, context).type.kind === 'map' ? `${base}[${key}]` : text
}

// What is resolved, or an error; one of a window function without OVER comes after what `first` refuses.
function aggregatesFirst<T>(first: () => void, resolve: () => T): T {
  try { return resolve() } catch (e) {
    if (e instanceof SparkError && e.condition === 'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE') first()
    throw e
  }
}

/** Refuses a SET of what is no column, or could be several, and aggregates in it. */
export function checkSet(plan: WithColumns, child: ResolvedPlan, scope: Scope, context: BindContext): void {
  for (const { name, expression } of plan.columns) {
    const found = withOuter(null, () => resolveName([name], undefined, { attributes: child.output }, context))
    if (found.kind !== 'attribute') throw analysisError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName: `\`${name}\``, proposal: child.output.map(a => `\`${a.name}\``).join(', ') })
    const meant = child.output.filter(a => a.id === found.id && a.name.toLowerCase() === name.toLowerCase())
    if (meant.length > 1) throw analysisError('AMBIGUOUS_REFERENCE', { name: `\`${name}\``, referenceNames: meant.map(a => `\`${a.name}\``).join(', ') })
    aggregatesFirst(() => refuseAggregates([expression], 'SET'), () => resolveExpression(expression, scope, context))
    refuseAggregates([expression], 'SET')
  }
}

/** The grouping as a SELECT with its keys in front; a number among the keys is a column of the input. */
export function withKeysSelected(plan: SelectAggregate, child: ResolvedPlan): SelectAggregate {
  refuseStars([...plan.keys, ...plan.select])
  const keys = plan.keys.map((k): Expression => { const at = numbered(k, child.output.length, 'GROUP_BY_POS_OUT_OF_RANGE'); return at === null ? k : child.output[at]! })
  return { ...plan, keys, select: [...keys, ...plan.select] }
}

/** The list that `resolve` makes of the keys and aggregates. Refuses what stands behind the keys and aggregates nothing. */
export function withAggregates<T>(plan: SelectAggregate, resolve: () => T): T {
  const list = aggregatesFirst(() => refusePlain(plan), resolve)
  refusePlain(plan)
  return list
}

function refusePlain(plan: SelectAggregate): void {
  for (const e of plan.select.slice(plan.keys.length)) if (aggregateIn(e) === null) throw analysisError('PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION', { expr: textOf(e) })
}

function refuseStars(list: readonly Expression[]): void {
  for (const e of list) if (e.kind === 'star') throw analysisError('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: `'${textOf(e)}'`, prettyName: 'this pipe operator' })
}

function refuseAggregates(list: readonly Expression[], clause: 'EXTEND' | 'SET'): void {
  for (const e of list) {
    const found = aggregateIn(e)
    if (found !== null) throw analysisError('PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION', { expr: nameOf(found), clause })
  }
}

// Window functions that Spark counts among the aggregates.
const ranks = new Set(['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile', 'nth_value'])

// The first aggregate as it is written; what has OVER is none, whatever stands in it, and what a name of the same list stands for does not count.
function aggregateIn(e: Expression): Expression | null {
  switch (e.kind) {
    case 'unresolved-call': return isAggregateName(e.name) || ranks.has(e.name.toLowerCase()) ? e : firstIn(e.args)
    case 'unresolved-cast': case 'unresolved-alias': case 'sort-order': return aggregateIn(e.child)
    case 'unresolved-extract': return firstIn([e.child, e.key])
    case 'unresolved-lambda': return aggregateIn(e.body)
    case 'unresolved-subquery': return firstIn(e.values)
    default: return null
  }
}
const firstIn = (list: readonly Expression[]): Expression | null => list.map(aggregateIn).find(a => a !== null) ?? null
