/** Single values as users see them and as the engine holds them. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { cutTime, dayNanos, parseTime } from '../types/time-of-day.ts'
import type { CalendarInterval, MapValue } from './object-vector.ts'
import { CalendarDate, Decimal, Interval, TimeOfDay, Timestamp } from './row-values.ts'
import { VariantVal } from './variant-val.ts'

/** A row: values by column name, in column order. Integers are numbers, BIGINT beyond 2^53−1 a bigint. */
export type Row = Record<string, any>

const safe = 9007199254740991n

/** An internal value as the user sees it. */
export function toExternal(type: DataType, value: any): unknown {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'long': return value >= -safe && value <= safe ? Number(value) : value
    case 'decimal': return new Decimal(value, type.scale)
    case 'timestamp': case 'timestamp_ntz': return new Timestamp(value)
    case 'date': return new CalendarDate(value)
    case 'time': return new TimeOfDay(value)
    case 'daytimeinterval': return new Interval(0, 0, value)
    case 'yearmonthinterval': return new Interval(value, 0, 0n)
    case 'calendarinterval': { const i = value as CalendarInterval; return new Interval(i.months, i.days, i.microseconds) }
    case 'array': return (value as unknown[]).map(v => toExternal(type.elementType, v))
    case 'map': { const m = value as MapValue; return new Map(m.keys.map((k, i) => [toExternal(type.keyType, k), toExternal(type.valueType, m.values[i])])) }
    case 'struct': return rowOf(type, value as unknown[])
    case 'binary': return (value as Uint8Array).slice()
    case 'variant': return new VariantVal(value as Uint8Array)
    default: return value
  }
}

function rowOf(type: StructTypeShape, values: readonly unknown[]): Row {
  return Object.fromEntries(type.fields.map((f, i) => [f.name, toExternal(f.dataType, values[i])]))
}

/** Says what is wrong with a user's value; the caller names the column. */
export class ValueMismatch extends Error {
  override readonly name = 'ValueMismatch'
}

/** A user's value as an internal one. Throws ValueMismatch. */
export function toInternal(type: DataType, value: any): unknown {
  if (value === null || value === undefined) return null
  const refuse = (): never => { throw new ValueMismatch(`the value ${printable(value)} does not fit the type ${type.kind}`) }
  const whole = (bits: number): number => {
    const n = typeof value === 'bigint' ? Number(value) : value
    return typeof n === 'number' && Number.isInteger(n) && n >= -(2 ** (bits - 1)) && n < 2 ** (bits - 1) ? n : refuse()
  }
  switch (type.kind) {
    case 'void': return null
    case 'boolean': return typeof value === 'boolean' ? value : refuse()
    case 'byte': return whole(8)
    case 'short': return whole(16)
    case 'int': return whole(32)
    case 'long': {
      if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : refuse()
      return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : refuse()
    }
    case 'float': return typeof value === 'number' ? Math.fround(value) : refuse()
    case 'double': return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : refuse()
    case 'decimal': return decimalIn(type.precision, type.scale, value) ?? refuse()
    case 'string': return typeof value === 'string' ? value : refuse()
    case 'binary': return value instanceof Uint8Array ? value : typeof value === 'string' ? new TextEncoder().encode(value) : refuse()
    case 'variant': return value instanceof VariantVal ? value.bytes : refuse()
    case 'date': {
      const d = value instanceof Date ? value : typeof value === 'string' ? new Date(`${value.slice(0, 10)}T00:00:00Z`) : refuse()
      return Number.isNaN(d.getTime()) ? refuse() : Math.floor(d.getTime() / 86_400_000)
    }
    case 'timestamp': case 'timestamp_ntz': {
      if (value instanceof Timestamp) return value.epochMicros
      if (typeof value === 'bigint') return value
      const d = value instanceof Date ? value : typeof value === 'string' ? new Date(/Z|[+-]\d\d:?\d\d$/.test(value) ? value : `${value.replace(' ', 'T')}Z`) : refuse()
      return Number.isNaN(d.getTime()) ? refuse() : BigInt(d.getTime()) * 1000n
    }
    case 'time': return timeIn(type.precision, value) ?? refuse()
    case 'daytimeinterval': return value instanceof Interval ? value.microseconds : typeof value === 'bigint' ? value : refuse()
    case 'yearmonthinterval': return value instanceof Interval ? value.months : whole(32)
    case 'calendarinterval': return value instanceof Interval ? { months: value.months, days: value.days, microseconds: value.microseconds } : refuse()
    case 'array': return Array.isArray(value) ? value.map(v => toInternal(type.elementType, v)) : refuse()
    case 'map': {
      const entries = value instanceof Map ? [...value] : typeof value === 'object' ? Object.entries(value as object) : refuse()
      return { keys: entries.map(([k]) => toInternal(type.keyType, k)), values: entries.map(([, v]) => toInternal(type.valueType, v)) }
    }
    case 'struct': {
      if (Array.isArray(value)) return type.fields.map((f, i) => toInternal(f.dataType, value[i]))
      return typeof value === 'object' ? type.fields.map(f => toInternal(f.dataType, Object.hasOwn(value, f.name) ? value[f.name] : null)) : refuse()
    }
  }
}

function timeIn(precision: number, value: unknown): bigint | null {
  const nanos = value instanceof TimeOfDay ? value.nanoOfDay : typeof value === 'string' ? parseTime(value) : typeof value === 'bigint' && value >= 0n && value < dayNanos ? value : null
  return nanos === null ? null : cutTime(nanos, precision)
}

function decimalIn(precision: number, scale: number, value: unknown): bigint | null {
  const d = value instanceof Decimal ? value : typeof value === 'bigint' ? new Decimal(value, 0) : typeof value === 'number' || typeof value === 'string' ? tryDecimal(String(value)) : null
  if (d === null) return null
  let unscaled = d.unscaled
  if (d.scale <= scale) unscaled *= 10n ** BigInt(scale - d.scale)
  else { const by = 10n ** BigInt(d.scale - scale), half = by / 2n; unscaled = (unscaled + (unscaled < 0n ? -half : half)) / by }
  return (unscaled < 0n ? -unscaled : unscaled) < 10n ** BigInt(precision) ? unscaled : null
}

function tryDecimal(text: string): Decimal | null {
  const e = /^([^eE]+)[eE]([+-]?\d+)$/.exec(text)
  try {
    if (e === null) return Decimal.of(text)
    const base = Decimal.of(e[1]!), exponent = Number(e[2])
    return exponent >= 0 ? new Decimal(base.unscaled * 10n ** BigInt(exponent), base.scale) : new Decimal(base.unscaled, base.scale - exponent)
  } catch { return null }
}

const printable = (v: unknown): string => (typeof v === 'bigint' ? `${v}n` : typeof v === 'string' ? JSON.stringify(v.length > 60 ? `${v.slice(0, 57)}...` : v) : typeof v === 'object' ? Object.prototype.toString.call(v) : String(v))
