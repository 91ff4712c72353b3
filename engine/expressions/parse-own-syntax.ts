/** Calls with a syntax of their own: EXTRACT(… FROM …), SUBSTRING(… FROM … FOR …), TRIM, POSITION, OVERLAY, TIMESTAMPADD with a bare unit. */
import { parseError } from '../errors/spark-error.ts'
import { stringType } from '../types/data-type.ts'
import type { Expression } from './expression.ts'
import { call, literal, written, type Grammar } from './grammar.ts'
import { finishCall } from './parse-call.ts'

const adding = new Set(['timestampadd', 'dateadd', 'date_add']), counting = new Set(['timestampdiff', 'datediff', 'date_diff', 'timediff'])
const units = new Set(['year', 'quarter', 'month', 'week', 'day', 'dayofyear', 'hour', 'minute', 'second', 'millisecond', 'microsecond'])

/** The call, its name read and the opening parenthesis next; null, with nothing read, if it is a call like any other. */
export function parseOwnSyntax(p: Grammar, name: string): Expression | null {
  switch (name) {
    case 'extract': return p.tokens.isName(1) && p.tokens.isWord('from', 2) ? extract(p) : null
    case 'substring': case 'substr': return p.tokens.isSymbol(')', 1) ? null : substring(p, name)
    case 'position': return p.tokens.isSymbol(')', 1) ? null : position(p, name)
    case 'overlay': return p.tokens.isSymbol(')', 1) ? null : overlay(p, name)
    case 'trim': return p.tokens.isSymbol(')', 1) ? null : trim(p, name)
    default: return adding.has(name) || counting.has(name) ? unitCall(p, name) : null
  }
}

function extract(p: Grammar): Expression {
  const { tokens } = p
  tokens.skip(1)
  const field = literal(tokens.take().text, stringType)
  tokens.expectWord('from')
  const from = p.value()
  tokens.expectSymbol(')')
  return call('extract', field, from)
}

// The first argument has been read as that of the special form; here it turns out to be a plain list.
function plain(p: Grammar, name: string, first: Expression): Expression {
  const rest: Expression[] = []
  while (p.tokens.symbol(',')) rest.push(p.expression())
  return finishCall(p, name, [first, ...rest])
}

function substring(p: Grammar, name: string): Expression {
  const { tokens } = p
  tokens.skip(1)
  const text = p.expression()
  const bySyntax = tokens.word('from')
  if (!bySyntax && !tokens.isSymbol(',')) return plain(p, name, text)
  if (!bySyntax) tokens.skip(1)
  const from = p.expression()
  const spelled = tokens.word('for')
  if (!bySyntax && !spelled) return tokens.symbol(',') ? plainRest(p, name, [text, from]) : finishCall(p, name, [text, from])
  const length = spelled || tokens.symbol(',') ? [p.value()] : []
  tokens.expectSymbol(')')
  return call('substring', text, from, ...length)
}

const plainRest = (p: Grammar, name: string, before: readonly Expression[]): Expression => finishCall(p, name, [...before, ...p.tokens.list(() => p.expression())])

function position(p: Grammar, name: string): Expression {
  const { tokens } = p
  tokens.skip(1)
  const part = p.value()
  if (!tokens.word('in')) return plain(p, name, part)
  const text = p.value()
  tokens.expectSymbol(')')
  return call('locate', part, text)
}

function overlay(p: Grammar, name: string): Expression {
  const { tokens } = p
  tokens.skip(1)
  const text = p.expression()
  if (!tokens.word('placing')) return plain(p, name, text)
  const replacement = p.value()
  tokens.expectWord('from')
  const from = p.value()
  const length = tokens.word('for') ? [p.value()] : []
  tokens.expectSymbol(')')
  return call('overlay', text, replacement, from, ...length)
}

// trim(x, text) takes the characters first, and so do ltrim and rtrim.
function trim(p: Grammar, name: string): Expression {
  const { tokens } = p
  tokens.skip(1)
  const side = ['both', 'leading', 'trailing'].find(w => tokens.isWord(w) && !tokens.isSymbol(')', 1) && !tokens.isSymbol(',', 1) && !tokens.isSymbol('.', 1))
  if (side !== undefined) tokens.take()
  const characters = tokens.isWord('from') && side !== undefined ? [] : [p.expression()]
  if (side === undefined && !tokens.isWord('from')) return plain(p, name, characters[0]!)
  tokens.expectWord('from')
  const text = p.value()
  tokens.expectSymbol(')')
  return call(side === 'leading' ? 'ltrim' : side === 'trailing' ? 'rtrim' : 'trim', ...characters, text)
}

function unitCall(p: Grammar, name: string): Expression | null {
  const { tokens } = p
  const unit = tokens.peek(1), shown = adding.has(name) ? 'timestampadd' : 'timestampdiff'
  if (!tokens.isSymbol(',', 2) || (unit.kind !== 'string' && !(unit.kind === 'word' && units.has(unit.text.toLowerCase())))) return null
  if (unit.kind === 'string') {
    // With a text the three-part form is a mistake, the two-part form a date as text.
    tokens.skip(1)
    const args = tokens.list(() => p.expression())
    if (args.length === 3) throw parseError('INVALID_PARAMETER_VALUE.DATETIME_UNIT', { functionName: `\`${name.toUpperCase()}\``, invalidValue: `'${unit.text}'` })
    return finishCall(p, name, args)
  }
  tokens.skip(3)
  const rest = tokens.list(() => p.expression())
  if (rest.length !== 2) return finishCall(p, name, [{ kind: 'unresolved-attribute', nameParts: [unit.text] }, ...rest])
  tokens.expectSymbol(')')
  return written(call(shown, literal(unit.text.toUpperCase(), stringType), ...rest), shown, literal(unit.text, stringType), ...rest)
}
