/**
 * Plans LIMIT on a stream, which counts rows over the query's whole life: in append mode, and in complete mode below the aggregation. Above it each batch is a whole result of its own.
 * Where nothing below keeps state, a batch is read only as far as the limit needs; else it is read whole, so that what is below sees all its rows.
 */
import type { Exec } from '../../operators/operator.ts'
import { LocalLimitExec } from '../../operators/stateless/local-limit.ts'
import { StatefulLimitExec } from '../../operators/stateless/stateful-limit.ts'
import { resolvedInputs, type ResolvedPlan } from '../../plan/resolved-plan.ts'
import { longType, structField, structType } from '../../types/data-type.ts'
import type { Planning } from '../strategy.ts'

export function planStatefulLimit(p: ResolvedPlan, planning: Planning): Exec | null {
  if (p.kind !== 'limit' || planning.mode === null || !p.streaming) return null
  if (p.local === true) return planLocalLimit(p.child, p.count, planning)
  if (planning.mode !== 'append' && some(p.child, n => n.streaming && n.kind === 'aggregate')) return null
  // Of no rows nothing needs to be remembered.
  if (p.count === 0 && !some(p.child, keepsState)) return planLocalLimit(p.child, 0, planning)
  const id = planning.stateful({
    name: 'globalLimit', singlePartition: true, stores: [{ name: 'default', keySchema: structType([]), valueSchema: structType([structField('count', longType)]) }],
    shouldRunAnotherBatch: () => false, outputWatermark: ms => ms,
  })
  return new StatefulLimitExec(id, p.count, planLocalLimit(p.child, p.count, planning))
}

function planLocalLimit(p: ResolvedPlan, count: number, planning: Planning): Exec {
  const child = planning.plan(p)
  if (isStateful(child)) return child
  return new LocalLimitExec(count, new Set(streamsBelow(child, planning)), some(p, n => n.kind === 'generate' || n.kind === 'expand' || n.kind === 'join'), child)
}

const keepsState = (p: ResolvedPlan): boolean => p.streaming && (['aggregate', 'deduplicate', 'limit', 'group-state', 'transform-with-state'].includes(p.kind) || (p.kind === 'join' && p.left.streaming && p.right.streaming))
const isStateful = (e: Exec): boolean => e.operatorId !== undefined || e.children.some(isStateful)
const some = (p: ResolvedPlan, is: (p: ResolvedPlan) => boolean): boolean => is(p) || resolvedInputs(p).some(c => some(c, is))
const streamsBelow = (e: Exec, planning: Planning): number[] => [...e.leaf !== undefined && planning.isStream(e.leaf) ? [e.leaf] : [], ...e.children.flatMap(c => streamsBelow(c, planning))]
