/** sum, avg and their try_ forms: whole numbers to BIGINT, decimals to ten more digits, all else to DOUBLE. */
import { executionError } from '../../errors/spark-error.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator, AggregateFunction } from '../../expressions/aggregate-function.ts'
import type { Resolved } from '../../expressions/expression.ts'
import type { Frames } from '../../expressions/window-function.ts'
import { booleanType, doubleType, isAnsiInterval, isIntegral, longType, type DataType, type DecimalType } from '../../types/data-type.ts'
import { bounded, divideRounded, fits, power10 } from '../../types/decimal.ts'
import { castTo } from '../cast.ts'
import { expectArity, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { aggregate } from './bind.ts'
import { presentBefore } from './over-frames.ts'
import { rowAggregate, rowsOverFrames, type RowAggregate } from './row-aggregate.ts'
import { DoubleSum, doublesOverFrames } from './sum-double.ts'
import { grownBytes, grownLongs } from './typed-arrays.ts'

type Mode = 'ansi' | 'try' | 'legacy'

/** Sums of whole numbers, checked, or wrapping without ANSI. A sum that try_sum gives up is marked and stays NULL. */
class LongSum implements Accumulator {
  readonly #mode: Mode
  #sums = new BigInt64Array(16)
  // 0 no rows yet, 1 a sum, 2 given up
  #states = new Uint8Array(16)

  constructor(mode: Mode) { this.#mode = mode }
  resize(count: number): void { this.#sums = grownLongs(this.#sums, count); this.#states = grownBytes(this.#states, count) }

  #add(g: number, v: bigint): void {
    const sum = this.#sums[g]!, r = BigInt.asIntN(64, sum + v)
    if (BigInt.asIntN(64, (sum ^ r) & (v ^ r)) < 0n) {
      if (this.#mode === 'ansi') throw executionError('ARITHMETIC_OVERFLOW', { message: `the sum ${sum} + ${v} is no BIGINT`, alternative: '`try_sum`' })
      if (this.#mode === 'try') { this.#states[g] = 2; return }
    }
    if (this.#states[g] === 2) return
    this.#sums[g] = r
    this.#states[g] = 1
  }

  update(groups: Int32Array, length: number, [values]: readonly Vector[]): void {
    if (values instanceof FixedVector && values.data instanceof BigInt64Array) {
      const { data, nulls } = values
      for (let i = 0; i < length; i++) if (nulls === null || nulls[i] === 0) this.#add(groups[i]!, data[i]!)
      return
    }
    for (let i = 0; i < length; i++) { const v = values!.get(i) as bigint | null; if (v !== null) this.#add(groups[i]!, v) }
  }

  merge(groups: Int32Array, length: number, [sums]: readonly Vector[]): void {
    for (let i = 0; i < length; i++) { const v = sums!.get(i) as bigint | null; if (v !== null) this.#add(groups[i]!, v) }
  }

  buffers(count: number): Vector[] { return [this.result(count)] }
  result(count: number): Vector {
    let nulls: Uint8Array | null = null
    for (let g = 0; g < count; g++) if (this.#states[g] !== 1) (nulls ??= new Uint8Array(count))[g] = 1
    return new FixedVector(longType, this.#sums.slice(0, count), nulls, count)
  }
}

const sumFunction = (type: DataType, bufferTypes: readonly DataType[], create: () => Accumulator, overFrames: AggregateFunction['overFrames']): AggregateFunction => ({ name: 'sum', type, bufferTypes, create, overFrames })

/** Sums of whole numbers over frames: differences of running sums where no sum can leave the whole numbers a double holds; else row by row, checked. */
function longsOverFrames(mode: Mode, f: Frames, args: readonly Vector[]): Vector {
  const v = args[0]!, present = presentBefore(args, v.length), sums = new Float64Array(v.length + 1)
  let size = 0
  for (let i = 0; i < v.length; i++) { const x = present[i + 1]! > present[i]! ? Number(v.value(i)) : 0; size += Math.abs(x); sums[i + 1] = sums[i]! + x }
  if (size > Number.MAX_SAFE_INTEGER) return rowsOverFrames(checkedSum(mode), f, args)
  const out = new BigInt64Array(f.length), nulls = new Uint8Array(f.length)
  let empty = false
  for (let i = 0; i < f.length; i++) {
    const from = f.from[i]!, to = f.to[i]!
    if (present[from] === present[to]) { nulls[i] = 1; empty = true } else out[i] = BigInt(sums[to]! - sums[from]!)
  }
  return new FixedVector(longType, out, empty ? nulls : null, f.length)
}

const checkedSum = (mode: Mode): RowAggregate => {
  const of = (s: unknown[]): LongSum => (s[0] ??= new LongSum(mode)) as LongSum
  const group = new Int32Array(1)
  return { name: 'sum', type: longType, bufferTypes: [longType], zero: () => [null], update(s, v: bigint | null) { if (v !== null) of(s).update(group, 1, [new FixedVector(longType, BigInt64Array.of(v), null)]) }, merge() {}, finish: s => of(s as unknown[]).result(1).get(0) }
}

function decimalSum(t: DecimalType, mode: Mode): AggregateFunction {
  const type = bounded(t.precision + 10, t.scale)
  // State: the sum (NULL once it did not fit), and whether there was no row.
  return rowAggregate({
    name: 'sum', type, bufferTypes: [type, booleanType],
    zero: () => [0n, true],
    update(s, v: bigint | null) { if (v !== null) { s[1] = false; if (s[0] !== null) { const r = (s[0] as bigint) + v; s[0] = fits(r, type.precision) ? r : null } } },
    merge(s, [sum, empty]) { if (empty === true) return; s[1] = false; if (s[0] === null || sum === null) { s[0] = null; return } const r = (s[0] as bigint) + (sum as bigint); s[0] = fits(r, type.precision) ? r : null },
    finish([sum, empty]) {
      if (empty === true) return null
      if (sum === null && mode === 'ansi') throw executionError('ARITHMETIC_OVERFLOW', { message: 'the sum does not fit', alternative: '`try_sum`' })
      return sum
    },
  })
}

function intervalSum(t: DataType): AggregateFunction {
  const type: DataType = t.kind === 'daytimeinterval' ? { kind: 'daytimeinterval', start: 0, end: 3 } : { kind: 'yearmonthinterval', start: 0, end: 1 }
  return rowAggregate({ name: 'sum', type, bufferTypes: [type], zero: () => [null], update(s, v) { if (v !== null) s[0] = s[0] === null ? v : (s[0] as bigint) + v }, merge(s, [v]) { if (v !== null) s[0] = s[0] === null ? v : (s[0] as bigint) + (v as bigint) }, finish: s => s[0] })
}

function decimalAverage(t: DecimalType, mode: Mode): AggregateFunction {
  const sumType = bounded(t.precision + 10, t.scale), type = bounded(t.precision + 4, t.scale + 4)
  return rowAggregate({
    name: 'avg', type, bufferTypes: [sumType, longType], zero: () => [0n, 0n],
    update(s, v: bigint | null) { if (v !== null) { s[0] = (s[0] as bigint) + v; s[1] = (s[1] as bigint) + 1n } },
    merge(s, [sum, n]) { s[0] = (s[0] as bigint) + (sum as bigint); s[1] = (s[1] as bigint) + (n as bigint) },
    finish([sum, n]) {
      if (n === 0n) return null
      const r = divideRounded((sum as bigint) * power10(type.scale - t.scale), n as bigint, 'half-up')
      if (fits(r, type.precision) && fits(sum as bigint, sumType.precision)) return r
      if (mode === 'ansi') throw executionError('ARITHMETIC_OVERFLOW', { message: 'the average does not fit', alternative: '`try_avg`' })
      return null
    },
  })
}

function numeric(c: FunctionCall, context: BindContext): Resolved {
  expectArity(c, 1)
  const a = plainArgs(c)[0]!
  switch (a.type.kind) {
    case 'byte': case 'short': case 'int': return castTo(a, longType, context)
    case 'long': case 'double': case 'decimal': case 'daytimeinterval': case 'yearmonthinterval': return a
    case 'float': case 'string': case 'void': case 'timestamp': return castTo(a, doubleType, context)
    default: throw unexpectedType(c, 1, '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")', a)
  }
}

const modeOf = (trying: boolean, context: BindContext): Mode => (trying ? 'try' : context.ansi ? 'ansi' : 'legacy')

const sum = (trying: boolean): FunctionDefinition => ({
  bind(c, context) {
    const a = numeric(c, context), mode = modeOf(trying, context)
    const f = a.type.kind === 'decimal' ? decimalSum(a.type, mode) : isAnsiInterval(a.type) ? intervalSum(a.type) : isIntegral(a.type) ? sumFunction(longType, [longType], () => new LongSum(mode), (frames, args) => longsOverFrames(mode, frames, args)) : sumFunction(doubleType, [doubleType], () => new DoubleSum(false), (frames, args) => doublesOverFrames(false, frames, args))
    return aggregate(c, trying ? 'try_sum' : 'sum', [a], f)
  },
})

const avg = (trying: boolean): FunctionDefinition => ({
  bind(c, context) {
    const a = numeric(c, context)
    if (a.type.kind === 'decimal') return aggregate(c, 'avg', [a], decimalAverage(a.type, modeOf(trying, context)))
    return aggregate(c, 'avg', [castTo(a, doubleType, context)], { name: 'avg', type: doubleType, bufferTypes: [doubleType, longType], create: () => new DoubleSum(true), overFrames: (frames, args) => doublesOverFrames(true, frames, args) })
  },
})

export const sumFunctions: FunctionFamily = { sum: sum(false), try_sum: sum(true), avg: avg(false), mean: avg(false), try_avg: avg(true) }
