/** Java's regular expressions in JavaScript's: reads Java's syntax, writes a pattern with the flag v that finds the same. What cannot be said is refused, not guessed. */
import { executionError } from '../errors/spark-error.ts'
import { codePointSource, escapeSet, otherCases, propertySet } from './java-pattern-sets.ts'

/** A compiled pattern. `groups` counts Java's groups; `groupAt[n]` is the place of Java's group n in JavaScript's match. */
export interface JavaPattern { readonly regex: RegExp; readonly groups: number; readonly groupAt: readonly number[]; readonly names: ReadonlyMap<string, number> }

interface Flags { readonly i: boolean; readonly m: boolean; readonly s: boolean; readonly x: boolean; readonly u: boolean; readonly d: boolean; readonly U: boolean }
const plain: Flags = { i: false, m: false, s: false, x: false, u: false, d: false, U: false }
const terminators = '\\n\\r\\u{85}\\u{2028}\\u{2029}'
const letters = '\\p{L}\\p{Nd}_', unicodeLetters = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}'

class Refusal extends Error {}
const refuse = (why: string): never => { throw new Refusal(why) }

class Reader {
  readonly #text: readonly string[]
  #at = 0
  #flags: Flags = plain
  #jsGroups = 0
  #behind = 0
  sticky = false
  readonly groupAt: number[] = [0]
  readonly names = new Map<string, number>()
  readonly #pendingNames: string[] = []

  constructor(source: string) { this.#text = [...source] }

  #peek(offset = 0): string { return this.#text[this.#at + offset] ?? '' }
  #take(): string { return this.#text[this.#at++] ?? refuse('it ends too early') }
  #accept(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#peek(i) !== text[i]) return false
    this.#at += text.length
    return true
  }
  #until(end: string): string { let s = ''; while (this.#peek() !== end) s += this.#take(); this.#at++; return s }

