/** Owns the reading of a Parquet file: its footer, the row groups that may have wanted rows, and of those only the wanted columns. */
import { Batch } from '../../columns/batch.ts'
import { mayMatch, type ColumnPredicate } from '../../columns/column-predicate.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { executionError, SparkError } from '../../errors/spark-error.ts'
import { simpleString, sqlName, type DataType, type StructTypeShape } from '../../types/data-type.ts'
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
  let behind = 0
  for (const group of footer.metadata.rowGroups) {
    const first = behind
    behind += group.rowCount
    if (group.rowCount === 0 || !guarded(source.path, () => predicates.every(p => groupMayMatch(footer.tree, group, p)))) continue
    const vectors: Vector[] = []
    for (const [i, f] of schema.fields.entries()) {
      const node = nodes[i]
      if (node === null || node === undefined) { vectors.push(new ConstantVector(f.dataType, null, group.rowCount)); continue }
      const chunks = new Map<number, Uint8Array>()
      for (const leaf of leavesOf(node)) { const [start, end] = placeOf(source.path, group, leaf); chunks.set(leaf.leaf, await source.read(start, end)) }
      vectors.push(columnOf(source.path, group, node, chunks, f.name, f.dataType))
    }
    for (let at = 0; at < group.rowCount; at += rowsPerBatch) {
      const end = Math.min(group.rowCount, at + rowsPerBatch)
      yield new Batch(group.rowCount <= rowsPerBatch ? vectors : vectors.map(v => v.slice(at, end)), end - at, 0, first + at)
    }
  }
}

// Damaged bytes can make anything of our own fail.
function guarded<T>(path: string, body: () => T): T {
  try { return body() } catch (e) { throw e instanceof SparkError ? e : executionError('FAILED_READ_FILE.NO_HINT', { path }, e) }
}

function placeOf(path: string, group: RowGroup, leaf: ParquetNode): readonly [start: number, end: number] {
  const chunk = group.columns[leaf.leaf]
  if (chunk === undefined) throw damaged(path, `its row group has no column ${leaf.name}`)
  const start = Math.min(chunk.dataOffset, chunk.dictionaryOffset ?? Infinity)
  return [start, start + chunk.compressedBytes]
}

function columnOf(path: string, group: RowGroup, node: ParquetNode, chunks: ReadonlyMap<number, Uint8Array>, name: string, type: DataType): Vector {
  return guarded(path, () => {
    const raw = assembleColumn(node, new Map(leavesOf(node).map((leaf): [number, Leaf] => [leaf.leaf, readLeaf(chunks.get(leaf.leaf)!, group.columns[leaf.leaf]!, leaf)])), group.rowCount), found = convertVector(raw, type)
    if (found === null) throw executionError('FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH', { path, column: `[${name}]`, expectedType: simpleString(type), actualType: sqlName(raw.type) })
    return found
  })
}

/** All rows of a file whose bytes are here, a batch a row group, at once. The file must have the columns. */
export function readRowsNow(source: { readonly path: string; readonly bytes: Uint8Array }, footer: Footer, schema: StructTypeShape): Batch[] {
  return footer.metadata.rowGroups.map(group => new Batch(schema.fields.map(f => {
    const node = footer.tree[fieldIndex(footer.tree, f.name)]!
    const chunks = new Map(leavesOf(node).map((leaf): [number, Uint8Array] => { const [start, end] = placeOf(source.path, group, leaf); return [leaf.leaf, source.bytes.subarray(start, end)] }))
    return columnOf(source.path, group, node, chunks, f.name, f.dataType)
  }), group.rowCount))
}

function groupMayMatch(tree: readonly ParquetNode[], group: RowGroup, p: ColumnPredicate): boolean {
  const k = fieldIndex(tree, p.column), node = tree[k]
  if (node === undefined || node.leaf < 0 || node.element.type === physical.int96) return true
  const chunk = group.columns[node.leaf]
  return chunk === undefined || mayMatch(p, rangeOf(chunk, node, p.type, group.rowCount))
}
