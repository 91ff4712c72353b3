/** Finds the lines of a JSON-lines file in its bytes: `\n`, `\r\n` or `\r`, or a separator of one's own; blank lines are left out. */

export interface Lines { readonly starts: Int32Array; readonly ends: Int32Array; readonly count: number; readonly consumed: number }

/** Up to `maxLines` lines from `from` on. A byte order mark at the very start of `bytes` is stepped over. */
export function splitLines(bytes: Uint8Array, from: number, to: number, maxLines: number, atEnd: boolean, separator?: string): Lines {
  const mark = from === 0 && to >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const find = separator === undefined ? lineEndIn(bytes) : separatorIn(bytes, new TextEncoder().encode(separator))
  return split(bytes, mark ? 3 : from, to, maxLines, atEnd, find)
}

/** Gives the end of the line that begins at `p` (`to` if there is none) and the length of what ends it. */
type FindEnd = (p: number, to: number, found: { length: number }) => number

function split(bytes: Uint8Array, from: number, to: number, maxLines: number, atEnd: boolean, find: FindEnd): Lines {
  const room = Math.min(maxLines, to - from + 1), starts = new Int32Array(room), ends = new Int32Array(room), found = { length: 1 }
  let count = 0, p = from
  while (p < to && count < maxLines) {
    const e = find(p, to, found)
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

/** Looks for the next control byte, sixteen bytes a step: per call, the built-in search costs more than a line is long. */
function lineEndIn(bytes: Uint8Array): FindEnd {
  const dv = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return (p, to, found) => {
    const safe = to - 16
    for (;;) {
      while (p <= safe) {
        const a = dv.getInt32(p, true), b = dv.getInt32(p + 4, true), c = dv.getInt32(p + 8, true), d = dv.getInt32(p + 12, true)
        if (((((a - 0x20202020) & ~a) | ((b - 0x20202020) & ~b) | ((c - 0x20202020) & ~c) | ((d - 0x20202020) & ~d)) & -2139062144) !== 0) break
        p += 16
      }
      while (p < to && bytes[p] >= 32) p++
      if (p >= to) return to
      const c = bytes[p]
      if (c === 10 || c === 13) {
        found.length = c === 13 && p + 1 < to && bytes[p + 1] === 10 ? 2 : 1
        return p
      }
      p++
    }
  }
}

const separatorIn = (bytes: Uint8Array, wanted: Uint8Array): FindEnd => (from, to, found) => {
  found.length = wanted.length
  for (let p = bytes.indexOf(wanted[0], from); p >= 0 && p + wanted.length <= to; p = bytes.indexOf(wanted[0], p + 1)) {
    let k = 1
    while (k < wanted.length && bytes[p + k] === wanted[k]) k++
    if (k === wanted.length) return p
  }
  return to
}
