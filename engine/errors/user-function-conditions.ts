/** Conditions of functions of the user's in expressions: F.udf, spark.udf.register. */
import type { ConditionEntry } from './conditions.ts'

export const userFunctionConditions = {
  'FAILED_EXECUTE_UDF': { sqlState: '39000', message: 'The user function <functionName>: (<signature>) => <result> failed: <reason>' },
} as const satisfies Record<string, ConditionEntry>
