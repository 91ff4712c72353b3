/** hll_sketch_agg, hll_union_agg, hll_union, hll_sketch_estimate: distinct values counted by the HLL sketches of Apache DataSketches, byte for byte. */
import { executionError } from '../../errors/spark-error.ts'
import type { Vector } from '../../columns/vector.ts'
import { binaryType, booleanType, intType, longType, stringType } from '../../types/data-type.ts'
import { aggregate } from '../aggregate/bind.ts'
import { call, expectArity, literal, quoted, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { saturated } from '../rounding.ts'
import { argumentOf, constantOf } from './arguments.ts'
import { rowHash } from './hash-values.ts'
import { HllSketch, lastCoupon } from './hll-sketch.ts'
import { sketchAggregate } from './sketch-aggregate.ts'

const leastLgK = 4, mostLgK = 21, usualLgK = 12

function decoded(name: string, bytes: Uint8Array): HllSketch {
  const sketch = HllSketch.decode(bytes)
  if (sketch === null) throw executionError('HLL_INVALID_INPUT_SKETCH_BUFFER', { function: quoted(name) })
  return sketch
}

function checkSameLgK(name: string, left: number, right: number, allowed: boolean): void {
  if (left !== right && !allowed) throw executionError('HLL_UNION_DIFFERENT_LG_K', { left, right, function: quoted(name) })
}

const notConstant = (name: string) => (): Error => executionError('HLL_K_MUST_BE_CONSTANT', { function: quoted(name) })

const sketchAgg: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 2)
    const name = 'hll_sketch_agg', a = argumentOf(c, 0, [intType, longType, stringType, binaryType], context)
    const lgK = (constantOf(c, 1, [intType], usualLgK, context, notConstant(name)) ?? 0) as number
    // Spark makes the first sketch when it runs, where there are rows or not.
    const empty = (): HllSketch => {
      if (lgK < leastLgK || lgK > mostLgK) throw executionError('HLL_INVALID_LG_K', { function: quoted(name), min: leastLgK, max: mostLgK, value: lgK })
      return new HllSketch(lgK)
    }
    return aggregate(c, name, [a], sketchAggregate<HllSketch>({
      name, type: binaryType, empty,
      adder([v]) { const hash = rowHash(v!); return (s, i) => { if (hash(i)) s.add(lastCoupon()); return s } },
      merge: (s, bytes) => HllSketch.union(s, decoded(name, bytes), lgK, true), store: s => s.encode(), finish: s => s.encode(),
    }), false, { lgK })
  },
}

/** The sketches of a group put together; none before the first, and `lgMost` as the first had it. */
interface Union { readonly sketch: HllSketch; readonly lgMost: number }

const unionAgg: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 2)
    const name = 'hll_union_agg', a = argumentOf(c, 0, [binaryType], context)
    const allowed = (constantOf(c, 1, [booleanType], false, context, notConstant(name)) ?? false) as boolean
    const take = (u: Union | null, bytes: Uint8Array, asIs: boolean): Union => {
      const sketch = decoded(name, bytes), begun = u !== null && (!u.sketch.isEmpty || sketch.isEmpty)
      const mine = begun ? u : { sketch: new HllSketch(sketch.lgK), lgMost: sketch.lgK }
      if (!sketch.isEmpty) checkSameLgK(name, mine.sketch.lgK, sketch.lgK, allowed)
      return { sketch: HllSketch.union(mine.sketch, sketch, mine.lgMost, asIs), lgMost: mine.lgMost }
    }
    const finish = (u: Union | null): Uint8Array => (u?.sketch ?? new HllSketch(usualLgK)).encode()
    return aggregate(c, name, [a], sketchAggregate<Union | null>({
      name, type: binaryType, empty: () => null, adder: ([v]: readonly Vector[]) => (u, i) => take(u, v!.value(i) as Uint8Array, false),
      // No sketches are stored as no bytes.
      merge: (u, bytes) => (bytes.length === 0 ? u : take(u, bytes, true)), store: u => u?.sketch.encode() ?? new Uint8Array(0), finish,
    }), false, { allowed })
  },
}

const union: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    const name = 'hll_union', args = [argumentOf(c, 0, [binaryType], context), argumentOf(c, 1, [binaryType], context), c.args.length > 2 ? argumentOf(c, 2, [booleanType], context) : literal(false, booleanType)]
    const evaluate = (first: Uint8Array, second: Uint8Array, allowed: boolean): Uint8Array => {
      const a = decoded(name, first), b = decoded(name, second)
      if (!a.isEmpty && !b.isEmpty) checkSameLgK(name, a.lgK, b.lgK, allowed)
      const lgK = a.isEmpty === b.isEmpty ? Math.min(a.lgK, b.lgK) : a.isEmpty ? b.lgK : a.lgK
      return HllSketch.union(HllSketch.union(new HllSketch(lgK), a, lgK, true), b, lgK, true).encode()
    }
    return call(name, args, binaryType, { evaluate }, { nullable: true })
  },
}

const estimate: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    return call('hll_sketch_estimate', [argumentOf(c, 0, [binaryType], context)], longType, { evaluate: (bytes: Uint8Array) => saturated(Math.floor(decoded('hll_sketch_estimate', bytes).estimate() + 0.5)) }, { nullable: true })
  },
}

export const hllAggregates: FunctionFamily = { hll_sketch_agg: sketchAgg, hll_union_agg: unionAgg }
export const hllFunctions: FunctionFamily = { hll_union: union, hll_sketch_estimate: estimate }
