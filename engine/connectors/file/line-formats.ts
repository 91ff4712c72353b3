/** The formats whose files are lines: JSON and text. */
import { gunzipSync } from './gunzip.ts'
import { Batch } from '../../columns/batch.ts'
import { BytesVector } from '../../columns/bytes-vector.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { createJsonWriter } from '../../formats/json-write.ts'
import { JsonSchemaInference } from '../../formats/json-infer.ts'
import { jsonOptions } from '../../formats/json/options.ts'
import { createJsonParser } from '../../formats/json/parser.ts'
import type { Files } from '../../storage/files.ts'
import { stringType, type StructTypeShape } from '../../types/data-type.ts'
import type { OptionsReader } from '../options.ts'
import { findFiles } from './find-files.ts'

interface ReadContext { readonly files: Files; readonly timeZone: string }
const rowsPerBatch = 8192

export interface LineFormat {
  readonly name: string
  readonly extension: string
  readonly options: readonly string[]
  read(path: string, schema: StructTypeShape, options: OptionsReader, columns: readonly number[], context: ReadContext): AsyncIterable<Batch>
  infer(options: OptionsReader, paths: readonly string[], context: ReadContext): Promise<StructTypeShape>
  /** The function from a row's values to its line. */
  writer(schema: StructTypeShape, options: OptionsReader, context: ReadContext): (values: readonly unknown[]) => string
}

const jsonOptionNames = ['mode', 'columnNameOfCorruptRecord', 'timestampFormat', 'timestampNTZFormat', 'dateFormat', 'timeZone', 'allowComments', 'allowUnquotedFieldNames', 'allowSingleQuotes', 'allowNumericLeadingZeros', 'allowNonNumericNumbers',
  'allowBackslashEscapingAnyCharacter', 'allowUnquotedControlChars', 'primitivesAsString', 'prefersDecimal', 'dropFieldIfAllNull', 'samplingRatio', 'multiLine', 'lineSep', 'ignoreNullFields', 'locale', 'enableDateTimeParsingFallback', 'encoding', 'charset']

function formatOptions(options: OptionsReader, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap(n => { const v = options.text(n); return v === null ? [] : [[n, v]] }))
}

async function bytesOf(files: Files, path: string): Promise<Uint8Array> {
  const bytes = await files.read(path)
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

export const jsonFormat: LineFormat = {
  name: 'json', extension: 'json', options: jsonOptionNames,
  async *read(path, schema, options, columns, context) {
    const required = schema.fields.map((_, i) => columns.includes(i))
    const parser = createJsonParser(schema, { ...jsonOptions(formatOptions(options, jsonOptionNames), { timeZone: context.timeZone }), forRecords: 'file', ...(required.every(Boolean) ? {} : { required }) })
    const bytes = await bytesOf(context.files, path)
    for (let at = 0; at < bytes.length;) {
      const { rows, consumed } = parser.parseLines(bytes, at, bytes.length, rowsPerBatch, true)
      if (rows.length > 0) yield new Batch(rows.children, rows.length)
      if (consumed <= at) break
      at = consumed
    }
  },
  async infer(options, paths, context) {
    const inference = new JsonSchemaInference(jsonOptions(formatOptions(options, jsonOptionNames), { timeZone: context.timeZone }))
    for (const path of paths) for (const file of await findFiles(context.files, path, options)) {
      const bytes = await bytesOf(context.files, file.path)
      for (let at = 0; at < bytes.length;) {
        let end = bytes.indexOf(10, at)
        if (end < 0) end = bytes.length
        inference.add(bytes, at, end)
        at = end + 1
      }
    }
    return inference.result()
  },
  writer(schema, options, context) {
    const o = jsonOptions(formatOptions(options, jsonOptionNames), { timeZone: context.timeZone })
    return createJsonWriter(schema, { timeZone: context.timeZone, ignoreNullFields: o.ignoreNullFields }) as (values: readonly unknown[]) => string
  },
}

export const textFormat: LineFormat = {
  name: 'text', extension: 'txt', options: ['wholetext', 'lineSep'],
  async *read(path, schema, _options, _columns, context) {
    const bytes = await bytesOf(context.files, path)
    const starts: number[] = [], ends: number[] = []
    const flush = (): Batch => {
      const v: Vector = new BytesVector(stringType, bytes, Int32Array.from(starts), Int32Array.from(ends), null, starts.length)
      const batch = new Batch(schema.fields.map((f, i) => (i === 0 ? v : new ConstantVector(f.dataType, null, v.length))), v.length)
      starts.length = 0; ends.length = 0
      return batch
    }
    for (let at = 0; at < bytes.length;) {
      let end = bytes.indexOf(10, at)
      const next = end < 0 ? bytes.length : end + 1
      if (end < 0) end = bytes.length
      if (end > at && bytes[end - 1] === 13) end--
      starts.push(at); ends.push(end)
      at = next
      if (starts.length === rowsPerBatch) yield flush()
    }
    if (starts.length > 0) yield flush()
  },
  async infer() { throw new Error('text has a schema of its own') },
  writer: () => values => String(values[0] ?? ''),
}
