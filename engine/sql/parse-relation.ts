/** What stands in FROM: tables, views, subqueries, files, VALUES, range(…), joins, LATERAL VIEW. */
import { Batch } from '../columns/batch.ts'
import { analysisError, parseError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { isStreaming, type JoinType, type LogicalPlan } from '../plan/logical-plan.ts'
import { structType } from '../types/data-type.ts'
import { parseQuery } from './parse-query.ts'
import type { SqlReader } from './reader.ts'
import { watermarkClause } from './watermark-clause.ts'

/** One row without columns: what SELECT without FROM reads. */
export const oneRow = (): LogicalPlan => ({ kind: 'local-data', schema: structType([]), batches: [new Batch([], 1)] })

/** The relations of FROM; those with commas between them are joined with every row. */
export function parseFrom(r: SqlReader): LogicalPlan {
  let plan = joined(r)
  while (r.tokens.symbol(',')) {
    const own = lateral(r)
    plan = own === null ? { kind: 'join', left: plan, right: joined(r), type: 'cross', condition: null, using: null } : { kind: 'join', left: plan, right: own, type: 'inner', condition: null, using: null, lateral: true }
  }
  while (r.words('lateral', 'view')) plan = lateralView(r, plan)
  return plan
}

// LATERAL VIEW explode(a) t AS x: all columns so far, and those of the generator.
function lateralView(r: SqlReader, child: LogicalPlan): LogicalPlan {
  const { tokens } = r, outer = tokens.word('outer'), generator = r.grammar.value()
  if (generator.kind !== 'unresolved-call') throw tokens.unexpected(' LATERAL VIEW takes a generator such as explode(column).')
  if (!tokens.isWord('as')) tokens.name()
  const names = tokens.word('as') ? tokens.list(() => tokens.name()) : null
  const call: Expression = outer && !generator.name.toLowerCase().endsWith('_outer') ? { ...generator, name: `${generator.name}_outer` } : generator
  return { kind: 'project', expressions: [{ kind: 'star', target: null }, names === null ? call : { kind: 'unresolved-alias', child: call, names }], child }
}

const sides: Readonly<Record<string, JoinType>> = { left: 'left', right: 'right', full: 'full' }

/** `[INNER | CROSS | LEFT [OUTER | SEMI | ANTI] | RIGHT … | FULL … | SEMI | ANTI] JOIN`; null where no join follows. */
function joinType(r: SqlReader): JoinType | null {
  const { tokens } = r
  if (tokens.isWord('natural')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'NATURAL JOIN', advice: 'Name the columns: JOIN t USING (id).' })
  if (tokens.word('join')) return 'inner'
  for (const word of ['inner', 'cross'] as const) if (r.words(word, 'join')) return word
  for (const [word, type] of [['semi', 'leftsemi'], ['anti', 'leftanti']] as const) {
    if (r.words(word, 'join') || r.words('left', word, 'join')) return type
  }
  for (const [word, type] of Object.entries(sides)) if (r.words(word, 'join') || r.words(word, 'outer', 'join')) return type
  return null
}

function joined(r: SqlReader): LogicalPlan {
  const { tokens } = r
  let left = parseRelation(r)
  for (;;) {
    const type = joinType(r)
    if (type === null) return left
    const own = lateral(r)
    if (own !== null) {
      if (type !== 'inner' && type !== 'cross' && type !== 'left') throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'LATERAL on the right of this join', advice: 'LATERAL goes with JOIN, CROSS JOIN and LEFT JOIN.' })
      left = { kind: 'join', left, right: own, type: type === 'cross' ? 'inner' : type, condition: tokens.word('on') ? r.grammar.expression() : null, using: null, lateral: true }
      continue
    }
    const right = parseRelation(r)
    const condition = tokens.word('on') ? r.grammar.expression() : null, using = condition === null && tokens.word('using') ? r.names() : null
    if (type !== 'inner' && type !== 'cross' && condition === null && using === null) throw tokens.unexpected(' This join needs ON condition, or USING (columns).')
    left = { kind: 'join', left, right, type: type === 'cross' && (condition !== null || using !== null) ? 'inner' : type, condition, using }
  }
}

