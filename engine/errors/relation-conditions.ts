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
} as const satisfies Record<string, ConditionEntry>
