/** Reads JSON token by token with Jackson's habits: what it accepts under which option, and where it stands after an error. The exact, unhurried tier. */
import { decodeUtf8 } from '../../columns/bytes-vector.ts'
import type { JsonOptions } from './options.ts'
import { hexDigit, holdsHalfPair, unescapeInto } from './scan.ts'

export const token = {
  none: 0, startObject: 1, endObject: 2, startArray: 3, endArray: 4, field: 5, text: 6, int: 7, float: 8, true: 9, false: 10, null: 11,
} as const

/** Thrown for text that is no JSON: one object for all, since nothing but the fact is used and a stack would cost more than the row. */
export const malformed: { readonly malformed: true } = Object.freeze({ malformed: true })

const inRoot = 0, inArray = 1, inObject = 2
const maxDepth = 1000
const maxNumberLength = 1000
const words = { true: bytesOf('true'), false: bytesOf('false'), null: bytesOf('null'), NaN: bytesOf('NaN'), Infinity: bytesOf('Infinity'), INF: bytesOf('INF') }
const encoder = new TextEncoder()

function bytesOf(text: string): Uint8Array { return new TextEncoder().encode(text) }

/** A cursor over the tokens of one record. `next` gives `token.none` at the end of the input and throws `malformed` where Jackson would. */
export class JsonTokens {
  readonly options: JsonOptions
  bytes: Uint8Array = new Uint8Array(0)
  end = 0
  /** Position of the next unread byte. */
  p = 0
  /** The token stood on. */
  current: number = token.none
  /** Where the value stood on begins. */
  start = 0
  private prefetched: number = token.none
  /** A text token whose bytes were not looked at yet. */
  private pending = false
  private textStart = 0
  private textValue = ''
  /** Whether half a surrogate pair was escaped in the text stood on, and in the name last read: both show it as `?`. */
  halfText = false
  halfName = false
  private numberFrom = 0
  private numberTo = 0
  /** NaN or an infinity that was written as a word. */
  private wordNumber = 0
  private isWord = false
  private depth = 0
  private readonly kinds: number[] = [inRoot]
  private readonly counts: number[] = [-1]
  private readonly names: (string | null)[] = [null]

  /** Whether the source is bytes, as a file's lines are, and not text: then a STRING field keeps the JSON text of its value. */
  readonly exactText: boolean

  constructor(options: JsonOptions, exactText: boolean) {
    this.options = options
    this.exactText = exactText
  }

  open(bytes: Uint8Array, start: number, end: number): this {
    this.bytes = bytes
    this.p = start
    this.end = end
    this.current = this.prefetched = token.none
    this.pending = false
    this.depth = 0
    this.counts[0] = -1
    this.names[0] = null
    return this
  }

  /** The name of the field whose value is stood on, as Jackson gives it: of the container around it for the token that opens one. */
  name(): string | null {
    return this.names[this.current === token.startObject || this.current === token.startArray ? this.depth - 1 : this.depth] ?? null
  }

  next(): number {
    if (this.current === token.field) {
      const t = this.prefetched
      this.prefetched = token.none
      if (t === token.startObject) this.push(inObject)
      else if (t === token.startArray) this.push(inArray)
      return (this.current = t)
    }
    if (this.pending) this.finishText(false)
    let c = this.nonSpace()
    if (c < 0) {
      if (this.depth > 0) throw malformed
      return (this.current = token.none)
    }
    this.start = this.p - 1
    if (c === 93 || c === 125) {
      if (this.kinds[this.depth] !== (c === 93 ? inArray : inObject)) throw malformed
      this.depth--
      return (this.current = c === 93 ? token.endArray : token.endObject)
    }
    const kind = this.kinds[this.depth]
    if (++this.counts[this.depth] > 0 && kind !== inRoot) {
      if (c !== 44) throw malformed
      c = this.nonSpace()
      if (c < 0) throw malformed
    }
    if (kind !== inObject) {
      const t = this.value(c)
      if (t === token.startObject) this.push(inObject)
      else if (t === token.startArray) this.push(inArray)
      return (this.current = t)
    }
    this.names[this.depth] = this.fieldName(c)
    this.current = token.field
    if (this.nonSpace() !== 58) throw malformed
    c = this.nonSpace()
    if (c < 0) throw malformed
    this.prefetched = this.value(c)
    return token.field
  }

  /** From a token that opens an object or array to the one that closes it; nothing for other tokens. */
  skipChildren(): void {
    if (this.current !== token.startObject && this.current !== token.startArray) return
    let open = 1
    while (open > 0) {
      const t = this.next()
      if (t === token.startObject || t === token.startArray) open++
      else if (t === token.endObject || t === token.endArray) open--
      else if (t === token.none) return
    }
  }

