/** The column `_metadata` of the rows of one file. A file is read as one block. */
import { ConstantVector } from '../../columns/constant-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import { baseName } from '../../storage/files.ts'
import { fileSourceMark, type StructTypeShape } from '../../types/data-type.ts'
import { fileUri, type FoundFile } from './paths.ts'

/** Where the schema of a read has the column, -1 for nowhere. */
export const metadataColumn = (schema: StructTypeShape): number => schema.fields.findIndex(f => f.metadata?.[fileSourceMark] === true)

/** The column for `count` rows of a file. */
export function metadataOf(file: FoundFile, type: StructTypeShape, count: number): StructVector {
  // Hadoop's paths have one slash behind `file:`.
  const path = fileUri(file.path).replace(/^file:\/\/(?=\/)/, 'file:'), size = BigInt(file.sizeBytes), values = [path, baseName(path), size, 0n, size, BigInt(Math.floor(file.modificationMs)) * 1000n]
  return new StructVector(type, type.fields.map((f, i) => new ConstantVector(f.dataType, values[i], count)), null, count)
}
