/** Learns from a row how its bytes are laid out: the bytes between the values (keys, quotes, spacing) and what kind of value stands where. */
import type { JsonColumn } from './column.ts'
import { closingQuote, scanText, skipSpaces, skipValue } from './scan.ts'
import { StructColumn } from './struct-column.ts'
import { SkippedColumn } from './value-columns.ts'

/** A value at its place: the bytes from the last value's end to its first byte, and its column (null: not wanted). */
export interface LayoutStep { readonly glue: Uint8Array; readonly column: JsonColumn | null; readonly text: boolean }
/** `tail` are the bytes from the last value to the closing brace; `missing` the columns no value is for; `key` tells layouts apart. */
export interface Layout { readonly steps: readonly LayoutStep[]; readonly tail: Uint8Array; readonly missing: readonly JsonColumn[]; readonly key: string }

/** Longer rows of values than this are left to the general tier: the code made for them would be too long to be compiled well. */
const maxSteps = 200

/** The layout of the object in bytes `start` to `end`, or null when no template can be made of it (names twice or with escapes, no object). */
export function layoutOf(bytes: Uint8Array, dv: DataView, start: number, end: number, root: StructColumn): Layout | null {
  const steps: LayoutStep[] = [], missing: JsonColumn[] = []
  let glueStart = start
  const object = (p: number, struct: StructColumn): number => {
    const seen = new Set<number>()
    p = skipSpaces(bytes, p, end)
    if (p < end && bytes[p] === 125) return absent(struct, seen), p + 1
    for (;;) {
      if (p >= end || bytes[p] !== 34) return -1
      const q = scanText(bytes, dv, p + 1, end)
      if (q >= end || bytes[q] !== 34) return -1
      const name = struct.names.find(bytes, p + 1, q), field = name < 0 ? -1 : struct.fieldOfName[name]
      if (field >= 0 && seen.has(field)) return -1
      if (field >= 0) seen.add(field)
      p = skipSpaces(bytes, q + 1, end)
      if (p >= end || bytes[p] !== 58) return -1
      p = skipSpaces(bytes, p + 1, end)
      if (p >= end) return -1
      const child = field < 0 ? null : struct.children[field]
      if (child instanceof StructColumn && bytes[p] === 123) p = object(p + 1, child)
      else {
        const text = bytes[p] === 34
        if (steps.length >= maxSteps) return -1
        steps.push({ glue: bytes.slice(glueStart, p), column: child instanceof SkippedColumn ? null : child, text })
        p = text ? closingQuote(bytes, dv, p + 1, end) + 1 : skipValue(bytes, dv, p, end)
        if (p <= 0) return -1
        glueStart = p
      }
      if (p < 0) return -1
      p = skipSpaces(bytes, p, end)
      if (p >= end) return -1
      if (bytes[p] === 125) return absent(struct, seen), p + 1
      if (bytes[p] !== 44) return -1
      p = skipSpaces(bytes, p + 1, end)
    }
  }
  const absent = (struct: StructColumn, seen: ReadonlySet<number>): void => {
    struct.children.forEach((c, i) => { if (!seen.has(i) && !(c instanceof SkippedColumn)) missing.push(c) })
  }
  const first = skipSpaces(bytes, start, end)
  if (first >= end || bytes[first] !== 123) return null
  const e = object(first + 1, root)
  if (e < 0) return null
  const tail = bytes.slice(glueStart, e)
  return { steps, tail, missing, key: steps.map(s => `${s.glue.join()}${s.text ? '"' : '0'}`).join('|') + '|' + tail.join() }
}
