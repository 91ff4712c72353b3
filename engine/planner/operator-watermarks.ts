/**
 * The watermark each stateful operator goes by, as Spark simulates it from the sources up: a withWatermark node gives the query's watermark, a stateless node the least
 * of its inputs, a stateful node what it makes of the least of its inputs. An operator without one has 0.
 * Where operators are not chained, the query's watermark is that of all.
 */
import type { Exec } from '../operators/operator.ts'
import type { PhysicalPlan } from './plan-query.ts'
import { EventTimeWatermarkExec } from '../operators/watermark/event-time-watermark.ts'

/** Operator id → its input watermark in milliseconds. */
export function operatorWatermarks({ root, stateful, chained }: PhysicalPlan, globalMs: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  if (globalMs === 0) return found
  if (!chained) return new Map(stateful.map(s => [s.id, globalMs]))
  const byId = new Map(stateful.map(s => [s.id, s]))
  const go = (exec: Exec): number | null => {
    const inputs = exec.children.map(go).filter(ms => ms !== null)
    if (exec instanceof EventTimeWatermarkExec) return globalMs
    const input = inputs.length === 0 ? null : Math.min(...inputs)
    const operator = exec.operatorId === undefined ? undefined : byId.get(exec.operatorId)
    if (operator === undefined || input === null) return input
    found.set(operator.id, input)
    return operator.outputWatermark(input)
  }
  go(root)
  return found
}
