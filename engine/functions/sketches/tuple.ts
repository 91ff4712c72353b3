/** tuple_union_*, tuple_intersection_*, tuple_difference_*, with a theta sketch as the second too, and what a tuple sketch tells: tuple_sketch_estimate_*, tuple_sketch_summary_*, tuple_sketch_theta_*. */
import { executionError } from '../../errors/spark-error.ts'
import { binaryType, doubleType, intType, longType, stringType } from '../../types/data-type.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { call, expectArity, literal, quoted, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { argumentOf } from './arguments.ts'
import { decodedTheta } from './theta.ts'
import { decodedTuple, expectNamed, lgNominalOf, modeOf } from './tuple-arguments.ts'
import { difference, intersected, TupleUnion, withNumbers } from './tuple-sets.ts'
import type { TupleSketch } from './tuple-sketch.ts'
import { combineOf, summaryModes, type SummaryKind, type SummaryMode } from './tuple-summaries.ts'

const sketches = (c: FunctionCall, context: BindContext): Resolved[] => [argumentOf(c, 0, [binaryType], context), argumentOf(c, 1, [binaryType], context)]

/** The second sketch of a call: a tuple sketch, or a theta sketch with the number that the mode begins with. */
type Second = (name: string, bytes: Uint8Array, mode: SummaryMode) => TupleSketch

function setFunctions(kind: SummaryKind, suffix: string, second: Second): FunctionFamily {
  const unionName = `tuple_union_${suffix}`, intersectionName = `tuple_intersection_${suffix}`, differenceName = `tuple_difference_${suffix}`
  const union: FunctionDefinition = {
    bind(c, context) {
      expectNamed(c, ['first', 'second'], 4)
      const args = sketches(c, context), lgNominal = lgNominalOf(c, 2, unionName, false, context), mode = modeOf(c, 3, unionName, false, context)
      const evaluate = (a: Uint8Array, b: Uint8Array): Uint8Array => {
        const first = decodedTuple(unionName, a, kind)
        return new TupleUnion(kind, lgNominal, mode).add(first).add(second(unionName, b, mode)).sketch().encode()
      }
      return call(unionName, [...args, literal(lgNominal, intType), literal(summaryModes[mode]!, stringType)], binaryType, { evaluate }, { nullable: true })
    },
  }
  const intersection: FunctionDefinition = {
    bind(c, context) {
      expectArity(c, 2, 3)
      const args = sketches(c, context), mode = modeOf(c, 2, intersectionName, false, context)
      const evaluate = (a: Uint8Array, b: Uint8Array): Uint8Array => {
        const first = decodedTuple(intersectionName, a, kind, true)
        return intersected(intersected(null, first, mode), second(intersectionName, b, mode), mode).encode()
      }
      return call(intersectionName, [...args, literal(summaryModes[mode]!, stringType)], binaryType, { evaluate }, { nullable: true })
    },
  }
  const less: FunctionDefinition = {
    bind(c, context) {
      expectArity(c, 2)
      const evaluate = (a: Uint8Array, b: Uint8Array): Uint8Array => {
        const first = decodedTuple(differenceName, a, kind), other = second(differenceName, b, 0)
        // Spark fails on such a sketch, too.
        if (!first.empty && first.hashes.length === 0) throw executionError('MICROLOTE_TUPLE_SKETCH_WITHOUT_KEYS', { function: quoted(differenceName) })
        return difference(first, other).encode()
      }
      return call(differenceName, sketches(c, context), binaryType, { evaluate }, { nullable: true })
    },
  }
  return { [unionName]: union, [intersectionName]: intersection, [differenceName]: less }
}

function told(kind: SummaryKind, name: string, tell: (s: TupleSketch) => number): FunctionFamily {
  const full = `${name}_${kind}`
  return {
    [full]: {
      bind(c, context) {
        expectArity(c, 1)
        return call(full, [argumentOf(c, 0, [binaryType], context)], doubleType, { evaluate: (bytes: Uint8Array) => tell(decodedTuple(full, bytes, kind)) }, { nullable: true })
      },
    },
  }
}

/** The numbers of a sketch as one; 0 where it has none. Sums of INT are BIGINT. */
function summaryOf(s: TupleSketch, mode: SummaryMode): number {
  const combine = combineOf('double', mode)
  let out: number | null = null
  s.forEach((_low, _high, i) => { out = mode === 3 ? (out ?? 0) + 1 : out === null ? s.numbers[i]! : combine(out, s.numbers[i]!) })
  return out ?? 0
}

function summary(kind: SummaryKind): FunctionFamily {
  const name = `tuple_sketch_summary_${kind}`
  return {
    [name]: {
      bind(c, context) {
        expectArity(c, 1, 2)
        const a = argumentOf(c, 0, [binaryType], context), mode = modeOf(c, 1, name, false, context)
        const evaluate = (bytes: Uint8Array): number | bigint => { const n = summaryOf(decodedTuple(name, bytes, kind), mode); return kind === 'double' ? n : BigInt(n) }
        return call(name, [a, literal(summaryModes[mode]!, stringType)], kind === 'double' ? doubleType : longType, { evaluate }, { nullable: true })
      },
    },
  }
}

function ofKind(kind: SummaryKind): FunctionFamily {
  return {
    ...setFunctions(kind, kind, (name, bytes) => decodedTuple(name, bytes, kind)),
    ...setFunctions(kind, `theta_${kind}`, (name, bytes, mode) => withNumbers(decodedTheta(name, bytes), kind, mode)),
    ...told(kind, 'tuple_sketch_estimate', s => s.estimate()), ...told(kind, 'tuple_sketch_theta', s => s.share()), ...summary(kind),
  }
}

export const tupleFunctions: FunctionFamily = { ...ofKind('double'), ...ofKind('integer') }
