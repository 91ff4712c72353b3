/** A table of the session's catalog as plans see it: where it lies and how it is read; what writes into one; how its name is written. */
import type { StructTypeShape } from '../types/data-type.ts'
import type { BatchWrite } from './backend.ts'

export interface SavedTable {
  readonly name: string
  readonly format: string
  readonly path: string
  /** Null where the files say it themselves (Delta). */
  readonly schema: StructTypeShape | null
  readonly partitionBy: readonly string[]
  /** Lies in the warehouse and goes with the table. */
  readonly managed: boolean
}

/** `save`: saveAsTable, columns by name; `insert`: insertInto, columns by position. The format is '' where none was named. */
export interface TableWrite extends BatchWrite { readonly table: string; readonly how: 'save' | 'insert' }

/** `default.t` as errors write it: each part in backticks. */
export const quotedTable = (name: string): string => '`' + name.split('.').join('`.`') + '`'
