/** The name that Spark gives an expression nobody has named: `sum(v)`, `(monto * 1.19)`, `CASE WHEN (a > 1) THEN x END`. */
import { decimalText } from '../types/decimal.ts'
import { sqlName } from '../types/data-type.ts'
import { calendarIntervalText, dayTimeText, yearMonthText } from '../types/interval.ts'
import { doubleText, floatText } from '../types/number-text.ts'
import { timeText } from '../types/time-of-day.ts'
import { dateText, localTimestampText } from '../types/timestamp.ts'
import type { CalendarInterval } from '../types/calendar-interval.ts'
import { ownForm, shownAs, shownList } from './call-name.ts'
import type { Expression, Literal, UnresolvedCall } from './expression.ts'
import type { WrittenCall } from './grammar.ts'
import { pathCall, pathName, pathText } from './variant-path.ts'
import { windowText } from './window-name.ts'

/** The name of a column made by this expression. A cast of a column keeps the column's name. */
export function nameOf(e: Expression): string {
  switch (e.kind) {
    case 'unresolved-alias': return e.names[0] ?? nameOf(e.child)
    case 'alias': return e.name
    case 'unresolved-attribute': return e.shown ?? e.nameParts.at(-1)!
    case 'unresolved-cast': return e.child.kind === 'unresolved-attribute' || pathName(e.child) !== null ? nameOf(e.child) : textOf(e)
    case 'unresolved-call': return pathName(e) ?? textOf(e)
    default: return textOf(e)
  }
}

const isFieldName = (key: Expression): boolean => key.kind === 'literal' && key.type.kind === 'string'

const infix = new Set(['+', '-', '*', '/', '%', '=', '<=>', '<', '<=', '>', '>=', '&', '|', '^', 'div', 'and', 'or'])
const outerNames = new WeakMap<object, readonly string[]>()
/** The outer columns that a subquery was found to name: they show in its name. */
export function noteOuterNames(query: object, names: readonly string[]): void { outerNames.set(query, names) }

const mapKeys = new WeakSet<object>()
/** That an extraction was found to look up a key: `m[key]`, not the field `m.key`. */
export function noteMapKey(extract: object): void { mapKeys.add(extract) }

/** How a sum or difference with a date, time or interval is shown: `{a}` and `{b}` are its sides. */
export type SumForm = string
const sums = new WeakMap<object, SumForm>()
/** That a sum was found to be one of dates, times or intervals, which Spark shows without parentheses or as a call. */
export function noteSum(call: object, form: SumForm): void { sums.set(call, form) }

const qualifiers = new WeakMap<readonly string[], number>()
/** How many parts of a name were found to be its table: they do not show in the names of what is computed from it. */
export function noteQualifier(nameParts: readonly string[], count: number): void { qualifiers.set(nameParts, count) }

const listNames = new WeakSet<readonly string[]>()
/** That a name was found to be that of an item before it in the same list: it shows as what Spark puts there. */
export function noteListName(nameParts: readonly string[]): void { listNames.add(nameParts) }

// The parameters of the lambdas that are being shown: Spark shows none by its name.
let parameters: ReadonlySet<string> = new Set()
function within(names: readonly string[], show: () => string): string {
  const before = parameters
  parameters = new Set([...before, ...names.map(n => n.toLowerCase())])
  try { return show() } finally { parameters = before }
}

