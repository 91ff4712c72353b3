/** The conversion behind each cast, as a function of one internal value that is not NULL. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { MapValue } from '../columns/object-vector.ts'
import { splitDay } from '../types/civil.ts'
import { sameType, sqlName, type DataType, type DecimalType } from '../types/data-type.ts'
import { decimalOfDouble, decimalToDouble, fits, parseDecimal, rescale, toDecimal } from '../types/decimal.ts'
import { castToDayTime, castToYearMonth, parseCalendarInterval } from '../types/interval.ts'
import { integralBounds, parseDouble, parseIntegral, parseIntegralLoosely } from '../types/number-text.ts'
import { parseDate, parseTimestamp, parseTimestampNtz, trimmed } from '../types/timestamp.ts'
import { cutTime, parseTime, secondNanos, timeText } from '../types/time-of-day.ts'
import { timeZone } from '../types/time-zone.ts'
import { textOfValue } from './cast-text.ts'
import { overflow } from './cast-numbers.ts'
import { ofVariant, toVariant } from './variant-cast.ts'

/** `ansi` raises errors, `try` gives NULL for what would be one, `legacy` gives NULL or wraps as Spark did before ANSI. */
export type CastMode = 'ansi' | 'try' | 'legacy'
type Convert = (v: any) => unknown

const utf8 = new TextEncoder()
/** Microseconds of a day, an hour, a minute, a second. */
const unitsOf = [86_400_000_000n, 3_600_000_000n, 60_000_000n, 1_000_000n]

/** The function that casts a value that is not NULL; it gives null for NULL. */
export function castValue(from: DataType, to: DataType, mode: CastMode, zoneName: string): Convert {
  if (sameType(from, to)) return v => v
  if (from.kind === 'variant') return ofVariant(to, mode !== 'try', zoneName)
  const tried = mode === 'try' ? convertOrNull(plain(from, to, 'ansi', zoneName)) : plain(from, to, mode, zoneName)
  return from.kind === 'array' || from.kind === 'map' || from.kind === 'struct' ? plain(from, to, mode, zoneName) : tried
}

function convertOrNull(convert: Convert): Convert {
  return v => { try { return convert(v) } catch { return null } }
}

function invalid(v: unknown, from: DataType, to: DataType): Error {
  return executionError('CAST_INVALID_INPUT', { expression: `'${String(v)}'`, sourceType: `"${sqlName(from)}"`, targetType: `"${sqlName(to)}"` })
}

// The day of the query, which a timestamp takes, is known at the top of a value only.
const inside = (from: DataType, to: DataType): Error => analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `A cast from ${sqlName(from)} to ${sqlName(to)} inside of an array, map or struct`, advice: 'Cast each with transform(…).' })

