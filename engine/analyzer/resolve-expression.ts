/** Turns an expression as written into one with types: names are looked up, calls bound, casts put in. */
import { SparkError, analysisError, parseError } from '../errors/spark-error.ts'
import { alias, freshId } from '../expressions/attribute.ts'
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { Expression, Resolved, UnresolvedCall, UnresolvedLambda, Variable } from '../expressions/expression.ts'
import { extentOf } from '../expressions/height.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { nameOf, noteListName, noteMapKey, noteSum } from '../expressions/name.ts'
import { checkComparedElements } from '../functions/compared-elements.ts'
import { castTo, explicitCast } from '../functions/cast.ts'
import type { Argument, BindContext, FunctionCall, PendingLambda } from '../functions/define.ts'
import { quoted } from '../functions/define.ts'
import { extract } from '../functions/extract.ts'
import { isOfDelta } from './file-metadata.ts'
import { inputFileOf, isInputFile } from '../functions/input-file.ts'
import { findFunction, isAggregateName } from '../functions/registry.ts'
import { bindUserFunction } from '../functions/user-function.ts'
import { standsInFrom } from '../functions/variant-explode.ts'
import { isWindowFunction } from '../functions/window-functions.ts'
import { resolveOver } from './resolve-over.ts'
import { hasSubquery } from './subquery-marker.ts'
import { resolveSubquery } from './resolve-subquery.ts'
import { holdsVariant } from '../types/data-type.ts'
import { expandStar, hasOuterScope, resolveName, resolveOuterName, type Scope } from './scope.ts'
import { withoutExcepted } from './star-except.ts'
import { sumForm } from './sum-form.ts'

