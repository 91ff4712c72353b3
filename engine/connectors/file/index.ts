/** Files: JSON lines and text, as a stream of new files and as a batch; other formats are refused by name. */
import { analysisError } from '../../errors/spark-error.ts'
import { asNullable, stringType, structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import type { Connector } from '../connector.ts'
import type { OptionsReader } from '../options.ts'
import { FileStreamSource, sourceOptions } from './source.ts'
import { jsonFormat, textFormat, type LineFormat } from './line-formats.ts'
import { findFiles } from './find-files.ts'
import { writeFiles } from './write.ts'

const textSchema = structType([structField('value', stringType)])

function checkOptions(format: LineFormat, options: OptionsReader, streaming: boolean): void {
  if (streaming) sourceOptions(options)
  options.refuseUnknown([...format.options, 'path', 'pathGlobFilter', 'recursiveFileLookup', 'modifiedBefore', 'modifiedAfter', 'compression', 'encoding', 'lineSep', 'mergeSchema', 'ignoreMissingFiles', 'ignoreCorruptFiles'])
}

function connector(format: LineFormat): Connector {
  return {
    name: format.name,
    streamSource: {
      schema(given, options, path) {
        if (path === null) throw analysisError('MICROLOTE_OPTION_MISSING', { format: format.name, option: 'path', advice: 'Give the directory to load().' })
        checkOptions(format, options, true)
        if (format.name === 'text') return given ?? textSchema
        if (given === null) throw analysisError('MICROLOTE_SCHEMA_REQUIRED', { format: format.name })
        return asNullable(given) as StructTypeShape
      },
      open: (schema, options, path, _handle, context) => FileStreamSource.open(format, schema, options, path!, context),
    },
    batchSource: {
      schema(given, options, paths, context) {
        if (paths.length === 0) throw analysisError('MICROLOTE_OPTION_MISSING', { format: format.name, option: 'path', advice: 'Give a path to load().' })
        checkOptions(format, options, false)
        if (format.name === 'text') return given ?? textSchema
        if (given !== null) return asNullable(given) as StructTypeShape
        return format.infer(options, paths, context)
      },
      async *read(schema, options, paths, columns, context) {
        for (const path of paths) {
          for (const file of await findFiles(context.files, path, options)) yield* format.read(file.path, schema, options, columns, context)
        }
      },
    },
    batchSink: { write: (batches, schema, mode, options, path, context) => writeFiles(format, batches, schema, mode, options, path, context) },
  }
}

function unsupported(name: string): Connector {
  const refuse = (): never => { throw analysisError('MICROLOTE_FILE_FORMAT_NOT_SUPPORTED', { format: name, known: 'json, text' }) }
  return { name, streamSource: { schema: refuse, open: refuse }, batchSource: { schema: refuse, read: refuse }, streamSink: { modes: ['append'], temporaryCheckpoint: false, options: [], open: refuse }, batchSink: { write: refuse } }
}

export const fileConnectors: readonly Connector[] = [connector(jsonFormat), connector(textFormat), ...['csv', 'parquet', 'orc', 'avro', 'xml', 'delta'].map(unsupported)]
