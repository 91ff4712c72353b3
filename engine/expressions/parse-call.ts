/** Function calls: arguments, DISTINCT, WITHIN GROUP, FILTER, IGNORE NULLS, OVER. */
import { intType } from '../types/data-type.ts'
import type { Expression, SortOrder, UnresolvedCall } from './expression.ts'
import { literal, type Grammar } from './grammar.ts'
import { argumentsInOrder, type GivenArgument } from './named-arguments.ts'
import { parseOwnSyntax } from './parse-own-syntax.ts'
import { parseOver } from './parse-window.ts'
import { readQueryText } from './query-text.ts'
import type { TokenReader } from './token-reader.ts'

/** A call whose name has been read; the next token is the opening parenthesis. */
export function parseCall(p: Grammar, name: string): Expression {
  const { tokens } = p
  const found = parseOwnSyntax(p, name.toLowerCase())
  if (found !== null) return found
  tokens.expectSymbol('(')
  const quantified = !tokens.isSymbol(',', 1) && !tokens.isSymbol(')', 1)
  const distinct = quantified && tokens.word('distinct')
  if (quantified && !distinct) tokens.word('all')
  const { args, unknown } = argumentsInOrder(name, tokens.isSymbol(')') ? [] : tokens.list(() => argument(p, name)))
  return finishCall(p, name, args, distinct, unknown)
}

/** The rest of a call after its arguments, from the closing parenthesis on. */
export function finishCall(p: Grammar, name: string, args: readonly Expression[], distinct = false, named = false): Expression {
  const { tokens } = p
  const within = nullTreatment(tokens)
  tokens.expectSymbol(')')
  const order = withinGroup(p)
  const filter = filterOf(p)
  const ignoreNulls = nullTreatment(tokens) ?? within ?? false
  // count(*) is count(1).
  const counted = name.toLowerCase() === 'count' && args.length === 1 && args[0]!.kind === 'star' && args[0]!.target === null ? [literal(1, intType)] : args
  const e: UnresolvedCall = {
    kind: 'unresolved-call', name, args: [...counted, ...order],
    ...(distinct ? { distinct } : {}), ...(named ? { named } : {}), ...(filter === null ? {} : { filter }), ...(ignoreNulls ? { ignoreNulls } : {}),
  }
  return tokens.isWord('over') && (tokens.isSymbol('(', 1) || (tokens.isName(1) && !tokens.isWord('from', 1))) ? parseOver(p, e) : e
}

function argument(p: Grammar, name: string): GivenArgument {
  const { tokens } = p
  if (!tokens.isName() || !tokens.isSymbol('=>', 1)) return { name: null, value: name.toLowerCase() === 'struct' ? p.named() : p.expression() }
  const parameter = tokens.name()
  tokens.expectSymbol('=>')
  return { name: parameter, value: p.expression() }
}

// The keys of WITHIN GROUP follow the arguments.
function withinGroup(p: Grammar): readonly SortOrder[] {
  const { tokens } = p
  if (!tokens.isWord('within') || !tokens.isWord('group', 1)) return []
  tokens.skip(2)
  tokens.expectSymbol('(')
  tokens.expectWord('order')
  tokens.expectWord('by')
  const keys = tokens.list(() => p.sortOrder())
  tokens.expectSymbol(')')
  return keys
}

function filterOf(p: Grammar): Expression | null {
  const { tokens } = p
  if (!tokens.isWord('filter') || !tokens.isSymbol('(', 1)) return null
  tokens.skip(2)
  tokens.expectWord('where')
  const condition = p.expression()
  tokens.expectSymbol(')')
  return condition
}

function nullTreatment(tokens: TokenReader): boolean | null {
  for (const word of ['ignore', 'respect']) if (tokens.isWord(word) && tokens.isWord('nulls', 1)) { tokens.skip(2); return word === 'ignore' }
  return null
}

/**
 * The query that begins here, behind an opened parenthesis, up to the closing one; null where none does. Text by itself keeps it as text.
 * As Spark does, brackets that can be read as so many values or more (`listFrom`) are a list, in which SELECT is a name like others: `IN (SELECT -1)` takes 1 from a column "SELECT".
 */
export function readSubquery(p: Grammar, listFrom = Infinity): object | null {
  const { tokens } = p, next = tokens.peek(1), begins = ['with', 'values'].some(w => tokens.isWord(w)) || beginsByTable(tokens)
  if (tokens.isWord('select') && readsAsValues(p, listFrom)) return null
  const ahead = tokens.isWord('select') ? next.kind !== 'symbol' || ['(', '-', '+'].includes(next.text) || (next.text === '*' && tokens.isWord('from', 2)) : (begins && next.kind !== 'symbol') || bracketsFollow(tokens, listFrom)
  if (!ahead) return null
  const query = p.query === null ? readQueryText(p) : p.query()
  tokens.expectSymbol(')')
  return query
}

const afterName = new Set(['is', 'in', 'like', 'ilike', 'rlike', 'between', 'not', 'and', 'or', 'div', 'as'])
// TABLE t, FROM t SELECT …, FROM t |> …: elsewhere both words are names.
const beginsByTable = (tokens: TokenReader): boolean => tokens.isName(1) && (tokens.isWord('table') ? [')', '.', '|>'].some(s => tokens.isSymbol(s, 2)) : tokens.isWord('from') && !afterName.has(tokens.peek(1).text.toLowerCase()))
// `VALUES (1)`, which is a call in the list of IN; `FROM (SELECT …)`.
const bracketsFollow = (tokens: TokenReader, listFrom: number): boolean => tokens.isSymbol('(', 1) && (tokens.isWord('values') ? listFrom > 1 : tokens.isWord('from') && ['select', 'with', 'values', 'table', 'from'].some(w => tokens.isWord(w, 2)))

// Behind the name SELECT an operator, parentheses of a call or a text go on with a value.
function readsAsValues(p: Grammar, least: number): boolean {
  const { tokens } = p, next = tokens.peek(1)
  const goesOn = next.kind === 'string' ? tokens.peek(2).kind !== 'string' : next.kind === 'symbol' && ['(', '-', '+'].includes(next.text) && !tokens.isWord('select', 2)
  return goesOn && least < Infinity && tokens.reads(`${least} values`, () => {
    tokens.skip(1)
    return tokens.list(() => (least === 1 ? p.expression() : p.named())).length >= least && tokens.isSymbol(')')
  })
}