// `LATERAL (SELECT …) a`; null where it does not begin here.
function lateral(r: SqlReader): LogicalPlan | null {
  const { tokens } = r
  if (!tokens.word('lateral')) return null
  if (!tokens.isSymbol('(')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'A table function behind LATERAL', advice: 'Use LATERAL VIEW explode(…), or LATERAL (SELECT explode(…)).' })
  return parseRelation(r)
}

/** One relation with its alias: `t`, `t AS a`, `(SELECT …) a`, `(VALUES …) AS a(x, y)`. */
export function parseRelation(r: SqlReader): LogicalPlan {
  const { tokens } = r
  if (tokens.isWord('values')) {
    const plan = parseValues(r), named = aliased(r, plan)
    const given = named.kind === 'alias' && named.child.kind === 'to-df' && plan.kind === 'values' ? named.child.names.length : null, width = plan.kind === 'values' ? plan.rows[0]!.length : 0
    if (given !== null && given !== width) throw parseError('INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH', { expectedNumCols: given, actualNumCols: width, rowIndex: 0 })
    return named
  }
  if (tokens.symbol('(')) {
    const query = ['select', 'with', 'values', 'table'].some(w => tokens.isWord(w)) || tokens.isSymbol('(')
    const plan = query ? parseQuery(r) : joined(r)
    tokens.expectSymbol(')')
    return aliased(r, plan)
  }
  if (tokens.isWord('lateral')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'LATERAL in FROM', advice: 'Use LATERAL VIEW explode(…), or select explode(…) in a subquery.' })
  if (tokens.isWord('stream') && (tokens.isSymbol('(', 1) || (r.beginsName(1) && !tokens.isWord('watermark', 1)))) return aliased(r, streamOf(r))
  const { parts, path } = r.table()
  if (parts.length === 1 && tokens.isSymbol('(')) return aliased(r, tableFunction(r, parts[0]!))
  if (path !== null) return aliased(r, { kind: 'batch-read', format: path.format, schema: null, options: {}, paths: [path.path] })
  const plan = r.relation(parts.join('.'))
  if (tokens.isWord('tablesample')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'TABLESAMPLE', advice: 'Use df.sample(fraction).' })
  if (tokens.isWord('pivot') || tokens.isWord('unpivot')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: tokens.peek().text.toUpperCase(), advice: 'Use sum(CASE WHEN key = … THEN value END) for each key.' })
  return aliased(r, plan)
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

// A relation with its WATERMARK clause and its alias. The clause stands before the alias and sees the columns under it.
function aliased(r: SqlReader, plan: LogicalPlan): LogicalPlan {
  const mark = watermarkClause(r), named = aliasOf(r, plan)
  return mark === null ? named : { kind: 'watermark', column: mark.time, delay: mark.delay, child: named }
}

function aliasOf(r: SqlReader, plan: LogicalPlan): LogicalPlan {
  const name = r.alias()
  if (name === null) return plan
  const columns = r.tokens.isSymbol('(') ? r.names() : null
  return { kind: 'alias', name, child: columns === null ? plan : { kind: 'to-df', names: columns, child: plan } }
}

function tableFunction(r: SqlReader, name: string): LogicalPlan {
  const { tokens } = r
  if (name.toLowerCase() !== 'range') throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `The table function ${name}`, advice: 'FROM knows range(end) and range(start, end, step); use explode(…) in a SELECT for others.' })
  tokens.skip(1)
  const numbers = tokens.list(() => { const e = r.grammar.expression(); return e.kind === 'literal' && (typeof e.value === 'number' || typeof e.value === 'bigint') && Number.isInteger(Number(e.value)) ? BigInt(e.value) : null })
  tokens.expectSymbol(')')
  if (numbers.length > 4 || numbers.includes(null) || numbers[2] === 0n) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'range takes one to three whole numbers', advice: 'Write range(end), range(start, end) or range(start, end, step).' })
  const [a, b, step = 1n] = numbers as bigint[]
  return { kind: 'range', start: b === undefined ? 0n : a!, end: b ?? a!, step }
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
