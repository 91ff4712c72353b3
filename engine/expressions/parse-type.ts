/** Types inside SQL expressions: finds where a type ends among the tokens and gives its text to the reader of types. */
import type { DataType } from '../types/data-type.ts'
import { parseType } from '../types/ddl.ts'
import type { TokenReader } from './token-reader.ts'

const intervalWords = new Set(['year', 'month', 'day', 'hour', 'minute', 'second'])
const closes: Readonly<Record<string, number>> = { '>': 1, '>>': 2, '>>>': 3, ')': 1 }

/** The type that begins at the next token. Throws UNSUPPORTED_DATATYPE, INCOMPLETE_TYPE_DEFINITION.*, PARSE_SYNTAX_ERROR. */
export function readType(tokens: TokenReader): DataType {
  if (!tokens.isName()) throw tokens.unexpected(' A type such as STRING, INT or DECIMAL(10, 2) is expected here.')
  const parts: string[] = []
  const take = (): void => { const t = tokens.take(); parts.push(tokens.text.slice(t.at, t.end)) }
  const interval = tokens.isWord('interval')
  take()
  if (interval) while (tokens.peek().kind === 'word' && (intervalWords.has(tokens.peek().text.toLowerCase()) || (parts.length === 2 && tokens.isWord('to')))) take()
  else if (tokens.isSymbol('(') || tokens.isSymbol('<')) {
    // <> is one token, and closes what it opens.
    let open = 0
    do {
      const t = tokens.peek()
      if (t.kind === 'end') throw tokens.unexpected(' The type is not closed.')
      if (t.kind === 'symbol') open += t.text === '(' || t.text === '<' ? 1 : -(closes[t.text] ?? 0)
      if (open < 0) throw tokens.unexpected()
      take()
    } while (open > 0)
  } else if (tokens.isSymbol('<>')) take()
  const zoned = /^time(?:stamp)?$/i.test(parts[0]!)
  if (zoned && tokens.isWord('without') && tokens.isWord('time', 1)) { take(); take(); if (tokens.isWord('zone')) take() }
  if (zoned && parts[0]!.length > 4 && tokens.isWord('with') && tokens.isWord('local', 1)) { take(); take(); if (tokens.isWord('time')) take(); if (tokens.isWord('zone')) take() }
  if (/^timestamp/i.test(parts[0]!) && (tokens.isWord('with') || tokens.isWord('without'))) throw tokens.unexpected()
  return parseType(parts.join(' '))
}
