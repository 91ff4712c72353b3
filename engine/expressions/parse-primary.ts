/** Operands: literals, names, parentheses, CASE, CAST, lambdas, and the points, brackets and :: that follow them. */
import { parseError } from '../errors/spark-error.ts'
import { booleanType, stringType, voidType } from '../types/data-type.ts'
import type { Expression } from './expression.ts'
import { call, literal, type Grammar } from './grammar.ts'
import { readInterval } from './interval-literal.ts'
import { numberLiteral } from './number-literal.ts'
import { parseCall, readSubquery } from './parse-call.ts'
import { readType } from './parse-type.ts'
import { typedLiteral } from './typed-literals.ts'
import { readPath, startsPath } from './variant-path.ts'

// Spark lets these stand without parentheses. USER is left out: a column of that name goes first.
const bareFunctions = new Set(['current_date', 'current_timestamp', 'current_user', 'session_user', 'current_time'])

/** An operand without what may follow it. */
export function parsePrimary(p: Grammar): Expression {
  const { tokens } = p
  const t = tokens.peek()
  switch (t.kind) {
    case 'number': tokens.take(); return numberLiteral(t.text)
    case 'string': {
      let value = ''
      while (tokens.peek().kind === 'string') value += tokens.take().text
      return literal(value, stringType)
    }
    case 'name': case 'word': return t.kind === 'word' ? wordOperand(p) : nameOperand(p)
    case 'symbol':
      if (t.text === '(') return parentheses(p)
      if (t.text === '*') { tokens.take(); return star(p, null) }
      if (t.text === '?' || t.text === ':') throw parseError('UNBOUND_SQL_PARAMETER', { name: t.text === '?' ? '?' : `:${tokens.peek(1).text}` })
  }
  throw tokens.unexpected()
}

function star(p: Grammar, target: readonly string[] | null): Expression {
  const { tokens } = p
  if (!tokens.isWord('except') || !tokens.isSymbol('(', 1) || !tokens.isName(2)) return { kind: 'star', target }
  tokens.skip(2)
  const except = tokens.list(() => { const parts = [tokens.name()]; while (tokens.symbol('.')) parts.push(tokens.name()); return parts })
  tokens.expectSymbol(')')
  return { kind: 'star', target, except }
}

/** What follows an operand: `.field`, `[key]`, `:path`, `::TYPE`, and the parentheses of a call by a name of several parts. */
export function parsePostfix(p: Grammar, base: Expression): Expression {
  const { tokens } = p
  let e = base
  for (;;) {
    if (tokens.isSymbol('.')) {
      if (tokens.isSymbol('*', 1) && e.kind === 'unresolved-attribute') { tokens.skip(2); return star(p, e.nameParts) }
      tokens.skip(1)
      if (!tokens.isName()) throw tokens.unexpected(' A field name is expected after the point.')
      const field = tokens.take().text
      e = e.kind === 'unresolved-attribute' ? { ...e, nameParts: [...e.nameParts, field] } : { kind: 'unresolved-extract', child: e, key: literal(field, stringType) }
    } else if (tokens.symbol('[')) {
      const key = tokens.nested(() => p.value())
      tokens.expectSymbol(']')
      e = { kind: 'unresolved-extract', child: e, key }
    } else if (tokens.isSymbol(':') && startsPath(p)) e = readPath(p, e)
    else if (tokens.symbol('::')) e = { kind: 'unresolved-cast', child: e, to: readType(tokens), mode: 'cast' }
    else if (e.kind === 'unresolved-attribute' && e.nameParts.length > 1 && tokens.isSymbol('(')) e = parseCall(p, e.nameParts.join('.'))
    else return e
  }
}

function nameOperand(p: Grammar): Expression {
  const { tokens } = p
  const name = tokens.take().text
  if (tokens.isSymbol('(')) return parseCall(p, name)
  if (tokens.symbol('->')) return { kind: 'unresolved-lambda', parameters: [name], body: p.expression() }
  return { kind: 'unresolved-attribute', nameParts: [name] }
}

