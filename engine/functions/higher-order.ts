/** Functions that take lambdas: transform, filter, exists, forall, aggregate, zip_with, array_sort, and those of maps. */
import { analysisError } from '../errors/spark-error.ts'
import { comparison } from '../columns/compare.ts'
import type { MapValue } from '../columns/object-vector.ts'
import type { Resolved } from '../expressions/expression.ts'
import { arrayType, booleanType, intType, mapType, sameType, sqlName, type ArrayType, type DataType, type MapType } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { lastWins, makeMap } from './constructors.ts'
import { call, expectArity, unexpectedType, type Argument, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

type Fn = (...args: unknown[]) => unknown
type Arr = readonly unknown[]

function lambda(c: FunctionCall, index: number, parameters: readonly { type: DataType; nullable: boolean }[]): Extract<Resolved, { kind: 'lambda' }> {
  const a = c.args[index]!
  if (a.kind !== 'pending-lambda') throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: `"${c.sql}"`, paramIndex: String(index + 1), requiredType: 'a lambda such as x -> x + 1', inputSql: 'the argument', inputType: a.kind })
  return a.resolve(parameters)
}

const plain = (a: Argument): Resolved => a as Resolved

function arrayOf(c: FunctionCall, index = 0): Resolved & { type: ArrayType } {
  const a = plain(c.args[index]!)
  if (a.kind === 'lambda' || a.type.kind !== 'array') throw unexpectedType(c, index + 1, '"ARRAY"', a)
  return a as Resolved & { type: ArrayType }
}

const element = (t: ArrayType): { type: DataType; nullable: boolean } => ({ type: t.elementType, nullable: t.containsNull })
const position = { type: intType, nullable: false }

function overArray(name: string, result: (body: DataType, nullable: boolean, t: ArrayType) => DataType, run: (a: Arr, f: Fn) => unknown, condition: boolean): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 2)
      const a = arrayOf(c), f = lambda(c, 1, [element(a.type), position])
      if (condition && f.type.kind !== 'boolean') throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: `"${c.sql}"`, paramIndex: 'second', requiredType: '"BOOLEAN"', inputSql: 'the lambda', inputType: f.type.kind })
      return call(name, [a, f], result(f.type, f.nullable, a.type), { evaluate: run as Fn }, { nullable: a.nullable || name === 'exists' || name === 'forall' })
    },
  }
}

// Three-valued logic over the elements: what decides wins, else NULL if any answer was.
function someTrue(a: Arr, f: Fn, wanted: boolean): boolean | null {
  let unknown = false
  for (const x of a) { const r = f(x); if (r === wanted) return wanted; if (r === null) unknown = true }
  return unknown ? null : !wanted
}

const reduce: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 3, 4)
    const a = arrayOf(c)
    let start = plain(c.args[1]!)
    let merge = lambda(c, 2, [{ type: start.type, nullable: true }, element(a.type)])
    if (!sameType(merge.type, start.type)) {
      // The state takes the type the merge gives: aggregate(xs, 1D, …).
      start = castTo(start, merge.type, context)
      merge = lambda(c, 2, [{ type: start.type, nullable: true }, element(a.type)])
    }
    const args: Resolved[] = [a, start, merge]
    if (c.args.length === 4) args.push(lambda(c, 3, [{ type: start.type, nullable: true }]))
    const evaluate = (xs: Arr | null, zero: unknown, f: Fn, finish?: Fn): unknown => {
      if (xs === null) return null
      const r = xs.reduce((acc, x) => f(acc, x), zero)
      return finish === undefined ? r : finish(r)
    }
    return call('aggregate', args, args[3]?.type ?? start.type, { strict: false, evaluate }, { nullable: true })
  },
}

const zipWith: FunctionDefinition = {
  bind(c) {
    expectArity(c, 3)
    const a = arrayOf(c), b = arrayOf(c, 1), f = lambda(c, 2, [{ ...element(a.type), nullable: true }, { ...element(b.type), nullable: true }])
    return call('zip_with', [a, b, f], arrayType(f.type), { evaluate: (x: Arr, y: Arr, g: Fn) => Array.from({ length: Math.max(x.length, y.length) }, (_, i) => g(x[i] ?? null, y[i] ?? null)) }, { nullable: true })
  },
}

