/** Subqueries of WHERE and of the select list: IN and EXISTS become joins that keep rows, a scalar one a column that is joined to all rows. */
import type { Expression, UnresolvedAttribute, UnresolvedSubquery } from '../expressions/expression.ts'
import { balanced } from '../expressions/grammar.ts'
import { conjunctsOf, mapExpression } from '../expressions/map-expression.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'

/** WHERE: the conditions that need no subquery first, then a join for each subquery that AND joins. */
export function whereOf(condition: Expression, child: LogicalPlan): LogicalPlan {
  const tests: { readonly e: UnresolvedSubquery; readonly negated: boolean }[] = [], plain: Expression[] = []
  for (const c of conjunctsOf(condition)) {
    const test = testOf(c)
    if (test === null) plain.push(c)
    else tests.push(test)
  }
  let plan = child
  if (plain.length > 0) {
    const { expressions, plan: joined, added } = withScalars(plain, plan)
    const kept: LogicalPlan = { kind: 'filter', condition: balanced('and', expressions), child: joined }
    plan = added.length === 0 ? kept : { kind: 'drop', columns: added, child: kept }
  }
  return tests.reduce<LogicalPlan>((p, { e, negated }) => ({ kind: 'subquery-filter', test: e.test === 'in' ? 'in' : 'exists', negated, values: e.values, query: e.query as LogicalPlan, child: p }), plan)
}

/** A select list without grouping. */
export function selectOf(list: readonly Expression[], child: LogicalPlan): LogicalPlan {
  const { expressions, plan, added } = withScalars(list, child)
  const chosen: LogicalPlan = { kind: 'project', expressions, child: plan }
  // A star has taken in what was joined.
  return added.length > 0 && list.some(e => e.kind === 'star') ? { kind: 'drop', columns: added, child: chosen } : chosen
}

function testOf(e: Expression): { readonly e: UnresolvedSubquery; readonly negated: boolean } | null {
  if (e.kind === 'unresolved-subquery') return e.test === 'scalar' ? null : { e, negated: false }
  if (e.kind !== 'unresolved-call' || e.name !== 'not') return null
  const inner = testOf(e.args[0]!)
  return inner === null ? null : { e: inner.e, negated: !inner.negated }
}

let scalars = 0

function withScalars(list: readonly Expression[], child: LogicalPlan): { readonly expressions: readonly Expression[]; readonly plan: LogicalPlan; readonly added: readonly UnresolvedAttribute[] } {
  let plan = child
  const added: UnresolvedAttribute[] = []
  const expressions = list.map(item => mapExpression(item, e => {
    if (e.kind !== 'unresolved-subquery' || e.test !== 'scalar') return null
    const name = `scalar subquery ${scalars++}`, column: UnresolvedAttribute = { kind: 'unresolved-attribute', nameParts: [name], shown: 'scalarsubquery()' }
    added.push(column)
    plan = { kind: 'join', left: plan, right: { kind: 'to-df', names: [name], child: { kind: 'scalar-row', child: e.query as LogicalPlan } }, type: 'cross', condition: null, using: null }
    return e === item ? { kind: 'unresolved-alias', child: column, names: ['scalarsubquery()'] } : column
  }))
  return { expressions, plan, added }
}
