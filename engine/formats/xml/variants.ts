/** Owns XML as a VARIANT: an element is an object of its attributes and elements, what repeats an array, a text a number, a boolean or a text. */
import { fits, parseDecimal, power10 } from '../../types/decimal.ts'
import { VariantBuilder } from '../../types/variant/builder.ts'
import { trimmed } from './characters.ts'
import type { XmlCursor } from './cursor.ts'
import type { XmlOptions } from './options.ts'
import { XmlMalformed } from './pull-parser.ts'
import { whole } from './scalars.ts'
import { unfit } from './unfit.ts'

// The reader calls itself for each element within another.
const maxDepth = 500, mostDigits = 38
const longMin = -(2n ** 63n), longMax = 2n ** 63n - 1n

interface Field { readonly name: string; readonly values: Tree[] }
/** A text, an element, or null for what is empty. Names count in any case. */
type Tree = string | ReadonlyMap<string, Field> | null

/** Functions for elements, whose start tag was taken last and whose end is left behind, and for texts. Throw XmlMalformed, and `unfit` at an entity that is not known. */
export function xmlVariants(o: XmlOptions): { readonly element: (cursor: XmlCursor) => Uint8Array; readonly text: (text: string) => Uint8Array } {
  const builder = new VariantBuilder()
  return {
    element(cursor) { write(element(cursor, o), builder.begin(), o); return builder.result() },
    text(text) { writeText(text, builder.begin(), o); return builder.result() },
  }
}

function element(cursor: XmlCursor, o: XmlOptions): Tree {
  if (cursor.depth > maxDepth) throw new XmlMalformed(`more than ${maxDepth} elements within each other in a VARIANT`, 0)
  const outside = cursor.depth - 1, fields = new Map<string, Field>()
  const add = (name: string, value: Tree): void => {
    const key = name.toLowerCase(), had = fields.get(key)
    if (had === undefined) fields.set(key, { name, values: [value] })
    else had.values.push(value)
  }
  if (!o.excludeAttribute) cursor.attributeNames.forEach((n, i) => add(o.attributePrefix + n, cursor.attributeValues[i]!))
  // A text with nothing else in the element is its value; of one with comments in it the part before them.
  let lone: string | null = null, named = false
  for (;;) {
    switch (cursor.next()) {
      case 'start': { const { name } = cursor; named = true; add(name, element(cursor, o)); break }
      case 'text': {
        if (cursor.unknown) throw unfit
        if (trimmed(cursor.text) === '') break
        if (fields.size === 0) lone = cursor.text
        add(o.valueTag, cursor.text)
        break
      }
      default: if (cursor.depth <= outside) return fields.size === 0 ? null : fields.size === 1 && lone !== null && !named ? lone : fields
    }
  }
}

function write(tree: Tree, out: VariantBuilder, o: XmlOptions): void {
  if (tree === null) { out.null(); return }
  if (typeof tree === 'string') { writeText(tree, out, o); return }
  const start = out.at
  out.object(start, [...tree.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, values }) => {
    const id = out.nameId(name), at = out.at
    if (values.length === 1) write(values[0]!, out, o)
    else out.array(at, values.map(v => { const place = out.at; write(v, out, o); return place }))
    return { name, id, at }
  }))
}

function writeText(text: string, out: VariantBuilder, o: XmlOptions): void {
  const t = o.trims ? trimmed(text) : text
  if (t === o.nullValue) { out.null(); return }
  // An attribute may be empty; elements that are have no text.
  if (t === '' || !o.inferSchema) { out.text(t); return }
  const n = whole(t)
  if (n !== null && n >= longMin && n <= longMax) { out.long(n); return }
  const lower = t.toLowerCase()
  if (lower === 'true' || lower === 'false') { out.boolean(lower === 'true'); return }
  const d = t.length <= 400 && !/[eE][+-]?\d{3,}/.test(t) ? parseDecimal(t.replaceAll(',', '')) : null, unscaled = d === null ? 0n : d.scale < 0 ? d.unscaled * power10(-d.scale) : d.unscaled
  if (d === null || d.scale > mostDigits || !fits(unscaled, mostDigits)) out.text(t)
  else out.decimal(unscaled, Math.max(0, d.scale))
}
