/** Takes a part out of a value: a field of a struct, an element of an array, the value of a map's key. */
import type { ArrayType, MapType, StructTypeShape } from '../types/data-type.ts'
import { isIntegral, sqlName, stringType } from '../types/data-type.ts'
import { analysisError, executionError } from '../errors/spark-error.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import type { MapValue } from '../columns/object-vector.ts'
import { StructVector } from '../columns/struct-vector.ts'
import { vectorOf } from '../columns/builder.ts'
import type { Vector } from '../columns/vector.ts'
import type { Call, Resolved } from '../expressions/expression.ts'
import { call, describe, literalValue, type BindContext } from './define.ts'
import { equalValues } from '../columns/compare.ts'
import { castTo } from './cast.ts'

/** A struct's field by position: a view of the child column, no work by row. */
export function structField(struct: Resolved, index: number): Call {
  const field = (struct.type as StructTypeShape).fields[index]!
  return call('struct_field', [struct, { kind: 'literal', value: index, type: { kind: 'int' }, nullable: false }], field.dataType, {
    evaluate: (s: readonly unknown[]) => s[index],
    vector: (args, length) => fieldColumn(args[0]!, index, field.dataType, length),
  }, { nullable: struct.nullable || field.nullable })
}

function fieldColumn(v: Vector, index: number, type: Vector['type'], length: number): Vector {
  if (v instanceof StructVector) return v.field(index)
  if (v instanceof ConstantVector) return new ConstantVector(type, v.constant === null ? null : (v.constant as unknown[])[index], length)
  const values = new Array<unknown>(length)
  for (let i = 0; i < length; i++) values[i] = v.isNull(i) ? null : (v.value(i) as unknown[])[index]
  return vectorOf(type, values)
}

/** `base[key]` or `base.key`. Throws INVALID_EXTRACT_BASE_FIELD_TYPE, FIELD_NOT_FOUND, AMBIGUOUS_REFERENCE_TO_FIELDS. */
export function extract(base: Resolved, key: Resolved, context: BindContext): Resolved {
  const type = base.type
  if (type.kind === 'struct') return structField(base, fieldIndex(type, key))
  if (type.kind === 'array') return type.elementType.kind === 'struct' && key.type.kind === 'string' ? fieldOfEach(base, type, key) : arrayElement(base, type, key, context)
  if (type.kind === 'map') return mapValue(base, type, key, context)
  throw analysisError('INVALID_EXTRACT_BASE_FIELD_TYPE', { base: `"${describe(base)}"`, other: `"${sqlName(type)}"` })
}

function fieldIndex(type: StructTypeShape, key: Resolved): number {
  const name = literalValue(key)
  if (typeof name !== 'string') throw analysisError('INVALID_EXTRACT_FIELD_TYPE', { extraction: `"${describe(key)}"` })
  const exact = type.fields.map((f, i) => (f.name.toLowerCase() === name.toLowerCase() ? i : -1)).filter(i => i >= 0)
  if (exact.length === 1) return exact[0]!
  if (exact.length > 1) throw analysisError('AMBIGUOUS_REFERENCE_TO_FIELDS', { field: '`' + name + '`', count: exact.length })
  throw analysisError('FIELD_NOT_FOUND', { fieldName: '`' + name + '`', fields: type.fields.map(f => '`' + f.name + '`').join(', ') })
}

// arr.field of an array of structs is the array of that field.
function fieldOfEach(base: Resolved, type: ArrayType, key: Resolved): Call {
  const struct = type.elementType as StructTypeShape
  const index = fieldIndex(struct, key)
  const field = struct.fields[index]!
  return call('array_struct_field', [base], { kind: 'array', elementType: field.dataType, containsNull: type.containsNull || field.nullable }, {
    evaluate: (a: readonly (readonly unknown[] | null)[]) => a.map(s => (s === null ? null : s[index])),
  })
}

function arrayElement(base: Resolved, type: ArrayType, key: Resolved, context: BindContext): Call {
  if (!isIntegral(key.type)) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: `"${describe(base)}[${describe(key)}]"`, paramIndex: 'second', requiredType: '"INTEGRAL"', inputSql: `"${describe(key)}"`, inputType: `"${sqlName(key.type)}"` })
  return call('element', [base, key], type.elementType, {
    evaluate: (a: readonly unknown[], at: number | bigint) => {
      const i = Number(at)
      if (i >= 0 && i < a.length) return a[i]
      if (!context.ansi) return null
      throw executionError('INVALID_ARRAY_INDEX', { indexValue: i, arraySize: a.length })
    },
  }, { nullable: true })
}

function mapValue(base: Resolved, type: MapType, key: Resolved, context: BindContext): Call {
  const cast = castTo(key, type.keyType, context)
  return call('map_value', [base, cast], type.valueType, { evaluate: (m: MapValue, k: unknown) => lookup(m, k, type) }, { nullable: true })
}

/** The value of a key in a map, null when it is not there. */
export function lookup(map: MapValue, key: unknown, type: MapType): unknown {
  const simple = type.keyType.kind === stringType.kind
  const i = simple ? map.keys.indexOf(key) : map.keys.findIndex(k => equalValues(type.keyType, k, key))
  return i < 0 ? null : map.values[i]
}
