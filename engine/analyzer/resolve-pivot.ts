/** Resolves groupBy().pivot(column, values).agg(): each aggregate once for each value, over the rows that have it. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, transform } from '../expressions/attribute.ts'
import type { AggregateCall, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { bindByName } from '../functions/bind.ts'
import { literal, type BindContext } from '../functions/define.ts'
import type { Aggregate } from '../plan/logical-plan.ts'
import { intType, sqlName, type DataType } from '../types/data-type.ts'
import { resolveExpression } from './resolve-expression.ts'
import { hasAggregate } from './project-node.ts'
import type { Scope } from './scope.ts'

/** The columns of a pivot: named by the value, with the aggregate's name behind it where there are several. NULL where a group has no row of the value. */
export function pivoted(plan: Aggregate, aggregates: readonly Resolved[], scope: Scope, context: BindContext): Resolved[] {
  const { column, values } = plan.pivot!
  const by = resolveExpression(column, scope, context)
  if (hasAggregate(by)) throw analysisError('GROUP_BY_AGGREGATE', { sqlExpr: `"${nameOf(column)}"` })
  const twice = isPivotedTwice(aggregates)
  return values.flatMap(({ value, name }) => {
    const wanted = resolveExpression(value, scope, context)
    if (wanted.kind !== 'literal' && wanted.kind !== 'call') throw analysisError('NON_LITERAL_PIVOT_VALUES', { expression: `"${nameOf(value)}"` })
    let here: Resolved
    try { here = bindByName('<=>', [by, wanted], context) } catch (cause) {
      throw analysisError('PIVOT_VALUE_DATA_TYPE_MISMATCH', { value: name, valueType: sqlName(wanted.type), pivotType: sqlName(by.type) }, cause)
    }
    const only = (e: Resolved): Resolved => (e.kind === 'aggregate-call' ? { ...e, filter: e.filter === null ? here : bindByName('and', [e.filter, here], context) } : e)
    // What no row of the value gave is NULL, a count too.
    const some = bindByName('>', [{ ...(bindByName('count', [literal(1, intType)], context) as AggregateCall), filter: here }, literal(0n, { kind: 'long' })], context)
    return aggregates.map((a, i) => {
      if (!hasAggregate(a)) throw analysisError('AGGREGATE_EXPRESSION_REQUIRED_FOR_PIVOT', { expression: `"${nameOf(plan.aggregates[i]!)}"` })
      const item = a.kind === 'alias' ? a.child : a
      return alias(twice ? bindByName('when', [some, transform(item, only)], context) : transform(item, only), aggregates.length === 1 ? name : `${name}_${nameOf(plan.aggregates[i]!)}`)
    })
  })
}

const held = new Set<DataType['kind']>(['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'decimal'])

/** Whether Spark groups by the value first and pivots then, in a second aggregation: where all results are of types that it can put side by side. Else it aggregates once, and an empty group counts 0. */
export const isPivotedTwice = (aggregates: readonly Resolved[]): boolean => aggregates.every(a => held.has(a.type.kind))
