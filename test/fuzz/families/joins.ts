/** Joins of two and three streams: by equality, window, range and time, of every kind, with state above and below. */
import type { Op, Plan, Scene } from '../scene.ts'

const conditions = ['l.k = r.k AND rt >= ts AND rt <= ts + INTERVAL 10 MINUTES', 'l.k = r.k AND rt BETWEEN ts - INTERVAL 5 MINUTES AND ts + INTERVAL 5 MINUTES', 'l.k = r.k', 'l.k = r.k AND ts = rt', 'l.k <=> r.k AND rt > ts', 'l.k = r.k AND v < w AND ts >= rt - INTERVAL 3 MINUTES', 'rt > ts', 'x = y AND rt BETWEEN ts AND ts + INTERVAL 5 MINUTES', 'x = y', 'x <=> y AND ts = rt', 'l.k = r.k AND x = y AND ts = rt',
  "l.k = r.k AND window(ts, '10 minutes') = window(rt, '10 minutes')", "window(ts, '5 minutes') = window(rt, '5 minutes')", 'l.k = r.k AND (v > w OR w IS NULL) AND rt BETWEEN ts AND ts + INTERVAL 10 MINUTES', 'l.k = r.k AND rt BETWEEN ts AND ts + INTERVAL 10 MINUTES AND v > 1', 'l.k = r.k AND rt BETWEEN ts AND ts + INTERVAL 10 MINUTES AND w > 1', 'upper(l.k) = upper(r.k) AND ts = rt', 'v = w AND rt < ts + INTERVAL 1 HOUR AND rt > ts - INTERVAL 1 HOUR', 'l.k = r.k AND ts BETWEEN rt AND rt + INTERVAL 90 SECONDS', "l.k = r.k AND ts > rt AND ts < rt + INTERVAL '0 01:30' DAY TO MINUTE"]
const kinds = ['inner', 'inner', 'leftouter', 'leftouter', 'rightouter', 'fullouter', 'leftsemi', 'leftsemi', 'leftanti', 'cross'] as const

const modes = (how: string): string[] => (how === 'inner' || how === 'cross' || how === 'leftsemi' ? ['append', 'append', 'update'] : ['append'])

function above(s: Scene, how: string): Op[] {
  const half = how === 'leftsemi' || how === 'leftanti'
  switch (s.below(9)) {
    case 0: return [{ groupBy: { keys: [s.window(half ? 'ts' : s.one('ts', 'rt'))], agg: ['count(*) AS n', half ? 'sum(v) AS s' : 'sum(w) AS s'] } }]
    case 1: return [s.one<Op>({ where: half ? 'v > 0' : 'w > 0' }, { where: half ? 'v > 0' : 'w IS NULL OR v > 1' }, { where: 'ts IS NOT NULL' })]
    case 2: return [{ select: half ? ['l.k AS k', 'ts', 'v'] : ['l.k AS k', 'ts', 'w'] }, ...(s.chance(40) ? [s.one<Op>({ dropDuplicates: [] }, { call: ['dropDuplicatesWithinWatermark'] }, { distinct: true })] : [])]
    case 3: return [{ select: half ? ['v'] : ['v', 'w'] }, ...(s.chance(30) ? [s.one<Op>({ where: 'l.k IS NOT NULL' }, { where: 'd > 1 OR ts IS NOT NULL' })] : [])]
    case 4: return half ? [] : [{ call: ['observe', 'pairs', { expr: 'count(*) AS n' }, { expr: 'count(w) AS matched' }] }]
    default: return []
  }
}

export function join(s: Scene): Plan {
  const how = s.one(...kinds)
  const below: Op[] = s.chance(12) ? [s.one<Op>({ dropDuplicates: ['k', 'ts'] }, { dropDuplicatesWithinWatermark: ['k'] })] : []
  const right = [s.from('r'), ...s.watermark('rt'), ...(s.chance(15) ? [s.one<Op>({ where: 'w > 0' }, { withColumn: ['w', 'w + 1'] }, { dropDuplicates: ['k', 'rt'] })] : []), { as: 'r' }]
  if (s.chance(12)) {
    const using = s.one<string[]>(['k'], ['k', 'ts'])
    const renamed = using.length === 2 ? right.slice(0, -1).concat({ select: ['k', 'rt AS ts', 'w'] }) : right
    return { pipeline: [...s.start(), ...below, { join: { right: renamed, using, how: how === 'cross' ? 'inner' : how } }], modes: modes(how) }
  }
  return { pipeline: [...s.start(), ...below, { as: 'l' }, { join: { right, on: s.one(...conditions), how } }, ...above(s, how)], modes: modes(how) }
}

