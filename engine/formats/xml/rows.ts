/** Owns the way from an XML element to the values of a schema: attributes, elements, texts between them, maps, elements no column is for. */
import { executionError } from '../../errors/spark-error.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import { type DataType, type StructTypeShape } from '../../types/data-type.ts'
import { trimmed } from './characters.ts'
import type { XmlCursor } from './cursor.ts'
import type { XmlOptions } from './options.ts'
import { unfit } from './unfit.ts'
import { xmlScalar } from './scalars.ts'
import { xmlVariants } from './variants.ts'

type Read = (cursor: XmlCursor) => unknown
interface Column { readonly at: number; readonly repeats: boolean; readonly element: Read; readonly text: (text: string) => unknown }
interface StructReader { fill(cursor: XmlCursor, row: unknown[]): void }

/**
 * A function that fills a row from the element whose start tag was taken last, up to its end. `wanted` are the columns to fill.
 * Throws XmlMalformed, and `unfit`, with what does fit in the row; the cursor may then stand before the end.
 */
export function xmlRowReader(schema: StructTypeShape, o: XmlOptions, wanted: (name: string) => boolean = () => true): (cursor: XmlCursor, row: unknown[]) => void {
  const reader = structReader(schema, o, wanted)
  return (cursor, row) => reader.fill(cursor, row)
}

function structReader(schema: StructTypeShape, o: XmlOptions, wanted: (name: string) => boolean = () => true): StructReader {
  const columns = new Map<string, Column>()
  schema.fields.forEach((f, at) => {
    if (!wanted(f.name)) return
    const repeats = f.dataType.kind === 'array', type = f.dataType.kind === 'array' ? f.dataType.elementType : f.dataType
    // Of names that differ in case only the last one counts.
    columns.set(f.name.toLowerCase(), { at, repeats, element: fieldReader(type, o), text: textReader(type, o) })
  })
  const wildcard = schema.fields.find(f => f.name.toLowerCase() === o.wildcard.toLowerCase())
  const columnOfRest = wildcard !== undefined && (wildcard.dataType.kind === 'string' || (wildcard.dataType.kind === 'array' && wildcard.dataType.elementType.kind === 'string')) ? columns.get(o.wildcard.toLowerCase()) ?? null : null
  // A column for the rest that can hold no text fits nothing.
  const rest = wildcard !== undefined && columnOfRest === null && wanted(wildcard.name) ? { at: 0, repeats: false, element: () => { throw unfit }, text: () => { throw unfit } } : columnOfRest
  const put = (row: unknown[], c: Column, value: unknown): void => {
    if (!c.repeats) row[c.at] = value
    else if (row[c.at] === null) row[c.at] = [value]
    else (row[c.at] as unknown[]).push(value)
  }
  const values = columns.get(o.valueTag.toLowerCase()) ?? null
  return {
    fill(cursor, row) {
      let bad = false
      if (!o.excludeAttribute) cursor.attributeNames.forEach((n, i) => {
        const c = columns.get((o.attributePrefix + n).toLowerCase())
        if (c !== undefined && c !== values) put(row, c, c.text(cursor.attributeValues[i]!))
      })
      for (;;) {
        switch (cursor.next()) {
          case 'start': {
            const c: Column | null = columns.get(cursor.name.toLowerCase()) ?? rest
            if (c === null) { cursor.leave(cursor.depth - 1); break }
            // Behind a value that does not fit Spark goes on where it stands, which may be within the element, and takes the next end tag for its own.
            try { put(row, c, c.element(cursor)) } catch (e) { if (e !== unfit) throw e; bad = true }
            break
          }
          case 'text': {
            const text = known(cursor)
            if (values !== null && !isSpaces(cursor)) put(row, values, values.text(text))
            break
          }
          default:
            if (bad) throw unfit
            return
        }
      }
    },
  }
}

