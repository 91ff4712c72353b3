/** Several operators that keep state, one above the other, and unions of streams below them. */
import type { Op, Plan, Scene } from '../scene.ts'
import { keys, modesOf, results } from './aggregations.ts'
import { duplicates } from './dedup.ts'

/** Two and three levels of aggregation by windows, the upper ones over windows or their times. */
export function levels(s: Scene): Plan {
  const by = s.one("window(ts, '5 minutes')", "window(ts, '10 minutes', '5 minutes')", "session_window(ts, '3 minutes')", "session_window(ts, CASE WHEN k = 'a' THEN '1 minute' ELSE '6 minutes' END)")
  const key = by.startsWith('session') ? 'session_window' : 'window'
  const first: Op = { groupBy: { keys: [by, s.one('k', 'k', 'x')], agg: ['sum(v) AS v', 'count(*) AS n'] } }
  const second = s.one<Op[]>(
    [{ groupBy: { keys: [`window(${key}, '10 minutes')`], agg: ['sum(n) AS n', 'max(v) AS v'] } }], [{ groupBy: { keys: [key], agg: ['sum(v) AS v'] } }], [{ select: [key] }, { dropDuplicates: [key] }], [{ select: ['n', key] }, { dropDuplicatesWithinWatermark: ['n', key] }],
    [{ groupBy: { keys: [`window(window_time(${key}), '10 minutes')`], agg: ['sum(n) AS n'] } }], [{ groupBy: { keys: [`window(${key}, '20 minutes', '10 minutes')`], agg: ['count(*) AS n'] } }],
    [{ select: [`window_time(${key}) AS t`, 'n'] }, { groupBy: { keys: ["session_window(t, '15 minutes')"], agg: ['sum(n) AS n'] } }], [{ where: 'n > 1' }, { groupBy: { keys: [`window(${key}, '1 hour')`], agg: ['max(n) AS n'] } }],
    [{ groupBy: { keys: [`window(${key}, '10 minutes')`, 'n'], agg: ['count(*) AS c'] } }, { groupBy: { keys: ["window(window, '30 minutes')"], agg: ['max(c) AS c', 'count(*) AS groups'] } }], [{ select: [`${key}.start AS b`, 'n'] }, { groupBy: { keys: ['b'], agg: ['sum(n) AS n'] } }])
  return { pipeline: [...s.start('l', 93), first, ...second], modes: ['append', 'append', 'append', 'complete'] }
}

/** Unions of two and three branches, each with its own watermark. */
export function union(s: Scene): Plan {
  const names = s.one<('l' | 'm')[]>(['l', 'm'], ['l', 'm'], ['l', 'l'], ['l', 'm', 'l'], ['l', 'm', 'm'])
  const branch = (name: 'l' | 'm'): Op[] => (s.chance(25) ? s.start(name, 75) : [s.from(name), ...s.watermark('ts', 80)])
  const [first, ...others] = names.map(branch)
  // A branch of another source, brought to the same columns.
  if (s.chance(15)) others.push([s.from('r'), ...s.watermark('rt', 80), { select: ['k', 'rt AS ts', 'w AS v', 'CAST(w AS DOUBLE) AS d', 'y AS x'] }])
  const start: Op[] = [...first!, ...(s.chance(10) ? [duplicates(s)] : []), ...others.map(o => ({ [s.one('union', 'unionByName')]: o }))]
  if (s.chance(15)) return { pipeline: start, modes: ['append', 'update'] }
  if (s.chance(35)) return { pipeline: [...start, duplicates(s)], modes: ['append', 'update'] }
  const by = keys(s)
  return { pipeline: [...start, { groupBy: { keys: by, agg: results(s) } }], modes: modesOf(by) }
}

/** An aggregation beside another stream, put together by a union. */
export function unionOfStates(s: Scene): Plan {
  const left: Op[] = [...s.start('l', 95), { groupBy: { keys: ["window(ts, '10 minutes')", 'k'], agg: ['count(*) AS n'] } }, { select: ['k', 'n'] }]
  const right: Op[] = s.one<() => Op[]>(() => [s.from('m'), ...s.watermark('ts', 90), { dropDuplicates: ['k', 'ts'] }, { select: ['k', 'v AS n'] }], () => [s.from('m'), ...s.watermark('ts', 60), { select: ['k', 'v AS n'] }], () => [s.from('m'), ...s.watermark('ts', 95), { groupBy: { keys: ["session_window(ts, '5 minutes')", 'k'], agg: ['max(v) AS n'] } }, { select: ['k', 'n'] }])()
  return { pipeline: [...left, { union: right }], modes: ['append', 'append', 'complete'] }
}
