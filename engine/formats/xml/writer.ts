/** Owns the way from the values of a row to XML text: attributes, elements, what repeats, escapes, the lines of Spark's writer. */
import { executionError } from '../../errors/spark-error.ts'
import type { DataType } from '../../types/data-type.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import { forbidden, isPlainName } from './characters.ts'
import type { XmlOptions } from './options.ts'
import { xmlText } from './texts.ts'
import { variantFields } from './variant-fields.ts'
import type { Written } from './written.ts'

/** A function from a value of a type to what is written of it; null for NULL. */
export type ToWritten = (v: any) => Written | null

/** How values of a type are written. Throws MICROLOTE_NOT_SUPPORTED for types XML has no form for. */
export function toWritten(type: DataType, o: XmlOptions): ToWritten {
  switch (type.kind) {
    case 'struct': {
      const fields = type.fields.map(f => [f.name, toWritten(f.dataType, o)] as const)
      return (v: readonly unknown[] | null) => (v === null ? null : { kind: 'struct', fields: fields.map(([name, of], i) => [name, of(v[i] ?? null)] as const) })
    }
    case 'array': { const of = toWritten(type.elementType, o); return (v: readonly unknown[] | null) => (v === null ? null : { kind: 'list', items: v.map(of) }) }
    case 'map': { const of = toWritten(type.valueType, o); return (v: MapValue | null) => (v === null ? null : { kind: 'struct', isMap: true, fields: v.keys.map((k, i) => [String(k), of(v.values[i] ?? null)] as const) }) }
    case 'variant': return (v: Uint8Array | null) => (v === null ? null : variantFields(v, o))
    case 'void': return () => null
    default: {
      const text = xmlText(type, o), counts = type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamp_ntz'
      return v => (v === null ? null : counts ? { kind: 'text', text: text(v), inAttribute: String(v) } : { kind: 'text', text: text(v) })
    }
  }
}

/** A function from a value to an element of a name, its lines beginning at a depth. */
export function xmlElementWriter(type: DataType, o: XmlOptions): (v: unknown, name: string, depth: number) => string {
  const of = toWritten(type, o)
  return (v, name, depth) => {
    const written = of(v)
    // An array of a VARIANT is as many elements.
    return (written?.kind === 'list' ? written.items : [written]).map(item => {
      const parts: string[] = []
      writeElement(parts, name, item, depth, o)
      return parts.join('')
    }).join('')
  }
}

// A struct that is the text of an element stands in it as its fields.
function unwrapped(field: readonly [string, Written | null], o: XmlOptions): readonly (readonly [string, Written | null])[] {
  return field[0] === o.valueTag && field[1]?.kind === 'struct' ? field[1].fields : [field]
}

const line = (depth: number, o: XmlOptions): string => (o.indent === '' ? '' : '\n' + o.indent.repeat(depth))

function checkedName(name: string, o: XmlOptions): string {
  if (o.validateName && !isPlainName(name)) throw executionError('MICROLOTE_XML_NOT_WRITABLE', { what: `"${name}" is no name of an element or attribute`, advice: 'Give the column another name.' })
  return name
}

function writeElement(parts: string[], name: string, value: Written | null, depth: number, o: XmlOptions): void {
  parts.push('<', checkedName(name, o))
  if (value === null) { parts.push('/>'); return }
  if (value.kind === 'text') { parts.push('>', escaped(value.text), '</', name, '>'); return }
  const fields = (value.kind === 'struct' ? value.fields : value.items.map(v => [o.arrayElementName, v] as const)).flatMap(f => unwrapped(f, o))
  const isAttribute = (n: string): boolean => n.startsWith(o.attributePrefix) && n !== o.valueTag
  for (const [n, v] of fields) {
    if (!isAttribute(n)) continue
    const text = v === null ? o.nullValue : flat(v)
    if (text !== null) parts.push(' ', checkedName(n.slice(o.attributePrefix.length), o), '="', quoted(text), '"')
  }
  const inside: string[] = []
  // Behind a text nothing is indented before the end tag; behind an element it is.
  let elementLast = false
  for (const [n, v] of fields) {
    if (isAttribute(n)) continue
    for (const item of v?.kind === 'list' && n !== o.valueTag ? v.items : [v]) {
      const shown = item ?? (o.nullValue === null ? null : { kind: 'text', text: o.nullValue } as const)
      if (shown === null) continue
      if (n === o.valueTag) { inside.push(escaped(textsOf(shown))); elementLast = false; continue }
      inside.push(line(depth + 1, o))
      writeElement(inside, n, shown, depth + 1, o)
      elementLast = true
    }
  }
  if (inside.length === 0) { parts.push('/>'); return }
  // What is inside may be more than a call takes arguments.
  parts.push('>', inside.join(''), elementLast ? line(depth, o) : '', '</', name, '>')
}

const textsOf = (v: Written): string => (v.kind === 'text' ? v.text : v.kind === 'list' ? v.items.map(i => (i === null ? '' : textsOf(i))).join('') : flat(v))
// A struct or array in an attribute, as Spark prints its rows.
function flat(v: Written): string {
  if (v.kind === 'text') return v.inAttribute ?? v.text
  const list = (items: readonly (Written | null)[], between: string): string => `[${items.map(f => (f === null ? 'null' : flat(f))).join(between)}]`
  if (v.kind === 'list') return list(v.items, ',')
  const values = v.fields.map(([, f]) => f)
  return v.isMap === true ? `keys: [${v.fields.map(([k]) => k).join(', ')}], values: ${list(values, ',')}` : list(values, ',')
}

function checked(text: string): string {
  if (forbidden.test(text)) throw executionError('MICROLOTE_XML_NOT_WRITABLE', { what: 'a text holds a character that XML does not have', advice: 'Take out control characters, or write it with base64.' })
  return text
}

function escaped(text: string): string {
  if (!/[&<>\r]/.test(text)) return checked(text)
  return checked(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\]\]>/g, ']]&gt;').replace(/\r/g, '&#xd;')
}

const inQuotes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;', '\n': '&#xa;', '\t': '&#x9;', '\r': '&#xd;' }
const quoted = (text: string): string => checked(text).replace(/[&<"\n\t\r]/g, c => inQuotes[c]!)

