/** Cursor positions: Jupyter counts code points, JavaScript UTF-16 units. */

/** The UTF-16 position of a code point. */
export function utf16Position(code: string, codePoints: number): number {
  let at = 0
  for (let n = 0; n < codePoints && at < code.length; n++) at += code.codePointAt(at)! > 0xffff ? 2 : 1
  return at
}

/** How many code points come before a UTF-16 position. */
export function codePointPosition(code: string, at: number): number {
  let n = 0
  for (let i = 0; i < at && i < code.length; n++) i += code.codePointAt(i)! > 0xffff ? 2 : 1
  return n
}
