/** Patterns of Java's DateTimeFormatter, as far as Spark allows them, taken apart: which letters mean what, how wide numbers are read, and which patterns are refused. */
import { parseError } from '../errors/spark-error.ts'

/** What a number in a text stands for; also the index where a parser keeps it. */
export const field = {
  year: 0, yearOfEra: 1, month: 2, day: 3, dayOfYear: 4, quarter: 5, alignedDay: 6, hour: 7, hourOfAmPm: 8, clockHour: 9, clockHourOfAmPm: 10, minute: 11, second: 12, modifiedJulianDay: 13,
  dayOfWeek: 14, amPm: 15, era: 16, micros: 17, offset: 18,
} as const
export const fieldCount = 19
export type Field = (typeof field)[keyof typeof field]

/** `subsequent`: digits to leave for numbers that follow without a separator; -1: exactly `most` digits. */
export interface NumberPart { readonly kind: 'number'; readonly field: Field; readonly least: number; readonly most: number; readonly sign: 'normal' | 'exceeds' | 'never'; readonly reduced: boolean; subsequent: number }
export interface TextPart { readonly kind: 'text'; readonly field: Field; readonly full: boolean }
/** `form`: how hours, minutes and seconds stand; `none`: what offset zero looks like. */
export interface OffsetPart { readonly kind: 'offset'; readonly form: '+HHmm' | '+HHMM' | '+HH:MM' | '+HHMMss' | '+HH:MM:ss'; readonly none: string }
export type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | NumberPart | TextPart | OffsetPart
  | { readonly kind: 'fraction'; readonly digits: number }
  | { readonly kind: 'gmt-offset'; readonly full: boolean }
  | { readonly kind: 'zone'; readonly form: 'id' | 'short' | 'long' }
  | { readonly kind: 'optional'; readonly parts: readonly Part[] }

type Refusal = { readonly why: 'week' | 'letter'; readonly c: string } | { readonly why: 'length' | 'other' }
class Refused extends Error { readonly refusal: Refusal; constructor(refusal: Refusal) { super(refusal.why); this.refusal = refusal } }
const other = (): Refused => new Refused({ why: 'other' })

const unquoted = (pattern: string): string[] => pattern.split("'").filter((_, i) => i % 2 === 0)

// What Spark refuses before Java sees the pattern.
function check(pattern: string, parsing: boolean): void {
  for (const part of unquoted(pattern)) {
    for (const c of part) if ('YWwuec'.includes(c)) throw new Refused({ why: 'week', c })
    for (const c of part) if ('ABnNp'.includes(c) || (parsing && 'EFqQ'.includes(c))) throw new Refused({ why: 'letter', c })
    if (/GGGGG|MMMMM|LLLLL|EEEEE|QQQQQ|qqqqq|yyyyyyy/.test(part)) throw new Refused({ why: 'length' })
  }
}

// Whether Java's old SimpleDateFormat takes the pattern: then Spark says that the versions differ instead of naming the fault.
function oldFormatTakes(pattern: string): boolean {
  return pattern.split("'").length % 2 === 1 && unquoted(pattern).every(p => !/[^\W\d_GyMwWDdFEaHkKhmsSzZXLuY]/.test(p.replace(/[^\x00-\x7f]/g, '')) && !/XXXX/.test(p))
}

/** The parts of a pattern. Throws INVALID_DATETIME_PATTERN.* and INCONSISTENT_BEHAVIOR_CROSS_VERSION.*. */
export function readPattern(pattern: string, parsing: boolean): readonly Part[] {
  try {
    check(pattern, parsing)
    return new Builder(pattern, unquoted(pattern).some(p => p.includes('G'))).parts()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (oldFormatTakes(pattern)) throw parseError('INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION', { pattern: `'${pattern}'` })
    const r = error.refusal
    if (r.why === 'week') throw parseError('INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN', { c: r.c })
    if (r.why === 'letter') throw parseError('INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER', { c: r.c, pattern })
    if (r.why === 'length') throw parseError('INVALID_DATETIME_PATTERN.LENGTH', { pattern })
    throw parseError('INVALID_DATETIME_PATTERN.WITH_SUGGESTION', { pattern })
  }
}

interface Open { readonly parts: Part[]; active: number }

/** Reads letters into parts; numbers that touch share their digits: the first of a row leaves room for the fixed ones after it. */
class Builder {
  readonly #pattern: string
  readonly #hasEra: boolean
  readonly #open: Open[] = [{ parts: [], active: -1 }]

