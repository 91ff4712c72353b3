/** Plans dropDuplicates, distinct and dropDuplicatesWithinWatermark on a stream. */
import { isEventTime } from '../../expressions/attribute.ts'
import { DeduplicateExec } from '../../operators/dedup/deduplicate.ts'
import type { Exec } from '../../operators/operator.ts'
import type { ResolvedPlan } from '../../plan/resolved-plan.ts'
import { longType, voidType, structField, structType } from '../../types/data-type.ts'
import type { Planning } from '../strategy.ts'

export function planDeduplicate(p: ResolvedPlan, planning: Planning): Exec | null {
  if (p.kind !== 'deduplicate' || planning.mode === null || !p.streaming) return null
  const eventTime = p.child.output.find(isEventTime) ?? null
  const keepMs = p.withinWatermark ? Number(eventTime!.metadata!['spark.watermarkDelayMs']) : null
  const operatorId = planning.stateful({
    name: p.withinWatermark ? 'dedupeWithinWatermark' : 'dedupe', singlePartition: p.keys.length === 0,
    stores: [{
      name: 'default', keySchema: structType(p.keys.map(k => structField(k.name, k.type, k.nullable, k.metadata))),
      valueSchema: structType([keepMs === null ? structField('__dummy__', voidType) : structField('expiresAtMicros', longType)]),
    }],
    shouldRunAnotherBatch: (newMs, usedMs) => newMs > usedMs,
    outputWatermark: ms => ms,
  })
  return new DeduplicateExec({ operatorId, keys: p.keys, eventTime, keepMs, inPartitions: operatorId > 0 }, planning.plan(p.child))
}
