/** Owns the writing of files: a batch query's directory with its modes, and the streaming sink that writes each batch exactly once. */
import type { Batch } from '../../columns/batch.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { dirName, joinPath, type Files } from '../../storage/files.ts'
import { asNullable, structType, type StructTypeShape } from '../../types/data-type.ts'
import type { BatchContext, SinkContext, StreamSink } from '../connector.ts'
import { durationOption } from '../duration.ts'
import type { OptionsReader } from '../options.ts'
import type { FileFormat, FormatContext } from './file-format.ts'
import { fileUri, isGlob, localPath } from './paths.ts'
import { writeParts, type PartWriting, type WrittenParts } from './part-file.ts'
import { checkPartitionColumns, partitionOf } from '../../formats/partition-names.ts'
import { sinkLog } from './sink-log.ts'
import { withoutEffect } from './file-options.ts'

/** The directory to write to. Throws MICROLOTE_OPTION_MISSING. */
export function destinationOf(format: FileFormat, options: OptionsReader, path: string | null): string {
  const given = path ?? options.text('path')
  if (given === null || given === '') throw analysisError('MICROLOTE_OPTION_MISSING', { format: format.name, option: 'path', advice: 'Give the directory to write to.' })
  return given
}

function writing(format: FileFormat, schema: StructTypeShape, options: OptionsReader, path: string | null, context: FormatContext & Pick<BatchContext, 'files'>, partitionBy: readonly string[], more: readonly string[]): PartWriting {
  const given = destinationOf(format, options, path)
  if (isGlob(given)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the path ${given} to write to has signs of a pattern`, advice: 'Name one directory.' })
  format.check(options, context)
  const partitions = checkPartitionColumns(schema, partitionBy)
  const inFiles = structType(schema.fields.filter((_, i) => !partitions.includes(i)))
  format.checkWritten(inFiles)
  const made = format.writer(asNullable(inFiles) as StructTypeShape, options, context)
  options.refuseUnknown([...withoutEffect, ...more])
  return { files: context.files, dir: localPath(given), extension: made.extension, schema, partitions, timeZone: options.text('timeZone') ?? context.timeZone, open: () => made.open() }
}

/** Writes the rows of a batch query: part files and `_SUCCESS`. Modes: append, overwrite, ignore, error (the default). */
export async function writeFiles(format: FileFormat, batches: AsyncIterable<Batch>, schema: StructTypeShape, mode: string, options: OptionsReader, path: string | null, context: BatchContext, partitionBy: readonly string[]): Promise<void> {
  const dynamic = options.choice('partitionOverwriteMode', ['static', 'dynamic'] as const, context.conf('spark.sql.sources.partitionOverwriteMode')?.toLowerCase() === 'dynamic' ? 'dynamic' : 'static') === 'dynamic'
  const how = mode.toLowerCase(), { files } = context
  // As in Spark this comes before what the format has to say.
  const dir = localPath(destinationOf(format, options, path))
  if (['error', 'errorifexists', 'default'].includes(how) && await files.exists(dir)) throw analysisError('PATH_ALREADY_EXISTS', { outputPath: dir })
  const w = writing(format, schema, options, path, context, partitionBy, [])
  if (!['append', 'overwrite', 'ignore', 'error', 'errorifexists', 'default'].includes(how)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the mode ${mode} does not exist`, advice: 'Use append, overwrite, ignore or error.' })
  if (how === 'ignore' && await files.exists(w.dir)) return
  await files.mkdirs(w.dir)
  const written = await writeParts(w, batches)
  // What was there goes only when what replaces it is complete.
  try {
    if (how === 'overwrite') await clear(files, w.dir, dynamic && partitionBy.length > 0 ? new Set(written.parts.map(p => dirName(p.path))) : null)
    await written.commit()
  } catch (e) { await written.abort(); throw e }
  await files.writeAtomic(joinPath(w.dir, '_SUCCESS'), new Uint8Array(0), { overwrite: true })
}

/** Deletes what a write replaces: everything, or what lies in the directories of the partitions that are written. */
async function clear(files: Files, dir: string, only: ReadonlySet<string> | null): Promise<void> {
  if (only !== null) { for (const d of only) for (const e of await files.list(d)) if (!e.name.endsWith('.tmp')) await files.delete(joinPath(d, e.name), true); return }
  for (const e of await files.list(dir)) {
    if (e.name.endsWith('.tmp')) continue
    // The new files lie in the directories of partitions already, under temporary names.
    if (e.isDirectory && partitionOf(e.name) !== null) await clear(files, joinPath(dir, e.name), null)
    else await files.delete(joinPath(dir, e.name), true)
  }
}

/** The streaming sink: part files of a batch, and their names in `_spark_metadata`. A batch that is named there is not written again. */
export async function fileSink(format: FileFormat, options: OptionsReader, path: string | null, context: SinkContext): Promise<StreamSink> {
  const { files, clock } = context
  const retention = options.text('retention') === null ? null : durationOption(options, 'retention', '0')
  const w = writing(format, context.schema, options, path, context, context.partitionBy ?? [], ['retention'])
  const compactInterval = Number(context.conf('spark.sql.streaming.fileSink.log.compactInterval') ?? '10')
  const log = sinkLog(files, w.dir, { compactInterval, ...(retention === null ? {} : { keep: f => clock.nowMs() - f.modificationTime <= retention }) })
  return {
    description: `FileSink[file:${w.dir}]`, countsRows: false,
    async addBatch(batchId, batches) {
      const last = (await log.ids()).at(-1) ?? -1
      // The rows are still computed: state that the crash has cost must be made again.
      if (batchId <= last) { for await (const b of batches) void b; return }
      await files.mkdirs(w.dir)
      const written: WrittenParts = await writeParts(w, batches)
      try { await written.commit() } catch (e) { await written.abort(); throw e }
      await log.add(batchId, written.parts.map(part => ({ path: fileUri(part.path), size: part.sizeBytes, isDir: false, modificationTime: clock.nowMs(), blockReplication: 1, blockSize: 33_554_432, action: 'add' as const })))
    },
    async close() {},
  }
}
