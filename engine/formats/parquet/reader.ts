/** Owns the reading of a Parquet file: its footer, the row groups that may have wanted rows, and of those only the wanted columns. */
import { Batch } from '../../columns/batch.ts'
import { mayMatch, type ColumnPredicate } from '../../columns/column-predicate.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { executionError, SparkError } from '../../errors/spark-error.ts'
import { simpleString, sqlName, type StructTypeShape } from '../../types/data-type.ts'
import { assembleColumn } from './assemble.ts'
import { convertVector, fieldIndex } from './convert.ts'
import { readLeaf, type Leaf } from './leaf-reader.ts'
import { physical, readMetadata, type FileMetadata, type RowGroup } from './metadata.ts'
import { fileSchema, leavesOf, schemaTree, type ParquetNode } from './schema.ts'
import { rangeOf } from './statistics.ts'

/** Bytes of a file by position; `end` is exclusive. */
export interface ByteSource { readonly path: string; readonly sizeBytes: number; read(start: number, end: number): Promise<Uint8Array> }

/** How many bytes of a file's end are read at first: most footers fit. */
export const tailBytes = 1 << 16

const damaged = (path: string, why: string, cause?: unknown): Error => executionError('FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER', { path, reason: why }, cause)

/** How many bytes at the end the footer takes, told by the file's last 8. Throws FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER. */
export function footerBytes(path: string, tail: Uint8Array, sizeBytes: number): number {
  const n = tail.length
  if (sizeBytes < 12 || n < 8 || String.fromCharCode(tail[n - 4]!, tail[n - 3]!, tail[n - 2]!, tail[n - 1]!) !== 'PAR1') throw damaged(path, 'it does not end in PAR1; it is no Parquet file, or was not written to its end')
  const length = (tail[n - 8]! | tail[n - 7]! << 8 | tail[n - 6]! << 16 | tail[n - 5]! << 24) + 8
  if (length < 8 || length > sizeBytes) throw damaged(path, 'its footer is longer than the file')
  return length
}

/** The footer, with its tree and its schema in Spark's types. */
export interface Footer { readonly metadata: FileMetadata; readonly tree: readonly ParquetNode[]; readonly schema: StructTypeShape }

/** Reads a footer from the bytes that `footerBytes` counted. */
export function readFooter(path: string, bytes: Uint8Array): Footer {
  try {
    const metadata = readMetadata(bytes.subarray(0, bytes.length - 8)), tree = schemaTree(metadata.schema)
    return { metadata, tree, schema: fileSchema(metadata, tree) }
  } catch (e) { throw e instanceof SparkError ? e : damaged(path, 'its footer is damaged', e) }
}

/** Reads the footer of a file. */
export async function openFooter(source: ByteSource): Promise<Footer> {
  const { path, sizeBytes } = source
  const tail = await source.read(Math.max(0, sizeBytes - tailBytes), sizeBytes)
  const length = footerBytes(path, tail, sizeBytes)
  return readFooter(path, length <= tail.length ? tail.subarray(tail.length - length) : await source.read(sizeBytes - length, sizeBytes))
}

/**
 * The rows of a file as batches of the wanted schema; columns the file has not are NULL, those that are not in `columns` may be anything.
 * Row groups in which by their statistics no row meets all predicates are not read.
 * Throws FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH for a column of another type, FAILED_READ_FILE.NO_HINT for damaged bytes.
 */
export async function* readParquet(source: ByteSource, schema: StructTypeShape, columns: readonly number[], predicates: readonly ColumnPredicate[], rowsPerBatch: number, known?: Footer): AsyncGenerator<Batch> {
  const footer = known ?? await openFooter(source)
  const wanted = new Set(columns)
  const nodes = schema.fields.map((f, i): ParquetNode | null => { const k = wanted.has(i) ? fieldIndex(footer.tree, f.name) : -1; return k < 0 ? null : footer.tree[k]! })
  for (const group of footer.metadata.rowGroups) {
    if (group.rowCount === 0 || !guarded(source.path, () => predicates.every(p => groupMayMatch(footer.tree, group, p)))) continue
    const vectors: Vector[] = []
    for (const [i, f] of schema.fields.entries()) {
      const node = nodes[i]
      if (node === null || node === undefined) { vectors.push(new ConstantVector(f.dataType, null, group.rowCount)); continue }
      const raw = await readColumn(source, group, node), found = convertVector(raw, f.dataType)
      if (found === null) throw executionError('FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH', { path: source.path, column: `[${f.name}]`, expectedType: simpleString(f.dataType), actualType: sqlName(raw.type) })
      vectors.push(found)
    }
    const whole = new Batch(vectors, group.rowCount)
    for (let at = 0; at < whole.length; at += rowsPerBatch) yield whole.length <= rowsPerBatch ? whole : whole.slice(at, Math.min(whole.length, at + rowsPerBatch))
  }
}

// Damaged bytes can make anything of our own fail.
function guarded<T>(path: string, body: () => T): T {
  try { return body() } catch (e) { throw e instanceof SparkError ? e : executionError('FAILED_READ_FILE.NO_HINT', { path }, e) }
}

async function readColumn(source: ByteSource, group: RowGroup, node: ParquetNode): Promise<Vector> {
  const leaves = new Map<number, Leaf>()
  for (const leaf of leavesOf(node)) {
    const chunk = group.columns[leaf.leaf]
    if (chunk === undefined) throw damaged(source.path, `its row group has no column ${leaf.name}`)
    const start = Math.min(chunk.dataOffset, chunk.dictionaryOffset ?? Infinity)
    const bytes = await source.read(start, start + chunk.compressedBytes)
    guarded(source.path, () => leaves.set(leaf.leaf, readLeaf(bytes, chunk, leaf)))
  }
  return guarded(source.path, () => assembleColumn(node, leaves, group.rowCount))
}

function groupMayMatch(tree: readonly ParquetNode[], group: RowGroup, p: ColumnPredicate): boolean {
  const k = fieldIndex(tree, p.column), node = tree[k]
  if (node === undefined || node.leaf < 0 || node.element.type === physical.int96) return true
  const chunk = group.columns[node.leaf]
  return chunk === undefined || mayMatch(p, rangeOf(chunk, node, p.type, group.rowCount))
}
