/** The name of a table as text: its parts, or the path of files that stands for one. */
import { TokenReader } from './token-reader.ts'

export interface TableName { readonly parts: readonly string[]; /** ``delta.`/data/t` ``: files instead of a name. */ readonly path: { readonly format: string; readonly path: string } | null }

/** The name that comes next in a text. */
export function readTableName(tokens: TokenReader): TableName {
  const found = [tokens.peek()]
  tokens.name()
  while (tokens.symbol('.')) { found.push(tokens.peek()); tokens.name() }
  const parts = found.map(t => t.text), isPath = parts.length === 2 && found[1]!.kind === 'name' && /[/:.]/.test(parts[1]!)
  return { parts, path: isPath ? { format: parts[0]!.toLowerCase(), path: parts[1]! } : null }
}

/**
 * A whole text as the name of a table. Throws PARSE_EMPTY_STATEMENT and PARSE_SYNTAX_ERROR.
 * @example parseTableName('default.ventas').parts // ['default', 'ventas']
 */
export function parseTableName(text: string): TableName {
  const tokens = new TokenReader(text), name = readTableName(tokens)
  if (!tokens.atEnd) throw tokens.unexpected(' A name such as ventas or default.ventas is expected, in backquotes if it holds more than letters, digits and _.')
  return name
}
