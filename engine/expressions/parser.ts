/** SQL expression text to expression trees, with Spark's operators and their precedence. */
import type { DataType } from '../types/data-type.ts'
import { booleanType, doubleType, floatType, decimalType, intType, longType, shortType, byteType, stringType, voidType, binaryType } from '../types/data-type.ts'
import { TypeReader } from '../types/ddl.ts'
import { parseDecimal } from '../types/decimal.ts'
import { parseError } from '../errors/spark-error.ts'
import type { Expression, Literal, SortOrder, UnresolvedCall } from './expression.ts'
import { intervalLiteral, typedLiteral, isIntervalUnit, type ParseOptions } from './typed-literals.ts'
import { syntaxError, tokenize, type Token } from './tokenizer.ts'

/** One expression: the text of `expr("…")` or a filter; a name may follow (`sum(v) AS total`). Throws ParseException. */
export function parseExpression(text: string, options: ParseOptions = {}): Expression { return new Parser(text, options).whole(p => p.selectItem()) }
/** One item of a select list: an expression, a name for it, a star. */
export function parseSelectItem(text: string, options: ParseOptions = {}): Expression { return new Parser(text, options).whole(p => p.selectItem()) }
/** One sort key: `v DESC NULLS LAST`. */
export function parseSortOrder(text: string, options: ParseOptions = {}): SortOrder { return new Parser(text, options).whole(p => p.sortOrder()) }

/** A column name as its parts: `a.b`, `` `weird name`.x ``. */
export function parseIdentifier(text: string): string[] {
  const parts: string[] = []
  const form = /\s*(?:`((?:[^`]|``)*)`|([^.`]+))\s*(\.|$)/gy
  while (form.lastIndex < text.length) {
    const m = form.exec(text)
    if (m === null) throw parseError('INVALID_IDENTIFIER', { ident: text })
    parts.push(m[1] !== undefined ? m[1].replaceAll('``', '`') : m[2]!.trim())
    if (m[3] === '.' && form.lastIndex >= text.length) throw parseError('INVALID_IDENTIFIER', { ident: text })
  }
  if (parts.length === 0) throw parseError('INVALID_IDENTIFIER', { ident: text })
  return parts
}

