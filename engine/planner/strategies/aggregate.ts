/** Plans aggregations: one hash table in a batch query; partial, state and result on a stream. */
import { isEventTime, isSessionWindow } from '../../expressions/attribute.ts'
import type { Alias } from '../../expressions/expression.ts'
import { internalError } from '../../errors/spark-error.ts'
import type { AggregateFunction } from '../../expressions/aggregate-function.ts'
import { HashAggregateExec } from '../../operators/aggregate/hash-aggregate.ts'
import { StateAggregateExec } from '../../operators/aggregate/state-aggregate.ts'
import type { Exec } from '../../operators/operator.ts'
import { SessionAggregateExec } from '../../operators/session/session-aggregate.ts'
import { SessionStateExec } from '../../operators/session/session-state.ts'
import type { ResolvedPlan } from '../../plan/resolved-plan.ts'
import { structField, structType, timestampType, type StructFieldType } from '../../types/data-type.ts'
import type { PlanOf, Planning } from '../strategy.ts'

export function planAggregate(p: ResolvedPlan, planning: Planning): Exec | null {
  if (p.kind !== 'aggregate') return null
  const { mode } = planning
  if (p.keys.some(isSessionWindow)) return planSessions(p, planning)
  if (mode === null || !p.streaming) return new HashAggregateExec(p.keys, p.aggregates, planning.plan(p.child))
  const operatorId = planning.stateful({
    name: 'stateStoreSave', singlePartition: p.keys.length === 0,
    stores: [{ name: 'default', keySchema: structType(p.keys.map(keyField)), valueSchema: structType(p.aggregates.flatMap(a => bufferFields(a.call.function))) }],
    // In complete mode nothing is ever closed.
    shouldRunAnotherBatch: (newMs, usedMs) => mode !== 'complete' && newMs > usedMs,
    outputWatermark: ms => ms,
  })
  const eventTimeKey = p.keys.findIndex(isEventTime)
  return new StateAggregateExec({ operatorId, mode, keys: p.keys, aggregates: p.aggregates, eventTimeKey: eventTimeKey < 0 ? null : eventTimeKey }, planning.plan(p.child))
}

function planSessions(p: PlanOf<'aggregate'>, planning: Planning): Exec {
  const sessionKey = p.keys.findIndex(isSessionWindow), { mode } = planning
  const spec = { keys: p.keys, sessionKey, aggregates: p.aggregates }
  if (mode === null || !p.streaming) return new SessionAggregateExec(spec, planning.plan(p.child))
  if (mode === 'update') throw internalError('sessions in update mode')
  const others = p.keys.filter((_, k) => k !== sessionKey)
  const operatorId = planning.stateful({
    name: 'sessionWindowStateStoreSaveExec', singlePartition: false,
    stores: [{
      name: 'default', numColsPrefixKey: others.length,
      keySchema: structType([...others.map(keyField), structField('sessionStartTime', timestampType, true)]),
      valueSchema: structType([...p.keys.map(keyField), ...p.aggregates.flatMap(a => bufferFields(a.call.function))]),
    }],
    shouldRunAnotherBatch: (newMs, usedMs) => mode !== 'complete' && newMs > usedMs,
    outputWatermark: ms => ms,
  })
  return new SessionStateExec({ ...spec, operatorId, mode, isEventTime: isEventTime(p.keys[sessionKey]!) }, planning.plan(p.child))
}

const keyField = (k: Alias): StructFieldType => structField(k.name, k.type, k.nullable, k.metadata)

/** The columns in which the partial states of an aggregate function are stored. */
export function bufferFields(f: AggregateFunction): StructFieldType[] {
  return f.bufferTypes.map((t, i) => structField(f.bufferTypes.length === 1 ? f.name : `${f.name}_${i}`, t, true))
}
