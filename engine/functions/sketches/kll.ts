/** kll_sketch_agg_*, kll_merge_agg_* and kll_sketch_get_*, kll_sketch_merge_*, kll_sketch_to_string_*: quantiles by the KLL sketches of Apache DataSketches, of BIGINT, FLOAT or DOUBLE. */
import { analysisError, executionError } from '../../errors/spark-error.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { arrayType, binaryType, byteType, doubleType, floatType, intType, longType, shortType, sqlName, stringType, type DataType } from '../../types/data-type.ts'
import { doubleText, floatText } from '../../types/number-text.ts'
import { aggregate } from '../aggregate/bind.ts'
import { castTo } from '../cast.ts'
import { call, expectArity, expectConstant, plainArgs, quoted, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition } from '../define.ts'
import { coerced } from '../typed.ts'
import { argumentOf } from './arguments.ts'
import { KllSketch, type KllKind } from './kll-sketch.ts'
import { sketchAggregate } from './sketch-aggregate.ts'

const usualK = 200, leastK = 8, mostK = 65_535
type Item = bigint | number

interface Kind { readonly kind: KllKind; readonly type: DataType; readonly taken: readonly DataType[]; readonly shown: (item: Item) => string }
const kinds: readonly Kind[] = [
  { kind: 'bigint', type: longType, taken: [byteType, intType, longType, shortType], shown: String },
  { kind: 'float', type: floatType, taken: [floatType], shown: v => floatText(v as number) },
  { kind: 'double', type: doubleType, taken: [floatType, doubleType], shown: v => doubleText(v as number) },
]

function decoded(name: string, bytes: Uint8Array, kind: KllKind): KllSketch {
  const sketch = KllSketch.decode(bytes, kind)
  if (sketch === null) throw invalid(name)
  return sketch
}
const invalid = (name: string): Error => executionError('KLL_INVALID_INPUT_SKETCH_BUFFER', { function: quoted(name) })

/** The k of an aggregate; null where it is left out. */
function kOf(c: FunctionCall, name: string, context: BindContext): number | null {
  if (c.args.length < 2) return null
  const a = argumentOf(c, 1, [intType], context)
  expectConstant(c, a, 'k', '"INT"')
  const k = evaluateConstant(a) as number | null
  if (k === null) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: 'k' })
  if (k < leastK || k > mostK) throw analysisError('DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT', { sqlExpr: `"${c.sql}"`, msg: `the k of ${name} is ${k}; write a number from ${leastK} to ${mostK}` })
  return k
}

/** A sketch of a group, and whether it is of rows alone: Spark merges what comes of rows, and what it gives out, into an empty sketch once more, which turns the order of items round. */
interface Kept { readonly sketch: KllSketch; readonly ofRows: boolean }

function onceMore({ sketch, ofRows }: Kept, wanted: boolean): Uint8Array {
  if (ofRows !== wanted) return sketch.encode()
  const out = new KllSketch(sketch.kind, sketch.k)
  out.merge(sketch)
  return out.encode()
}

function aggregates({ kind, type, taken }: Kind): Record<string, FunctionDefinition> {
  const agg = `kll_sketch_agg_${kind}`, mergeAgg = `kll_merge_agg_${kind}`
  return {
    [agg]: {
      bind(c, context) {
        expectArity(c, 1, 2)
        const a = argumentOf(c, 0, taken, context), k = kOf(c, agg, context) ?? usualK
        return aggregate(c, agg, [castTo(a, type, context)], sketchAggregate<Kept>({
          name: agg, type: binaryType, empty: () => ({ sketch: new KllSketch(kind, k), ofRows: true }), adder: ([v]) => (s, i) => { s.sketch.add(v!.value(i) as Item); return s },
          merge: (s, bytes) => { s.sketch.merge(decoded(agg, bytes, kind)); return { sketch: s.sketch, ofRows: false } },
          store: s => onceMore(s, true), finish: s => onceMore(s, false),
        }), false, { k })
      },
    },
    [mergeAgg]: {
      bind(c, context) {
        expectArity(c, 1, 2)
        const a = argumentOf(c, 0, [binaryType], context), k = kOf(c, mergeAgg, context)
        const none = (): Kept => ({ sketch: new KllSketch(kind, k ?? usualK), ofRows: true })
        const take = (s: Kept | null, bytes: Uint8Array, ofRows: boolean): Kept => {
          const other = decoded(mergeAgg, bytes, kind), sketch = s === null || (k === null && s.sketch.n === 0) ? new KllSketch(kind, k ?? other.k) : s.sketch
          sketch.merge(other)
          return { sketch, ofRows }
        }
        return aggregate(c, mergeAgg, [a], sketchAggregate<Kept | null>({
          name: mergeAgg, type: binaryType, empty: () => null, adder: ([v]) => (s, i) => take(s, v!.value(i) as Uint8Array, true),
          merge: (s, bytes) => take(s, bytes, false), store: s => onceMore(s ?? none(), true), finish: s => onceMore(s ?? none(), false),
        }), false, { k })
      },
    },
  }
}