  /** The text of a text token, or a number as it is written. */
  text(): string {
    if (this.current === token.text) {
      if (this.pending) this.finishText(true)
      return this.textValue
    }
    if (this.isWord) return this.wordNumber !== this.wordNumber ? 'NaN' : this.wordNumber > 0 ? 'Infinity' : '-Infinity'
    return decodeUtf8(this.bytes, this.numberFrom, this.numberTo)
  }

  /** Takes what follows for the rest of the text stood on. */
  reopenText(): void { this.pending = true; this.textStart = this.p }

  /** The bytes from `start` to `end` as text. */
  slice(start: number, end: number): string { return decodeUtf8(this.bytes, start, end) }

  /** A number token as the nearest double; the integer −0 is 0. */
  double(): number { return this.isWord ? this.wordNumber : this.current === token.int ? Number(this.text()) + 0 : Number(this.text()) }
  /** Whether the number is NaN or an infinity written as a word. */
  get special(): boolean { return this.isWord }

  private push(kind: number): void {
    if (++this.depth > maxDepth) throw malformed
    this.kinds[this.depth] = kind
    this.counts[this.depth] = -1
    this.names[this.depth] = null
  }

  /** Takes the next byte that is no space (and, if allowed, no comment); −1 at the end. */
  private nonSpace(): number {
    while (this.p < this.end) {
      const c = this.bytes[this.p++]
      if (c > 32) {
        if (c === 47 && this.options.allowComments) { this.skipComment(); continue }
        return c
      }
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) throw malformed
    }
    return -1
  }

  private skipComment(): void {
    const c = this.p < this.end ? this.bytes[this.p++] : 0
    if (c === 47) {
      while (this.p < this.end && this.bytes[this.p] !== 10 && this.bytes[this.p] !== 13) this.p++
      return
    }
    if (c !== 42) throw malformed
    for (; this.p + 1 < this.end; this.p++) if (this.bytes[this.p] === 42 && this.bytes[this.p + 1] === 47) { this.p += 2; return }
    this.p = this.end
    throw malformed
  }

  private fieldName(c: number): string {
    this.halfName = false
    if (c === 34 || (c === 39 && this.options.allowSingleQuotes)) {
      this.textStart = this.p
      this.finishText(true, c)
      this.halfName = this.halfText
      return this.textValue
    }
    if (!this.options.allowUnquotedFieldNames || !isNameByte(c, true)) throw malformed
    const s = this.p - 1
    while (this.p < this.end && isNameByte(this.bytes[this.p], false)) this.p++
    return decodeUtf8(this.bytes, s, this.p)
  }

  private value(c: number): number {
    this.start = this.p - 1
    switch (c) {
      case 34: this.pending = true; this.textStart = this.p; return token.text
      case 39:
        if (!this.options.allowSingleQuotes) throw malformed
        this.textStart = this.p
        this.finishText(true, 39)
        return token.text
      case 123: return token.startObject
      case 91: return token.startArray
      case 116: this.word(words.true, 1); return token.true
      case 102: this.word(words.false, 1); return token.false
      case 110: this.word(words.null, 1); return token.null
      case 78: return this.special_(words.NaN, 1, NaN)
      case 73: return this.special_(words.Infinity, 1, Infinity)
      case 43: return this.signedWord(1)
      case 45: return this.p < this.end && this.bytes[this.p] === 73 ? this.signedWord(-1) : this.number(this.p)
    }
    if (c >= 48 && c <= 57) return this.number(--this.p)
    throw malformed
  }

  private signedWord(sign: number): number {
    const short = this.p + 2 < this.end && this.bytes[this.p + 2] === 70
    return this.special_(short ? words.INF : words.Infinity, 0, sign * Infinity)
  }

  private special_(rest: Uint8Array, from: number, value: number): number {
    this.word(rest, from)
    if (!this.options.allowNonNumericNumbers) throw malformed
    this.isWord = true
    this.wordNumber = value
    return token.float
  }

  private word(bytes: Uint8Array, from: number): void {
    for (let i = from; i < bytes.length; i++) {
      if (this.p >= this.end || this.bytes[this.p] !== bytes[i]) this.badWord()
      this.p++
    }
    if (this.p < this.end && isIdentifierByte(this.bytes[this.p])) this.badWord()
  }

  /** Jackson steps over the rest of an unknown word before it complains; its byte reader also over the byte behind. */
  private badWord(): never {
    while (this.p < this.end && isIdentifierByte(this.bytes[this.p])) this.p++
    if (this.exactText && this.p < this.end) this.p++
    throw malformed
  }

  /** A number whose digits begin at `digits`; `start` may hold its minus. */
  private number(digits: number): number {
    const b = this.bytes, end = this.end
    this.isWord = false
    let p = digits
    if (p >= end || b[p] < 48 || b[p] > 57) { this.p = Math.min(p + 1, end); throw malformed }
    let from = p
    while (p < end && b[p] >= 48 && b[p] <= 57) p++
    if (b[digits] === 48 && p - digits > 1) {
      this.p = digits + 1
      if (!this.options.allowNumericLeadingZeros) throw malformed
      while (from < p - 1 && b[from] === 48) from++
    }
    let t: number = token.int
    if (p < end && b[p] === 46) {
      const s = ++p
      while (p < end && b[p] >= 48 && b[p] <= 57) p++
      if (p === s) { this.p = Math.min(p + 1, end); throw malformed }
      t = token.float
    }
    if (p < end && (b[p] | 32) === 101) {
      p++
      if (p < end && (b[p] === 43 || b[p] === 45)) p++
      const s = p
      while (p < end && b[p] >= 48 && b[p] <= 57) p++
      if (p === s) { this.p = Math.min(p + 1, end); throw malformed }
      t = token.float
    }
    this.p = p
    if (p - digits > maxNumberLength) throw malformed
    this.numberFrom = from
    this.numberTo = p
    if (digits > this.start) this.negate(from)
    return t
  }

  /** Makes the number's text begin with its minus, over the zeros that may stand between. */
  private negate(from: number): void {
    if (from === this.start + 1) { this.numberFrom = this.start; return }
    const text = encoder.encode('-' + decodeUtf8(this.bytes, from, this.numberTo))
    this.isWord = false
    this.bytes = appended(this.bytes, text, this.end)
    this.numberFrom = this.bytes.length - text.length
    this.numberTo = this.bytes.length
  }

  /** Goes behind the closing quote; `keep` also makes the text. */
  private finishText(keep: boolean, quote = 34): void {
    this.pending = false
    const b = this.bytes, end = this.end, o = this.options
    let p = this.textStart, escapes = false
    this.p = p
    for (;;) {
      if (p >= end) { this.p = end; throw malformed }
      const c = b[p++]
      if (c === quote) break
      if (c === 92) { escapes = true; this.p = p; p = this.escape(p) }
      else if (c < 32 && !o.allowUnquotedControlChars) { this.p = p; throw malformed }
    }
    this.p = p
    if (!keep) return
    this.halfText = escapes && holdsHalfPair(b, this.textStart, p - 1)
    this.textValue = escapes ? this.unescaped(this.textStart, p - 1) : decodeUtf8(b, this.textStart, p - 1)
  }

  private escape(p: number): number {
    if (p >= this.end) { this.p = this.end; throw malformed }
    const c = this.bytes[p++]
    if (c === 117) {
      for (let i = 0; i < 4; i++) {
        if (p >= this.end) { this.p = this.end; throw malformed }
        if (hexDigit(this.bytes[p++]) < 0) { this.p = p; throw malformed }
      }
      return p
    }
    if (c === 34 || c === 47 || c === 92 || c === 98 || c === 102 || c === 110 || c === 114 || c === 116) return p
    if (this.options.allowBackslashEscapingAnyCharacter || (c === 39 && this.options.allowSingleQuotes)) return p
    this.p = p
    throw malformed
  }

  private unescaped(s: number, e: number): string {
    const plain = new Uint8Array(e - s + 8)
    const source = this.bytes.slice(s, e)
    // What only an option allows after a backslash stands for itself: drop the backslash before the usual escapes are resolved.
    const kept = new Uint8Array(source.length)
    let n = 0
    for (let i = 0; i < source.length; i++) {
      if (source[i] === 92 && i + 1 < source.length) {
        const c = source[i + 1]
        const known = c === 34 || c === 47 || c === 92 || c === 98 || c === 102 || c === 110 || c === 114 || c === 116 || c === 117
        if (known) kept[n++] = 92
        kept[n++] = c
        i++
      } else kept[n++] = source[i]
    }
    const length = unescapeInto(kept, 0, n, plain, 0)
    if (length < 0) throw malformed
    return decodeUtf8(plain, 0, length)
  }
}

function appended(bytes: Uint8Array, more: Uint8Array, end: number): Uint8Array {
  const out = new Uint8Array(end + more.length)
  out.set(bytes.subarray(0, end))
  out.set(more, end)
  return out
}

function isIdentifierByte(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 36 || c >= 0x80
}

/** What an unquoted field name may be made of. */
function isNameByte(c: number, first: boolean): boolean {
  if (c >= 48 && c <= 57) return !first
  return isIdentifierByte(c) || c === 45 || c === 35 || c === 42 || c === 43 || c === 64
}