/** The expression as SQL-like text, as it stands inside other names. */
export function textOf(e: Expression): string {
  switch (e.kind) {
    case 'literal': return literalText(e)
    case 'unresolved-subquery': { const outer = (outerNames.get(e.query) ?? []).join(', '); return e.test === 'scalar' ? `scalarsubquery(${outer})` : e.test === 'exists' ? `exists(${outer})` : `(${e.values.map(textOf).join(', ')} IN (listquery(${outer})))` }
    case 'unresolved-attribute': return e.shown !== undefined ? e.shown : listNames.has(e.nameParts) ? `lateralAliasReference(${e.nameParts.join('.')})` : parameters.has(e.nameParts[0]!.toLowerCase()) ? ['namedlambdavariable()', ...e.nameParts.slice(1)].join('.') : e.nameParts.slice(qualifiers.get(e.nameParts) ?? 0).join('.')
    case 'attribute': case 'variable': return e.name
    case 'star': return e.target === null ? '*' : `${e.target.join('.')}.*`
    case 'unresolved-alias': return `${textOf(e.child)} AS ${e.names[0]}`
    case 'alias': return `${textOf(e.child)} AS ${e.name}`
    case 'unresolved-cast': return `${e.mode === 'try' ? 'TRY_CAST' : 'CAST'}(${textOf(e.child)} AS ${sqlName(e.to)})`
    case 'unresolved-extract': return isFieldName(e.key) && !mapKeys.has(e) ? `${textOf(e.child)}.${(e.key as Literal).value}` : `${textOf(e.child)}[${textOf(e.key)}]`
    case 'unresolved-lambda': return `lambdafunction(${within(e.parameters, () => textOf(e.body))}, ${e.parameters.map(() => 'namedlambdavariable()').join(', ')})`
    case 'sort-order': return `${textOf(e.child)} ${e.ascending ? 'ASC' : 'DESC'} NULLS ${(e.nullsFirst ?? e.ascending) ? 'FIRST' : 'LAST'}`
    case 'unresolved-window': return windowText(e, textOf)
    case 'unresolved-call': return callText(e)
    case 'call': case 'aggregate-call': case 'generator': case 'marker': return `${e.name}(${e.args.map(textOf).join(', ')})`
    case 'lambda': return 'lambda'
  }
}

