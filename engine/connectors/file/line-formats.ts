/** Owns the formats whose files are lines, JSON, CSV and text: how their bytes become batches and how rows become lines. */
import { Batch } from '../../columns/batch.ts'
import { BytesVector } from '../../columns/bytes-vector.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { JsonSchemaInference } from '../../formats/json-infer.ts'
import { createJsonWriter } from '../../formats/json-write.ts'
import { jsonOptions, type JsonOptions } from '../../formats/json/options.ts'
import { splitLines } from '../../formats/json/lines.ts'
import { createJsonParser, type JsonParser } from '../../formats/json/parser.ts'
import { singleVariantSchema, variantRecords } from '../../formats/json/variant-records.ts'
import { CsvSchemaInference } from '../../formats/csv/infer.ts'
import { csvOptionNames, csvOptions, type CsvOptions } from '../../formats/csv/options.ts'
import { csvReader } from '../../formats/csv/reader.ts'
import { checkCsvSchema, csvWriter } from '../../formats/csv/writer.ts'
import { read } from '../../storage/steps.ts'
import { stringType, type StructTypeShape } from '../../types/data-type.ts'
import type { OptionsReader } from '../options.ts'
import { readInBlocks, type TakeLines } from './blocks.ts'
import { compressorOf, decompress, isCompressed, readDecompressed } from './compression.ts'
import type { FileFormat, FormatContext } from './file-format.ts'

interface LineFormat {
  readonly name: string
  readonly extension: string
  /** Reads, checks and marks as known the options of the format. */
  check(options: OptionsReader, context: FormatContext): void
  checkWritten(schema: StructTypeShape): void
  /** A function from a file's bytes to its rows, for one task. Columns that are not wanted may be anything. */
  reader(schema: StructTypeShape, options: OptionsReader, columns: readonly number[], context: FormatContext): (bytes: Uint8Array, path: string) => Iterable<Batch>
  /** The same block by block where rows never span what a line is: see `readInBlocks`. null where these options want the whole file. */
  blockReader?(schema: StructTypeShape, options: OptionsReader, columns: readonly number[], context: FormatContext): TakeLines | null
  /** Collects a schema from files; null where the format has its own. */
  inference: ((options: OptionsReader, context: FormatContext) => { add(bytes: Uint8Array): void; result(): StructTypeShape }) | null
  /** A function from a row's values to its line. */
  writer(schema: StructTypeShape, options: OptionsReader, context: FormatContext): { readonly header: string | null; readonly line: (values: readonly unknown[]) => string }
}

const pieceChars = 1 << 20
const encoder = new TextEncoder()

/** A format of lines as a format of files: compression by the file's name, text collected into pieces. */
function fileFormat(f: LineFormat): FileFormat {
  return {
    name: f.name, fixedSchema: f.inference === null,
    check: (options, context) => { f.check(options, context); compressorOf(options) },
    checkWritten: schema => f.checkWritten(schema),
    reader(schema, options, columns, _predicates, context) {
      const read = f.reader(schema, options, columns, context), take = f.blockReader?.(schema, options, columns, context) ?? null
      return async function* (files, file) {
        if (take !== null && !isCompressed(file.path)) yield* readInBlocks(files, file.path, take)
        else yield* read(await readDecompressed(files, file.path), file.path)
      }
    },
    infer: f.inference === null ? null : function* (files, options, context) {
      const inference = f.inference!(options, context)
      for (const file of files) inference.add(decompress(file.path, yield* read(file.path)))
      return inference.result()
    },
    writer(schema, options, context) {
      const { header, line } = f.writer(schema, options, context), separator = options.text('lineSep') ?? '\n', compressor = compressorOf(options)
      return {
        extension: `${f.extension}${compressor.extension}`,
        open() {
          let text = header === null ? '' : header + separator
          const take = (): Uint8Array[] => { if (text === '') return []; const bytes = compressor.pack(encoder.encode(text)); text = ''; return [bytes] }
          return {
            add(batch) {
              const pieces: Uint8Array[] = []
              for (let i = 0; i < batch.length; i++) {
                text += line(batch.columns.map(c => c.get(i))) + separator
                if (text.length >= pieceChars) pieces.push(...take())
              }
              return pieces
            },
            finish: take,
          }
        },
      }
    },
  }
}

const rowsPerBatch = 8192

const jsonOptionNames = [
  'mode', 'columnNameOfCorruptRecord', 'timestampFormat', 'timestampNTZFormat', 'timeFormat', 'dateFormat', 'timeZone', 'allowComments', 'allowUnquotedFieldNames', 'allowSingleQuotes', 'allowNumericLeadingZeros', 'allowNumericLeadingZero',
  'allowNonNumericNumbers', 'allowBackslashEscapingAnyCharacter', 'allowUnquotedControlChars', 'primitivesAsString', 'prefersDecimal', 'dropFieldIfAllNull', 'inferTimestamp', 'samplingRatio', 'multiLine', 'lineSep', 'ignoreNullFields',
  'enableDateTimeParsingFallback', 'encoding', 'charset', 'useUnsafeRow', 'writeNonAsciiCharacterAsCodePoint', 'pretty', 'singleVariantColumn', 'unescapedQuoteHandling',
]

