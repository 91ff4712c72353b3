/** A place in a list of tokens: what comes next, and the error that says what does not belong there. */
import { ParseException, parseError } from '../errors/spark-error.ts'
import { syntaxError, tokenize, type Token } from './tokenizer.ts'

/** Deeper nesting than this is refused: the stack of the parser, and of all that later walk the tree, has an end. */
const deepestNesting = 300

export class TokenReader {
  readonly text: string
  readonly #tokens: readonly Token[]
  readonly #lastWhen: number
  #next = 0
  #depth = 0
  readonly #tried = new Map<string, boolean>()

  constructor(text: string) {
    this.text = text
    if (text.trim() === '') throw parseError('PARSE_EMPTY_STATEMENT')
    this.#tokens = tokenize(text)
    this.#lastWhen = this.#tokens.findLastIndex(t => t.kind === 'word' && t.text.toLowerCase() === 'when')
  }

  peek(ahead = 0): Token { return this.#tokens[Math.max(0, Math.min(this.#next + ahead, this.#tokens.length - 1))]! }
  take(): Token { const t = this.peek(); if (t.kind !== 'end') this.#next++; return t }
  skip(count: number): void { this.#next = Math.min(this.#next + count, this.#tokens.length - 1) }
  /** The number of the token that comes next. */
  get place(): number { return this.#next }
  get atEnd(): boolean { return this.peek().kind === 'end' }
  /** Whether a WHEN stands anywhere further on; without one, CASE is a name. */
  get whenAhead(): boolean { return this.#lastWhen >= this.#next }

  isWord(word: string, ahead = 0): boolean { const t = this.peek(ahead); return t.kind === 'word' && t.text.toLowerCase() === word }
  isSymbol(symbol: string, ahead = 0): boolean { const t = this.peek(ahead); return t.kind === 'symbol' && t.text === symbol }
  isName(ahead = 0): boolean { const k = this.peek(ahead).kind; return k === 'word' || k === 'name' }
  /** A word as an operator: at the very end of a text it is a name instead (`a like` names a column "like"). */
  isOperator(word: string): boolean { return this.isWord(word) && this.peek(1).kind !== 'end' }

  word(word: string): boolean { if (!this.isWord(word)) return false; this.#next++; return true }
  operator(word: string): boolean { if (!this.isOperator(word)) return false; this.#next++; return true }
  symbol(symbol: string): boolean { if (!this.isSymbol(symbol)) return false; this.#next++; return true }
  expectWord(word: string): void { if (!this.word(word)) throw this.unexpected(` ${word.toUpperCase()} is expected here.`) }
  expectSymbol(symbol: string): void { if (!this.symbol(symbol)) throw this.unexpected(` "${symbol}" is expected here.`) }

  /** Whether what comes can be read so, `form` being its name; the place stays where it is. Each place is tried once: else brackets in brackets would be read twice at every level, and so 2^n times. */
  reads(form: string, read: () => boolean): boolean {
    const at = this.#next, key = `${form} ${at}`, known = this.#tried.get(key)
    if (known !== undefined) return known
    const tried = (): boolean => { try { return read() } catch (e) { if (e instanceof ParseException) return false; throw e } finally { this.#next = at } }
    const can = tried()
    this.#tried.set(key, can)
    return can
  }

  name(): string {
    if (!this.isName()) throw this.unexpected(' A name is expected here; put it in backquotes if it holds more than letters, digits and _.')
    return this.take().text
  }

  /** `item, item, …` */
  list<T>(item: () => T): T[] {
    const items = [item()]
    while (this.symbol(',')) items.push(item())
    return items
  }

  unexpected(hint = ''): Error { const t = this.peek(); return syntaxError(this.text, t.at, t.kind === 'end' ? '' : this.text.slice(t.at, t.end), hint) }

  /** Everything that nests goes through here, so that ten thousand parentheses are an error and not the end of the stack. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > deepestNesting) throw parseError('FAILED_TO_PARSE_TOO_COMPLEX', { limit: `${deepestNesting} levels` })
    try { return parse() } finally { this.#depth-- }
  }
}
