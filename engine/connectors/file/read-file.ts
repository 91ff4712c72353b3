/** Owns the reading of one file, its partition columns put beside its own, and what is overlooked: files that have vanished, files that are damaged. */
import { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { meets, type ColumnPredicate } from '../../columns/column-predicate.ts'
import { conditionOf, executionError, SparkError } from '../../errors/spark-error.ts'
import type { Files } from '../../storage/files.ts'
import { structType, type StructTypeShape } from '../../types/data-type.ts'
import type { OptionsReader } from '../options.ts'
import type { FileFormat, FormatContext } from './file-format.ts'
import { partitionValue } from '../../formats/partition-names.ts'
import { metadataColumn, metadataOf } from './file-metadata.ts'
import type { FoundFile } from './paths.ts'

export interface Tolerances { readonly missing: boolean; readonly corrupt: boolean }

/** The options, or the confs where they are not given. */
export function tolerances(options: OptionsReader, conf: (key: string) => string | null): Tolerances {
  return {
    missing: options.boolean('ignoreMissingFiles', conf('spark.sql.files.ignoreMissingFiles') === 'true'),
    corrupt: options.boolean('ignoreCorruptFiles', conf('spark.sql.files.ignoreCorruptFiles') === 'true'),
  }
}

export interface Reading { readonly format: FileFormat; readonly schema: StructTypeShape; readonly options: OptionsReader; readonly columns: readonly number[]; readonly predicates: readonly ColumnPredicate[]; readonly context: FormatContext & { readonly files: Files }; warn(message: string): void }

/** A function from a file to its rows in the whole schema. A column that a directory names comes from there. */
export function fileReader(r: Reading): (file: FoundFile) => AsyncGenerator<Batch> {
  const { schema, context } = r, tolerated = tolerances(r.options, k => context.conf(k))
  const metadata = metadataColumn(schema), metadataType = schema.fields[metadata]?.dataType as StructTypeShape
  const readers = new Map<string, ReturnType<FileFormat['reader']>>()
  return async function* (file) {
    const places = (file.partitions ?? []).map(p => schema.fields.findIndex(f => f.name.toLowerCase() === p.name.toLowerCase()))
    const constants = new Map<number, unknown>()
    places.forEach((k, i) => { if (k >= 0) constants.set(k, partitionValue(file.partitions![i]!, schema.fields[k]!.dataType, context.timeZone, file.path)) })
    for (const p of r.predicates) {
      const k = schema.fields.findIndex(f => f.name.toLowerCase() === p.column.toLowerCase())
      if (constants.has(k) && !meets(p, constants.get(k))) return
    }
    const own = schema.fields.map((_, i) => i).filter(i => !constants.has(i) && i !== metadata), key = own.join()
    let read = readers.get(key)
    if (read === undefined) {
      const inFile = structType(own.map(i => schema.fields[i]!)), wanted = own.map((i, k) => (r.columns.includes(i) ? k : -1)).filter(k => k >= 0)
      readers.set(key, read = r.format.reader(inFile, r.options, wanted, r.predicates.filter(p => inFile.fields.some(f => f.name.toLowerCase() === p.column.toLowerCase())), context))
    }
    for await (const b of tolerant(context.files, file, read(context.files, file), tolerated, r.warn)) {
      if (own.length === schema.fields.length) { yield b; continue }
      let at = 0
      yield new Batch(schema.fields.map((f, i) => (i === metadata ? metadataOf(file, metadataType, b) : constants.has(i) ? new ConstantVector(f.dataType, constants.get(i), b.length) : b.columns[at++]!)), b.length)
    }
  }
}

/** Throws FAILED_READ_FILE.FILE_NOT_EXIST and FAILED_READ_FILE.NO_HINT. */
async function* tolerant(files: Files, file: FoundFile, rows: AsyncIterable<Batch>, tolerated: Tolerances, warn: (message: string) => void): AsyncGenerator<Batch> {
  const { path } = file
  try {
    yield* rows
  } catch (e) {
    const condition = conditionOf(e)
    if (condition === 'MICROLOTE_STORAGE_FAILED' && !(await files.exists(path))) {
      if (!tolerated.missing) throw executionError('FAILED_READ_FILE.FILE_NOT_EXIST', { path }, e)
      warn(`the file ${path} has vanished and is left out`)
      return
    }
    if (condition === 'MICROLOTE_NOT_SUPPORTED' || (e instanceof SparkError && !condition?.startsWith('FAILED_READ_FILE') && condition !== 'MICROLOTE_STORAGE_FAILED')) throw e
    if (tolerated.corrupt && !condition?.startsWith('FAILED_READ_FILE.PARQUET_COLUMN')) { warn(`the file ${path} cannot be read and is left out: ${(e as Error).message}`); return }
    throw e instanceof SparkError && condition?.startsWith('FAILED_READ_FILE') ? e : executionError('FAILED_READ_FILE.NO_HINT', { path }, e)
  }
}
