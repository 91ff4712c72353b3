/** Types called as functions: `int('8')`, `double(x)`, `date('2026-01-01')` are casts; `typeof(x)` tells a type's name. */
import { binaryType, booleanType, byteType, dateType, decimalType, doubleType, floatType, intType, longType, shortType, simpleString, stringType, timeType, timestampType, type DataType } from '../types/data-type.ts'
import { explicitCast } from './cast.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { call, expectArity, literal, plainArgs, type FunctionDefinition, type FunctionFamily } from './define.ts'

const cast = (to: DataType): FunctionDefinition => ({ bind(c, context) { expectArity(c, 1); return explicitCast(plainArgs(c)[0]!, to, 'cast', context) } })

const aggregates = (e: Resolved): boolean => e.kind === 'aggregate-call' || childrenOf(e).some(aggregates)

export const typeNameFunctions: FunctionFamily = {
  boolean: cast(booleanType), tinyint: cast(byteType), smallint: cast(shortType), int: cast(intType), bigint: cast(longType), float: cast(floatType), double: cast(doubleType), decimal: cast(decimalType(10, 0)),
  typeof: {
    bind(c) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!, name = simpleString(a.type)
      // The type of an aggregate still makes one row of all.
      return aggregates(a) ? call('typeof', [a], stringType, { strict: false, evaluate: () => name }, { nullable: false }) : literal(name, stringType)
    },
  },
  date: cast(dateType), time: cast(timeType()), timestamp: cast(timestampType), binary: cast(binaryType), string: cast(stringType),
}
