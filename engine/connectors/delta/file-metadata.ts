/** The rows of a file of a Delta table, with the column `_metadata` where the plan asks for it. */
import { Batch } from '../../columns/batch.ts'
import type { ColumnPredicate } from '../../columns/column-predicate.ts'
import type { AddFile } from '../../delta/actions.ts'
import { pathOfFile, readDataFile } from '../../delta/data-files.ts'
import type { Snapshot } from '../../delta/snapshot.ts'
import type { Files } from '../../storage/files.ts'
import { structType, type StructTypeShape } from '../../types/data-type.ts'
import { metadataColumn, metadataOf } from '../file/file-metadata.ts'

/** The columns that the files of a table may have. */
export function ownColumns(schema: StructTypeShape): StructTypeShape {
  const at = metadataColumn(schema)
  return at < 0 ? schema : structType(schema.fields.filter((_, i) => i !== at))
}

/** Reads a file. `_metadata`, where the schema has it, is its last column. */
export async function* readFile(files: Files, s: Pick<Snapshot, 'path' | 'metadata'>, schema: StructTypeShape, add: AddFile, columns: readonly number[], predicates: readonly ColumnPredicate[]): AsyncGenerator<Batch> {
  const at = metadataColumn(schema), rows = readDataFile(files, s, ownColumns(schema), add, columns.filter(c => c !== at), predicates)
  if (at < 0) { yield* rows; return }
  const file = { path: pathOfFile(s.path, add.path), sizeBytes: add.size, modificationMs: add.modificationTime }, type = schema.fields[at]!.dataType as StructTypeShape
  for await (const b of rows) yield new Batch([...b.columns, metadataOf(file, type, b)], b.length)
}