const call = (name: string, ...args: Expression[]): UnresolvedCall => ({ kind: 'unresolved-call', name, args })
const lit = (value: unknown, type: DataType): Literal => ({ kind: 'literal', value, type, nullable: value === null })
const bareFunctions = new Set(['current_date', 'current_timestamp', 'localtimestamp', 'current_user', 'user', 'session_user', 'current_time'])
const unitFunctions = new Set(['timestampadd', 'timestampdiff', 'dateadd', 'datediff', 'date_add', 'date_diff'])
const datetimeUnits = new Set(['year', 'quarter', 'month', 'week', 'day', 'dayofyear', 'hour', 'minute', 'second', 'millisecond', 'microsecond'])
const reserved = new Set(['and', 'or', 'not', 'is', 'in', 'between', 'like', 'ilike', 'rlike', 'regexp', 'then', 'else', 'when', 'end', 'as', 'from', 'where', 'asc', 'desc', 'nulls', 'div', 'on', 'over', 'escape', 'using', 'group', 'order', 'having', 'limit'])
// Words that cannot stand for a column; the other words of SQL can (`order`, `group`).
const operators = new Set(['and', 'or', 'not', 'is', 'in', 'between', 'like', 'ilike', 'rlike', 'then', 'else', 'when', 'end', 'as', 'from', 'where'])

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  readonly #options: ParseOptions
  #next = 0
  #depth = 0

  constructor(text: string, options: ParseOptions) {
    this.#text = text
    this.#options = options
    this.#tokens = tokenize(text)
    if (this.#tokens.length === 1) throw parseError('PARSE_EMPTY_STATEMENT')
  }

  whole<T>(parse: (p: Parser) => T): T {
    const result = parse(this)
    if (this.#peek().kind !== 'end') throw this.#unexpected()
    return result
  }

  #peek(ahead = 0): Token { return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]! }
  #take(): Token { const t = this.#peek(); if (t.kind !== 'end') this.#next++; return t }
  #unexpected(hint = ''): Error { const t = this.#peek(); return syntaxError(this.#text, t.at, t.kind === 'end' ? '' : t.text, hint) }
  #isWord(word: string, ahead = 0): boolean { const t = this.#peek(ahead); return t.kind === 'word' && t.text.toLowerCase() === word }
  #isSymbol(symbol: string, ahead = 0): boolean { const t = this.#peek(ahead); return t.kind === 'symbol' && t.text === symbol }
  #word(word: string): boolean { if (!this.#isWord(word)) return false; this.#next++; return true }
  #symbol(symbol: string): boolean { if (!this.#isSymbol(symbol)) return false; this.#next++; return true }
  #expectWord(word: string): void { if (!this.#word(word)) throw this.#unexpected(` ${word.toUpperCase()} is expected here.`) }
  #expectSymbol(symbol: string): void { if (!this.#symbol(symbol)) throw this.#unexpected(` "${symbol}" is expected here.`) }

  // Every nesting goes through here, so that a text of ten thousand parentheses is an error and not the end of the stack.
  #nested<T>(parse: () => T): T {
    if (++this.#depth > 400) throw this.#unexpected(' The expression is nested too deeply.')
    try { return parse() } finally { this.#depth-- }
  }

  selectItem(): Expression {
    if (this.#isSymbol('*')) { this.#next++; return { kind: 'star', target: null } }
    const e = this.expression()
    if (this.#word('as')) {
      if (this.#symbol('(')) {
        const names = [this.#name()]
        while (this.#symbol(',')) names.push(this.#name())
        this.#expectSymbol(')')
        return { kind: 'unresolved-alias', child: e, names }
      }
      return { kind: 'unresolved-alias', child: e, names: [this.#name()] }
    }
    const t = this.#peek()
    if (t.kind === 'name' || (t.kind === 'word' && !reserved.has(t.text.toLowerCase()))) { this.#next++; return { kind: 'unresolved-alias', child: e, names: [t.text] } }
    return e
  }

  sortOrder(): SortOrder {
    const child = this.expression()
    const ascending = this.#word('asc') || !this.#word('desc')
    let nullsFirst: boolean | null = null
    if (this.#word('nulls')) { nullsFirst = this.#word('first'); if (!nullsFirst) this.#expectWord('last') }
    return { kind: 'sort-order', child, ascending, nullsFirst }
  }

  #name(): string {
    const t = this.#take()
    if (t.kind !== 'name' && t.kind !== 'word') { this.#next--; throw this.#unexpected(' A name is expected here.') }
    return t.text
  }

  expression(): Expression { return this.#nested(() => this.#or()) }

  #or(): Expression {
    let left = this.#and()
    while (this.#word('or')) left = call('or', left, this.#and())
    return left
  }

  #and(): Expression {
    let left = this.#not()
    while (this.#word('and')) left = call('and', left, this.#not())
    return left
  }

  #not(): Expression {
    if (this.#word('not') || this.#symbol('!')) return this.#nested(() => call('not', this.#not()))
    return this.#predicate()
  }

  #predicate(): Expression {
    let left = this.#comparison()
    for (;;) {
      const negated = this.#isWord('not') && ['between', 'in', 'like', 'ilike', 'rlike', 'regexp'].some(w => this.#isWord(w, 1))
      if (negated) this.#next++
      const wrap = (e: Expression): Expression => (negated ? call('not', e) : e)
      if (this.#word('between')) {
        const low = this.#comparison()
        this.#expectWord('and')
        left = wrap(call('and', call('>=', left, low), call('<=', left, this.#comparison())))
      } else if (this.#word('in')) {
        this.#expectSymbol('(')
        const list = [this.expression()]
        while (this.#symbol(',')) list.push(this.expression())
        this.#expectSymbol(')')
        left = wrap(call('in', left, ...list))
      } else if (this.#isWord('like') || this.#isWord('ilike')) left = this.#like(left, wrap)
      else if (this.#word('rlike') || this.#word('regexp')) left = wrap(call('rlike', left, this.#comparison()))
      else if (this.#word('is')) left = this.#is(left)
      else return left
    }
  }

  #like(left: Expression, wrap: (e: Expression) => Expression): Expression {
    const name = this.#take().text.toLowerCase()
    const quantifier = this.#word('any') || this.#word('some') ? 'or' : this.#word('all') ? 'and' : null
    if (quantifier !== null) {
      this.#expectSymbol('(')
      const each = [wrap(call(name, left, this.expression()))]
      while (this.#symbol(',')) each.push(wrap(call(name, left, this.expression())))
      this.#expectSymbol(')')
      return each.reduce((a, b) => call(quantifier, a, b))
    }
    const pattern = this.#comparison()
    return wrap(this.#word('escape') ? call(name, left, pattern, this.#comparison()) : call(name, left, pattern))
  }

  #is(left: Expression): Expression {
    const negated = this.#word('not')
    const wrap = (e: Expression): Expression => (negated ? call('not', e) : e)
    if (this.#word('null')) return negated ? call('isnotnull', left) : call('isnull', left)
    if (this.#word('true')) return wrap(call('<=>', left, lit(true, booleanType)))
    if (this.#word('false')) return wrap(call('<=>', left, lit(false, booleanType)))
    if (this.#word('unknown')) return negated ? call('isnotnull', left) : call('isnull', left)
    if (this.#word('distinct')) {
      this.#expectWord('from')
      const same = call('<=>', left, this.#comparison())
      return negated ? same : call('not', same)
    }
    throw this.#unexpected(' NULL, TRUE, FALSE or DISTINCT FROM is expected here.')
  }

  #comparison(): Expression {
    let left = this.#bitOr()
    for (;;) {
      const t = this.#peek()
      if (t.kind !== 'symbol' || !['=', '==', '<=>', '<>', '!=', '<', '<=', '>', '>='].includes(t.text)) return left
      this.#next++
      const right = this.#bitOr()
      left = t.text === '<>' || t.text === '!=' ? call('not', call('=', left, right)) : call(t.text === '==' ? '=' : t.text, left, right)
    }
  }

  #bitOr(): Expression { let l = this.#bitXor(); while (this.#isSymbol('|')) { this.#next++; l = call('|', l, this.#bitXor()) } return l }
  #bitXor(): Expression { let l = this.#bitAnd(); while (this.#symbol('^')) l = call('^', l, this.#bitAnd()); return l }
  #bitAnd(): Expression { let l = this.#shift(); while (this.#symbol('&')) l = call('&', l, this.#shift()); return l }

  #shift(): Expression {
    let left = this.#sum()
    for (;;) {
      if (this.#symbol('<<')) left = call('shiftleft', left, this.#sum())
      else if (this.#symbol('>>>')) left = call('shiftrightunsigned', left, this.#sum())
      else if (this.#symbol('>>')) left = call('shiftright', left, this.#sum())
      else return left
    }
  }

  #sum(): Expression {
    let left = this.#product()
    for (;;) {
      if (this.#symbol('+')) left = call('+', left, this.#product())
      else if (this.#symbol('-')) left = call('-', left, this.#product())
      else if (this.#symbol('||')) left = call('concat', left, this.#product())
      else return left
    }
  }

  #product(): Expression {
    let left = this.#unary()
    for (;;) {
      if (this.#symbol('*')) left = call('*', left, this.#unary())
      else if (this.#symbol('/')) left = call('/', left, this.#unary())
      else if (this.#symbol('%') || this.#word('mod')) left = call('%', left, this.#unary())
      else if (this.#word('div')) left = call('div', left, this.#unary())
      else return left
    }
  }

  #unary(): Expression {
    if (this.#symbol('+')) return this.#nested(() => call('positive', this.#unary()))
    if (this.#symbol('~')) return this.#nested(() => call('~', this.#unary()))
    if (this.#isSymbol('-')) {
      this.#next++
      // A sign before a number belongs to it: −2147483648 is an INT.
      if (this.#peek().kind === 'number' && !this.#isSymbol('.', 1)) return this.#postfix(this.#number(this.#take().text, true))
      return this.#nested(() => call('negative', this.#unary()))
    }
    return this.#postfix(this.#primary())
  }

  #postfix(base: Expression): Expression {
    let e = base
    for (;;) {
      if (this.#symbol('.')) {
        if (this.#isSymbol('*') && e.kind === 'unresolved-attribute') { this.#next++; return { kind: 'star', target: e.nameParts } }
        const t = this.#take()
        if (t.kind !== 'word' && t.kind !== 'name') { this.#next--; throw this.#unexpected(' A field name is expected after the point.') }
        e = e.kind === 'unresolved-attribute' ? { ...e, nameParts: [...e.nameParts, t.text] } : { kind: 'unresolved-extract', child: e, key: lit(t.text, stringType) }
      } else if (this.#symbol('[')) {
        const key = this.expression()
        this.#expectSymbol(']')
        e = { kind: 'unresolved-extract', child: e, key }
      } else if (this.#symbol('::')) e = { kind: 'unresolved-cast', child: e, to: this.#type(), mode: 'cast' }
      else return e
    }
  }

  #type(): DataType {
    // The type's text runs on to where its brackets close; the reader of types takes it from there.
    const start = this.#peek().at
    let depth = 0, end = start
    for (let k = 0; ; k++) {
      const t = this.#peek(k)
      if (t.kind === 'end') { end = this.#text.length; break }
      if (t.text === '(' || t.text === '<') depth++
      if ((t.text === ')' || t.text === '>') && depth > 0) { depth--; continue }
      if (t.text === '>>' && depth > 1) { depth -= 2; continue }
      if (t.text === '>>>' && depth > 2) { depth -= 3; continue }
      if (depth === 0 && k > 0 && !this.#continuesType(k)) { end = t.at; break }
    }
    const reader = new TypeReader(this.#text.slice(start, end))
    const type = reader.type()
    if (!reader.atEnd) throw reader.fail()
    while (this.#peek().at < end && this.#peek().kind !== 'end') this.#next++
    return type
  }

  // INTERVAL DAY TO SECOND, DECIMAL(10, 2), ARRAY<…>.
  #continuesType(k: number): boolean {
    const t = this.#peek(k), first = this.#peek().text.toLowerCase()
    if (t.text === '(' || t.text === '<') return true
    return first === 'interval' && t.kind === 'word' && (isIntervalUnit(t.text) || t.text.toLowerCase() === 'to')
  }

  #primary(): Expression {
    const t = this.#take()
    switch (t.kind) {
      case 'number': return this.#number(t.text, false)
      case 'string': {
        let value = t.text
        while (this.#peek().kind === 'string') value += this.#take().text
        return lit(value, stringType)
      }
      case 'name': return this.#isSymbol('(') ? this.#function(t.text) : { kind: 'unresolved-attribute', nameParts: [t.text] }
      case 'symbol':
        if (t.text === '(') return this.#parenthesis()
        if (t.text === '*') return { kind: 'star', target: null }
        break
      case 'word': return this.#wordExpression(t)
    }
    if (t.kind !== 'end') this.#next--
    throw this.#unexpected()
  }

  #parenthesis(): Expression {
    // (x, y) -> … or ( ) -> …
    let k = 0
    while (this.#peek(k).kind === 'word' && this.#isSymbol(',', k + 1)) k += 2
    if (this.#peek(k).kind === 'word' && this.#isSymbol(')', k + 1) && this.#isSymbol('->', k + 2)) {
      const parameters: string[] = []
      for (let j = 0; j <= k; j += 2) parameters.push(this.#peek(j).text)
      this.#next += k + 3
      return { kind: 'unresolved-lambda', parameters, body: this.expression() }
    }
    const first = this.expression()
    if (!this.#isSymbol(',')) { this.#expectSymbol(')'); return first }
    const fields = [first]
    while (this.#symbol(',')) fields.push(this.expression())
    this.#expectSymbol(')')
    return call('struct', ...fields)
  }

  #number(text: string, negative: boolean): Literal {
    const found = /^(.*?)(BD|[LSYDF])?$/i.exec(text)!
    const body = found[1]!, suffix = (found[2] ?? '').toUpperCase()
    const sign = negative ? '-' : ''
    const integral = (type: DataType, bits: number): Literal => {
      const v = /^\d+$/.test(body) ? BigInt(sign + body) : null
      if (v === null || BigInt.asIntN(bits, v) !== v) throw parseError('INVALID_NUMERIC_LITERAL_RANGE', { rawStrippedQualifier: sign + body, minValue: String(-(2n ** BigInt(bits - 1))), maxValue: String(2n ** BigInt(bits - 1) - 1n), typeName: type.kind })
      return lit(bits === 64 ? v : Number(v), type)
    }
    switch (suffix) {
      case 'L': return integral(longType, 64)
      case 'S': return integral(shortType, 16)
      case 'Y': return integral(byteType, 8)
      case 'D': return lit(Number(sign + body), doubleType)
      case 'F': return lit(Math.fround(Number(sign + body)), floatType)
    }
    if (suffix === '' && /[eE]/.test(body)) return lit(Number(sign + body), doubleType)
    if (suffix === '' && !body.includes('.')) {
      const v = BigInt(sign + body)
      if (BigInt.asIntN(32, v) === v) return lit(Number(v), intType)
      if (BigInt.asIntN(64, v) === v) return lit(v, longType)
    }
    const d = parseDecimal(sign + body)!
    const scale = Math.max(0, d.scale), unscaled = d.scale < 0 ? d.unscaled * 10n ** BigInt(-d.scale) : d.unscaled
    const precision = Math.max((unscaled < 0n ? -unscaled : unscaled).toString().length, scale)
    if (precision > 38) throw parseError('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision, maxPrecision: 38 })
    return lit(unscaled, decimalType(precision, scale))
  }

  #wordExpression(t: Token): Expression {
    const word = t.text.toLowerCase()
    switch (word) {
      case 'true': return lit(true, booleanType)
      case 'false': return lit(false, booleanType)
      case 'null': return lit(null, voidType)
      case 'case': return this.#case()
      case 'interval': { const i = this.#interval(); if (i !== null) return i; break }
      case 'x': if (this.#peek().kind === 'string' && !this.#peek().spaced) return lit(hexBytes(this.#take().text), binaryType); break
      case 'cast': case 'try_cast':
        if (this.#isSymbol('(')) {
          this.#next++
          const child = this.expression()
          this.#expectWord('as')
          const to = this.#type()
          this.#expectSymbol(')')
          return { kind: 'unresolved-cast', child, to, mode: word === 'cast' ? 'cast' : 'try' }
        }
        break
      case 'exists': case 'not': break
    }
    if (this.#peek().kind === 'string') {
      const literal = typedLiteral(word, this.#peek().text, this.#options)
      if (literal !== null) { this.#next++; return literal }
    }
    if (this.#isSymbol('(')) return this.#function(t.text)
    if (this.#isSymbol('->')) { this.#next++; return { kind: 'unresolved-lambda', parameters: [t.text], body: this.expression() } }
    if (bareFunctions.has(word)) return call(word)
    if (operators.has(word)) { this.#next--; throw this.#unexpected() }
    return { kind: 'unresolved-attribute', nameParts: [t.text] }
  }

  #interval(): Expression | null {
    const t = this.#peek()
    const startsValue = t.kind === 'string' || t.kind === 'number' || ((t.text === '-' || t.text === '+') && (this.#peek(1).kind === 'string' || this.#peek(1).kind === 'number'))
    if (!startsValue) {
      // INTERVAL expr UNIT is not written here; `interval` alone is a name.
      return null
    }
    const parts: { value: string; quoted: boolean; from: string; to: string | null }[] = []
    while (true) {
      let sign = ''
      if (this.#isSymbol('-') || this.#isSymbol('+')) sign = this.#take().text
      const v = this.#peek()
      if (v.kind !== 'string' && v.kind !== 'number') break
      this.#next++
      if (v.kind === 'string' && !(this.#peek().kind === 'word' && isIntervalUnit(this.#peek().text))) {
        if (parts.length > 0) throw this.#unexpected(' A unit such as DAY or HOUR is expected here.')
        return intervalLiteral([{ value: sign + v.text, quoted: true, from: '', to: null }], this.#text)
      }
      const unit = this.#take()
      if (unit.kind !== 'word' || !isIntervalUnit(unit.text)) { this.#next--; throw this.#unexpected(' A unit such as DAY or HOUR is expected here.') }
      let to: string | null = null
      if (this.#isWord('to') && this.#peek(1).kind === 'word' && isIntervalUnit(this.#peek(1).text)) { this.#next++; to = this.#take().text }
      parts.push({ value: sign === '-' ? negated(v.text) : v.text, quoted: v.kind === 'string', from: unit.text, to })
      const more = this.#peek().kind === 'string' || this.#peek().kind === 'number'
      if (!more || to !== null) break
    }
    return intervalLiteral(parts, this.#text)
  }

  #case(): Expression {
    const subject = this.#isWord('when') ? null : this.expression()
    const args: Expression[] = []
    while (this.#word('when')) {
      const condition = this.expression()
      this.#expectWord('then')
      args.push(subject === null ? condition : call('=', subject, condition), this.expression())
    }
    if (args.length === 0) throw this.#unexpected(' WHEN is expected here.')
    if (this.#word('else')) args.push(this.expression())
    this.#expectWord('end')
    return call('when', ...args)
  }

  #function(name: string): Expression {
    this.#expectSymbol('(')
    const lower = name.toLowerCase()
    const special = this.#specialForm(lower)
    if (special !== null) return special
    const distinct = this.#isWord('distinct') && !this.#isSymbol(',', 1) && !this.#isSymbol(')', 1) && this.#word('distinct')
    const args: Expression[] = []
    if (!this.#isSymbol(')')) {
      if (unitFunctions.has(lower) && this.#peek().kind === 'word' && datetimeUnits.has(this.#peek().text.toLowerCase()) && this.#isSymbol(',', 1)) args.push(lit(this.#take().text.toUpperCase(), stringType))
      else args.push(this.#argument())
      while (this.#symbol(',')) args.push(this.#argument())
    }
    let ignoreNulls = this.#nullTreatment()
    this.#expectSymbol(')')
    ignoreNulls ??= this.#nullTreatment()
    let filter: Expression | null = null
    if (this.#isWord('filter') && this.#isSymbol('(', 1)) {
      this.#next += 2
      this.#expectWord('where')
      filter = this.expression()
      this.#expectSymbol(')')
    }
    // count(*) is count(1).
    const counted = lower === 'count' && args.length === 1 && args[0]!.kind === 'star' && args[0]!.target === null ? [lit(1, intType)] : args
    const e: UnresolvedCall = { kind: 'unresolved-call', name, args: counted, ...(distinct ? { distinct: true } : {}), ...(filter === null ? {} : { filter }), ...(ignoreNulls ? { ignoreNulls: true } : {}) }
    return this.#word('over') ? this.#over(e) : e
  }

  #argument(): Expression {
    if (this.#peek().kind === 'word' && this.#isSymbol('=>', 1)) throw this.#unexpected(' Named arguments are not supported: give them by position.')
    const e = this.expression()
    return this.#word('as') ? { kind: 'unresolved-alias', child: e, names: [this.#name()] } : e
  }

  #nullTreatment(): boolean | null {
    for (const [word, value] of [['ignore', true], ['respect', false]] as const) if (this.#isWord(word) && this.#isWord('nulls', 1)) { this.#next += 2; return value }
    return null
  }

  #specialForm(name: string): Expression | null {
    const between = <T>(work: () => T): T => { const r = work(); this.#expectSymbol(')'); return r }
    switch (name) {
      case 'extract': {
        const field = this.#take()
        this.#expectWord('from')
        return between(() => call('date_part', lit(field.text, stringType), this.expression()))
      }
      case 'substring': case 'substr': {
        const start = this.#next
        const text = this.expression()
        if (!this.#word('from')) { this.#next = start; return null }
        const from = this.expression()
        return between(() => (this.#word('for') ? call('substring', text, from, this.expression()) : call('substring', text, from)))
      }
      case 'position': {
        const start = this.#next
        const part = this.#comparison()
        if (!this.#word('in')) { this.#next = start; return null }
        return between(() => call('locate', part, this.expression()))
      }
      case 'overlay': {
        const start = this.#next
        const text = this.expression()
        if (!this.#word('placing')) { this.#next = start; return null }
        const replacement = this.expression()
        this.#expectWord('from')
        const from = this.expression()
        return between(() => (this.#word('for') ? call('overlay', text, replacement, from, this.expression()) : call('overlay', text, replacement, from)))
      }
      case 'trim': {
        const which = this.#word('both') ? 'btrim' : this.#word('leading') ? 'ltrim' : this.#word('trailing') ? 'rtrim' : null
        const start = this.#next
        if (which !== null && this.#word('from')) return between(() => call(which, this.expression()))
        const characters = this.expression()
        if (!this.#word('from')) { if (which === null) { this.#next = start; return null } throw this.#unexpected() }
        const fn = which ?? 'btrim'
        return between(() => { const text = this.expression(); return fn === 'ltrim' ? call('ltrim', characters, text) : fn === 'rtrim' ? call('rtrim', characters, text) : call('btrim', text, characters) })
      }
      default: return null
    }
  }

  #over(fn: UnresolvedCall): Expression {
    this.#expectSymbol('(')
    const partitionBy: Expression[] = [], orderBy: SortOrder[] = []
    if (this.#word('partition') || this.#word('distribute')) {
      this.#expectWord('by')
      do partitionBy.push(this.expression()); while (this.#symbol(','))
    }
    if (this.#word('order') || this.#word('sort')) {
      this.#expectWord('by')
      do orderBy.push(this.sortOrder()); while (this.#symbol(','))
    }
    let frame: string | null = null
    if (this.#isWord('rows') || this.#isWord('range')) {
      const start = this.#peek().at
      while (!this.#isSymbol(')') && this.#peek().kind !== 'end') this.#next++
      frame = this.#text.slice(start, this.#peek().at).trim()
    }
    this.#expectSymbol(')')
    return { kind: 'unresolved-window', function: fn, partitionBy, orderBy, frame }
  }
}

const negated = (text: string): string => (text.startsWith('-') ? text.slice(1) : `-${text}`)

function hexBytes(text: string): Uint8Array {
  if (!/^[0-9a-fA-F]*$/.test(text)) throw parseError('INVALID_TYPED_LITERAL', { valueType: '"X"', value: `'${text}'` })
  const padded = text.length % 2 === 1 ? `0${text}` : text
  return Uint8Array.from({ length: padded.length / 2 }, (_, i) => parseInt(padded.slice(2 * i, 2 * i + 2), 16))
}
