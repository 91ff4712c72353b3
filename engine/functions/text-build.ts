/** Texts put together and taken apart: concat, concat_ws, repeat, reverse, overlay, elt, split_part, replace, translate … */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { arrayType, binaryType, intType, longType, mapType, sqlName, stringType, type ArrayType, type DataType } from '../types/data-type.ts'
import { castTo, commonTypeOf } from './cast.ts'
import { lastWins, makeMap } from './constructors.ts'
import { call, expectArity, literal, plainArgs, quoted, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { javaPattern } from './java-pattern.ts'
import { splitBy } from './patterns.ts'
import { codePoints, sliceCharacters } from './text-columns.ts'
import { textOrBytes } from './text-parts.ts'
import { coerced, fn } from './typed.ts'
import { wantedArgument } from './wanted.ts'

function joinedBytes(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { out.set(p, at); at += p.length }
  return out
}

const concat: FunctionDefinition = {
  bind(c, context) {
    const args = plainArgs(c)
    if (args.length === 0) return literal('', stringType)
    if (args.some(a => a.type.kind === 'array')) {
      const type = args.every(a => a.type.kind === 'array') ? commonTypeOf(args, context) : null
      if (type === null) throw analysisError('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: quoted(c.name), dataType: `(${args.map(a => `"${sqlName(a.type)}"`).join(' or ')})` })
      return call('concat', args.map(a => castTo(a, type, context)), type, { evaluate: (...lists: unknown[][]) => lists.flat() })
    }
    if (args.every(a => a.type.kind === 'binary')) return call('concat', args, binaryType, { evaluate: joinedBytes })
    return call('concat', args.map((_, i) => coerced(c, i, stringType, context)), stringType, { source: parts => parts.join(' + ') })
  },
}

const concatWs: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, Infinity)
    const args = plainArgs(c).map((a, i) => (i > 0 && a.type.kind === 'array' ? wantedArgument(c, i, [arrayType(stringType), stringType], context) : coerced(c, i, stringType, context)))
    const evaluate = (separator: string | null, ...parts: (string | null | (string | null)[])[]): string | null => (separator === null ? null : parts.flat().filter(p => p !== null).join(separator))
    return call('concat_ws', args, stringType, { strict: false, evaluate }, { nullable: args[0]!.nullable })
  },
}

const reverse: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    const given = plainArgs(c)[0]!
    if (given.type.kind === 'array') return call('reverse', [given], given.type as ArrayType, { evaluate: (a: unknown[]) => a.toReversed() })
    const a = textOrBytes(c, 0, context)
    return call('reverse', [a], a.type, { evaluate: a.type.kind === 'binary' ? (b: Uint8Array) => b.toReversed() : (s: string) => [...s].reverse().join('') }, { nullable: a.nullable })
  },
}

const overlay: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 3, 4)
    const [a, b] = [textOrBytes(c, 0, context), textOrBytes(c, 1, context)], binary = a.type.kind === 'binary' && b.type.kind === 'binary'
    const type = binary ? binaryType : stringType
    const args = [coerced(c, 0, type, context), coerced(c, 1, type, context), coerced(c, 2, intType, context), c.args.length === 4 ? coerced(c, 3, intType, context) : literal(-1, intType)]
    const texts = (s: string, r: string, at: number, n: number): string => { const gone = n >= 0 ? n : codePoints(r); return sliceCharacters(s, 0, at - 1) + r + sliceCharacters(s, at - 1 + gone, 2 ** 31) }
    const bytes = (s: Uint8Array, r: Uint8Array, at: number, n: number): Uint8Array => joinedBytes(s.subarray(0, Math.max(at - 1, 0)), r, s.subarray(Math.max(at - 1 + (n >= 0 ? n : r.length), 0)))
    return call('overlay', args, type, { evaluate: binary ? bytes : texts })
  },
}

