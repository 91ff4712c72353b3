/** Conditions of subqueries: where they may stand and what they may name. */
import type { ConditionEntry } from './conditions.ts'

export const subqueryConditions = {
  'SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION': { sqlState: '0A000', message: 'The subquery <sqlExpr> names columns of the query around it, which is grouped. Put it into GROUP BY, or into an aggregate function such as first().' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY': { sqlState: '0A000', message: 'A subquery in GROUP BY that names columns of the query around it must be selected, too.' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY': { sqlState: '0A000', message: 'A subquery that names columns of the query around it cannot stand in <treeNode>. Select it under a name and use that.' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY': { sqlState: '0A000', message: 'IN (SELECT …) and EXISTS (SELECT …) cannot stand in <treeNode>. Select it under a name and use that.' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION': { sqlState: '0A000', message: 'A subquery cannot stand in a function x -> …. Select its value under a name first and use that in it.' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE': { sqlState: '0A000', message: 'The column <sqlExprs> belongs to the query around this one, so it cannot stand in the list of an aggregation, or in explode(…) over rows that the subquery reads. Compute with it outside the subquery.' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES': { sqlState: '0A000', message: '<function> mixes columns of the subquery with columns of the query around it. Compute with those outside the subquery.' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_REFERENCE_DATA_TYPE': { sqlState: '0A000', message: 'The column <expr> of the query around this one is <dataType>, and a subquery cannot compare that. Compare one of its entries.' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES': { sqlState: '0A000', message: 'A subquery cannot stand in VALUES. Write SELECT … UNION ALL SELECT ….' },
  'INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY': { sqlState: '42823', message: 'A subquery cannot read a stream. Join with the stream instead: JOIN, LEFT SEMI JOIN for IN and EXISTS.' },
  'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED': { sqlState: '0A000', message: '<treeNode> makes rows of columns of the query around it, and so does a condition below it. Put the condition outside: WHERE of the query around, or a subquery over <treeNode>.' },
} as const satisfies Record<string, ConditionEntry>
