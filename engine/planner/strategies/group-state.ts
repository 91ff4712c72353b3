/** Plans functions that keep state: mapGroupsWithState, flatMapGroupsWithState, transformWithState, and the keys that functions make. */
import { isEventTime } from '../../expressions/attribute.ts'
import { AppendKeyExec } from '../../operators/group-state/append-key.ts'
import { FlatMapGroupsWithStateExec, groupStateSchema } from '../../operators/group-state/group-state.ts'
import { schemaOf } from '../../operators/group-state/grouped-input.ts'
import { declaredBy, timerSchema, timerStores } from '../../operators/group-state/processor-handle.ts'
import { variableSchema } from '../../operators/group-state/state-variables.ts'
import { TransformWithStateExec } from '../../operators/group-state/transform-with-state.ts'
import type { Exec } from '../../operators/operator.ts'
import type { ResolvedPlan } from '../../plan/resolved-plan.ts'
import type { Planning, PlanOf } from '../strategy.ts'

export function planGroupState(p: ResolvedPlan, planning: Planning): Exec | null {
  if (p.kind === 'append-key') return new AppendKeyExec(p.function, p.schema, p.output, planning.plan(p.child))
  if (p.kind === 'transform-with-state') return transformWithState(p, planning)
  if (p.kind !== 'group-state') return null
  const stateless = planning.mode === null || !p.streaming
  const operatorId = stateless ? null : planning.stateful({
    name: 'flatMapGroupsWithState', singlePartition: p.keys.length === 0,
    stores: [{ name: 'default', keySchema: schemaOf(p.keys), valueSchema: groupStateSchema(p.stateSchema, p.timeout) }],
    // Time passes by itself: with a timeout by the clock every trigger has a batch.
    shouldRunAnotherBatch: (newMs, usedMs) => p.timeout === 'ProcessingTimeTimeout' || (p.timeout === 'EventTimeTimeout' && newMs > usedMs),
    outputWatermark: () => null,
  })
  const child = planning.plan(p.child)
  const initial = p.initial === null ? null : { exec: planning.plan(p.initial.plan), keys: p.initial.keys, values: p.initial.values }
  const { method, keys, values, stateSchema, timeout } = p
  return new FlatMapGroupsWithStateExec({ operatorId, method, keys, values, stateSchema, timeout, function: p.function, eventTime: p.child.output.find(isEventTime) ?? null, initial }, p.output, child)
}

function transformWithState(p: PlanOf<'transform-with-state'>, planning: Planning): Exec {
  const { keys, values, timeMode, processor } = p
  const declared = declaredBy(processor, timeMode), keySchema = schemaOf(keys)
  const operatorId = planning.mode === null || !p.streaming ? null : planning.stateful({
    name: 'transformWithStateExec', singlePartition: false, droppedStores: declared.dropped,
    // Timers of another clock would fire at any time, or never.
    excludedStores: (['processingTime', 'eventTime'] as const).filter(m => m !== timeMode).map(m => ({ name: timerStores[m], configName: 'timeMode', oldConfig: m, newConfig: timeMode })),
    stores: [...declared.variables.map(v => ({ name: v.name, keySchema, valueSchema: variableSchema(v) })), ...(timeMode !== 'none' ? [{ name: timerStores[timeMode], keySchema, valueSchema: timerSchema }] : [])],
    shouldRunAnotherBatch: (newMs, usedMs) => timeMode === 'processingTime' || newMs > usedMs,
    outputWatermark: ms => (timeMode === 'eventTime' ? ms : null),
  })
  const child = planning.plan(p.child)
  const initial = p.initial === null ? null : { exec: planning.plan(p.initial.plan), keys: p.initial.keys, values: p.initial.values }
  return new TransformWithStateExec({ operatorId, keys, values, timeMode, processor, inputTime: p.child.output.find(isEventTime) ?? null, outputTime: p.eventTime, initial }, p.output, child)
}
