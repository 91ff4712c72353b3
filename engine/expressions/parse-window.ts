/** OVER (PARTITION BY … ORDER BY … frame), OVER name, and the windows that a WINDOW clause names. */
import type { Expression, FrameBound, SortOrder, UnresolvedWindow, WindowFrame } from './expression.ts'
import { call, type Grammar } from './grammar.ts'

/** A window without its function. */
export type WindowDefinition = Pick<UnresolvedWindow, 'partitionBy' | 'orderBy' | 'frame' | 'named'>

/** The window of a function; the next token is OVER. */
export function parseOver(p: Grammar, fn: Expression): UnresolvedWindow {
  p.tokens.expectWord('over')
  return { kind: 'unresolved-window', function: fn, ...parseWindowDefinition(p) }
}

/** `w`, `(w)` or `(PARTITION BY … ORDER BY … ROWS BETWEEN … AND …)`. */
export function parseWindowDefinition(p: Grammar): WindowDefinition {
  const { tokens } = p, none = { partitionBy: [], orderBy: [], frame: null }
  if (!tokens.isSymbol('(')) return { ...none, named: tokens.name() }
  tokens.skip(1)
  if (tokens.isName() && tokens.isSymbol(')', 1)) { const named = tokens.name(); tokens.skip(1); return { ...none, named } }
  const keys = <T>(words: readonly string[], item: () => T): T[] => {
    if (!words.some(w => tokens.word(w))) return []
    tokens.expectWord('by')
    return tokens.list(item)
  }
  const partitionBy = keys(['partition', 'distribute', 'cluster'], () => p.expression())
  const orderBy: SortOrder[] = keys(['order', 'sort'], () => p.sortOrder())
  const frame = tokens.isWord('rows') || tokens.isWord('range') ? frameOf(p) : null
  tokens.expectSymbol(')')
  return { partitionBy, orderBy, frame }
}

function frameOf(p: Grammar): WindowFrame {
  const { tokens } = p
  const unit = tokens.take().text.toLowerCase() as 'rows' | 'range'
  if (!tokens.word('between')) return { unit, lower: bound(p), upper: 'current-row' }
  const lower = bound(p)
  tokens.expectWord('and')
  return { unit, lower, upper: bound(p) }
}

function bound(p: Grammar): FrameBound {
  const { tokens } = p
  if (tokens.word('current')) { tokens.expectWord('row'); return 'current-row' }
  const amount = tokens.word('unbounded') ? null : p.value()
  if (tokens.word('following')) return amount ?? 'unbounded-following'
  if (!tokens.word('preceding')) throw tokens.unexpected(' PRECEDING or FOLLOWING is expected here.')
  return amount === null ? 'unbounded-preceding' : call('negative', amount)
}
