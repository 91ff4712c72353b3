/** Texts masked, quoted, checked and cut into words: mask, quote, luhn_check, sentences, randstr. */
import { analysisError } from '../errors/spark-error.ts'
import { arrayType, booleanType, stringType } from '../types/data-type.ts'
import type { Resolved } from '../expressions/expression.ts'
import { call, expectArity, literal, literalValue, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { coerced, fn } from './typed.ts'

function masked(s: string, upper: string | null, lower: string | null, digit: string | null, other: string | null): string {
  let out = ''
  for (const ch of s) out += (/\p{Lu}/u.test(ch) ? upper : /\p{Ll}/u.test(ch) ? lower : /\p{Nd}/u.test(ch) ? digit : other) ?? ch
  return out
}

const mask: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 5)
    const text = coerced(c, 0, stringType, context)
    const given: (string | null)[] = ['X', 'x', 'n', null]
    for (let i = 1; i < c.args.length; i++) {
      const arg = coerced(c, i, stringType, context), v = literalValue(arg), name = ['upperChar', 'lowerChar', 'digitChar', 'otherChar'][i - 1]!
      if (v === undefined) throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: `\`${name}\``, inputType: '"STRING"', inputExpr: 'an argument that depends on the row' })
      if (typeof v === 'string' && [...v].length !== 1) throw analysisError('DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE', { sqlExpr: `"${c.sql}"`, exprName: name })
      given[i - 1] = v as string | null
    }
    return call('mask', [text, ...given.map(g => literal(g ?? '\0', stringType))], stringType, { evaluate: (s: string) => masked(s, given[0]!, given[1]!, given[2]!, given[3]!) }, { nullable: text.nullable })
  },
}

/** Whether the last digit is the check digit of the others. */
function luhn(s: string): boolean {
  if (!/^[0-9]+$/.test(s)) return false
  let sum = 0
  for (let i = 0; i < s.length; i++) { const d = s.charCodeAt(s.length - 1 - i) - 48, twice = d * 2; sum += i % 2 === 0 ? d : twice > 9 ? twice - 9 : twice }
  return sum % 10 === 0
}

const sentences: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 3)
    const args: Resolved[] = [coerced(c, 0, stringType, context), c.args.length > 1 ? coerced(c, 1, stringType, context) : literal('', stringType), c.args.length > 2 ? coerced(c, 2, stringType, context) : literal('', stringType)]
    const cutters = new Map<string, readonly [Intl.Segmenter, Intl.Segmenter]>()
    const evaluate = (s: string | null, language: string | null, country: string | null): unknown => {
      if (s === null) return null
      let tag = language === null || language === '' ? 'en-US' : country === null || country === '' ? language : `${language}-${country}`
      if (!/^[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?$/.test(tag)) tag = 'en-US'
      let pair = cutters.get(tag)
      if (pair === undefined) cutters.set(tag, pair = [new Intl.Segmenter(tag, { granularity: 'sentence' }), new Intl.Segmenter(tag, { granularity: 'word' })])
      const words = [...pair[0].segment(s)].map(x => [...pair![1].segment(x.segment)].map(w => w.segment).filter(w => /[\p{L}\p{Nd}]/u.test(w)))
      return joinedByHyphen(s, words).filter(w => w.length > 0)
    }
    return call('sentences', args, arrayType(arrayType(stringType, false), false), { strict: false, evaluate }, { nullable: args[0]!.nullable })
  },
}

// Java's words reach over a hyphen between letters.
function joinedByHyphen(s: string, list: readonly string[][]): string[][] {
  let at = 0
  return list.map(words => {
    const out: string[] = []
    for (const w of words) {
      const start = s.indexOf(w, at), joins = out.length > 0 && s[start - 1] === '-' && start - 1 === at
      if (joins) out[out.length - 1] += `-${w}`
      else out.push(w)
      at = start + w.length
    }
    return out
  })
}

export const textFormFunctions: FunctionFamily = {
  mask, sentences,
  luhn_check: fn([stringType], booleanType, luhn),
  quote: fn([stringType], stringType, (s: string) => `'${s.replaceAll("'", "\\'")}'`),
}
