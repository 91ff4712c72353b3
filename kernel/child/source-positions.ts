/** Where a place in the JavaScript of a cell is in the TypeScript it came from. Both texts have the same words in the same order but for what the compiler adds and takes away: their longest common run of words is the map. */

interface Word { readonly text: string; readonly line: number; readonly column: number }
export interface Position { readonly line: number; readonly column: number }

// Comments are skipped, everything else that is a word or a number counts.
const pattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*|\n/gu
const largest = 6_000_000

function words(text: string): Word[] {
  const out: Word[] = []
  let line = 0, start = 0
  for (const m of text.matchAll(pattern)) {
    const w = m[0]
    if (w === '\n') { line++; start = m.index + 1 }
    else if (w.startsWith('//')) continue
    else if (w.startsWith('/*')) { for (let i = 0; i < w.length; i++) if (w[i] === '\n') { line++; start = m.index + i + 1 } }
    else out.push({ text: w, line, column: m.index - start })
  }
  return out
}

/** The place in `typescript` for a place (both counted from 0) in `javascript`; null when nothing near it is from the cell. */
export function sourcePosition(javascript: string, typescript: string, at: Position): Position | null {
  const js = words(javascript), ts = words(typescript)
  const match = matches(js, ts)
  let i = js.findLastIndex(w => w.line < at.line || (w.line === at.line && w.column <= at.column))
  // The word at the place or the nearest on its line, first those before it; then the nearest line above.
  for (let k = i; k >= 0 && js[k]!.line === at.line; k--) if (match[k]! >= 0) return ts[match[k]!]!
  for (let k = i + 1; k < js.length && js[k]!.line === at.line; k++) if (match[k]! >= 0) return ts[match[k]!]!
  for (; i >= 0; i--) if (match[i]! >= 0) return { line: ts[match[i]!]!.line, column: 0 }
  return null
}

// For each word of a its partner in b, or -1: a longest common subsequence, partners as late as they can be.
function matches(a: readonly Word[], b: readonly Word[]): Int32Array {
  const out = new Int32Array(a.length).fill(-1), n = a.length, m = b.length
  if (n * m > largest) return greedy(a, b, out)
  const ids = new Map<string, number>(), id = (w: Word): number => { let x = ids.get(w.text); if (x === undefined) ids.set(w.text, (x = ids.size)); return x }
  const x = Int32Array.from(a, id), y = Int32Array.from(b, id), width = m + 1, best = new Uint16Array((n + 1) * width)
  for (let i = 1; i <= n; i++) for (let j = 1; j <= m; j++) best[i * width + j] = x[i - 1] === y[j - 1] ? best[(i - 1) * width + j - 1]! + 1 : Math.max(best[(i - 1) * width + j]!, best[i * width + j - 1]!)
  for (let i = n, j = m; i > 0 && j > 0;) {
    if (x[i - 1] === y[j - 1]) { out[i - 1] = j - 1; i--; j-- }
    else if (best[(i - 1) * width + j]! >= best[i * width + j - 1]!) i--
    else j--
  }
  return out
}

// For giant cells: each word with the next of its name not far on.
function greedy(a: readonly Word[], b: readonly Word[], out: Int32Array): Int32Array {
  let j = 0
  for (let i = 0; i < a.length; i++) for (let k = j; k < Math.min(b.length, j + 200); k++) if (b[k]!.text === a[i]!.text) { out[i] = k; j = k + 1; break }
  return out
}
