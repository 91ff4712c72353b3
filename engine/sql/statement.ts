/** What a SQL text can say: a query, or a change of the temporary views. */
import type { LogicalPlan } from '../plan/logical-plan.ts'

export type Statement =
  | { readonly kind: 'query'; readonly plan: LogicalPlan }
  | { readonly kind: 'create-view'; readonly name: string; readonly plan: LogicalPlan; readonly replace: boolean }
  | { readonly kind: 'drop-view'; readonly name: string; readonly ifExists: boolean }

/** What the text's names may mean besides its own WITH: the plan behind a temporary view, null where the name is none. */
export type FindView = (name: string) => LogicalPlan | null
