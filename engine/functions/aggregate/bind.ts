/** Makes the resolved call of an aggregate. */
import type { AggregateFunction } from '../../expressions/aggregate-function.ts'
import type { AggregateCall, Resolved } from '../../expressions/expression.ts'
import type { FunctionCall } from '../define.ts'

export function aggregate(c: FunctionCall, name: string, args: readonly Resolved[], f: AggregateFunction, nullable = true, parameters?: unknown): AggregateCall {
  return { kind: 'aggregate-call', name, args, type: f.type, nullable, distinct: c.distinct, filter: c.filter, function: f, ...(parameters === undefined ? {} : { parameters: JSON.stringify(parameters) }) }
}
