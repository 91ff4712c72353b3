/** The column `_metadata` of the rows of one file. A file is read as one block. */
import type { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import { baseName } from '../../storage/files.ts'
import { fileSourceMark, longType, type StructTypeShape } from '../../types/data-type.ts'
import { fileUri, type FoundFile } from './paths.ts'

/** Where the schema of a read has the column, -1 for nowhere. */
export const metadataColumn = (schema: StructTypeShape): number => schema.fields.findIndex(f => f.metadata?.[fileSourceMark] === true)

/** The column for the rows of a batch that was read of a file. */
export function metadataOf(file: FoundFile, type: StructTypeShape, { length, firstRow }: Batch): StructVector {
  // Hadoop's paths have one slash behind `file:`.
  const path = fileUri(file.path).replace(/^file:\/\/(?=\/)/, 'file:'), size = BigInt(file.sizeBytes), values = [path, baseName(path), size, 0n, size, BigInt(Math.floor(file.modificationMs)) * 1000n]
  return new StructVector(type, type.fields.map((f, i) => (i < values.length ? new ConstantVector(f.dataType, values[i], length) : numbers(firstRow, length))), null, length)
}

function numbers(first: number, length: number): FixedVector {
  const out = new BigInt64Array(length)
  for (let i = 0; i < length; i++) out[i] = BigInt(first + i)
  return new FixedVector(longType, out, null, length)
}
