/** Conditions of window functions: where they may stand, and which partitions, orders and frames go with them. */
import type { ConditionEntry } from './conditions.ts'

export const windowConditions = {
  'UNSUPPORTED_EXPR_FOR_WINDOW': { sqlState: '42P20', message: '<sqlExpr> cannot be used with OVER: only aggregates such as sum and window functions such as row_number can.' },
  'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE': { sqlState: '42601', message: 'The window function <funcName> needs a window: write OVER (PARTITION BY … ORDER BY …), or .over(Window.partitionBy(…).orderBy(…)).' },
  'WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE': { sqlState: '42601', message: 'A window function cannot stand in <clauseName>. Give it a name in a select or withColumn first, and use that name in a filter above; or use QUALIFY in SQL.' },
  'WINDOW_FUNCTION_FRAME_NOT_ORDERED': { sqlState: '42601', message: 'The window function <wf> goes by the order of the rows, but its window has none. Add ORDER BY, or .orderBy(…).' },
  'UNSUPPORTED_EXPR_FOR_OPERATOR': { sqlState: '42K0E', message: 'A window function or an aggregate cannot stand in <operator>: <invalidExprSqls>. Give it a name in a select or withColumn first.' },
  'QUALIFY_REQUIRES_WINDOW_FUNCTION': { sqlState: '42903', message: 'QUALIFY is for window functions, but there is none in it nor in the select list. Use WHERE, or HAVING.' },
  'QUALIFY_AGGREGATE_NOT_ALLOWED': { sqlState: '42903', message: 'The aggregate function in <aggFunc> cannot stand in QUALIFY. Give it a name in the select list, or use HAVING.' },
  'MISSING_WINDOW_SPECIFICATION': { sqlState: '42P20', message: 'There is no window named <windowName> in the WINDOW clause. Names of windows keep their case.' },
  'INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION': { sqlState: '42000', message: 'The WINDOW clause names the window <windowName> twice.' },
  'INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE': { sqlState: '42000', message: 'The window <windowName> stands for itself.' },
  'INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND': { sqlState: '42000', message: 'The bound <frameBound> of the frame must be a constant.' },
  'INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC': { sqlState: '42601', message: '<aggFunc> takes a window with PARTITION BY only, without ORDER BY or a frame.' },
  'DISTINCT_WINDOW_FUNCTION_UNSUPPORTED': { sqlState: '0A000', message: 'DISTINCT is not possible with OVER: <windowExpr>. size(collect_set(…)) over the window counts distinct values.' },
  'EXPRESSION_TYPE_IS_NOT_ORDERABLE': { sqlState: '42822', message: 'The column <expr> has the type <exprType>, whose values cannot be ordered, so nothing can be partitioned by it.' },
  'DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER': { sqlState: '42K09', message: 'In <sqlExpr>, RANGE needs ORDER BY.' },
  'DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER': { sqlState: '42K09', message: 'In <sqlExpr>, RANGE with an amount needs exactly one key in ORDER BY, found <orderSpec>. Use ROWS, or one key.' },
  'DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE': { sqlState: '42K09', message: 'In <sqlExpr>, a key of the type <orderSpecType> does not go with a RANGE of <valueBoundaryType>. Dates and timestamps take intervals such as INTERVAL 1 HOUR, numbers take numbers.' },
  'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE': { sqlState: '42K09', message: 'In <sqlExpr>, a bound of the frame has the type <exprType>, but <expectedType> is needed.' },
  'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON': { sqlState: '42K09', message: 'In <sqlExpr>, the frame begins behind its end.' },
  'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND': { sqlState: '42K09', message: 'In <sqlExpr>, a frame cannot begin at UNBOUNDED FOLLOWING nor end at UNBOUNDED PRECEDING.' },
  'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES': { sqlState: '42K09', message: 'In <sqlExpr>, the bounds of the frame have different types: <lowerType> and <upperType>.' },
  'MICROLOTE_WINDOW_FRAME_FIXED': { sqlState: '42601', message: 'The window function <wf> has a frame of its own and takes no other: leave out the frame.' },
  'MICROLOTE_WINDOW_IN_AGGREGATE': { sqlState: '42607', message: 'A window function stands inside the aggregate function <aggregate>. Name it in a select first, and aggregate that.' },
} as const satisfies Record<string, ConditionEntry>
