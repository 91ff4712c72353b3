/** Casts between numbers that never fail or fail by a simple test, as inline source for generated loops. */
import { executionError } from '../errors/spark-error.ts'
import { sqlName, type DataType } from '../types/data-type.ts'
import type { CastMode } from './cast-values.ts'

const width: Readonly<Record<string, number>> = { byte: 8, short: 16, int: 32, long: 64 }

/** The source of a cast over the source of a value, or null where a function has to do it. */
export function numericSource(from: DataType, to: DataType, mode: CastMode): ((a: string) => string) | null {
  const f = width[from.kind], t = width[to.kind]
  if (f !== undefined && t !== undefined && t >= f) return t === 64 && f < 64 ? a => `BigInt(${a})` : a => a
  if (f !== undefined && f < 64 && to.kind === 'double') return a => a
  if (f !== undefined && f < 64 && to.kind === 'float') return a => `Math.fround(${a})`
  if (from.kind === 'long' && to.kind === 'double') return a => `Number(${a})`
  if (from.kind === 'float' && to.kind === 'double') return a => a
  if (from.kind === 'double' && to.kind === 'float') return a => `Math.fround(${a})`
  if (f !== undefined && t !== undefined && f < 64 && mode === 'legacy') return a => (t === 8 ? `(${a} << 24 >> 24)` : `(${a} << 16 >> 16)`)
  if (from.kind === 'boolean' && t !== undefined) return a => (t === 64 ? `(${a} ? 1n : 0n)` : `(${a} ? 1 : 0)`)
  return null
}

/** The error of a number that is too large. */
export function overflow(value: unknown, from: DataType, to: DataType): Error {
  return executionError('CAST_OVERFLOW', { value: String(value), sourceType: `"${sqlName(from)}"`, targetType: `"${sqlName(to)}"` })
}

