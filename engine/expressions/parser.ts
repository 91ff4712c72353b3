/** SQL expression text to expression trees, with Spark's operators and their precedence. */
import { parseError } from '../errors/spark-error.ts'
import type { Expression, SortOrder, UnresolvedAlias } from './expression.ts'
import { balanced, call, written, type Grammar } from './grammar.ts'
import { numberLiteral } from './number-literal.ts'
import { parsePredicate } from './parse-predicate.ts'
import { parsePostfix, parsePrimary } from './parse-primary.ts'
import { extentOf } from './height.ts'
import { TokenReader } from './token-reader.ts'
import type { ParseOptions } from './typed-literals.ts'

export { parseIdentifier } from './identifier.ts'
export type { ParseOptions } from './typed-literals.ts'

/**
 * The text of `F.expr("…")`, of a filter, of an item of selectExpr: an expression, with a name or without, or a star.
 * Throws ParseException: PARSE_SYNTAX_ERROR, PARSE_EMPTY_STATEMENT, INVALID_TYPED_LITERAL and their kin.
 * @example parseExpression('sum(monto * 1.19) AS total')
 */
export const parseExpression = (text: string, options: ParseOptions = {}): Expression => parseWhole(text, options, p => p.named())
/** One item of a select list; the same as parseExpression, as in Spark. */
export const parseSelectItem = parseExpression
/** One sort key: `v DESC NULLS LAST`. */
export const parseSortOrder = (text: string, options: ParseOptions = {}): SortOrder => parseWhole(text, options, p => p.sortOrder())

/** Left chains such as a + a + … make trees as high as they are long, and everything after the parser walks them by recursion. */
const greatestHeight = 500
/** BETWEEN and CASE x WHEN use one operand several times; nested in each other they would grow without end. */
const greatestSize = 1_000_000

function parseWhole<T extends Expression | readonly Expression[]>(text: string, options: ParseOptions, parse: (p: Parser) => T): T {
  const parser = new Parser(text, options)
  const result = parse(parser)
  if (!parser.tokens.atEnd) throw parser.tokens.unexpected()
  for (const e of Array.isArray(result) ? (result as readonly Expression[]) : [result as Expression]) {
    checkExtent(e)
  }
  return result
}

function checkExtent(e: Expression): void {
  const { height, size } = extentOf(e)
  if (height > greatestHeight) throw parseError('FAILED_TO_PARSE_TOO_COMPLEX', { limit: `${greatestHeight} levels` })
  if (size > greatestSize) throw parseError('FAILED_TO_PARSE_TOO_COMPLEX', { limit: `${greatestSize} parts` })
}

/** The expressions of a longer text, such as a query: words in `ends` are no names without AS. The caller reads on where an expression ends. */
export function grammarOf(text: string, ends: ReadonlySet<string>, options: ParseOptions = {}): Grammar {
  const parser = new Parser(text, options, ends)
  const checked = <T extends Expression>(e: T): T => { checkExtent(e); return e }
  return { tokens: parser.tokens, options, expression: () => checked(parser.expression()), value: () => checked(parser.value()), named: () => checked(parser.named()), sortOrder: () => checked(parser.sortOrder()), get query() { return parser.query }, set query(q) { parser.query = q } }
}

const comparisons = new Set(['=', '==', '<=>', '<>', '!=', '<', '<=', '>', '>='])
// From loose to tight; each level takes its operands from the next.
const levels: readonly ReadonlySet<string>[] = [comparisons, new Set(['|']), new Set(['^']), new Set(['&']), new Set(['<<', '>>', '>>>']), new Set(['+', '-', '||']), new Set(['*', '/', '%', 'div'])]
const shifts: Readonly<Record<string, string>> = { '<<': 'shiftleft', '>>': 'shiftright', '>>>': 'shiftrightunsigned' }

