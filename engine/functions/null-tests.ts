/** Tests for NULL and NaN, and the normal form of grouping keys. */
import type { Resolved } from '../expressions/expression.ts'
import { booleanType, doubleType, floatType } from '../types/data-type.ts'
import { call, expectArity, plainArgs, type FunctionFamily } from './define.ts'
import { wantedArgument } from './wanted.ts'

export function isNull(e: Resolved): Resolved {
  return call('isnull', [e], booleanType, { strict: false, emit: (emitter, args) => ({ isNull: 'false', value: `(${emitter.emit(args[0]!).isNull})` }) }, { nullable: false })
}

export function isNotNull(e: Resolved): Resolved {
  return call('isnotnull', [e], booleanType, { strict: false, emit: (emitter, args) => ({ isNull: 'false', value: `!(${emitter.emit(args[0]!).isNull})` }) }, { nullable: false })
}

/** A grouping or join key in its normal form: −0.0 becomes 0.0 and every NaN the same NaN, also inside structs and arrays. */
export function normalizeKey(e: Resolved): Resolved {
  switch (e.type.kind) {
    case 'float': case 'double':
      return call('normalize_zero_nan', [e], e.type, { source: ([a]) => `(${a} === 0 ? 0 : ${a})` }, { nullable: e.nullable })
    default: return e
  }
}

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
