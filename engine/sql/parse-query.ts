/** Queries: WITH, set operations, ORDER BY, LIMIT and OFFSET around the SELECTs. */
import { analysisError, parseError } from '../errors/spark-error.ts'
import type { Expression, SortOrder } from '../expressions/expression.ts'
import { inputsOf, queriesOf, type LogicalPlan, type RecursiveRef } from '../plan/logical-plan.ts'
import { aggregates, parseSelect } from './parse-select.ts'
import { windowClause, withWindowsOf } from './named-windows.ts'
import { parseFrom, parseValues } from './parse-relation.ts'
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
export function parseOrdered(r: SqlReader): LogicalPlan {
  const { tokens } = r
  let plan = setOperations(r, 0)
  plan = withWindowsOf(arranged(r, plan), windowClause(r))
  const count = tokens.word('limit') ? (tokens.word('all') ? null : r.grammar.expression()) : null
  const skipped = tokens.word('offset') ? r.grammar.expression() : null
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

const operators: readonly (readonly string[])[] = [['union', 'except', 'minus'], ['intersect']]

// INTERSECT binds tighter than UNION and EXCEPT.
function setOperations(r: SqlReader, level: number): LogicalPlan {
  if (level === operators.length) return primary(r)
  let left = setOperations(r, level + 1)
  for (;;) {
    const word = operators[level]!.find(w => r.tokens.isWord(w))
    if (word === undefined) return left
    r.tokens.take()
    const all = r.tokens.word('all')
    if (!all) r.tokens.word('distinct')
    const right = setOperations(r, level + 1)
    if (word !== 'union') left = { kind: word === 'intersect' ? 'intersect' : 'except', left, right, all }
    else {
      const both: LogicalPlan = { kind: 'union', left, right, byName: false, allowMissingColumns: false }
      left = all ? both : { kind: 'distinct', child: both }
    }
  }
}

function primary(r: SqlReader): LogicalPlan {
  const { tokens } = r
  if (tokens.isWord('select')) return parseSelect(r)
  // Hive's order of clauses.
  if (tokens.isWord('from') && tokens.isName(1)) { tokens.skip(1); return parseSelect(r, parseFrom(r)) }
  if (tokens.isWord('values')) return parseValues(r)
  if (tokens.word('table')) return r.relation(tokens.name())
  if (tokens.symbol('(')) { const plan = parseQuery(r); tokens.expectSymbol(')'); return plan }
  throw tokens.unexpected(' A query begins with SELECT, WITH or VALUES.')
}
