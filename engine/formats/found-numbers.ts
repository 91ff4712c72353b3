/** The numbers of texts whose schema is looked for: the type that holds those of both. */
import { decimalForIntegral, decimalType, doubleType, maxPrecision, type DataType, type DecimalType } from '../types/data-type.ts'

export const isFoundNumber = <T extends { readonly kind: string }>(t: T): t is T & DataType => t.kind === 'long' || t.kind === 'double' || t.kind === 'decimal'

/** DOUBLE where one is, or where no DECIMAL has enough digits for both. */
export function joinFoundNumbers(a: DataType, b: DataType): DecimalType | typeof doubleType {
  if (a.kind === 'double' || b.kind === 'double') return doubleType
  const x = asDecimal(a), y = asDecimal(b), scale = Math.max(x.scale, y.scale), whole = Math.max(x.precision - x.scale, y.precision - y.scale)
  return whole + scale > maxPrecision ? doubleType : decimalType(whole + scale, scale)
}

const asDecimal = (t: DataType): DecimalType => (t.kind === 'decimal' ? t : decimalForIntegral.long)
