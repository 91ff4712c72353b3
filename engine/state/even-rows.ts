/** Records whose rows all have one length and no NULL, as those of numbers and times: written with steps of one width, without asking where each begins. */
import type { FixedColumn, FlatColumn } from './flat-columns.ts'
import type { RowMemory } from './unsafe-rows.ts'

/** How many words a row of these columns takes if it is such a row, else 0. */
export function evenWords(columns: readonly FlatColumn[]): number {
  for (const c of columns) if (c.kind !== 'fixed' || c.nulls !== null) return 0
  return columns.length === 0 || columns.length > 64 ? 0 : 2 + 2 * columns.length
}

/** Writes a row every `step` words from the word `first` on, a word with `length` before each. */
export function writeEvenRows(columns: readonly FlatColumn[], length: number, first: number, step: number, count: number, { words }: RowMemory): void {
  for (let at = first, end = first + step * count; at < end; at += step) { words[at] = length; words[at + 1] = words[at + 2] = 0 }
  columns.forEach((c, field) => { writeColumn(c as FixedColumn, first + 3 + 2 * field, step, count, words) })
}

// One loop for each width and way to a value, so that each stays monomorphic.
function writeColumn({ bits, width, places }: FixedColumn, first: number, step: number, count: number, words: Int32Array): void {
  if (width < 4) {
    for (let i = 0, at = first; i < count; i++, at += step) { const v = bits[places === null ? i : places[i]!]!; words[at] = width === 2 ? v & 0xffff : v; words[at + 1] = 0 }
    return
  }
  const from = bits as Int32Array
  if (width === 8) {
    // Most lie where eight bytes can be copied at once.
    if (((first | step) & 1) === 0 && (from.byteOffset & 7) === 0) {
      const longs = new BigInt64Array(from.buffer, from.byteOffset, from.length >> 1), out = new BigInt64Array(words.buffer, words.byteOffset, words.length >> 1), wide = step >> 1
      if (places === null) for (let i = 0, at = first >> 1; i < count; i++, at += wide) out[at] = longs[i]!
      else for (let i = 0, at = first >> 1; i < count; i++, at += wide) out[at] = longs[places[i]!]!
    } else if (places === null) for (let i = 0, at = first; i < count; i++, at += step) { words[at] = from[2 * i]!; words[at + 1] = from[2 * i + 1]! }
    else for (let i = 0, at = first; i < count; i++, at += step) { const k = 2 * places[i]!; words[at] = from[k]!; words[at + 1] = from[k + 1]! }
  } else if (places === null) for (let i = 0, at = first; i < count; i++, at += step) { words[at] = from[i]!; words[at + 1] = 0 }
  else for (let i = 0, at = first; i < count; i++, at += step) { words[at] = from[places[i]!]!; words[at + 1] = 0 }
}
