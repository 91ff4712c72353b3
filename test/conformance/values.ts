/** Values as the recordings write them, and when two of them count as equal. The format is described in fixtures/conformance/README.md. */
import { Buffer } from 'node:buffer'
import { decimalText } from '../../engine/types/decimal.ts'
import type { DataType, StructTypeShape } from '../../engine/types/data-type.ts'
import { timeText } from '../../engine/types/time-of-day.ts'
import { valueStart } from '../../engine/types/variant/layout.ts'
import { localTimestampText, dateText } from '../../engine/types/timestamp.ts'

/** An internal value as JSON. */
export function encode(type: DataType, value: any): unknown {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'long': { const n = Number(value); return Number.isSafeInteger(n) ? n : String(value) }
    case 'float': case 'double': return Number.isNaN(value) ? 'NaN' : value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : value
    case 'decimal': return decimalText(value, type.scale)
    case 'timestamp': case 'timestamp_ntz': return isoMicros(value)
    case 'date': return dateText(value).replace(/^\+/, '')
    case 'time': { const micros = value / 1000n; return timeText(micros * 1000n).replace(/\.\d+/, () => `.${String(micros % 1_000_000n).padStart(6, '0')}`) }
    case 'daytimeinterval': { const n = Number(value); return { interval_us: Number.isSafeInteger(n) ? n : String(value) } }
    case 'binary': return Buffer.from(value as Uint8Array).toString('base64')
    case 'variant': { const b = Buffer.from(value as Uint8Array), names = valueStart(b, 0); return { variant: `${b.subarray(0, names).toString('hex')} ${b.subarray(names).toString('hex')}` } }
    case 'array': return (value as unknown[]).map(v => encode(type.elementType, v))
    case 'map': return (value.keys as unknown[]).map((k, i) => [encode(type.keyType, k), encode(type.valueType, value.values[i])]).sort((a, b) => (pythonJson(a) < pythonJson(b) ? -1 : 1))
    case 'struct': return Object.fromEntries((type as StructTypeShape).fields.map((f, i) => [f.name, encode(f.dataType, (value as unknown[])[i])]))
    default: return value
  }
}

function isoMicros(micros: bigint): string {
  const text = localTimestampText(micros)
  const [day, time] = text.split(' ') as [string, string]
  const [clock, fraction = ''] = time.split('.') as [string, string?]
  return `${day.replace(/^\+/, '')}T${clock}.${fraction.padEnd(6, '0')}Z`
}

/** JSON as Python's json.dumps writes it: the recordings sort rows by this text. */
export function pythonJson(v: unknown): string {
  if (v === null || v === undefined) return 'null'
  if (Object.is(v, -0)) return '-0.0'
  if (typeof v === 'bigint') return String(v)
  if (typeof v === 'string') return JSON.stringify(v).replace(/[\u0080-\uffff]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  if (Array.isArray(v)) return `[${v.map(pythonJson).join(', ')}]`
  if (typeof v === 'object') return `{${Object.entries(v).map(([k, x]) => `${pythonJson(k)}: ${pythonJson(x)}`).join(', ')}}`
  return JSON.stringify(v)
}

/** The first place where two values differ, or null. Numbers that are doubles may differ by a relative 1e-12. */
export function difference(want: unknown, got: unknown, path = ''): string | null {
  if (want === got) return null
  if (typeof want === 'number' && typeof got === 'number') {
    if (Object.is(want, got) || Math.abs(want - got) <= 1e-12 * Math.max(Math.abs(want), Math.abs(got))) return null
  } else if (Array.isArray(want) && Array.isArray(got)) {
    if (want.length !== got.length) return `${path}: ${want.length} items expected, ${got.length} came: ${short(want)} / ${short(got)}`
    for (let i = 0; i < want.length; i++) { const d = difference(want[i], got[i], `${path}[${i}]`); if (d !== null) return d }
    return null
  } else if (want !== null && got !== null && typeof want === 'object' && typeof got === 'object' && !Array.isArray(want) && !Array.isArray(got)) {
    const keys = Object.keys(want)
    if (keys.length !== Object.keys(got).length) return `${path}: ${short(want)} expected, ${short(got)} came`
    for (const k of keys) { const d = difference((want as any)[k], (got as any)[k], `${path}.${k}`); if (d !== null) return d }
    return null
  }
  return `${path}: ${short(want)} expected, ${short(got)} came`
}

export const short = (v: unknown): string => { const t = pythonJson(v); return t.length > 160 ? `${t.slice(0, 157)}...` : t }
