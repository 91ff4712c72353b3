/** Reads the queries that stand as text in the expressions of a plan (`df.where("v > (SELECT avg(v) FROM t)")`), so that a plan holds plans only. */
import type { Expression } from '../expressions/expression.ts'
import { mapExpression, mentions } from '../expressions/map-expression.ts'
import { isQueryText, type QueryText } from '../expressions/query-text.ts'
import { expressionsIn, type LogicalPlan } from './logical-plan.ts'

type Read = (query: QueryText) => LogicalPlan

/** Plans without such texts, in themselves and below. */
const read = new WeakSet<LogicalPlan>()

/** The plan with its queries read by `readQuery`; the same object where there are none, for nodes of a plan are told apart by what they are. */
export function withQueriesRead(plan: LogicalPlan, readQuery: Read): LogicalPlan {
  if (read.has(plan)) return plan
  const found = ofExpressions(ofInputs(plan, readQuery), readQuery)
  read.add(found)
  return found
}

function ofInputs(plan: LogicalPlan, readQuery: Read): LogicalPlan {
  if ('child' in plan) {
    const child = withQueriesRead(plan.child, readQuery)
    return child === plan.child ? plan : { ...plan, child }
  }
  if (!('left' in plan)) return plan
  const left = withQueriesRead(plan.left, readQuery), right = withQueriesRead(plan.right, readQuery)
  return left === plan.left && right === plan.right ? plan : { ...plan, left, right }
}

const isText = (e: Expression): boolean => e.kind === 'unresolved-subquery' && isQueryText(e.query)

function ofExpressions(plan: LogicalPlan, readQuery: Read): LogicalPlan {
  if (!expressionsIn(plan).some(e => mentions(e, isText))) return plan
  const on = <E extends Expression>(e: E): E => mapExpression(e, x => (x.kind !== 'unresolved-subquery' || !isQueryText(x.query) ? null : { ...x, values: x.values.map(on), query: readQuery(x.query) })) as E
  switch (plan.kind) {
    case 'project': return { ...plan, expressions: plan.expressions.map(on) }
    case 'with-columns': return { ...plan, columns: plan.columns.map(c => ({ ...c, expression: on(c.expression) })) }
    case 'filter': case 'qualify': return { ...plan, condition: on(plan.condition) }
    case 'join': return { ...plan, condition: plan.condition === null ? null : on(plan.condition) }
    case 'sort': return { ...plan, orders: plan.orders.map(on) }
    case 'aggregate': return { ...plan, keys: plan.keys.map(on), aggregates: plan.aggregates.map(on) }
    case 'observe': return { ...plan, metrics: plan.metrics.map(on) }
    case 'repartition': { const { by, hashed, ranged } = plan; return { ...plan, ...(by && { by: by.map(on) }), ...(hashed && { hashed: hashed.map(on) }), ...(ranged && { ranged: ranged.map(on) }) } }
    default: return plan
  }
}
