/** Whether a batch without data should follow: the watermark has moved past something that the last batch left open, or the clock has. */
import { operatorWatermarks } from '../planner/operator-watermarks.ts'
import type { PhysicalPlan } from '../planner/plan-query.ts'

/** The last batch of a run. */
export interface RanBatch { readonly plan: PhysicalPlan; readonly watermarkMs: number }

/** `watermark`: the operators want one for the watermark's sake; `clock`: only because time goes by, at every trigger, so that one after the other would never rest; null: none do. */
export function batchWithoutData({ plan, watermarkMs }: RanBatch, currentMs: number): 'watermark' | 'clock' | null {
  const now = operatorWatermarks(plan, currentMs), used = operatorWatermarks(plan, watermarkMs)
  const wants = (o: typeof plan.stateful[number], from: ReadonlyMap<number, number>): boolean => o.shouldRunAnotherBatch(now.get(o.id) ?? 0, from.get(o.id) ?? 0)
  if (!plan.stateful.some(o => wants(o, used))) return null
  return plan.stateful.some(o => wants(o, used) && !wants(o, now)) ? 'watermark' : 'clock'
}
