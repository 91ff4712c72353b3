/** How alike two texts are: jaro_winkler_similarity. Characters are UTF-16 units, as in Spark. */
import { doubleType, stringType } from '../types/data-type.ts'
import type { FunctionFamily } from './define.ts'
import { fn } from './typed.ts'

/** 0 to 1: the share of characters that both have near the same place, less where their order differs, more for a common beginning of up to four. */
function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1
  const reach = Math.max(Math.floor(Math.max(a.length, b.length) / 2) - 1, 0), taken = new Uint8Array(b.length)
  let mine = ''
  for (let i = 0; i < a.length; i++) {
    for (let k = Math.max(0, i - reach), end = Math.min(i + reach + 1, b.length); k < end; k++) {
      if (taken[k] === 0 && a[i] === b[k]) { taken[k] = 1; mine += a[i]!; break }
    }
  }
  const matches = mine.length
  if (matches === 0) return 0
  let outOfPlace = 0
  for (let k = 0, i = 0; k < b.length; k++) if (taken[k] === 1 && mine[i++] !== b[k]) outOfPlace++
  const jaro = (matches / a.length + matches / b.length + (matches - outOfPlace / 2) / matches) / 3
  let common = 0
  while (common < 4 && common < a.length && common < b.length && a[common] === b[common]) common++
  return jaro + 0.1 * common * (1 - jaro)
}

export const similarityFunctions: FunctionFamily = { jaro_winkler_similarity: fn([stringType, stringType], doubleType, jaroWinkler) }
