/** Owns Parquet as a format of files: its options, the schema its footers tell, merged when asked for. */
import { analysisError } from '../../errors/spark-error.ts'
import { codecExtension, codecNames } from '../../formats/parquet/codecs.ts'
import { footerBytes, readFooter, readParquet, tailBytes, type Footer } from '../../formats/parquet/reader.ts'
import { fileElements } from '../../formats/parquet/schema.ts'
import { ParquetWriter } from '../../formats/parquet/writer.ts'
import { readRange, type Steps } from '../../storage/steps.ts'
import { structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import type { OptionsReader } from '../options.ts'
import type { FileFormat } from './file-format.ts'
import { mergeTypes } from './merge-types.ts'

const rowsPerBatch = 8192
const codecOf = (options: OptionsReader, conf: (key: string) => string | null): (typeof codecNames)[number] => {
  const fallback = codecNames.find(c => c === conf('spark.sql.parquet.compression.codec')) ?? 'snappy'
  for (const name of ['compression', 'parquet.compression']) {
    const given = options.text(name)
    if (given !== null && !codecNames.some(c => c === given.toLowerCase())) throw analysisError('CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION', { codecName: given, availableCodecs: codecNames.join(', ') })
  }
  return options.choice('compression', codecNames, options.choice('parquet.compression', codecNames, fallback))
}

/** Reads a footer step by step. */
export function* footerSteps(path: string, sizeBytes: number): Steps<Footer> {
  const tail = yield* readRange(path, Math.max(0, sizeBytes - tailBytes), sizeBytes), length = footerBytes(path, tail, sizeBytes)
  return readFooter(path, length <= tail.length ? tail.subarray(tail.length - length) : yield* readRange(path, sizeBytes - length, sizeBytes))
}

export const parquetFormat: FileFormat = {
  name: 'parquet', fixedSchema: false,
  check(options, context) {
    codecOf(options, context.conf)
    options.boolean('mergeSchema', false)
    options.integer('parquet.block.size', 1)
    options.integer('parquet.page.size', 1)
    options.text('parquet.enable.dictionary')
    for (const name of ['datetimeRebaseMode', 'int96RebaseMode']) options.text(name)
  },
  checkWritten(schema: StructTypeShape) { fileElements(schema) },
  reader(schema, _options, columns, predicates) {
    return async function* (files, file) {
      const sizeBytes = file.sizeBytes
      // A streaming sink that wrote nothing leaves a file of no bytes.
      if (sizeBytes === 0 && (await files.stat(file.path))?.sizeBytes === 0) return
      yield* readParquet({ path: file.path, sizeBytes, read: (start, end) => files.readRange(file.path, start, end) }, schema, columns, predicates, rowsPerBatch)
    }
  },
  *infer(files, options, context) {
    const merge = options.boolean('mergeSchema', context.conf('spark.sql.parquet.mergeSchema') === 'true')
    let found: StructTypeShape | null = null
    for (const f of files) {
      if (f.sizeBytes === 0) continue
      const { schema } = yield* footerSteps(f.path, f.sizeBytes)
      if (!merge) return schema
      try { found = found === null ? schema : mergeTypes(found, schema) as StructTypeShape } catch (e) { throw analysisError('CANNOT_MERGE_SCHEMAS', { left: describe(found!), right: describe(schema) }, e) }
    }
    if (found === null) throw analysisError('UNABLE_TO_INFER_SCHEMA', { format: 'Parquet' })
    return structType(found.fields.map(f => structField(f.name, f.dataType, f.nullable, f.metadata)))
  },
  writer(schema, options, context) {
    const codec = codecOf(options, context.conf), bytesPerGroup = options.integer('parquet.block.size', 1), dictionaries = options.text('parquet.enable.dictionary') !== 'false'
    return { extension: `${codecExtension(codec).slice(1)}${codecExtension(codec) === '' ? '' : '.'}parquet`, open: () => new ParquetWriter(schema, { codec, dictionaries, ...(bytesPerGroup === null ? {} : { bytesPerGroup }) }) }
  },
}

const describe = (s: StructTypeShape): string => s.fields.map(f => `${f.name} ${f.dataType.kind}`).join(', ')
