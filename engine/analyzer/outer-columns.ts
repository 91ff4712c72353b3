/** Columns of the query around a subquery, in expressions and plans. */
import { analysisError } from '../errors/spark-error.ts'
import { transform } from '../expressions/attribute.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Attribute, Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { expressionsOf } from '../plan/map-plan.ts'
import { resolvedInputs, type ResolvedPlan } from '../plan/resolved-plan.ts'

/** The outer columns that an expression names, each once. */
export const outerOf = (e: Resolved): Attribute[] => [...attributesOf(e).values()].filter(a => a.outer === true)
/** Those that a plan names, in the order in which they stand. */
export function outerColumns(plan: ResolvedPlan): Attribute[] {
  const found = new Map<number, Attribute>()
  const visit = (p: ResolvedPlan): void => { for (const e of expressionsOf(p)) for (const a of outerOf(e)) found.set(a.id, a); resolvedInputs(p).forEach(visit) }
  visit(plan)
  return [...found.values()]
}

/** What no subquery may be: a stream (INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY), and a generator of outer columns over rows, or over a condition on outer columns. */
export function checkSubquery(query: ResolvedPlan): void {
  if (query.streaming) throw analysisError('INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY')
  const visit = (p: ResolvedPlan): void => {
    if (p.kind === 'generate' && p.generator.args.some(a => outerOf(a).length > 0)) {
      if (outerColumns(p.child).length > 0) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED', { treeNode: p.generator.name })
      if (!isOneRow(p.child)) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { sqlExprs: outerOf(p.generator.args.find(a => outerOf(a).length > 0)!)[0]!.name })
    }
    if (p.kind === 'recursive' && outerColumns(p).length > 0) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED', { treeNode: `WITH RECURSIVE ${p.name}` })
    resolvedInputs(p).forEach(visit)
  }
  visit(query)
}

// SELECT without FROM.
function isOneRow(p: ResolvedPlan): boolean {
  if (p.kind === 'project' || p.kind === 'filter') return isOneRow(p.child)
  return p.kind === 'local' && p.output.length === 0 && Array.isArray(p.batches)
}

/** The expression with columns replaced, by their ids. */
export const substitute = (e: Resolved, values: ReadonlyMap<number, Resolved>): Resolved => transform(e, n => (n.kind === 'attribute' ? values.get(n.id) ?? n : n))
/** The conditions as one, null for none. */
export const allOf = (parts: readonly Resolved[]): Resolved | null => (parts.length === 0 ? null : parts.reduce((a, b) => bindByName('and', [a, b])))
