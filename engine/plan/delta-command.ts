/** What DeltaTable asks of a backend: changes of rows, upkeep, and questions about the table. */
import type { Expression } from '../expressions/expression.ts'
import type { LogicalPlan } from './logical-plan.ts'

/** A column and its new value. */
export interface Assignment { readonly column: string; readonly value: Expression }
/** What becomes of a row that a MERGE clause applies to. `'all'`: every column from the source's column of that name. */
export interface MergeClause { readonly condition: Expression | null; readonly action: 'update' | 'delete' | 'insert'; readonly set: readonly Assignment[] | 'all' }

export type DeltaCommand =
  | { readonly kind: 'is-table'; readonly path: string }
  | { readonly kind: 'history'; readonly path: string; readonly limit: number | null }
  | { readonly kind: 'detail'; readonly path: string }
  | { readonly kind: 'vacuum'; readonly path: string; readonly retentionHours: number | null; readonly dryRun: boolean }
  | { readonly kind: 'delete'; readonly path: string; readonly alias: string | null; readonly condition: Expression | null }
  | { readonly kind: 'update'; readonly path: string; readonly alias: string | null; readonly condition: Expression | null; readonly set: readonly Assignment[] }
  | {
    readonly kind: 'merge'; readonly path: string; readonly alias: string | null; /** The table's whole name, where its columns may be named by it. */ readonly qualifier?: readonly string[]; readonly source: LogicalPlan; readonly condition: Expression; readonly schemaEvolution: boolean
    readonly matched: readonly MergeClause[]; readonly notMatched: readonly MergeClause[]; readonly notMatchedBySource: readonly MergeClause[]
  }

/** The table that a statement changes: by name, or by path where there is one; `alias`: how its columns are qualified. */
export interface ChangedTable { readonly name: string; readonly qualifier?: readonly string[]; readonly path: { readonly format: string; readonly path: string } | null; readonly alias: string | null }

/** What happens to its rows. */
export type TableChange =
  | { readonly kind: 'update'; readonly set: readonly Assignment[]; readonly condition: Expression | null }
  | { readonly kind: 'delete'; readonly condition: Expression | null }
  | { readonly kind: 'merge'; readonly source: LogicalPlan; readonly condition: Expression; readonly schemaEvolution: boolean; readonly matched: readonly MergeClause[]; readonly notMatched: readonly MergeClause[]; readonly notMatchedBySource: readonly MergeClause[] }
