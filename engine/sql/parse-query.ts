/** Queries: WITH, set operations, ORDER BY, LIMIT and OFFSET around the SELECTs. */
import { analysisError, parseError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { parseSelect } from './parse-select.ts'
import { parseValues } from './parse-relation.ts'
import type { SqlReader } from './reader.ts'

/** A whole query, as it may stand in parentheses too. */
export function parseQuery(r: SqlReader): LogicalPlan {
  return r.tokens.nested(() => {
    if (!r.tokens.word('with')) return ordered(r)
    if (r.tokens.isWord('recursive')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'WITH RECURSIVE', advice: 'Write the loop in TypeScript.' })
    return named(r, new Map())
  })
}

// Each query of a WITH sees those before it.
function named(r: SqlReader, known: Map<string, LogicalPlan>): LogicalPlan {
  const { tokens } = r
  do {
    const name = tokens.name()
    if (known.has(name.toLowerCase())) throw parseError('DUPLICATED_CTE_NAMES', { duplicateNames: `\`${name}\`` })
    const columns = tokens.isSymbol('(') ? r.names() : null
    tokens.word('as')
    tokens.expectSymbol('(')
    const query = r.withNamed(known, () => parseQuery(r))
    tokens.expectSymbol(')')
    known.set(name.toLowerCase(), columns === null ? query : { kind: 'to-df', names: columns, child: query })
  } while (tokens.symbol(','))
  return r.withNamed(known, () => ordered(r))
}

/** A query with what stands after it. A single SELECT takes ORDER BY itself, for it may sort by what it does not select. */
function ordered(r: SqlReader): LogicalPlan {
  const { tokens } = r
  let plan = setOperations(r, 0, true)
  const orders = sortKeys(r)
  if (orders !== null) plan = { kind: 'sort', orders, child: plan }
  const count = tokens.word('limit') ? (tokens.word('all') ? null : wholeNumber(r, 'LIMIT')) : null
  const skipped = tokens.word('offset') ? wholeNumber(r, 'OFFSET') : 0
  // Spark skips first and takes then.
  if (skipped !== 0) plan = { kind: 'offset', count: skipped, child: plan }
  return count === null ? plan : { kind: 'limit', count, child: plan }
}

/** ORDER BY, or SORT BY, which is the same in one process; null where neither stands. */
export function sortKeys(r: SqlReader): Extract<LogicalPlan, { kind: 'sort' }>['orders'] | null {
  if (!r.words('order', 'by') && !r.words('sort', 'by')) return null
  return r.tokens.list(() => r.grammar.sortOrder())
}

function wholeNumber(r: SqlReader, clause: string): number {
  const e: Expression = r.grammar.expression()
  const value = e.kind === 'literal' && e.type.kind === 'int' ? (e.value as number) : null
  if (value === null) throw analysisError('INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE', { name: clause.toLowerCase(), expr: 'an expression' })
  return value
}

const operators: readonly (readonly string[])[] = [['union', 'except', 'minus'], ['intersect']]

// INTERSECT binds tighter than UNION and EXCEPT. `alone`: nothing stands on the left of what is read.
function setOperations(r: SqlReader, level: number, alone: boolean): LogicalPlan {
  if (level === operators.length) return primary(r, alone)
  let left = setOperations(r, level + 1, alone)
  for (;;) {
    const word = operators[level]!.find(w => r.tokens.isWord(w))
    if (word === undefined) return left
    r.tokens.take()
    const all = r.tokens.word('all')
    if (!all) r.tokens.word('distinct')
    const right = setOperations(r, level + 1, false)
    if (word !== 'union') left = { kind: word === 'intersect' ? 'intersect' : 'except', left, right, all }
    else {
      const both: LogicalPlan = { kind: 'union', left, right, byName: false, allowMissingColumns: false }
      left = all ? both : { kind: 'deduplicate', columns: null, withinWatermark: false, child: both }
    }
  }
}

function primary(r: SqlReader, alone: boolean): LogicalPlan {
  const { tokens } = r
  if (tokens.isWord('select')) return parseSelect(r, alone)
  if (tokens.isWord('values')) return parseValues(r)
  if (tokens.word('table')) { const name = tokens.name(); return { kind: 'alias', name, child: r.find(name) ?? { kind: 'table', name } } }
  if (tokens.symbol('(')) { const plan = parseQuery(r); tokens.expectSymbol(')'); return plan }
  throw tokens.unexpected(tokens.isWord('from') ? ' SELECT comes before FROM.' : ' A query begins with SELECT, WITH or VALUES.')
}
