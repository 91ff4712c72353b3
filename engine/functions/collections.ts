/** Functions of arrays and maps. NULL elements follow Spark: they are found by no comparison, but count as equal in set operations. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { comparison, equalValues } from '../columns/compare.ts'
import type { MapValue } from '../columns/object-vector.ts'
import type { Resolved } from '../expressions/expression.ts'
import { arrayType, booleanType, intType, isOrderable, longType, sameType, mapType, sqlName, stringType, structField, structType, type ArrayType, type DataType, type MapType, type StructTypeShape } from '../types/data-type.ts'
import { tightestCommonType } from '../types/coercion.ts'
import { castTo, commonTypeOf } from './cast.ts'
import { lastWins, makeMap } from './constructors.ts'
import { call, expectArity, literal, plainArgs, quoted, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { lookup } from './extract.ts'
import { coerced } from './typed.ts'

type Arr = readonly unknown[]

function arrayArg(c: FunctionCall, index: number): Resolved & { type: ArrayType } {
  const a = plainArgs(c)[index]!
  if (a.type.kind === 'void') return literal(null, arrayType({ kind: 'void' })) as never
  if (a.type.kind !== 'array') throw unexpectedType(c, index + 1, '"ARRAY"', a)
  return a as Resolved & { type: ArrayType }
}

function mapArg(c: FunctionCall, index: number): Resolved & { type: MapType } {
  const a = plainArgs(c)[index]!
  if (a.type.kind !== 'map') throw unexpectedType(c, index + 1, '"MAP"', a)
  return a as Resolved & { type: MapType }
}

/** An array and an element brought to one element type. */
function arrayAndElement(c: FunctionCall, context: BindContext, elementIndex = 1): { array: Resolved; element: Resolved; type: DataType } {
  const array = arrayArg(c, 0), element = plainArgs(c)[elementIndex]!
  // A text does not turn into a number here.
  const type = tightestCommonType(array.type.elementType, element.type, context.ansi)
  if (type === null) throw analysisError('DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: quoted(c.name), leftType: `"${sqlName(array.type)}"`, rightType: `"${sqlName(element.type)}"` })
  return { array: castTo(array, arrayType(type, array.type.containsNull), context), element: castTo(element, type, context), type }
}

function twoArrays(c: FunctionCall, context: BindContext): { a: Resolved; b: Resolved; type: ArrayType } {
  expectArity(c, 2)
  const a = arrayArg(c, 0), b = arrayArg(c, 1)
  const type = tightestCommonType(a.type, b.type, context.ansi)
  if (type === null || type.kind !== 'array') throw analysisError('DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: quoted(c.name), leftType: `"${sqlName(a.type)}"`, rightType: `"${sqlName(b.type)}"` })
  return { a: castTo(a, type, context), b: castTo(b, type, context), type }
}

const includes = (t: DataType, list: Arr, x: unknown): boolean => list.some(y => equalValues(t, y, x))
function distinct(t: DataType, list: Arr): unknown[] {
  if (t.kind === 'string' || t.kind === 'int' || t.kind === 'long') return [...new Set(list)]
  const out: unknown[] = []
  for (const x of list) if (!includes(t, out, x)) out.push(x)
  return out
}

const setOperation = (name: string, body: (t: DataType, a: Arr, b: Arr) => unknown): FunctionDefinition => ({
  bind(c, context) { const { a, b, type } = twoArrays(c, context); return call(name, [a, b], type, { evaluate: (x: Arr, y: Arr) => body(type.elementType, x, y) }) },
})

const arrayOnly = (name: string, result: (t: ArrayType) => DataType, body: (t: ArrayType) => (a: Arr) => unknown, nullable = false): FunctionDefinition => ({
  bind(c) { expectArity(c, 1); const a = arrayArg(c, 0); return call(name, [a], result(a.type), { evaluate: body(a.type) }, { nullable: nullable || a.nullable }) },
})

function extreme(name: string, sign: 1 | -1): FunctionDefinition {
  return arrayOnly(name, t => t.elementType, t => {
    const compare = comparison(t.elementType)
    return a => { let best: unknown = null; for (const x of a) if (x !== null && (best === null || sign * compare(x, best) > 0)) best = x; return best }
  }, true)
}

function elementAt(tolerant: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const base = plainArgs(c)[0]!
      if (base.type.kind === 'map') {
        const m = base.type, key = plainArgs(c)[1]!, type = tightestCommonType(m.keyType, key.type, context.ansi)
        if (type === null || !sameType(type, m.keyType)) throw analysisError('DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: quoted(c.name), leftType: `"${sqlName(m)}"`, rightType: `"${sqlName(key.type)}"` })
        return call('element_at', [base, castTo(key, m.keyType, context)], m.valueType, { evaluate: (v: MapValue, k: unknown) => lookup(v, k, m) }, { nullable: true })
      }
      const a = arrayArg(c, 0), index = plainArgs(c)[1]!
      if (!['byte', 'short', 'int', 'void'].includes(index.type.kind)) throw unexpectedType(c, 2, '"INT"', index)
      const evaluate = (v: Arr, at: number): unknown => {
        if (at === 0) throw executionError('INVALID_INDEX_OF_ZERO')
        const i = at > 0 ? at - 1 : v.length + at
        if (i >= 0 && i < v.length) return v[i]
        if (tolerant || !context.ansi) return null
        throw executionError('INVALID_ARRAY_INDEX_IN_ELEMENT_AT', { indexValue: at, arraySize: v.length })
      }
      return call('element_at', [a, coerced(c, 1, intType, context)], a.type.elementType, { evaluate }, { nullable: true })
    },
  }
}

function size(legacyNull: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      if (a.type.kind !== 'array' && a.type.kind !== 'map' && a.type.kind !== 'void') throw unexpectedType(c, 1, '("ARRAY" or "MAP")', a)
      if (legacyNull && !context.ansi) return call('size', [a], intType, { strict: false, evaluate: (v: Arr | MapValue | null) => (v === null ? -1 : 'keys' in v ? (v as MapValue).keys.length : (v as Arr).length) }, { nullable: false })
      return call('size', [a], intType, { evaluate: (v: Arr | MapValue) => ('keys' in v && !Array.isArray(v) ? (v as MapValue).keys.length : (v as Arr).length) }, { nullable: a.nullable })
    },
  }
}

