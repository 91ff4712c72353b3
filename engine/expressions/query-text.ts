/** A query inside an expression that is text of its own (`F.expr`, `df.where("…")`): there nobody knows its views yet, so it stays text until a DataFrame takes the expression. */
import type { Grammar } from './grammar.ts'

/** `text` from its token number `token` on, up to the parenthesis that closes it. */
export interface QueryText { readonly kind: 'query-text'; readonly text: string; readonly token: number }

/** The query that begins here, behind an opened parenthesis; the closing one is next. */
export function readQueryText({ tokens }: Grammar): QueryText {
  const found: QueryText = { kind: 'query-text', text: tokens.text, token: tokens.place }
  for (let depth = 0; depth > 0 || !tokens.isSymbol(')'); tokens.take()) {
    if (tokens.atEnd) throw tokens.unexpected(' The parenthesis before the query is not closed.')
    if (tokens.isSymbol('(')) depth++
    else if (tokens.isSymbol(')')) depth--
  }
  return found
}

export const isQueryText = (query: object): query is QueryText => (query as Partial<QueryText>).kind === 'query-text'
