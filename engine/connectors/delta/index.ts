/** The Delta connector: tables read as a batch or a stream, at a version or a time, and written by both. */
import { analysisError } from '../../errors/spark-error.ts'
import { filesToRead } from '../../delta/data-files.ts'
import { isDeltaTable, loadSnapshot, versionAt, type Snapshot } from '../../delta/snapshot.ts'
import { newestSnapshot, writeTable, type TableWrite } from '../../delta/write-table.ts'
import { runSteps, runStepsSoon, type Steps } from '../../storage/steps.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import { parseTimestamp } from '../../types/timestamp.ts'
import { timeZone } from '../../types/time-zone.ts'
import type { BatchContext, Connector, SinkContext } from '../connector.ts'
import type { OptionsReader } from '../options.ts'
import { readFile } from './file-metadata.ts'
import { deltaSourceOptions, DeltaSource } from './source.ts'

const given = (options: OptionsReader, path: string | null): string => {
  const found = path ?? options.text('path')
  if (found === null || found === '') throw analysisError('MICROLOTE_OPTION_MISSING', { format: 'delta', option: 'path', advice: 'Give the path of the table.' })
  return tablePath(found)
}
/** A path without the scheme of local files and without a slash at its end. */
const tablePath = (path: string): string => path.replace(/^file:\/{2}(?=\/)|^file:(?=\/)/, '').replace(/(?<=.)\/+$/, '')

/** The wanted version: by number, by time, or the newest. */
function* wantedVersion(path: string, options: OptionsReader, zone: string): Steps<number | null> {
  const version = options.integer('versionAsOf', 0), at = options.text('timestampAsOf')
  if (version !== null && at !== null) throw analysisError('DELTA_UNSUPPORTED_TIME_TRAVEL_MULTIPLE_FORMATS')
  if (at === null) return version
  const micros = parseTimestamp(at, timeZone(zone))
  if (micros === null) throw options.invalid('timestampAsOf', 'write a time such as 2026-01-31 10:00:00')
  return yield* versionAt(path, Number(micros / 1000n), at)
}

function* snapshotSteps(path: string, options: OptionsReader, zone: string): Steps<Snapshot> {
  if (!(yield* isDeltaTable(path))) throw analysisError('DELTA_MISSING_DELTA_TABLE', { tableName: path })
  return yield* loadSnapshot(path, yield* wantedVersion(path, options, zone))
}

function checkGiven(schema: StructTypeShape | null, found: StructTypeShape): StructTypeShape {
  if (schema !== null && JSON.stringify(schema.fields.map(f => [f.name, f.dataType])) !== JSON.stringify(found.fields.map(f => [f.name, f.dataType]))) throw analysisError('MICROLOTE_SCHEMA_FIXED', { format: 'delta' })
  return found
}

const one = (options: OptionsReader, paths: readonly string[]): string => {
  if (paths.length > 1) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'a Delta table has one path', advice: 'Load each table by itself, and union them.' })
  return given(options, paths[0] ?? null)
}

/** A write as options say it. */
export function writeOptions(options: OptionsReader, context: Pick<BatchContext, 'conf' | 'condition'>, schema: StructTypeShape, mode: 'append' | 'overwrite', partitionBy: readonly string[]): TableWrite {
  const replaceWhere = options.text('replaceWhere'), appId = options.text('txnAppId'), version = options.integer('txnVersion', 0), overwriteSchema = options.boolean('overwriteSchema', false)
  const mergeSchema = options.boolean('mergeSchema', context.conf('spark.databricks.delta.schema.autoMerge.enabled') === 'true')
  const dynamic = options.choice('partitionOverwriteMode', ['static', 'dynamic'] as const, context.conf('spark.sql.sources.partitionOverwriteMode')?.toLowerCase() === 'dynamic' ? 'dynamic' : 'static') === 'dynamic'
  for (const name of ['path', 'compression', 'dataChange', 'maxRecordsPerFile', 'optimizeWrite', 'checkpointLocation']) options.text(name)
  const userMetadata = options.text('userMetadata') ?? context.conf('spark.databricks.delta.commitInfo.userMetadata')
  options.refuseUnknown()
  if ((appId === null) !== (version === null)) throw analysisError('MICROLOTE_OPTION_MISSING', { format: 'delta', option: appId === null ? 'txnAppId' : 'txnVersion', advice: 'A write that is to be done once needs both.' })
  if (replaceWhere !== null && context.condition === undefined) throw options.invalid('replaceWhere', 'it is for batches only')
  if (replaceWhere !== null && overwriteSchema) throw options.invalid('overwriteSchema', 'it cannot go with replaceWhere, which keeps the other rows')
  return {
    mode, schema, partitionBy: partitionBy.length === 0 ? null : partitionBy, mergeSchema, overwriteSchema, txn: appId === null || version === null ? null : { appId, version }, dynamicPartitions: dynamic && replaceWhere === null,
    replaceWhere: replaceWhere === null ? null : s => context.condition!(replaceWhere, s), operation: 'WRITE', userMetadata,
  }
}

