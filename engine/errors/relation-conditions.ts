/** Conditions of what stands in FROM: joins, table functions, samples, UNPIVOT, and queries that name themselves. */
import type { ConditionEntry } from './conditions.ts'

export const relationConditions = {
  'INCOMPATIBLE_JOIN_TYPES': { sqlState: '42613', message: '<joinType1> and <joinType2> do not go together in one join. Leave one of them out; the columns can be named by USING (…).' },
  'INVALID_LATERAL_JOIN_TYPE': { sqlState: '42613', message: 'A <joinType> JOIN cannot have LATERAL on its right: the right side depends on a row of the left. Use JOIN or LEFT JOIN.' },
  'INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC': { sqlState: '42000', message: 'LATERAL needs a subquery or a table function behind it. Leave LATERAL out, or write LATERAL (SELECT …), LATERAL explode(…).' },
  'UNRESOLVABLE_TABLE_VALUED_FUNCTION': { sqlState: '42883', message: 'There is no table function <name>. FROM knows range, explode, posexplode, inline (each also as …_outer), stack and json_tuple.' },
  'NOT_A_TABLE_FUNCTION': { sqlState: '42887', message: '<functionName> gives a value, not a table. Call it in the select list: SELECT <functionName>(…).' },
  'REQUIRED_PARAMETER_NOT_FOUND': { sqlState: '4274K', message: 'The call of <routineName> lacks its argument <parameterName>. Write <routineName>(value).' },
  'UNRECOGNIZED_PARAMETER_NAME': { sqlState: '4274K', message: '<routineName> has no parameter <argumentName>. It has: <proposal>.' },
  'NAMED_PARAMETERS_NOT_SUPPORTED': { sqlState: '4274K', message: 'The arguments of <functionName> have no names. Give the values in their order.' },
  'UNEXPECTED_POSITIONAL_ARGUMENT': { sqlState: '4274K', message: 'In the call of <routineName> an argument without a name stands behind one with a name. Put it first.' },
  'UNEXPECTED_INPUT_TYPE': { sqlState: '42K09', message: 'The argument <paramIndex> of <functionName> must be <requiredType>, and <inputSql> is <inputType>. Cast it.' },
  'FAILED_FUNCTION_CALL': { sqlState: '38000', message: 'The call of <funcName> cannot be made with these values: <reason>.' },
  'UDTF_ALIAS_NUMBER_MISMATCH': { sqlState: '42802', message: '<aliasesSize> names are given for the <outputSize> columns that <name> makes. Give as many names as columns.' },
  'UNSUPPORTED_GENERATOR.NOT_GENERATOR': { sqlState: '42K0E', message: 'LATERAL VIEW takes a function that makes rows, such as explode(column); <functionName> makes one value. Put it into the select list.' },
  'INVALID_TABLESAMPLE_FRACTION': { sqlState: '22023', message: 'The share <fraction> of TABLESAMPLE is not from 0 to 1 (0 to 100 PERCENT).' },
  'UNSUPPORTED_FEATURE.TABLESAMPLE_SYSTEM_REPEATABLE': { sqlState: '0A000', message: 'TABLESAMPLE SYSTEM takes no REPEATABLE. Use TABLESAMPLE (… PERCENT) REPEATABLE (seed), which samples row by row.' },
  'UNPIVOT_VALUE_SIZE_MISMATCH': { sqlState: '428C4', message: 'UNPIVOT names <names> columns of values, and one of its sets has another number of columns.' },
  'INVALID_RECURSIVE_CTE': { sqlState: '42836', message: 'The query <name> names itself, but it is not a UNION ALL of a query to begin with and one that names <name>. Write <name> AS (SELECT … UNION ALL SELECT … FROM <name> …); ORDER BY and LIMIT belong behind the whole.' },
  'INVALID_RECURSIVE_REFERENCE.PLACE': { sqlState: '42836', message: 'The query <name> names itself where a step may not: below an aggregate, a GROUP BY or a window function, or on the side of an outer, semi or anti join that may stay without rows. Read <name> in FROM, and aggregate outside.' },
  'UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE': { sqlState: '42836', message: 'The query <name> names itself in a UNION. Write UNION ALL, and a condition that ends the steps.' },
  'RECURSION_LEVEL_LIMIT_EXCEEDED': { sqlState: '42836', message: 'After <levelLimit> levels the query <name> still finds rows. Give its step a condition that ends it, or raise the limit: WITH RECURSIVE <name> MAX RECURSION LEVEL n AS (…), or the conf spark.sql.cteRecursionLevelLimit.' },
  'RECURSION_ROW_LIMIT_EXCEEDED': { sqlState: '42836', message: 'The query <name> has found more than <rowLimit> rows. Give its step a condition that ends it, or raise the conf spark.sql.cteRecursionRowLimit.' },
  'CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE': { sqlState: '42825', message: 'The step gives <right> for a column that is <left> where the query begins. Cast it in one of them.' },
  'ASSIGNMENT_ARITY_MISMATCH': { sqlState: '42802', message: '<numTarget> names are given for <numExpr> columns. Give as many names as the query has columns.' },
} as const satisfies Record<string, ConditionEntry>
