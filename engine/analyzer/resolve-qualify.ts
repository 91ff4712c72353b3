/** Resolves QUALIFY: names are those of the select list, then those of its input; window functions in it are computed with the others. */
import { SparkError, analysisError } from '../errors/spark-error.ts'
import { alias } from '../expressions/attribute.ts'
import type { Alias, Expression, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { castTo } from '../functions/cast.ts'
import type { BindContext } from '../functions/define.ts'
import { filterOf, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { booleanType } from '../types/data-type.ts'
import { resolveExpression } from './resolve-expression.ts'
import { hasAggregate, project } from './project-node.ts'
import type { Scope } from './scope.ts'
import { hasOver, takeOutOver } from './take-out-over.ts'

export function resolveQualify(condition: Expression, child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  try {
    return qualified(resolveExpression(condition, scope, context), condition, child, child, context)
  } catch (e) {
    // A column that is not selected: it goes along below.
    if (!(e instanceof SparkError) || !e.condition.startsWith('UNRESOLVED_COLUMN') || child.kind !== 'project') throw e
    const named = new Set(child.output.map(a => a.name.toLowerCase())), hidden = child.child.output.filter(a => !child.output.some(o => o.id === a.id) && !named.has(a.name.toLowerCase()))
    const wide = project([...child.expressions, ...hidden], child.child)
    let resolved: Resolved
    try { resolved = resolveExpression(condition, { attributes: wide.output }, context) } catch { throw e }
    return qualified(resolved, condition, wide, child, context)
  }
}

function qualified(resolved: Resolved, written: Expression, input: ResolvedPlan, child: ResolvedPlan, context: BindContext): ResolvedPlan {
  if (hasAggregate(resolved)) throw analysisError('QUALIFY_AGGREGATE_NOT_ALLOWED', { aggFunc: `"${nameOf(written)}"` })
  if (hasGenerator(resolved)) throw analysisError('UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: 'QUALIFY' })
  if (!hasOver(resolved) && !hasWindowNode(child)) throw analysisError('QUALIFY_REQUIRES_WINDOW_FUNCTION')
  const { items: [holds], plan } = takeOutOver([alias(castTo(resolved, booleanType, context), 'qualify')], input)
  const kept = filterOf((holds as Alias).child, plan)
  return project(child.output, kept)
}

/** Whether something that makes rows stands in an expression. */
export const hasGenerator = (e: Resolved): boolean => e.kind === 'generator' || (e.kind === 'call' && e.args.some(hasGenerator))

// Whether the select list has window functions.
const hasWindowNode = (p: ResolvedPlan): boolean => p.kind === 'window' || ((p.kind === 'project' || p.kind === 'filter') && hasWindowNode(p.child))
