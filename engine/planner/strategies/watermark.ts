/** Plans withWatermark on a stream: a node that notes event times as rows pass through. */
import type { Exec } from '../../operators/operator.ts'
import { EventTimeWatermarkExec } from '../../operators/watermark/event-time-watermark.ts'
import type { ResolvedPlan } from '../../plan/resolved-plan.ts'
import type { Planning } from '../strategy.ts'

export function planWatermark(p: ResolvedPlan, planning: Planning): Exec | null {
  if (p.kind !== 'watermark' || planning.mode === null || !p.streaming) return null
  const node = planning.watermark(p.delayMs)
  return new EventTimeWatermarkExec(node, p.attribute, p.delayMs, p.output, planning.plan(p.child))
}
