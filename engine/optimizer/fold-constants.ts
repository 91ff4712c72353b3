/** Evaluates what does not depend on rows once. What would raise an error is left as it is: it may never be reached (`coalesce(1, 1/0)`). */
import { SparkError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import type { Resolved } from '../expressions/expression.ts'
import { literal } from '../functions/define.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { mapChildren, mapExpressions } from '../plan/map-plan.ts'

export function foldConstants(plan: ResolvedPlan): ResolvedPlan {
  return mapExpressions(mapChildren(plan, foldConstants), fold)
}

function fold(e: Resolved): Resolved {
  // What is NULL for a NULL is so whatever the other arguments are, as long as those cannot fail.
  if (e.kind === 'call' && e.implementation.strict !== false && e.args.some(a => a.kind === 'literal' && a.value === null) && e.args.every(a => a.kind === 'literal' || a.kind === 'attribute')) return literal(null, e.type)
  if (e.kind === 'call' && e.name === 'and' && e.args.some(a => a.kind === 'literal' && a.value === false)) return literal(false, e.type)
  if (e.kind !== 'call' || !e.deterministic || e.identity !== undefined || e.args.length === 0 || !e.args.every(a => a.kind === 'literal')) return e
  try {
    return literal(evaluateConstant(e), e.type)
  } catch (error) {
    if (error instanceof SparkError) return e
    throw error
  }
}
