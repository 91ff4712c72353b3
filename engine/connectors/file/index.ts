/** The file connectors: JSON lines and text, each as a stream and as a batch, read and written; other formats are refused by name. */
import { analysisError } from '../../errors/spark-error.ts'
import { asNullable, stringType, structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import type { BatchContext, Connector } from '../connector.ts'
import type { OptionsReader } from '../options.ts'
import { readDecompressed } from './compression.ts'
import { fileStreamOptions, listingOptions, withoutEffect } from './file-options.ts'
import { jsonFormat, textFormat, type FormatContext, type LineFormat } from './line-formats.ts'
import { filesBelow, rootsOf, type FoundFile } from './paths.ts'
import { readFileRows, tolerances } from './read-file.ts'
import { fileSink, writeFiles } from './sink.ts'
import { finishedFiles } from './sink-log.ts'
import { FileStreamSource } from './source.ts'

const textSchema = structType([structField('value', stringType)])
// What the plan is checked with before a session's time zone and confs are known.
const neutral: FormatContext = { timeZone: 'UTC', conf: () => null }

function checkOptions(format: LineFormat, options: OptionsReader, streaming: boolean): void {
  format.check(options, neutral)
  listingOptions(options, 'UTC', streaming)
  tolerances(options, () => null)
  if (streaming) fileStreamOptions(options)
  options.refuseUnknown([...withoutEffect, 'compression'])
}

function checkTextSchema(given: StructTypeShape | null): StructTypeShape {
  if (given === null) return textSchema
  if (given.fields.length === 1 && given.fields[0]!.dataType.kind === 'string') return asNullable(given) as StructTypeShape
  throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'the format text has one column of strings', advice: 'Leave out the schema, or give one such as "value STRING".' })
}

/** All data files that the paths stand for, sorted by path within each. */
async function filesOf(options: OptionsReader, paths: readonly string[], context: BatchContext): Promise<FoundFile[]> {
  const listing = listingOptions(options, context.timeZone, false), found: FoundFile[] = []
  for (const path of pathsOf(options, paths)) for (const root of await rootsOf(context.files, path)) {
    const below = await finishedFiles(context.files, root) ?? await filesBelow(context.files, root, listing)
    found.push(...below.sort((a, b) => (a.path < b.path ? -1 : 1)))
  }
  return found
}

const pathsOf = (options: OptionsReader, paths: readonly string[]): readonly string[] => {
  const option = options.text('path')
  return paths.length > 0 || option === null ? paths : [option]
}

async function infer(format: LineFormat, options: OptionsReader, paths: readonly string[], context: BatchContext): Promise<StructTypeShape> {
  const inference = format.inference!(options, context)
  const found = await filesOf(options, paths, context)
  if (found.length === 0) throw analysisError('UNABLE_TO_INFER_SCHEMA', { format: format.name })
  for (const f of found) inference.add(await readDecompressed(context.files, f.path))
  return inference.result()
}

function connector(format: LineFormat): Connector {
  const missing = (advice: string): Error => analysisError('MICROLOTE_OPTION_MISSING', { format: format.name, option: 'path', advice })
  return {
    name: format.name,
    streamSource: {
      schema(given, options, path) {
        if (path === null || path === '') throw missing('Give the directory to load().')
        checkOptions(format, options, true)
        if (format.inference === null) return checkTextSchema(given)
        if (given === null) throw analysisError('MICROLOTE_SCHEMA_REQUIRED', { format: format.name })
        return asNullable(given) as StructTypeShape
      },
      open: (schema, options, path, _handle, context) => FileStreamSource.open(format, schema, options, path!, context),
    },
    streamSink: { modes: ['append'], temporaryCheckpoint: false, options: ['path', 'retention', 'compression'], open: (options, path, context) => fileSink(format, options, path, context) },
    batchSource: {
      schema(given, options, paths, context) {
        if (pathsOf(options, paths).length === 0) throw missing('Give a path to load().')
        checkOptions(format, options, false)
        if (format.inference === null) return checkTextSchema(given)
        return given === null ? infer(format, options, paths, context) : asNullable(given) as StructTypeShape
      },
      async *read(schema, options, paths, columns, context) {
        const read = format.reader(schema, options, columns, context), tolerated = tolerances(options, k => context.conf(k))
        for (const f of await filesOf(options, paths, context)) yield* readFileRows(context.files, f.path, read, tolerated, m => console.warn(`[${format.name}] ${m}`))
      },
    },
    batchSink: { write: (batches, schema, mode, options, path, context) => writeFiles(format, batches, schema, mode, options, path, context) },
  }
}

function unsupported(name: string): Connector {
  const refuse = (): never => { throw analysisError('MICROLOTE_FILE_FORMAT_NOT_SUPPORTED', { format: name, known: 'json, text' }) }
  return { name, streamSource: { schema: refuse, open: refuse }, batchSource: { schema: refuse, read: refuse }, streamSink: { modes: ['append'], temporaryCheckpoint: false, options: [], open: async () => refuse() }, batchSink: { write: async () => refuse() } }
}

export const fileConnectors: readonly Connector[] = [connector(jsonFormat), connector(textFormat), ...['csv', 'parquet', 'orc', 'avro', 'xml', 'delta'].map(unsupported)]
