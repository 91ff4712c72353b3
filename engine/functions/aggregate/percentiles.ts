/** percentile, median (exact, interpolated) and percentile_approx (a Greenwald–Khanna sketch whose answers are actual values). */
import { analysisError } from '../../errors/spark-error.ts'
import { comparison } from '../../columns/compare.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import { arrayType, binaryType, doubleType, isNumeric, longType, mapType, type DataType } from '../../types/data-type.ts'
import { castTo } from '../cast.ts'
import { call, expectArity, plainArgs, quoted, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily, type OrderKey } from '../define.ts'
import { aggregate } from './bind.ts'
import { QuantileSketch } from './quantile-sketch.ts'
import { rowAggregate } from './row-aggregate.ts'

/** The percentages: one number, or an array of them. Constants between 0 and 1. */
function percentages(c: FunctionCall, arg: Resolved, context: BindContext): { readonly list: readonly number[]; readonly many: boolean } {
  const many = arg.type.kind === 'array'
  const value = evaluateConstant(castTo(arg, many ? arrayType(doubleType) : doubleType, context))
  const list = (many ? value : [value]) as number[]
  for (const p of list) if (p === null || !(p >= 0 && p <= 1)) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'percentage', valueRange: '[0.0, 1.0]', currentValue: String(p) })
  return { list, many }
}

/** How an exact percentile is found: counted from the greatest, and an actual value in place of one in between. */
interface Exactness { readonly descending?: boolean; readonly discrete?: boolean }

function discrete(sorted: readonly (readonly [number, bigint])[], total: bigint, p: number): number {
  const wanted = Math.ceil(p * Number(total))
  let seen = 0n
  for (const [v, n] of sorted) { seen += n; if (seen >= BigInt(wanted)) return v }
  return sorted.at(-1)![0]
}

function interpolated(sorted: readonly (readonly [number, bigint])[], total: bigint, p: number): number {
  const at = p * Number(total - 1n), low = Math.floor(at), high = Math.ceil(at)
  const pick = (i: number): number => { let seen = 0n; for (const [v, n] of sorted) { seen += n; if (BigInt(i) < seen) return v } return sorted.at(-1)![0] }
  const a = pick(low)
  if (low === high) return a
  const b = pick(high)
  return a === b ? a : (high - at) * a + (at - low) * b
}

function exact(c: FunctionCall, args: readonly Resolved[], ps: { readonly list: readonly number[]; readonly many: boolean }, name: string, how: Exactness = {}, of: DataType = doubleType): Resolved {
  const counts = mapType(doubleType, longType), type: DataType = ps.many ? arrayType(of, false) : of, back = of.kind === 'time' ? (x: number): unknown => BigInt(Math.trunc(x)) : (x: number): unknown => x
  // Counts by value, kept as a JavaScript map while rows come in.
  return aggregate(c, name, args, rowAggregate({
    name, type, bufferTypes: [counts], zero: () => [{ keys: [], values: [] }],
    update(s, v: number | null, weight: bigint | null = 1n) { if (v !== null && weight !== null) addCount(s, v, weight) },
    merge(s, [o]) { const m = o as MapValue; m.keys.forEach((k, i) => addCount(s, k as number, m.values[i] as bigint)) },
    finish(s) {
      const m = s[0] as MapValue
      if (m.keys.length === 0) return null
      const compare = comparison(doubleType)
      const sorted = m.keys.map((k, i) => [k as number, m.values[i] as bigint] as const).sort((a, b) => (how.descending ? compare(b[0], a[0]) : compare(a[0], b[0])))
      const total = sorted.reduce((n, [, k]) => n + k, 0n)
      const out = ps.list.map(p => back((how.discrete ? discrete : interpolated)(sorted, total, p)))
      return ps.many ? out : out[0]
    },
  }), true, { ...ps, ...how })
}

const places = new WeakMap<object, Map<number, number>>()
function addCount(s: unknown[], v: number, n: bigint): void {
  const m = s[0] as { keys: number[]; values: bigint[] }
  let at = places.get(m)
  if (at === undefined) places.set(m, at = new Map(m.keys.map((k, i) => [k, i])))
  const i = at.get(v)
  if (i === undefined) { at.set(v, m.keys.length); m.keys.push(v); m.values.push(n) } else m.values[i] = m.values[i]! + n
}

// Times of day are counted by the number that they are, and come back as such.
const asNumber = (v: Resolved, context: BindContext): Resolved => (v.type.kind === 'time' ? call('nanos of the day', [v], doubleType, { evaluate: Number }, { nullable: v.nullable }) : castTo(v, doubleType, context))
const resultOf = (v: Resolved): DataType => (v.type.kind === 'time' ? v.type : doubleType)
const counted = (t: DataType): boolean => isNumeric(t) || t.kind === 'void' || t.kind === 'time'