function binary(operator: string, left: Expression, right: Expression): Expression {
  switch (operator) {
    case '==': return call('=', left, right)
    case '<>': case '!=': return call('not', call('=', left, right))
    case '||': return call('concat', left, right)
    case '<<': case '>>': case '>>>': return written(call(shifts[operator]!, left, right), operator, left, right)
    default: return call(operator, left, right)
  }
}

class Parser implements Grammar {
  readonly tokens: TokenReader
  readonly options: ParseOptions
  readonly #ends: ReadonlySet<string>

  constructor(text: string, options: ParseOptions, ends: ReadonlySet<string> = new Set()) {
    this.tokens = new TokenReader(text)
    this.options = options
    this.#ends = ends
  }

  named(): Expression {
    const child = this.expression()
    const alias = (names: readonly string[]): UnresolvedAlias => ({ kind: 'unresolved-alias', child, names })
    const as = this.tokens.operator('as')
    if (as && this.tokens.symbol('(')) {
      const names = this.tokens.list(() => this.tokens.name())
      this.tokens.expectSymbol(')')
      return { ...alias(names), listed: true }
    }
    return as || this.#isAlias() ? alias([this.tokens.name()]) : child
  }

  // In a query some words go on with it and name nothing.
  #isAlias(): boolean {
    const t = this.tokens.peek()
    return t.kind === 'name' || (t.kind === 'word' && !this.#ends.has(t.text.toLowerCase()))
  }

  query: (() => object) | null = null

  sortOrder(): SortOrder {
    const child = this.expression()
    const ascending = this.tokens.word('asc') || !this.tokens.word('desc')
    let nullsFirst: boolean | null = null
    if (this.tokens.word('nulls')) { nullsFirst = this.tokens.word('first'); if (!nullsFirst) this.tokens.expectWord('last') }
    return { kind: 'sort-order', child, ascending, nullsFirst }
  }

  expression(): Expression {
    return this.tokens.nested(() => this.#chain('or', () => this.#chain('and', () => this.#not())))
  }

  #chain(word: 'and' | 'or', operand: () => Expression): Expression {
    const operands = [operand()]
    while (this.tokens.operator(word)) operands.push(operand())
    return balanced(word, operands)
  }

  #not(): Expression {
    if (this.#startsNot()) {
      this.tokens.take()
      return this.tokens.nested(() => call('not', this.#not()))
    }
    return parsePredicate(this, this.value())
  }

  // NOT before an operator, or at the end, is a name.
  #startsNot(): boolean {
    if (this.tokens.isSymbol('!')) return true
    if (!this.tokens.isWord('not')) return false
    const next = this.tokens.peek(1)
    return next.kind !== 'end' && (next.kind !== 'symbol' || ['(', '-', '+', '~', '!'].includes(next.text))
  }

  value(): Expression { return this.#level(0) }

  #level(level: number): Expression {
    const operators = levels[level]
    if (operators === undefined) return this.#unary()
    let left = this.#level(level + 1)
    for (let operator = this.#operator(operators); operator !== null; operator = this.#operator(operators)) left = binary(operator, left, this.#level(level + 1))
    return left
  }

  #operator(among: ReadonlySet<string>): string | null {
    const t = this.tokens.peek()
    if (t.kind === 'symbol' ? !among.has(t.text) : !(among.has('div') && this.tokens.isOperator('div'))) return null
    this.tokens.take()
    return t.text.toLowerCase()
  }

  #unary(): Expression {
    const t = this.tokens.peek()
    if (t.kind !== 'symbol' || !['-', '+', '~'].includes(t.text)) return parsePostfix(this, parsePrimary(this))
    this.tokens.take()
    // A minus before a number belongs to it: -2147483648 is an INT.
    if (t.text === '-' && this.tokens.peek().kind === 'number') return parsePostfix(this, numberLiteral(`-${this.tokens.take().text}`))
    const child = this.tokens.nested(() => this.#unary())
    if (t.text === '~') return call('~', child)
    return t.text === '-' ? written(call('negative', child), '-', child) : call('positive', child)
  }
}
