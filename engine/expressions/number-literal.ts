/** Number literals: INT, BIGINT and DECIMAL by size, DOUBLE by exponent, the others by suffix (L S Y D F BD). */
import { parseError } from '../errors/spark-error.ts'
import { byteType, decimalType, doubleType, floatType, intType, longType, shortType, simpleString, type DataType } from '../types/data-type.ts'
import { parseDecimal } from '../types/decimal.ts'
import type { Literal } from './expression.ts'

const literal = (value: unknown, type: DataType): Literal => ({ kind: 'literal', value, type, nullable: false })
const largestFloat = 3.4028234663852886e38

/** The literal of a number as written, with its sign: `1`, `-2147483648`, `1.50`, `1e3`, `5L`. Throws INVALID_NUMERIC_LITERAL_RANGE, DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION. */
export function numberLiteral(text: string): Literal {
  const [, body, suffix] = /^(.*?)(BD|[LSYDF])?$/i.exec(text) as unknown as [string, string, string | undefined]
  switch (suffix?.toUpperCase()) {
    case 'L': return literal(integral(body, 64, longType), longType)
    case 'S': return literal(Number(integral(body, 16, shortType)), shortType)
    case 'Y': return literal(Number(integral(body, 8, byteType)), byteType)
    case 'D': return literal(fractional(body, Number.MAX_VALUE, doubleType), doubleType)
    case 'F': return literal(Math.fround(fractional(body, largestFloat, floatType)), floatType)
    case 'BD': return decimal(body)
  }
  if (/e/i.test(body)) return literal(fractional(body, Number.MAX_VALUE, doubleType), doubleType)
  if (body.includes('.')) return decimal(body)
  const v = BigInt(body)
  if (BigInt.asIntN(32, v) === v) return literal(Number(v), intType)
  return BigInt.asIntN(64, v) === v ? literal(v, longType) : decimal(body)
}

function outside(text: string, least: string, most: string, type: DataType): Error {
  return parseError('INVALID_NUMERIC_LITERAL_RANGE', { rawStrippedQualifier: text, minValue: least, maxValue: most, typeName: simpleString(type) })
}

function integral(body: string, bits: number, type: DataType): bigint {
  const v = BigInt(body), most = 2n ** BigInt(bits - 1)
  if (v < -most || v >= most) throw outside(body, String(-most), String(most - 1n), type)
  return v
}

function fractional(body: string, most: number, type: DataType): number {
  const v = Number(body)
  if (Math.abs(v) > most) throw outside(body, String(-most), String(most), type)
  return v
}

function decimal(body: string): Literal {
  const d = parseDecimal(body)
  const tooLong = (precision: number): Error => parseError('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision, maxPrecision: 38 })
  if (d === null) throw tooLong(body.replace(/\D/g, '').length)
  if (d.scale > 38 || d.scale < -38) throw tooLong(Math.abs(d.scale))
  const scale = Math.max(0, d.scale), unscaled = d.scale < 0 ? d.unscaled * 10n ** BigInt(-d.scale) : d.unscaled
  const precision = Math.max((unscaled < 0n ? -unscaled : unscaled).toString().length, scale)
  if (precision > 38) throw tooLong(precision)
  return literal(unscaled, decimalType(precision, scale))
}
