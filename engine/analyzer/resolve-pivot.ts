/** Resolves groupBy().pivot(column, values).agg(): each aggregate once for each value, over the rows that have it. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, transform } from '../expressions/attribute.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { AggregateCall, Alias, Attribute, Resolved } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { nameOf } from '../expressions/name.ts'
import { bindByName } from '../functions/bind.ts'
import { castTo } from '../functions/cast.ts'
import { literal, type BindContext } from '../functions/define.ts'
import type { Aggregate } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { booleanType, intType, isNested, sqlName, stringType, type DataType } from '../types/data-type.ts'
import { isKnown, resolveExpression } from './resolve-expression.ts'
import { hasAggregate } from './project-node.ts'
import type { Scope } from './scope.ts'

/** What a pivot goes by. */
export function pivotColumn({ column }: NonNullable<Aggregate['pivot']>, scope: Scope, context: BindContext): Resolved {
  const by = resolveExpression(column, scope, context)
  if (hasAggregate(by)) throw analysisError('GROUP_BY_AGGREGATE', { sqlExpr: `"${nameOf(column)}"` })
  return by
}

/** The columns of a pivot: named by the value, with the aggregate's name behind it where there are several. NULL where a group has no row of the value. */
export function pivoted(plan: Aggregate, aggregates: readonly Resolved[], scope: Scope, context: BindContext): Resolved[] {
  checkAggregates(plan, aggregates)
  const twice = isPivotedTwice(aggregates)
  return valuesOf(plan, pivotColumn(plan.pivot!, scope, context), scope, context).flatMap(({ here, shown }) => {
    const only = (e: Resolved): Resolved => (e.kind === 'aggregate-call' ? { ...e, filter: e.filter === null ? here : bindByName('and', [e.filter, here], context) } : e)
    // What no row of the value gave is NULL, a count too.
    const some = bindByName('>', [{ ...(bindByName('count', [literal(1, intType)], context) as AggregateCall), filter: here }, literal(0n, { kind: 'long' })], context)
    return aggregates.map((a, i) => {
      const item = a.kind === 'alias' ? a.child : a
      return alias(twice ? bindByName('when', [some, transform(item, only)], context) : transform(item, only), columnName(plan, shown, i))
    })
  })
}

/** The columns of a pivot over groups that are made by its column, too: `by` is that column there, `results` are what the aggregates gave. The last one of a value that is not NULL counts. */
export function pivotedGroups(plan: Aggregate, by: Attribute, results: readonly Attribute[], scope: Scope, context: BindContext): Alias[] {
  return valuesOf(plan, by, scope, context).flatMap(({ here, shown }) => results.map((r, i) => alias(bindByName('last', [bindByName('when', [here, r], context), literal(true, booleanType)], context), columnName(plan, shown, i))))
}

/** Throws AGGREGATE_EXPRESSION_REQUIRED_FOR_PIVOT where something that is none stands among the aggregates. */
export function checkAggregates(plan: Aggregate, aggregates: readonly Resolved[]): void {
  for (const [i, a] of aggregates.entries()) if (!hasAggregate(a)) throw analysisError('AGGREGATE_EXPRESSION_REQUIRED_FOR_PIVOT', { expression: `"${nameOf(plan.aggregates[i]!)}"` })
}

const columnName = (plan: Aggregate, shown: string, i: number): string => (plan.aggregates.length === 1 ? shown : `${shown}_${nameOf(plan.aggregates[i]!)}`)

// Each value by its name, and when a row has it.
function valuesOf(plan: Aggregate, by: Resolved, scope: Scope, context: BindContext): { readonly here: Resolved; readonly shown: string }[] {
  return plan.pivot!.values.map(({ value, name }) => {
    const wanted = resolveExpression(value, scope, context)
    if (wanted.kind !== 'literal' && wanted.kind !== 'call') throw analysisError('NON_LITERAL_PIVOT_VALUES', { expression: `"${nameOf(value)}"` })
    const shown = name ?? textOf(wanted, context)
    return { here: isHere(by, wanted, shown, context), shown }
  })
}

// The value as text, which names its column.
function textOf(value: Resolved, context: BindContext): string {
  const text = evaluateConstant(alias(castTo(value, stringType, context), 'name')) as string | null
  return text ?? 'null'
}

// Whether a row has the value, which is cast to the column's type; a value of a type that cannot become it fits no row.
function isHere(by: Resolved, value: Resolved, shown: string, context: BindContext): Resolved {
  const mismatch = (cause?: unknown): Error => analysisError('PIVOT_VALUE_DATA_TYPE_MISMATCH', { value: shown, valueType: sqlName(value.type), pivotType: sqlName(by.type) }, cause)
  if (value.type.kind !== 'void' && value.type.kind !== by.type.kind && (isNested(by.type) || isNested(value.type) || by.type.kind === 'void')) throw mismatch()
  let cast: Resolved
  try { cast = castTo(value, by.type, context) } catch (cause) { if (isNested(by.type)) throw mismatch(cause); return literal(false, booleanType) }
  const found = evaluateConstant(alias(cast, 'value'))
  return bindByName('<=>', [by, { kind: 'literal', value: found, type: by.type, nullable: found === null }], context)
}

/** The columns that a PIVOT of SQL groups by: those that neither it nor its aggregates name. */
export function otherColumns(child: ResolvedPlan, plan: Aggregate, aggregates: readonly Resolved[], scope: Scope, context: BindContext): Attribute[] {
  const used = new Set([...aggregates, resolveExpression(plan.pivot!.column, scope, context)].flatMap(e => [...attributesOf(e).keys()]))
  // A column without a type is no longer seen in what it was cast to.
  const untyped = scope.attributes.filter(a => a.type.kind === 'void')
  if (untyped.length > 0) for (const e of plan.aggregates) mapExpression(e, x => { if (x.kind === 'unresolved-attribute' && isKnown(x, scope, context)) for (const id of attributesOf(resolveExpression(x, scope, context)).keys()) used.add(id); return null })
  return scope.attributes.filter(a => !used.has(a.id) && child.output.some(c => c.id === a.id))
}

const held = new Set<DataType['kind']>(['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'decimal'])

/** Whether Spark groups by the value first and pivots then, in a second aggregation: where all results are of types that it can put side by side. Else it aggregates once, and an empty group counts 0. */
export const isPivotedTwice = (aggregates: readonly Resolved[]): boolean => aggregates.every(a => held.has(a.type.kind))
