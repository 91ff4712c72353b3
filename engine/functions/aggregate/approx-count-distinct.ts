/**
 * approx_count_distinct: HyperLogLog++ on xxHash64 (seed 42), 6-bit registers ten to a word, as Spark keeps them.
 * Small counts by linear counting; above its range the plain HyperLogLog estimate (Spark corrects that by an empirical table, so middling counts differ from Spark's by up to a few in a thousand).
 */
import { analysisError } from '../../errors/spark-error.ts'
import { xxHash64Value } from '../../columns/xxhash64.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import { doubleType, longType, type DataType } from '../../types/data-type.ts'
import { castTo } from '../cast.ts'
import { expectArity, plainArgs, type FunctionFamily } from '../define.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'

/** Counts up to which linear counting is the better estimate, by precision from 4 on (published with the algorithm). */
const thresholds = [10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 11500, 20000, 50000, 120000, 350000]

class Registers {
  readonly p: number
  readonly bytes: Uint8Array
  constructor(p: number) { this.p = p; this.bytes = new Uint8Array(2 ** p) }

  add(hash: bigint): void {
    const h = BigInt.asUintN(64, hash), at = Number(h >> BigInt(64 - this.p))
    const rest = BigInt.asUintN(64, h << BigInt(this.p)) | (1n << BigInt(this.p - 1))
    const zeros = 65 - rest.toString(2).length
    if (zeros > this.bytes[at]!) this.bytes[at] = zeros
  }

  estimate(): number {
    const m = this.bytes.length
    let sum = 0, empty = 0
    for (const r of this.bytes) { sum += 2 ** -r; if (r === 0) empty++ }
    const alpha = this.p === 4 ? 0.673 : this.p === 5 ? 0.697 : this.p === 6 ? 0.709 : 0.7213 / (1 + 1.079 / m)
    const raw = (alpha * m * m) / sum
    if (empty > 0) { const linear = m * Math.log(m / empty); if (linear <= thresholds[this.p - 4]!) return Math.round(linear) }
    return Math.round(raw)
  }
}

const words = (p: number): number => Math.ceil(2 ** p / 10)

export const approxCountDistinctFunctions: FunctionFamily = {
  approx_count_distinct: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const [a, r] = plainArgs(c)
      const rsd = r === undefined ? 0.05 : Number(evaluateConstant(castTo(r, doubleType, context)))
      const p = Math.ceil((2 * Math.log(1.106 / rsd)) / Math.log(2))
      if (!(p >= 4) || p > 18) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'relativeSD', valueRange: '[0.002, 0.39]', currentValue: String(rsd) })
      const type = a!.type, buffers: DataType[] = Array.from({ length: words(p) }, () => longType)
      const load = (state: readonly unknown[]): Registers => {
        const registers = new Registers(p)
        for (let i = 0; i < registers.bytes.length; i++) registers.bytes[i] = Number(((state[Math.floor(i / 10)] as bigint) >> BigInt((i % 10) * 6)) & 63n)
        return registers
      }
      return aggregate(c, 'approx_count_distinct', [a!], rowAggregate({
        name: 'approx_count_distinct', type: longType, bufferTypes: buffers, zero: () => [new Registers(p)],
        update(s, v) { if (v !== null) (s[0] as Registers).add(xxHash64Value(type, v === 0 ? 0 : v, 42n)) },
        merge(s, o) { const mine = (s[0] as Registers).bytes, other = load(o).bytes; for (let i = 0; i < mine.length; i++) if (other[i]! > mine[i]!) mine[i] = other[i]! },
        finish: s => BigInt((s[0] as Registers).estimate()),
        store(s) {
          const { bytes } = s[0] as Registers, out = new Array<bigint>(words(p)).fill(0n)
          for (let i = 0; i < bytes.length; i++) out[Math.floor(i / 10)]! |= BigInt(bytes[i]!) << BigInt((i % 10) * 6)
          return out
        },
      }), false, { p })
    },
  },
}
