/** What may stand once after a value: BETWEEN, IN, LIKE, RLIKE, IS, each with NOT. */
import { parseError } from '../errors/spark-error.ts'
import { booleanType, stringType } from '../types/data-type.ts'
import type { Expression } from './expression.ts'
import { balanced, call, literal, negatedIf, written, type Grammar } from './grammar.ts'
import { readSubquery } from './parse-call.ts'

const kinds = ['between', 'in', 'like', 'ilike', 'rlike', 'regexp']

/** The value itself, or the test that follows it. */
export function parsePredicate(p: Grammar, left: Expression): Expression {
  const { tokens } = p
  if (tokens.operator('is')) return test(p, left)
  const negated = tokens.isWord('not') && kinds.some(k => tokens.isWord(k, 1))
  if (negated) tokens.skip(1)
  if (tokens.operator('between')) {
    const low = p.value()
    tokens.expectWord('and')
    const high = p.value()
    return negatedIf(negated, written(call('and', call('>=', left, low), call('<=', left, high)), 'between', left, low, high))
  }
  if (tokens.operator('in')) {
    tokens.expectSymbol('(')
    const query = readSubquery(p, 1)
    if (query !== null) return negatedIf(negated, { kind: 'unresolved-subquery', test: 'in', values: valuesOf(left), query })
    if (tokens.isSymbol(')')) throw parseError('INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE')
    const list = tokens.list(() => p.expression())
    tokens.expectSymbol(')')
    return negatedIf(negated, call('in', left, ...list))
  }
  for (const name of ['like', 'ilike']) if (tokens.operator(name)) return like(p, name, left, negated)
  if (tokens.operator('rlike') || tokens.operator('regexp')) return negatedIf(negated, call('rlike', left, p.value()))
  return left
}

// (a, b) IN (SELECT x, y …): a row is a struct.
const valuesOf = (e: Expression): readonly Expression[] => (e.kind === 'unresolved-call' && e.name === 'struct' ? e.args.map(a => (a.kind === 'unresolved-alias' ? a.child : a)) : e.kind === 'unresolved-call' && e.name === 'named_struct' ? e.args.filter((_, i) => i % 2 === 1) : [e])

function test(p: Grammar, left: Expression): Expression {
  const { tokens } = p
  const negated = tokens.word('not')
  if (tokens.word('null') || tokens.word('unknown')) return call(negated ? 'isnotnull' : 'isnull', left)
  if (tokens.word('true')) return negatedIf(negated, call('<=>', left, literal(true, booleanType)))
  if (tokens.word('false')) return negatedIf(negated, call('<=>', left, literal(false, booleanType)))
  if (tokens.word('distinct')) {
    tokens.expectWord('from')
    return negatedIf(!negated, call('<=>', left, p.value()))
  }
  throw tokens.unexpected(' NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM is expected here.')
}

function like(p: Grammar, name: string, left: Expression, negated: boolean): Expression {
  const { tokens } = p
  if (tokens.isSymbol('(', 1) && ['any', 'some', 'all'].some(w => tokens.isWord(w))) return likeEach(p, name, left, negated)
  const pattern = p.value()
  if (!tokens.operator('escape')) return negatedIf(negated, call(name, left, pattern))
  const escape = tokens.peek()
  if (escape.kind !== 'string') throw tokens.unexpected(' ESCAPE takes one character in quotes.')
  if ([...escape.text].length !== 1) throw parseError('INVALID_ESC', { invalidEscape: `'${escape.text}'` })
  tokens.take()
  return negatedIf(negated, call(name, left, pattern, literal(escape.text, stringType)))
}

// NOT LIKE ANY: at least one pattern does not fit.
function likeEach(p: Grammar, name: string, left: Expression, negated: boolean): Expression {
  const { tokens } = p
  const joint = tokens.take().text.toLowerCase() === 'all' ? 'and' : 'or'
  tokens.expectSymbol('(')
  if (tokens.isSymbol(')')) throw parseError('INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN')
  const patterns = tokens.list(() => p.expression())
  tokens.expectSymbol(')')
  const e = balanced(joint, patterns.map(pattern => negatedIf(negated, call(name, left, pattern))))
  if (e.kind !== 'unresolved-call' || !patterns.every(x => x.kind === 'literal')) return e
  return written(e, `${negated ? 'not' : ''}like${joint === 'and' ? 'all' : 'any'}`, name === 'ilike' ? call('lower', left) : left)
}