export const deltaConnector: Connector = {
  name: 'delta',
  batchSource: {
    schema(schema, options, paths, context) {
      const path = one(options, paths)
      for (const name of ['path', 'mergeSchema', 'ignoreDeletes', 'ignoreChanges']) options.text(name)
      options.refuseUnknown(['versionAsOf', 'timestampAsOf'])
      return runStepsSoon(context.files, path, (function* () { return checkGiven(schema, (yield* snapshotSteps(path, options, context.timeZone)).schema) })())
    },
    async *read(schema, options, paths, columns, context, predicates = []) {
      const snapshot = await runSteps(context.files, snapshotSteps(one(options, paths), options, context.timeZone))
      for (const add of filesToRead(snapshot, predicates)) yield* readFile(context.files, snapshot, schema, add, columns, predicates)
    },
  },
  batchSink: {
    partitions: true,
    async write(batches, schema, mode, options, path, context, partitionBy = []) {
      const table = given(options, path), how = mode.toLowerCase()
      if (!['append', 'overwrite', 'ignore', 'error', 'errorifexists', 'default'].includes(how)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the mode ${mode} does not exist`, advice: 'Use append, overwrite, ignore or error.' })
      const w = writeOptions(options, context, schema, how === 'overwrite' ? 'overwrite' : 'append', partitionBy)
      const exists = (await newestSnapshot(context.files, table)) !== null
      if (exists && how === 'ignore') return
      if (exists && how !== 'append' && how !== 'overwrite') throw analysisError('DELTA_PATH_EXISTS', { path: table })
      await writeTable(context.files, table, () => context.clock.nowMs(), batches, w)
    },
  },
  streamSource: {
    schema(schema, options, path, _handle, context) {
      const table = given(options, path)
      deltaSourceOptions(options)
      options.refuseUnknown(['path'])
      if (context === undefined) { if (schema === null) throw analysisError('MICROLOTE_SCHEMA_REQUIRED', { format: 'delta' }); return schema }
      const found = runStepsSoon(context.files, table, (function* (): Steps<StructTypeShape> {
        if (!(yield* isDeltaTable(table))) throw analysisError('DELTA_MISSING_DELTA_TABLE', { tableName: table })
        return (yield* loadSnapshot(table)).schema
      })())
      if (found instanceof Promise) { if (schema === null) throw analysisError('MICROLOTE_SCHEMA_REQUIRED', { format: 'delta' }); return schema }
      return checkGiven(schema, found)
    },
    open: async (schema, options, path, _handle, context) => new DeltaSource(given(options, path), schema, deltaSourceOptions(options), context),
  },
  streamSink: {
    modes: ['append', 'complete'], temporaryCheckpoint: false, partitions: true, options: ['path', 'mergeSchema', 'overwriteSchema', 'userMetadata'],
    async open(options, path, context: SinkContext) {
      const table = given(options, path), w = writeOptions(options, { conf: k => context.conf(k) }, context.schema, context.outputMode === 'complete' ? 'overwrite' : 'append', context.partitionBy ?? [])
      return {
        description: `DeltaSink[${table}]`, countsRows: false,
        async addBatch(batchId, batches) { await writeTable(context.files, table, () => context.clock.nowMs(), batches, { ...w, txn: { appId: context.queryId, version: batchId }, operation: 'STREAMING UPDATE' }) },
        async close() {},
      }
    },
  },
}