/** Aggregations joined with each other or with a stream, by their windows. No semi joins: Spark brings one below the aggregation where the other stream's batch is small enough to be broadcast. */
export function joinOfWindows(s: Scene): Plan {
  const size = s.one('5 minutes', '10 minutes'), how = s.one('inner', 'leftouter', 'fullouter')
  const left: Op[] = [...s.start('l', 95), { groupBy: { keys: [`window(ts, '${size}')`, 'k'], agg: ['count(*) AS n'] } }]
  const right: Op[] = s.chance(60) ? [s.from('r'), ...s.watermark('rt', 95), { groupBy: { keys: [`window(rt, '${size}')`, 'k'], agg: ['sum(w) AS w'] } }] : [s.from('r'), ...s.watermark('rt', 95), { select: ['k', 'w', 'rt', `window(rt, '${size}') AS window`] }]
  return { pipeline: [...left, { join: { right, using: s.one<string[]>(['window', 'k'], ['window']).concat(), how } }], modes: ['append'] }
}

/** Three streams, joined one after the other. */
export function joinOfThree(s: Scene): Plan {
  const right = [s.from('r'), ...s.watermark('rt', 92), { as: 'r' }], third = [s.from('j'), ...s.watermark('jt', 92), { as: 'j' }]
  const how = (): string => s.one('inner', 'inner', 'leftouter', 'leftsemi')
  const first = how(), second = how()
  return { pipeline: [...s.start('l', 92), { as: 'l' }, { join: { right, on: s.one('l.k = r.k AND rt BETWEEN ts AND ts + INTERVAL 10 MINUTES', 'l.k = r.k AND ts = rt'), how: first } }, { join: { right: third, on: s.one('l.k = j.k AND jt BETWEEN ts AND ts + INTERVAL 10 MINUTES', 'l.k = j.k', first === 'leftsemi' ? 'l.k = j.k AND ts = jt' : 'l.k = j.k AND rt = jt'), how: second } }], modes: ['append'] }
}

/** A stream joined with a static frame on either side. */
export function staticJoin(s: Scene): Plan {
  const how = s.one('inner', 'leftouter', 'leftsemi', 'leftanti', 'rightouter', 'fullouter', 'inner', 'cross')
  const lookup: Op[] = [s.fromStatic(), { select: ['k AS sk', 'label', 'lo'] }]
  const on = s.one('k = sk AND v >= lo', 'k <=> sk', 'v > lo', 'upper(k) = upper(sk)', 'k = sk AND label > k', 'v = lo')
  const start = s.start()
  const joined: Op[] = s.one<() => Op[]>(
    () => [...start, { join: { right: [s.fromStatic(), { drop: ['lo'] }], using: ['k'], how: how === 'cross' ? 'inner' : how } }],
    () => [...start, { join: { right: lookup, on, how } }], () => [...start, { join: { right: lookup, how: 'cross' } }],
    () => [...lookup, { join: { right: start, on, how } }],
    // Above an aggregation.
    () => [...start, { groupBy: { keys: [s.one(s.window(), 'ts'), 'k'], agg: ['sum(v) AS v', 'max(ts) AS newest'] } }, { join: { right: [s.fromStatic(), { drop: ['lo'] }], using: ['k'], how: s.one('inner', 'leftsemi', 'leftsemi', 'leftanti', 'leftouter') } }],
    // A lookup that is aggregated itself.
    () => [...start, { join: { right: [...lookup, { groupBy: { keys: ['sk'], agg: ['max(lo) AS lo', "max(label) AS label"] } }], on, how } }],
  )()
  if (s.chance(50) || joined.some(op => 'groupBy' in op)) return { pipeline: joined, modes: ['append', 'update'] }
  const by = s.one<string[]>([s.window()], [s.window('ts', false), 'k'], ['k'], [])
  return { pipeline: [...joined, s.chance(20) ? { distinct: true } : { groupBy: { keys: by, agg: ['count(*) AS n', 'sum(v) AS total'] } }], modes: by.length > 0 && by[0] !== 'k' ? ['append', 'complete'] : ['update', 'complete'] }
}
