/**
 * Columns that a join by names (USING, NATURAL) leaves out of its output, for the column of the other side stands for both. `side.name` and `side.*` still reach them, above filters and further joins;
 * a plan with `joined: []` (a subquery with an alias) hides them.
 *
 *     SELECT b.id FROM a LEFT JOIN b USING (id)   -- NULL where b has no row
 */
import type { Attribute, Expression } from '../expressions/expression.ts'
import { mentions } from '../expressions/map-expression.ts'
import { expressionsIn, inputsOf, type LogicalPlan } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'

/** Whether an expression says of which side a column is. */
export const namesSide = (e: Expression): boolean => mentions(e, x => {
  if (x.kind === 'unresolved-subquery') return queryNamesSide(x.query as LogicalPlan)
  return x.kind === 'unresolved-attribute' ? x.nameParts.length > 1 || x.plan !== undefined : x.kind === 'star' && x.target !== null
})

/** Whether a query says so somewhere. */
export const queryNamesSide = (p: LogicalPlan): boolean => expressionsIn(p).some(namesSide) || inputsOf(p).some(queryNamesSide)

/** The columns that a plan hides and a qualified name may mean. */
export function joinedColumns(plan: ResolvedPlan): readonly Attribute[] {
  const found = below(plan), shown = new Set(plan.output.map(a => a.id))
  return found.filter(a => !shown.has(a.id))
}

function below(plan: ResolvedPlan): readonly Attribute[] {
  if (plan.joined?.length === 0 || plan.view === true) return []
  switch (plan.kind) {
    case 'project': return [...plan.joined ?? [], ...below(plan.child)]
    case 'filter': case 'sort': case 'limit': case 'sample': case 'watermark': case 'generate': return below(plan.child)
    case 'join': return ofJoin(plan, below(plan.left), below(plan.right))
    default: return []
  }
}

function ofJoin({ type }: Extract<ResolvedPlan, { kind: 'join' }>, left: readonly Attribute[], right: readonly Attribute[]): readonly Attribute[] {
  const optional = (list: readonly Attribute[]): readonly Attribute[] => list.map(a => ({ ...a, nullable: true }))
  switch (type) {
    case 'leftsemi': case 'leftanti': return left
    case 'existence': return []
    default: return [...(type === 'right' || type === 'full' ? optional(left) : left), ...(type === 'left' || type === 'full' ? optional(right) : right)]
  }
}

/** The plan with those columns in its output. */
export function withJoined(plan: ResolvedPlan): ResolvedPlan {
  const added = joinedColumns(plan)
  if (added.length === 0) return plan
  const output = [...plan.output, ...added]
  switch (plan.kind) {
    case 'project': return { ...plan, child: withJoined(plan.child), expressions: [...plan.expressions, ...added], output }
    case 'filter': case 'sort': case 'limit': case 'sample': case 'watermark': return { ...plan, child: withJoined(plan.child), output }
    // What a generator makes comes last.
    case 'generate': { const child = withJoined(plan.child); return { ...plan, child, output: [...child.output, ...plan.output.slice(plan.child.output.length)] } }
    case 'join': {
      // The columns of a join are those of its sides, in their order.
      const oneSided = plan.type === 'leftsemi' || plan.type === 'leftanti', left = withJoined(plan.left), right = oneSided ? plan.right : withJoined(plan.right), at = new Map(output.map(a => [a.id, a]))
      return { ...plan, left, right, output: [...left.output, ...(oneSided ? [] : right.output)].flatMap(a => at.get(a.id) ?? []) }
    }
    default: return plan
  }
}
