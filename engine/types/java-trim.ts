/** Owns the trimming of texts as Java's `String.trim` does it: characters up to U+0020 go. A loop, because a pattern that ends in `$` takes the square of the length where blanks stand within. */

/** The text without the characters up to U+0020 at its ends. */
export function javaTrim(text: string): string {
  let from = 0, to = text.length
  while (from < to && text.charCodeAt(from) <= 32) from++
  while (to > from && text.charCodeAt(to - 1) <= 32) to--
  return text.slice(from, to)
}
