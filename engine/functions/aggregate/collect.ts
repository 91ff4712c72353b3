/** collect_list, collect_set, collect_union, bool_and, bool_or, bit_and, bit_or, bit_xor, count_if: what a group holds. */
import { analysisError } from '../../errors/spark-error.ts'
import { arrayType, booleanType, holdsMap, isIntegral, longType } from '../../types/data-type.ts'
import { castTo } from '../cast.ts'
import { coerced } from '../typed.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { expectArity, literalValue, plainArgs, quoted, unexpectedType, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { aggregate } from './bind.ts'
import { countFunction } from './count.ts'
import { keyOf } from './key-of.ts'
import { mode } from './mode.ts'
import { rowAggregate } from './row-aggregate.ts'

// Nobody can tell whether two maps are the same.
function refuseMaps(c: FunctionCall, name: string, a: Resolved): void {
  if (holdsMap(a.type)) throw analysisError('DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE', { sqlExpr: `"${c.sql}"`, functionName: quoted(name), dataType: '"MAP"' })
}

function collect(name: string, distinct: boolean): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!, type = arrayType(a.type, false)
      if (distinct) refuseMaps(c, name, a)
      const put = (list: unknown[], v: unknown, seen: Set<unknown> | null): void => { if (seen === null) { list.push(v); return } const k = keyOf(v); if (!seen.has(k)) { seen.add(k); list.push(v) } }
      const sets = new WeakMap<object, Set<unknown>>()
      const seenOf = (list: unknown[]): Set<unknown> | null => { if (!distinct) return null; let s = sets.get(list); if (s === undefined) sets.set(list, s = new Set(list.map(keyOf))); return s }
      return aggregate(c, name, [a], rowAggregate({
        name, type, bufferTypes: [type], zero: () => [[]],
        update(s, v) { if (v !== null) { const l = s[0] as unknown[]; put(l, v, seenOf(l)) } },
        merge(s, [other]) { const l = s[0] as unknown[], seen = seenOf(l); for (const v of other as unknown[]) put(l, v, seen) },
        finish: s => s[0],
      }), false)
    },
  }
}

/** The distinct elements of all arrays, NULL left out. */
const union: FunctionDefinition = {
  bind(c) {
    expectArity(c, 1)
    const a = plainArgs(c)[0]!
    if (a.type.kind !== 'array') throw unexpectedType(c, 1, '"ARRAY"', a)
    refuseMaps(c, 'collect_union', a)
    const type = arrayType(a.type.elementType, false)
    const take = (s: unknown[], list: unknown): void => {
      const values = s[0] as Map<unknown, unknown>
      if (list !== null) for (const v of list as readonly unknown[]) { if (v !== null) { const k = keyOf(v); if (!values.has(k)) values.set(k, v === 0 ? 0 : v) } }
    }
    return aggregate(c, 'collect_union', [a], rowAggregate({
      name: 'collect_union', type, bufferTypes: [type], zero: () => [new Map()], update: take, merge: (s, [other]) => take(s, other),
      finish: s => [...(s[0] as Map<unknown, unknown>).values()], store: s => [[...(s[0] as Map<unknown, unknown>).values()]],
    }), false)
  },
}

function boolean(name: string, decides: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      if (a.type.kind !== 'boolean' && a.type.kind !== 'void') throw unexpectedType(c, 1, '"BOOLEAN"', a)
      const take = (s: unknown[], v: unknown): void => { if (v !== null) s[0] = s[0] === null ? v : decides ? (s[0] as boolean) || (v as boolean) : (s[0] as boolean) && (v as boolean) }
      return aggregate(c, name, [castTo(a, booleanType, context)], rowAggregate({ name, type: booleanType, bufferTypes: [booleanType], zero: () => [null], update: take, merge: (s, [v]) => take(s, v), finish: s => s[0] }))
    },
  }
}

