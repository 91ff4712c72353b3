/** Writes the rows of a batch query as files of lines: one part file and `_SUCCESS`. */
import type { Batch } from '../../columns/batch.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { joinPath } from '../../storage/files.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { BatchContext } from '../connector.ts'
import type { OptionsReader } from '../options.ts'
import { localPath } from './find-files.ts'
import type { LineFormat } from './line-formats.ts'

const utf8 = new TextEncoder()

/** Modes: append, overwrite, ignore, error (the default). */
export async function writeFiles(format: LineFormat, batches: AsyncIterable<Batch>, schema: StructTypeShape, mode: string, options: OptionsReader, path: string | null, context: BatchContext): Promise<void> {
  const given = path ?? options.text('path')
  if (given === null) throw analysisError('MICROLOTE_OPTION_MISSING', { format: format.name, option: 'path', advice: 'Give the directory to save().' })
  const write = format.writer(schema, options, context)
  options.refuseUnknown(['path', ...format.options])
  const dir = localPath(given), exists = await context.files.exists(dir)
  const how = mode.toLowerCase()
  if (!['append', 'overwrite', 'ignore', 'error', 'errorifexists', 'default'].includes(how)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the mode ${mode} does not exist`, advice: 'Use append, overwrite, ignore or error.' })
  if (exists && how === 'ignore') return
  if (exists && how !== 'append' && how !== 'overwrite') throw analysisError('PATH_ALREADY_EXISTS', { outputPath: given })
  const parts: string[] = []
  for await (const b of batches) for (let i = 0; i < b.length; i++) parts.push(write(b.columns.map(c => c.get(i))))
  if (exists && how === 'overwrite') await context.files.delete(dir, true)
  await context.files.mkdirs(dir)
  const name = `part-00000-${globalThis.crypto.randomUUID()}-c000.${format.extension}`
  await context.files.writeAtomic(joinPath(dir, name), utf8.encode(parts.map(p => `${p}\n`).join('')), { overwrite: false })
  await context.files.writeAtomic(joinPath(dir, '_SUCCESS'), new Uint8Array(0), { overwrite: true })
}
