/** Queries: WITH, set operations, pipes, ORDER BY, LIMIT and OFFSET around the SELECTs. */
import { analysisError, parseError } from '../errors/spark-error.ts'
import type { Expression, SortOrder } from '../expressions/expression.ts'
import { inputsOf, queriesOf, type LogicalPlan, type RecursiveRef } from '../plan/logical-plan.ts'
import { aggregates, parseSelect } from './parse-select.ts'
import { windowClause, withWindowsOf } from './named-windows.ts'
import { parsePipe } from './parse-pipe.ts'
import { parseFrom, parseInlineTable } from './parse-relation.ts'
import type { SqlReader } from './reader.ts'

/** A whole query, as it may stand in parentheses too. */
export function parseQuery(r: SqlReader): LogicalPlan {
  return r.tokens.nested(() => {
    return r.tokens.word('with') ? withQueries(r, () => parseOrdered(r)) : parseOrdered(r)
  })
}

/** Behind WITH: its queries, each of which sees those before it, and what follows them. */
export function withQueries<T>(r: SqlReader, follows: () => T): T {
  const { tokens } = r, known = new Map<string, LogicalPlan>()
  const recursive = tokens.isWord('recursive') && tokens.isName(1) && !tokens.isWord('as', 1) && tokens.word('recursive')
  do {
    const name = tokens.name()
    if (known.has(name.toLowerCase())) throw parseError('DUPLICATED_CTE_NAMES', { duplicateNames: `\`${name}\`` })
    const columns = tokens.isSymbol('(') ? r.names() : null, maxLevel = maxRecursion(r, recursive)
    tokens.word('as')
    tokens.expectSymbol('(')
    const loop: RecursiveRef = { kind: 'recursive-ref', name }
    const query = r.withNamed(recursive ? new Map([...known, [name.toLowerCase(), loop]]) : known, () => parseQuery(r))
    tokens.expectSymbol(')')
    known.set(name.toLowerCase(), recursive && names(query, loop) ? recursion(query, loop, columns, maxLevel) : columns === null ? query : { kind: 'to-df', names: columns, child: query })
  } while (tokens.symbol(','))
  return r.withNamed(known, follows)
}

// MAX RECURSION LEVEL n
function maxRecursion(r: SqlReader, recursive: boolean): number | null {
  if (!r.words('max', 'recursion', 'level')) return null
  if (!recursive) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'MAX RECURSION LEVEL stands in a WITH that is not recursive', advice: 'Write WITH RECURSIVE, or leave it out.' })
  return Number(r.wholeNumber('MAX RECURSION LEVEL'))
}

const names = (plan: LogicalPlan, loop: RecursiveRef): boolean => plan === loop || inputsOf(plan).some(p => names(p, loop)) || queriesOf(plan).some(p => names(p, loop))

// A query that names itself: a UNION ALL whose first part does not.
function recursion(query: LogicalPlan, loop: RecursiveRef, columns: readonly string[] | null, maxLevel: number | null): LogicalPlan {
  const { name } = loop
  if (query.kind === 'distinct' && query.child.kind === 'union') throw analysisError('UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE', { name })
  if (query.kind !== 'union' || names(query.left, loop)) throw analysisError('INVALID_RECURSIVE_CTE', { name })
  return { kind: 'recursive', name, columns, anchor: query.left, step: query.right, loop, maxLevel }
}

/** A query with what stands after it. */
export const parseOrdered = (r: SqlReader): LogicalPlan => parseOrganization(r, setOperations(r, 0))

/** The rows with the ORDER BY, WINDOW, LIMIT and OFFSET that follow, if any. A pipe operator (`piped`) is one of them, LIMIT and OFFSET together, and no WINDOW. */
export function parseOrganization(r: SqlReader, child: LogicalPlan, piped = false): LogicalPlan {
  const { tokens } = r, clause = tokens.peek().text.toUpperCase(), sorted = arranged(r, child), windows = windowClause(r)
  let plan = withWindowsOf(sorted, windows)
  const limit = tokens.isWord('limit'), count = tokens.word('limit') ? (tokens.word('all') ? null : r.grammar.expression()) : null
  const skipped = tokens.word('offset') ? r.grammar.expression() : null
  if (piped && windows.size > 0) throw parseError('UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS', { clauses: 'WINDOW' })
  if (piped && sorted !== child && (limit || skipped !== null)) throw parseError('MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS', { clause1: `${clause} BY`, clause2: limit ? 'LIMIT' : 'OFFSET' })
  // Spark skips first and takes then.
  if (skipped !== null) plan = { kind: 'offset', count: skipped, child: plan }
  return count === null ? plan : { kind: 'limit', count, child: plan }
}