function plain(from: DataType, to: DataType, mode: CastMode, zoneName: string): Convert {
  const ansi = mode === 'ansi'
  // A malformed text: an error with ANSI, NULL without.
  const orFail = (convert: Convert): Convert => v => { const r = convert(v); if (r === null && ansi) throw invalid(v, from, to); return r }
  const zone = (): ReturnType<typeof timeZone> => timeZone(zoneName)
  switch (to.kind) {
    case 'string': return textOfValue(from, zoneName)
    case 'binary': return from.kind === 'string' ? (s: string) => utf8.encode(s) : integerBytes(from)
    case 'boolean': return from.kind === 'string' ? orFail(parseBoolean) : from.kind === 'date' ? () => null : v => (typeof v === 'bigint' ? v !== 0n : v !== 0)
    case 'byte': case 'short': case 'int': case 'long': return toIntegral(from, to, ansi, orFail)
    case 'float': case 'double': return toFloating(from, to, orFail)
    case 'decimal': return toDecimalType(from, to, ansi)
    case 'date':
      if (from.kind === 'string') return orFail(parseDate)
      if (from.kind === 'timestamp') { const z = zone(); return (t: bigint) => splitDay(z.toLocal(t)).days }
      return from.kind === 'timestamp_ntz' ? (t: bigint) => splitDay(t).days : () => null
    case 'timestamp': return toTimestamp(from, zoneName, ansi, orFail)
    case 'timestamp_ntz':
      if (from.kind === 'time') throw inside(from, to)
      if (from.kind === 'string') return orFail(parseTimestampNtz)
      if (from.kind === 'date') return (d: number) => BigInt(d) * 86_400_000_000n
      { const z = zone(); return (t: bigint) => z.toLocal(t) }
    case 'time': return toTime(from, to.precision, zoneName, orFail)
    case 'daytimeinterval': return toDayTime(from, to)
    case 'yearmonthinterval': return toYearMonth(from, to)
    case 'variant': return toVariant(from)
    case 'calendarinterval': return (s: string) => { try { return parseCalendarInterval(s) } catch { return null } }
    case 'array': { const c = castValue((from as typeof to).elementType, to.elementType, mode, zoneName); return (v: unknown[]) => v.map(x => (x === null ? null : c(x))) }
    case 'map': {
      const f = from as typeof to, k = castValue(f.keyType, to.keyType, mode, zoneName), c = castValue(f.valueType, to.valueType, mode, zoneName)
      return (m: MapValue) => ({ keys: m.keys.map(k), values: m.values.map(x => (x === null ? null : c(x))) })
    }
    case 'struct': {
      const cs = to.fields.map((t, i) => castValue((from as typeof to).fields[i]!.dataType, t.dataType, mode, zoneName))
      return (v: unknown[]) => v.map((x, i) => (x === null ? null : cs[i]!(x)))
    }
    default: return () => null
  }
}

function parseBoolean(s: string): boolean | null {
  switch (trimmed(s).toLowerCase()) {
    case 't': case 'true': case 'y': case 'yes': case '1': return true
    case 'f': case 'false': case 'n': case 'no': case '0': return false
    default: return null
  }
}

function integerBytes(from: DataType): Convert {
  if (from.kind === 'string') return (s: string) => utf8.encode(s)
  const size = { byte: 1, short: 2, int: 4, long: 8 }[from.kind as 'byte'] ?? 8
  return (v: number | bigint) => Uint8Array.from({ length: size }, (_, i) => Number((BigInt(v) >> BigInt(8 * (size - 1 - i))) & 0xffn))
}

function toIntegral(from: DataType, to: DataType, ansi: boolean, orFail: (c: Convert) => Convert): Convert {
  const kind = to.kind as 'byte' | 'short' | 'int' | 'long'
  const [least, most] = integralBounds[kind]
  const bits = { byte: 8, short: 16, int: 32, long: 64 }[kind]
  const out = (v: bigint): number | bigint => (kind === 'long' ? v : Number(v))
  // Whole numbers: an error or a wrap when they are too large.
  const whole = (v: bigint, shown: unknown): number | bigint => {
    if (v >= least && v <= most) return out(v)
    if (ansi) throw overflow(shown, from, to)
    return out(BigInt.asIntN(bits, v))
  }
  // Intervals are never wrapped.
  const checked = (v: bigint, shown: unknown): number | bigint => { if (v < least || v > most) throw overflow(shown, from, to); return out(v) }
  switch (from.kind) {
    case 'string': { const parse = ansi ? parseIntegral : parseIntegralLoosely; return orFail((s: string) => { const r = parse(s, least, most); return r === null ? null : out(r) }) }
    case 'byte': case 'short': case 'int': return (v: number) => whole(BigInt(v), v)
    case 'long': return (v: bigint) => whole(v, `${v}L`)
    case 'boolean': return (v: boolean) => out(v ? 1n : 0n)
    case 'float': case 'double': return (v: number) => {
      const t = Math.trunc(v)
      if (ansi) { if (!(t >= Number(least) && t <= Number(most)) || (kind === 'long' && t >= 2 ** 63)) throw overflow(v, from, to); return out(BigInt(t)) }
      if (v !== v) return out(0n)
      // Java's rule without ANSI: first to the nearest int or long, then the low bits.
      const [lo, hi] = kind === 'long' ? integralBounds.long : integralBounds.int
      const clamped = t <= Number(lo) ? lo : t >= Number(hi) ? hi : BigInt(t)
      return out(BigInt.asIntN(bits, clamped))
    }
    case 'decimal': { const scale = from.scale; return (v: bigint) => { const w = rescale(v, scale, 0, 'down'); if (w >= least && w <= most) return out(w); if (ansi) throw overflow(w, from, to); return out(BigInt.asIntN(bits, w)) } }
    case 'timestamp': return (v: bigint) => {
      const seconds = v % 1_000_000n < 0n ? v / 1_000_000n - 1n : v / 1_000_000n
      return !ansi && (seconds < least || seconds > most) ? null : whole(seconds, v)
    }
    case 'time': return (v: bigint) => whole(v / secondNanos, `TIME '${timeText(v)}'`)
    case 'daytimeinterval': { const unit = unitsOf[from.end]!; return (v: bigint) => checked(v / unit, v) }
    case 'yearmonthinterval': { const { end } = from; return (v: number) => checked(BigInt(end === 0 ? Math.trunc(v / 12) : v), v) }
    default: return () => null
  }
}

