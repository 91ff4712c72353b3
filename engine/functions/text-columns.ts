/** Functions of a text column worked out on its UTF-8 bytes: nothing is decoded where the bytes alone tell, and a dictionary is gone through once. */
import { BytesVector } from '../columns/bytes-vector.ts'
import { vectorOf } from '../columns/builder.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import { DictionaryVector } from '../columns/dictionary-vector.ts'
import type { Vector } from '../columns/vector.ts'
import type { Implementation } from '../expressions/expression.ts'
import { SparkError } from '../errors/spark-error.ts'
import type { DataType } from '../types/data-type.ts'

/** A column made of the bytes of another; `rest` are the other arguments, constants that are not NULL. */
export type OnBytes = (column: BytesVector, length: number, rest: readonly any[]) => Vector

/** A strict function of a text and constants: `evaluate` for single values, `onBytes` where the text is a column of bytes. */
export function onText(type: DataType, evaluate: (...args: any[]) => unknown, onBytes: OnBytes): Implementation {
  const cache = new WeakMap<Vector, { readonly length: number; readonly rest: readonly unknown[]; readonly result: Vector }>()
  const vector = (args: readonly Vector[], length: number): Vector => {
    const [text, ...others] = args as [Vector, ...Vector[]]
    const constants = others.every(v => v instanceof ConstantVector && v.constant !== null) ? others.map(v => (v as ConstantVector).constant) : null
    if (constants === null) return rowByRow(type, evaluate, args, length)
    if (text instanceof BytesVector) return onBytes(text, length, constants)
    if (text instanceof ConstantVector) return new ConstantVector(type, text.constant === null ? null : evaluate(text.constant, ...constants), length)
    if (text instanceof DictionaryVector && text.dictionary.length <= Math.max(256, length * 2)) {
      const entries = text.dictionary.length, known = cache.get(text.dictionary)
      if (known !== undefined && known.length === entries && known.rest.every((v, i) => Object.is(v, constants[i]))) return new DictionaryVector(known.result, text.indices, text.nulls, length)
      try {
        const result = vector([text.dictionary, ...others.map(v => (v as ConstantVector).slice(0, entries))], entries)
        cache.set(text.dictionary, { length: entries, rest: constants, result })
        return new DictionaryVector(result, text.indices, text.nulls, length)
      } catch (e) {
        // An entry that raises an error may stand in no row.
        if (!(e instanceof SparkError)) throw e
      }
    }
    return rowByRow(type, evaluate, args, length)
  }
  return { evaluate, vector }
}

/** The plain way: a value for each row, NULL where an argument is. */
export function rowByRow(type: DataType, evaluate: (...args: any[]) => unknown, args: readonly Vector[], length: number): Vector {
  const out = new Array<unknown>(length), [a, b, c] = args
  for (let i = 0; i < length; i++) {
    if (args.length === 1) { out[i] = a!.isNull(i) ? null : evaluate(a!.value(i)); continue }
    if (args.length === 2) { out[i] = a!.isNull(i) || b!.isNull(i) ? null : evaluate(a!.value(i), b!.value(i)); continue }
    out[i] = a!.isNull(i) || b!.isNull(i) || c!.isNull(i) ? null : evaluate(...args.map(v => v.value(i)))
  }
  return vectorOf(type, out)
}

/** A view of a part of each row's bytes: `cut` writes the new start and end through `set`. */
export function views(column: BytesVector, length: number, cut: (bytes: Uint8Array, start: number, end: number, set: (start: number, end: number) => void) => void): BytesVector {
  const starts = new Int32Array(length), ends = new Int32Array(length)
  let i = 0
  const set = (start: number, end: number): void => { starts[i] = start; ends[i] = end }
  for (; i < length; i++) cut(column.bytes, column.starts[i]!, column.ends[i]!, set)
  return new BytesVector(column.type, column.bytes, starts, ends, column.nulls, length)
}

/** How many characters (code points) the bytes hold. */
export function characters(bytes: Uint8Array, start: number, end: number): number {
  let n = 0
  for (let i = start; i < end; i++) if ((bytes[i]! & 0xc0) !== 0x80) n++
  return n
}

/** The place of the character that is `n` after `start`; `end` if there are fewer. */
export function skipCharacters(bytes: Uint8Array, start: number, end: number, n: number): number {
  let at = start
  for (let k = 0; k < n && at < end; k++) { at++; while (at < end && (bytes[at]! & 0xc0) === 0x80) at++ }
  return at
}

/** Where `part` occurs in the bytes, −1 if nowhere. */
export function indexOfBytes(bytes: Uint8Array, start: number, end: number, part: Uint8Array): number {
  const last = end - part.length, n = part.length
  if (n === 0) return start
  const head = part[0]!
  for (let i = start; i <= last; i++) {
    if (bytes[i] !== head) continue
    let k = 1
    while (k < n && bytes[i + k] === part[k]) k++
    if (k === n) return i
  }
  return -1
}

/** Whether `part` stands at a place. */
export function bytesAt(bytes: Uint8Array, at: number, end: number, part: Uint8Array): boolean {
  if (at < 0 || at + part.length > end) return false
  for (let k = 0; k < part.length; k++) if (bytes[at + k] !== part[k]) return false
  return true
}

/** Whether the bytes are all ASCII. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! >= 0x80) return false
  return true
}

/** The length of a text in code points. */
export function codePoints(s: string): number {
  let n = s.length
  for (let i = 0; i + 1 < s.length; i++) if ((s.charCodeAt(i) & 0xfc00) === 0xd800 && (s.charCodeAt(i + 1) & 0xfc00) === 0xdc00) { n--; i++ }
  return n
}

const surrogate = /[\ud800-\udfff]/
/** Part of a text by code points, `from` inclusive, `until` exclusive. */
export function sliceCharacters(s: string, from: number, until: number): string {
  return surrogate.test(s) ? [...s].slice(Math.max(from, 0), Math.max(until, 0)).join('') : s.slice(Math.max(from, 0), Math.max(until, 0))
}
