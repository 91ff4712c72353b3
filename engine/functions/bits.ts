/** Operators on the bits of whole numbers: & | ^ ~, the shifts, bit_count. */
import { analysisError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { stringMeets, tightestCommonType } from '../types/coercion.ts'
import { booleanType, intType, isIntegral, longType, sameType, sqlName } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { call, expectArity, plainArgs, unexpectedType, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { wantedArgument } from './wanted.ts'

function bitwise(op: '&' | '|' | '^'): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      let [a, b] = plainArgs(c) as [Resolved, Resolved]
      const string = a.type.kind === 'string' ? b : b.type.kind === 'string' ? a : null
      if (context.ansi && string !== null && string.type.kind !== 'void' && a.type.kind !== b.type.kind) {
        const to = stringMeets(string.type)
        if (to !== null) [a, b] = [castTo(a, to, context), castTo(b, to, context)]
      }
      if (!context.ansi && string !== null) [a, b] = [a, b].map(x => (x.type.kind === 'string' ? castTo(x, { kind: 'double' }, context) : x)) as [Resolved, Resolved]
      const type = a.type.kind === 'void' && b.type.kind === 'void' ? intType : tightestCommonType(a.type, b.type, context.ansi)
      if (type !== null && isIntegral(type)) return call(op, [castTo(a, type, context), castTo(b, type, context)], type, { source: ([x, y]) => `(${x} ${op} ${y})` })
      const decimalAndDouble = [a, b].some(x => x.type.kind === 'decimal') && [a, b].some(x => x.type.kind === 'double')
      const anyString = a.type.kind === 'string' || b.type.kind === 'string', anyVoid = a.type.kind === 'void' || b.type.kind === 'void'
      if (sameType(a.type, b.type) || (anyString && anyVoid) || decimalAndDouble) throw analysisError('DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { sqlExpr: `"${c.sql}"`, inputType: '"INTEGRAL"', actualDataType: `"${sqlName(a.type)}"` })
      throw analysisError('DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, left: `"${sqlName(a.type)}"`, right: `"${sqlName(b.type)}"` })
    },
  }
}

const not: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    const a = wantedArgument(c, 0, 'integral', context)
    return call('~', [a], a.type, { source: ([x]) => `(~${x})` })
  },
}

function shift(name: string, int: (a: string, n: string) => string, long: (a: string, n: string) => string): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const value = wantedArgument(c, 0, [intType, longType], context), count = wantedArgument(c, 1, intType, context)
      return call(name, [value, count], value.type, { source: ([v, n]) => (value.type.kind === 'long' ? `BigInt.asIntN(64, ${long(v!, `BigInt(${n} & 63)`)})` : `(${int(v!, n!)} | 0)`) })
    },
  }
}

const ones = (v: number): number => {
  let n = v - ((v >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** How many bits are set; a negative number counts as one of 64 bits. */
const bitCount: FunctionDefinition = {
  bind(c) {
    expectArity(c, 1)
    const a = plainArgs(c)[0]!
    if (!isIntegral(a.type) && a.type.kind !== 'boolean' && a.type.kind !== 'void') throw unexpectedType(c, 1, `("INTEGRAL" or "${sqlName(booleanType)}")`, a)
    const of: (v: any) => number = a.type.kind === 'long' ? (v: bigint) => ones(Number(BigInt.asIntN(32, v))) + ones(Number(BigInt.asIntN(32, v >> 32n)))
      : a.type.kind === 'boolean' ? (v: boolean) => (v ? 1 : 0) : (v: number) => ones(v) + (v < 0 ? 32 : 0)
    return call('bit_count', [a], intType, { evaluate: of }, { nullable: a.nullable })
  },
}

export const bitFunctions: FunctionFamily = {
  '&': bitwise('&'), '|': bitwise('|'), '^': bitwise('^'), '~': not, bit_count: bitCount,
  shiftleft: shift('shiftleft', (a, n) => `${a} << ${n}`, (a, n) => `${a} << ${n}`),
  shiftright: shift('shiftright', (a, n) => `${a} >> ${n}`, (a, n) => `${a} >> ${n}`),
  shiftrightunsigned: shift('shiftrightunsigned', (a, n) => `${a} >>> ${n}`, (a, n) => `BigInt.asUintN(64, ${a}) >> ${n}`),
}
