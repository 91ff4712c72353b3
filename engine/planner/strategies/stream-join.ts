/** Plans joins of two streams: equality keys, conditions by the side they need, and how long each side's rows are held. */
import { attributesOf } from '../../expressions/codegen/emitter.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import { joinBounds, joinOutputWatermark } from '../../expressions/join-bounds.ts'
import { conjuncts, nullSafeKeys } from '../../functions/join-keys.ts'
import { isEventTime } from '../../expressions/attribute.ts'
import { analysisError } from '../../errors/spark-error.ts'
import type { Exec } from '../../operators/operator.ts'
import { joinStores } from '../../operators/join/join-stores.ts'
import { StreamJoinExec, type StreamJoinType } from '../../operators/join/stream-join.ts'
import type { ResolvedPlan } from '../../plan/resolved-plan.ts'
import { structField, structType } from '../../types/data-type.ts'
import type { Planning } from '../strategy.ts'

export function planStreamJoin(p: ResolvedPlan, planning: Planning): Exec | null {
  if (planning.mode === null || p.kind !== 'join' || !p.left.streaming || !p.right.streaming) return null
  const { leftKeys, rightKeys } = nullSafeKeys(p.leftKeys, p.rightKeys, p.nullSafe)
  const condition = p.condition === null ? [] : conjuncts(p.condition)
  const left = p.left.output, right = p.right.output
  if (planning.chained) for (const side of [left, right]) checkOneEventTime(side)
  const needsOnly = (e: Resolved, side: readonly Attribute[]): boolean => [...attributesOf(e).keys()].every(id => side.some(a => a.id === id))
  const leftOnly = condition.filter(e => needsOnly(e, left)), rightOnly = condition.filter(e => !leftOnly.includes(e) && needsOnly(e, right))
  const both = condition.filter(e => !leftOnly.includes(e) && !rightOnly.includes(e))
  const bounds = joinBounds({ left, right, leftKeys, rightKeys, condition })
  const operatorId = planning.stateful({
    name: 'symmetricHashJoin', singlePartition: false, stores: joinStores(leftKeys, rowSchema(left), rowSchema(right)),
    shouldRunAnotherBatch: (newMs, usedMs) => (bounds.left !== null || bounds.right !== null) && newMs > usedMs,
    outputWatermark: ms => joinOutputWatermark(bounds, ms),
  })
  const type: StreamJoinType = p.type === 'cross' ? 'inner' : p.type as StreamJoinType
  return new StreamJoinExec({ operatorId, type, leftKeys, rightKeys, leftOnly, rightOnly, both, bounds }, p.output, planning.plan(p.left), planning.plan(p.right))
}

const rowSchema = (output: readonly Attribute[]): ReturnType<typeof structType> => structType(output.map(a => structField(a.name, a.type, a.nullable)))

// Of the columns that are left when unused ones are gone: a join goes by one time a side.
function checkOneEventTime(side: readonly Attribute[]): void {
  const times = side.filter(isEventTime)
  if (times.length > 1) throw analysisError('MULTIPLE_EVENT_TIME_COLUMNS', { eventTimeCols: times.map(a => a.name).join(', ') })
}
