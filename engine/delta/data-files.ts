/** Owns the data files of a Delta table: written with partitions and statistics, read with the columns of partitions put in their places. */
import { Batch } from '../columns/batch.ts'
import type { ColumnPredicate } from '../columns/column-predicate.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import { executionError } from '../errors/spark-error.ts'
import { partitionSplitter } from '../formats/partition-names.ts'
import { readParquet } from '../formats/parquet/reader.ts'
import { ParquetWriter } from '../formats/parquet/writer.ts'
import { joinPath, type AtomicWriter, type Files } from '../storage/files.ts'
import { asNullable, structType, type StructTypeShape } from '../types/data-type.ts'
import { pathToUri, uriToPath, type AddFile } from './actions.ts'
import type { Snapshot } from './snapshot.ts'
import { fileMayMatch, partitionValues, statsOf } from './stats.ts'

/** The zone in which times in names of directories are meant. */
export const partitionZone = 'UTC'
const rowsPerBatch = 8192

interface OpenFile { readonly path: string; readonly values: Readonly<Record<string, string | null>>; readonly out: AtomicWriter; readonly writer: ParquetWriter; size: number }

/** Writes rows of the table's schema and gives the files, which are no part of the table until they are committed. Throws DELTA_NOT_NULL_CONSTRAINT_VIOLATED. */
export async function writeDataFiles(files: Files, table: string, schema: StructTypeShape, partitionColumns: readonly string[], batches: AsyncIterable<Batch>, nowMs: () => number, rowsPerFile = Infinity): Promise<AddFile[]> {
  const partitions = partitionColumns.map(c => schema.fields.findIndex(f => f.name === c)), strict = schema.fields.map((f, i) => (f.nullable ? -1 : i)).filter(i => i >= 0)
  const inFiles = asNullable(structType(schema.fields.filter((_, i) => !partitions.includes(i)))) as StructTypeShape
  const split = partitionSplitter({ schema, partitions, timeZone: partitionZone }), open = new Map<string, OpenFile>(), adds: AddFile[] = []
  const put = async (f: OpenFile, pieces: readonly Uint8Array[]): Promise<void> => { for (const p of pieces) { f.size += p.length; await f.out.write(p) } }
  const finish = async (f: OpenFile): Promise<void> => {
    await put(f, f.writer.finish())
    await f.out.commit()
    adds.push({ path: pathToUri(f.path), partitionValues: f.values, size: f.size, modificationTime: nowMs(), dataChange: true, stats: statsOf(f.writer.tree, f.writer.rowGroups, f.writer.rows) })
  }
  try {
    for await (const b of batches) {
      for (const i of strict) for (let r = 0; r < b.length; r++) if (b.columns[i]!.isNull(r)) throw executionError('DELTA_NOT_NULL_CONSTRAINT_VIOLATED', { columnName: schema.fields[i]!.name })
      for (const [dir, part] of split(b)) {
        let f = open.get(dir)
        if (f === undefined) {
          const path = joinPath(dir, `part-00000-${globalThis.crypto.randomUUID()}${dir === '' ? '-' : '.'}c000.snappy.parquet`)
          const values = Object.fromEntries(part.texts.map((t, k) => [partitionColumns[k]!, t === '' ? null : t]))
          open.set(dir, f = { path, values, out: await files.createAtomic(joinPath(table, path), { overwrite: false }), writer: new ParquetWriter(inFiles, { codec: 'snappy' }), size: 0 })
        }
        await put(f, f.writer.add(part.rows))
        if (f.writer.rows >= rowsPerFile) { open.delete(dir); await finish(f) }
      }
    }
    for (const [dir, f] of [...open]) { open.delete(dir); await finish(f) }
    return adds
  } catch (e) {
    for (const f of open.values()) await f.out.abort()
    await dropFiles(files, table, adds)
    throw e
  }
}

/** Deletes files that never became part of the table; what cannot be deleted stays for vacuum. */
export async function dropFiles(files: Files, table: string, adds: readonly AddFile[]): Promise<void> {
  for (const a of adds) try { await files.delete(joinPath(table, uriToPath(a.path))) } catch { /* vacuum takes it */ }
}

/** Where a file of the log is. */
export const pathOfFile = (table: string, uri: string): string => { const p = uriToPath(uri); return p.startsWith('/') || /^[a-z0-9]+:\/\//i.test(p) ? p : joinPath(table, p) }

/** The files of a snapshot that may have rows which meet all predicates. */
export const filesToRead = (s: Snapshot, predicates: readonly ColumnPredicate[]): AddFile[] => [...s.files.values()].filter(a => fileMayMatch(a, s.schema, s.metadata.partitionColumns, predicates, partitionZone))

/** The rows of one file in a schema (the table's, or one that it can be read as). */
export async function* readDataFile(files: Files, s: Pick<Snapshot, 'path' | 'metadata'>, schema: StructTypeShape, add: AddFile, columns: readonly number[], predicates: readonly ColumnPredicate[]): AsyncGenerator<Batch> {
  const constants = partitionValues(add, schema, s.metadata.partitionColumns, partitionZone)
  const own = schema.fields.map((_, i) => i).filter(i => !constants.has(i)), inFile = structType(own.map(i => schema.fields[i]!))
  const wanted = own.map((i, k) => (columns.includes(i) ? k : -1)).filter(k => k >= 0), path = pathOfFile(s.path, add.path)
  const entry = await files.stat(path)
  if (entry === null) throw executionError('FAILED_READ_FILE.FILE_NOT_EXIST', { path })
  const source = { path, sizeBytes: entry.sizeBytes, read: (start: number, end: number) => files.readRange(path, start, end) }
  for await (const b of readParquet(source, inFile, wanted, predicates.filter(p => inFile.fields.some(f => f.name.toLowerCase() === p.column.toLowerCase())), rowsPerBatch)) {
    if (constants.size === 0) { yield b; continue }
    let at = 0
    yield new Batch(schema.fields.map((f, i) => (constants.has(i) ? new ConstantVector(f.dataType, constants.get(i), b.length) : b.columns[at++]!)), b.length)
  }
}
