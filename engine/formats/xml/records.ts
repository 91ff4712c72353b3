/** Owns the rows of XML: of a text that is one record, and of a document whose rows are elements of a name; what is malformed is marked. */
import type { StructTypeShape } from '../../types/data-type.ts'
import { trimmed } from './characters.ts'
import { XmlCursor } from './cursor.ts'
import type { XmlOptions } from './options.ts'
import { XmlMalformed } from './pull-parser.ts'
import { xmlRowReader } from './rows.ts'
import { unfit } from './unfit.ts'
import { xmlVariants } from './variants.ts'

/** The values of a row; `bad` where the text is no XML or a value does not fit: then those read before it are there. */
export interface XmlRow { readonly values: unknown[]; readonly bad: boolean }

// With the option singleVariantColumn the row is its only value.
function rowFiller(schema: StructTypeShape, o: XmlOptions, wanted?: (name: string) => boolean): ReturnType<typeof xmlRowReader> {
  if (o.singleVariant === null) return xmlRowReader(schema, o, wanted)
  const at = schema.fields.findIndex(f => f.dataType.kind === 'variant'), { element } = xmlVariants(o)
  return (cursor, row) => { row[at] = element(cursor) }
}

/** A function that reads a text whose root is the record; what stands behind it is not looked at. */
export function xmlRecordReader(schema: StructTypeShape, o: XmlOptions, wanted?: (name: string) => boolean): (text: string) => XmlRow {
  const fill = rowFiller(schema, o, wanted), { length } = schema.fields
  return text => {
    const values = new Array<unknown>(length).fill(null)
    try {
      const cursor = new XmlCursor(text, o.ignoreNamespace)
      while (cursor.next() !== 'start') { /* comments and spaces before the root */ }
      fill(cursor, values)
      return { values, bad: false }
    } catch (e) {
      if (e === unfit) return { values, bad: true }
      if (e instanceof XmlMalformed) return { values: values.fill(null), bad: true }
      throw e
    }
  }
}

/** A function that reads all rows of a document. Where it is no XML any more a last, bad row ends it. */
export function xmlDocumentReader(schema: StructTypeShape, o: XmlOptions, wanted?: (name: string) => boolean): (text: string) => Generator<XmlRow> {
  const fill = rowFiller(schema, o, wanted), { length } = schema.fields
  return function* (text) {
    for (const cursor of rowsOf(text, o)) {
      const values = new Array<unknown>(length).fill(null)
      if (cursor === null) { yield { values, bad: true }; return }
      let bad = false
      try { fill(cursor, values) } catch (e) {
        if (e instanceof XmlMalformed) { yield { values: values.fill(null), bad: true }; return }
        if (e !== unfit) throw e
        bad = true
      }
      yield { values, bad }
    }
  }
}

/** The cursor on the start tag of each row in turn; the next is looked for where it was left. null last where the text is malformed. A text of spaces has no rows. */
export function* rowsOf(text: string, o: XmlOptions): Generator<XmlCursor | null> {
  if (!/[^\s\ufeff]/.test(text)) return
  try {
    const cursor = new XmlCursor(text, o.ignoreNamespace)
    for (;;) {
      const step = cursor.next()
      if (step === 'done') return
      if (step === 'start' && cursor.name === o.rowTag) yield cursor
    }
  } catch (e) {
    if (!(e instanceof XmlMalformed)) throw e
    yield null
  }
}

/** The lines of a text that are not empty. */
export function* linesOf(text: string): Generator<string> {
  const ends = /\r\n|\r|\n/g
  for (let from = 0; from < text.length;) {
    ends.lastIndex = from
    const end = ends.exec(text), line = text.slice(from, end?.index ?? text.length)
    if (trimmed(line) !== '') yield line
    from = end === null ? text.length : ends.lastIndex
  }
}
