/** Which casts may give NULL for what is not NULL, as schemas say of them. With ANSI such a cast raises an error instead, and its column may still be NULL to Spark. */
import type { DataType } from '../types/data-type.ts'

const digits: Readonly<Record<string, number>> = { boolean: 1, byte: 3, short: 5, int: 10, long: 20 }
const wholes = new Set(['byte', 'short', 'int', 'long'])

// Whether every value of the type has its place among these decimals.
function fitsDecimal(from: DataType, precision: number, scale: number): boolean {
  if (from.kind === 'decimal') return from.precision - from.scale <= precision - scale && from.scale <= scale
  const own = digits[from.kind]
  return own !== undefined && own <= precision - scale
}

/** Whether CAST makes a column that may be NULL of one that may not. */
export function mayGiveNull(from: DataType, to: DataType): boolean {
  switch (from.kind) {
    case 'string': return to.kind !== 'string' && to.kind !== 'binary'
    case 'variant': return true
    case 'timestamp': if (to.kind === 'byte' || to.kind === 'short' || to.kind === 'int') return true; break
    case 'float': case 'double': if (wholes.has(to.kind) || to.kind === 'timestamp') return true; break
    case 'decimal': if (wholes.has(to.kind)) return true; break
    case 'date': if (to.kind === 'timestamp_ntz') return true; break
  }
  if (to.kind === 'date') return from.kind !== 'timestamp'
  return to.kind === 'calendarinterval' || (to.kind === 'decimal' && !fitsDecimal(from, to.precision, to.scale))
}

/** Whether TRY_CAST does: of all but what never fails. */
export function tryMayGiveNull(from: DataType, to: DataType): boolean {
  if (mayGiveNull(from, to)) return true
  const order = ['byte', 'short', 'int', 'long', 'float', 'double'], at = order.indexOf(from.kind)
  if (to.kind === 'string') return !['boolean', 'decimal', 'date', 'timestamp', 'timestamp_ntz', ...order].includes(from.kind)
  return !(at >= 0 && order.indexOf(to.kind) > at)
}
