/** What stands in FROM: tables, views, subqueries, files, VALUES, table functions, joins, LATERAL, LATERAL VIEW. */
import { Batch } from '../columns/batch.ts'
import { analysisError, parseError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { isStreaming, type JoinType, type LogicalPlan } from '../plan/logical-plan.ts'
import { structType } from '../types/data-type.ts'
import { pivotClause } from './parse-pivot.ts'
import { parseQuery } from './parse-query.ts'
import type { SqlReader } from './reader.ts'
import { sampled } from './table-sample.ts'
import { watermarkClause } from './watermark-clause.ts'

/** One row without columns: what SELECT without FROM reads. */
export const oneRow = (): LogicalPlan => ({ kind: 'local-data', schema: structType([]), batches: [new Batch([], 1)] })

/** The relations of FROM; those with commas between them are joined with every row. Joins and pivots take all that stands before them. */
export function parseFrom(r: SqlReader): LogicalPlan {
  let plan = extended(r, lateral(r) ?? parsePrimary(r))
  while (r.tokens.symbol(',')) {
    const own = lateral(r)
    plan = extended(r, own === null ? { kind: 'join', left: plan, right: parsePrimary(r), type: 'cross', condition: null, using: null } : { kind: 'join', left: plan, right: own, type: 'inner', condition: null, using: null, lateral: true })
  }
  while (r.words('lateral', 'view')) plan = lateralView(r, plan)
  for (let next = pivotClause(r, plan); next !== null; next = pivotClause(r, plan)) plan = next
  return plan
}

/** One relation with the joins and pivots that follow it. */
export const parseRelation = (r: SqlReader): LogicalPlan => extended(r, parsePrimary(r))

// LATERAL VIEW explode(a) t AS x: all columns so far, and those of the generator.
function lateralView(r: SqlReader, child: LogicalPlan): LogicalPlan {
  const { tokens } = r, outer = tokens.word('outer'), generator = r.grammar.value()
  if (generator.kind !== 'unresolved-call') throw tokens.unexpected(' LATERAL VIEW takes a generator such as explode(column).')
  const view = tokens.isWord('as') ? '' : tokens.name()
  const names = tokens.word('as') || (r.beginsName() && !tokens.isWord('window')) ? tokens.list(() => tokens.name()) : []
  const call: Expression = outer && !generator.name.toLowerCase().endsWith('_outer') ? { ...generator, name: `${generator.name}_outer` } : generator
  return { kind: 'project', expressions: [{ kind: 'star', target: null }, { kind: 'unresolved-alias', child: call, names, view }], child }
}

const sides: Readonly<Record<string, JoinType>> = { left: 'left', right: 'right', full: 'full' }

/** `[INNER | CROSS | LEFT [OUTER | SEMI | ANTI] | RIGHT … | FULL … | SEMI | ANTI] JOIN`; null where no join follows. */
function joinType(r: SqlReader): JoinType | null {
  const { tokens } = r
  if (tokens.word('join')) return 'inner'
  for (const word of ['inner', 'cross'] as const) if (r.words(word, 'join')) return word
  for (const [word, type] of [['semi', 'leftsemi'], ['anti', 'leftanti']] as const) {
    if (r.words(word, 'join') || r.words('left', word, 'join')) return type
  }
  for (const [word, type] of Object.entries(sides)) if (r.words(word, 'join') || r.words(word, 'outer', 'join')) return type
  return null
}

function extended(r: SqlReader, first: LogicalPlan): LogicalPlan {
  let plan = first
  for (;;) {
    const next = pivotClause(r, plan) ?? joinClause(r, plan)
    if (next === null) return plan
    plan = next
  }
}

const shownType = (type: JoinType): string => ({ inner: 'INNER', cross: 'CROSS', left: 'LEFT OUTER', right: 'RIGHT OUTER', full: 'FULL OUTER', leftsemi: 'LEFT SEMI', leftanti: 'LEFT ANTI' })[type]

/** The join that follows; null where none does. */
export function joinClause(r: SqlReader, left: LogicalPlan): LogicalPlan | null {
  const { tokens } = r, natural = tokens.word('natural'), type = joinType(r)
  if (type === null) { if (natural) throw tokens.unexpected(' JOIN is expected behind NATURAL.'); return null }
  const own = lateral(r), right = own ?? parsePrimary(r)
  if (natural) {
    if (own !== null) throw parseError('INCOMPATIBLE_JOIN_TYPES', { joinType1: 'LATERAL', joinType2: 'NATURAL' })
    if (type === 'cross' || type === 'leftsemi' || type === 'leftanti') throw parseError('INCOMPATIBLE_JOIN_TYPES', { joinType1: 'NATURAL', joinType2: shownType(type) })
    return { kind: 'join', left, right, type, condition: null, using: null, natural: true }
  }
  const condition = tokens.word('on') ? r.grammar.expression() : null, plain = type === 'cross' ? 'inner' : type
  if (own !== null) {
    if (plain !== 'inner' && plain !== 'left') throw parseError('INVALID_LATERAL_JOIN_TYPE', { joinType: shownType(type) })
    return { kind: 'join', left, right, type: plain, condition, using: null, lateral: true }
  }
  const using = condition === null && tokens.word('using') ? r.names() : null
  return { kind: 'join', left, right, type: condition !== null || using !== null ? plain : type, condition, using }
}

// `LATERAL (SELECT …) a`, `LATERAL explode(x) a`; null where it does not begin here.
function lateral(r: SqlReader): LogicalPlan | null {
  const { tokens } = r
  if (!tokens.isWord('lateral') || tokens.isWord('view', 1)) return null
  tokens.skip(1)
  if (!(tokens.isSymbol('(') && isQuery(r, 1)) && !(tokens.isName() && tokens.isSymbol('(', 1))) throw parseError('INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC')
  return parsePrimary(r)
}

const isQuery = ({ tokens }: SqlReader, ahead: number): boolean => ['select', 'with', 'values', 'table', 'from'].some(w => tokens.isWord(w, ahead)) || tokens.isSymbol('(', ahead)

// One relation with its alias: `t`, `t AS a`, `(SELECT …) a`, `(VALUES …) AS a(x, y)`, `range(3) r`.
function parsePrimary(r: SqlReader): LogicalPlan {
  const { tokens } = r
  if (tokens.isWord('values')) return parseInlineTable(r)
  if (tokens.symbol('(')) {
    const query = isQuery(r, 0), plan = query ? parseQuery(r) : parseRelation(r)
    tokens.expectSymbol(')')
    return aliased(r, sampled(r, plan), query)
  }
  if (tokens.isWord('stream') && (tokens.isSymbol('(', 1) || (r.beginsName(1) && !tokens.isWord('watermark', 1)))) return aliased(r, streamOf(r))
  const { parts, path } = r.table()
  if (parts.length === 1 && tokens.isSymbol('(')) return aliased(r, tableFunction(r, parts[0]!))
  if (path !== null) return aliased(r, sampled(r, { kind: 'batch-read', format: path.format, schema: null, options: {}, paths: [path.path] }))
  return aliased(r, sampled(r, r.relation(parts.join('.'))))
}

/** `VALUES (1, 'a'), … AS v(id, k)`: the rows with their names. */
export function parseInlineTable(r: SqlReader): LogicalPlan {
  const plan = parseValues(r), named = aliased(r, plan)
  const given = named.kind === 'alias' && named.child.kind === 'to-df' && plan.kind === 'values' ? named.child.names.length : null, width = plan.kind === 'values' ? plan.rows[0]!.length : 0
  if (given !== null && given !== width) throw parseError('INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH', { expectedNumCols: given, actualNumCols: width, rowIndex: 0 })
  return named
}

// `STREAM name`, `STREAM(name)`: a view that is a stream, or a saved table read as one.
function streamOf(r: SqlReader): LogicalPlan {
  const { tokens } = r
  tokens.skip(1)
  const within = tokens.symbol('('), name = r.table().parts.join('.'), view = r.find(name)
  if (within) tokens.expectSymbol(')')
  if (view !== null && !isStreaming(view)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${name} after STREAM is a batch view, not a stream`, advice: `Write FROM ${name}, or make the view of spark.readStream.` })
  return view === null ? r.findStream(name) ?? { kind: 'table', name } : { kind: 'alias', name, child: view, view: true }
}

// A relation with its WATERMARK clause and its alias. The clause stands before the alias and sees the columns under it. The names inside a query are not seen outside, without an alias either.
function aliased(r: SqlReader, plan: LogicalPlan, query = false): LogicalPlan {
  const mark = watermarkClause(r), own = aliasOf(r, plan), named: LogicalPlan = own === plan && query ? { kind: 'alias', name: null, child: plan } : own
  return mark === null ? named : { kind: 'watermark', column: mark.time, delay: mark.delay, child: named }
}

function aliasOf(r: SqlReader, plan: LogicalPlan): LogicalPlan {
  const name = r.alias()
  if (name === null) return plan
  const columns = r.tokens.isSymbol('(') ? r.names() : null
  return { kind: 'alias', name, child: columns === null ? plan : { kind: 'to-df', names: columns, child: plan } }
}

// `range(3)`, `explode(collection => a)`.
function tableFunction(r: SqlReader, name: string): LogicalPlan {
  const { tokens } = r
  tokens.skip(1)
  const args = tokens.isSymbol(')') ? [] : tokens.list(() => {
    const named = tokens.isName() && tokens.isSymbol('=>', 1) ? tokens.name() : null
    if (named !== null) tokens.skip(1)
    return { name: named, value: r.grammar.expression() }
  })
  tokens.expectSymbol(')')
  return { kind: 'table-function', name, args }
}

/** `VALUES (1, 'a'), (2, 'b')`: columns col1, col2, …, each of the type its values share. */
export function parseValues(r: SqlReader): LogicalPlan {
  const { tokens } = r
  tokens.expectWord('values')
  const rows = tokens.list(() => {
    if (!tokens.isSymbol('(')) return [r.grammar.expression()]
    tokens.skip(1)
    const row = tokens.list(() => r.grammar.expression())
    tokens.expectSymbol(')')
    return row
  })
  for (const e of rows.flat()) mapExpression(e, x => { if (x.kind === 'unresolved-subquery') throw parseError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES'); return null })
  const width = rows[0]!.length
  const bad = rows.findIndex(row => row.length !== width)
  if (bad >= 0) throw parseError('INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH', { expectedNumCols: width, actualNumCols: rows[bad]!.length, rowIndex: bad })
  return { kind: 'values', rows }
}
