/** Case, blanks, length and parts of texts: upper, trim, substring, left, lpad, length … Characters are code points. */
import { BytesVector } from '../columns/bytes-vector.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import type { Resolved } from '../expressions/expression.ts'
import { binaryType, intType, stringType } from '../types/data-type.ts'
import { call, expectArity, literal, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { characters, codePoints, isAscii, onText, skipCharacters, sliceCharacters, views, type OnBytes } from './text-columns.ts'
import { coerced } from './typed.ts'
import { wantedArgument } from './wanted.ts'

const utf8 = new TextEncoder()

/** The argument as text, or as it is when it is binary. */
export const textOrBytes = (c: FunctionCall, index: number, context: BindContext): Resolved => wantedArgument(c, index, [stringType, binaryType], context)

function changedCase(name: string, change: (s: string) => string, first: number, last: number, flip: number): FunctionDefinition {
  const onBytes: OnBytes = (column, length) => {
    let rest = 0
    for (let i = 0; i < length; i++) rest += column.ends[i]! - column.starts[i]!
    let out = new Uint8Array(rest), at = 0
    const starts = new Int32Array(length), ends = new Int32Array(length), from = column.bytes
    for (let i = 0; i < length; i++) {
      const s = column.starts[i]!, e = column.ends[i]!
      starts[i] = at
      rest -= e - s
      if (isAscii(from, s, e)) for (let k = s; k < e; k++) { const b = from[k]!; out[at++] = b >= first && b <= last ? b ^ flip : b }
      else {
        const text = utf8.encode(change(column.stringAt(i)))
        // Such a text may grow.
        if (at + text.length + rest > out.length) { const wider = new Uint8Array((out.length + text.length) * 2); wider.set(out.subarray(0, at)); out = wider }
        out.set(text, at)
        at += text.length
      }
      ends[i] = at
    }
    return new BytesVector(stringType, out, starts, ends, column.nulls, length)
  }
  return { bind(c, context) { expectArity(c, 1); const a = coerced(c, 0, stringType, context); return call(name, [a], stringType, onText(stringType, change, onBytes), { nullable: a.nullable }) } }
}

// A letter after a blank becomes a capital, all others small ones; the form for titles where Unicode has one.
const titles: Readonly<Record<string, string>> = { 'ǆ': 'ǅ', 'Ǆ': 'ǅ', 'ǅ': 'ǅ', 'ǉ': 'ǈ', 'Ǉ': 'ǈ', 'ǈ': 'ǈ', 'ǌ': 'ǋ', 'Ǌ': 'ǋ', 'ǋ': 'ǋ', 'ǳ': 'ǲ', 'Ǳ': 'ǲ', 'ǲ': 'ǲ' }
export function initcap(s: string): string {
  let out = '', start = true
  for (const ch of s.toLowerCase()) {
    if (start) { const up = titles[ch] ?? ch.toUpperCase(), [head = '', ...rest] = up; out += head + rest.join('').toLowerCase() } else out += ch
    start = ch === ' '
  }
  return out
}

// ── blanks and other characters at the ends
export function trimmedLeft(s: string, set: string): string {
  const chars = [...s]
  let i = 0
  while (i < chars.length && set.includes(chars[i]!)) i++
  return chars.slice(i).join('')
}
export function trimmedRight(s: string, set: string): string {
  const chars = [...s]
  let n = chars.length
  while (n > 0 && set.includes(chars[n - 1]!)) n--
  return chars.slice(0, n).join('')
}

function trim(name: string, left: boolean, right: boolean, charactersFirst: boolean): FunctionDefinition {
  const blanks = (s: string): string => {
    let a = 0, b = s.length
    if (left) while (a < b && s.charCodeAt(a) === 32) a++
    if (right) while (b > a && s.charCodeAt(b - 1) === 32) b--
    return s.slice(a, b)
  }
  const onBytes: OnBytes = (column, length) => views(column, length, (bytes, start, end, set) => {
    let a = start, b = end
    if (left) while (a < b && bytes[a] === 32) a++
    if (right) while (b > a && bytes[b - 1] === 32) b--
    set(a, b)
  })
  const of = (s: string, set: string): string => { const t = left ? trimmedLeft(s, set) : s; return right ? trimmedRight(t, set) : t }
  return {
    bind(c, context) {
      expectArity(c, 1, 2)
      if (c.args.length === 1) { const a = coerced(c, 0, stringType, context); return call(name, [a], stringType, onText(stringType, blanks, onBytes), { nullable: a.nullable }) }
      const text = coerced(c, charactersFirst ? 1 : 0, stringType, context), set = coerced(c, charactersFirst ? 0 : 1, stringType, context)
      return call(name, [text, set], stringType, { evaluate: of }, { nullable: text.nullable || set.nullable })
    },
  }
}

// ── parts
const most = 2147483647
const firstOf = (at: number, length: number): number => (at > 0 ? at - 1 : at < 0 ? length + at : 0)
/** A part of a text as SQL counts: from 1, or from the end with negative numbers. */
export function substringOf(s: string, at: number, n: number): string {
  const start = firstOf(at, at < 0 ? codePoints(s) : 0), until = start + n
  return until <= start ? '' : sliceCharacters(s, start, until)
}
function subarrayOf(b: Uint8Array, at: number, n: number): Uint8Array {
  const start = firstOf(at, b.length)
  return b.subarray(Math.max(start, 0), Math.max(Math.min(b.length, start + n), Math.max(start, 0)))
}
const substringOnBytes: OnBytes = (column, length, [at, n]: readonly number[]) => {
  const binary = column.type.kind === 'binary'
  return views(column, length, (bytes, start, end, set) => {
    const total = at! < 0 || binary ? (binary ? end - start : characters(bytes, start, end)) : 0
    const first = firstOf(at!, total), until = first + n!
    if (until <= first || until <= 0) { set(start, start); return }
    const skip = Math.max(first, 0)
    if (binary) { const a = Math.min(start + skip, end); set(a, Math.min(start + until, end)); return }
    const a = skipCharacters(bytes, start, end, skip)
    set(a, skipCharacters(bytes, a, end, until - skip))
  })
}
function part(name: string, text: Resolved, at: Resolved, n: Resolved): Resolved {
  const evaluate = text.type.kind === 'binary' ? subarrayOf : substringOf
  return call(name, [text, at, n], text.type, onText(text.type, evaluate, substringOnBytes), { nullable: text.nullable || at.nullable || n.nullable })
}
const substring: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    return part('substring', textOrBytes(c, 0, context), coerced(c, 1, intType, context), c.args.length === 3 ? coerced(c, 2, intType, context) : literal(most, intType))
  },
}