/** A constant that is one value of a type or an array of them; NULL in an array counts as 0. */
function oneOrMore(c: FunctionCall, name: string, type: DataType, context: BindContext): { readonly argument: Resolved; readonly many: boolean } {
  const given = plainArgs(c)[1]!, array = given.type.kind === 'array' ? given.type : null
  // What a cast may make NULL is refused, and so is an array with a NULL in it that would be cast.
  if (array !== null && array.elementType.kind !== type.kind && (array.elementType.kind === 'string' || (array.containsNull && array.elementType.kind !== 'void' && array.elementType.kind !== 'decimal'))) throw unexpectedType(c, 2, `"${sqlName(arrayType(type))}"`, given)
  const argument = coerced(c, 1, array !== null ? arrayType(type) : type, context)
  expectConstant(c, given, name, `"${sqlName(type)}"`)
  return { argument, many: array !== null }
}

function functions({ kind, type, shown }: Kind): Record<string, FunctionDefinition> {
  const named = (what: string): string => `kll_sketch_${what}_${kind}`, getN = named('get_n'), quantile = named('get_quantile'), rank = named('get_rank'), merge = named('merge'), text = named('to_string')
  const ofOne = (name: string, result: DataType, body: (s: KllSketch) => unknown): FunctionDefinition => ({
    bind(c, context) {
      expectArity(c, 1)
      return call(name, [coerced(c, 0, binaryType, context)], result, { evaluate: (bytes: Uint8Array) => body(decoded(name, bytes, kind)) }, { nullable: true })
    },
  })
  const asked = (name: string, parameter: string, from: DataType, to: DataType, answer: (s: KllSketch, of: readonly any[]) => unknown[] | null): FunctionDefinition => ({
    bind(c, context) {
      expectArity(c, 2)
      const sketch = coerced(c, 0, binaryType, context), { argument, many } = oneOrMore(c, parameter, from, context), zero = from.kind === 'long' ? 0n : 0
      const evaluate = (bytes: Uint8Array, of: any): unknown => {
        const answers = answer(decoded(name, bytes, kind), many ? (of as unknown[]).map(v => v ?? zero) : [of])
        if (answers === null) throw invalid(name)
        return many ? answers : answers[0]
      }
      return call(name, [sketch, argument], many ? arrayType(to) : to, { evaluate }, { nullable: true })
    },
  })
  return {
    [getN]: ofOne(getN, longType, s => BigInt(s.n)), [text]: ofOne(text, stringType, s => s.describe(shown)),
    [quantile]: asked(quantile, 'rank', doubleType, type, (s, ranks: readonly number[]) => {
      if (ranks.some(r => r < 0 || r > 1)) throw executionError('KLL_SKETCH_INVALID_QUANTILE_RANGE', { functionName: quoted(quantile) })
      return s.quantiles(ranks)
    }),
    [rank]: asked(rank, 'quantile', type, doubleType, (s, of: readonly Item[]) => s.ranks(of)),
    [merge]: {
      bind(c, context) {
        expectArity(c, 2)
        const evaluate = (a: Uint8Array, b: Uint8Array): Uint8Array => { const s = decoded(merge, a, kind); s.merge(decoded(merge, b, kind)); return s.encode() }
        return call(merge, [coerced(c, 0, binaryType, context), coerced(c, 1, binaryType, context)], binaryType, { evaluate }, { nullable: true })
      },
    },
  }
}

export const kllAggregates: Readonly<Record<string, FunctionDefinition>> = Object.assign({}, ...kinds.map(aggregates))
export const kllFunctions: Readonly<Record<string, FunctionDefinition>> = Object.assign({}, ...kinds.map(functions))
