/** Tests for NULL and NaN, and the normal form of grouping keys. */
import { comparison } from '../columns/compare.ts'
import type { MapValue } from '../columns/object-vector.ts'
import type { Resolved } from '../expressions/expression.ts'
import { booleanType, doubleType, floatType, type DataType } from '../types/data-type.ts'
import { call, expectArity, plainArgs, type FunctionFamily } from './define.ts'
import { wantedArgument } from './wanted.ts'

export function isNull(e: Resolved): Resolved {
  return call('isnull', [e], booleanType, { strict: false, emit: (emitter, args) => ({ isNull: 'false', value: `(${emitter.emit(args[0]!).isNull})` }) }, { nullable: false })
}

export function isNotNull(e: Resolved): Resolved {
  return call('isnotnull', [e], booleanType, { strict: false, emit: (emitter, args) => ({ isNull: 'false', value: `!(${emitter.emit(args[0]!).isNull})` }) }, { nullable: false })
}

/** A grouping or join key in its normal form: −0.0 becomes 0.0 and every NaN the same NaN, also inside structs and arrays; a map's entries come in the order of its keys, so that equal maps are equal keys. */
export function normalizeKey(e: Resolved): Resolved {
  switch (e.type.kind) {
    case 'float': case 'double':
      return call('normalize_zero_nan', [e], e.type, { source: ([a]) => `(${a} === 0 ? 0 : ${a})` }, { nullable: e.nullable })
    default: {
      const normal = nestedNormal(e.type)
      return normal === null ? e : call('normalize_zero_nan', [e], e.type, { evaluate: normal }, { nullable: e.nullable })
    }
  }
}

// What makes a value with floating-point numbers in it normal; null for types that have none.
function nestedNormal(type: DataType): ((v: any) => unknown) | null {
  switch (type.kind) {
    case 'float': case 'double': return (v: number) => (v === 0 ? 0 : v)
    case 'struct': {
      const fields = type.fields.map(f => nestedNormal(f.dataType))
      return fields.every(f => f === null) ? null : (v: readonly unknown[]) => v.map((x, i) => (x === null || fields[i] == null ? x : fields[i]!(x)))
    }
    case 'array': {
      const element = nestedNormal(type.elementType)
      return element === null ? null : (v: readonly unknown[]) => v.map(x => (x === null ? x : element(x)))
    }
    case 'map': {
      const key = nestedNormal(type.keyType) ?? same, value = nestedNormal(type.valueType) ?? same, compare = comparison(type.keyType)
      return (m: MapValue): MapValue => {
        const keys = m.keys.map(key), order = keys.map((_, i) => i).sort((a, b) => compare(keys[a], keys[b]))
        return { keys: order.map(i => keys[i]), values: order.map(i => (m.values[i] === null ? null : value(m.values[i]))) }
      }
    }
    default: return null
  }
}

const same = (v: unknown): unknown => v

export const nullTestFunctions: FunctionFamily = {
  isnull: { bind: c => { expectArity(c, 1); return isNull(plainArgs(c)[0]!) } },
  isnotnull: { bind: c => { expectArity(c, 1); return isNotNull(plainArgs(c)[0]!) } },
  isnan: {
    bind: (c, context) => {
      expectArity(c, 1)
      const a = wantedArgument(c, 0, [doubleType, floatType], context)
      return call('isnan', [a], booleanType, {
        strict: false, emit: (emitter, args) => { const v = emitter.emit(args[0]!); return { isNull: 'false', value: `(!(${v.isNull}) && ${v.value} !== ${v.value})` } },
      }, { nullable: false })
    },
  },
}