function sortOf(t: DataType, ascending: boolean, nullsLast: boolean): (a: Arr) => unknown[] {
  const compare = comparison(t)
  return a => [...a].sort((x, y) => (x === null || y === null ? (x === y ? 0 : (x === null) === nullsLast ? 1 : -1) : ascending ? compare(x, y) : compare(y, x)))
}

function insert(list: Arr, at: number, value: unknown): unknown[] {
  if (at === 0) throw executionError('INVALID_INDEX_OF_ZERO')
  const out = [...list]
  if (at > 0) { while (out.length < at - 1) out.push(null); out.splice(at - 1, 0, value); return out }
  const place = list.length + at + 1
  if (place >= 0) { out.splice(place, 0, value); return out }
  return [value, ...new Array<null>(-place).fill(null), ...list]
}

export const collectionFunctions: FunctionFamily = {
  size: size(true), cardinality: size(true), array_size: size(false),
  element_at: elementAt(false), try_element_at: elementAt(true),
  get: { bind(c, context) { expectArity(c, 2); const a = arrayArg(c, 0); return call('get', [a, coerced(c, 1, intType, context)], a.type.elementType, { evaluate: (v: Arr, i: number) => v[i] ?? null }, { nullable: true }) } },
  array_contains: {
    bind(c, context) {
      expectArity(c, 2)
      const { array, element, type } = arrayAndElement(c, context)
      return call('array_contains', [array, element], booleanType, { evaluate: (a: Arr, x: unknown) => (a.some(y => y !== null && equalValues(type, y, x)) ? true : a.includes(null) ? null : false) }, { nullable: true })
    },
  },
  array_position: { bind(c, context) { expectArity(c, 2); const { array, element, type } = arrayAndElement(c, context); return call('array_position', [array, element], longType, { evaluate: (a: Arr, x: unknown) => BigInt(a.findIndex(y => y !== null && equalValues(type, y, x)) + 1) }) } },
  array_remove: { bind(c, context) { expectArity(c, 2); const { array, element, type } = arrayAndElement(c, context); return call('array_remove', [array, element], array.type, { evaluate: (a: Arr, x: unknown) => a.filter(y => y === null || !equalValues(type, y, x)) }) } },
  array_append: { bind(c, context) { expectArity(c, 2); const { array, element } = arrayAndElement(c, context); return call('array_append', [array, element], arrayType((array.type as ArrayType).elementType), { strict: false, evaluate: (a: Arr | null, x: unknown) => (a === null ? null : [...a, x]) }, { nullable: array.nullable }) } },
  array_prepend: { bind(c, context) { expectArity(c, 2); const { array, element } = arrayAndElement(c, context); return call('array_prepend', [array, element], arrayType((array.type as ArrayType).elementType), { strict: false, evaluate: (a: Arr | null, x: unknown) => (a === null ? null : [x, ...a]) }, { nullable: array.nullable }) } },
  array_insert: { bind(c, context) { expectArity(c, 3); const { array, element } = arrayAndElement(c, context, 2); return call('array_insert', [array, coerced(c, 1, intType, context), element], arrayType((array.type as ArrayType).elementType), { strict: false, evaluate: (a: Arr | null, at: number | null, x: unknown) => (a === null || at === null ? null : insert(a, at, x)) }, { nullable: true }) } },
  array_distinct: arrayOnly('array_distinct', t => t, t => a => distinct(t.elementType, a)),
  array_compact: arrayOnly('array_compact', t => arrayType(t.elementType, false), () => a => a.filter(x => x !== null)),
  array_max: extreme('array_max', 1), array_min: extreme('array_min', -1),
  array_union: setOperation('array_union', (t, a, b) => distinct(t, [...a, ...b])),
  array_intersect: setOperation('array_intersect', (t, a, b) => distinct(t, a.filter(x => includes(t, b, x)))),
  array_except: setOperation('array_except', (t, a, b) => distinct(t, a.filter(x => !includes(t, b, x)))),
  arrays_overlap: { bind(c, context) { const { a, b, type } = twoArrays(c, context); return call('arrays_overlap', [a, b], booleanType, { evaluate: (x: Arr, y: Arr) => (x.some(v => v !== null && includes(type.elementType, y, v)) ? true : (x.includes(null) && y.length > 0) || (y.includes(null) && x.length > 0) ? null : false) }, { nullable: true }) } },
  array_join: {
    bind(c, context) {
      expectArity(c, 2, 3)
      const a = arrayArg(c, 0), strings = castTo(a, arrayType(stringType), context)
      const rest = c.args.slice(1).map((_, i) => coerced(c, i + 1, stringType, context))
      return call('array_join', [strings, ...rest], stringType, { evaluate: (v: Arr, separator: string, instead?: string) => v.flatMap(x => (x === null ? (instead === undefined ? [] : [instead]) : [x])).join(separator) })
    },
  },
  array_repeat: { bind(c, context) { expectArity(c, 2); const x = plainArgs(c)[0]!; return call('array_repeat', [x, coerced(c, 1, intType, context)], arrayType(x.type, x.nullable), { strict: false, evaluate: (v: unknown, n: number | null) => (n === null ? null : new Array<unknown>(Math.max(0, n)).fill(v)) }, { nullable: true }) } },
  arrays_zip: {
    bind(c) {
      const arrays = c.args.map((_, i) => arrayArg(c, i))
      const type = structType(arrays.map((a, i) => structField(a.kind === 'attribute' || a.kind === 'alias' ? a.name : String(i), a.type.elementType, true)))
      return call('arrays_zip', arrays, arrayType(type, false), { evaluate: (...vs: Arr[]) => Array.from({ length: Math.max(0, ...vs.map(v => v.length)) }, (_, i) => vs.map(v => v[i] ?? null)) })
    },
  },
  flatten: {
    bind(c) {
      expectArity(c, 1)
      const a = arrayArg(c, 0)
      if (a.type.elementType.kind !== 'array') throw unexpectedType(c, 1, '"ARRAY" of "ARRAY"', a)
      return call('flatten', [a], a.type.elementType, { evaluate: (v: (Arr | null)[]) => (v.includes(null) ? null : v.flat()) }, { nullable: true })
    },
  },
  slice: {
    bind(c, context) {
      expectArity(c, 3)
      const a = arrayArg(c, 0)
      const evaluate = (v: Arr, start: number, length: number): unknown[] => {
        if (start === 0) throw executionError('INVALID_PARAMETER_VALUE.START', { functionName: '`slice`' })
        if (length < 0) throw executionError('INVALID_PARAMETER_VALUE.LENGTH', { functionName: '`slice`', length })
        const from = start > 0 ? start - 1 : v.length + start
        return from < 0 || from >= v.length ? [] : v.slice(from, from + length)
      }
      return call('slice', [a, coerced(c, 1, intType, context), coerced(c, 2, intType, context)], a.type, { evaluate })
    },
  },
  sort_array: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const a = arrayArg(c, 0)
      if (!isOrderable(a.type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`sort_array`', dataType: `"${sqlName(a.type)}"` })
      const up = sortOf(a.type.elementType, true, false), down = sortOf(a.type.elementType, false, true)
      return call('sort_array', c.args.length === 1 ? [a] : [a, coerced(c, 1, booleanType, context)], a.type, { evaluate: (v: Arr, ascending = true) => (ascending ? up(v) : down(v)) }, { nullable: plainArgs(c).some(x => x.nullable) })
    },
  },
  map_keys: { bind(c) { expectArity(c, 1); const m = mapArg(c, 0); return call('map_keys', [m], arrayType(m.type.keyType, false), { evaluate: (v: MapValue) => v.keys }, { nullable: m.nullable }) } },
  map_values: { bind(c) { expectArity(c, 1); const m = mapArg(c, 0); return call('map_values', [m], arrayType(m.type.valueType, m.type.valueContainsNull), { evaluate: (v: MapValue) => v.values }, { nullable: m.nullable }) } },
  map_entries: { bind(c) { expectArity(c, 1); const m = mapArg(c, 0); return call('map_entries', [m], arrayType(structType([structField('key', m.type.keyType, false), structField('value', m.type.valueType, m.type.valueContainsNull)]), false), { evaluate: (v: MapValue) => v.keys.map((k, i) => [k, v.values[i]]) }, { nullable: m.nullable }) } },
  map_contains_key: { bind(c, context) { expectArity(c, 2); const m = mapArg(c, 0); return call('map_contains_key', [m, castTo(plainArgs(c)[1]!, m.type.keyType, context)], booleanType, { evaluate: (v: MapValue, k: unknown) => includes(m.type.keyType, v.keys, k) }) } },
  map_from_arrays: {
    bind(c, context) {
      expectArity(c, 2)
      const k = arrayArg(c, 0), v = arrayArg(c, 1), type = mapType(k.type.elementType, v.type.elementType, v.type.containsNull), last = lastWins(context)
      return call('map_from_arrays', [k, v], type, { evaluate: (keys: Arr, values: Arr) => makeMap(type, keys, values, last) })
    },
  },
  map_from_entries: {
    bind(c, context) {
      expectArity(c, 1)
      const a = arrayArg(c, 0), e = a.type.elementType as StructTypeShape
      if (e.kind !== 'struct' || e.fields.length !== 2) throw analysisError('DATATYPE_MISMATCH.MAP_FROM_ENTRIES_WRONG_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`map_from_entries`', childType: `"${sqlName(a.type)}"` })
      const type = mapType(e.fields[0]!.dataType, e.fields[1]!.dataType, e.fields[1]!.nullable), last = lastWins(context)
      return call('map_from_entries', [a], type, { evaluate: (v: (Arr | null)[]) => (v.includes(null) ? null : makeMap(type, v.map(x => x![0]), v.map(x => x![1]), last)) }, { nullable: true })
    },
  },
  map_concat: {
    bind(c, context) {
      const maps = c.args.map((_, i) => mapArg(c, i))
      const type = commonTypeOf(maps, context) as MapType | null
      if (type === null) throw analysisError('DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: '`map_concat`', dataType: maps.map(m => sqlName(m.type)).join(', ') })
      const last = lastWins(context)
      return call('map_concat', maps.map(m => castTo(m, type, context)), type, { evaluate: (...vs: MapValue[]) => makeMap(type, vs.flatMap(v => v.keys), vs.flatMap(v => v.values), last) })
    },
  },
}

