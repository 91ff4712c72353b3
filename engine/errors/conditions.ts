/** The error catalogue: Spark's condition names and SQLSTATEs, each with our own sentence; `<name>` marks a parameter. Conditions that Spark has no name for begin with `MICROLOTE_`. */
import { arithmeticConditions } from './arithmetic-conditions.ts'
import { analysisConditions } from './analysis-conditions.ts'
import { sqlConditions } from './sql-conditions.ts'
import { textConditions } from './text-conditions.ts'
import { streamingConditions } from './streaming-conditions.ts'
import { userStateConditions } from './user-state-conditions.ts'
import { userFunctionConditions } from './user-function-conditions.ts'
import { connectorConditions } from './connector-conditions.ts'
import { deltaConditions } from './delta-conditions.ts'
import { windowConditions } from './window-conditions.ts'
import { subqueryConditions } from './subquery-conditions.ts'
import { relationConditions } from './relation-conditions.ts'
import { variantConditions } from './variant-conditions.ts'
import { sketchConditions } from './sketch-conditions.ts'
import { xmlConditions } from './xml-conditions.ts'

/** One condition: its SQLSTATE and the sentence that is shown. */
export interface ConditionEntry { readonly sqlState: string; readonly message: string }

export const conditions = {
  ...arithmeticConditions,
  ...analysisConditions,
  ...sqlConditions,
  ...textConditions,
  ...streamingConditions,
  ...userStateConditions,
  ...userFunctionConditions,
  ...connectorConditions,
  ...deltaConditions,
  ...windowConditions,
  ...subqueryConditions,
  ...relationConditions,
  ...variantConditions,
  ...sketchConditions,
  ...xmlConditions,
} as const

/** The name of a condition in the catalogue. */
export type Condition = keyof typeof conditions
