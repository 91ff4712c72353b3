/** Checks of arguments that TypeScript would have refused, for whoever writes JavaScript or looks away: each says what was given to which method, and what to give instead. */
import { analysisError } from '../errors/spark-error.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { parseSchema } from '../types/ddl.ts'
import type { StructTypeShape } from '../types/data-type.ts'

const kindOf = (x: unknown): string => (x === null ? 'null' : Array.isArray(x) ? 'an array' : typeof x === 'string' ? JSON.stringify(x) : typeof x === 'number' || typeof x === 'boolean' ? String(x) : typeof x)

/** A number of rows. Throws NOT_EXPECTED_TYPE. */
export function rowCount(method: string, count: number): number {
  if (!Number.isInteger(count)) throw analysisError('NOT_EXPECTED_TYPE', { argName: `of ${method}()`, expectedType: 'a whole number', argType: kindOf(count) })
  return count
}

/** The plan of another DataFrame. Throws NOT_EXPECTED_TYPE, as for a list of them or one that is not awaited. */
export function planOf(method: string, other: { readonly plan: LogicalPlan }): LogicalPlan {
  const plan = (other as { readonly plan?: LogicalPlan } | null | undefined)?.plan
  if (typeof plan !== 'object') throw analysisError('NOT_EXPECTED_TYPE', { argName: `of ${method}()`, expectedType: 'a DataFrame', argType: other instanceof Promise ? 'a Promise (await it first)' : kindOf(other) })
  return plan
}

/** A schema as a StructType or DDL text. Throws NOT_EXPECTED_TYPE, and PARSE_SYNTAX_ERROR for a text that is none. */
export function schemaOf(schema: StructTypeShape | string): StructTypeShape {
  if (typeof schema === 'string') return parseSchema(schema)
  if ((schema as StructTypeShape | null | undefined)?.kind !== 'struct') throw analysisError('NOT_EXPECTED_TYPE', { argName: 'of schema()', expectedType: 'a StructType or a text such as "id BIGINT, at TIMESTAMP"', argType: kindOf(schema) })
  return schema
}

/** A name as a text. Throws NOT_EXPECTED_TYPE. */
export function nameText(method: string, name: string): string {
  if (typeof name !== 'string') throw analysisError('NOT_EXPECTED_TYPE', { argName: `of ${method}()`, expectedType: 'a name such as "ventas"', argType: kindOf(name) })
  return name
}

/** Values by names: an object or a Map. Throws NOT_EXPECTED_TYPE. */
export function valuesByName<T extends object>(method: string, values: T): T {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw analysisError('NOT_EXPECTED_TYPE', { argName: `of ${method}()`, expectedType: 'an object such as { price: F.col("s.price") }', argType: kindOf(values) })
  return values
}

/** Values by name: an object or a Map. */
export type Named<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>
/** The names with their values, in order. */
export function entriesOf<T>(named: Named<T>): (readonly [string, T])[] { return named instanceof Map ? [...named as ReadonlyMap<string, T>] : Object.entries(named) }
