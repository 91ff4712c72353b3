/** LIKE and the regular expression functions. Patterns that are constants are compiled once; simple LIKE patterns work on bytes. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { Implementation, Resolved } from '../expressions/expression.ts'
import { arrayType, booleanType, intType, stringType, type DataType } from '../types/data-type.ts'
import { javaPattern, type JavaPattern } from './java-pattern.ts'
import { call, expectArity, literal, literalValue, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { codePoints, onText, rowByRow, sliceCharacters } from './text-columns.ts'
import { tests } from './text-search.ts'
import { coerced } from './typed.ts'

// ── LIKE
type LikePart = string | '%' | '_'
interface LikePattern { readonly test: (s: string) => boolean; readonly simple: { readonly kind: keyof typeof tests; readonly part: string } | null }

function partsOf(pattern: string, escape: string): { readonly wild: boolean; readonly text: LikePart }[] {
  const chars = [...pattern], parts: { wild: boolean; text: string }[] = []
  for (let i = 0; i < chars.length; i++) {
    const ch = chars[i]!
    if (ch === escape) {
      const next = chars[++i]
      if (next === undefined) throw executionError('INVALID_FORMAT.ESC_AT_THE_END', { format: `'${pattern}'` })
      if (next !== '_' && next !== '%' && next !== escape) throw executionError('INVALID_FORMAT.ESC_IN_THE_MIDDLE', { format: `'${pattern}'`, char: `'${next}'` })
      parts.push({ wild: false, text: next })
    } else parts.push({ wild: ch === '%' || ch === '_', text: ch })
  }
  return parts
}

const quoted = (s: string): string => s.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

function compileLike(pattern: string, escape: string): LikePattern {
  const parts = partsOf(pattern, escape)
  const first = parts[0]?.text === '%' && parts[0].wild, last = parts.length > 1 && parts.at(-1)!.text === '%' && parts.at(-1)!.wild
  const middle = parts.slice(first ? 1 : 0, last ? -1 : undefined)
  if (middle.every(p => !p.wild)) {
    const part = middle.map(p => p.text).join('')
    if (first && last) return { test: s => s.includes(part), simple: { kind: 'contains', part } }
    if (first) return { test: s => s.endsWith(part), simple: { kind: 'endswith', part } }
    if (last) return { test: s => s.startsWith(part), simple: { kind: 'startswith', part } }
    return { test: s => s === part, simple: { kind: 'equals', part } }
  }
  const regex = new RegExp(`^${parts.map(p => (p.wild ? (p.text === '%' ? '.*' : '.') : quoted(p.text))).join('')}$`, 'su')
  return { test: s => regex.test(s), simple: null }
}

function like(name: string, lowered: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2, 3)
      const text = coerced(c, 0, stringType, context), pattern = coerced(c, 1, stringType, context), given = c.args.length === 3 ? literalValue(c.args[2]) : '\\'
      if (typeof given !== 'string' || [...given].length !== 1) throw analysisError('INVALID_ESCAPE_CHAR', { sqlExpr: `"${c.sql}"` })
      const fold = (s: string): string => (lowered ? s.toLowerCase() : s), fixed = literalValue(pattern)
      if (typeof fixed !== 'string') {
        const compiled = lastOf((p: string) => compileLike(fold(p), given))
        return call(name, [text, pattern, literal(given, stringType)], booleanType, { evaluate: (s: string, p: string) => compiled(p).test(fold(s)) })
      }
      // A pattern that is no pattern fails when a row is looked at, as in Spark.
      const compiled = onceNeeded(() => compileLike(fold(fixed), given))
      const evaluate = (s: string): boolean => compiled().test(fold(s))
      const implementation: Implementation = lowered ? { evaluate } : onText(booleanType, evaluate, (column, length) => {
        const { simple } = compiled()
        return simple === null ? rowByRow(booleanType, evaluate, [column], length) : tests[simple.kind](column, length, [simple.part])
      })
      // The pattern stays an argument, so that two patterns are two expressions.
      return call(name, [text, pattern, ...(c.args.length === 3 ? [literal(given, stringType)] : [])], booleanType, implementation, { nullable: text.nullable })
    },
  }
}

function onceNeeded<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}
function lastOf<T>(make: (key: string) => T): (key: string) => T {
  let last: { readonly key: string; readonly value: T } | null = null
  return key => (last !== null && last.key === key ? last : (last = { key, value: make(key) })).value
}

// ── regular expressions
const matches = (p: JavaPattern, s: string): RegExpStringIterator<RegExpExecArray> => { p.regex.lastIndex = 0; return s.matchAll(p.regex) }
const first = (p: JavaPattern, s: string): RegExpExecArray | null => { p.regex.lastIndex = 0; return p.regex.exec(s) }

/** A text cut at the matches of a pattern, in at most `limit` parts (no limit below 1); empty ends stay. */
export function splitBy(s: string, p: JavaPattern, limit: number): string[] {
  const out: string[] = []
  let from = 0
  for (const m of matches(p, s)) {
    const end = m.index + m[0].length
    if (end === 0) continue
    if (limit > 0 && out.length === limit - 1) break
    out.push(s.slice(from, m.index))
    from = end
  }
  out.push(s.slice(from))
  return out
}

function split(s: string, pattern: string, limit: number): string[] {
  if (pattern !== '' || s === '') return splitBy(s, javaPattern(pattern, 'split'), limit)
  const chars = [...s]
  return limit > 0 && chars.length > limit ? [...chars.slice(0, limit - 1), chars.slice(limit - 1).join('')] : chars
}