function json(options: OptionsReader, context: FormatContext): JsonOptions {
  const given = Object.fromEntries(jsonOptionNames.flatMap(n => { const v = options.text(n); return v === null ? [] : [[n, v] as const] }))
  checkLines(options)
  const corrupt = context.conf('spark.sql.columnNameOfCorruptRecord')
  return jsonOptions(given, { timeZone: context.timeZone, variantKeepsLast: context.conf('spark.sql.variant.allowDuplicateKeys') === 'true', ...(corrupt === null ? {} : { columnNameOfCorruptRecord: corrupt }) })
}

// How lines are told apart and what their bytes are.
function checkLines(options: OptionsReader): void {
  if (options.text('lineSep') === '') throw options.invalid('lineSep', 'it is empty; leave it out for lines that end with \\n, \\r\\n or \\r')
  for (const name of ['encoding', 'charset']) {
    const value = options.text(name)
    if (value !== null && !/^utf-?8$/i.test(value)) throw options.invalid(name, 'files are read and written in UTF-8')
  }
}

function jsonParser(schema: StructTypeShape, options: OptionsReader, columns: readonly number[], context: FormatContext): JsonParser {
  const wanted = new Set(columns), required = schema.fields.map((_, i) => wanted.has(i))
  return createJsonParser(schema, { ...json(options, context), forRecords: 'file', ...(required.every(Boolean) ? {} : { required }) })
}

// Each line a VARIANT, or the whole file with multiLine.
function variantLines(schema: StructTypeShape, o: JsonOptions): (bytes: Uint8Array) => Iterable<Batch> {
  const rows = variantRecords(schema, o)
  return function* (bytes) {
    if (o.multiLine) { yield rows(bytes, Int32Array.of(0), Int32Array.of(bytes.length), 1); return }
    for (let at = 0; at < bytes.length;) {
      const { starts, ends, count, consumed } = splitLines(bytes, at, bytes.length, rowsPerBatch, true, o.lineSep)
      if (count > 0) yield rows(bytes, starts, ends, count)
      if (consumed <= at) return
      at = consumed
    }
  }
}

export const jsonFormat = fileFormat({
  name: 'json', extension: 'json',
  check(options, context) { json(options, context) },
  checkWritten() {},
  reader(schema, options, columns, context) {
    const o = json(options, context), { multiLine } = o
    if (o.singleVariantColumn !== undefined) return variantLines(schema, o)
    const parser = jsonParser(schema, options, columns, context)
    return function* (bytes) {
      if (multiLine) {
        const rows = parser.parse(bytes, Int32Array.of(0), Int32Array.of(bytes.length), null, 1)
        if (rows.length > 0) yield new Batch((rows as typeof rows & { children: Batch['columns'] }).children, rows.length)
        return
      }
      for (let at = 0; at < bytes.length;) {
        const { rows, consumed } = parser.parseLines(bytes, at, bytes.length, rowsPerBatch, true)
        if (rows.length > 0) yield new Batch(rows.children, rows.length)
        if (consumed <= at) return
        at = consumed
      }
    }
  },
  blockReader(schema, options, columns, context) {
    const o = json(options, context)
    if (o.multiLine || o.singleVariantColumn !== undefined) return null
    const parser = jsonParser(schema, options, columns, context)
    return (bytes, from, atEnd) => {
      const { rows, consumed } = parser.parseLines(bytes, from, bytes.length, rowsPerBatch, atEnd)
      return { batch: rows.length > 0 ? new Batch(rows.children, rows.length) : null, consumed }
    }
  },
  inference(options, context) {
    const o = json(options, context)
    if (o.singleVariantColumn !== undefined) return { add() {}, result: () => singleVariantSchema(o.singleVariantColumn!) }
    const inference = new JsonSchemaInference(o)
    return {
      add(bytes) {
        if (o.multiLine) { inference.add(bytes, 0, bytes.length); return }
        for (const { starts, ends, n } of linesOf(bytes, o.lineSep ?? null)) for (let i = 0; i < n; i++) inference.add(bytes, starts[i]!, ends[i]!)
      },
      result: () => inference.result(),
    }
  },
  writer(schema, options, context) {
    const o = json(options, context)
    return { header: null, line: createJsonWriter(schema, {
      timeZone: o.timeZone, ignoreNullFields: o.ignoreNullFields,
      ...(o.timestampFormat === undefined ? {} : { timestampFormat: o.timestampFormat }), ...(o.timestampNTZFormat === undefined ? {} : { timestampNTZFormat: o.timestampNTZFormat }), ...(o.timeFormat === undefined ? {} : { timeFormat: o.timeFormat }), ...(o.dateFormat === undefined ? {} : { dateFormat: o.dateFormat }),
    }) as (values: readonly unknown[]) => string }
  },
})

