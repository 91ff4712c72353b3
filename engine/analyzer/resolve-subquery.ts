/** Resolves subqueries: IN and EXISTS as semi and anti joins (correlated by what their WHERE says of the outer rows), a scalar one as a single row. */
import { analysisError, executionError, SparkError } from '../errors/spark-error.ts'
import { alias } from '../expressions/attribute.ts'
import type { Expression, Resolved } from '../expressions/expression.ts'
import { conjunctsOf, mapExpression } from '../expressions/map-expression.ts'
import { nameOf } from '../expressions/name.ts'
import { bindByName } from '../functions/bind.ts'
import { castTo, commonTypeOf } from '../functions/cast.ts'
import { call, literal, type BindContext } from '../functions/define.ts'
import type { LogicalPlan, ScalarRow, SubqueryFilter } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { booleanType, intType } from '../types/data-type.ts'
import type { Analyzer } from './analyze.ts'
import { withFreshIds } from './fresh-ids.ts'
import { resolveAggregateList } from './resolve-aggregate.ts'
import { asCondition, resolveExpression, resolveList } from './resolve-expression.ts'
import { joinOn } from './resolve-join.ts'
import { hasAggregate, project } from './resolve-project.ts'
import { resolveName, type Scope } from './scope.ts'

/** The only column of a query as one row: NULL for none. More rows end the query with SCALAR_SUBQUERY_TOO_MANY_ROWS. */
export function resolveScalarRow(plan: ScalarRow, analyzer: Analyzer, context: BindContext): ResolvedPlan {
  const child = analyzer.resolve(plan.child)
  if (child.output.length !== 1) throw analysisError('INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN', { number: child.output.length })
  const counted = resolveAggregateList([], [alias(bindByName('count', [literal(1, intType)], context), 'n'), alias(bindByName('first', [child.output[0]!], context), 'v')], child, context)
  const [n, v] = counted.output
  const only = call('scalarsubquery', [n!, v!], v!.type, { strict: false, evaluate: (rows: bigint, value: unknown) => { if (rows > 1n) throw executionError('SCALAR_SUBQUERY_TOO_MANY_ROWS'); return value } }, { nullable: true, deterministic: false })
  return project([alias(only, 'scalarsubquery()')], counted)
}

interface Query { readonly plan: ResolvedPlan; readonly columns: readonly Resolved[]; readonly conditions: readonly Resolved[] }

export function resolveSubqueryFilter(plan: SubqueryFilter, analyzer: Analyzer, context: BindContext): ResolvedPlan {
  const outer = analyzer.resolve(plan.child), scope = analyzer.scopeOf(plan.child, outer)
  const query = queryOf(plan.query, outer, scope, analyzer, context)
  const conditions = [...query.conditions]
  if (plan.test === 'in') {
    if (query.columns.length !== plan.values.length) throw analysisError('DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH', { sqlExpr: `"(${plan.values.map(nameOf).join(', ')} IN (listquery()))"`, leftLength: plan.values.length, rightLength: query.columns.length })
    const equal = plan.values.map((v, i) => {
      const left = resolveExpression(v, scope, context), right = query.columns[i]!, type = commonTypeOf([left, right], context)
      if (type === null) throw analysisError('DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH', { sqlExpr: `"(${nameOf(v)} IN (listquery()))"` })
      return bindByName('=', [castTo(left, type, context), castTo(right, type, context)], context)
    }).reduce((a, b) => bindByName('and', [a, b], context))
    // NOT IN is no more true where the answer is unknown.
    conditions.push(plan.negated ? bindByName('coalesce', [equal, literal(true, booleanType)], context) : equal)
  }
  const condition = conditions.length === 0 ? null : conditions.reduce((a, b) => bindByName('and', [a, b], context))
  return joinOn(plan.negated ? 'leftanti' : 'leftsemi', outer, query.plan, condition)
}

function queryOf(plan: LogicalPlan, outer: ResolvedPlan, scope: Scope, analyzer: Analyzer, context: BindContext): Query {
  try {
    const own = apart(analyzer.resolve(plan), outer)
    return { plan: own, columns: own.output, conditions: [] }
  } catch (e) {
    if (!isUnresolved(e)) throw e
    return correlated(plan, outer, scope, analyzer, context, e)
  }
}

const isUnresolved = (e: unknown): e is SparkError => e instanceof SparkError && e.condition.startsWith('UNRESOLVED_COLUMN')
// Under ids of its own, where the outer query reads the same plan.
const apart = (own: ResolvedPlan, outer: ResolvedPlan): ResolvedPlan => (own.output.some(a => outer.output.some(b => b.id === a.id)) ? withFreshIds(own).plan : own)

// SELECT … FROM … WHERE: what the WHERE says of outer columns becomes the condition of the join.
function correlated(plan: LogicalPlan, outer: ResolvedPlan, scope: Scope, analyzer: Analyzer, context: BindContext, cause: SparkError): Query {
  const refuse = (why: string): Error => analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `A subquery that ${why}`, advice: 'Name outer columns only in the WHERE of a plain SELECT under IN or EXISTS, or write a join.' }, cause)
  if (plan.kind !== 'project' || plan.child.kind !== 'filter') throw knows(cause, outer) ? refuse('uses columns of the outer query here') : cause
  const inner = apart(analyzer.resolve(plan.child.child), outer), own: Scope = { attributes: inner.output }
  const conditions: Resolved[] = []
  let kept: ResolvedPlan = inner
  for (const part of conjunctsOf(plan.child.condition)) {
    let isOuter = false
    const named = mapExpression(part, e => {
      if (e.kind !== 'unresolved-attribute') return null
      try { return resolveName(e.nameParts, e.plan, own, context) } catch (missing) {
        if (!isUnresolved(missing)) throw missing
        try { const found = resolveName(e.nameParts, e.plan, scope, context); isOuter = true; return found } catch { throw missing }
      }
    })
    const condition = asCondition(resolveExpression(named, own, context), context, () => analysisError('DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', { sqlExpr: `"${nameOf(part)}"`, filter: `"${nameOf(part)}"`, type: 'not BOOLEAN' }))
    if (hasAggregate(condition)) throw refuse('aggregates in its WHERE')
    if (isOuter) conditions.push(condition)
    else kept = { kind: 'filter', condition, child: kept, output: kept.output, streaming: kept.streaming }
  }
  if (conditions.length === 0) throw refuse('uses columns of the outer query in its select list')
  const columns = resolveList(plan.expressions as readonly Expression[], own, context).map(c => (c.kind === 'alias' ? c.child : c))
  if (columns.some(hasAggregate)) throw refuse('aggregates, and uses columns of the outer query')
  return { plan: kept, columns, conditions }
}

// Whether the name that was not found is one of the outer query's.
const knows = (e: SparkError, outer: ResolvedPlan): boolean => outer.output.some(a => String(e.parameters['objectName'] ?? '').toLowerCase().includes('`' + a.name.toLowerCase() + '`'))
