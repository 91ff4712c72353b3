/** Owns the writing of files: a batch query's directory with its modes, and the streaming sink that writes each batch exactly once. */
import type { Batch } from '../../columns/batch.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { joinPath } from '../../storage/files.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { BatchContext, SinkContext, StreamSink } from '../connector.ts'
import { durationOption } from '../duration.ts'
import type { OptionsReader } from '../options.ts'
import { compressorOf, type Compressor } from './compression.ts'
import type { FormatContext, LineFormat } from './line-formats.ts'
import { fileUri, isGlob, localPath } from './paths.ts'
import { writePartFile } from './part-file.ts'
import { sinkLog } from './sink-log.ts'
import { withoutEffect } from './file-options.ts'

interface Writing { readonly dir: string; readonly compressor: Compressor; readonly line: (values: readonly unknown[]) => string; readonly separator: string; readonly extension: string }

function writing(format: LineFormat, schema: StructTypeShape, options: OptionsReader, path: string | null, context: FormatContext, more: readonly string[]): Writing {
  const given = path ?? options.text('path')
  if (given === null || given === '') throw analysisError('MICROLOTE_OPTION_MISSING', { format: format.name, option: 'path', advice: 'Give the directory to write to.' })
  if (isGlob(given)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the path ${given} to write to has signs of a pattern`, advice: 'Name one directory.' })
  format.check(options, context)
  format.checkWritten(schema)
  const found = { dir: localPath(given), compressor: compressorOf(options), line: format.writer(schema, options, context), separator: options.text('lineSep') ?? '\n', extension: format.extension }
  options.refuseUnknown([...withoutEffect, ...more])
  return found
}

const write = (w: Writing, files: BatchContext['files'], batches: AsyncIterable<Batch>): ReturnType<typeof writePartFile> => writePartFile(files, w.dir, w.extension, w.compressor, batches, w.line, w.separator)

/** Writes the rows of a batch query: one part file and `_SUCCESS`. Modes: append, overwrite, ignore, error (the default). */
export async function writeFiles(format: LineFormat, batches: AsyncIterable<Batch>, schema: StructTypeShape, mode: string, options: OptionsReader, path: string | null, context: BatchContext): Promise<void> {
  const w = writing(format, schema, options, path, context, [])
  const how = mode.toLowerCase(), { files } = context
  if (!['append', 'overwrite', 'ignore', 'error', 'errorifexists', 'default'].includes(how)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the mode ${mode} does not exist`, advice: 'Use append, overwrite, ignore or error.' })
  const exists = await files.exists(w.dir)
  if (exists && how === 'ignore') return
  if (exists && how !== 'append' && how !== 'overwrite') throw analysisError('PATH_ALREADY_EXISTS', { outputPath: w.dir })
  await files.mkdirs(w.dir)
  const part = await write(w, files, batches)
  // What was there goes only when what replaces it is complete.
  try {
    if (how === 'overwrite') for (const e of await files.list(w.dir)) if (!e.name.endsWith('.tmp')) await files.delete(joinPath(w.dir, e.name), true)
    await part.commit()
  } catch (e) { await part.abort(); throw e }
  await files.writeAtomic(joinPath(w.dir, '_SUCCESS'), new Uint8Array(0), { overwrite: true })
}

/** The streaming sink: a part file a batch, and its name in `_spark_metadata`. A batch that is named there is not written again. */
export async function fileSink(format: LineFormat, options: OptionsReader, path: string | null, context: SinkContext): Promise<StreamSink> {
  const { files, clock } = context
  const retention = options.text('retention') === null ? null : durationOption(options, 'retention', '0')
  const w = writing(format, context.schema, options, path, context, ['retention'])
  const compactInterval = Number(context.conf('spark.sql.streaming.fileSink.log.compactInterval') ?? '10')
  const log = sinkLog(files, w.dir, { compactInterval, ...(retention === null ? {} : { keep: f => clock.nowMs() - f.modificationTime <= retention }) })
  return {
    description: `FileSink[file:${w.dir}]`, countsRows: false,
    async addBatch(batchId, batches) {
      const last = (await log.ids()).at(-1) ?? -1
      // The rows are still computed: state that the crash has cost must be made again.
      if (batchId <= last) { for await (const b of batches) void b; return }
      await files.mkdirs(w.dir)
      const part = await write(w, files, batches)
      await part.commit()
      await log.add(batchId, [{ path: fileUri(part.path), size: part.sizeBytes, isDir: false, modificationTime: clock.nowMs(), blockReplication: 1, blockSize: 33_554_432, action: 'add' }])
    },
    async close() {},
  }
}
