/** Event-time columns as numbers: a timestamp, or a window by its end. Comparisons with a watermark are made in whole milliseconds. */
import { ConstantVector } from '../../columns/constant-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'

/**
 * The least millisecond that is not before the time of each row, NaN for NULL: `time <= watermark` is then `ms <= watermarkMs` for any watermark in milliseconds,
 * and false for NULL, which is neither late nor complete.
 */
export function ceilMillis(column: Vector, length: number): Float64Array { return millis(column, length, Math.ceil, 999n) }

/** The millisecond each time lies in, NaN for NULL. */
export function floorMillis(column: Vector, length: number): Float64Array { return millis(column, length, Math.floor, 0n) }

// The micros are read as two 32-bit halves and computed in doubles, exact up to the year 2255; other times take the slow way.
function millis(column: Vector, length: number, round: (x: number) => number, up: bigint): Float64Array {
  const times = timesOf(column), out = new Float64Array(length), nulls = times.nulls
  if (times instanceof ConstantVector) return out.fill(slowMillis(times.constant as bigint | null, up))
  const halves = times instanceof FixedVector ? new Int32Array(times.data.buffer, times.data.byteOffset, length * 2) : null
  for (let i = 0; i < length; i++) {
    if (nulls !== null && nulls[i] !== 0) { out[i] = NaN; continue }
    const high = halves === null ? 2_000_000 : halves[2 * i + 1]!
    out[i] = high < 2_000_000 && high > -2_000_000 ? round((high * 4294967296 + (halves![2 * i]! >>> 0)) / 1000) : slowMillis(times.get(i) as bigint | null, up)
  }
  return out
}

function slowMillis(us: bigint | null, up: bigint): number {
  if (us === null) return NaN
  const t = us + up
  return Number(t >= 0n || t % 1000n === 0n ? t / 1000n : t / 1000n - 1n)
}

/** The times in microseconds, moved on by some milliseconds; a NULL is 0, as Spark reads it where it wants a number. */
export function microsOf(column: Vector, length: number, plusMs: number): BigInt64Array {
  const times = timesOf(column), out = new BigInt64Array(length), plus = BigInt(plusMs) * 1000n
  for (let i = 0; i < length; i++) out[i] = (times.isNull(i) ? 0n : times.value(i) as bigint) + plus
  return out
}

/** The column itself, or the ends of its windows. */
export function timesOf(column: Vector): Vector {
  if (column.type.kind !== 'struct') return column
  if (column instanceof StructVector) return column.field(1)
  return timesOf(column.take(Int32Array.from({ length: column.length }, (_, i) => i), column.length))
}
