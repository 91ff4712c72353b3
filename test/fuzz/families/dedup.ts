/** Removing duplicates, alone, twice, and below or above other operators that keep state. */
import type { Op, Plan, Scene } from '../scene.ts'
import { keys, modesOf, results } from './aggregations.ts'

export function duplicates(s: Scene): Op {
  return s.one<Op>({ dropDuplicates: ['k'] }, { dropDuplicates: ['k', 'ts'] }, { dropDuplicates: [] }, { dropDuplicates: ['d', 'ts'] }, { dropDuplicates: ['x'] }, { dropDuplicates: ['x', 'ts'] }, { dropDuplicatesWithinWatermark: ['k'] }, { dropDuplicatesWithinWatermark: ['k', 'v'] }, { dropDuplicatesWithinWatermark: ['x'] }, { call: ['dropDuplicatesWithinWatermark'] }, { dropDuplicatesWithinWatermark: ['k', 'ts'] }, { distinct: true }, { dropDuplicates: ['ts'] })
}

export function dedup(s: Scene): Plan {
  const windowed: Op[] = s.chance(12) ? [{ withColumn: ['w', "window(ts, '10 minutes')"] }] : []
  const one = windowed.length > 0 ? s.one<Op>({ dropDuplicates: ['w'] }, { dropDuplicates: ['k', 'w'] }, { dropDuplicatesWithinWatermark: ['w'] }) : duplicates(s)
  const more: Op[] = s.one<() => Op[]>(() => [], () => [], () => [{ where: 'v > 0' }], () => { s.inOrder(); return [duplicates(s)] }, () => [{ select: ['k', 'ts'] }, { distinct: true }], () => [{ select: ['k'] }, { where: 'v > 0' }], () => [{ call: ['observe', 'left', { expr: 'count(*) AS n' }, { expr: 'max(v) AS high' }] }], () => [{ limit: 1 + s.below(4) }])()
  return { pipeline: [...s.start(), ...windowed, one, ...more], modes: ['append', 'update'] }
}

export function dedupThenAggregate(s: Scene): Plan {
  const by = keys(s)
  return { pipeline: [...s.start(), duplicates(s), ...(s.chance(15) ? [{ where: 'v > 0' }] : []), { groupBy: { keys: by, agg: results(s) } }], modes: modesOf(by) }
}
