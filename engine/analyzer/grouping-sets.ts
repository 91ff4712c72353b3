/** ROLLUP, CUBE and GROUPING SETS: each row goes into every set, with the keys that the set leaves out as NULL. */
import { analysisError } from '../errors/spark-error.ts'
import { attribute, sameExpression, transform } from '../expressions/attribute.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Marker, Resolved } from '../expressions/expression.ts'
import { call, describe, literal } from '../functions/define.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { byteType, longType } from '../types/data-type.ts'

/** All keys, all but the last, and so on to none. */
export const rollupSets = (keys: readonly number[]): number[][] => [...keys.map((_, k) => keys.slice(0, keys.length - k)), []]
/** Every choice of keys. */
export const cubeSets = (keys: readonly number[]): number[][] => keys.reduceRight<number[][]>((rest, k) => [...rest.map(s => [k, ...s]), ...rest], [[]])

/** The plan with a row for each set, its new keys, and what they stand for in the select list. */
export interface Expanded { readonly plan: ResolvedPlan; readonly keys: readonly Attribute[]; readonly originals: readonly Resolved[]; readonly groupingId: Attribute }

const plain = (k: Alias | Attribute): Resolved => (k.kind === 'alias' ? k.child : k)

/** `sets` hold numbers of keys. */
export function expandSets(keys: readonly (Alias | Attribute)[], sets: readonly (readonly number[])[], child: ResolvedPlan): Expanded {
  // A key keeps its mark of event time: its groups are late and due as those of GROUP BY are, and those without it never.
  const fresh = keys.map(k => attribute(k.name, k.type, true, k.kind === 'attribute' ? k.qualifier : [], k.metadata)), groupingId = attribute('spark_grouping_id', longType, false), position = attribute('_gen_grouping_pos', longType, false)
  const ids = sets.map(set => keys.reduce((id, _, i) => id * 2n + (set.includes(i) ? 0n : 1n), 0n))
  // A set that stands twice gives its rows twice.
  const repeated = new Set(ids).size < ids.length
  const projections = sets.map((set, s): Resolved[] => [
    ...child.output, ...keys.map((k, i) => (set.includes(i) ? plain(k) : literal(null, k.type))), literal(ids[s]!, longType), ...(repeated ? [literal(BigInt(s), longType)] : []),
  ])
  const added = [...fresh, groupingId, ...(repeated ? [position] : [])]
  return {
    plan: { kind: 'expand', projections, child, output: [...child.output, ...added], streaming: child.streaming },
    keys: added, originals: [...keys.map(plain), groupingId, ...(repeated ? [position] : [])], groupingId,
  }
}

/** Whether it is grouping() or grouping_id(). */
export const isGrouping = (e: Resolved): e is Marker => e.kind === 'marker' && (e.name === 'grouping' || e.name === 'grouping_id')

/** Refuses grouping() and grouping_id() where nothing is grouped by sets. */
export function refuseGrouping(items: readonly Resolved[]): void {
  const has = (e: Resolved): boolean => isGrouping(e) || childrenOf(e).some(has)
  if (items.some(has)) throw analysisError('UNSUPPORTED_GROUPING_EXPRESSION')
}

/** The same item with grouping(k) and grouping_id(…) computed from the id of the set. */
export function withGrouping(item: Resolved, keys: readonly Resolved[], id: Attribute): Resolved {
  const bit = (k: Resolved): number => {
    const at = keys.findIndex(o => sameExpression(o, k))
    if (at < 0) throw analysisError('GROUPING_COLUMN_MISMATCH', { grouping: describe(k), groupingColumns: keys.map(describe).join(', ') })
    return keys.length - 1 - at
  }
  return transform(item, e => {
    if (!isGrouping(e)) return e
    if (e.name === 'grouping') { const shift = BigInt(bit(e.args[0]!)); return call('grouping', [id, literal(shift, longType)], byteType, { evaluate: (v: bigint) => Number((v >> shift) & 1n) }) }
    if (e.args.length === 0) return id
    // It takes the keys as they are, or nothing.
    if (e.args.length !== keys.length || !e.args.every((a, i) => sameExpression(a, keys[i]!))) throw analysisError('GROUPING_ID_COLUMN_MISMATCH', { groupingIdColumn: e.args.map(describe).join(', '), groupByColumns: keys.map(describe).join(', ') })
    return id
  })
}