/** Resolves one expression against a scope. A star is refused here: see `resolveList`. */
export function resolveExpression(e: Expression, scope: Scope, context: BindContext): Resolved {
  switch (e.kind) {
    case 'unresolved-attribute': return e.outer === true && hasOuterScope() ? resolveOuterName(e.nameParts, context) : resolveName(e.nameParts, e.plan, scope, context)
    case 'unresolved-call': return resolveCall(e, scope, context)
    case 'unresolved-extract': {
      const child = resolveExpression(e.child, scope, context)
      if (child.type.kind === 'map') noteMapKey(e)
      return extract(child, resolveExpression(e.key, scope, context), context)
    }
    case 'unresolved-cast': return explicitCast(resolveExpression(e.child, scope, context), e.to, e.mode, context)
    case 'unresolved-alias': {
      if (e.view !== undefined && e.child.kind === 'unresolved-call' && standsInFrom(e.child.name)) throw analysisError('ROUTINE_NOT_FOUND', { routineName: quoted(e.child.name) })
      const child = resolveExpression(e.child, scope, context)
      if (child.kind === 'generator') return renameGenerator(child, e.names, e.view)
      if (e.view !== undefined) throw analysisError('UNSUPPORTED_GENERATOR.NOT_GENERATOR', { functionName: nameOf(e.child) })
      if (e.listed === true) throw analysisError('MULTI_ALIAS_WITHOUT_GENERATOR', { names: e.names.join(', '), expr: nameOf(e.child) })
      return alias(child, e.names[0]!, e.metadata)
    }
    case 'unresolved-lambda': throw analysisError('INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', { class: 'this place' })
    case 'unresolved-window': {
      const resolve = (x: Expression): Resolved => resolveExpression(x, scope, context)
      return resolveOver(e, e.function.kind === 'unresolved-call' ? boundCall(e.function, scope, context) : resolve(e.function), resolve, context)
    }
    case 'unresolved-subquery': return resolveSubquery(e, scope, context, x => resolveExpression(x, scope, context))
    case 'star': throw analysisError('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName: 'this expression' })
    case 'sort-order': return resolveExpression(e.child, scope, context)
    default: return e
  }
}

function renameGenerator(g: Extract<Resolved, { kind: 'generator' }>, names: readonly string[], view: string | undefined): Resolved {
  const given = view === undefined || names.length > 0
  if (given && names.length !== g.columns.length) throw analysisError('UDTF_ALIAS_NUMBER_MISMATCH', { aliasesSize: names.length, outputSize: g.columns.length, name: g.name })
  return { ...g, ...(given ? { columns: g.columns.map((c, i) => ({ ...c, name: names[i]! })) } : {}), ...(view === undefined ? {} : { qualifier: view }) }
}

// Aggregates that know IGNORE NULLS; window functions look for themselves.
const skipsNulls = new Set(['first', 'last', 'any_value', 'collect_list', 'collect_set'])

// Functions of Spark that stand in FROM only and make no rows of one row.
const tableFunctions = new Set(['range', 'sql_keywords', 'collations', 'python_worker_logs'])

function resolveCall(e: UnresolvedCall, scope: Scope, context: BindContext): Resolved {
  const bound = boundCall(e, scope, context)
  if (isWindowFunction(bound)) throw analysisError('WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE', { funcName: `"${nameOf(e)}"` })
  return bound
}

function boundCall(e: UnresolvedCall, scope: Scope, context: BindContext): Resolved {
  const user = e.user ?? context.userFunction?.(e.name) ?? null
  const definition = user === null ? findFunction(e.name) : { takesOrder: false, bind: (c: FunctionCall) => bindUserFunction(user, c) }
  if (definition === null && (standsInFrom(e.name) || tableFunctions.has(e.name.toLowerCase()))) throw analysisError('NOT_A_SCALAR_FUNCTION', { functionName: quoted(e.name) })
  if (definition === null) throw analysisError('UNRESOLVED_ROUTINE', { routineName: quoted(e.name) })
  if (e.named === true) throw analysisError('NAMED_PARAMETERS_NOT_SUPPORTED', { functionName: quoted(e.name) })
  const order = e.args.flatMap(a => (a.kind === 'sort-order' ? [{ expression: resolveExpression(a.child, scope, context), ascending: a.ascending, nullsFirst: a.nullsFirst }] : []))
  if (order.length > 0 && definition.takesOrder !== true) throw analysisError('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: quoted(e.name), syntax: 'WITHIN GROUP (ORDER BY ...)' })
  const args = e.args.flatMap((a): Argument[] => {
    if (a.kind === 'sort-order') return []
    if (a.kind === 'unresolved-lambda') return [pendingLambda(a, scope, context)]
    if (a.kind === 'star') return e.name.toLowerCase() === 'count' && a.target === null ? [{ kind: 'literal', value: 1, type: { kind: 'int' }, nullable: false }] : [...expandStar(a.target, scope, context)]
    return [resolveExpression(a, scope, context)]
  })
  const filter = e.filter == null ? null : resolveExpression(e.filter, scope, context)
  const bound = definition.bind({ name: e.name, args, distinct: e.distinct ?? false, filter, ignoreNulls: e.ignoreNulls ?? false, sql: nameOf(e), ...(order.length > 0 ? { order } : {}) }, context)
  if ((e.name === '+' || e.name === '-') && args.length === 2) { const form = sumForm(e.name, args[0]!, args[1]!); if (form !== null) noteSum(e, form) }
  checkComparedElements(bound, nameOf(e))
  if (scope.inputFile !== undefined && bound.kind === 'call' && isInputFile(bound.name)) return inputFileOf(bound.name, scope.inputFile, context, isOfDelta(scope.inputFile))
  if (e.ignoreNulls === true && bound.kind === 'aggregate-call' && !skipsNulls.has(bound.name)) throw analysisError('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: quoted(e.name), syntax: 'IGNORE NULLS' })
  if (bound.kind !== 'aggregate-call') {
    if (e.distinct) throw analysisError('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: quoted(e.name), syntax: 'DISTINCT' })
    if (filter !== null) throw analysisError('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: quoted(e.name), syntax: 'FILTER CLAUSE' })
  } else if (filter !== null && filter.type.kind !== 'boolean') {
    throw analysisError('INVALID_AGGREGATE_FILTER.NOT_BOOLEAN', { aggFunc: `"${nameOf(e)}"`, filterExpr: `"${nameOf(e.filter!)}"` })
  }
  if (bound.kind === 'aggregate-call' && bound.distinct && bound.args.some(a => holdsVariant(a.type) && attributesOf(a).size > 0)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `DISTINCT over the variants of ${nameOf(e)}`, advice: 'Variants cannot be compared: take out a field with variant_get, or write them as text with to_json.' })
  if (bound.kind === 'call' && bound.args.some(a => a.kind === 'lambda') && bound.args.some(a => hasSubquery(a.kind === 'lambda' ? a.body : a))) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION')
  return bound
}

function pendingLambda(e: UnresolvedLambda, scope: Scope, context: BindContext): PendingLambda {
  return {
    kind: 'pending-lambda', parameterCount: e.parameters.length,
    resolve(parameters) {
      if (e.parameters.length > parameters.length) throw analysisError('INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH', { expectedNumArgs: parameters.length, actualNumArgs: e.parameters.length })
      const lower = e.parameters.map(p => p.toLowerCase())
      if (new Set(lower).size !== lower.length) throw analysisError('INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES', { args: e.parameters.join(', ') })
      const variables = e.parameters.map((name, i): Variable => ({ kind: 'variable', id: freshId(), name, type: parameters[i]!.type, nullable: parameters[i]!.nullable }))
      const inner = new Map(scope.variables ?? [])
      variables.forEach((v, i) => inner.set(lower[i]!, v))
      const body = resolveExpression(e.body, { ...scope, variables: inner }, context)
      return { kind: 'lambda', variables, body, type: body.type, nullable: body.nullable }
    },
  }
}

/** Resolves a select list: stars are expanded, every item gets the name Spark gives it. */
export function resolveList(list: readonly Expression[], scope: Scope, context: BindContext): Resolved[] {
  const done: (Resolved | null)[] = []
  return list.flatMap((e, i): Resolved[] => {
    done[i] = null
    if (e.kind === 'star') return withoutExcepted(e, [...expandStar(e.target, scope, context)].map((r, i) => named(r, starName(e.target, r, scope, context, i))), scope, context)
    return [done[i] = named(resolveItem(e, list.slice(0, i), done, scope, context), nameOf(e))]
  })
}

/** What names of a list may grow to where they stand. */
const greatestSize = 2_000, greatestHeight = 200

// A name that the input lacks may be that of an item before it, which is `done`.
function resolveItem(e: Expression, before: readonly Expression[], done: readonly (Resolved | null)[], scope: Scope, context: BindContext): Resolved {
  try {
    return resolveExpression(e, scope, context)
  } catch (missing) {
    if (!(missing instanceof SparkError) || !missing.condition.startsWith('UNRESOLVED_COLUMN') || !before.some(b => b.kind === 'unresolved-alias')) throw missing
    const named = mapExpression(e, x => {
      if (x.kind === 'unresolved-window') refuseListNames(x, before, scope, context, name => analysisError('UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW', { lca: name, windowExpr: `"${nameOf(x)}"` }))
      if (x.kind === 'unresolved-call' && isAggregateName(x.name)) refuseListNames(x, before, scope, context, name => analysisError('UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC', { lca: name, aggFunc: `"${nameOf(x)}"` }))
      if (x.kind !== 'unresolved-attribute' || x.plan !== undefined) return null
      const at = indexNamed(x.nameParts[0]!, before), item = before[at]
      if (item === undefined || item.kind !== 'unresolved-alias' || isKnown(x, scope, context)) return null
      noteListName(x.nameParts)
      const n = before.filter(b => indexNamed(x.nameParts[0]!, [b]) === 0).length
      if (n > 1) throw analysisError('AMBIGUOUS_LATERAL_COLUMN_ALIAS', { name: `\`${x.nameParts[0]!}\``, n })
      const value = done[at]!
      if (!isRepeatable(value)) throw analysisError('MICROLOTE_LIST_NAME_OF_RANDOM', { name: item.names[0]! })
      return fieldsOf(value.kind === 'alias' ? value.child : value, x.nameParts.slice(1))
    })
    if (named === e) throw missing
    // A name alone is that item once more.
    const same = e.kind === 'unresolved-attribute' && e.nameParts.length === 1 ? done[indexNamed(e.nameParts[0]!, before)] : null
    if (same?.kind === 'alias') return { ...same, name: nameOf(e) }
    const { height, size } = extentOf(named)
    if (size > greatestSize || height > greatestHeight) throw parseError('FAILED_TO_PARSE_TOO_COMPLEX', { limit: `${greatestSize} parts or ${greatestHeight} levels, with the names of a list replaced by what they stand for` })
    const found = resolveExpression(named, scope, context)
    return e.kind === 'unresolved-attribute' && found.kind === 'attribute' ? { ...found, name: nameOf(e) } : found
  }
}

/** The fields of a value, one in the other. */
export const fieldsOf = (value: Expression, names: readonly string[]): Expression => names.reduce<Expression>((child, name) => ({ kind: 'unresolved-extract', child, key: { kind: 'literal', value: name, type: { kind: 'string' }, nullable: false } }), value)
/** The item of a list that has this one name; -1 where none has. */
export const indexNamed = (name: string, items: readonly Expression[]): number => items.findIndex(b => b.kind === 'unresolved-alias' && b.names.length === 1 && b.names[0]!.toLowerCase() === name.toLowerCase())

// Within an aggregate, and what has OVER, names are those of the input.
function refuseListNames(within: Expression, before: readonly Expression[], scope: Scope, context: BindContext, refuse: (name: string) => Error): void {
  mapExpression(within, x => {
    if (x.kind === 'unresolved-attribute' && x.plan === undefined && indexNamed(x.nameParts[0]!, before) >= 0 && !isKnown(x, scope, context)) throw refuse(`\`${x.nameParts[0]!}\``)
    return null
  })
}

/** Whether an expression can be resolved. */
export const isKnown = (e: Expression, scope: Scope, context: BindContext): boolean => { try { resolveExpression(e, scope, context); return true } catch { return false } }
const isRepeatable = (e: Resolved): boolean => !(e.kind === 'call' && !e.deterministic) && e.kind !== 'generator' && childrenOf(e).every(isRepeatable)

// The fields of `struct.*` keep their own names.
function starName(target: readonly string[] | null, item: Resolved, scope: Scope, context: BindContext, index: number): string {
  if (item.kind === 'attribute') return item.name
  const base = resolveName(target!, undefined, scope, context)
  return base.type.kind === 'struct' ? base.type.fields[index]!.name : `col${index}`
}

function named(e: Resolved, name: string): Resolved {
  return e.kind === 'attribute' || e.kind === 'alias' || e.kind === 'generator' ? e : alias(e, name)
}

/** The condition of HAVING: strings and NULL are cast to BOOLEAN, as in no other clause; anything else is refused. */
export function asCondition(e: Resolved, context: BindContext, refuse: () => Error): Resolved {
  if (e.type.kind === 'boolean') return e
  if (e.type.kind === 'void' || e.type.kind === 'string') return castTo(e, { kind: 'boolean' }, context)
  throw refuse()
}

