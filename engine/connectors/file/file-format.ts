/** Owns what a file format must offer so that its files are read and written as a batch and as a stream. */
import type { Batch } from '../../columns/batch.ts'
import type { ColumnPredicate } from '../../columns/column-predicate.ts'
import type { Files } from '../../storage/files.ts'
import type { Steps } from '../../storage/steps.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { OptionsReader } from '../options.ts'
import type { FoundFile } from './paths.ts'

/** What the session says about values. */
export interface FormatContext { readonly timeZone: string; conf(key: string): string | null }

/** Makes the bytes of one file: `add` and `finish` give the pieces that are ready. */
export interface FileWriter { add(batch: Batch): Uint8Array[]; finish(): Uint8Array[] }

export interface FileFormat {
  readonly name: string
  /** Whether rows have always the same columns, as text has. */
  readonly fixedSchema: boolean
  /** Reads, checks and marks as known the options of the format. */
  check(options: OptionsReader, context: FormatContext): void
  /** Whether rows of this schema can be written; throws if not. */
  checkWritten(schema: StructTypeShape): void
  /** A function from a file to its rows, for one task. Columns that are not wanted may be anything; rows that meet not all predicates may be left out. */
  reader(schema: StructTypeShape, options: OptionsReader, columns: readonly number[], predicates: readonly ColumnPredicate[], context: FormatContext): (files: Files, file: FoundFile) => AsyncIterable<Batch>
  /** The schema that files suggest; null where the format has its own. */
  infer: ((files: readonly FoundFile[], options: OptionsReader, context: FormatContext) => Steps<StructTypeShape>) | null
  writer(schema: StructTypeShape, options: OptionsReader, context: FormatContext): { readonly extension: string; open(): FileWriter }
}
