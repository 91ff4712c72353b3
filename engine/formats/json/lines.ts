/** Finds the lines of a JSON-lines file in its bytes: `\n`, `\r\n` or `\r`, or a separator of one's own; blank lines are left out. */

export interface Lines { readonly starts: Int32Array; readonly ends: Int32Array; readonly count: number; readonly consumed: number }

/** Up to `maxLines` lines from `from` on. A byte order mark at the very start of `bytes` is stepped over. */
export function splitLines(bytes: Uint8Array, from: number, to: number, maxLines: number, atEnd: boolean, separator?: string): Lines {
  const mark = from === 0 && to >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const start = mark ? 3 : from
  if (separator !== undefined) return split(bytes, start, to, maxLines, atEnd, finderOf(new TextEncoder().encode(separator)))
  const lines = split(bytes, start, to, maxLines, atEnd, lineFeed)
  // Almost no file has carriage returns: one look over what was split, and only then the slow way.
  return bytes.subarray(start, lines.consumed).indexOf(13) < 0 ? lines : split(bytes, start, to, maxLines, atEnd, anyLineEnd)
}

/** Gives the end of the line that begins at `p` (`to` if there is none) and the length of what ends it. */
type FindEnd = (bytes: Uint8Array, p: number, to: number, found: { length: number }) => number

function split(bytes: Uint8Array, from: number, to: number, maxLines: number, atEnd: boolean, find: FindEnd): Lines {
  const room = Math.min(maxLines, to - from + 1), starts = new Int32Array(room), ends = new Int32Array(room), found = { length: 1 }
  let count = 0, p = from
  while (p < to && count < maxLines) {
    const e = find(bytes, p, to, found)
    if (e >= to && !atEnd) break
    if (!blank(bytes, p, e)) { starts[count] = p; ends[count++] = e }
    p = e >= to ? to : e + found.length
  }
  return { starts, ends, count, consumed: p }
}

function blank(bytes: Uint8Array, s: number, e: number): boolean {
  while (s < e && (bytes[s] === 32 || bytes[s] === 9 || bytes[s] === 13)) s++
  return s === e
}

const lineFeed: FindEnd = (bytes, p, to) => {
  const e = bytes.indexOf(10, p)
  return e < 0 || e > to ? to : e
}

const anyLineEnd: FindEnd = (bytes, p, to, found) => {
  let e = p
  while (e < to && bytes[e] !== 10 && bytes[e] !== 13) e++
  found.length = e + 1 < to && bytes[e] === 13 && bytes[e + 1] === 10 ? 2 : 1
  return e
}

const finderOf = (wanted: Uint8Array): FindEnd => (bytes, from, to, found) => {
  found.length = wanted.length
  for (let p = bytes.indexOf(wanted[0], from); p >= 0 && p + wanted.length <= to; p = bytes.indexOf(wanted[0], p + 1)) {
    let k = 1
    while (k < wanted.length && bytes[p + k] === wanted[k]) k++
    if (k === wanted.length) return p
  }
  return to
}
