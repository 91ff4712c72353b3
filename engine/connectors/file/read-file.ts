/** Owns the reading of one file, and what is overlooked: files that have vanished, files that are damaged. */
import type { Batch } from '../../columns/batch.ts'
import { conditionOf, executionError, SparkError } from '../../errors/spark-error.ts'
import type { Files } from '../../storage/files.ts'
import type { OptionsReader } from '../options.ts'
import { readDecompressed } from './compression.ts'

export interface Tolerances { readonly missing: boolean; readonly corrupt: boolean }

/** The options, or the confs where they are not given. */
export function tolerances(options: OptionsReader, conf: (key: string) => string | null): Tolerances {
  return {
    missing: options.boolean('ignoreMissingFiles', conf('spark.sql.files.ignoreMissingFiles') === 'true'),
    corrupt: options.boolean('ignoreCorruptFiles', conf('spark.sql.files.ignoreCorruptFiles') === 'true'),
  }
}

/** The rows of a file. Throws FAILED_READ_FILE.FILE_NOT_EXIST and FAILED_READ_FILE.NO_HINT. */
export async function* readFileRows(files: Files, path: string, read: (bytes: Uint8Array) => Iterable<Batch>, tolerated: Tolerances, warn: (message: string) => void): AsyncGenerator<Batch> {
  let bytes: Uint8Array
  try {
    bytes = await readDecompressed(files, path)
  } catch (e) {
    const condition = conditionOf(e)
    if (condition === 'MICROLOTE_STORAGE_FAILED' && !(await files.exists(path))) {
      if (!tolerated.missing) throw executionError('FAILED_READ_FILE.FILE_NOT_EXIST', { path }, e)
      warn(`the file ${path} has vanished and is left out`)
      return
    }
    if (condition === 'MICROLOTE_NOT_SUPPORTED') throw e
    if (tolerated.corrupt) { warn(`the file ${path} cannot be read and is left out: ${(e as Error).message}`); return }
    throw e instanceof SparkError && condition?.startsWith('FAILED_READ_FILE') ? e : executionError('FAILED_READ_FILE.NO_HINT', { path }, e)
  }
  yield* read(bytes)
}