const decoder = new TextDecoder()

function csv(options: OptionsReader, context: FormatContext): CsvOptions {
  for (const n of csvOptionNames) options.text(n)
  checkLines(options)
  return csvOptions(n => options.text(n), (n, otherwise) => options.boolean(n, otherwise), { timeZone: context.timeZone, corruptColumn: context.conf('spark.sql.columnNameOfCorruptRecord'), inferTime: context.conf('spark.sql.timeType.enabled') === 'true' })
}

export const csvFormat = fileFormat({
  name: 'csv', extension: 'csv',
  check(options, context) {
    const o = csv(options, context)
    if (o.sep === '') throw options.invalid('sep', 'it is empty')
    for (const name of ['quote', 'escape', 'comment']) if ((options.text(name)?.length ?? 0) > 1) throw options.invalid(name, 'write one character')
  },
  checkWritten: checkCsvSchema,
  reader(schema, options, columns, context) {
    const read = csvReader(schema, csv(options, context), columns, rowsPerBatch)
    return (bytes, path) => read(decoder.decode(bytes), path)
  },
  inference(options, context) {
    const inference = new CsvSchemaInference(csv(options, context))
    return { add: bytes => inference.add(decoder.decode(bytes)), result: () => inference.result() }
  },
  writer: (schema, options, context) => csvWriter(schema, csv(options, context)),
})

/** Throws UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE for a VARIANT in the column of a text file. */
export function refuseVariantText({ fields }: StructTypeShape): void {
  const found = fields.find(f => f.dataType.kind === 'variant')
  if (found !== undefined) throw analysisError('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'Text', columnName: found.name, columnType: 'VARIANT' })
}

export const textFormat = fileFormat({
  name: 'text', extension: 'txt',
  check(options) {
    options.boolean('wholetext', false)
    checkLines(options)
  },
  checkWritten(schema) {
    refuseVariantText(schema)
    if (schema.fields.length === 1 && schema.fields[0]!.dataType.kind === 'string') return
    throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the format text writes one column of strings, but there are ${schema.fields.map(f => `${f.name} ${f.dataType.kind}`).join(', ')}`, advice: 'Select one, for instance with to_json(struct("*")).' })
  },
  reader(schema, options) {
    const whole = options.boolean('wholetext', false), separator = options.text('lineSep')
    const batch = (bytes: Uint8Array, starts: Int32Array, ends: Int32Array, n: number): Batch => {
      const values = new BytesVector(stringType, bytes, starts, ends, null, n)
      return new Batch(schema.fields.map((f, i) => (i === 0 ? values : new ConstantVector(f.dataType, null, n))), n)
    }
    return function* (bytes) {
      if (whole) { yield batch(bytes, Int32Array.of(0), Int32Array.of(bytes.length), 1); return }
      for (const { starts, ends, n } of linesOf(bytes, separator)) yield batch(bytes, starts, ends, n)
    }
  },
  inference: null,
  writer: () => ({ header: null, line: values => String(values[0] ?? '') }),
})

/** The lines of a file by thousands, the empty ones too: ended by `\n`, `\r\n` or `\r`, or by a separator of one's own. */
function* linesOf(bytes: Uint8Array, separator: string | null): Generator<{ readonly starts: Int32Array; readonly ends: Int32Array; readonly n: number }> {
  // A Buffer finds a byte several times as fast as a loop does.
  const own = separator === null ? null : encoder.encode(separator), seen = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), size = bytes.length
  const find = (b: Uint8Array | number, from: number): number => { const at = seen.indexOf(b, from); return at < 0 ? size : at }
  let at = own === null && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  // Each is looked for once only, or a file that has none of one would be read again for each line.
  let feed = own === null ? find(10, at) : size, back = own === null ? find(13, at) : size
  while (at < size) {
    const starts = new Int32Array(rowsPerBatch), ends = new Int32Array(rowsPerBatch)
    let n = 0
    for (; n < rowsPerBatch && at < size; n++) {
      const end = own === null ? Math.min(feed, back) : find(own, at)
      starts[n] = at
      ends[n] = end
      at = end + (own !== null ? own.length : end === back && bytes[end + 1] === 10 ? 2 : 1)
      if (own === null && at > feed) feed = find(10, at)
      if (own === null && at > back) back = find(13, at)
    }
    yield { starts: starts.subarray(0, n), ends: ends.subarray(0, n), n }
  }
}
