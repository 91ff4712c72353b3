/**
 * Columns that selections have left out: a filter or a sort above may still name them, and they come along from below for it. Spark looks for a name in the input, then in that input's input, and
 * so on through whatever has one input, as far as a name for the rows (a view, an alias), a pipe operator, an aggregation, or what brings several inputs together.
 *
 *     df.select('k').where('v > 1')   -- v is a column of df
 */
import { analysisError, SparkError } from '../errors/spark-error.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Attribute, Expression } from '../expressions/expression.ts'
import type { BindContext } from '../functions/define.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { project } from './project-node.ts'
import { resolveExpression } from './resolve-expression.ts'
import type { Scope } from './scope.ts'

type Wanted = ReadonlyMap<number, Attribute>
type Seen = Extract<ResolvedPlan, { kind: 'project' | 'filter' | 'sort' | 'limit' | 'sample' | 'watermark' | 'deduplicate' | 'observe' | 'window' | 'generate' | 'zip-with-index' | 'expand' }>

const through = new Set<ResolvedPlan['kind']>(['project', 'filter', 'sort', 'limit', 'sample', 'watermark', 'deduplicate', 'observe', 'window', 'generate', 'zip-with-index', 'expand'])
const isThrough = (plan: ResolvedPlan): plan is Seen => through.has(plan.kind) && plan.joined?.length !== 0 && plan.view !== true && plan.named !== true && plan.piped !== true

/** What `make` makes over the input; where the expressions name columns that it has left out, over the input with these, which then go again. */
export function overLeftOut(child: ResolvedPlan, scope: Scope, expressions: readonly Expression[], make: (input: ResolvedPlan, scope: Scope) => ResolvedPlan, context: BindContext): ResolvedPlan {
  try { return make(child, scope) } catch (e) {
    const levels = levelsBelow(child)
    if (!isUnknown(e) || levels.length === 0) throw e
    const seen: Scope = { ...scope, below: levels }, wanted = new Map<number, Attribute>()
    try { for (const x of expressions) attributesOf(resolveExpression(x, seen, context), wanted) } catch (again) { throw isUnknown(again) ? e : again }
    const wide = withLeftOut(child, wanted)
    // A subquery that was resolved with these columns in sight is no answer: Spark looks for its names in the input only.
    try { return project(child.output, make(wide, seen)) } catch (again) { throw again instanceof SparkError && again.condition.startsWith('UNSUPPORTED_SUBQUERY') && !again.condition.endsWith('IN_EXISTS_SUBQUERY') ? e : again }
  }
}

const isUnknown = (e: unknown): boolean => e instanceof SparkError && e.condition.startsWith('UNRESOLVED_COLUMN')

/** What may be named above a plan besides its output, the nearest first. */
export function levelsBelow(plan: ResolvedPlan): readonly (readonly Attribute[])[] {
  return isThrough(plan) ? [plan.child.output, ...levelsBelow(plan.child)] : []
}

// The plan with these columns in its output, too. Throws MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT where something on the way makes rows of its own (unpivot).
function withLeftOut(plan: ResolvedPlan, wanted: Wanted): ResolvedPlan {
  const missing = [...wanted.values()].filter(a => !plan.output.some(o => o.id === a.id))
  if (missing.length === 0 || !isThrough(plan)) return plan
  const child = withLeftOut(plan.child, wanted), added = child.output.filter(a => missing.some(m => m.id === a.id))
  switch (plan.kind) {
    case 'project': return { ...plan, child, expressions: [...plan.expressions, ...added], output: [...plan.output, ...added] }
    // What these make comes last.
    case 'window': case 'generate': case 'zip-with-index': return { ...plan, child, output: [...child.output, ...plan.output.slice(plan.child.output.length)] }
    case 'expand': throw analysisError('MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT', { attribute: missing[0]!.name, clause: 'a filter or sort above unpivot' })
    default: return { ...plan, child, output: [...plan.output, ...added] }
  }
}
