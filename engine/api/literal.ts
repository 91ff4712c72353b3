/** JavaScript values as literals: whole numbers are INT or BIGINT, others DOUBLE, bigint is BIGINT, Date is TIMESTAMP, TimeOfDay is TIME. */
import { analysisError } from '../errors/spark-error.ts'
import type { Expression, Literal } from '../expressions/expression.ts'
import { binaryType, booleanType, doubleType, intType, longType, stringType, timeType, timestampType, voidType, decimalType, type DataType } from '../types/data-type.ts'
import { Decimal, TimeOfDay } from '../columns/row-values.ts'

const lit = (value: unknown, type: DataType): Literal => ({ kind: 'literal', value, type, nullable: value === null })

/** The literal of a value. Throws for values that have no SQL type. */
export function literalOf(value: unknown): Expression {
  if (value === null || value === undefined) return lit(null, voidType)
  switch (typeof value) {
    case 'boolean': return lit(value, booleanType)
    case 'string': return lit(value, stringType)
    case 'bigint': return lit(value, longType)
    case 'number':
      if (!Number.isInteger(value) || Object.is(value, -0)) return lit(value, doubleType)
      if (Math.abs(value) < 2 ** 31) return lit(value, intType)
      return Number.isSafeInteger(value) ? lit(BigInt(value), longType) : lit(value, doubleType)
  }
  if (value instanceof Decimal) return lit(value.unscaled, decimalType(Math.max(value.precision, value.scale), value.scale))
  if (value instanceof Date) return lit(BigInt(value.getTime()) * 1000n, timestampType)
  if (value instanceof TimeOfDay) return lit(value.nanoOfDay, timeType(value.nanoOfDay % 1000n === 0n ? 6 : 9))
  if (value instanceof Uint8Array) return lit(value, binaryType)
  if (Array.isArray(value)) return { kind: 'unresolved-call', name: 'array', args: value.map(literalOf) }
  throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `a value of the kind ${typeof value} cannot be a literal`, advice: 'Use a text, number, bigint, boolean, Date, Uint8Array or an array of these.' })
}
