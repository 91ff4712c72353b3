/** The file connectors: Parquet, JSON lines, CSV, text and XML, each as a stream and as a batch, read and written; other formats are refused by name. */
import { analysisError } from '../../errors/spark-error.ts'
import { runSteps, runStepsNow, runStepsSoon, type Steps } from '../../storage/steps.ts'
import { asNullable, stringType, structField, structType, type DataType, type StructFieldType, type StructTypeShape } from '../../types/data-type.ts'
import { refuseRepeated } from '../../types/repeated-names.ts'
import type { BatchContext, Connector } from '../connector.ts'
import type { OptionsReader } from '../options.ts'
import type { FileFormat, FormatContext } from './file-format.ts'
import { fileStreamOptions, listingOptions, withoutEffect } from './file-options.ts'
import { csvFormat, jsonFormat, refuseVariantText, textFormat } from './line-formats.ts'
import { parquetFormat } from './parquet-format.ts'
import { xmlFormat } from './xml-format.ts'
import { discoverPartitions } from '../../formats/partition-names.ts'
import { fileSteps, isGlob, localPath, rootSteps, type FoundFile } from './paths.ts'
import { fileReader, tolerances } from './read-file.ts'
import { destinationOf, fileSink, writeFiles } from './sink.ts'
import { finishedSteps } from './sink-log.ts'
import { FileStreamSource } from './source.ts'

const textSchema = structType([structField('value', stringType)])
// What the plan is checked with before a session's time zone and confs are known.
const neutral: FormatContext = { timeZone: 'UTC', conf: () => null }

function checkOptions(format: FileFormat, options: OptionsReader, streaming: boolean): void {
  format.check(options, neutral)
  listingOptions(options, 'UTC', streaming)
  tolerances(options, () => null)
  options.text('basePath')
  if (streaming) fileStreamOptions(options)
  options.refuseUnknown([...withoutEffect, 'compression'])
}

function checkTextSchema(given: StructTypeShape | null, partitions: readonly string[]): StructTypeShape {
  if (given === null) return textSchema
  refuseVariantText(given)
  const own = given.fields.filter(f => !partitions.includes(f.name.toLowerCase()))
  if (own.length === 1 && own[0]!.dataType.kind === 'string') return asNullable(given) as StructTypeShape
  throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'the format text has one column of strings', advice: 'Leave out the schema, or give one such as "value STRING".' })
}

/** All data files that the paths stand for, sorted by path within each. */
function* filesOf(options: OptionsReader, paths: readonly string[], zone: string, streaming = false): Steps<FoundFile[]> {
  const listing = listingOptions(options, zone, streaming), found: FoundFile[] = [], base = options.text('basePath')
  for (const path of pathsOf(options, paths)) for (const root of yield* rootSteps(path)) {
    const below = (yield* finishedSteps(root)) ?? (yield* fileSteps(root, listing, base === null ? root : localPath(base)))
    found.push(...below.sort((a, b) => (a.path < b.path ? -1 : 1)))
  }
  return found
}

const pathsOf = (options: OptionsReader, paths: readonly string[]): readonly string[] => {
  const option = options.text('path')
  return paths.length > 0 || option === null ? paths : [option]
}

/** The whole schema: the file's columns, then those that directories name. */
function* schemaSteps(format: FileFormat, given: StructTypeShape | null, options: OptionsReader, paths: readonly string[], context: BatchContext, streaming: boolean): Steps<StructTypeShape> {
  if (given !== null && streaming && paths.some(isGlob)) return withPartitions(format, given, [], given)
  const found = yield* filesOf(options, paths, context.timeZone, streaming)
  const partitions = options.boolean('recursiveFileLookup', false) ? [] : discoverPartitions(found, context.conf('spark.sql.sources.partitionColumnTypeInference.enabled') !== 'false', context.conf('spark.sql.timeType.enabled') === 'true')
  if (given !== null || format.fixedSchema) return withPartitions(format, given, partitions, given)
  if (found.length === 0) throw analysisError('UNABLE_TO_INFER_SCHEMA', { format: format.name })
  const inferred = asNullable(yield* format.infer!(found, options, context)) as StructTypeShape
  checkNames(inferred)
  return withPartitions(format, inferred, partitions, null)
}

