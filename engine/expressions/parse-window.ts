/** OVER (PARTITION BY … ORDER BY … frame). */
import type { Expression, SortOrder, UnresolvedCall } from './expression.ts'
import type { Grammar } from './grammar.ts'

const rankings = new Set(['row_number', 'rank', 'dense_rank', 'percent_rank', 'ntile', 'cume_dist'])
const throughHere = 'BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW', everything = 'BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'

/** The window of a function; the next token is OVER. The frame is written out as Spark writes it, its default too. */
export function parseOver(p: Grammar, fn: UnresolvedCall): Expression {
  const { tokens } = p
  tokens.expectWord('over')
  if (!tokens.isSymbol('(')) throw tokens.unexpected(' Write the window in parentheses: OVER (PARTITION BY … ORDER BY …).')
  tokens.skip(1)
  const keys = <T>(first: string, second: string, item: () => T): T[] => {
    if (!tokens.word(first) && !tokens.word(second)) return []
    tokens.expectWord('by')
    return tokens.list(item)
  }
  const partitionBy = keys('partition', 'distribute', () => p.expression())
  const orderBy: SortOrder[] = keys('order', 'sort', () => p.sortOrder())
  const frame = tokens.isWord('rows') || tokens.isWord('range') ? frameOf(p) : rankings.has(fn.name.toLowerCase()) ? `ROWS ${throughHere}` : orderBy.length > 0 ? `RANGE ${throughHere}` : `ROWS ${everything}`
  tokens.expectSymbol(')')
  return { kind: 'unresolved-window', function: fn, partitionBy, orderBy, frame }
}

function frameOf(p: Grammar): string {
  const { tokens } = p
  const kind = tokens.take().text.toUpperCase()
  if (!tokens.word('between')) return `${kind} BETWEEN ${bound(p)} AND CURRENT ROW`
  const from = bound(p)
  tokens.expectWord('and')
  return `${kind} BETWEEN ${from} AND ${bound(p)}`
}

function bound(p: Grammar): string {
  const { tokens } = p
  if (tokens.word('current')) { tokens.expectWord('row'); return 'CURRENT ROW' }
  const start = tokens.peek().at
  if (!tokens.word('unbounded')) p.value()
  const amount = tokens.text.slice(start, tokens.peek(-1).end)
  if (!tokens.isWord('preceding') && !tokens.isWord('following')) throw tokens.unexpected(' PRECEDING or FOLLOWING is expected here.')
  return `${amount.toLowerCase() === 'unbounded' ? 'UNBOUNDED' : amount} ${tokens.take().text.toUpperCase()}`
}
