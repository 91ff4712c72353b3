/** SQL text to tokens: words, quoted names, strings with their escapes undone, numbers, symbols, as Spark's lexer cuts them. */
import { parseError } from '../errors/spark-error.ts'

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'symbol' | 'end'
  /** A word in the case it was written, a name without its quotes, a string's value, a number as written, a symbol. */
  readonly text: string
  /** Where it begins and ends in the text. */
  readonly at: number
  readonly end: number
}

// The longer symbol stands before the ones it begins with.
const symbolForm = /<=>|>>>|->|=>|\|\||\|>|::|<=|>=|<>|!=|==|<<|>>|[()[\],.+\-*/%=<>!~&|^:?{};]/y
const blankForm = /[^\S\ufeff]+|--(?:\\\r?\n|[^\r\n])*/y
const wordForm = /[\w\p{L}]+/yu
// A number with a point is one only if no letter follows: `1.5a` is the field 5a of 1, and nothing else.
const numberForm = /(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?(?:[bB][dD]|[dDfF])?(?!\w)|\d+(?:[eE][+-]?\d+)?(?:[bB][dD]|[dDfF])?(?!\w)|\d+[lLsSyY](?!\w)/y

const matchAt = (form: RegExp, text: string, at: number): string | null => { form.lastIndex = at; return form.exec(text)?.[0] ?? null }

/** The tokens of a text, an `end` token last. Throws PARSE_SYNTAX_ERROR, INVALID_IDENTIFIER and UNCLOSED_BRACKETED_COMMENT. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (let i = 0; i < text.length;) {
    const blank = matchAt(blankForm, text, i)
    if (blank !== null) { i += blank.length; continue }
    // A comment that begins with a plus is a hint, which expressions do not have.
    if (text.startsWith('/*', i) && text[i + 2] !== '+') { i = endOfComment(text, i); continue }
    const token = nextToken(text, i)
    tokens.push(token)
    i = token.end
  }
  tokens.push({ kind: 'end', text: '', at: text.length, end: text.length })
  return tokens
}

function nextToken(text: string, at: number): Token {
  const c = text[at]!
  const token = (kind: Token['kind'], value: string, end = at + value.length): Token => ({ kind, text: value, at, end })
  if (c === '`') return quotedName(text, at)
  if (c === "'" || c === '"') return escapedString(text, at)
  if ((c === 'r' || c === 'R') && (text[at + 1] === "'" || text[at + 1] === '"')) {
    const end = text.indexOf(text[at + 1]!, at + 2)
    if (end < 0) throw syntaxError(text, at, text[at + 1]!, ' A text is not closed.')
    return token('string', text.slice(at + 2, end), end + 1)
  }
  const number = matchAt(numberForm, text, at)
  if (number !== null) return token('number', number)
  const word = matchAt(wordForm, text, at)
  if (word !== null) {
    if (!/^\w+$/.test(word)) throw parseError('INVALID_IDENTIFIER', { ident: word })
    return token('word', word)
  }
  const symbol = matchAt(symbolForm, text, at)
  if (symbol === null) throw syntaxError(text, at, String.fromCodePoint(text.codePointAt(at)!), '')
  return token('symbol', symbol)
}

function quotedName(text: string, at: number): Token {
  const found = matchAt(/`(?:[^`]|``)*`/y, text, at)
  if (found === null) throw syntaxError(text, at, '`', ' A quoted name is not closed.')
  return { kind: 'name', text: found.slice(1, -1).replaceAll('``', '`'), at, end: at + found.length }
}

function endOfComment(text: string, start: number): number {
  const mark = /\/\*|\*\//g
  mark.lastIndex = start
  let depth = 0
  for (let m = mark.exec(text); m !== null; m = mark.exec(text)) {
    depth += m[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  throw parseError('UNCLOSED_BRACKETED_COMMENT')
}

// The other escaped characters stand for themselves; \% and \_ keep their backslash, for LIKE reads it.
const escapes: Readonly<Record<string, string>> = { 0: '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a', '%': '\\%', _: '\\_' }
const coded = /u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})/y

function escapedString(text: string, at: number): Token {
  const quote = text[at]!
  let value = '', from = at + 1
  for (let i = from; i < text.length; i++) {
    const c = text[i]
    if (c === quote) {
      value += text.slice(from, i)
      if (text[i + 1] !== quote) return { kind: 'string', text: value, at, end: i + 1 }
      from = ++i
    } else if (c === '\\' && i + 1 < text.length) {
      value += text.slice(from, i)
      coded.lastIndex = i + 1
      const code = coded.exec(text)
      const point = code === null ? Infinity : code[3] !== undefined ? parseInt(code[3], 8) : parseInt(code[1] ?? code[2]!, 16)
      if (point <= 0x10ffff) {
        value += code![1] === undefined ? String.fromCodePoint(point) : String.fromCharCode(point)
        i += code![0].length
      } else { value += escapes[text[i + 1]!] ?? text[i + 1]!; i++ }
      from = i + 1
    }
  }
  throw syntaxError(text, at, quote, ' A text is not closed.')
}

/** The error of a token that does not belong where it stands. `token` is empty at the end of the text; a hint begins with a blank. */
export function syntaxError(text: string, at: number, token: string, hint: string): Error {
  const shown = text.length > 200 ? `${text.slice(0, 197)}...` : text
  return parseError('PARSE_SYNTAX_ERROR', { error: token === '' ? 'the end' : `'${token}'`, position: at, text: shown, hint })
}
