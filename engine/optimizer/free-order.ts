/** Says of what gives several rows for each row that their order is free, where an aggregation above comes to the same whatever it is: that saves bringing them into the order of the rows. */
import { isSessionWindow } from '../expressions/attribute.ts'
import { isDeterministic } from '../expressions/codegen/compile.ts'
import type { AggregateCall, Resolved } from '../expressions/expression.ts'
import { mapChildren } from '../plan/map-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import type { DataType } from '../types/data-type.ts'

export function freeOrder(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, freeOrder)
  return node.kind === 'aggregate' && !node.keys.some(isSessionWindow) && node.aggregates.every(a => isFree(a.call)) ? { ...node, child: freed(node.child) } : node
}

const free = new Set(['count', 'count_if', 'bool_and', 'bool_or', 'every', 'some', 'any', 'bit_and', 'bit_or', 'bit_xor', 'approx_count_distinct'])
const sums = new Set(['sum', 'try_sum', 'avg', 'mean', 'try_avg'])
const least = new Set(['min', 'max'])

function isFree(c: AggregateCall): boolean {
  if (!(c.filter === null || isDeterministic(c.filter)) || !c.args.every(isDeterministic)) return false
  // Of 0.0 and -0.0, which are equal, the first stays.
  return free.has(c.name) || (least.has(c.name) && !holdsFloats(c.args[0]!.type)) || (sums.has(c.name) && isExact(c.args[0]!))
}

// A sum of floating-point numbers is rounded in the order of its rows, and one of large numbers may overflow on the way in one order and not in another; of these no batch has enough rows.
function isExact(summed: Resolved): boolean {
  const { type } = summed
  return type.kind === 'decimal' ? type.precision <= 28 : type.kind === 'long' && summed.kind === 'call' && summed.name === 'cast' && ['byte', 'short', 'int'].includes(summed.args[0]!.type.kind)
}

function holdsFloats(t: DataType): boolean {
  switch (t.kind) {
    case 'array': return holdsFloats(t.elementType)
    case 'struct': return t.fields.some(f => holdsFloats(f.dataType))
    default: return t.kind === 'float' || t.kind === 'double'
  }
}

// What numbers or draws in between goes by the order, too.
function freed(plan: ResolvedPlan): ResolvedPlan {
  switch (plan.kind) {
    case 'filter': return isDeterministic(plan.condition) ? { ...plan, child: freed(plan.child) } : plan
    case 'project': return plan.expressions.every(isDeterministic) ? { ...plan, child: freed(plan.child) } : plan
    case 'expand': return { ...plan, anyOrder: true }
    default: return plan
  }
}
