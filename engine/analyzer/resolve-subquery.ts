/** Resolves `(SELECT …)`, `x IN (SELECT …)` and `EXISTS (SELECT …)`: each becomes a marker with the outer columns it names as arguments, which is later taken out into a join. */
import { analysisError } from '../errors/spark-error.ts'
import type { Attribute, Resolved, UnresolvedSubquery } from '../expressions/expression.ts'
import { nameOf, noteOuterNames } from '../expressions/name.ts'
import { castTo, commonTypeOf } from '../functions/cast.ts'
import type { BindContext } from '../functions/define.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { booleanType, holdsVariant, sqlName } from '../types/data-type.ts'
import { checkSubquery, outerColumns } from './outer-columns.ts'
import { SubqueryDetails } from './subquery-marker.ts'
import { withOuter, type OuterColumns, type Scope } from './scope.ts'

const known = new WeakMap<object, OuterColumns>()

export function resolveSubquery(e: UnresolvedSubquery, scope: Scope, context: BindContext, resolve: (e: UnresolvedSubquery['values'][number]) => Resolved): Resolved {
  if (scope.resolveQuery === undefined) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `A subquery (${nameOf(e)}) in this place`, advice: 'Make it a view and join with it.' })
  let columns = known.get(e.query)
  if (columns === undefined) known.set(e.query, columns = new Map())
  const query = withOuter({ scope, columns }, () => scope.resolveQuery!(e.query) as ResolvedPlan)
  checkSubquery(query)
  const outer = outerColumns(query), values = e.values.map(resolve)
  noteOuterNames(e.query, outer.map(a => a.name))
  if (e.test === 'scalar' && query.output.length !== 1) throw analysisError('INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN', { number: query.output.length })
  if (e.test === 'in') checkValues(e, values, query, context)
  refuseUncomparable(outer.filter(a => a.type.kind === 'map'))
  const originals = outer.map(a => [...columns.values()].find(c => c.inside.id === a.id)!.outside)
  const type = e.test === 'scalar' ? query.output[0]!.type : booleanType
  const nullable = e.test === 'scalar' || (e.test === 'in' && values.some((v, i) => comparedNullable(v, query.output[i]!, context)))
  return { kind: 'marker', name: 'subquery', args: [...values, ...originals], type, nullable, details: new SubqueryDetails(e.test, query, outer, values.length) }
}

/** Outer columns are compared, which maps and variants cannot be. Throws UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_REFERENCE_DATA_TYPE. */
export function refuseUncomparable(outer: readonly Attribute[]): void {
  const found = outer.find(a => a.type.kind === 'map' || holdsVariant(a.type))
  if (found !== undefined) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_REFERENCE_DATA_TYPE', { expr: found.name, dataType: sqlName(found.type) })
}

// Both sides are cast to what they meet in.
function comparedNullable(value: Resolved, column: Attribute, context: BindContext): boolean {
  const type = commonTypeOf([value, column], context)!
  return castTo(value, type, context).nullable || castTo(column, type, context).nullable
}

function checkValues(e: UnresolvedSubquery, values: readonly Resolved[], query: ResolvedPlan, context: BindContext): void {
  const shown = `"(${e.values.map(nameOf).join(', ')} IN (listquery()))"`
  if (query.output.length !== values.length) throw analysisError('DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH', { sqlExpr: shown, leftLength: values.length, rightLength: query.output.length })
  if (values.some((v, i) => commonTypeOf([v, query.output[i]!], context) === null)) throw analysisError('DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH', { sqlExpr: shown })
}
