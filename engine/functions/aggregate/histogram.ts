/** histogram_numeric: bins that move with the values. Each new value is a bin of its own; where there is one too many, the two nearest become one. */
import { analysisError } from '../../errors/spark-error.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { decimalToDouble } from '../../types/decimal.ts'
import { arrayType, binaryType, doubleType, intType, longType, structField, structType, type DataType } from '../../types/data-type.ts'
import { castTo } from '../cast.ts'
import { castValue } from '../cast-values.ts'
import { expectArity, expectConstant, plainArgs, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { JavaRandom } from '../java-random.ts'
import { wantedArgument } from '../wanted.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'

/** The bins of one group: centres, ascending as far as they are numbers, and how many values each has. */
class Histogram {
  readonly #most: number
  #centres: number[] = []
  #heights: number[] = []
  // Which of several pairs of bins at one distance are joined is drawn by lot.
  readonly #lots = new JavaRandom(31183n)

  constructor(most: number) { this.#most = most }

  get centres(): readonly number[] { return this.#centres }
  get heights(): readonly number[] { return this.#heights }

  add(v: number): void {
    const centres = this.#centres
    let at = 0
    for (let from = 0, to = centres.length; from < to;) {
      at = (from + to) >> 1
      if (centres[at]! > v) to = at
      else if (centres[at]! < v) from = ++at
      else break
    }
    if (at < centres.length && centres[at] === v) { this.#heights[at]!++; return }
    centres.splice(at, 0, v)
    this.#heights.splice(at, 0, 1)
    this.#trim()
  }

  /** Takes in what was stored, behind the bins that are there. */
  merge(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bins = this.#centres.map((x, i) => [x, this.#heights[i]!] as const)
    for (let i = 0, n = view.getInt32(4); i < n; i++) bins.push([view.getFloat64(8 + 16 * i), view.getFloat64(16 + 16 * i)])
    // A stable sort; NaN comes last.
    if (this.#centres.length > 0) bins.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b))))
    this.#centres = bins.map(b => b[0])
    this.#heights = bins.map(b => b[1])
    this.#trim()
  }

  encode(): Uint8Array {
    const out = new Uint8Array(8 + 16 * this.#centres.length), view = new DataView(out.buffer)
    view.setInt32(0, this.#most)
    view.setInt32(4, this.#centres.length)
    this.#centres.forEach((x, i) => { view.setFloat64(8 + 16 * i, x); view.setFloat64(16 + 16 * i, this.#heights[i]!) })
    return out
  }

  #trim(): void {
    const x = this.#centres, y = this.#heights
    while (x.length > this.#most) {
      let least = x[1]! - x[0]!, at = 0, equals = 1
      for (let i = 1; i < x.length - 1; i++) {
        const d = x[i + 1]! - x[i]!
        if (d < least) { least = d; at = i; equals = 1 } else if (d === least && this.#lots.nextDouble() <= 1 / ++equals) at = i
      }
      const height = y[at]! + y[at + 1]!
      x[at] = x[at]! * (y[at]! / height) + (x[at + 1]! / height) * y[at + 1]!
      y[at] = height
      x.splice(at + 1, 1)
      y.splice(at + 1, 1)
    }
  }
}

/** A centre as a value of the type that came in: cast as without ANSI; dates, times and intervals by the number that they are. */
function backTo(type: DataType): (x: number) => unknown {
  switch (type.kind) {
    case 'date': case 'yearmonthinterval': return backTo(intType)
    case 'timestamp': case 'timestamp_ntz': case 'time': case 'daytimeinterval': return backTo(longType)
    default: return castValue(doubleType, type, 'legacy', 'UTC')
  }
}

function binsOf(c: FunctionCall, given: Resolved, context: BindContext): number {
  const fixed = wantedArgument(c, 1, intType, context)
  expectConstant(c, given, 'nb', '"INT"')
  const n = evaluateConstant(fixed) as number | null
  if (n === null) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: 'nb' })
  if (n < 2) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'nb', valueRange: '[2, 2147483647]', currentValue: String(n) })
  return n
}

const histogram: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const a = wantedArgument(c, 0, ['numeric', ...(plainArgs(c)[0]!.type.kind === 'time' ? [plainArgs(c)[0]!.type] : []), { kind: 'date' }, { kind: 'timestamp' }, { kind: 'timestamp_ntz' }, 'interval'], context), most = binsOf(c, plainArgs(c)[1]!, context)
    const input = a.type.kind === 'void' ? castTo(a, doubleType, context) : a, { type } = input, back = backTo(type)
    const number = type.kind === 'decimal' ? (v: unknown) => decimalToDouble(v as bigint, type.scale) : Number
    return aggregate(c, 'histogram_numeric', [input], rowAggregate({
      name: 'histogram_numeric', type: arrayType(structType([structField('x', type), structField('y', doubleType)])), bufferTypes: [binaryType], zero: () => [new Histogram(most)],
      update(s, v) { if (v !== null) (s[0] as Histogram).add(number(v)) },
      merge: (s, [other]) => (s[0] as Histogram).merge(other as Uint8Array),
      finish(s) { const h = s[0] as Histogram; return h.centres.length === 0 ? null : h.centres.map((x, i) => [back(x), h.heights[i]]) },
      store: s => [(s[0] as Histogram).encode()],
    }), true, { most })
  },
}

export const histogramFunctions: FunctionFamily = { histogram_numeric: histogram }