const elt: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, Infinity)
    const binary = plainArgs(c).slice(1).every(a => a.type.kind === 'binary'), type: DataType = binary ? binaryType : stringType
    const args = c.args.map((_, i) => coerced(c, i, i === 0 ? intType : type, context)), n = args.length - 1
    const evaluate = (at: number | null, ...values: unknown[]): unknown => {
      if (at === null) return null
      if (at >= 1 && at <= n) return values[at - 1]
      if (context.ansi) throw executionError('INVALID_ARRAY_INDEX', { indexValue: at, arraySize: n })
      return null
    }
    return call('elt', args, type, { strict: false, evaluate }, { nullable: true })
  },
}

function splitPart(s: string, separator: string, at: number): string {
  if (at === 0) throw executionError('INVALID_INDEX_OF_ZERO')
  const parts = separator === '' ? [s] : s.split(separator)
  return parts[at > 0 ? at - 1 : parts.length + at] ?? ''
}

/** Everything before the n-th separator, counted from the left, or after it, counted from the right; separators may overlap. */
function substringIndex(s: string, separator: string, count: number): string {
  if (separator === '' || count === 0) return ''
  if (count > 0) {
    let at = -1
    for (let k = 0; k < count; k++) { at = s.indexOf(separator, at + 1); if (at < 0) return s }
    return s.slice(0, at)
  }
  let at = s.length - separator.length + 1
  for (let k = 0; k < -count; k++) { at = at <= 0 ? -1 : s.lastIndexOf(separator, at - 1); if (at < 0) return s }
  return s.slice(at + separator.length)
}

const tables = new Map<string, Map<string, string | null>>()
function translate(s: string, from: string, to: string): string {
  const key = `${from.length}:${from}${to}`
  let table = tables.get(key)
  if (table === undefined) {
    table = new Map()
    const into = [...to]
    for (const [i, ch] of [...from].entries()) if (!table.has(ch)) table.set(ch, into[i] ?? null)
    if (tables.size > 100) tables.clear()
    tables.set(key, table)
  }
  let out = ''
  for (const ch of s) { const r = table.get(ch); out += r === undefined ? ch : r ?? '' }
  return out
}

function character(n: bigint): string { return n < 0n ? '' : String.fromCharCode(Number(n & 0xffn)) }

// Like regular expressions the separators split, and a pair without the second one has no value.
const strToMap: FunctionDefinition = {
  bind(c, context: BindContext) {
    expectArity(c, 1, 3)
    const args = [coerced(c, 0, stringType, context), c.args.length > 1 ? coerced(c, 1, stringType, context) : literal(',', stringType), c.args.length > 2 ? coerced(c, 2, stringType, context) : literal(':', stringType)]
    const type = mapType(stringType, stringType), last = lastWins(context)
    const evaluate = (s: string, pairs: string, between: string): unknown => {
      const entries = splitBy(s, javaPattern(pairs, 'str_to_map'), -1).map(p => splitBy(p, javaPattern(between, 'str_to_map'), 2))
      return makeMap(type, entries.map(e => e[0]), entries.map(e => e[1] ?? null), last)
    }
    return call('str_to_map', args, type, { evaluate })
  },
}

export const textBuildFunctions: FunctionFamily = {
  concat, concat_ws: concatWs, reverse, overlay, elt, str_to_map: strToMap,
  repeat: fn([stringType, intType], stringType, (s: string, n: number) => s.repeat(Math.max(n, 0))),
  space: fn([intType], stringType, (n: number) => ' '.repeat(Math.max(n, 0))),
  split_part: fn([stringType, stringType, intType], stringType, splitPart),
  substring_index: fn([stringType, stringType, intType], stringType, substringIndex),
  replace: {
    bind(c: FunctionCall, context: BindContext) {
      expectArity(c, 2, 3)
      const args: Resolved[] = [coerced(c, 0, stringType, context), coerced(c, 1, stringType, context), c.args.length === 3 ? coerced(c, 2, stringType, context) : literal('', stringType)]
      return call('replace', args, stringType, { evaluate: (s: string, from: string, to: string) => (from === '' ? s : s.replaceAll(from, () => to)) }, { nullable: args.some(a => a.nullable) })
    },
  },
  translate: fn([stringType, stringType, stringType], stringType, translate),
  ascii: fn([stringType], intType, (s: string) => s.codePointAt(0) ?? 0),
  chr: fn([longType], stringType, character), char: fn([longType], stringType, character),
}
