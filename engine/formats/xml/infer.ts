/** Owns the schema that XML suggests: types of texts, elements with their attributes as structs, repeated tags as arrays. */
import { booleanType, dateType, decimalType, doubleType, longType, maxPrecision, stringType, timestampType, voidType } from '../../types/data-type.ts'
import { repeated } from '../../types/found-struct.ts'
import { parseDecimal } from '../../types/decimal.ts'
import { trimmed } from './characters.ts'
import type { XmlCursor } from './cursor.ts'
import { foundStruct, joinXmlTypes, type FoundStruct, type FoundType } from './join-types.ts'
import type { XmlOptions } from './options.ts'
import { XmlMalformed } from './pull-parser.ts'
import { whole, xmlDate, xmlTimestamp } from './scalars.ts'

// The looker calls itself for each element within another.
const maxDepth = 500
const longMin = -(2n ** 63n), longMax = 2n ** 63n - 1n

/** A function that gives the type of the element whose start tag was taken last, and ends behind it: always a struct, with `void` for what was empty. Throws XmlMalformed. */
export function xmlInference(o: XmlOptions): (cursor: XmlCursor) => FoundStruct {
  const isDate = xmlDate(o), isTimestamp = xmlTimestamp(o)

  function ofText(text: string): FoundType {
    const t = o.trims ? trimmed(text) : text
    if (t === '' || t === o.nullValue) return voidType
    if (!o.inferSchema) return stringType
    const n = whole(t)
    if (n !== null && n >= longMin && n <= longMax) return longType
    if (t.length <= 400 && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(t)) return (o.prefersDecimal ? decimalOf(t) : null) ?? doubleType
    if (/^(?:true|false)$/i.test(t)) return booleanType
    if (o.preferDate && isDate(t) !== undefined) return dateType
    return isTimestamp(t) === undefined ? stringType : timestampType
  }

  // Unlike an element, which may hold anything, an empty attribute is a text.
  function ofAttribute(text: string): FoundType {
    const t = o.trims ? trimmed(text) : text
    return t === '' && t !== o.nullValue ? stringType : ofText(text)
  }

  function field(cursor: XmlCursor): FoundType {
    const { attributeNames } = cursor
    if (attributeNames.length > 0 && !o.excludeAttribute) return element(cursor)
    let step = cursor.peek()
    if (step === 'text' && cursor.unknown) throw new XmlMalformed('an entity that is not known', 0)
    if (step === 'text' && trimmed(cursor.text) === '') {
      const { text } = cursor
      cursor.next()
      step = cursor.peek()
      if (step === 'end') { cursor.next(); return ofText(text) }
    }
    if (step === 'end') { cursor.next(); return voidType }
    if (step === 'start') return element(cursor, true)
    const { text } = cursor
    cursor.next()
    if (cursor.peek() === 'text' && !cursor.unknown && trimmed(cursor.text) === '') cursor.next()
    if (cursor.peek() !== 'end') return element(cursor, true, text)
    cursor.next()
    return ofText(text)
  }

  function element(cursor: XmlCursor, bare = false, before: string | null = null): FoundStruct {
    if (cursor.depth > maxDepth) throw new XmlMalformed(`more than ${maxDepth} elements within each other where a schema is looked for`, 0)
    const outside = cursor.depth - 1, found = foundStruct(), repeats = new Set<string>()
    const add = (name: string, type: FoundType): void => {
      const key = name.toLowerCase(), had = found.fields.get(key)
      if (had === undefined) { found.fields.set(key, { name, type }); return }
      had.type = joinXmlTypes(had.type, type, o.valueTag)
      repeats.add(key)
    }
    if (!bare && !o.excludeAttribute) cursor.attributeNames.forEach((n, i) => add(o.attributePrefix + n, ofAttribute(cursor.attributeValues[i]!)))
    if (before !== null) add(o.valueTag, ofText(before))
    for (;;) {
      switch (cursor.next()) {
        case 'start': { const { name } = cursor; add(name, field(cursor)); break }
        case 'text':
          if (cursor.unknown) throw new XmlMalformed('an entity that is not known', 0)
          if (trimmed(cursor.text) !== '') add(o.valueTag, ofText(cursor.text))
          break
        default:
          if (cursor.depth > outside) break
          for (const key of repeats) { const f = found.fields.get(key)!; f.type = repeated(f.type) }
          return found
      }
    }
  }

  return cursor => element(cursor)
}

function decimalOf(text: string): FoundType | null {
  const d = parseDecimal(text)
  if (d === null || d.scale < 0) return null
  const digits = String(d.unscaled < 0n ? -d.unscaled : d.unscaled).length, precision = Math.max(digits, d.scale)
  return precision <= maxPrecision ? decimalType(precision, d.scale) : null
}
