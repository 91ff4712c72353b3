/** Owns the way from the text of an XML file to batches: its rows, or one of each line; those that do not fit by the mode. */
import { Batch } from '../../columns/batch.ts'
import { vectorOf } from '../../columns/builder.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { executionError } from '../../errors/spark-error.ts'
import { stringType, type StructTypeShape } from '../../types/data-type.ts'
import type { XmlOptions } from './options.ts'
import { linesOf, xmlDocumentReader, xmlRecordReader, type XmlRow } from './records.ts'
import { malformedRecord } from './unfit.ts'

/** Batches of a file's text. `columns` are the wanted ones; the column for malformed rows is filled when it is one of them. */
export function xmlReader(schema: StructTypeShape, o: XmlOptions, columns: readonly number[], rowsPerBatch: number): (text: string, path: string) => Generator<Batch> {
  const corrupt = schema.fields.findIndex(f => f.name === o.corruptColumn), keeps = corrupt >= 0 && columns.includes(corrupt)
  const names = new Set(columns.filter(i => i !== corrupt).map(i => schema.fields[i]!.name)), wanted = (name: string): boolean => names.has(name)
  const document = xmlDocumentReader(schema, o, wanted), record = xmlRecordReader(schema, o, wanted)
  function* rows(text: string): Generator<readonly [XmlRow, string]> {
    if (o.multiLine) for (const row of document(text)) yield [row, text]
    else for (const line of linesOf(text)) yield [record(line), line]
  }
  return function* (text, path) {
    let values: unknown[][] = schema.fields.map(() => []), count = 0
    const flush = (): Batch => {
      const batch = new Batch(schema.fields.map((f, i) => (i === corrupt ? texts(values[i] as (string | null)[]) : vectorOf(f.dataType, values[i]!))), count)
      values = schema.fields.map(() => [])
      count = 0
      return batch
    }
    for (const [row, source] of rows(text)) {
      if (row.bad && o.mode === 'FAILFAST') throw executionError('FAILED_READ_FILE.NO_HINT', { path }, malformedRecord(source))
      if (row.bad && o.mode === 'DROPMALFORMED') continue
      for (let k = 0; k < values.length; k++) values[k]!.push(row.values[k])
      if (row.bad && keeps) values[corrupt]![count] = source
      if (++count === rowsPerBatch) yield flush()
    }
    if (count > 0) yield flush()
  }
}

// The text of a malformed row is its whole file, which is kept once for all of them.
function texts(values: readonly (string | null)[]): Vector {
  const places = new Map<string, number>(), nulls = new Uint8Array(values.length), indices = new Int32Array(values.length)
  values.forEach((v, i) => {
    if (v === null) { nulls[i] = 1; return }
    let at = places.get(v)
    if (at === undefined) places.set(v, at = places.size)
    indices[i] = at
  })
  return places.size === 0 ? vectorOf(stringType, values) : new DictionaryVector(vectorOf(stringType, [...places.keys()]), indices, nulls)
}
