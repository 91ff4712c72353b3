/** How a window reads in the name of a column: its partition, its order, and its frame written out, the default one too. */
import type { Expression, FrameBound, UnresolvedWindow, WindowFrame } from './expression.ts'

const plain: Readonly<Record<string, string>> = { 'unbounded-preceding': 'UNBOUNDED PRECEDING', 'unbounded-following': 'UNBOUNDED FOLLOWING', 'current-row': 'CURRENT ROW' }
const rankings = new Set(['row_number', 'rank', 'dense_rank', 'percent_rank', 'ntile', 'counter_diff'])
const throughHere = 'BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW', everything = 'BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'

/** `text` shows an expression as it stands inside other names. */
export function windowText(e: UnresolvedWindow, text: (e: Expression) => string): string {
  const { function: fn } = e
  const ignoring = fn.kind === 'unresolved-call' && fn.ignoreNulls === true && fn.name.toLowerCase() === 'nth_value' ? ' ignore nulls' : ''
  const by = e.partitionBy.length === 0 ? '' : `PARTITION BY ${e.partitionBy.map(text).join(', ')}`
  const order = e.orderBy.length === 0 ? '' : `ORDER BY ${e.orderBy.map(text).join(', ')}`
  return `${text(fn)}${ignoring} OVER (${[by, order, e.frame === null ? defaultFrame(e) : frameText(e.frame, text)].filter(x => x !== '').join(' ')})`
}

function defaultFrame(e: UnresolvedWindow): string {
  const name = e.function.kind === 'unresolved-call' ? e.function.name.toLowerCase() : ''
  if (rankings.has(name)) return `ROWS ${throughHere}`
  if (name === 'lag' || name === 'lead') {
    const offset = e.function.kind === 'unresolved-call' ? e.function.args[1] : undefined
    const n = (offset?.kind === 'literal' ? Number(offset.value) : 1) * (name === 'lag' ? -1 : 1)
    return `ROWS BETWEEN ${n + 0} FOLLOWING AND ${n + 0} FOLLOWING`
  }
  return e.orderBy.length > 0 ? `RANGE ${throughHere}` : `ROWS ${everything}`
}

/** A frame as SQL text. What stands before PRECEDING is a negated amount. */
export function frameText(f: WindowFrame, text: (e: Expression) => string): string {
  const bound = (b: FrameBound): string => {
    if (typeof b === 'string') return plain[b]!
    return b.kind === 'unresolved-call' && b.name === 'negative' ? `${text(b.args[0]!)} PRECEDING` : `${text(b)} FOLLOWING`
  }
  return `${f.unit.toUpperCase()} BETWEEN ${bound(f.lower)} AND ${bound(f.upper)}`
}
