/** Says of what gives several rows for each row that their order is free, where an aggregation above comes to the same whatever it is: that saves bringing them into the order of the rows. */
import { isSessionWindow } from '../expressions/attribute.ts'
import type { AggregateCall } from '../expressions/expression.ts'
import { mapChildren } from '../plan/map-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'

export function freeOrder(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, freeOrder)
  return node.kind === 'aggregate' && !node.keys.some(isSessionWindow) && node.aggregates.every(a => isFree(a.call)) ? { ...node, child: freed(node.child) } : node
}

const free = new Set(['count', 'count_if', 'min', 'max', 'bool_and', 'bool_or', 'every', 'some', 'any', 'bit_and', 'bit_or', 'bit_xor', 'approx_count_distinct'])
const sums = new Set(['sum', 'avg', 'mean', 'try_sum', 'try_avg'])

// A sum of floating-point numbers is rounded in the order of its rows.
const isFree = (c: AggregateCall): boolean => free.has(c.name) || (sums.has(c.name) && !['double', 'float'].includes(c.args[0]!.type.kind))

function freed(plan: ResolvedPlan): ResolvedPlan {
  if (plan.kind === 'filter' || plan.kind === 'project') return { ...plan, child: freed(plan.child) }
  return plan.kind === 'expand' ? { ...plan, anyOrder: true } : plan
}