// ORDER BY, or CLUSTER BY, or DISTRIBUTE BY and SORT BY. All rows are in one place, so distributing moves none.
function arranged(r: SqlReader, child: LogicalPlan): LogicalPlan {
  const expressions = (word: string): readonly Expression[] | null => (r.words(word, 'by') ? r.tokens.list(() => r.grammar.expression()) : null)
  const ordered = orderKeys(r, 'order'), cluster = expressions('cluster'), distribute = expressions('distribute'), sorted = orderKeys(r, 'sort')
  const found = [ordered, cluster, distribute ?? sorted].filter(c => c !== null).length
  if (found > 1) throw parseError('UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES')
  const by = cluster ?? distribute, orders = ordered ?? sorted ?? cluster?.map((c): SortOrder => ({ kind: 'sort-order', child: c, ascending: true, nullsFirst: null }))
  const moved: LogicalPlan = by === null ? child : { kind: 'repartition', by, child }
  return orders === undefined ? moved : sortedBy(orders, moved)
}

// A SELECT that aggregates takes the order itself, for it may sort by keys and aggregates that it does not select.
function sortedBy(orders: readonly SortOrder[], child: LogicalPlan): LogicalPlan {
  if (child.kind === 'select-aggregate' && child.orders.length === 0) return { ...child, orders }
  if (child.kind === 'project' && child.expressions.some(aggregates)) return { kind: 'select-aggregate', keys: [], sets: null, select: child.expressions, having: null, orders, child: child.child }
  return { kind: 'sort', orders, child }
}

function orderKeys(r: SqlReader, word: 'order' | 'sort'): readonly SortOrder[] | null {
  if (!r.words(word, 'by')) return null
  const { tokens } = r
  // ORDER BY ALL: every column that comes out.
  if (word === 'order' && tokens.isWord('all') && !['.', '(', '['].some(s => tokens.isSymbol(s, 1))) {
    tokens.skip(1)
    const descending = tokens.word('desc')
    if (!descending) tokens.word('asc')
    const nulls = tokens.word('nulls') ? tokens.word('first') || (tokens.expectWord('last'), false) : null
    return [{ kind: 'sort-order', child: { kind: 'star', target: null }, ascending: !descending, nullsFirst: nulls }]
  }
  return tokens.list(() => r.grammar.sortOrder())
}

// A pipe takes all that stands before it. INTERSECT binds tighter than UNION and EXCEPT, but what a pipe made it takes as it is.
function setOperations(r: SqlReader, level: 0 | 1): LogicalPlan {
  const operand = (): LogicalPlan => (level === 1 ? parseOperand(r) : setOperations(r, 1))
  let left = operand()
  for (let operator: SetOperator | null; ;) {
    if (level === 0 && r.tokens.symbol('|>')) left = parsePipe(r, left)
    else if ((operator = setOperator(r, level)) !== null) left = combined(operator, left, operator.word === 'intersect' ? parseOperand(r) : operand())
    else return left
  }
}

interface SetOperator { readonly word: 'union' | 'except' | 'intersect'; readonly all: boolean }
/** The operator that comes, from this level on; null where none does. */
export function setOperator(r: SqlReader, level: 0 | 1): SetOperator | null {
  const found = (level === 1 ? ['intersect'] : ['union', 'except', 'minus', 'intersect']).find(w => r.tokens.isWord(w))
  if (found === undefined) return null
  r.tokens.take()
  const all = r.tokens.word('all')
  if (!all) r.tokens.word('distinct')
  return { word: found === 'union' || found === 'intersect' ? found : 'except', all }
}

/** What a set operator makes of two queries. */
export function combined({ word, all }: SetOperator, left: LogicalPlan, right: LogicalPlan): LogicalPlan {
  if (word !== 'union') return { kind: word, left, right, all }
  const both: LogicalPlan = { kind: 'union', left, right, byName: false, allowMissingColumns: false }
  return all ? both : { kind: 'distinct', child: both }
}

/** A query that an operator takes: a SELECT, FROM, VALUES, a table, or a query in parentheses. */
export function parseOperand(r: SqlReader): LogicalPlan {
  const { tokens } = r
  if (tokens.isWord('select')) return parseSelect(r)
  if (tokens.isWord('from') && (tokens.isName(1) || tokens.isSymbol('(', 1))) return fromFirst(r)
  if (tokens.isWord('values')) return parseInlineTable(r)
  if (tokens.word('table')) return r.relation(tokens.name())
  if (tokens.symbol('(')) { const plan = parseQuery(r); tokens.expectSymbol(')'); return plan }
  throw tokens.unexpected(' A query begins with SELECT, WITH or VALUES.')
}

// FROM and nothing more gives its rows. Hive's order of clauses has SELECTs behind it, the rows of all of which come out.
function fromFirst(r: SqlReader): LogicalPlan {
  r.tokens.skip(1)
  const from = parseFrom(r), selected = (): LogicalPlan => parseOrganization(r, parseSelect(r, from))
  if (!r.tokens.isWord('select')) return from
  let plan = selected()
  while (r.tokens.isWord('select')) plan = { kind: 'union', left: plan, right: selected(), byName: false, allowMissingColumns: false }
  return plan
}
