/** Generators: explode and its kin make rows of arrays and maps. */
import type { ArrayType, MapType, StructTypeShape } from '../types/data-type.ts'
import { intType, sameType, sqlName, voidType } from '../types/data-type.ts'
import type { MapValue } from '../columns/object-vector.ts'
import type { GeneratorCall, Resolved } from '../expressions/expression.ts'
import { castTo } from './cast.ts'
import { expectArity, literalValue, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { analysisError } from '../errors/spark-error.ts'

type Columns = GeneratorCall['columns']
const generator = (name: string, args: readonly Resolved[], columns: Columns, generate: GeneratorCall['generate'], outer: boolean): GeneratorCall => ({ kind: 'generator', name, args, type: columns[0]?.type ?? intType, nullable: true, columns, generate, outer })

function explode(positions: boolean, outer: boolean): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      const pos = positions ? [{ name: 'pos', type: intType, nullable: outer }] : []
      const put = (i: number, row: unknown[]): unknown[] => (positions ? [i, ...row] : row)
      if (a.type.kind === 'array') {
        const t = a.type as ArrayType
        return generator(c.name.toLowerCase(), [a], [...pos, { name: 'col', type: t.elementType, nullable: t.containsNull || outer }], (v: unknown[] | null) => (v === null ? [] : v.map((x, i) => put(i, [x]))), outer)
      }
      if (a.type.kind === 'map') {
        const t = a.type as MapType
        return generator(c.name.toLowerCase(), [a], [...pos, { name: 'key', type: t.keyType, nullable: outer }, { name: 'value', type: t.valueType, nullable: t.valueContainsNull || outer }], (m: MapValue | null) => (m === null ? [] : m.keys.map((k, i) => put(i, [k, m.values[i]]))), outer)
      }
      throw unexpectedType(c, 1, '("ARRAY" or "MAP")', a)
    },
  }
}

function inline(outer: boolean): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      if (a.type.kind !== 'array' || a.type.elementType.kind !== 'struct') throw unexpectedType(c, 1, '"ARRAY<STRUCT>"', a)
      const fields = (a.type.elementType as StructTypeShape).fields, blanks = a.type.containsNull || outer
      return generator(c.name.toLowerCase(), [a], fields.map(f => ({ name: f.name, type: f.dataType, nullable: f.nullable || blanks })), (v: (unknown[] | null)[] | null) => (v === null ? [] : v.map(s => s ?? fields.map(() => null))), outer)
    },
  }
}

const stack: FunctionDefinition = {
  bind(c: FunctionCall, context: BindContext) {
    expectArity(c, 2, Infinity)
    const [count, ...values] = plainArgs(c) as [Resolved, ...Resolved[]]
    if (count.type.kind !== 'int') throw unexpectedType(c, 1, '"INT"', count)
    const n = Number(literalValue(count))
    if (!Number.isInteger(n) || n < 1) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'n', valueRange: '(0, 2147483647]', currentValue: String(literalValue(count)) })
    const width = Math.ceil(values.length / n)
    // Only a NULL that is written so takes the type of its column.
    const types = Array.from({ length: width }, (_, k) => values.find((v, i) => i % width === k && v.type.kind !== 'void')?.type ?? voidType)
    values.forEach((v, i) => {
      const first = values.findIndex((x, k) => k % width === i % width && x.type.kind !== 'void'), type = types[i % width]!
      if (!sameType(v.type, type) && !(v.kind === 'literal' && v.value === null && v.type.kind === 'void')) throw analysisError('DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, leftParamIndex: first + 1, leftType: `"${sqlName(type)}"`, rightParamIndex: i + 1, rightType: `"${sqlName(v.type)}"` })
    })
    const cast = values.map((v, i) => castTo(v, types[i % width]!, context))
    return generator('stack', cast, types.map((type, k) => ({ name: `col${k}`, type, nullable: true })), (...vs: unknown[]) => Array.from({ length: n }, (_, r) => types.map((_, k) => vs[r * width + k] ?? null)), false)
  },
}

export const generatorFunctions: FunctionFamily = {
  explode: explode(false, false), explode_outer: explode(false, true), posexplode: explode(true, false), posexplode_outer: explode(true, true), inline: inline(false), inline_outer: inline(true), stack,
}