/** Filled or cut to a length; the filling begins anew as often as needed. */
export function filling(pad: string, n: number): string {
  const unit = codePoints(pad)
  return unit === 0 || n <= 0 ? '' : sliceCharacters(pad.repeat(Math.ceil(n / unit)), 0, n)
}
function bytesFilling(pad: Uint8Array, n: number): Uint8Array { return Uint8Array.from({ length: pad.length === 0 ? 0 : Math.max(n, 0) }, (_, i) => pad[i % pad.length]!) }
function joined(a: Uint8Array, b: Uint8Array): Uint8Array { const out = new Uint8Array(a.length + b.length); out.set(a); out.set(b, a.length); return out }

function pad(name: string, left: boolean): FunctionDefinition {
  const texts = (s: string, n: number, p: string): string => {
    const have = codePoints(s)
    if (have >= n) return sliceCharacters(s, 0, n)
    return left ? filling(p, n - have) + s : s + filling(p, n - have)
  }
  const bytes = (b: Uint8Array, n: number, p: Uint8Array): Uint8Array => (b.length >= n ? b.subarray(0, Math.max(n, 0)) : left ? joined(bytesFilling(p, n - b.length), b) : joined(b, bytesFilling(p, n - b.length)))
  return {
    bind(c, context) {
      expectArity(c, 2, 3)
      const a = textOrBytes(c, 0, context)
      const binary = a.type.kind === 'binary' && (c.args.length === 2 || (c.args[2] as Resolved).type.kind === 'binary')
      const text = binary ? a : coerced(c, 0, stringType, context), length = coerced(c, 1, intType, context)
      const fill = c.args.length === 3 ? coerced(c, 2, binary ? binaryType : stringType, context) : binary ? literal(Uint8Array.of(0), binaryType) : literal(' ', stringType)
      return call(name, [text, length, fill], text.type, { evaluate: binary ? bytes : texts }, { nullable: text.nullable || length.nullable || fill.nullable })
    },
  }
}

// ── lengths
function count(name: string, ofText: (s: string) => number, ofBytes: (b: Uint8Array) => number, onBytes: (binary: boolean, bytes: Uint8Array, start: number, end: number) => number): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const a = textOrBytes(c, 0, context), binary = a.type.kind === 'binary'
      const columns: OnBytes = (column, length) => {
        const out = new Int32Array(length)
        for (let i = 0; i < length; i++) out[i] = onBytes(binary, column.bytes, column.starts[i]!, column.ends[i]!)
        return new FixedVector(intType, out, column.nulls, length)
      }
      return call(name, [a], intType, onText(intType, binary ? ofBytes : ofText, columns), { nullable: a.nullable })
    },
  }
}
const byteCount = (s: string): number => {
  let n = 0
  for (let i = 0; i < s.length; i++) { const u = s.charCodeAt(i); n += u < 0x80 ? 1 : u < 0x800 ? 2 : u >= 0xd800 && u < 0xe000 ? 2 : 3 }
  return n
}
const length = count('length', codePoints, b => b.length, (binary, bytes, start, end) => (binary ? end - start : characters(bytes, start, end)))
const upper = changedCase('upper', s => s.toUpperCase(), 97, 122, 32), lower = changedCase('lower', s => s.toLowerCase(), 65, 90, 32)

export const textPartFunctions: FunctionFamily = {
  upper, ucase: upper, lower, lcase: lower,
  initcap: { bind(c, context) { expectArity(c, 1); const a = coerced(c, 0, stringType, context); return call('initcap', [a], stringType, { evaluate: initcap }, { nullable: a.nullable }) } },
  trim: trim('trim', true, true, true), ltrim: trim('ltrim', true, false, true), rtrim: trim('rtrim', false, true, true), btrim: trim('btrim', true, true, false),
  substring, substr: substring,
  left: { bind(c, context) { expectArity(c, 2); return part('left', textOrBytes(c, 0, context), literal(1, intType), coerced(c, 1, intType, context)) } },
  right: {
    bind(c, context) {
      expectArity(c, 2)
      const text = coerced(c, 0, stringType, context), n = coerced(c, 1, intType, context)
      return call('right', [text, n], stringType, onText(stringType, (s: string, k: number) => (k <= 0 ? '' : substringOf(s, -k, most)), (column, rows, [k]) => substringOnBytes(column, rows, k <= 0 ? [1, 0] : [-k, most])), { nullable: text.nullable || n.nullable })
    },
  },
  lpad: pad('lpad', true), rpad: pad('rpad', false),
  length, char_length: length, character_length: length, len: length,
  octet_length: count('octet_length', byteCount, b => b.length, (_, __, start, end) => end - start),
  bit_length: count('bit_length', s => byteCount(s) * 8, b => b.length * 8, (_, __, start, end) => (end - start) * 8),
}
