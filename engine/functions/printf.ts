/** format_string and printf: Java's format strings (`%5d`, `%.2f`, `%-10s`, `%1$s`). Values of dates and times are their numbers, as in Spark. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { hashBytes } from '../columns/murmur3.ts'
import type { MapValue } from '../columns/object-vector.ts'
import { calendarIntervalText } from '../types/interval.ts'
import { stringType, type DataType } from '../types/data-type.ts'
import { variantText } from '../types/variant/text.ts'
import { decimalText } from '../types/decimal.ts'
import { doubleText, floatText } from '../types/number-text.ts'
import type { Resolved } from '../expressions/expression.ts'
import { call, expectArity, literalValue, plainArgs, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { grouped, placed, plainDouble, roundedTo, type PlainNumber } from './plain-number.ts'
import { coerced } from './typed.ts'

interface Directive { readonly index: number | null; readonly previous: boolean; readonly flags: string; readonly width: number; readonly precision: number; readonly conversion: string; readonly upper: boolean }
type Write = (value: unknown, type: DataType, d: Directive) => string

class Unfit extends Error {}
const unfit = (why: string): never => { throw new Unfit(why) }

const directive = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/y

function parse(format: string): (string | Directive)[] {
  const parts: (string | Directive)[] = []
  for (let at = 0; at < format.length;) {
    const next = format.indexOf('%', at)
    if (next < 0) { parts.push(format.slice(at)); break }
    if (next > at) parts.push(format.slice(at, next))
    directive.lastIndex = next
    const m = directive.exec(format)
    if (m === null) return unfit(`what begins with ${format.slice(next, next + 5)} is no conversion`)
    const letter = m[5]!, conversion = letter.toLowerCase()
    if (letter !== '%' && !'bhscdoxefgan'.includes(conversion)) unfit(conversion === 't' ? '%t is not supported; use date_format' : `%${letter} is not known`)
    if (letter !== conversion && 'dofn'.includes(conversion)) unfit(`%${letter} is not known`)
    const flags = m[2]!, width = m[3] === undefined ? -1 : Number(m[3])
    if ((flags.includes('-') || flags.includes('0')) && width < 0) unfit(`%${flags}${letter} needs a width`)
    if (flags.includes('-') && flags.includes('0')) unfit('the flags - and 0 exclude each other')
    if (flags.includes('+') && flags.includes(' ')) unfit('the flags + and blank exclude each other')
    if (m[4] !== undefined && 'dxoc%n'.includes(conversion)) unfit(`%${letter} takes no precision`)
    if (conversion === 'd' && flags.includes('#')) unfit('%d takes no #')
    if ('xo'.includes(conversion) && /[,+ (]/.test(flags)) unfit(`%${letter} takes no sign and no groups`)
    parts.push({ index: m[1] === undefined ? null : Number(m[1]), previous: flags.includes('<'), flags, width, precision: m[4] === undefined ? -1 : Number(m[4]), conversion: letter === '%' ? '%' : conversion, upper: letter !== conversion })
    at = directive.lastIndex
  }
  return parts
}

function padded(text: string, d: Directive): string {
  const n = text.length
  return n >= d.width ? text : d.flags.includes('-') ? text + ' '.repeat(d.width - n) : ' '.repeat(d.width - n) + text
}

/** A number with its sign; zeros fill between the sign and the digits. */
function signed(negative: boolean, digits: string, d: Directive): string {
  const { flags } = d, close = negative && flags.includes('(') ? ')' : ''
  const sign = negative ? (close === '' ? '-' : '(') : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  return sign + (flags.includes('0') ? digits.padStart(d.width - sign.length - close.length, '0') : digits) + close
}

const bits: Readonly<Record<string, number>> = { byte: 8, short: 16, int: 32, date: 32, yearmonthinterval: 32, long: 64, timestamp: 64, timestamp_ntz: 64, time: 64, daytimeinterval: 64 }

const whole: Write = (v, type, d) => {
  const size = bits[type.kind] ?? unfit(`%${d.conversion} takes whole numbers, not ${type.kind}`)
  const n = BigInt(v as number | bigint)
  if (d.conversion === 'd') { const digits = (n < 0n ? -n : n).toString(); return signed(n < 0n, d.flags.includes(',') ? grouped(digits) : digits, d) }
  const text = BigInt.asUintN(size, n).toString(d.conversion === 'x' ? 16 : 8), prefixed = d.flags.includes('#') ? (d.conversion === 'x' ? '0x' : '0') : ''
  return prefixed + (d.flags.includes('0') ? text.padStart(d.width - prefixed.length, '0') : text)
}

function exponential(n: PlainNumber, places: number): string {
  let e = n.unscaled === 0n ? 0 : n.unscaled.toString().length - n.scale - 1
  const at = (): bigint => roundedTo(n, places - e, 'half-up')
  let m = at()
  if (m.toString().length > places + 1) { e++; m = at() }
  const { whole: w, fraction } = placed(m, places)
  return `${w}${fraction === '' ? '' : `.${fraction}`}e${e < 0 ? '-' : '+'}${Math.abs(e).toString().padStart(2, '0')}`
}

function fixed(n: PlainNumber, places: number, groups: boolean): string {
  const { whole: w, fraction } = placed(roundedTo(n, places, 'half-up'), places)
  return `${groups ? grouped(w) : w}${fraction === '' ? '' : `.${fraction}`}`
}