const casts = new Set(['boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'date', 'timestamp', 'binary', 'string'])

function callText(e: UnresolvedCall): string {
  const { written } = e as Partial<WrittenCall>
  if (written !== undefined) return callText(written)
  // What is cast by a function of its type's name keeps its own.
  if (e.args.length === 1 && casts.has(e.name.toLowerCase()) && e.user === undefined) return textOf(e.args[0]!)
  if (e.user !== undefined) return `${e.name}(${e.args.map(textOf).join(', ')})`
  const name = e.name.toLowerCase(), order = e.args.filter(a => a.kind === 'sort-order'), args = e.args.filter(a => a.kind !== 'sort-order').map(textOf)
  const sum = sums.get(e)
  if (sum !== undefined && args.length === 2) return sum.replace(/\{[ab]\}/g, side => args[side === '{a}' ? 0 : 1]!)
  if (infix.has(name) && args.length === 2) return `(${args[0]} ${name === 'and' || name === 'or' ? name.toUpperCase() : name} ${args[1]})`
  switch (name) {
    case 'not': return `(NOT ${args[0]})`
    case 'isnull': return `(${args[0]} IS NULL)`
    case 'isnotnull': return `(${args[0]} IS NOT NULL)`
    case 'in': return `(${args[0]} IN (${args.slice(1).join(', ')}))`
    case 'negative': return `(- ${args[0]})`
    case 'positive': return `(+ ${args[0]})`
    case '~': return `~${args[0]}`
    case 'like': return `${args[0]} LIKE ${args[1]}${args.length > 2 ? ` ESCAPE '${args[2]}'` : ''}`
    case '<<': case '>>': case '>>>': return `(${args[0]} ${name} ${args[1]})`
    case 'rlike': return `RLIKE(${args.join(', ')})`
    case 'if': return `(IF(${args.join(', ')}))`
    case 'when': {
      let text = 'CASE'
      for (let i = 0; i + 1 < args.length; i += 2) text += ` WHEN ${args[i]} THEN ${args[i + 1]}`
      return `${text}${args.length % 2 === 1 ? ` ELSE ${args.at(-1)}` : ''} END`
    }
    case 'window': return 'window'
    case 'with field': case 'drop field': { const { base, changes } = updates(e); return `update_fields(${[base, ...changes].join(', ')})` }
    case 'session_window': return 'session_window'
    case 'current_timestamp': case 'current_date': case 'now': case 'localtimestamp': return `${name}()`
    case 'struct': case 'named_struct': return `${name}(${args.map((a, i) => (e.args[i]!.kind === 'unresolved-alias' ? `${textOf((e.args[i] as { child: Expression }).child)} AS ${nameOf(e.args[i]!)}` : a)).join(', ')})`
  }
  if (name === pathCall) return pathText(e, args[0]!)
  const form = ownForm(name, args)
  if (form !== null) return form
  const filter = e.filter == null ? '' : ` FILTER (WHERE ${textOf(e.filter)})`
  // With the flag it shows as what that is short for.
  if (name === 'mode' && e.args[1]?.kind === 'literal') return `${e.args[1].value === true ? `mode()${withinGroup(name, [{ kind: 'sort-order', child: e.args[0]!, ascending: true, nullsFirst: null }])}` : `mode(${args[0]})`}${filter}`
  // With an order string_agg shows as what it is another name of.
  const shown = name === 'string_agg' && order.length > 0 ? 'listagg' : shownAs[name] ?? name
  return `${shown}(${e.distinct ? 'DISTINCT ' : ''}${shownList(name, args).join(', ')})${withinGroup(name, order)}${filter}`
}

// withField and dropFields: changes of one struct stand side by side, a change of a field within is a withField of that field.
function updates(e: UnresolvedCall): { readonly base: string; readonly changes: readonly string[] } {
  const [struct, path, value] = e.args as [Expression, Literal, Expression?], names = (path.value as string).split('\n')
  const own = struct.kind === 'unresolved-call' && (struct.name === 'with field' || struct.name === 'drop field') ? updates(struct) : { base: textOf(struct), changes: [] }
  const change = value === undefined ? 'dropfield()' : `WithField(${textOf(value)})`
  const nested = names.slice(0, -1).reduceRight((inner, _, i) => `WithField(update_fields(${[textOf(struct), ...names.slice(0, i + 1)].join('.')}, ${inner}))`, change)
  return { base: own.base, changes: [...own.changes, nested] }
}

function withinGroup(name: string, order: readonly Expression[]): string {
  if (order.length === 0) return ''
  // Percentiles show the direction only where it is not the usual one, and mode the other way round.
  const short = name !== 'listagg' && name !== 'string_agg'
  const key = (o: Expression): string => (short && o.kind === 'sort-order' ? `${textOf(o.child)}${(name === 'mode') === o.ascending ? ' DESC' : ''}` : textOf(o))
  return ` WITHIN GROUP (ORDER BY ${order.map(key).join(', ')})`
}

/** A constant as it stands in a name: texts without quotes, dates and timestamps with their type. */
function literalText(l: Literal): string {
  if (l.value === null) return 'NULL'
  const t = l.type
  switch (t.kind) {
    case 'string': return l.value as string
    case 'decimal': return decimalText(l.value as bigint, t.scale)
    case 'double': return doubleText(l.value as number)
    case 'float': return floatText(l.value as number)
    case 'date': return `DATE '${dateText(l.value as number)}'`
    case 'timestamp': return `TIMESTAMP '${localTimestampText(l.value as bigint)}'`
    case 'timestamp_ntz': return `TIMESTAMP_NTZ '${localTimestampText(l.value as bigint)}'`
    case 'time': return `TIME '${timeText(l.value as bigint)}'`
    case 'daytimeinterval': return dayTimeText(l.value as bigint, t.start, t.end)
    case 'yearmonthinterval': return yearMonthText(l.value as number, t.start, t.end)
    case 'calendarinterval': return `INTERVAL '${calendarIntervalText(l.value as CalendarInterval)}'`
    case 'binary': return `X'${[...(l.value as Uint8Array)].map(b => b.toString(16).padStart(2, '0')).join('').toUpperCase()}'`
    default: return String(l.value)
  }
}
