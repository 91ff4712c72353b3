/** Which of two mistakes is told: Spark stops at the first name that could mean several columns, and looks for names that mean none only at the end. */
import { SparkError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import type { BindContext } from '../functions/define.ts'
import { resolveName, type Scope } from './scope.ts'

/** The error to throw in the place of `e`, which some of the expressions met: AMBIGUOUS_REFERENCE of a name in any of them where `e` is about an unknown name. */
export function unclearFirst(e: object, expressions: readonly Expression[], scope: Scope, context: BindContext): object {
  if (!(e instanceof SparkError) || !e.condition.startsWith('UNRESOLVED_COLUMN')) return e
  let found: SparkError | null = null
  for (const x of expressions) {
    mapExpression(x, part => {
      // The parameters of a lambda and the columns of a query are names of their own.
      if (part.kind === 'unresolved-lambda' || part.kind === 'unresolved-subquery') return part
      if (part.kind !== 'unresolved-attribute' || found !== null) return null
      try { resolveName(part.nameParts, part.plan, scope, context) } catch (other) { if (other instanceof SparkError && other.condition === 'AMBIGUOUS_REFERENCE') found = other }
      return null
    })
  }
  return found ?? e
}
