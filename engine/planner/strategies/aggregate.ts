/** Plans aggregations: one hash table in a batch query; partial, state and result on a stream. */
import { isEventTime } from '../../expressions/attribute.ts'
import type { AggregateFunction } from '../../expressions/aggregate-function.ts'
import { HashAggregateExec } from '../../operators/aggregate/hash-aggregate.ts'
import { StateAggregateExec } from '../../operators/aggregate/state-aggregate.ts'
import type { Exec } from '../../operators/operator.ts'
import type { ResolvedPlan } from '../../plan/resolved-plan.ts'
import { structField, structType, type StructFieldType } from '../../types/data-type.ts'
import type { Planning } from '../strategy.ts'

export function planAggregate(p: ResolvedPlan, planning: Planning): Exec | null {
  if (p.kind !== 'aggregate') return null
  const { mode } = planning
  if (mode === null || !p.streaming) return new HashAggregateExec(p.keys, p.aggregates, planning.plan(p.child))
  const operatorId = planning.stateful({
    name: 'stateStoreSave', singlePartition: p.keys.length === 0,
    stores: [{ name: 'default', keySchema: structType(p.keys.map(k => structField(k.name, k.type, k.nullable))), valueSchema: structType(p.aggregates.flatMap(a => bufferFields(a.call.function))) }],
    // In complete mode nothing is ever closed.
    shouldRunAnotherBatch: (newMs, usedMs) => mode !== 'complete' && newMs > usedMs,
    outputWatermark: ms => ms,
  })
  const eventTimeKey = p.keys.findIndex(isEventTime)
  return new StateAggregateExec({ operatorId, mode, keys: p.keys, aggregates: p.aggregates, eventTimeKey: eventTimeKey < 0 ? null : eventTimeKey }, planning.plan(p.child))
}

/** The columns in which the partial states of an aggregate function are stored. */
export function bufferFields(f: AggregateFunction): StructFieldType[] {
  return f.bufferTypes.map((t, i) => structField(f.bufferTypes.length === 1 ? f.name : `${f.name}_${i}`, t, true))
}