const percentile: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    const [v, p, w] = plainArgs(c) as [Resolved, Resolved, Resolved?]
    if (!counted(v.type) && v.type.kind !== 'string') throw unexpectedType(c, 1, '"NUMERIC"', v)
    return exact(c, [asNumber(v, context), ...(w === undefined ? [] : [castTo(w, longType, context)])], percentages(c, p, context), 'percentile', {}, resultOf(v))
  },
}

const median: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    const v = plainArgs(c)[0]!
    if (!counted(v.type)) throw unexpectedType(c, 1, '"NUMERIC"', v)
    return exact(c, [asNumber(v, context)], { list: [0.5], many: false }, 'median', {}, resultOf(v))
  },
}

/** Numbers stand for values of every type the sketch takes: dates, timestamps and intervals too. */
function approximate(c: FunctionCall, context: BindContext): Resolved {
  expectArity(c, 2, 3)
  const [v, p, a] = plainArgs(c) as [Resolved, Resolved, Resolved?]
  const type = v.type
  if (!isNumeric(type) && !['date', 'timestamp', 'timestamp_ntz', 'time', 'daytimeinterval', 'yearmonthinterval', 'void', 'string'].includes(type.kind)) throw unexpectedType(c, 1, '("NUMERIC" or "DATE" or "TIMESTAMP" or "INTERVAL")', v)
  const input = type.kind === 'string' || type.kind === 'void' ? castTo(v, doubleType, context) : v
  const ps = percentages(c, p, context)
  const accuracy = a === undefined ? 10000 : Number(evaluateConstant(castTo(a, longType, context)))
  if (!(accuracy > 0 && accuracy <= 2147483647)) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'accuracy', valueRange: '(0, 2147483647]', currentValue: String(accuracy) })
  const back = (x: number): unknown => (['long', 'timestamp', 'timestamp_ntz', 'time', 'daytimeinterval', 'decimal'].includes(input.type.kind) ? BigInt(Math.round(x)) : input.type.kind === 'float' ? Math.fround(x) : x)
  const out: DataType = ps.many ? arrayType(input.type, false) : input.type
  return aggregate(c, 'percentile_approx', [input], rowAggregate({
    name: 'percentile_approx', type: out, bufferTypes: [binaryType], zero: () => [new QuantileSketch(1 / accuracy) as unknown],
    update(s, x) { if (x !== null) sketch(s, accuracy).insert(Number(x)) },
    merge(s, [o]) { s[0] = sketch(s, accuracy).mergedWith(o instanceof QuantileSketch ? o : QuantileSketch.decode(o as Uint8Array, 1 / accuracy)) },
    finish(s) {
      const q = s[0] as QuantileSketch
      if (q.isEmpty) return null
      const answers = q.query(ps.list).map(back)
      return ps.many ? answers : answers[0]
    },
    store: s => [sketch(s, accuracy).encode()],
  }), true, { ...ps, accuracy })
}

function sketch(s: unknown[], accuracy: number): QuantileSketch {
  if (!(s[0] instanceof QuantileSketch)) s[0] = QuantileSketch.decode(s[0] as Uint8Array, 1 / accuracy)
  return s[0] as QuantileSketch
}

/** percentile_cont(p) WITHIN GROUP (ORDER BY x): the share comes first, the values from the order. */
function withinGroup(name: string, isDiscrete: boolean): FunctionDefinition {
  return {
    takesOrder: true,
    bind(c, context) {
      expectArity(c, 1)
      const order = c.order ?? []
      if (order.length === 0) throw analysisError('INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING', { funcName: quoted(name) })
      if (order.length > 1) throw analysisError('INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS', { funcName: quoted(name), expectedNum: 1, actualNum: order.length })
      const [{ expression: v, ascending }] = order as [OrderKey], p = plainArgs(c)[0]!
      if (!counted(v.type) && v.type.kind !== 'string') throw unexpectedType(c, 1, '"NUMERIC"', v)
      if (p.type.kind === 'void') throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: 'percentage' })
      return exact(c, [asNumber(v, context)], percentages(c, p, context), name, { descending: !ascending, discrete: isDiscrete }, resultOf(v))
    },
  }
}

const approx: FunctionDefinition = { bind: approximate }
export const percentileFunctions: FunctionFamily = { percentile, median, percentile_cont: withinGroup('percentile_cont', false), percentile_disc: withinGroup('percentile_disc', true), percentile_approx: approx, approx_percentile: approx }
