/** Helps the tests of the formats: internal values in the form of the recordings, and recorded cases by file. */
import { readFileSync } from 'node:fs'
import type { DataType } from '../../engine/types/data-type.ts'
import type { Vector } from '../../engine/columns/vector.ts'

/** A value as the recordings write it. */
export function recordedForm(type: DataType, v: any): unknown {
  if (v === null || v === undefined) return null
  switch (type.kind) {
    case 'float': case 'double': return Number.isNaN(v) ? 'NaN' : v === Infinity ? 'Infinity' : v === -Infinity ? '-Infinity' : v
    case 'long': return v >= -(2n ** 53n) + 1n && v <= 2n ** 53n - 1n ? Number(v) : String(v)
    case 'decimal': {
      const digits = String(v < 0n ? -v : v).padStart(type.scale + 1, '0')
      return `${v < 0n ? '-' : ''}${digits.slice(0, digits.length - type.scale)}${type.scale > 0 ? '.' + digits.slice(-type.scale) : ''}`
    }
    case 'binary': return Buffer.from(v).toString('base64')
    case 'date': return Math.abs(v) > 1e8 ? String(v) : new Date(v * 86400000).toISOString().slice(0, 10)
    case 'timestamp': case 'timestamp_ntz': {
      const ms = Number(v / 1000n) - (v % 1000n < 0n ? 1 : 0), us = ((v % 1000n) + 1000n) % 1000n
      // A moment that no JavaScript date reaches.
      if (Math.abs(ms) > 8.64e15) return String(v)
      return new Date(ms).toISOString().slice(0, -1) + String(us).padStart(3, '0') + 'Z'
    }
    case 'array': return v.map((x: unknown) => recordedForm(type.elementType, x))
    // PySpark makes a dict of a map, so of keys given twice only the last is recorded.
    case 'map': {
      const entries = new Map<string, unknown>(v.keys.map((k: unknown, i: number) => [recordedForm(type.keyType, k), recordedForm(type.valueType, v.values[i])]))
      return [...entries].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    }
    case 'struct': return Object.fromEntries(type.fields.map((f, i) => [f.name, recordedForm(f.dataType, v[i])]))
    default: return v
  }
}

/** All values of a vector in that form. */
export function recordedValues(vector: Vector): unknown[] {
  return Array.from({ length: vector.length }, (_, i) => recordedForm(vector.type, vector.get(i)))
}

/** A JSON file beside this one. */
export function readRecorded(name: string): any { return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) }
