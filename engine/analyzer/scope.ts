/** What a name can mean at one place of a plan: the input's columns, reached by name, by qualified name, or by a plan's own column. */
import { analysisError } from '../errors/spark-error.ts'
import { freshId } from '../expressions/attribute.ts'
import type { Attribute, Expression, Resolved, Variable } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { noteQualifier } from '../expressions/name.ts'
import { literal, type BindContext } from '../functions/define.ts'
import { extract } from '../functions/extract.ts'
import { stringType, quoteIfNeeded } from '../types/data-type.ts'

export interface Scope {
  readonly attributes: readonly Attribute[]
  /** The output of a plan named by df.col(), as it stands in this scope (a self-join renames the right side's); `left`: columns that were left out and may be named. */
  planOutput?(plan: object, left?: readonly Attribute[]): readonly Attribute[] | null
  /** What may be named though `*` does not stand for it. */
  readonly hidden?: readonly Attribute[]
  /** What may be named with its qualifier only. */
  readonly joined?: readonly Attribute[]
  /** What a filter or sort may name though the input has left it out, the nearest first. */
  readonly below?: readonly (readonly Attribute[])[]
  /** A name that could mean several columns means none: ORDER BY then looks for it below. */
  readonly unclearIsUnknown?: true
  /** The column that tells input_file_name() and its kin the file of a row. */
  readonly inputFile?: Attribute
  readonly variables?: ReadonlyMap<string, Variable>
  /** The resolved plan of a subquery; without it none may stand here. */
  resolveQuery?(query: object): unknown
}

/** The columns of the query around a subquery that it names, by their ids there: they get ids of their own, for the subquery may read the same plan. */
export type OuterColumns = Map<number, { readonly inside: Attribute; readonly outside: Attribute }>
interface Outer { readonly scope: Scope; readonly columns: OuterColumns }
let outer: Outer | null = null

/** Resolves something in which names may also mean columns of the query around it; null: in which they may not. */
export function withOuter<T>(around: Outer | null, resolve: () => T): T {
  const before = outer
  outer = around
  try { return resolve() } finally { outer = before }
}

function outerColumn(a: Attribute, columns: OuterColumns): Attribute {
  const known = columns.get(a.id)
  if (known !== undefined) return known.inside
  const inside: Attribute = { ...a, id: freshId(), outer: true }
  columns.set(a.id, { inside, outside: a })
  return inside
}

/** Whether a query stands around, whose columns may be named. */
export const hasOuterScope = (): boolean => outer !== null

/** What `Column.outer()` means: a column of the query around, not one of this. Throws UNRESOLVED_COLUMN.* or AMBIGUOUS_REFERENCE. */
export function resolveOuterName(parts: readonly string[], context: BindContext): Resolved {
  const { scope, columns } = outer!, found = matches(parts, scope.attributes)
  if (found.length === 0) throw unresolved(parts, scope.attributes)
  if (new Set(found.map(c => c.attribute.id)).size > 1) throw ambiguous(parts, found)
  return fields(outerColumn(found[0]!.attribute, columns), parts.slice(found[0]!.used), context)
}

const same = (a: string, b: string): boolean => a.length === b.length && a.toLowerCase() === b.toLowerCase()

/** The column, field or lambda variable that a name means. Throws UNRESOLVED_COLUMN.* or AMBIGUOUS_REFERENCE. */
export function resolveName(parts: readonly string[], plan: object | undefined, scope: Scope, context: BindContext): Resolved {
  const variable = scope.variables?.get(parts[0]!.toLowerCase())
  if (variable !== undefined && plan === undefined) return fields(variable, parts.slice(1), context)
  const among = plan === undefined ? scope.attributes : scope.planOutput?.(plan, scope.below?.flat()) ?? scope.attributes
  let candidates = matches(parts, among)
  if (candidates.length === 0 && scope.hidden !== undefined) candidates = hiddenMatches(parts, scope)
  if (candidates.length === 0) candidates = qualified(parts, scope.joined ?? [])
  if (scope.unclearIsUnknown === true && scope.below !== undefined && new Set(candidates.map(c => c.attribute.id)).size > 1) candidates = []
  for (const level of plan === undefined ? scope.below ?? [] : []) { if (candidates.length > 0) break; candidates = matches(parts, level) }
  if (candidates.length === 0 && outer !== null && plan === undefined) {
    const { scope: around, columns } = outer
    let found = matches(parts, around.attributes)
    if (found.length === 0) found = qualified(parts, around.joined ?? [])
    candidates = found.map(c => ({ ...c, attribute: outerColumn(c.attribute, columns) }))
  }
  // USER and LOCALTIME may stand without parentheses where nothing has that name.
  if (candidates.length === 0 && plan === undefined && parts.length === 1 && ['user', 'localtime'].includes(parts[0]!.toLowerCase())) return bindByName(parts[0]!.toLowerCase(), [], context)
  if (candidates.length === 0) throw unresolved(parts, among)
  const [first] = candidates
  const ids = new Set(candidates.map(c => c.attribute.id))
  if (ids.size > 1) throw scope.unclearIsUnknown === true ? unresolved(parts, among) : ambiguous(parts, candidates)
  if (first!.used > 1) noteQualifier(parts, first!.used - 1)
  return fields(spelled(first!.attribute, parts[first!.used - 1]!), parts.slice(first!.used), context)
}