const fractional: Write = (v, type, d) => {
  if (type.kind !== 'double' && type.kind !== 'float') unfit(`%${d.conversion} takes DOUBLE and FLOAT, not ${type.kind}; cast the value`)
  const x = v as number, n = plainDouble(x)
  // Neither zeros nor signs fill NaN and infinities.
  if (n === null) return x !== x ? 'NaN' : signed(x < 0, 'Infinity', { ...d, flags: d.flags.replace('0', '') })
  if (d.conversion === 'a') return hexadecimal(x)
  const places = d.precision < 0 ? 6 : d.precision, groups = d.flags.includes(',')
  if (d.conversion === 'f') return signed(n.negative, fixed(n, places, groups), d)
  if (d.conversion === 'e') return signed(n.negative, exponential(n, places), d)
  const p = places === 0 ? 1 : places
  if (n.unscaled === 0n) return signed(n.negative, fixed(n, p - 1, groups), d)
  const e = Number(/e([+-]\d+)$/.exec(exponential(n, p - 1))![1])
  return signed(n.negative, e >= -4 && e < p ? fixed(n, p - 1 - e, groups) : exponential(n, p - 1), d)
}

function hexadecimal(x: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  const raw = view.getBigUint64(0), e = Number(raw >> 52n & 0x7ffn), f = (raw & 0xf_ffff_ffff_ffffn).toString(16).padStart(13, '0').replace(/0+$/, '') || '0'
  const sign = raw >> 63n === 1n ? '-' : ''
  return x === 0 ? `${sign}0x0.0p0` : e === 0 ? `${sign}0x0.${f}p-1022` : `${sign}0x1.${f}p${e - 1023}`
}

/** A value as Java's %s shows it. */
function shown(v: unknown, type: DataType): string {
  if (v === null) return 'null'
  switch (type.kind) {
    case 'double': return doubleText(v as number)
    case 'float': return floatText(v as number)
    case 'decimal': return decimalText(v as bigint, type.scale)
    case 'calendarinterval': return calendarIntervalText(v as never)
    case 'array': return `[${(v as unknown[]).map(x => shown(x, type.elementType)).join(',')}]`
    case 'struct': return `[${(v as unknown[]).map((x, i) => shown(x, type.fields[i]!.dataType)).join(',')}]`
    case 'map': { const m = v as MapValue; return `keys: [${m.keys.map(x => shown(x, type.keyType)).join(',')}], values: [${m.values.map(x => shown(x, type.valueType)).join(',')}]` }
    case 'variant': return variantText(v as Uint8Array, 'UTC')
    case 'binary': return unfit('%s of a BINARY has no readable form; use hex or base64')
    default: return String(v)
  }
}

const utf8 = new TextEncoder()
function hashOf(v: unknown, type: DataType): string {
  if (type.kind === 'string') { const b = utf8.encode(v as string); return (hashBytes(b, 0, b.length, 42) >>> 0).toString(16) }
  if (bits[type.kind] !== undefined) { const n = BigInt(v as number | bigint); return BigInt.asUintN(32, bits[type.kind] === 64 ? n ^ (n >> 32n) : n).toString(16) }
  return type.kind === 'boolean' ? (v === true ? 1231 : 1237).toString(16) : unfit(`%h takes texts and whole numbers, not ${type.kind}`)
}

function write(v: unknown, type: DataType, d: Directive): string {
  const { conversion } = d, precise = (s: string): string => (d.precision < 0 ? s : s.slice(0, d.precision))
  if (conversion === 'b') return precise(type.kind === 'boolean' ? String(v === true) : String(v !== null))
  if (v === null) return precise('null')
  switch (conversion) {
    case 's': return precise(shown(v, type))
    case 'h': return precise(hashOf(v, type))
    case 'c': return ['byte', 'short', 'int'].includes(type.kind) ? String.fromCodePoint(v as number) : unfit(`%c takes the number of a character, not ${type.kind}`)
    case 'd': case 'x': case 'o': return whole(v, type, d)
    default: return fractional(v, type, d)
  }
}

function formatted(parts: readonly (string | Directive)[], values: readonly unknown[], types: readonly DataType[]): string {
  let out = '', next = 0, last = -1
  for (const p of parts) {
    if (typeof p === 'string') { out += p; continue }
    if (p.conversion === 'n') { out += '\n'; continue }
    if (p.conversion === '%') { out += padded('%', p); continue }
    const at = p.previous ? last : p.index !== null ? p.index - 1 : next++
    if (at < 0 || at >= values.length) unfit(`there is no value number ${at + 1}`)
    last = at
    const text = padded(write(values[at], types[at]!, p), p)
    out += p.upper ? text.toUpperCase() : text
  }
  return out
}

const formatString: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, Infinity)
    const args: Resolved[] = [coerced(c, 0, stringType, context), ...plainArgs(c).slice(1)], types = args.slice(1).map(a => a.type)
    const fixedFormat = literalValue(args[0])
    if (typeof fixedFormat === 'string' && /%0\$/.test(fixedFormat)) throw analysisError('INVALID_PARAMETER_VALUE.ZERO_INDEX', { parameter: '`strfmt`', functionName: '`format_string`' })
    let known: { readonly format: string; readonly parts: (string | Directive)[] } | null = null
    const evaluate = (format: string | null, ...values: unknown[]): string | null => {
      if (format === null) return null
      try {
        if (known === null || known.format !== format) known = { format, parts: parse(format) }
        return formatted(known.parts, values, types)
      } catch (e) {
        if (!(e instanceof Unfit)) throw e
        throw executionError('MICROLOTE_INVALID_FORMAT_STRING', { format, reason: e.message })
      }
    }
    return call('format_string', args, stringType, { strict: false, evaluate }, { nullable: args[0]!.nullable })
  },
}

export const printfFunctions: FunctionFamily = { format_string: formatString, printf: formatString }