function toFloating(from: DataType, to: DataType, orFail: (c: Convert) => Convert): Convert {
  const narrow = to.kind === 'float' ? Math.fround : (v: number) => v
  switch (from.kind) {
    case 'string': return orFail((s: string) => { const v = parseDouble(s); return v === null ? null : narrow(v) })
    case 'boolean': return (v: boolean) => (v ? 1 : 0)
    case 'decimal': { const { scale } = from; return (v: bigint) => narrow(decimalToDouble(v, scale)) }
    case 'timestamp': return (v: bigint) => narrow(Number(v) / 1e6)
    case 'long': return (v: bigint) => narrow(Number(v))
    case 'date': return () => null
    default: return (v: number) => narrow(v)
  }
}

function toDecimalType(from: DataType, to: DecimalType, ansi: boolean): Convert {
  const tooLarge = (v: unknown): Error => executionError('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', { value: String(v), precision: to.precision, scale: to.scale })
  const refuse = (v: unknown): null => { if (ansi) throw tooLarge(v); return null }
  const make = (unscaled: bigint, scale: number, shown: unknown): bigint | null => {
    const r = rescale(unscaled, scale, to.scale)
    return fits(r, to.precision) ? r : refuse(shown)
  }
  switch (from.kind) {
    case 'string': return (s: string) => {
      const p = parseDecimal(trimmed(s))
      if (p === null) { if (ansi) throw invalid(s, from, to); return null }
      return toDecimal(p, to) ?? refuse(s)
    }
    case 'byte': case 'short': case 'int': return (v: number) => make(BigInt(v), 0, v)
    case 'long': return (v: bigint) => make(v, 0, v)
    case 'boolean': return (v: boolean) => make(v ? 1n : 0n, 0, v)
    case 'decimal': { const { scale } = from; return (v: bigint) => make(v, scale, v) }
    case 'float': case 'double': return (v: number) => (Number.isFinite(v) ? toDecimal(decimalOfDouble(v), to) ?? refuse(v) : null)
    case 'timestamp': return (v: bigint) => make(v, 6, v)
    case 'time': return (v: bigint) => make(v, 9, timeText(v))
    case 'daytimeinterval': {
      const { end } = from
      return (v: bigint) => { const r = end === 3 ? rescale(v, 6, to.scale) : rescale(v / unitsOf[end]!, 0, to.scale); if (!fits(r, to.precision)) throw tooLarge(v); return r }
    }
    case 'yearmonthinterval': { const { end } = from; return (v: number) => { const r = rescale(BigInt(end === 0 ? Math.trunc(v / 12) : v), 0, to.scale); if (!fits(r, to.precision)) throw tooLarge(v); return r } }
    default: return () => null
  }
}