// A column is called as it is written where it is named: `SELECT K` of a column k gives K.
const spelled = (a: Attribute, name: string): Attribute => (a.name === name ? a : { ...a, name })

const ambiguous = (parts: readonly string[], candidates: readonly { attribute: Attribute }[]): Error => analysisError('AMBIGUOUS_REFERENCE', { name: '`' + parts.join('`.`') + '`', referenceNames: '[' + candidates.map(c => '`' + [...c.attribute.qualifier.slice(-1), c.attribute.name].join('`.`') + '`').join(', ') + ']' })

// `a.b` may be the column b of a, or the field b of the column a: the qualified reading goes first, as in Spark.
function matches(parts: readonly string[], attributes: readonly Attribute[]): { attribute: Attribute; used: number }[] {
  const found = qualified(parts, attributes)
  if (found.length > 0) return found
  if (parts.length > 2) {
    // `global_temp.t.a`
    const full = attributes.filter(a => a.qualifier.length > 1 && same(a.qualifier.at(-2)!, parts[0]!) && same(a.qualifier.at(-1)!, parts[1]!) && same(a.name, parts[2]!))
    if (full.length > 0) return full.map(attribute => ({ attribute, used: 3 }))
    // `spark_catalog.default.t.a`
    const whole = parts.length === 3 ? [] : attributes.filter(a => a.qualifier.length > 2 && [...a.qualifier.slice(-3), a.name].every((q, i) => same(q, parts[i]!)))
    if (whole.length > 0) return whole.map(attribute => ({ attribute, used: 4 }))
  }
  return attributes.filter(a => same(a.name, parts[0]!)).map(attribute => ({ attribute, used: 1 }))
}

// None for a name without qualifier.
const qualified = (parts: readonly string[], attributes: readonly Attribute[]): { attribute: Attribute; used: number }[] => (parts.length < 2 ? [] : attributes.filter(a => a.qualifier.length > 0 && same(a.qualifier.at(-1)!, parts[0]!) && same(a.name, parts[1]!)).map(attribute => ({ attribute, used: 2 })))

// `t._metadata` is found by the qualifier of the columns beside it.
function hiddenMatches(parts: readonly string[], { hidden, attributes }: Scope): { attribute: Attribute; used: number }[] {
  const plain = matches(parts, hidden!)
  if (plain.length > 0 || parts.length < 2 || !attributes.some(a => a.qualifier.length > 0 && same(a.qualifier.at(-1)!, parts[0]!))) return plain
  return matches(parts.slice(1), hidden!).map(m => ({ ...m, used: m.used + 1 }))
}

function fields(base: Resolved, names: readonly string[], context: BindContext): Resolved {
  return names.reduce<Resolved>((value, name) => extract(value, literal(name, stringType), context), base)
}

function unresolved(parts: readonly string[], attributes: readonly Attribute[]): Error {
  const objectName = parts.map(p => '`' + p + '`').join('.')
  if (attributes.length === 0) return analysisError('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName })
  const wanted = parts.join('.').toLowerCase()
  const proposal = [...new Map(attributes.map(a => [qualifiedName(a), a])).keys()]
    .map(name => ({ name, d: distance(wanted, name.toLowerCase()) })).sort((a, b) => a.d - b.d).slice(0, 5).map(x => x.name)
  return analysisError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName, proposal: proposal.map(p => p.split('.').map(q => '`' + q + '`').join('.')).join(', ') })
}

const qualifiedName = (a: Attribute): string => [...a.qualifier.slice(-1), a.name].join('.')

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}

/** The columns that `*`, `t.*` or `struct.*` stands for. */
export function expandStar(target: readonly string[] | null, scope: Scope, context: BindContext): readonly Resolved[] {
  if (target === null) return scope.attributes
  const qualified = target.length === 1 ? [...scope.joined ?? [], ...scope.attributes].filter(a => a.qualifier.some(q => same(q, target[0]!))) : []
  if (qualified.length > 0) return qualified
  let base: Resolved
  try {
    base = resolveName(target, undefined, scope, context)
  } catch (cause) {
    throw analysisError('CANNOT_RESOLVE_STAR_EXPAND', { targetString: target.map(quoteIfNeeded).join('.'), columns: scope.attributes.map(a => '`' + a.name + '`').join(', ') }, cause)
  }
  if (base.type.kind !== 'struct') throw analysisError('CANNOT_RESOLVE_STAR_EXPAND', { targetString: target.map(quoteIfNeeded).join('.'), columns: scope.attributes.map(a => '`' + a.name + '`').join(', ') })
  return base.type.fields.map(f => extract(base, literal(f.name, stringType), context))
}

/** The name of a struct field taken out of a column, for naming it in a select. */
export function fieldNameOf(expression: Expression): string | null {
  return expression.kind === 'unresolved-attribute' ? expression.nameParts.at(-1)! : null
}
