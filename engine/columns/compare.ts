/** Order and equality of internal values as Spark has them: NULL first, NaN above everything and equal to itself, 0.0 equal to −0.0, strings by their UTF-8 bytes. */
import type { DataType } from '../types/data-type.ts'

export type Compare = (a: any, b: any) => number

/** The comparison of two non-NULL values of a type: below 0, 0 or above 0. */
export function comparison(type: DataType): Compare {
  switch (type.kind) {
    case 'float': case 'double': return compareDoubles
    case 'string': return compareStrings
    case 'binary': case 'variant': return compareBytes
    case 'array': { const c = nullsFirst(comparison(type.elementType)); return (a: unknown[], b: unknown[]) => compareLists(a, b, () => c) }
    case 'struct': { const cs = type.fields.map(f => nullsFirst(comparison(f.dataType))); return (a: unknown[], b: unknown[]) => compareLists(a, b, i => cs[i]!) }
    default: return (a, b) => (a < b ? -1 : a > b ? 1 : 0)
  }
}

/** A comparison that puts null before every value. */
export const nullsFirst = (compare: Compare): Compare => (a, b) => (a === null ? (b === null ? 0 : -1) : b === null ? 1 : compare(a, b))

export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return a !== a ? (b !== b ? 0 : 1) : -1
}

/** By code points, which is the order of the UTF-8 bytes; JavaScript's own order puts surrogates before U+E000. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i), y = b.charCodeAt(i)
    if (x === y) continue
    const sx = x >= 0xd800 && x <= 0xdfff, sy = y >= 0xd800 && y <= 0xdfff
    return sx !== sy ? (sx ? 1 : -1) : x < y ? -1 : 1
  }
  return a.length < b.length ? -1 : 1
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1
  return a.length - b.length
}

function compareLists(a: readonly unknown[], b: readonly unknown[], at: (i: number) => Compare): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const c = at(i)(a[i], b[i])
    if (c !== 0) return c
  }
  return a.length - b.length
}

/** Whether two values are equal; null equals null. */
export function equalValues(type: DataType, a: any, b: any): boolean {
  if (a === null || b === null) return a === b
  switch (type.kind) {
    case 'array': case 'struct': case 'float': case 'double': case 'binary': case 'variant': return comparison(type)(a, b) === 0
    case 'map': return a.keys.length === b.keys.length && a.keys.every((k: unknown, i: number) => equalValues(type.keyType, k, b.keys[i]) && equalValues(type.valueType, a.values[i], b.values[i]))
    case 'calendarinterval': return a.months === b.months && a.days === b.days && a.microseconds === b.microseconds
    default: return a === b
  }
}
