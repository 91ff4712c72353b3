/** mode: the value that a group holds most often, NULL left out. Of several the one that came first; with `mode(x, true)` the least, with WITHIN GROUP (ORDER BY x) the first in that order. */
import { comparison } from '../../columns/compare.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { attributesOf } from '../../expressions/codegen/emitter.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { describe, expectArity, plainArgs, type FunctionCall, type FunctionDefinition } from '../define.ts'
import { longType, mapType, sqlName, type DataType } from '../../types/data-type.ts'
import { aggregate } from './bind.ts'
import { keyOf } from './key-of.ts'
import { rowAggregate } from './row-aggregate.ts'

interface Counts { readonly keys: unknown[]; readonly values: bigint[] }

const misordered = (expectedNum: number, actualNum: number): Error => analysisError('INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS', { funcName: '`mode`', expectedNum, actualNum })

export const mode: FunctionDefinition = {
  takesOrder: true,
  bind(c) {
    const { value, sign } = asked(c)
    // Where each value stands among those of its group.
    const places = new WeakMap<object, Map<unknown, number>>()
    const put = (m: Counts, v: unknown, n: bigint): void => {
      let at = places.get(m)
      if (at === undefined) places.set(m, at = new Map(m.keys.map((k, i) => [keyOf(k), i])))
      const key = keyOf(v), i = at.get(key)
      if (i === undefined) { at.set(key, m.keys.push(v) - 1); m.values.push(n) } else m.values[i] = m.values[i]! + n
    }
    const counts: DataType = mapType(value.type, longType), compare = comparison(value.type)
    return aggregate(c, 'mode', [value], rowAggregate({
      name: 'mode', type: value.type, bufferTypes: [counts], zero: () => [{ keys: [], values: [] }],
      update(s, v) { if (v !== null) put(s[0] as Counts, v, 1n) },
      merge(s, [other]) { const o = other as MapValue; o.keys.forEach((k, i) => put(s[0] as Counts, k, o.values[i] as bigint)) },
      finish(s) {
        const { keys, values } = s[0] as Counts
        let best = -1
        values.forEach((n, i) => { if (best < 0 || n > values[best]! || (sign !== 0 && n === values[best] && sign * compare(keys[i], keys[best]) < 0)) best = i })
        return best < 0 ? null : keys[best]
      },
    }), true, sign === 0 ? undefined : { sign })
  },
}

// What is counted, and which of several comes out: 0 the first to come, 1 the least, -1 the greatest.
function asked(c: FunctionCall): { readonly value: Resolved; readonly sign: 0 | 1 | -1 } {
  if (c.distinct) throw analysisError('INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED', { funcName: '`mode`' })
  const order = c.order ?? [], args = plainArgs(c)
  if (args.length === 0) {
    if (order.length === 0) throw analysisError('INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING', { funcName: '`mode`' })
    if (order.length > 1) throw misordered(1, order.length)
    return { value: order[0]!.expression, sign: order[0]!.ascending ? 1 : -1 }
  }
  if (order.length > 0) throw misordered(0, order.length)
  expectArity(c, 1, 2)
  const [value, fixed] = args as [Resolved, Resolved | undefined]
  return { value, sign: fixed !== undefined && isTrue(c, fixed) ? 1 : 0 }
}

const nullFlag = (c: FunctionCall): Error => analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: '`deterministic`' })

function isTrue(c: FunctionCall, flag: Resolved): boolean {
  if (flag.type.kind === 'void') throw nullFlag(c)
  if (flag.type.kind !== 'boolean') throw analysisError('UNEXPECTED_INPUT_TYPE', { functionName: '`mode`', paramIndex: 2, requiredType: '"BOOLEAN"', inputSql: `"${describe(flag)}"`, inputType: `"${sqlName(flag.type)}"` })
  if (attributesOf(flag).size > 0) throw analysisError('NON_FOLDABLE_ARGUMENT', { funcName: '`mode`', paramName: '`deterministic`', paramType: '"BOOLEAN"' })
  const value = evaluateConstant(flag)
  if (value === null) throw nullFlag(c)
  return value === true
}
