/** What keeps no state: projections, filters, limits, observed metrics, arrays taken apart; and expressions over every type of a key. */
import type { Op, Plan, Scene } from '../scene.ts'

export function stateless(s: Scene): Plan {
  const op = (): Op => s.one<Op>({ select: ['*', 'x AS x2', 'hash(k, x) AS h'] }, { withColumn: ['e', 'explode(array(v, v + 1))'] }, { where: 'x IS NOT NULL' }, { where: 'd <=> d AND v < 4' }, { call: ['observe', `m${s.below(1000)}`, { expr: 'count(*) AS n' }, { expr: 'sum(v) AS s' }, { expr: 'min(d) AS low' }] },
    { withColumn: ['t', "date_format(ts, 'yyyy-MM-dd HH:mm')"] }, { withColumn: ['day', 'date(ts)'] }, { withColumn: ['s', 'CAST(x AS STRING)'] }, { withColumn: ['j', 'to_json(struct(x, d, ts))'] }, { withColumn: ['w', "window(ts, '10 minutes', '5 minutes')"] }, { withColumn: ['big', 'v > 1 AND k <> upper(k)'] }, { call: ['unpivot', 'k', ['v'], 'col', 'val'] }, { limit: 1 + s.below(6) }, { call: ['fillna', 0, ['v']] }, { call: ['dropna', 'any', null, ['k']] }, { withColumn: ['x', 'x'] }, { select: ['k', 'ts'] }, { drop: ['v'] })
  return { pipeline: [...s.start('l', 50), ...Array.from({ length: 1 + s.below(3) }, op)], modes: ['append', 'append', 'update'] }
}

export function limited(s: Scene): Plan {
  const start = s.chance(30) ? [...s.start(), { [s.one('union', 'unionByName')]: [s.from('m'), ...s.watermark('ts', 60)] }] : s.start()
  return { pipeline: [...start, { limit: 1 + s.below(4) }, ...s.one<Op[]>([], [], [{ where: 'v > 0' }], [{ dropDuplicates: ['k'] }], [{ limit: 1 }], [{ groupBy: { keys: ["window(ts, '10 minutes')"], agg: ['count(*) AS n'] } }])], modes: ['append'] }
}