  constructor(pattern: string, hasEra: boolean) { this.#pattern = pattern; this.#hasEra = hasEra }

  get #top(): Open { return this.#open.at(-1)! }
  #add(part: Part): void { this.#top.parts.push(part); this.#top.active = -1 }

  #number(f: Field, least: number, most: number, sign: NumberPart['sign'], reduced = false): void {
    const top = this.#top, part: NumberPart = { kind: 'number', field: f, least, most, sign, reduced, subsequent: 0 }
    if (top.active >= 0) {
      const base = top.parts[top.active] as NumberPart
      if (least === most && sign === 'never') { base.subsequent += most; part.subsequent = -1; top.parts.push(part); return }
      base.subsequent = -1
    }
    top.parts.push(part)
    top.active = top.parts.length - 1
  }

  #close(): void {
    const { parts } = this.#open.pop()!
    if (parts.length > 0) this.#add({ kind: 'optional', parts })
  }

  parts(): readonly Part[] {
    const p = this.#pattern
    for (let i = 0; i < p.length;) {
      const c = p[i]!
      if (/[A-Za-z]/.test(c)) {
        let n = 1
        while (p[i + n] === c) n++
        this.#letter(c, n)
        i += n
      } else if (c === "'") {
        if (p[i + 1] === "'") { this.#add({ kind: 'literal', text: "'" }); i += 2; continue }
        let text = '', j = i + 1
        for (; ; j++) {
          if (j >= p.length) throw other()
          if (p[j] !== "'") text += p[j]
          else if (p[j + 1] === "'") { text += "'"; j++ } else break
        }
        this.#add({ kind: 'literal', text })
        i = j + 1
      } else {
        if (c === '[') { this.#top.active = -1; this.#open.push({ parts: [], active: -1 }) }
        else if (c === ']') { if (this.#open.length === 1) throw other(); this.#top.active = -1; this.#close() }
        else if (c === '{' || c === '}' || c === '#') throw other()
        else this.#add({ kind: 'literal', text: c })
        i++
      }
    }
    while (this.#open.length > 1) this.#close()
    return this.#open[0]!.parts
  }

  #letter(c: string, n: number): void {
    const value = (f: Field): void => { if (n > 2) throw other(); if (n === 1) this.#number(f, 1, 19, 'normal'); else this.#number(f, 2, 2, 'never') }
    const named = (f: Field): void => { if (n <= 2) value(f); else this.#add({ kind: 'text', field: f, full: n === 4 }) }
    const offset = (letter: 'X' | 'x'): void => {
      if (n > 5) throw other()
      const form = (['+HHmm', '+HHMM', '+HH:MM', '+HHMMss', '+HH:MM:ss'] as const)[n - 1]!
      this.#add({ kind: 'offset', form, none: letter === 'X' ? 'Z' : n === 1 ? '+00' : n % 2 === 0 ? '+0000' : '+00:00' })
    }
    switch (c) {
      case 'y': {
        const f = this.#hasEra ? field.yearOfEra : field.year
        if (n === 2) this.#number(f, 2, 2, 'never', true)
        else this.#number(f, n, 19, n < 4 ? 'normal' : 'exceeds')
        break
      }
      case 'M': case 'L': named(field.month); break
      case 'Q': case 'q': named(field.quarter); break
      case 'E': this.#add({ kind: 'text', field: field.dayOfWeek, full: n === 4 }); break
      case 'G': this.#add({ kind: 'text', field: field.era, full: n === 4 }); break
      case 'a': if (n > 1) throw other(); this.#add({ kind: 'text', field: field.amPm, full: false }); break
      case 'd': value(field.day); break
      case 'h': value(field.clockHourOfAmPm); break
      case 'K': value(field.hourOfAmPm); break
      case 'k': value(field.clockHour); break
      case 'H': value(field.hour); break
      case 'm': value(field.minute); break
      case 's': value(field.second); break
      case 'F': if (n > 1) throw other(); value(field.alignedDay); break
      case 'D': if (n > 3) throw other(); if (n === 1) this.#number(field.dayOfYear, 1, 19, 'normal'); else this.#number(field.dayOfYear, n, 3, 'never'); break
      case 'g': this.#number(field.modifiedJulianDay, n === 1 ? 1 : n, 19, 'normal'); break
      // While parsing one up to n digits are taken, so the number before it does not share with it.
      case 'S': if (n > 9) throw other(); this.#add({ kind: 'fraction', digits: n }); break
      case 'V': if (n !== 2) throw other(); this.#add({ kind: 'zone', form: 'id' }); break
      case 'z': if (n > 4) throw other(); this.#add({ kind: 'zone', form: n === 4 ? 'long' : 'short' }); break
      case 'O': if (n !== 1 && n !== 4) throw other(); this.#add({ kind: 'gmt-offset', full: n === 4 }); break
      case 'X': case 'x': offset(c); break
      case 'Z':
        if (n > 5) throw other()
        if (n === 4) this.#add({ kind: 'gmt-offset', full: true })
        else this.#add(n === 5 ? { kind: 'offset', form: '+HH:MM:ss', none: 'Z' } : { kind: 'offset', form: '+HHMM', none: '+0000' })
        break
      default: throw other()
    }
  }
}
