/** Makes arrays, maps and structs of values: array, map, struct, named_struct and their kin. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { equalValues } from '../columns/compare.ts'
import type { MapValue } from '../columns/object-vector.ts'
import { StructVector } from '../columns/struct-vector.ts'
import type { Resolved } from '../expressions/expression.ts'
import { arrayType, holdsVariant, mapType, sqlName, structField, structType, voidType, type DataType, type MapType, type StructTypeShape } from '../types/data-type.ts'
import { castTo, commonTypeOf } from './cast.ts'
import { call, describe, literalValue, plainArgs, quoted, type BindContext, type FunctionCall, type FunctionFamily } from './define.ts'

/** The arguments brought to one type, or a refusal with the given condition. */
function unified(c: FunctionCall, args: readonly Resolved[], context: BindContext, refuse: (types: string) => Error): { readonly type: DataType; readonly args: readonly Resolved[] } {
  if (args.length === 0) return { type: voidType, args }
  const type = commonTypeOf(args, context)
  if (type === null) throw refuse(`(${args.map(a => `"${sqlName(a.type)}"`).join(' or ')})`)
  return { type, args: args.map(a => castTo(a, type, context)) }
}

/** A struct of named values, kept as columns. */
export function makeStruct(name: string, names: readonly string[], values: readonly Resolved[]): Resolved {
  const type: StructTypeShape = structType(names.map((n, i) => structField(n, values[i]!.type, values[i]!.nullable)))
  return call(name, values, type, {
    strict: false, evaluate: (...vs: unknown[]) => vs, vector: (columns, length) => new StructVector(type, columns, null, length),
  }, { nullable: false })
}

/** A map of keys and values. Throws NULL_MAP_KEY, and DUPLICATED_MAP_KEY unless the last one is to win. */
export function makeMap(type: MapType, keys: readonly unknown[], values: readonly unknown[], lastWins: boolean): MapValue {
  const outKeys: unknown[] = [], outValues: unknown[] = []
  const simple = ['string', 'int', 'long', 'boolean', 'byte', 'short', 'date', 'timestamp'].includes(type.keyType.kind)
  const seen = new Map<unknown, number>()
  for (let i = 0; i < keys.length; i++) {
    const k = keys[i] === 0 ? 0 : keys[i]
    if (k === null) throw executionError('NULL_MAP_KEY')
    const at = simple ? seen.get(k) ?? -1 : outKeys.findIndex(o => equalValues(type.keyType, o, k))
    if (at >= 0) {
      if (!lastWins) throw executionError('DUPLICATED_MAP_KEY', { key: String(k) })
      outValues[at] = values[i]
      continue
    }
    seen.set(k, outKeys.length)
    outKeys.push(k)
    outValues.push(values[i])
  }
  return { keys: outKeys, values: outValues }
}

export const lastWins = (context: BindContext): boolean => context.conf('spark.sql.mapKeyDedupPolicy') === 'LAST_WIN'

export const constructorFunctions: FunctionFamily = {
  array: {
    bind(c, context) {
      const { type, args } = unified(c, plainArgs(c), context, dataType => analysisError('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: '`array`', dataType }))
      return call('array', args, arrayType(type, args.some(a => a.nullable)), { strict: false, evaluate: (...vs: unknown[]) => vs }, { nullable: false })
    },
  },
  map: {
    bind(c, context) {
      const all = plainArgs(c)
      if (all.length % 2 !== 0) throw analysisError('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`map`', expectedNum: '2n (n > 0)', actualNum: all.length })
      const keys = unified(c, all.filter((_, i) => i % 2 === 0), context, dataType => analysisError('DATATYPE_MISMATCH.CREATE_MAP_KEY_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: '`map`', dataType }))
      const values = unified(c, all.filter((_, i) => i % 2 === 1), context, dataType => analysisError('DATATYPE_MISMATCH.CREATE_MAP_VALUE_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: '`map`', dataType }))
      const n = keys.args.length, type = mapType(keys.type, values.type, values.args.some(a => a.nullable))
      if (keys.type.kind === 'map' || holdsVariant(keys.type)) throw analysisError('DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE', { sqlExpr: `"${c.sql}"`, keyType: `"${sqlName(keys.type)}"` })
      const last = lastWins(context)
      return call('map', [...keys.args, ...values.args], type, { strict: false, evaluate: (...vs: unknown[]) => makeMap(type, vs.slice(0, n), vs.slice(n), last) }, { nullable: false })
    },
  },
  struct: {
    bind(c) {
      const args = plainArgs(c)
      return makeStruct('struct', args.map((a, i) => (a.kind === 'attribute' || a.kind === 'alias' ? a.name : a.kind === 'call' && a.name === 'struct_field' ? fieldName(a) : `col${i + 1}`)), args.map(a => (a.kind === 'alias' ? a.child : a)))
    },
  },
  named_struct: {
    bind(c) {
      const args = plainArgs(c)
      if (args.length % 2 !== 0) throw analysisError('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: quoted('named_struct'), expectedNum: '2n (n > 0)', actualNum: args.length })
      const names = args.filter((_, i) => i % 2 === 0).map(literalValue)
      if (names.some(n => typeof n !== 'string')) throw analysisError('DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING', { sqlExpr: `"${c.sql}"`, inputExprs: args.map(describe).join(', ') })
      return makeStruct('named_struct', names as string[], args.filter((_, i) => i % 2 === 1))
    },
  },
}

function fieldName(a: Extract<Resolved, { kind: 'call' }>): string {
  return (a.args[0]!.type as StructTypeShape).fields[(a.args[1] as { value: number }).value]!.name
}
