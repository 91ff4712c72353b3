/** A table of the session's catalog as plans see it: where it lies and how it is read; what writes into one; how its name is written. */
import type { StructTypeShape } from '../types/data-type.ts'
import type { Expression } from '../expressions/expression.ts'
import type { TableName } from '../expressions/table-name.ts'
import type { BatchWrite } from './backend.ts'
import type { LogicalPlan, Options } from './logical-plan.ts'

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

/** How the rows of a new table lie: by the values of a column, in buckets of columns, or by the year, month, day or hour of a time. */
export type Partitioning = { readonly kind: 'column'; readonly name: string } | { readonly kind: 'bucket'; readonly buckets: number; readonly columns: readonly string[] } | { readonly kind: 'years' | 'months' | 'days' | 'hours'; readonly name: string }

/** What df.writeTo(table) does at its end. `condition` belongs to `overwrite`; `provider` null: none was named. */
export interface WriteTo {
  readonly plan: LogicalPlan; readonly table: TableName; readonly how: 'create' | 'replace' | 'createOrReplace' | 'append' | 'overwrite' | 'overwritePartitions'
  readonly provider: string | null; readonly options: Options; readonly properties: Options; readonly partitionedBy: readonly Partitioning[]; readonly clusterBy: readonly string[]; readonly condition: Expression | null
}

/** `default.t` as errors write it: each part in backticks. */
export const quotedTable = (name: string): string => '`' + name.split('.').join('`.`') + '`'

/** The plan that reads such a table as a stream, under its name; null for no table. */
export const streamOfTable = (saved: SavedTable | null, options: Options = {}): LogicalPlan | null =>
  saved && { kind: 'alias', name: saved.name, child: { kind: 'stream-read', format: saved.format, schema: saved.schema, options, path: saved.path } }
