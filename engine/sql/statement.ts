/** What a SQL text can say: a query, a change of views or tables, a question about them, a conf. */
import type { ChangedTable, TableChange } from '../plan/delta-command.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'

/** `scope`: functions of the user's, of Spark's, or both; `table`: whose columns. */
export interface ShowStatement {
  readonly kind: 'show'; readonly what: 'tables' | 'views' | 'functions' | 'columns' | 'databases' | 'catalogs'
  readonly scope: 'user' | 'system' | 'all'; readonly database: string | null; readonly pattern: string | null; readonly table: string | null
}

export type Statement =
  | { readonly kind: 'query'; readonly plan: LogicalPlan }
  | { readonly kind: 'create-view'; readonly name: string; readonly plan: LogicalPlan; readonly replace: boolean }
  | { readonly kind: 'drop-view'; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: 'drop-table'; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: 'create-table'; readonly name: string; readonly format: string; readonly path: string | null; readonly partitionBy: readonly string[]; readonly replace: boolean; readonly ifNotExists: boolean; readonly plan: LogicalPlan }
  | { readonly kind: 'insert'; readonly name: string; readonly plan: LogicalPlan; readonly overwrite: boolean; readonly byName: boolean }
  | { readonly kind: 'change'; readonly table: ChangedTable; readonly change: TableChange }
  | ShowStatement
  | { readonly kind: 'describe'; readonly name: string }
  | { readonly kind: 'set'; readonly key: string; readonly value: string | null }

/** What the text's names may mean besides its own WITH: the plan behind a temporary view, null where the name is none. */
export type FindView = (name: string) => LogicalPlan | null
