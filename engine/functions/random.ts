/** Random values and row numbers: rand, randn and uniform draw the numbers that Spark draws for a seed, uuid and unseeded calls differ each time a query is bound. */
import { analysisError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { doubleType, intType, isNumeric, longType, stringType, type DataType } from '../types/data-type.ts'
import { tightestCommonType } from '../types/coercion.ts'
import type { Implementation, Resolved } from '../expressions/expression.ts'
import { castTo } from './cast.ts'
import { call, expectArity, expectConstant, literal, plainArgs, unexpectedType, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

// The 32-bit hash by which Spark spreads a seed over all bits of the generator's state.
function mix(bytes: Uint8Array, seed: number): number {
  const c1 = 0xcc9e2d51, c2 = 0x1b873593
  let h = seed
  for (let i = 0; i < bytes.length; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    k = Math.imul(k, c1)
    k = (k << 15) | (k >>> 17)
    h ^= Math.imul(k, c2)
    h = (h << 13) | (h >>> 19)
    h = (Math.imul(h, 5) + 0xe6546b64) | 0
  }
  h ^= bytes.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** A stream of random numbers that a seed determines: the one Spark's rand and randn read. */
export class RandomStream {
  // The state of 64 bits in two halves.
  #high: number
  #low: number
  #spare: number | null = null

  constructor(seed: bigint) {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigInt64(0, seed)
    const low = mix(bytes, 0x3c074a61), high = mix(bytes, low)
    this.#high = high | 0
    this.#low = low | 0
  }

  #bits(n: number): number {
    let h = this.#high, l = this.#low
    h ^= (h << 21) | (l >>> 11)
    l ^= l << 21
    l ^= h >>> 3
    h ^= (h << 4) | (l >>> 28)
    l ^= l << 4
    this.#high = h
    this.#low = l
    return l & ((1 << n) - 1)
  }

  /** From 0 (included) to 1. */
  nextDouble(): number {
    const high = this.#bits(26)
    return (high * 134217728 + this.#bits(27)) / 2 ** 53
  }

  /** Normally distributed with mean 0 and deviation 1; they are made in pairs. */
  nextGaussian(): number {
    if (this.#spare !== null) { const v = this.#spare; this.#spare = null; return v }
    let x: number, y: number, s: number
    do {
      x = 2 * this.nextDouble() - 1
      y = 2 * this.nextDouble() - 1
      s = x * x + y * y
    } while (s >= 1 || s === 0)
    const scale = Math.sqrt((-2 * Math.log(s)) / s)
    this.#spare = y * scale
    return x * scale
  }
}

// A body that goes on from call to call, and can begin again.
const restarting = (start: () => NonNullable<Implementation['evaluate']>): Implementation => ({ evaluate: start(), restart: () => restarting(start) })
// The same where all that goes on is the stream of a seed.
const drawing = (seed: bigint, body: (stream: RandomStream) => NonNullable<Implementation['evaluate']>): Implementation => restarting(() => body(new RandomStream(seed)))

const anySeed = (): bigint => BigInt(Math.floor(Math.random() * 2 ** 52)) * 2048n + BigInt(Math.floor(Math.random() * 2048))

function seedOf(c: FunctionCall, index: number): bigint {
  if (c.args.length <= index) return anySeed()
  const given = plainArgs(c)[index]!
  expectConstant(c, given, 'seed', '"INT" or "BIGINT"')
  if (given.type.kind !== 'void' && given.type.kind !== 'int' && given.type.kind !== 'long') throw unexpectedType(c, index + 1, '("INT" or "BIGINT")', given)
  const v = evaluateConstant(given)
  return v === null ? 0n : BigInt(v as number | bigint)
}

// The type of numbers between two bounds: DOUBLE before FLOAT before DECIMAL, else the wider of two whole ones.
function typeBetween(a: DataType, b: DataType): DataType {
  for (const kind of ['double', 'float'] as const) if (a.kind === kind || b.kind === kind) return a.kind === kind ? a : b
  if (a.kind === 'decimal' && b.kind === 'decimal') return a.precision - a.scale >= b.precision - b.scale && a.scale >= b.scale ? a : b
  if (a.kind === 'decimal' || b.kind === 'decimal') return a.kind === 'decimal' ? a : b
  return tightestCommonType(a, b, true)!
}

function boundOf(c: FunctionCall, index: number, given: Resolved): Resolved {
  if (given.type.kind !== 'void' && !isNumeric(given.type)) throw unexpectedType(c, index + 1, '"NUMERIC"', given)
  expectConstant(c, given, index === 0 ? 'min' : 'max', '"NUMERIC"')
  return given
}

/** Numbers spread evenly between two constants: the draws of rand with the same seed, stretched. */
const uniform: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    const bounds = plainArgs(c).slice(0, 2).map((a, i) => boundOf(c, i, a)) as [Resolved, Resolved], seed = seedOf(c, 2)
    if (bounds.some(b => b.type.kind === 'void')) return literal(null, doubleType)
    const type = typeBetween(bounds[0].type, bounds[1].type), [low, high] = bounds.map(b => evaluateConstant(castTo(b, doubleType, context)) as number | null) as [number | null, number | null]
    if (low === null || high === null) return literal(null, type)
    return castTo(call('uniform', [], doubleType, drawing(seed, stream => () => low + (high - low) * stream.nextDouble()), { nullable: false, deterministic: false }), type, context)
  },
}

function drawn(name: string, draw: (stream: RandomStream) => number): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 0, 1)
      return call(name, [], doubleType, drawing(seedOf(c, 0), stream => () => draw(stream)), { nullable: false, deterministic: false })
    },
  }
}