// Every reader begins behind a start tag and ends behind its end tag.
function fieldReader(type: DataType, o: XmlOptions): Read {
  switch (type.kind) {
    case 'struct': {
      const reader = structReader(type, o), { length } = type.fields
      return cursor => { const row = new Array<unknown>(length).fill(null); reader.fill(cursor, row); return row }
    }
    case 'map': return mapReader(type.valueType, o)
    case 'variant': return xmlVariants(o).element
    case 'array': return nestedArrays(fieldReader(type.elementType, o))
    case 'string': { const read = textReader(type, o); return cursor => (cursor.peek() === 'end' ? (cursor.next(), o.nullValue === '' ? null : '') : read(markup(cursor))) }
    default: return plainReader(textReader(type, o))
  }
}

function textReader(type: DataType, o: XmlOptions): (text: string) => unknown {
  if (type.kind === 'variant') return xmlVariants(o).text
  const read = xmlScalar(type, o)
  return text => { const v = read(text); if (v === undefined) throw unfit; return v }
}

function plainReader(read: (text: string) => unknown): Read {
  return cursor => {
    if (cursor.peek() === 'text' && isSpaces(cursor)) cursor.next()
    const step = cursor.peek()
    if (step === 'end') { cursor.next(); return null }
    if (step !== 'text') throw unfit
    // A text that does not fit is not taken: the row may have a column for it.
    const value = read(known(cursor))
    cursor.next()
    // A text with more behind it than an end is no plain value.
    for (;;) {
      const behind = cursor.next()
      if (behind === 'end') return value
      if (behind !== 'text' || !isSpaces(cursor)) throw unfit
    }
  }
}

// Spark has no form for elements that hold arrays of arrays: texts in them end its query.
function nestedArrays(element: Read): Read {
  return cursor => {
    if (cursor.peek() === 'end') { cursor.next(); return null }
    if (cursor.peek() === 'text' && !isSpaces(cursor)) throw executionError('MICROLOTE_NOT_SUPPORTED', { feature: 'An array within an array or a map of XML', advice: 'Give the element a STRUCT whose field is the array.' })
    return element(cursor)
  }
}

function mapReader(valueType: DataType, o: XmlOptions): Read {
  const element = fieldReader(valueType, o), ofText = textReader(valueType, o)
  return cursor => {
    const outside = cursor.depth - 1, keys = new Map<string, unknown>(), { attributeNames, attributeValues } = cursor
    let first = cursor.peek()
    if (first === 'text' && isSpaces(cursor)) { cursor.next(); first = cursor.peek() }
    if (first === 'end') { cursor.next(); return null }
    if (first !== 'start') throw unfit
    if (!o.excludeAttribute) attributeNames.forEach((n, i) => keys.set(o.attributePrefix + n, ofText(attributeValues[i]!)))
    for (;;) {
      switch (cursor.next()) {
        // An empty struct is none here.
        case 'start': { const { name } = cursor; keys.set(name, valueType.kind === 'struct' && cursor.peek() === 'end' ? (cursor.next(), null) : element(cursor)); break }
        case 'text': if (!isSpaces(cursor)) keys.set(o.valueTag, ofText(known(cursor))); break
        default: if (cursor.depth <= outside) return { keys: [...keys.keys()], values: [...keys.values()] } satisfies MapValue
      }
    }
  }
}

const isSpaces = (cursor: XmlCursor): boolean => trimmed(cursor.text) === '' && !cursor.unknown
function known(cursor: XmlCursor): string { if (cursor.unknown) throw unfit; return cursor.text }

/** What stands in an element, its tags as text. */
function markup(cursor: XmlCursor): string {
  const outside = cursor.depth - 1, parts: string[] = []
  for (;;) {
    switch (cursor.next()) {
      case 'start': parts.push(`<${cursor.name}${cursor.attributeNames.map((n, i) => ` ${n}="${cursor.attributeValues[i]!}"`).join('')}>`); break
      case 'text': parts.push(known(cursor)); break
      default:
        if (cursor.depth <= outside) return parts.join('')
        parts.push(`</${cursor.name}>`)
    }
  }
}