/** Java's replacement text: $1, ${name}, and \ before a character that means itself. */
function replacementParts(text: string, p: JavaPattern, fail: () => Error): (string | number)[] {
  const out: (string | number)[] = []
  let plain = ''
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!
    if (ch === '\\') { if (++i >= text.length) throw fail(); plain += text[i]; continue }
    if (ch !== '$') { plain += ch; continue }
    let group: number | undefined
    const name = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(text.slice(i + 1))
    if (name !== null) { group = p.names.get(name[1]!); i += name[0].length } else if (/^[0-9]$/.test(text[i + 1] ?? '')) {
      group = Number(text[++i])
      while (/^[0-9]$/.test(text[i + 1] ?? '') && group * 10 + Number(text[i + 1]) <= p.groups) group = group * 10 + Number(text[++i])
    }
    if (group === undefined || group > p.groups) throw fail()
    if (plain !== '') out.push(plain)
    plain = ''
    out.push(group)
  }
  if (plain !== '') out.push(plain)
  return out
}

function replace(s: string, pattern: string, replacement: string, position: number): string {
  const p = javaPattern(pattern, 'regexp_replace'), fail = (): Error => executionError('INVALID_REGEXP_REPLACE', { source: s.slice(0, 100), pattern, replacement, position })
  if (position > 1) {
    const length = codePoints(s)
    return position > length ? s : sliceCharacters(s, 0, position - 1) + replace(sliceCharacters(s, position - 1, length), pattern, replacement, 1)
  }
  if (first(p, s) === null) return s
  const parts = replacementParts(replacement, p, fail)
  p.regex.lastIndex = 0
  return s.replace(p.regex, (...m: any[]) => parts.map(x => (typeof x === 'string' ? x : m[p.groupAt[x]!] ?? '')).join(''))
}

function groupOf(p: JavaPattern, m: RegExpExecArray | RegExpMatchArray, group: number, name: string): string {
  if (group < 0 || group > p.groups) throw executionError('INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX', { functionName: `\`${name}\``, groupCount: p.groups, groupIndex: group })
  return m[p.groupAt[group]!] ?? ''
}

function extract(s: string, pattern: string, group: number): string {
  const p = javaPattern(pattern, 'regexp_extract'), m = first(p, s)
  return m === null ? '' : groupOf(p, m, group, 'regexp_extract')
}
function extractAll(s: string, pattern: string, group: number): string[] {
  const p = javaPattern(pattern, 'regexp_extract_all')
  return [...matches(p, s)].map(m => groupOf(p, m, group, 'regexp_extract_all'))
}
function count(s: string, pattern: string): number { let n = 0; for (const _ of matches(javaPattern(pattern, 'regexp_count'), s)) n++; return n }
function instr(s: string, pattern: string): number { const m = first(javaPattern(pattern, 'regexp_instr'), s); return m === null ? 0 : codePoints(s.slice(0, m.index)) + 1 }

/** A function of a text, a pattern and maybe a number; the number may be left out if it has a default. */
function patternFunction(name: string, type: DataType, body: (...args: any[]) => unknown, number: { readonly byDefault: number | null } | null = null, nullable = false): FunctionDefinition {
  return {
    bind(c: FunctionCall, context: BindContext) {
      expectArity(c, 2, number === null ? 2 : 3)
      const args: Resolved[] = [coerced(c, 0, stringType, context), coerced(c, 1, stringType, context)]
      if (c.args.length === 3) args.push(coerced(c, 2, intType, context))
      else if (number !== null && number.byDefault !== null) args.push(literal(number.byDefault, intType))
      return call(name, args, type, { evaluate: body }, { nullable: nullable || args.some(a => a.nullable) })
    },
  }
}

const rlike = patternFunction('rlike', booleanType, (s: string, p: string) => first(javaPattern(p, 'rlike'), s) !== null)

export const patternFunctions: FunctionFamily = {
  like: like('like', false), ilike: like('ilike', true),
  rlike, regexp: rlike, regexp_like: rlike,
  regexp_extract: patternFunction('regexp_extract', stringType, extract, { byDefault: 1 }),
  regexp_extract_all: patternFunction('regexp_extract_all', arrayType(stringType), extractAll, { byDefault: 1 }),
  regexp_count: patternFunction('regexp_count', intType, count),
  regexp_instr: patternFunction('regexp_instr', intType, instr, { byDefault: 0 }),
  regexp_substr: patternFunction('regexp_substr', stringType, (s: string, p: string) => first(javaPattern(p, 'regexp_substr'), s)?.[0] ?? null, null, true),
  regexp_replace: {
    bind(c, context) {
      expectArity(c, 3, 4)
      const args = [coerced(c, 0, stringType, context), coerced(c, 1, stringType, context), coerced(c, 2, stringType, context), c.args.length === 4 ? coerced(c, 3, intType, context) : literal(1, intType)]
      const position = literalValue(args[3])
      if (position === undefined) throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: '`position`', inputType: '"INT"', inputExpr: 'the fourth argument' })
      if (typeof position === 'number' && position <= 0) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'position', valueRange: '(0, 2147483647]', currentValue: String(position) })
      return call('regexp_replace', args, stringType, { evaluate: replace }, { nullable: args.some(a => a.nullable) })
    },
  },
  split: patternFunction('split', arrayType(stringType, false), split, { byDefault: -1 }),
}
