/** A stable merge sort of row numbers by a number a row, both moved together so that memory is read in order. */

export type Compare = (a: number, b: number) => number
/** Room for merging, made as it is needed and used again. */
export interface SortRoom { ranks: Float64Array; rows: Int32Array }

const runLength = 16

/** Sorts places `from` to `to`; `rest` compares rows whose numbers are the same, null: they stay as they are. */
export function sortRange(ranks: Float64Array, rows: Int32Array, from: number, to: number, rest: Compare | null, room: SortRoom): void {
  if (isSorted(ranks, rows, from, to, rest)) return
  for (let a = from; a < to; a += runLength) insertionSort(ranks, rows, a, Math.min(a + runLength, to), rest)
  const length = to - from
  if (length <= runLength) return
  if (room.rows.length < length) { room.ranks = new Float64Array(length); room.rows = new Int32Array(length) }
  for (let width = runLength; width < length; width *= 2) for (let a = from; a + width < to; a += 2 * width) merge(ranks, rows, a, a + width, Math.min(a + 2 * width, to), rest, room)
}

function isSorted(ranks: Float64Array, rows: Int32Array, from: number, to: number, rest: Compare | null): boolean {
  for (let i = from + 1; i < to; i++) if (ranks[i - 1]! > ranks[i]! || (rest !== null && ranks[i - 1] === ranks[i] && rest(rows[i - 1]!, rows[i]!) > 0)) return false
  return true
}

function insertionSort(ranks: Float64Array, rows: Int32Array, from: number, to: number, rest: Compare | null): void {
  for (let i = from + 1; i < to; i++) {
    const rank = ranks[i]!, row = rows[i]!
    let j = i - 1
    while (j >= from && (ranks[j]! > rank || (rest !== null && ranks[j] === rank && rest(rows[j]!, row) > 0))) { ranks[j + 1] = ranks[j]!; rows[j + 1] = rows[j]!; j-- }
    ranks[j + 1] = rank
    rows[j + 1] = row
  }
}

// The left run is put aside; what is written never overtakes what is read of the right one.
function merge(ranks: Float64Array, rows: Int32Array, from: number, middle: number, to: number, rest: Compare | null, room: SortRoom): void {
  const left = middle - from, leftRanks = room.ranks, leftRows = room.rows
  for (let i = 0; i < left; i++) { leftRanks[i] = ranks[from + i]!; leftRows[i] = rows[from + i]! }
  let a = 0, b = middle, at = from
  while (a < left && b < to) {
    const x = leftRanks[a]!, y = ranks[b]!
    if (x > y || (rest !== null && x === y && rest(leftRows[a]!, rows[b]!) > 0)) { ranks[at] = y; rows[at++] = rows[b++]! } else { ranks[at] = x; rows[at++] = leftRows[a++]! }
  }
  while (a < left) { ranks[at] = leftRanks[a]!; rows[at++] = leftRows[a++]! }
}
