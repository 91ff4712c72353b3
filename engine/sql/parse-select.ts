/** One SELECT: list, FROM, WHERE, GROUP BY, HAVING, QUALIFY. */
import type { Expression } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { isAggregateName } from '../functions/registry.ts'
import type { LogicalPlan, SelectAggregate } from '../plan/logical-plan.ts'
import { parseFrom, oneRow } from './parse-relation.ts'
import { windowClause, withWindows, withWindowsOf, type NamedWindows } from './named-windows.ts'
import type { SqlReader } from './reader.ts'

/** From SELECT to QUALIFY; `from`: what a FROM before it says, or what stands before `|>`: then there is no WHERE, HAVING and QUALIFY (`piped`). */
export function parseSelect(r: SqlReader, from: LogicalPlan | null = null, piped = false): LogicalPlan {
  const { tokens } = r
  tokens.expectWord('select')
  skipHints(r)
  const distinct = tokens.word('distinct')
  if (!distinct) tokens.word('all')
  if (tokens.isWord('from') && (tokens.isSymbol('(', 1) || (tokens.isName(1) && !['from', 'as'].some(w => tokens.isWord(w, 1))))) throw tokens.unexpected(' Write at least one column, or *, after SELECT.')
  const listed = tokens.list(() => r.grammar.named())
  let plan = from ?? (tokens.word('from') ? parseFrom(r) : oneRow())
  if (!piped && tokens.word('where')) plan = { kind: 'filter', condition: r.grammar.expression(), child: plan }
  const grouping = r.words('group', 'by') ? groupBy(r, listed) : null
  const having = !piped && tokens.word('having') ? r.grammar.expression() : null
  const before = windowClause(r), condition = !piped && tokens.word('qualify') ? r.grammar.expression() : null, windows: NamedWindows = piped ? before : new Map([...before, ...windowClause(r)])
  const select = listed.map(e => withWindows(e, windows))
  plan = withWindowsOf(plan, windows)
  if (grouping === null && having === null) plan = { kind: 'project', expressions: select, child: plan }
  else plan = { kind: 'select-aggregate', keys: grouping?.keys ?? [], sets: grouping?.sets ?? null, select, having, orders: [], child: plan } satisfies SelectAggregate
  if (condition !== null) plan = { kind: 'qualify', condition: withWindows(condition, windows), child: plan }
  return distinct ? { kind: 'distinct', child: plan } : plan
}

// `/*+ BROADCAST(t), REPARTITION(3) */`: they say how to run, and all rows are in one place here.
function skipHints(r: SqlReader): void {
  const { tokens } = r
  while (['/', '*', '+'].every((s, i) => tokens.isSymbol(s, i))) {
    tokens.skip(3)
    do {
      tokens.name()
      if (tokens.symbol('(') && !tokens.symbol(')')) { tokens.list(() => r.grammar.expression()); tokens.expectSymbol(')') }
    } while (tokens.symbol(',') || tokens.isName())
    tokens.expectSymbol('*')
    tokens.expectSymbol('/')
  }
}

/** Whether an expression aggregates, as it is written. */
export function aggregates(e: Expression): boolean {
  let found = false
  mapExpression(e, x => {
    if (x.kind === 'unresolved-call' && isAggregateName(x.name)) found = true
    if (x.kind !== 'unresolved-window') return null
    // With OVER it does not aggregate; what it takes may.
    if ([...(x.function.kind === 'unresolved-call' ? x.function.args : []), ...x.partitionBy, ...x.orderBy].some(aggregates)) found = true
    return x
  })
  return found
}

interface Grouping { readonly keys: readonly Expression[]; readonly sets: readonly (readonly number[])[] | null }

// ROLLUP, CUBE and GROUPING SETS each say which keys count together; several items multiply.
function groupBy(r: SqlReader, select: readonly Expression[]): Grouping {
  const { tokens } = r, keys: Expression[] = []
  // GROUP BY ALL: everything selected that aggregates nothing.
  if (tokens.isWord('all') && !['.', '(', '['].some(s => tokens.isSymbol(s, 1))) { tokens.skip(1); return { keys: select.filter(e => !aggregates(e)).map(e => (e.kind === 'unresolved-alias' ? e.child : e)), sets: null } }
  let sets: number[][] = [[]], many = false
  const number = (e: Expression): number => keys.push(e) - 1
  do {
    const kind = ['rollup', 'cube'].find(w => tokens.isWord(w) && tokens.isSymbol('(', 1))
    let own: number[][]
    if (kind !== undefined) {
      tokens.skip(2)
      const groups = tokens.list(() => keySet(r).map(number))
      tokens.expectSymbol(')')
      own = kind === 'rollup' ? rollup(groups) : cube(groups)
      many = true
    } else if (r.words('grouping', 'sets')) {
      own = groupingSets(r, [], number)
      many = true
    } else own = [[number(r.grammar.expression())]]
    sets = sets.flatMap(a => own.map(b => [...a, ...b]))
  } while (tokens.symbol(','))
  // As Hive has it: the keys first, then the sets of them.
  if (!many && r.words('grouping', 'sets')) return { keys, sets: groupingSets(r, [...keys], number) }
  if (tokens.word('with')) {
    const all = keys.map((_, i) => [i])
    if (tokens.word('rollup')) return { keys, sets: rollup(all) }
    tokens.expectWord('cube')
    return { keys, sets: cube(all) }
  }
  return { keys, sets: many ? sets : null }
}

// `((a), (a, b), …)`: numbers of keys, those that are among `known` by theirs.
function groupingSets(r: SqlReader, known: readonly Expression[], number: (e: Expression) => number): number[][] {
  const { tokens } = r, text = (e: Expression): string => JSON.stringify(e, (_, v) => (typeof v === 'bigint' ? `${v}n` : v)), numbers = new Map(known.map((e, i) => [text(e), i]))
  tokens.expectSymbol('(')
  const sets = tokens.list(() => keySet(r).map(e => { const t = text(e); let at = numbers.get(t); if (at === undefined) numbers.set(t, at = number(e)); return at }))
  tokens.expectSymbol(')')
  return sets
}

/** `a`, `(a, b)` or `()`. */
function keySet(r: SqlReader): Expression[] {
  const { tokens } = r
  if (!tokens.isSymbol('(')) return [r.grammar.expression()]
  tokens.skip(1)
  const list = tokens.isSymbol(')') ? [] : tokens.list(() => r.grammar.expression())
  tokens.expectSymbol(')')
  return list
}

const rollup = (groups: readonly (readonly number[])[]): number[][] => Array.from({ length: groups.length + 1 }, (_, k) => groups.slice(0, groups.length - k).flat())
const cube = (groups: readonly (readonly number[])[]): number[][] => groups.reduceRight<number[][]>((rest, g) => [...rest.map(s => [...g, ...s]), ...rest], [[]])
