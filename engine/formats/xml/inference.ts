/** Owns the schema that XML files suggest: that of all their rows. */
import { stringType, type StructTypeShape } from '../../types/data-type.ts'
import { XmlCursor } from './cursor.ts'
import { xmlInference } from './infer.ts'
import { foundStruct, joinXmlStructs, usableXmlType, type FoundStruct } from './join-types.ts'
import type { XmlOptions } from './options.ts'
import { XmlMalformed } from './pull-parser.ts'
import { linesOf, rowsOf } from './records.ts'
import { malformedRecord } from './unfit.ts'

/** Collects a schema: `add` the text of each file, then `result`. In the mode FAILFAST malformed text raises MALFORMED_RECORD_IN_PARSING. */
export class XmlSchemaInference {
  readonly #o: XmlOptions
  readonly #typeOf: (cursor: XmlCursor) => FoundStruct
  readonly #found = foundStruct()

  constructor(o: XmlOptions) { this.#o = o; this.#typeOf = xmlInference(o) }

  add(text: string): void {
    if (this.#o.multiLine) { this.#document(text); return }
    for (const line of linesOf(text)) this.#guarded(line, () => {
      const cursor = new XmlCursor(line, this.#o.ignoreNamespace)
      while (cursor.next() !== 'start') { /* comments and spaces before the root */ }
      this.#join(this.#typeOf(cursor))
    })
  }

  #document(text: string): void {
    this.#guarded(text, () => {
      for (const cursor of rowsOf(text, this.#o)) {
        if (cursor === null) throw new XmlMalformed('the text is malformed', 0)
        const outside = cursor.depth - 1
        this.#join(this.#typeOf(cursor))
        cursor.leave(outside)
      }
    })
  }

  #join(type: FoundStruct): void { joinXmlStructs(this.#found, type, this.#o.valueTag) }

  #guarded(text: string, body: () => void): void {
    try { body() } catch (e) {
      if (!(e instanceof XmlMalformed)) throw e
      if (this.#o.mode === 'FAILFAST') throw malformedRecord(text)
      if (this.#o.mode === 'PERMISSIVE') this.#join(foundStruct([this.#o.corruptColumn, stringType]))
    }
  }

  /** The schema so far: fields in the order of their names. */
  result(): StructTypeShape { return usableXmlType(this.#found) as StructTypeShape }
}