// A schema, given or inferred, with a column twice in whatever case, or a struct within it with a field twice.
function checkNames(type: DataType | null): void {
  if (type?.kind === 'array') checkNames(type.elementType)
  if (type?.kind === 'map') { checkNames(type.keyType); checkNames(type.valueType) }
  if (type?.kind !== 'struct') return
  refuseRepeated(type.fields.map(f => f.name))
  for (const { dataType } of type.fields) checkNames(dataType)
}

function withPartitions(format: FileFormat, own: StructTypeShape | null, partitions: readonly StructFieldType[], given: StructTypeShape | null): StructTypeShape {
  const same = (a: StructFieldType, b: StructFieldType): boolean => a.name.toLowerCase() === b.name.toLowerCase()
  const data = format.fixedSchema ? checkTextSchema(own, partitions.map(p => p.name.toLowerCase())) : asNullable(own!) as StructTypeShape
  // The user's type for a column of directories counts, its place is behind the others.
  const typed = partitions.map(p => given?.fields.find(f => same(f, p)) ?? p)
  return structType([...data.fields.filter(f => !partitions.some(p => same(f, p))), ...typed])
}

function connector(format: FileFormat): Connector {
  const missing = (advice: string): Error => analysisError('MICROLOTE_OPTION_MISSING', { format: format.name, option: 'path', advice })
  return {
    name: format.name,
    streamSource: {
      schema(given, options, path, _handle, context) {
        if (path === null || path === '') throw missing('Give the directory to load().')
        checkOptions(format, options, true)
        checkNames(given)
        const infers = context !== undefined && (context.conf('spark.sql.streaming.schemaInference') === 'true' || options.boolean('schemaInference', false))
        if (!format.fixedSchema && given === null && !infers) throw analysisError('MICROLOTE_SCHEMA_REQUIRED', { format: format.name })
        const now = context?.files.now?.(path) ?? null
        // A directory that is not there yet, or cannot be looked at now, names no columns.
        if (context === undefined || now === null || (given !== null && now.stat(localPath(path)) === null)) return withPartitions(format, given, [], given)
        return runStepsSoon(context.files, path, schemaSteps(format, given, options, [path], context, true)) as StructTypeShape
      },
      open: (schema, options, path, _handle, context) => FileStreamSource.open(format, schema, options, path!, context),
    },
    streamSink: { modes: ['append'], temporaryCheckpoint: false, options: ['path', 'retention', 'compression'], partitions: true, destination: (options, path) => { destinationOf(format, options, path) }, open: (options, path, context) => fileSink(format, options, path, context) },
    batchSource: {
      schema(given, options, paths, context) {
        const all = pathsOf(options, paths)
        if (all.length === 0) throw missing('Give a path to load().')
        checkOptions(format, options, false)
        checkNames(given)
        return runStepsSoon(context.files, all[0]!, schemaSteps(format, given, options, paths, context, false))
      },
      // As in Spark, a DataFrame reads the files that were there when it was made: those added later it does not see, those gone it misses.
      hold(options, paths, context) {
        const now = context.files.now?.(pathsOf(options, paths)[0]!) ?? null
        return now === null ? null : runStepsNow(now, filesOf(options, paths, context.timeZone))
      },
      async *read(schema, options, paths, columns, context, predicates = [], held = null) {
        const read = fileReader({ format, schema, options, columns, predicates, context, warn: m => console.warn(`[${format.name}] ${m}`) })
        for (const f of (held as FoundFile[] | null) ?? await runSteps(context.files, filesOf(options, paths, context.timeZone))) yield* read(f)
      },
    },
    batchSink: { partitions: true, write: (batches, schema, mode, options, path, context, partitionBy = []) => writeFiles(format, batches, schema, mode, options, path, context, partitionBy) },
  }
}

function unsupported(name: string): Connector {
  const refuse = (): never => { throw analysisError('MICROLOTE_FILE_FORMAT_NOT_SUPPORTED', { format: name, known: 'csv, delta, json, parquet, text, xml' }) }
  return { name, streamSource: { schema: refuse, open: refuse }, batchSource: { schema: refuse, read: refuse }, streamSink: { modes: ['append'], temporaryCheckpoint: false, options: [], open: async () => refuse() }, batchSink: { write: async () => refuse() } }
}

export const fileConnectors: readonly Connector[] = [...[parquetFormat, jsonFormat, csvFormat, textFormat, xmlFormat].map(connector), ...['orc', 'avro'].map(unsupported)]
