/** Turns a resolved plan into operators: asks each strategy in order. Leaves are numbered as they are met; stateful operators get the ids under which their state is found again. */
import type { Exec } from '../operators/operator.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import type { OutputMode } from '../plan/write-stream.ts'
import { planAggregate } from './strategies/aggregate.ts'
import { planBasic } from './strategies/basic.ts'
import { planDeduplicate } from './strategies/deduplicate.ts'
import { planGroupState } from './strategies/group-state.ts'
import { planStatefulLimit } from './strategies/limit.ts'
import { planStreamJoin } from './strategies/stream-join.ts'
import { planWatermark } from './strategies/watermark.ts'
import type { Leaf, Planning, StatefulOperator, Strategy } from './strategy.ts'

export type { StatefulOperator, StoreShape } from './strategy.ts'

export interface PhysicalPlan {
  readonly root: Exec
  /** The leaves by number: what execution must feed. */
  readonly leaves: readonly Leaf[]
  /** Sink side first, as progress lists them. */
  readonly stateful: readonly StatefulOperator[]
  /** The delays of the withWatermark nodes in milliseconds, by node number. */
  readonly watermarkDelaysMs: readonly number[]
  /** Whether the watermark of an operator is what those below it make of the query's; false: it is the query's own. */
  readonly chained: boolean
}

// The one that comes first wins; planBasic takes what is left.
const strategies: readonly Strategy[] = [
  planWatermark,
  planAggregate,
  planDeduplicate,
  planStatefulLimit,
  planGroupState,
  planStreamJoin,
]

/** Plans a batch query (`mode` null) or one for micro-batches; `chained` says whether stateful operators are made for one above the other. */
export function planQuery(plan: ResolvedPlan, mode: OutputMode | null, chained = true): PhysicalPlan {
  const leaves: Leaf[] = [], stateful: StatefulOperator[] = [], watermarkDelaysMs: number[] = []
  const planning: Planning = {
    mode, chained,
    plan(node) {
      for (const strategy of strategies) { const exec = strategy(node, planning); if (exec !== null) return exec }
      return planBasic(node, planning)
    },
    leaf: node => leaves.push(node) - 1,
    isStream: leaf => leaves[leaf]!.kind === 'stream-read',
    stateful: operator => stateful.push({ ...operator, id: stateful.length }) - 1,
    watermark: delayMs => watermarkDelaysMs.push(delayMs) - 1,
  }
  const root = planning.plan(plan)
  if (stateful.length > 0 && mode !== null && sortsRanges(plan)) stateful[0] = { ...stateful[0]!, countedTwice: !stateful[0]!.singlePartition }
  return { root, leaves, stateful, watermarkDelaysMs, chained }
}

// Whether all rows are sorted by ranges at the end: not where a limit above takes the first ones only.
function sortsRanges(p: ResolvedPlan): boolean {
  if (p.kind === 'limit') return !endsInSort(p.child) && sortsRanges(p.child)
  return p.kind === 'sort' || ((p.kind === 'project' || p.kind === 'filter') && sortsRanges(p.child))
}

const endsInSort = (p: ResolvedPlan): boolean => p.kind === 'sort' || (p.kind === 'project' && endsInSort(p.child))