const rand = drawn('rand', s => s.nextDouble())

const hexDigit = (n: number): string => n.toString(16)
function uuidText(stream: RandomStream): string {
  const part = (length: number): string => { let t = ''; for (let i = 0; i < length; i++) t += hexDigit(Math.floor(stream.nextDouble() * 16)); return t }
  return `${part(8)}-${part(4)}-4${part(3)}-${hexDigit(8 + Math.floor(stream.nextDouble() * 4))}${part(3)}-${part(12)}`
}

/** A row's number, which grows from row to row. Every row of the engine lies in partition 0. */
const rowNumber: FunctionDefinition = {
  bind(c) {
    expectArity(c, 0)
    return call('monotonically_increasing_id', [], longType, restarting(() => { let next = 0n; return () => next++ }), { nullable: false, deterministic: false })
  },
}

export const randomFunctions: FunctionFamily = {
  rand, random: rand, uniform, randn: drawn('randn', s => s.nextGaussian()),
  uuid: {
    bind(c) {
      expectArity(c, 0, 1)
      return call('uuid', [], stringType, drawing(seedOf(c, 0), stream => () => uuidText(stream)), { nullable: false, deterministic: false })
    },
  },
  // Without a seed there is no order to promise: each element is drawn from those that are left.
  shuffle: {
    bind(c) {
      expectArity(c, 1, 2)
      const a = plainArgs(c)[0]!
      if (a.type.kind !== 'array') throw unexpectedType(c, 1, '"ARRAY"', a)
      const shuffling = (stream: RandomStream) => (list: readonly unknown[]): unknown[] => { const out = [...list]; for (let i = out.length - 1; i > 0; i--) { const k = Math.floor(stream.nextDouble() * (i + 1)); [out[i], out[k]] = [out[k], out[i]] } return out }
      return call('shuffle', [a], a.type, drawing(seedOf(c, 1), shuffling), { deterministic: false })
    },
  },
  randstr: {
    bind(c) {
      expectArity(c, 1, 2)
      const given = plainArgs(c)[0]!
      expectConstant(c, given, 'length', '"INT"')
      if (!['byte', 'short', 'int'].includes(given.type.kind)) throw unexpectedType(c, 1, '"INT" or "SMALLINT"', given)
      const length = evaluateConstant(given) as number, seed = seedOf(c, 1)
      if (length < 0) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'length', valueRange: '[0, 2147483647]', currentValue: String(length) })
      const letters = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
      return call('randstr', [], stringType, drawing(seed, stream => () => Array.from({ length }, () => letters[Math.floor(stream.nextDouble() * 62)]).join('')), { nullable: false, deterministic: false })
    },
  },
  monotonically_increasing_id: rowNumber,
  spark_partition_id: { bind(c) { expectArity(c, 0); return { ...call('spark_partition_id', [], intType, { evaluate: () => 0 }, { nullable: false, deterministic: false }), ofRow: true } } },
}
