/** Column names given as text: `a.b` is two parts, `` `a.b` `` one. */
import { parseError } from '../errors/spark-error.ts'

/**
 * A column name as its parts. Points separate them; a part in backquotes may hold anything, a backquote in it doubled. Blanks count.
 * Throws INVALID_ATTRIBUTE_NAME_SYNTAX.
 * @example parseIdentifier('a.`b.c`') // ['a', 'b.c']
 */
export function parseIdentifier(text: string): string[] {
  if (text === '') return ['']
  const parts: string[] = []
  const form = /(?:`((?:[^`]|``)*)`|([^.`]+))(\.|$)/gy
  let open = true
  while (open) {
    const m = form.exec(text)
    if (m === null) throw parseError('INVALID_ATTRIBUTE_NAME_SYNTAX', { name: text })
    parts.push(m[1] !== undefined ? m[1].replaceAll('``', '`') : m[2]!)
    open = m[3] === '.'
  }
  return parts
}