function bits(name: string, f: (a: bigint, b: bigint) => bigint): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      if (!isIntegral(a.type)) throw unexpectedType(c, 1, '"INTEGRAL"', a)
      const wide = a.type.kind === 'long'
      const take = (s: unknown[], v: unknown): void => { if (v === null) return; if (s[0] === null) { s[0] = v; return } const r = f(BigInt(s[0] as bigint), BigInt(v as bigint)); s[0] = wide ? r : Number(r) }
      return aggregate(c, name, [a], rowAggregate({ name, type: a.type, bufferTypes: [a.type], zero: () => [null], update: take, merge: (s, [v]) => take(s, v), finish: s => s[0] }))
    },
  }
}

// The places of whole numbers in a table of Scala's, which is the order they come out in.
function inTable(keys: readonly unknown[]): unknown[] {
  let size = 16
  while (keys.length > size * 0.75) size *= 2
  const hash = (k: unknown): number => { const n = typeof k === 'bigint' ? (k === BigInt.asIntN(32, k) ? Number(k) : Number(BigInt.asIntN(32, k ^ (k >> 32n)))) : k as number; return n ^ (n >>> 16) }
  const at = (k: unknown): number => hash(k) & (size - 1)
  return keys.every(k => typeof k === 'bigint' || Number.isInteger(k)) ? [...keys].sort((a, b) => at(a) - at(b) || hash(a) - hash(b)) : [...keys]
}

// The values that may be more frequent than a share of the rows, NULL too: a count for each of at most so many of them; a new one that finds no place takes from all what the rarest has.
const frequent: FunctionDefinition = {
  bind(c) {
    expectArity(c, 2)
    const [a, size] = plainArgs(c) as [Resolved, Resolved], most = Number(literalValue(size)), type = arrayType(a.type, a.nullable)
    const put = (m: Map<unknown, { value: unknown; n: number }>, value: unknown, n: number): void => {
      const key = keyOf(value), found = m.get(key)
      if (found !== undefined) { found.n += n; return }
      if (m.size < most) { m.set(key, { value, n }); return }
      const least = Math.min(...[...m.values()].map(e => e.n)), rest = n - least
      if (rest >= 0) m.set(key, { value, n })
      for (const [k, e] of m) { if (rest >= 0 && e.n <= least) m.delete(k); else e.n -= rest >= 0 ? least : n }
    }
    const counts = (s: readonly unknown[]): Map<unknown, { value: unknown; n: number }> => s[0] as Map<unknown, { value: unknown; n: number }>
    return aggregate(c, 'collect_frequent_items', [a], rowAggregate({
      name: 'collect_frequent_items', type, bufferTypes: [type, arrayType(longType, false)], zero: () => [new Map()],
      update: (s, v) => put(counts(s), v, 1),
      merge: (s, [values, ns]) => (values as unknown[]).forEach((v, i) => put(counts(s), v, Number((ns as bigint[])[i]))),
      finish: s => inTable([...counts(s).values()].map(e => e.value)),
      store: s => { const list = [...counts(s).values()]; return [list.map(e => e.value), list.map(e => BigInt(e.n))] },
    }), false, { most })
  },
}

export const collectFunctions: FunctionFamily = {
  collect_list: collect('collect_list', false), array_agg: collect('collect_list', false), collect_set: collect('collect_set', true), collect_union: union,
  bool_and: boolean('bool_and', false), every: boolean('bool_and', false), bool_or: boolean('bool_or', true), some: boolean('bool_or', true), any: boolean('bool_or', true),
  bit_and: bits('bit_and', (a, b) => a & b), bit_or: bits('bit_or', (a, b) => a | b), bit_xor: bits('bit_xor', (a, b) => a ^ b),
  mode, 'frequent items': frequent,
  count: { bind(c) { expectArity(c, 1, Infinity); return aggregate(c, 'count', plainArgs(c), countFunction, false) } },
  count_if: {
    bind(c, context) {
      expectArity(c, 1)
      const a = coerced(c, 0, booleanType, context)
      return aggregate(c, 'count_if', [a], rowAggregate({ name: 'count_if', type: longType, bufferTypes: [longType], zero: () => [0n], update(s, v) { if (v === true) s[0] = (s[0] as bigint) + 1n }, merge(s, [n]) { s[0] = (s[0] as bigint) + (n as bigint) }, finish: s => s[0] }), false)
    },
  },
}
