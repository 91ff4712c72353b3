/** SQL text to tokens: words, quoted names, strings with their escapes undone, numbers, symbols. */
import { parseError } from '../errors/spark-error.ts'

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'symbol' | 'end'
  /** A word in the case it was written, a name without its quotes, a string's value, a number as written, a symbol. */
  readonly text: string
  readonly at: number
  /** Whether blanks stand before it. */
  readonly spaced: boolean
}

const symbols = ['<=>', '>>>', '->', '=>', '||', '::', '<=', '>=', '<>', '!=', '==', '<<', '>>', '(', ')', '[', ']', ',', '.', '+', '-', '*', '/', '%', '=', '<', '>', '!', '~', '&', '|', '^', ':', '?', '{', '}', ';', '@']

/** The tokens of a text, an `end` token last. Throws PARSE_SYNTAX_ERROR and UNCLOSED_BRACKETED_COMMENT. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let i = 0, spaced = false
  const push = (kind: Token['kind'], value: string, at: number): void => { tokens.push({ kind, text: value, at, spaced }); spaced = false }
  while (i < text.length) {
    const c = text[i]!
    if (/\s/.test(c)) { i++; spaced = true; continue }
    if (c === '-' && text[i + 1] === '-') { while (i < text.length && text[i] !== '\n') i++; spaced = true; continue }
    if (c === '/' && text[i + 1] === '*') { i = skipComment(text, i); spaced = true; continue }
    const at = i
    if (c === '`') {
      let name = ''
      for (i++; ; i++) {
        if (i >= text.length) throw syntaxError(text, at, '`', ' A quoted name is not closed.')
        if (text[i] !== '`') { name += text[i]; continue }
        if (text[i + 1] !== '`') break
        name += '`'; i++
      }
      i++
      push('name', name, at)
      continue
    }
    const raw = (c === 'r' || c === 'R') && (text[i + 1] === "'" || text[i + 1] === '"')
    if (c === "'" || c === '"' || raw) {
      const quote = raw ? text[i + 1]! : c
      const start = raw ? i + 2 : i + 1
      const end = endOfString(text, start, quote, at)
      push('string', raw ? text.slice(start, end) : unescape(text.slice(start, end), quote), at)
      i = end + 1
      continue
    }
    const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
    number.lastIndex = i
    const n = number.exec(text)
    if (n !== null && (c !== '.' || !isValueBefore(tokens))) {
      const rest = /^(?:BD|[LSYDF])(?![A-Za-z0-9_])/i.exec(text.slice(i + n[0].length))
      const whole = n[0] + (rest?.[0] ?? '')
      // 1abc is a name, not a number; so is 2nd.
      if (rest === null && /^[A-Za-z_]/.test(text.slice(i + n[0].length)) && /^\d+$/.test(n[0])) {
        const word = /[A-Za-z0-9_]+/y
        word.lastIndex = i
        const w = word.exec(text)![0]
        push('word', w, at); i += w.length
        continue
      }
      push('number', whole, at); i += whole.length
      continue
    }
    const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*/y
    word.lastIndex = i
    const w = word.exec(text)
    if (w !== null) { push('word', w[0], at); i += w[0].length; continue }
    const symbol = symbols.find(s => text.startsWith(s, i))
    if (symbol === undefined) throw syntaxError(text, at, c, '')
    push('symbol', symbol, at); i += symbol.length
  }
  push('end', '', text.length)
  return tokens
}

// After a value a point takes a field out: `a.1`, `f(x).y`.
function isValueBefore(tokens: readonly Token[]): boolean {
  const t = tokens.at(-1)
  return t !== undefined && (t.kind === 'word' || t.kind === 'name' || t.text === ')' || t.text === ']')
}

function skipComment(text: string, start: number): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    if (text.startsWith('/*', i)) { depth++; i++ } else if (text.startsWith('*/', i)) { depth--; i++; if (depth === 0) return i + 1 }
  }
  throw parseError('UNCLOSED_BRACKETED_COMMENT')
}

function endOfString(text: string, start: number, quote: string, at: number): number {
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') { i++; continue }
    if (text[i] !== quote) continue
    if (text[i + 1] === quote) { i++; continue }
    return i
  }
  throw syntaxError(text, at, quote, ' A text is not closed.')
}

const escapes: Readonly<Record<string, string>> = { 0: '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a', '\\': '\\', "'": "'", '"': '"', '%': '\\%', _: '\\_' }

function unescape(body: string, quote: string): string {
  return body.replaceAll(quote + quote, quote).replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))/g, (whole, u: string | undefined, long: string | undefined, octal: string | undefined, one: string | undefined) => {
    if (u !== undefined) return String.fromCharCode(parseInt(u, 16))
    if (long !== undefined) { const p = parseInt(long, 16); return p <= 0x10ffff ? String.fromCodePoint(p) : whole }
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8))
    return escapes[one!] ?? one!
  })
}

/** The error of a token that does not belong where it stands. */
export function syntaxError(text: string, at: number, token: string, hint: string): Error {
  return parseError('PARSE_SYNTAX_ERROR', { error: token === '' ? 'the end' : `'${token}'`, position: at, text: text.length > 200 ? `${text.slice(0, 197)}...` : text, hint })
}
