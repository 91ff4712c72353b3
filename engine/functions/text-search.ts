/** Where and whether a text occurs in another, and how far two texts lie apart: instr, contains, startswith, levenshtein, soundex … */
import { FixedVector } from '../columns/fixed-vector.ts'
import type { Resolved } from '../expressions/expression.ts'
import { binaryType, booleanType, intType, stringType } from '../types/data-type.ts'
import { call, expectArity, literal, plainArgs, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { bytesAt, characters, codePoints, indexOfBytes, onText, type OnBytes } from './text-columns.ts'
import { coerced, fn } from './typed.ts'

const utf8 = new TextEncoder()
type Found = (bytes: Uint8Array, start: number, end: number, part: Uint8Array) => boolean

function bytesTest(found: Found): OnBytes {
  return (column, length, [part]) => {
    const wanted = typeof part === 'string' ? utf8.encode(part) : (part as Uint8Array), out = new Uint8Array(length)
    for (let i = 0; i < length; i++) if (found(column.bytes, column.starts[i]!, column.ends[i]!, wanted)) out[i] = 1
    return new FixedVector(booleanType, out, column.nulls, length)
  }
}

/** Tests on the bytes of a column, for LIKE too. */
export const tests = {
  contains: bytesTest((b, s, e, part) => indexOfBytes(b, s, e, part) >= 0),
  startswith: bytesTest((b, s, e, part) => bytesAt(b, s, e, part)),
  endswith: bytesTest((b, s, e, part) => e - part.length >= s && bytesAt(b, e - part.length, e, part)),
  equals: bytesTest((b, s, e, part) => e - s === part.length && bytesAt(b, s, e, part)),
}

function test(name: 'contains' | 'startswith' | 'endswith', ofText: (s: string, part: string) => boolean, found: Found): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const binary = plainArgs(c).every(a => a.type.kind === 'binary'), type = binary ? binaryType : stringType
      const args = [coerced(c, 0, type, context), coerced(c, 1, type, context)] as [Resolved, Resolved]
      return call(name, args, booleanType, onText(booleanType, binary ? (b: Uint8Array, part: Uint8Array) => found(b, 0, b.length, part) : ofText, tests[name]), { nullable: args.some(a => a.nullable) })
    },
  }
}

/** The place of a part from a character on, counted from 1; 0 if it is nowhere, or if the start is not positive. An empty part is found at 1. */
function locate(part: string, s: string, from: number): number {
  if (from < 1) return 0
  if (part === '') return 1
  let at = 0
  for (let k = 1; k < from && at < s.length; k++) at += s.codePointAt(at)! > 0xffff ? 2 : 1
  const i = s.indexOf(part, at)
  return i < 0 ? 0 : codePoints(s.slice(0, i)) + 1
}

const locateFunction: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    const args = [coerced(c, 0, stringType, context), coerced(c, 1, stringType, context), c.args.length === 3 ? coerced(c, 2, intType, context) : literal(1, intType)]
    // A NULL start finds nothing, but is no NULL.
    return call('locate', args, intType, { strict: false, evaluate: (part: string | null, s: string | null, from: number | null) => (from === null ? 0 : part === null || s === null ? null : locate(part, s, from)) }, { nullable: args.some(a => a.nullable) })
  },
}

const instrOnBytes: OnBytes = (column, length, [part]: readonly string[]) => {
  const wanted = utf8.encode(part), out = new Int32Array(length)
  for (let i = 0; i < length; i++) {
    const s = column.starts[i]!, at = indexOfBytes(column.bytes, s, column.ends[i]!, wanted)
    out[i] = at < 0 ? 0 : characters(column.bytes, s, at) + 1
  }
  return new FixedVector(intType, out, column.nulls, length)
}

function findInSet(part: string, list: string): number { return part.includes(',') ? 0 : list.split(',').indexOf(part) + 1 }

/** How many characters to put in, take out or change; −1 where that is more than a limit. */
export function levenshtein(a: string, b: string, limit = Infinity): number {
  if (limit < 0) return -1
  const x = [...a], y = [...b]
  let row = y.map((_, i) => i + 1)
  for (let i = 0; i < x.length; i++) {
    let diagonal = i, left = i + 1
    row = row.map((above, j) => { const v = x[i] === y[j] ? diagonal : 1 + Math.min(diagonal, left, above); diagonal = above; left = v; return v })
  }
  const d = y.length === 0 ? x.length : row.at(-1)!
  return d > limit ? -1 : d
}

const levenshteinFunction: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    const args = [coerced(c, 0, stringType, context), coerced(c, 1, stringType, context), ...(c.args.length === 3 ? [coerced(c, 2, intType, context)] : [])]
    return call('levenshtein', args, intType, { evaluate: levenshtein }, { nullable: args.some(a => a.nullable) })
  },
}

// 0: a vowel, which parts equal codes; 7: H and W, which do not.
const soundCodes = '01230127022455012623017202'
function soundex(s: string): string {
  const first = s.charCodeAt(0) & ~32
  if (!/^[A-Za-z]/.test(s)) return s
  let out = String.fromCharCode(first), last = soundCodes[first - 65]!
  for (let i = 1; i < s.length && out.length < 4; i++) {
    const u = s.charCodeAt(i) & ~32
    if (s.charCodeAt(i) > 0x7f || u < 65 || u > 90) { last = '0'; continue }
    const code = soundCodes[u - 65]!
    if (code === '7') continue
    if (code !== '0' && code !== last) out += code
    last = code
  }
  return out.padEnd(4, '0')
}

export const textSearchFunctions: FunctionFamily = {
  contains: test('contains', (s, part) => s.includes(part), (b, s, e, part) => indexOfBytes(b, s, e, part) >= 0),
  startswith: test('startswith', (s, part) => s.startsWith(part), (b, s, e, part) => bytesAt(b, s, e, part)),
  endswith: test('endswith', (s, part) => s.endsWith(part), (b, s, e, part) => e - part.length >= s && bytesAt(b, e - part.length, e, part)),
  instr: {
    bind(c, context) {
      expectArity(c, 2)
      const args = [coerced(c, 0, stringType, context), coerced(c, 1, stringType, context)]
      return call('instr', args, intType, onText(intType, (s: string, part: string) => locate(part, s, 1), instrOnBytes), { nullable: args.some(a => a.nullable) })
    },
  },
  locate: locateFunction, position: locateFunction,
  find_in_set: fn([stringType, stringType], intType, findInSet),
  levenshtein: levenshteinFunction,
  soundex: fn([stringType], stringType, soundex),
}
