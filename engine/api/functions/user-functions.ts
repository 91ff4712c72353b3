/** Functions of the user's own in expressions: udf() makes one, call_udf() calls a registered one by name; broadcast() marks a DataFrame. */
import type { ValueInput } from '../../columns/typed-rows.ts'
import { analysisError } from '../../errors/spark-error.ts'
import type { UserFunction } from '../../expressions/user-function.ts'
import { simpleString, type DataType } from '../../types/data-type.ts'
import { parseTypeOrSchema } from '../../types/ddl.ts'
import type { DataFrame } from '../dataframe.ts'
import { call, Column, columnNamed, type ColumnOrName } from '../column.ts'

/** A function that is called with columns, one for each of its parameters, and gives a Column. */
export interface UserDefinedFunction<A extends any[] = any[]> {
  (...columns: { [K in keyof A]: ColumnOrName }): Column
  readonly returnType: DataType
  readonly deterministic: boolean
  /** The same function for which the same arguments may give another result (random numbers, the time, a counter): it is never computed before it is needed, nor once for equal values. */
  asNondeterministic(): UserDefinedFunction<A>
  /** The same function under another name, as columns and errors show it. */
  withName(name: string): UserDefinedFunction<A>
  /** What expressions carry. Not part of the public API. */
  readonly definition: UserFunction
}

/**
 * Makes a function of columns of a JavaScript function of values, also on streams. `returnType` is DDL text such as `"BIGINT"` or `"ARRAY<STRING>"`, or a DataType; it is STRING when left out.
 * Values come as collect() gives them (BIGINT a number, DECIMAL a Decimal, TIMESTAMP a Date with microseconds, a struct an object, a map a Map), NULL comes as null, and null is NULL.
 * The function is taken for deterministic, as in Spark: it may be called more or less often than there are rows; say `asNondeterministic()` where that matters. It cannot be async.
 * What it throws, or a value that does not fit the type, fails the query with FAILED_EXECUTE_UDF.
 * @example
 * const conIva = F.udf((monto: number | null) => (monto === null ? null : monto * 1.19), 'DOUBLE')
 * df.select(conIva('monto').alias('total'))
 */
export function udf<A extends any[], T extends string | DataType = 'STRING'>(f: (...values: A) => ValueInput<T> | undefined, returnType?: T): UserDefinedFunction<A> {
  if (typeof f !== 'function') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `udf needs a function, found ${typeof f}`, advice: 'Write for instance F.udf(x => x * 2, "DOUBLE").' })
  const type: DataType = returnType === undefined ? { kind: 'string' } : typeof returnType === 'string' ? parseTypeOrSchema(returnType) : returnType
  return userFunction({ name: f.name === '' ? 'UDF' : f.name, evaluate: f as (...values: any[]) => unknown, returnType: type, deterministic: true })
}

function userFunction<A extends any[]>(definition: UserFunction): UserDefinedFunction<A> {
  const apply = (...columns: ColumnOrName[]): Column => new Column({ kind: 'unresolved-call', name: definition.name, args: columns.map(c => columnNamed(c).expression), user: definition })
  return Object.assign(apply, {
    definition, returnType: definition.returnType, deterministic: definition.deterministic,
    asNondeterministic: () => userFunction<A>({ ...definition, deterministic: false }),
    withName: (name: string) => userFunction<A>({ ...definition, name }),
    toString: () => `${definition.name}(…): ${simpleString(definition.returnType)}`,
  })
}

/** Marks the small side of a join: rows are the same with and without, for one process has nothing to send. `clicks.join(F.broadcast(pages), "page")` */
export function broadcast(df: DataFrame): DataFrame { return df.hint('broadcast') }

/** Calls a function by its name, one that `spark.udf.register` made or one of SQL's. `F.call_udf("con_iva", "monto")` */
export function call_udf(name: string, ...columns: readonly ColumnOrName[]): Column { return call(name, ...columns.map(c => columnNamed(c))) }