function toTimestamp(from: DataType, zoneName: string, ansi: boolean, orFail: (c: Convert) => Convert): Convert {
  const zone = timeZone(zoneName)
  const seconds = (v: bigint): bigint => BigInt.asIntN(64, v * 1_000_000n)
  switch (from.kind) {
    case 'string': return orFail((s: string) => parseTimestamp(s, zone))
    case 'date': return (d: number) => zone.toUtc(BigInt(d) * 86_400_000_000n)
    case 'timestamp_ntz': return (t: bigint) => zone.toUtc(t)
    case 'time': throw inside(from, { kind: 'timestamp' })
    case 'long': return seconds
    case 'byte': case 'short': case 'int': return (v: number) => seconds(BigInt(v))
    case 'float': case 'double': return (v: number) => {
      if (ansi && !Number.isFinite(v)) throw invalid(v, from, { kind: 'timestamp' })
      const micros = v * 1e6
      if (ansi && Math.abs(micros) >= 2 ** 63) throw overflow(v, from, { kind: 'timestamp' })
      return Number.isFinite(v) ? micros >= 2 ** 63 ? 2n ** 63n - 1n : micros <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(micros)) : null
    }
    case 'decimal': { const { scale } = from; return (v: bigint) => rescale(v, scale, 6, 'down') }
    case 'boolean': return (v: boolean) => (v ? 1n : 0n)
    default: return () => null
  }
}

function toTime(from: DataType, precision: number, zoneName: string, orFail: (c: Convert) => Convert): Convert {
  const cut = (nanos: bigint): bigint => cutTime(nanos, precision)
  switch (from.kind) {
    case 'string': return orFail((s: string) => { const t = parseTime(s); return t === null ? null : cut(t) })
    case 'timestamp': { const zone = timeZone(zoneName); return (t: bigint) => cut(BigInt(splitDay(zone.toLocal(t)).rest) * 1000n) }
    case 'timestamp_ntz': return (t: bigint) => cut(BigInt(splitDay(t).rest) * 1000n)
    default: return cut
  }
}

type DayTime = Extract<DataType, { kind: 'daytimeinterval' }>
type YearMonth = Extract<DataType, { kind: 'yearmonthinterval' }>

function toDayTime(from: DataType, to: DayTime): Convert {
  const unit = unitsOf[to.end]!
  const whole = (v: bigint, shown: unknown): bigint => { if (BigInt.asIntN(64, v) !== v) throw overflow(shown, from, to); return v }
  switch (from.kind) {
    case 'string': return (s: string) => castToDayTime(s, to.start, to.end)
    case 'daytimeinterval': return (v: bigint) => v - (v % (to.end === 3 ? 1n : unit))
    case 'byte': case 'short': case 'int': case 'long': return (v: number | bigint) => whole(BigInt(v) * unit, v)
    case 'decimal': { const { scale } = from; return (v: bigint) => whole(rescale(v * unit, scale, 0, 'half-up'), v) }
    default: return () => null
  }
}

function toYearMonth(from: DataType, to: YearMonth): Convert {
  const unit = to.end === 0 ? 12n : 1n
  const months = (v: bigint, shown: unknown): number => { if (BigInt.asIntN(32, v) !== v) throw overflow(shown, from, to); return Number(v) }
  switch (from.kind) {
    case 'string': return (s: string) => castToYearMonth(s, to.start, to.end)
    case 'yearmonthinterval': return (v: number) => (to.end === 0 ? v - (v % 12) : v)
    case 'byte': case 'short': case 'int': case 'long': return (v: number | bigint) => months(BigInt(v) * unit, v)
    case 'decimal': { const { scale } = from; return (v: bigint) => months(rescale(v * unit, scale, 0, 'half-up'), v) }
    default: return () => null
  }
}
