/** spark.udf: the user's functions that SQL text can call by name. */
import { udf, type UserDefinedFunction } from '../api/functions/user-functions.ts'
import type { ValueInput } from '../columns/typed-rows.ts'
import type { Backend } from '../plan/backend.ts'
import type { DataType } from '../types/data-type.ts'

export class UDFRegistration {
  readonly #backend: Backend

  constructor(backend: Backend) { this.#backend = backend }

  /**
   * Gives a function a name in SQL text, in `expr` and in `selectExpr` of this session; a name that SQL has is hidden by it. Takes a JavaScript function with its return type (STRING when left out), or what `F.udf` made.
   * Gives the function for use on columns. Errors and values are those of `F.udf`.
   * @example
   * spark.udf.register('con_iva', (monto: number | null) => (monto === null ? null : monto * 1.19), 'DOUBLE')
   * spark.sql('SELECT con_iva(monto) AS total FROM ventas')
   */
  register<A extends any[]>(name: string, f: UserDefinedFunction<A>): UserDefinedFunction<A>
  register<A extends any[], T extends string | DataType = 'STRING'>(name: string, f: (...values: A) => ValueInput<T> | undefined, returnType?: T): UserDefinedFunction<A>
  register(name: string, f: ((...values: any[]) => any) | UserDefinedFunction, returnType?: string | DataType): UserDefinedFunction {
    const made = ('definition' in f ? (f as UserDefinedFunction) : udf(f as (...values: any[]) => any, returnType)).withName(name)
    this.#backend.registerFunction(name, made.definition)
    return made
  }
}