function wordOperand(p: Grammar): Expression {
  const { tokens } = p
  const word = tokens.peek().text, lower = word.toLowerCase()
  // A word after a point is a field, never a keyword; here it stands first.
  if (!tokens.isSymbol('.', 1) && !tokens.isSymbol('->', 1)) {
    switch (lower) {
      case 'true': case 'false': tokens.take(); return literal(lower === 'true', booleanType)
      case 'null': tokens.take(); return literal(null, voidType)
      case 'case': if (!tokens.isSymbol(')', 1) && tokens.whenAhead) return caseOf(p); break
      case 'cast': case 'try_cast': if (tokens.isSymbol('(', 1)) return castOf(p); break
      case 'exists': if (tokens.isSymbol('(', 1)) { tokens.take(); return existsOf(p, word) } break
      case 'interval': {
        tokens.take()
        const found = readInterval(tokens)
        if (found !== null) return found
        tokens.skip(-1)
      }
    }
    if (tokens.peek(1).kind === 'string') { tokens.take(); return typedLiteral(word, tokens.take().text, p.options) }
    if (bareFunctions.has(lower) && !tokens.isSymbol('(', 1)) { tokens.take(); return call(lower) }
  }
  return nameOperand(p)
}

const operators = /^([-+*/%=<>&^!]|\|(?!>)|::|\[|\.)/
function existsOf(p: Grammar, word: string): Expression {
  p.tokens.skip(1)
  const query = readSubquery(p)
  if (query !== null) {
    // It is a condition, not an operand.
    const next = p.tokens.peek()
    if (next.kind === 'symbol' && operators.test(next.text)) throw p.tokens.unexpected(' Put EXISTS (…) in parentheses.')
    return { kind: 'unresolved-subquery', test: 'exists', values: [], query }
  }
  p.tokens.skip(-1)
  return parseCall(p, word)
}

function castOf(p: Grammar): Expression {
  const { tokens } = p
  const mode = tokens.take().text.toLowerCase() === 'cast' ? 'cast' : 'try'
  tokens.expectSymbol('(')
  const child = p.expression()
  tokens.expectWord('as')
  const to = readType(tokens)
  tokens.expectSymbol(')')
  return { kind: 'unresolved-cast', child, to, mode }
}

// CASE x WHEN v THEN r is CASE WHEN x = v THEN r.
function caseOf(p: Grammar): Expression {
  const { tokens } = p
  tokens.take()
  const subject = tokens.isWord('when') ? null : p.expression()
  const args: Expression[] = []
  while (tokens.word('when')) {
    const condition = p.expression()
    tokens.expectWord('then')
    args.push(subject === null ? condition : call('=', subject, condition), p.expression())
  }
  if (args.length === 0) throw tokens.unexpected(' WHEN is expected here.')
  if (tokens.word('else')) args.push(p.expression())
  tokens.expectWord('end')
  return call('when', ...args)
}

function parentheses(p: Grammar): Expression {
  const { tokens } = p
  const lambda = lambdaOf(p)
  if (lambda !== null) return lambda
  tokens.expectSymbol('(')
  const query = readSubquery(p, 2)
  if (query !== null) return { kind: 'unresolved-subquery', test: 'scalar', values: [], query }
  const first = p.named()
  if (!tokens.isSymbol(',')) {
    if (first.kind === 'unresolved-alias') throw tokens.unexpected(' A name may be given only at the end of an item, or inside struct(…).')
    tokens.expectSymbol(')')
    return first
  }
  tokens.skip(1)
  const fields = [first, ...tokens.list(() => p.named())]
  tokens.expectSymbol(')')
  return rowOf(fields)
}

// (x, y) -> body. A single parameter has no parentheses.
function lambdaOf(p: Grammar): Expression | null {
  const { tokens } = p
  let k = 1
  while (tokens.isName(k) && tokens.isSymbol(',', k + 1)) k += 2
  if (k === 1 || !tokens.isName(k) || !tokens.isSymbol(')', k + 1) || !tokens.isSymbol('->', k + 2)) return null
  const parameters: string[] = []
  for (let j = 1; j <= k; j += 2) parameters.push(tokens.peek(j).text)
  tokens.skip(k + 3)
  return { kind: 'unresolved-lambda', parameters, body: p.expression() }
}

// (a, b) is a struct whose fields have the names of its columns, or col1, col2, …
function rowOf(fields: readonly Expression[]): Expression {
  if (fields.some(f => f.kind === 'star')) return call('struct', ...fields)
  const nameOfField = (f: Expression, i: number): string => (f.kind === 'unresolved-alias' ? f.names[0]! : f.kind === 'unresolved-attribute' ? f.nameParts.at(-1)! : `col${i + 1}`)
  return call('named_struct', ...fields.flatMap((f, i) => [literal(nameOfField(f, i), stringType), f]))
}
