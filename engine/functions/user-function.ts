/** Calls of the user's own functions: values go in and out as collect() shows them, one call a row inside the generated loop. */
import { toExternal, toInternal, ValueMismatch } from '../columns/rows.ts'
import { executionError } from '../errors/spark-error.ts'
import type { Call } from '../expressions/expression.ts'
import type { UserFunction } from '../expressions/user-function.ts'
import { simpleString, type DataType } from '../types/data-type.ts'
import { call, plainArgs, type FunctionCall } from './define.ts'

/** Types whose internal values are what the user sees. */
const plain = new Set<DataType['kind']>(['boolean', 'byte', 'short', 'int', 'float', 'double', 'string', 'void'])
type Convert = (value: any) => unknown
const reader = (type: DataType): Convert | null => (plain.has(type.kind) ? null : v => toExternal(type, v))

/** The call of a user's function. It sees NULL as null, and null is NULL; what it throws, or a value that does not fit, is FAILED_EXECUTE_UDF. */
export function bindUserFunction(f: UserFunction, c: FunctionCall): Call {
  const args = plainArgs(c), type = f.returnType
  const fail = (cause: unknown): never => {
    const reason = cause instanceof Error ? `${cause.name === 'Error' || cause instanceof ValueMismatch ? '' : `${cause.name}: `}${cause.message}` : String(cause)
    throw executionError('FAILED_EXECUTE_UDF', { functionName: f.name, signature: args.map(a => simpleString(a.type)).join(', '), result: simpleString(type), reason }, cause)
  }
  const invoke = typed(f.evaluate, args.map(a => reader(a.type)))
  const evaluate = (...values: unknown[]): unknown => {
    let result: unknown
    try { result = invoke(values) } catch (cause) { return fail(cause) }
    if (result === null || result === undefined) return null
    try { return toInternal(type, result) } catch (cause) { return fail(explained(cause, result, type)) }
  }
  // Under a name that no rule about SQL's own functions knows.
  return { ...call(`udf ${f.name}`, args, type, { strict: false, evaluate }, { nullable: true, deterministic: f.deterministic }), identity: f }
}

// Functions of one and two arguments are most of them: no array is spread for those.
function typed(f: (...values: any[]) => unknown, readers: readonly (Convert | null)[]): (values: unknown[]) => unknown {
  const [a = null, b = null] = readers
  if (readers.length === 1) return a === null ? v => f(v[0]) : v => f(a(v[0]))
  if (readers.length === 2 && a === null && b === null) return v => f(v[0], v[1])
  return v => f(...v.map((x, i) => { const read = readers[i]!; return read === null ? x : read(x) }))
}

function explained(cause: unknown, result: unknown, type: DataType): unknown {
  if (!(cause instanceof ValueMismatch)) return cause
  const advice = result instanceof Promise ? 'a user function cannot be async: fetch before, or work in foreachBatch'
    : type.kind === 'string' ? 'give String(value), or declare another return type' : 'correct the value, or declare another return type'
  return new ValueMismatch(`${cause.message}; ${advice}`, { cause })
}
