/** Casts between numbers that never fail or fail by a simple test, as inline source for generated loops. */
import { executionError } from '../errors/spark-error.ts'
import type { Emitter } from '../expressions/codegen/emitter.ts'
import { sqlName, type DataType } from '../types/data-type.ts'
import type { CastMode } from './cast-values.ts'

const width: Readonly<Record<string, number>> = { byte: 8, short: 16, int: 32, long: 64 }

/** The source of a cast over the source of a value, or null where a function has to do it. */
export function numericSource(from: DataType, to: DataType, mode: CastMode): ((a: string, emitter: Emitter) => string) | null {
  const f = width[from.kind], t = width[to.kind]
  if (f !== undefined && t !== undefined && t >= f) return t === 64 && f < 64 ? a => `BigInt(${a})` : a => a
  if (f !== undefined && f < 64 && to.kind === 'double') return a => a
  if (f !== undefined && f < 64 && to.kind === 'float') return a => `Math.fround(${a})`
  if (from.kind === 'long' && to.kind === 'double') return a => `Number(${a})`
  if (from.kind === 'float' && to.kind === 'double') return a => a
  if (from.kind === 'double' && to.kind === 'float') return a => `Math.fround(${a})`
  if (f !== undefined && t !== undefined && f < 64 && mode === 'legacy') return a => (t === 8 ? `(${a} << 24 >> 24)` : `(${a} << 16 >> 16)`)
  if (from.kind === 'boolean' && t !== undefined) return a => (t === 64 ? `(${a} ? 1n : 0n)` : `(${a} ? 1 : 0)`)
  if (from.kind === 'boolean' && (to.kind === 'double' || to.kind === 'float')) return a => `(${a} ? 1 : 0)`
  return t === undefined || mode !== 'ansi' ? null : checkedSource(from, to, t)
}

// Casts to a narrower whole number with ANSI: a test, and an error where it fails.
function checkedSource(from: DataType, to: DataType, bits: number): ((a: string, emitter: Emitter) => string) | null {
  const fail = (v: unknown): never => { throw overflow(v, from, to) }
  if (from.kind === 'double' || from.kind === 'float') {
    const [least, most] = bits === 64 ? ['-9223372036854775808', '9223372036854774784'] : [String(-(2 ** (bits - 1))), String(2 ** (bits - 1) - 1)]
    return (a, e) => {
      const v = e.fresh('t')
      e.line(`const ${v} = Math.trunc(${a});`)
      e.line(`if (!(${v} >= ${least} && ${v} <= ${most})) ${e.constant(fail)}(${a});`)
      return bits === 64 ? `BigInt(${v})` : `(${v} | 0)`
    }
  }
  if (from.kind === 'long') return (a, e) => { e.line(`if (BigInt.asIntN(${bits}, ${a}) !== ${a}) ${e.constant(fail)}(${a});`); return `Number(BigInt.asIntN(${bits}, ${a}))` }
  const up = 32 - bits
  return width[from.kind] === undefined ? null : (a, e) => { e.line(`if ((${a} << ${up} >> ${up}) !== ${a}) ${e.constant(fail)}(${a});`); return a }
}

/** The error of a number that is too large. */
export function overflow(value: unknown, from: DataType, to: DataType): Error {
  return executionError('CAST_OVERFLOW', { value: String(value), sourceType: `"${sqlName(from)}"`, targetType: `"${sqlName(to)}"` })
}

