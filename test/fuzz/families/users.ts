/** State that users' functions keep (groupState, transformWithState), alone and in chains. */
import type { Op, Plan, Scene } from '../scene.ts'

// The functions compare times and count values: rows without one are left out, and with them numbers that JavaScript has no number for.
const present: Op = { where: 'ts IS NOT NULL AND abs(v) < 1000' }

// PySpark hands rows over as pandas' frames, whose times are nanoseconds from 1970 in 64 bits: its worker breaks down over others.
const inPandas: readonly Op[] = [{ where: "ts > TIMESTAMP '1700-01-01 00:00:00' AND ts < TIMESTAMP '2262-01-01 00:00:00'" }, { select: ['k', 'ts', 'v', 'd'] }]

export function groupState(s: Scene): Plan {
  s.inUtc()
  const mode = s.one('append', 'append', 'update'), keys = s.one<string[]>(['k'], ['k'], ['k', 'v'], ['d'])
  // PySpark hands keys over as pandas' numbers, where NaN is NULL.
  const start: Op[] = [...s.start('l', 80), present, ...inPandas, ...(keys.includes('d') ? [{ where: 'NOT isnan(d)' }] : [])]
  switch (s.below(3)) {
    case 0: return { pipeline: [...start, { groupState: { fn: 'runningCount', keys, mode } }], modes: [mode] }
    case 1: return { pipeline: [...start, { groupState: { fn: 'changeLog', keys: ['k'], mode, time: 'ts', value: 'v' } }], modes: [mode] }
    default: return { pipeline: [...start, { groupState: { fn: 'eventTimeSession', keys, mode, time: 'ts', gapMs: s.one(60_000, 300_000, 600_000) } }, ...(s.chance(25) ? [s.one<Op>({ where: 'n > 1' }, { groupBy: { keys: [], agg: ['count(*) AS sessions'] } }, { withColumn: ['long', 'n > 2'] })] : [])], modes: [mode] }
  }
}

export function processor(s: Scene): Plan {
  s.keepOnDisk()
  s.inUtc()
  const mode = s.one('append', 'append', 'update'), keys = s.one<string[]>(['k'], ['k'], ['k', 'v'], [/^(STRING|[A-Z]*INT|BOOLEAN)$/.test(s.keyType) ? 'x' : 'v'])
  const start = [...s.start('l', 85), present]
  const op = s.one<object>({ fn: 'totals', keys, mode, clearAbove: s.one(5, 20) }, { fn: 'counts', keys, mode, most: s.one(2, 3) }, { fn: 'timers', keys, mode, timeMode: 'eventTime', time: 'ts', gapMs: s.one(60_000, 300_000), most: s.one(1, 2, 3), again: s.chance(50) }, { fn: 'timers', keys, mode, timeMode: 'eventTime', time: 'ts', gapMs: s.one(60_000, 300_000), most: 2 })
  return { pipeline: [...start, { transformWithState: op }, ...(s.chance(15) ? [{ where: 'n > 1' }] : [])], modes: [mode] }
}
