/** listagg and string_agg: the values of a group joined to one text, in the order that WITHIN GROUP says. */
import { analysisError } from '../../errors/spark-error.ts'
import { comparison, nullsFirst } from '../../columns/compare.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { arrayType, binaryType, isOrderable, stringType, structField, structType, type DataType } from '../../types/data-type.ts'
import { castTo } from '../cast.ts'
import { describe, expectArity, expectConstant, plainArgs, quoted, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily, type OrderKey } from '../define.ts'
import { coerced } from '../typed.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'

type Entry = readonly unknown[]

/** The comparison of entries by their keys, which begin at index 1. */
function byKeys(keys: readonly OrderKey[]): (a: Entry, b: Entry) => number {
  const compares = keys.map(k => {
    const up = comparison(k.expression.type), first = k.nullsFirst ?? k.ascending
    return (a: unknown, b: unknown): number => (a === null || b === null ? (first ? nullsFirst(up)(a, b) : -nullsFirst(up)(a, b)) : k.ascending ? up(a, b) : up(b, a))
  })
  return (a, b) => {
    for (let i = 0; i < compares.length; i++) { const d = compares[i]!(a[i + 1], b[i + 1]); if (d !== 0) return d }
    return 0
  }
}

function joinBytes(parts: readonly Uint8Array[], between: Uint8Array): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0) + between.length * Math.max(parts.length - 1, 0))
  let at = 0
  parts.forEach((p, i) => { if (i > 0) { out.set(between, at); at += between.length } out.set(p, at); at += p.length })
  return out
}

function delimiterOf(c: FunctionCall, type: DataType, context: BindContext): unknown {
  if (c.args.length < 2) return null
  const given = plainArgs(c)[1]!
  expectConstant(c, given, 'delimiter', `"${type.kind.toUpperCase()}"`)
  return evaluateConstant(coerced(c, 1, type, context))
}

const listAgg: FunctionDefinition = {
  takesOrder: true,
  bind(c, context) {
    expectArity(c, 1, 2)
    const given = plainArgs(c)[0]!, order = c.order ?? []
    if (['array', 'map', 'struct'].includes(given.type.kind)) throw unexpectedType(c, 1, '("STRING" or "BINARY")', given)
    const type: DataType = given.type.kind === 'binary' ? binaryType : stringType, value = castTo(given, type, context)
    if (c.distinct && order.length > 0 && !(order.length === 1 && sameExpression(order[0]!.expression, given))) {
      throw analysisError('INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT', { funcName: quoted(c.name), funcArg: describe(given), orderingExpr: order.map(k => describe(k.expression)).join(', ') })
    }
    for (const k of order) if (!isOrderable(k.expression.type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: quoted(c.name), dataType: `"${k.expression.type.kind.toUpperCase()}"` })
    const between = delimiterOf(c, type, context), compare = byKeys(order)
    const entry = structType([structField('v', type), ...order.map((k, i) => structField(`k${i}`, k.expression.type))])
    return aggregate(c, 'listagg', [value, ...order.map(k => k.expression)], rowAggregate({
      name: 'listagg', type, bufferTypes: [arrayType(entry, false)], zero: () => [[]],
      update(s, ...values: unknown[]) { if (values[0] !== null) (s[0] as Entry[]).push(values) },
      merge(s, [other]) { (s[0] as Entry[]).push(...(other as Entry[])) },
      finish(s) {
        const entries = s[0] as Entry[]
        if (entries.length === 0) return null
        const values = (order.length === 0 ? entries : entries.toSorted(compare)).map(e => e[0])
        return type.kind === 'binary' ? joinBytes(values as Uint8Array[], (between as Uint8Array | null) ?? new Uint8Array(0)) : values.join((between as string | null) ?? '')
      },
    }), true, { between: String(between), order: order.map(k => [k.ascending, k.nullsFirst]) })
  },
}

function sameExpression(a: Resolved, b: Resolved): boolean { return a === b || (a.kind === 'attribute' && b.kind === 'attribute' && a.id === b.id) || describe(a) === describe(b) }

export const listAggFunctions: FunctionFamily = { listagg: listAgg, string_agg: listAgg }
