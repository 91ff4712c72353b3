/** theta_sketch_agg, theta_union_agg, theta_intersection_agg and theta_union, theta_intersection, theta_difference, theta_sketch_estimate: sets as the theta sketches of Apache DataSketches, byte for byte. */
import { hash128 } from '../../columns/murmur3-128.ts'
import { executionError } from '../../errors/spark-error.ts'
import { arrayType, binaryType, doubleType, floatType, intType, longType, stringType } from '../../types/data-type.ts'
import { aggregate } from '../aggregate/bind.ts'
import { call, expectArity, literal, quoted, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { saturated } from '../rounding.ts'
import { argumentOf, constantOf } from './arguments.ts'
import { HashTable } from './hash-table.ts'
import { rowHash } from './hash-values.ts'
import { sketchAggregate } from './sketch-aggregate.ts'
import { ThetaSketch } from './theta-sketch.ts'

export const leastLgNominal = 4, mostLgNominal = 26
export const usualLgNominal = 12

/** The types of values that become hashes. */
export const hashedTypes = [arrayType(intType), arrayType(longType), binaryType, doubleType, floatType, intType, longType, stringType]

/** The names of families as Spark's message has them, by their numbers. */
const families: Readonly<Record<number, string>> = { 1: 'ALPHA', 2: 'QUICKSELECT', 3: 'COMPACT', 4: 'UNION', 5: 'INTERSECTION', 6: 'A_NOT_B', 7: 'HLL', 8: 'QUANTILES', 9: 'TUPLE', 10: 'FREQUENCY', 15: 'KLL' }

/** The family that bytes say of themselves, null where they are no sketch of any. */
export const familyOf = (bytes: Uint8Array): string | null => (bytes.length >= 8 ? families[bytes[2]!] ?? null : null)

export function decodedTheta(name: string, bytes: Uint8Array, anySeed = false): ThetaSketch {
  const sketch = ThetaSketch.decode(bytes, anySeed)
  if (sketch !== null) return sketch
  const actual = familyOf(bytes)
  if (actual !== null && actual !== 'COMPACT') throw executionError('THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY', { function: quoted(name), expectedFamily: 'COMPACT', actualFamily: actual })
  throw executionError('THETA_INVALID_INPUT_SKETCH_BUFFER', { function: quoted(name) })
}

function checkLgNominal(name: string, value: number): number {
  if (value < leastLgNominal || value > mostLgNominal) throw executionError('SKETCH_INVALID_LG_NOM_ENTRIES', { function: quoted(name), min: leastLgNominal, max: mostLgNominal, value })
  return value
}

const lgNominalOf = (c: FunctionCall, name: string, index: number, context: BindContext): number =>
  (constantOf(c, index, [intType], usualLgNominal, context, () => executionError('THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT', { function: quoted(name) })) ?? 0) as number

/** Puts the hash of the value hashed last into a table. */
function addLast(table: HashTable): void { table.add(((hash128[0]! >>> 1) | (hash128[1]! << 31)) >>> 0, hash128[1]! >>> 1) }

const sketchAgg: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 2)
    const name = 'theta_sketch_agg', a = argumentOf(c, 0, hashedTypes, context), lgNominal = lgNominalOf(c, name, 1, context)
    return aggregate(c, name, [a], sketchAggregate<HashTable>({
      name, type: binaryType, empty: () => new HashTable(checkLgNominal(name, lgNominal)),
      adder([v]) { const hash = rowHash(v!); return (t, i) => { if (hash(i)) addLast(t); return t } },
      merge: (t, bytes) => { t.addSketch(decodedTheta(name, bytes)); return t }, store: t => t.sketch().encode(), finish: t => t.sketch().encode(),
    }), false, { lgNominal })
  },
}

const unionAgg: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 2)
    const name = 'theta_union_agg', a = argumentOf(c, 0, [binaryType], context), lgNominal = lgNominalOf(c, name, 1, context)
    const take = (t: HashTable, bytes: Uint8Array): HashTable => { t.addSketch(decodedTheta(name, bytes)); return t }
    return aggregate(c, name, [a], sketchAggregate<HashTable>({
      name, type: binaryType, empty: () => new HashTable(checkLgNominal(name, lgNominal)),
      adder: ([v]) => (t, i) => take(t, v!.value(i) as Uint8Array), merge: take, store: t => t.sketch().encode(), finish: t => t.sketch().encode(),
    }), false, { lgNominal })
  },
}

const intersectionAgg: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    const name = 'theta_intersection_agg', a = argumentOf(c, 0, [binaryType], context)
    const take = (s: ThetaSketch | null, bytes: Uint8Array): ThetaSketch => { const other = decodedTheta(name, bytes); return s === null ? other : ThetaSketch.intersection(s, other) }
    return aggregate(c, name, [a], sketchAggregate<ThetaSketch | null>({
      name, type: binaryType, empty: () => null,
      adder: ([v]) => (s, i) => take(s, v!.value(i) as Uint8Array),
      // No sketches are stored as no bytes.
      merge: (s, bytes) => (bytes.length === 0 ? s : take(s, bytes)), store: s => s?.encode() ?? new Uint8Array(0), finish: s => (s ?? ThetaSketch.none).encode(),
    }), false)
  },
}

const union: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    const name = 'theta_union', args = [argumentOf(c, 0, [binaryType], context), argumentOf(c, 1, [binaryType], context), c.args.length > 2 ? argumentOf(c, 2, [intType], context) : literal(usualLgNominal, intType)]
    const evaluate = (a: Uint8Array, b: Uint8Array, lgNominal: number): Uint8Array => {
      const table = new HashTable(checkLgNominal(name, lgNominal))
      table.addSketch(decodedTheta(name, a))
      table.addSketch(decodedTheta(name, b))
      return table.sketch().encode()
    }
    return call(name, args, binaryType, { evaluate }, { nullable: true })
  },
}

function ofTwo(name: string, body: (a: ThetaSketch, b: ThetaSketch) => ThetaSketch): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      return call(name, [argumentOf(c, 0, [binaryType], context), argumentOf(c, 1, [binaryType], context)], binaryType, { evaluate: (a: Uint8Array, b: Uint8Array) => body(decodedTheta(name, a), decodedTheta(name, b)).encode() }, { nullable: true })
    },
  }
}

const estimate: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    return call('theta_sketch_estimate', [argumentOf(c, 0, [binaryType], context)], longType, { evaluate: (bytes: Uint8Array) => saturated(Math.floor(decodedTheta('theta_sketch_estimate', bytes, true).estimate() + 0.5)) }, { nullable: true })
  },
}

export const thetaAggregates: FunctionFamily = { theta_sketch_agg: sketchAgg, theta_union_agg: unionAgg, theta_intersection_agg: intersectionAgg }
export const thetaFunctions: FunctionFamily = {
  theta_union: union, theta_intersection: ofTwo('theta_intersection', ThetaSketch.intersection), theta_difference: ofTwo('theta_difference', ThetaSketch.difference), theta_sketch_estimate: estimate,
}
