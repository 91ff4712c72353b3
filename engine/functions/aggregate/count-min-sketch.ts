/** count_min_sketch: how often values occur, told too high at most, in rows of counters that each value finds by hashing; kept and given as the bytes that Spark's CountMinSketch reads. */
import { analysisError } from '../../errors/spark-error.ts'
import { hashBytes } from '../../columns/murmur3.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import { binaryType, isIntegral, longType, type DataType } from '../../types/data-type.ts'
import { castTo } from '../cast.ts'
import { expectArity, expectConstant, plainArgs, quoted, unexpectedType, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { JavaRandom } from '../java-random.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'

const prime = 0x7fffffffn
const utf8 = new TextEncoder()

class Sketch {
  readonly #depth: number
  readonly #width: number
  readonly #factors: readonly bigint[]
  readonly #table: BigInt64Array
  #total = 0n

  constructor(eps: number, confidence: number, seed: bigint) {
    this.#width = Math.ceil(2 / eps)
    this.#depth = Math.ceil(-Math.log1p(-confidence) / Math.log(2))
    const random = new JavaRandom(seed)
    this.#factors = Array.from({ length: this.#depth }, () => BigInt(random.nextInt()))
    this.#table = new BigInt64Array(this.#depth * this.#width)
  }

  addLong(v: bigint): void {
    for (let i = 0; i < this.#depth; i++) {
      const product = BigInt.asIntN(64, this.#factors[i]! * v), folded = BigInt.asIntN(64, product + (product >> 32n)) & prime
      this.#count(i, Number(folded) % this.#width)
    }
    this.#total++
  }

  addBytes(bytes: Uint8Array): void {
    const one = hashBytes(bytes, 0, bytes.length, 0), two = hashBytes(bytes, 0, bytes.length, one)
    for (let i = 0; i < this.#depth; i++) this.#count(i, Math.abs(((one + Math.imul(i, two)) | 0) % this.#width))
    this.#total++
  }

  #count(row: number, at: number): void { const k = row * this.#width + at; this.#table[k] = this.#table[k]! + 1n }

  /** Takes in what another sketch of the same measures was stored as. */
  merge(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start = this.#tableStart
    this.#total += view.getBigInt64(4)
    for (let k = 0; k < this.#table.length; k++) this.#table[k] = this.#table[k]! + view.getBigInt64(start + 8 * k)
  }

  get #tableStart(): number { return 20 + 8 * this.#depth }

  encode(): Uint8Array {
    const out = new Uint8Array(this.#tableStart + 8 * this.#table.length), view = new DataView(out.buffer)
    view.setInt32(0, 1)
    view.setBigInt64(4, this.#total)
    view.setInt32(12, this.#depth)
    view.setInt32(16, this.#width)
    this.#factors.forEach((f, i) => view.setBigInt64(20 + 8 * i, f))
    this.#table.forEach((n, k) => view.setBigInt64(this.#tableStart + 8 * k, n))
    return out
  }
}

const parameters = ['column', 'eps', 'confidence', 'seed']

// A constant argument that has its type already: nothing becomes it by itself. Throws where it is none, or NULL.
function constant(c: FunctionCall, index: number, kinds: readonly DataType['kind'][], type: string): number | bigint {
  const given = plainArgs(c)[index]!, name = parameters[index]!
  if (given.type.kind !== 'void' && !kinds.includes(given.type.kind)) throw unexpectedType(c, index + 1, type, given)
  expectConstant(c, given, name, type)
  const value = evaluateConstant(given) as number | bigint | null
  if (value === null) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: name })
  return value
}

const countMinSketch: FunctionDefinition = {
  bind(c, context) {
    if (c.args.length < 4) throw analysisError('REQUIRED_PARAMETER_NOT_FOUND', { routineName: quoted(c.name), parameterName: quoted(parameters[c.args.length]!) })
    expectArity(c, 4)
    const given = plainArgs(c)[0]!, a = given.type.kind === 'void' ? castTo(given, longType, context) : given, { type } = a, whole = isIntegral(type)
    if (!whole && type.kind !== 'string' && type.kind !== 'binary') throw unexpectedType(c, 1, '("INTEGRAL" or "STRING" or "BINARY")', a)
    const eps = constant(c, 1, ['double'], '"DOUBLE"') as number, confidence = constant(c, 2, ['double'], '"DOUBLE"') as number, seed = BigInt.asIntN(32, BigInt(constant(c, 3, ['int', 'long'], '("INT" or "BIGINT")')))
    const refuse = (exprName: string, valueRange: string, value: number): Error => analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName, valueRange, currentValue: String(value) })
    if (!(eps > 0)) throw refuse('eps', '(0.0, 1.7976931348623157E308]', eps)
    if (!(confidence > 0 && confidence < 1)) throw refuse('confidence', '(0.0, 1.0)', confidence)
    const add: (s: Sketch, v: any) => void = whole ? (s, v: number | bigint) => s.addLong(BigInt(v)) : type.kind === 'string' ? (s, v: string) => s.addBytes(utf8.encode(v)) : (s, v: Uint8Array) => s.addBytes(v)
    return aggregate(c, 'count_min_sketch', [a], rowAggregate({
      name: 'count_min_sketch', type: binaryType, bufferTypes: [binaryType], zero: () => [new Sketch(eps, confidence, seed)],
      update(s, v) { if (v !== null) add(s[0] as Sketch, v) },
      merge: (s, [other]) => (s[0] as Sketch).merge(other as Uint8Array),
      finish: s => (s[0] as Sketch).encode(), store: s => [(s[0] as Sketch).encode()],
    }), false, { eps, confidence, seed: String(seed) })
  },
}

export const countMinSketchFunctions: FunctionFamily = { count_min_sketch: countMinSketch }