const arraySort: FunctionDefinition = {
  bind(c) {
    expectArity(c, 1, 2)
    const a = arrayOf(c)
    if (c.args.length === 1) {
      const compare = comparison(a.type.elementType)
      return call('array_sort', [a], a.type, { evaluate: (v: Arr) => [...v].sort((x, y) => (x === null || y === null ? (x === y ? 0 : x === null ? 1 : -1) : compare(x, y))) })
    }
    const f = lambda(c, 1, [element(a.type), element(a.type)])
    if (f.type.kind !== 'int') throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`lambdafunction`', expectedType: '"INT"', actualType: `"${sqlName(f.type)}"` })
    return call('array_sort', [a, f], a.type, { evaluate: (v: Arr, g: Fn) => [...v].sort((x, y) => (g(x, y) as number | null) ?? 0) })
  },
}

function overMap(name: string, result: (t: MapType, body: DataType, nullable: boolean) => DataType, run: (t: MapType, context: BindContext, body: DataType) => (m: MapValue, f: Fn) => unknown): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const m = plain(c.args[0]!)
      if (m.type.kind !== 'map') throw unexpectedType(c, 1, '"MAP"', m)
      const f = lambda(c, 1, [{ type: m.type.keyType, nullable: false }, { type: m.type.valueType, nullable: m.type.valueContainsNull }])
      return call(name, [m, f], result(m.type, f.type, f.nullable), { evaluate: run(m.type, context, f.type) as Fn }, { nullable: m.nullable })
    },
  }
}

const mapZipWith: FunctionDefinition = {
  bind(c) {
    expectArity(c, 3)
    const a = plain(c.args[0]!), b = plain(c.args[1]!)
    if (a.type.kind !== 'map') throw unexpectedType(c, 1, '"MAP"', a)
    if (b.type.kind !== 'map') throw unexpectedType(c, 2, '"MAP"', b)
    const f = lambda(c, 2, [{ type: a.type.keyType, nullable: false }, { type: a.type.valueType, nullable: true }, { type: b.type.valueType, nullable: true }])
    const evaluate = (x: MapValue, y: MapValue, g: Fn): MapValue => {
      const keys = [...x.keys, ...y.keys.filter(k => !x.keys.includes(k))]
      const at = (m: MapValue, k: unknown): unknown => { const i = m.keys.indexOf(k); return i < 0 ? null : m.values[i] }
      return { keys, values: keys.map(k => g(k, at(x, k), at(y, k))) }
    }
    return call('map_zip_with', [a, b, f], mapType(a.type.keyType, f.type), { evaluate: evaluate as Fn }, { nullable: true })
  },
}

export const higherOrderFunctions: FunctionFamily = {
  transform: overArray('transform', (body, nullable) => arrayType(body, nullable), (a, f) => a.map((x, i) => f(x, i)), false),
  filter: overArray('filter', (_, __, t) => t, (a, f) => a.filter((x, i) => f(x, i) === true), true),
  exists: overArray('exists', () => booleanType, (a, f) => someTrue(a, f, true), true),
  forall: overArray('forall', () => booleanType, (a, f) => someTrue(a, f, false), true),
  aggregate: reduce, reduce, zip_with: zipWith, array_sort: arraySort,
  map_filter: overMap('map_filter', t => t, () => (m, f) => { const keep = m.keys.map((k, i) => f(k, m.values[i]) === true); return { keys: m.keys.filter((_, i) => keep[i]), values: m.values.filter((_, i) => keep[i]) } }),
  transform_values: overMap('transform_values', (t, body, nullable) => mapType(t.keyType, body, nullable), () => (m, f) => ({ keys: m.keys, values: m.keys.map((k, i) => f(k, m.values[i])) })),
  transform_keys: overMap('transform_keys', (t, body) => mapType(body, t.valueType, t.valueContainsNull), (t, context, body) => (m, f) => makeMap(mapType(body, t.valueType), m.keys.map((k, i) => f(k, m.values[i])), m.values, lastWins(context))),
  map_zip_with: mapZipWith,
}
