/** The marker of a subquery in an expression: what it holds, where it is found, and which columns of the query around may stand beside it. */
import { analysisError } from '../errors/spark-error.ts'
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { Attribute, Marker, Resolved, UnresolvedSubquery } from '../expressions/expression.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { samePlan } from '../plan/same-plan.ts'

/** What a marker `subquery` holds; its arguments are the values of IN, then what the outer columns are where it stands. */
export class SubqueryDetails {
  readonly test: UnresolvedSubquery['test']
  readonly query: ResolvedPlan
  readonly outer: readonly Attribute[]
  readonly values: number

  constructor(test: UnresolvedSubquery['test'], query: ResolvedPlan, outer: readonly Attribute[], values: number) {
    this.test = test
    this.query = query
    this.outer = outer
    this.values = values
  }

  /** Two markers are the same if their plans give the same rows: `GROUP BY k IN (SELECT …)` is what the list means by the same text. */
  same(other: SubqueryDetails): boolean {
    if (this.test !== other.test || this.values !== other.values || this.outer.length !== other.outer.length) return false
    if (this.query === other.query) return true
    const ids = samePlan(this.query, other.query)
    return ids !== null && this.outer.every((a, i) => ids.get(a.id) === other.outer[i]!.id)
  }
}

export interface SubqueryMarker extends Marker { readonly details: SubqueryDetails }
export const isSubquery = (e: Resolved): e is SubqueryMarker => e.kind === 'marker' && e.name === 'subquery'
/** Whether a subquery stands in an expression. */
export const hasSubquery = (e: Resolved): boolean => isSubquery(e) || childrenOf(e).some(hasSubquery)
/** Whether one stands in it that is a value and names outer columns; what aggregate functions take does not count. */
export const hasCorrelatedScalar = (e: Resolved): boolean => e.kind !== 'aggregate-call' && ((isSubquery(e) && e.details.test === 'scalar' && e.details.outer.length > 0) || childrenOf(e).some(hasCorrelatedScalar))
/** Refuses the subqueries that may not stand in a place such as ORDER BY: IN, EXISTS, and values that name columns of the query around them. */
export function refuseSubqueries(items: readonly Resolved[], treeNode: string): void {
  if (items.some(hasCorrelatedScalar)) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY', { treeNode })
  if (items.some(hasTest)) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY', { treeNode })
}
const hasTest = (e: Resolved): boolean => (isSubquery(e) && e.details.test !== 'scalar') || childrenOf(e).some(hasTest)

/** Refuses outer columns in the list of an aggregation, as Spark does. */
export function refuseOuterColumns(items: readonly Resolved[]): void {
  const visit = (e: Resolved): void => {
    if (e.kind === 'aggregate-call') {
      const all = [...attributesOf(e).values()], outer = all.filter(a => a.outer === true)
      if (outer.length > 0 && outer.length < all.length) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES', { function: e.name })
    }
    if (e.kind === 'attribute' && e.outer === true) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { sqlExprs: `"${e.name}"` })
    childrenOf(e).forEach(visit)
  }
  items.forEach(visit)
}