  read(): string {
    if (this.#accept('\\G')) this.sticky = true
    const out = this.#alternatives()
    if (this.#at < this.#text.length) refuse('a closing parenthesis has no opening one')
    for (const n of this.#pendingNames) if (!this.names.has(n)) refuse(`there is no group named ${n}`)
    return out
  }

  // Flags set inside a group end with it.
  #alternatives(): string {
    const before = this.#flags, parts = [this.#sequence()]
    while (this.#accept('|')) parts.push(this.#sequence())
    this.#flags = before
    return parts.join('|')
  }

  #skipComments(): void {
    if (!this.#flags.x) return
    for (;;) {
      if (/^[ \t\n\v\f\r]$/.test(this.#peek())) this.#at++
      else if (this.#peek() === '#') while (this.#at < this.#text.length && !/^[\n\r\u0085\u2028\u2029]$/.test(this.#peek())) this.#at++
      else return
    }
  }

  #sequence(): string {
    let out = ''
    for (;;) {
      this.#skipComments()
      const ch = this.#peek()
      if (ch === '' || ch === '|' || ch === ')') return out
      if (ch === '*' || ch === '+' || ch === '?') refuse(`nothing stands before ${ch}`)
      if (ch === '{') refuse('a { must be written \\{')
      const atom = this.#atom()
      out += atom === null ? '' : this.#quantified(atom)
    }
  }

  #quantified(atom: string): string {
    this.#skipComments()
    let q = ''
    const ch = this.#peek()
    if (ch === '*' || ch === '+' || ch === '?') q = this.#take()
    else if (ch === '{') {
      const m = /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 24).join(''))
      if (m === null) return refuse('a { must be written \\{')
      if (m[3] !== undefined && m[3] !== '' && Number(m[3]) < Number(m[1])) refuse(`the range ${m[0]} runs backwards`)
      this.#at += m[0].length
      q = m[0]
    } else return atom
    if (this.#accept('?')) return `(?:${atom})${q}?`
    if (this.#accept('+')) return this.#atomic(`(?:${atom})${q}`)
    return `(?:${atom})${q}`
  }

  // What has matched is not given back: a look ahead keeps it, and the reference takes it. Groups inside come after in number, so the place is put in later.
  #atomic(inner: string): string {
    if (this.#behind > 0) refuse('possessive and atomic parts inside a look behind are not supported')
    this.#jsGroups++
    const name = `a${this.#jsGroups}`
    return `(?=(?<${name}>${inner}))\\k<${name}>`
  }

  /** One atom; null for what stands for nothing (a flag). */
  #atom(): string | null {
    const ch = this.#take(), f = this.#flags
    switch (ch) {
      case '(': return this.#group()
      case '[': return this.#class()
      case '.': return f.s ? '[^]' : f.d ? '[^\\n]' : `[^${terminators}]`
      case '^': return f.m ? (f.d ? '(?:^|(?<=\\n)(?=[^]))' : '(?:^|(?<=[\\n\\u{85}\\u{2028}\\u{2029}]|\\r(?!\\n))(?=[^]))') : '^'
      case '$': return f.m ? (f.d ? '(?=$|\\n)' : `(?=$|(?<!\\r)\\n|[\\r\\u{85}\\u{2028}\\u{2029}])`) : this.#end()
      case '\\': return this.#escape()
      default: return this.#literal(ch.codePointAt(0)!)
    }
  }

  #end(): string { return this.#flags.d ? '(?=\\n?$)' : '(?=(?:\\r\\n|(?<!\\r)\\n|[\\r\\u{85}\\u{2028}\\u{2029}])?$)' }

  #literal(cp: number): string {
    const others = this.#flags.i ? otherCases(cp, this.#flags.u || this.#flags.U) : []
    return others.length === 0 ? codePointSource(cp) : `[${[cp, ...others].map(codePointSource).join('')}]`
  }

  #group(): string | null {
    if (!this.#accept('?')) return this.#capture(null)
    if (this.#accept(':')) return `(?:${this.#closed()})`
    if (this.#accept('=')) return `(?:(?=${this.#closed()}))`
    if (this.#accept('!')) return `(?:(?!${this.#closed()}))`
    if (this.#accept('>')) return this.#atomic(this.#closed())
    if (this.#peek() === '<' && (this.#peek(1) === '=' || this.#peek(1) === '!')) {
      this.#at++
      const kind = this.#take()
      this.#behind++
      const inner = this.#closed()
      this.#behind--
      return `(?:(?<${kind}${inner}))`
    }
    if (this.#accept('<')) {
      const name = this.#until('>')
      if (!/^[a-zA-Z][a-zA-Z0-9]*$/.test(name)) refuse(`${name} is no name for a group`)
      if (this.names.has(name)) refuse(`two groups are named ${name}`)
      return this.#capture(name)
    }
    return this.#flagged()
  }

  #closed(): string { const s = this.#alternatives(); if (!this.#accept(')')) refuse('a parenthesis is not closed'); return s }

  #capture(name: string | null): string {
    this.#jsGroups++
    const number = this.groupAt.push(-1) - 1
    if (name !== null) this.names.set(name, number)
    const inner = this.#closed()
    return `(?<g${number}>${inner})`
  }

  #flagged(): string | null {
    let on = true, next = { ...this.#flags }
    for (;;) {
      const ch = this.#take()
      if (ch === '-') { on = false; continue }
      if (ch === ')') { this.#flags = next; return null }
      if (ch === ':') { const before = this.#flags; this.#flags = next; const inner = this.#closed(); this.#flags = before; return `(?:${inner})` }
      if (!'imsxudU'.includes(ch)) refuse(`(?${ch} is not known`)
      next = { ...next, [ch]: on }
    }
  }

  #escape(): string | null {
    const ch = this.#peek(), U = this.#flags.U
    switch (ch) {
      case 'A': this.#at++; return '^'
      case 'z': this.#at++; return '$'
      case 'Z': this.#at++; return this.#end()
      case 'G': return refuse('\\G is supported at the start of a pattern only')
      case 'b': case 'B': {
        this.#at++
        const set = U ? unicodeLetters : letters
        return ch === 'b' ? `(?:(?<=[${set}])(?![${set}])|(?<![${set}])(?=[${set}]))` : `(?:(?<=[${set}])(?=[${set}])|(?<![${set}])(?![${set}]))`
      }
      case 'R': this.#at++; return '(?:\\r\\n|[\\n\\v\\f\\r\\u{85}\\u{2028}\\u{2029}])'
      case 'X': return refuse('\\X is not supported')
      case 'N': return refuse('\\N{…} is not supported; write the character, or \\x{…}')
      case 'k': {
        this.#at++
        if (!this.#accept('<')) refuse('\\k takes the name of a group: \\k<name>')
        const name = this.#until('>'), number = this.names.get(name)
        if (number === undefined) return refuse(`there is no group named ${name} before it is referred to`)
        return this.#reference(number)
      }
      case 'Q': {
        this.#at++
        let text = ''
        while (this.#at < this.#text.length && !this.#accept('\\E')) text += this.#take()
        return text === '' ? null : `(?:${[...text].map(c => this.#literal(c.codePointAt(0)!)).join('')})`
      }
    }
    if (/^[1-9]$/.test(ch)) {
      this.#at++
      let number = Number(ch)
      // More digits belong to it while there are so many groups.
      while (/^[0-9]$/.test(this.#peek()) && number * 10 + Number(this.#peek()) < this.groupAt.length) number = number * 10 + Number(this.#take())
      // A group that does not exist has matched nothing.
      return number >= this.groupAt.length ? '(?!)' : this.#reference(number)
    }
    const set = this.#setEscape()
    return set === null ? this.#literal(this.#character()) : `[${set}]`
  }

  #reference(number: number): string {
    if (this.#flags.i) refuse('references to groups where case does not count are not supported')
    return `(?:\\k<g${number}>)`
  }

  /** A class escape after the backslash, as items of a class; null, with nothing read, if it is none. */
  #setEscape(): string | null {
    const ch = this.#peek(), low = ch.toLowerCase(), U = this.#flags.U
    if (low === 'p') {
      this.#at++
      const name = this.#peek() === '{' ? (this.#at++, this.#until('}')) : this.#take()
      let set = propertySet(name, U) ?? refuse(`the class \\p{${name}} is not known`)
      if (this.#flags.i && ['Lower', 'Upper', 'Ll', 'Lu', 'Lt', 'javaLowerCase', 'javaUpperCase', 'IsLowercase', 'IsUppercase'].includes(name)) set = ['Lower', 'Upper'].includes(name) && !U ? 'a-zA-Z' : '\\p{Lu}\\p{Ll}\\p{Lt}'
      return ch === 'P' ? `[^${set}]` : set
    }
    const items = low === ch || 'DWSHV'.includes(ch) ? escapeSet(low, U) : null
    if (items === null) return null
    this.#at++
    return ch === low ? items : `[^${items}]`
  }

  /** A single escaped character. */
  #character(): number {
    const ch = this.#take()
    switch (ch) {
      case 't': return 9
      case 'n': return 10
      case 'r': return 13
      case 'f': return 12
      case 'a': return 7
      case 'e': return 27
      case 'c': return this.#take().codePointAt(0)! ^ 64
      case '0': { const m = /^(?:[0-3][0-7]{2}|[0-7]{1,2})/.exec(this.#text.slice(this.#at, this.#at + 3).join('')); if (m === null) return refuse('\\0 takes octal digits'); this.#at += m[0].length; return Number.parseInt(m[0], 8) }
      case 'x': {
        if (this.#accept('{')) return this.#hex(this.#until('}'), 1, 6)
        return this.#hex(this.#take() + this.#take(), 2, 2)
      }
      case 'u': {
        const unit = this.#hex(this.#take() + this.#take() + this.#take() + this.#take(), 4, 4)
        if (unit >= 0xd800 && unit < 0xdc00 && this.#accept('\\u')) return ((unit - 0xd800) << 10) + this.#hex(this.#take() + this.#take() + this.#take() + this.#take(), 4, 4) - 0xdc00 + 0x10000
        return unit
      }
      default: return /^[a-zA-Z]$/.test(ch) ? refuse(`\\${ch} is not known`) : ch.codePointAt(0)!
    }
  }

  #hex(digits: string, least: number, most: number): number {
    if (!new RegExp(`^[0-9a-fA-F]{${least},${most}}$`).test(digits)) refuse(`${digits} is no hexadecimal number`)
    return Number.parseInt(digits, 16)
  }

  // A class: unions of items, joined by &&; the negation is of the whole.
  #class(): string {
    const negated = this.#accept('^'), operands: string[] = []
    let items = '', empty = true
    for (;;) {
      if (this.#flags.x) {
        while (/^[ \t\n\v\f\r]$/.test(this.#peek())) this.#at++
        if (this.#peek() === '#') { this.#skipComments(); continue }
      }
      if (this.#at >= this.#text.length) refuse('a bracket is not closed')
      if (this.#accept('&&')) {
        if (items !== '') operands.push(`[${items}]`)
        items = ''
        continue
      }
      const ch = this.#take()
      if (ch === ']' && !empty) {
        if (items !== '') operands.push(`[${items}]`)
        break
      }
      empty = false
      if (ch === '[') { items += this.#class(); continue }
      if (ch === '\\') {
        if (this.#accept('Q')) { while (this.#at < this.#text.length && !this.#accept('\\E')) items += this.#member(this.#take().codePointAt(0)!); continue }
        const set = this.#setEscape()
        if (set !== null) { items += set; continue }
      }
      const from = ch === '\\' ? this.#character() : ch.codePointAt(0)!
      if (this.#peek() === '-' && this.#peek(1) !== ']' && this.#peek(1) !== '[' && this.#peek(1) !== '') {
        this.#at++
        const to = this.#accept('\\') ? this.#character() : this.#take().codePointAt(0)!
        if (to < from) refuse('a range in brackets runs backwards')
        items += this.#range(from, to)
      } else items += this.#member(from)
    }
    return `[${negated ? '^' : ''}${operands.length === 1 ? operands[0] : operands.join('&&')}]`
  }

  #member(cp: number): string { return [cp, ...(this.#flags.i ? otherCases(cp, this.#flags.u || this.#flags.U) : [])].map(codePointSource).join('') }

  #range(from: number, to: number): string {
    let out = `${codePointSource(from)}-${codePointSource(to)}`
    if (!this.#flags.i) return out
    const unicode = this.#flags.u || this.#flags.U
    if (unicode && to - from > 4096) refuse('so wide a range where case does not count is not supported')
    for (let cp = from; cp <= (unicode ? to : Math.min(to, 127)); cp++) for (const other of otherCases(cp, unicode)) out += codePointSource(other)
    return out
  }
}

const known = new Map<string, JavaPattern>()

/** The pattern for Java's syntax. Throws INVALID_PARAMETER_VALUE.PATTERN, with the reason, for what is not one or cannot be said in JavaScript. */
export function javaPattern(source: string, functionName: string): JavaPattern {
  const found = known.get(source)
  if (found !== undefined) return found
  const pattern = compile(source, functionName)
  if (known.size > 1000) known.clear()
  known.set(source, pattern)
  return pattern
}

function compile(source: string, functionName: string): JavaPattern {
  try {
    const reader = new Reader(source), text = reader.read()
    const regex = new RegExp(text, reader.sticky ? 'vgy' : 'vg')
    // All groups have names here; their places are counted on the text that came out.
    const order = [...text.matchAll(/\(\?<([ag]\d+)>/g)].map(m => m[1]!)
    const groupAt = reader.groupAt.map((_, n) => (n === 0 ? 0 : order.indexOf(`g${n}`) + 1))
    return { regex, groups: reader.groupAt.length - 1, groupAt, names: reader.names }
  } catch (e) {
    if (!(e instanceof Refusal) && !(e instanceof SyntaxError)) throw e
    throw executionError('INVALID_PARAMETER_VALUE.PATTERN', { functionName: `\`${functionName}\``, value: `'${source}'`, reason: `${e instanceof Refusal ? e.message : 'its syntax is not understood'}. Regular expressions have the syntax of Java; a backslash in SQL text is written twice` })
  }
}
