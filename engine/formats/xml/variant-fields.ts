/** Owns what XML shows of a VARIANT: objects as elements with their fields, arrays as repeated ones. */
import { childAt, countAt, kindAt, nameAt, nameIdAt, textAt, valueStart } from '../../types/variant/layout.ts'
import { textOf } from '../../types/variant/text.ts'
import type { XmlOptions } from './options.ts'
import type { Written } from './written.ts'

/** The written form of a VARIANT. */
export function variantFields(variant: Uint8Array, o: XmlOptions): Written { return at(variant, valueStart(variant, 0), o) }

function at(b: Uint8Array, v: number, o: XmlOptions): Written {
  const kind = kindAt(b, v)
  switch (kind) {
    case 'object': return { kind: 'struct', fields: Array.from({ length: countAt(b, v) }, (_, i) => spread(nameAt(b, 0, nameIdAt(b, v, i)), at(b, childAt(b, v, i), o), o)).flat() }
    case 'array': return { kind: 'list', items: Array.from({ length: countAt(b, v) }, (_, i) => at(b, childAt(b, v, i), o)) }
    case 'null': return { kind: 'struct', fields: [] }
    case 'string': return { kind: 'text', text: textAt(b, v) }
    default: return { kind: 'text', text: textOf(b, 0, v, o.timeZone).replace(/^"|"$/g, '') }
  }
}

// Arrays within an array are written without it, under the name of elements.
function spread(name: string, v: Written, o: XmlOptions): (readonly [string, Written])[] {
  if (v.kind !== 'list' || !v.items.some(i => i?.kind === 'list')) return [[name, v]]
  return v.items.flatMap(i => (i?.kind === 'list' ? spread(o.arrayElementName, i, o) : [[name, i!] as const]))
}
