/** Aggregations of every kind: keys, windows, functions, and what people put above them. */
import type { Op, Plan, Scene } from '../scene.ts'

const every = ['append', 'update', 'complete']

/** Results of an aggregation over the columns of `l`; none depends on the order of rows, but those of `ordered`. */
export function results(s: Scene, ordered = false): string[] {
  const plain = ['count(*) AS n', 'sum(v) AS total', 'max(v) AS high', 'min(d) AS low', 'avg(v) AS mean', 'count(d) AS ds', 'sort_array(collect_set(k)) AS ks', 'max(ts) AS newest', 'bool_or(v > 2) AS any2', 'count(*) FILTER (WHERE v > 1) AS big']
  const rich = ['min(x) AS least', 'max(x) AS greatest', 'count(x) AS xs', 'approx_count_distinct(k) AS about', 'approx_count_distinct(x) AS aboutx', 'avg(CAST(v AS DECIMAL(10,2)) / 4) AS quarter', 'sum(CAST(v AS DECIMAL(20,3)) * 1.005) AS money', 'stddev(v) AS spread', 'var_pop(v) AS variance', 'sort_array(collect_list(v)) AS vs', 'max(struct(v, k)) AS top', 'max_by(v, v) AS itself', 'count_if(k = \'a\') AS onlya',
    'min(k) AS firstk', 'max(length(k)) AS longest', 'bit_xor(v) AS bits', 'every(v >= 0) AS none_below', 'sum(CASE WHEN k = \'a\' THEN v ELSE -v END) AS signed', 'percentile(v, 0.5) AS half', 'median(v) AS middle', 'percentile_approx(v, 0.5) AS near', 'sum(v) / count(*) AS ratio', 'max(v) - min(v) AS range', 'sort_array(collect_set(x)) AS sx', 'try_sum(v) AS tried', 'corr(v, v) AS one', 'sum(d) FILTER (WHERE d > 0 AND d < 5) AS positive', 'max(date(ts)) AS day', 'listagg(k, \',\') WITHIN GROUP (ORDER BY k) AS list', 'count(DISTINCT k) AS dk', 'sum(DISTINCT v) AS dv']
  const first = ordered ? ['first(v) AS fv', 'last(k) AS lk', 'first(v, true) AS fn', 'last_value(d) IGNORE NULLS AS ld', 'any_value(v) AS av', 'collect_list(v) AS inorder'] : []
  return [...s.some(plain), ...s.some(rich.filter(r => !r.includes('DISTINCT') || s.chance(5)), 0).filter(() => s.chance(30)), ...first.filter(() => s.chance(12))]
}

export const plainKeys = ['k', 'd', 'x', 'v % 2 AS odd', 'ts', "date_trunc('hour', ts) AS hour", 'date(ts) AS day', 'hour(ts) AS h', "CASE WHEN v > 1 THEN 'big' ELSE k END AS size", 'v > 1 AS above', 'length(k) AS len', 'struct(k, v) AS both', 'CAST(v AS DECIMAL(5,1)) AS dec', 'd * 2 AS twice', 'coalesce(k, \'none\') AS kk', "named_struct('f', d) AS boxed"]

/** A list of grouping keys with or without a window over `ts`. */
export function keys(s: Scene): string[] {
  const extra = (): string => s.one('k', 'k', 'x', ...plainKeys)
  return s.one<() => string[]>(() => [s.window()], () => [s.window()], () => [s.window(), 'k'], () => [s.window(), extra()], () => [extra(), s.window()], () => ['k'], () => [extra()], () => [extra()], () => [], () => ['k', 'ts'], () => ['k', 'x'])()
}

const hasWindow = (keys: readonly string[]): boolean => keys.some(k => k.includes('window('))
export const windowName = (keys: readonly string[]): string => (keys.some(k => k.startsWith('session_window')) ? 'session_window' : 'window')
export const modesOf = (keys: readonly string[]): string[] => (hasWindow(keys) ? (windowName(keys) === 'window' ? every : ['append', 'complete']) : keys.includes('ts') ? every : ['update', 'complete'])

function above(s: Scene, keys: readonly string[]): Op[] {
  const w = windowName(keys), windowed = hasWindow(keys)
  switch (s.below(14)) {
    // Which rows a limit below their number takes is up to Spark's hashing where nothing sorts them.
    case 0: return [{ where: '1 = 1' }, { limit: 60 }]
    case 1: return [{ distinct: true }]
    case 2: return [{ withColumn: ['one', '1'] }]
    case 3: return [{ groupBy: { keys: [], agg: ['count(*) AS groups'] } }]
    case 4: return [{ call: ['observe', 'seen', { expr: 'count(*) AS n' }] }]
    case 5: return windowed ? [{ where: `${w}.end > TIMESTAMP '2026-03-05 00:20:00'` }] : keys.includes('k') ? [{ where: "k = 'a'" }] : []
    case 6: return windowed ? [{ withColumn: ['b', `${w}.start`] }, { drop: [w] }] : []
    case 7: return windowed && w === 'window' ? [{ withColumn: ['t', 'window_time(window)'] }] : []
    default: return []
  }
}

export function aggregate(s: Scene): Plan {
  const by = keys(s), modes = modesOf(by)
  return { pipeline: [...s.start(), ...(s.chance(8) ? [{ call: ['observe', 'input', { expr: 'count(*) AS n' }, { expr: 'max(v) AS high' }] }] : []), { groupBy: { keys: by, agg: results(s, true) } }, ...above(s, by)], modes }
}

/** Complete mode with an order, and the first of it: every column orders, so there are no ties. Groups by a map would have some, for nothing sorts by one. */
export function ordered(s: Scene): Plan {
  const by = s.one<string[]>(['k'], ['k', 'v'], [s.window('ts', false), 'k'], s.keyType.startsWith('MAP') ? ['v'] : ['x'], ['d'], [s.window('ts')])
  const orderable = [...by.map(k => (k.includes('window(') ? windowName(by) : k)), 'n']
  const order = (s.chance(50) ? orderable : [...orderable].reverse()).map(c => `${c}${s.one('', ' DESC', ' ASC NULLS LAST', ' DESC NULLS FIRST')}`)
  return { pipeline: [...s.start('l', 50), { groupBy: { keys: by, agg: ['count(*) AS n', ...s.some(['sum(v) AS total', 'max(d) AS high'], 0)] } }, { orderBy: order }, ...(s.chance(40) ? [{ limit: 1 + s.below(4) }] : [])], modes: ['complete'] }
}

/** Grouping sets, rollups and cubes, in the API and as text. */
export function sets(s: Scene): Plan {
  const agg = ['count(*) AS n', ...s.some(['sum(v) AS total', 'grouping_id() AS g', 'grouping(k) AS gk', 'min(d) AS low'], 0)]
  const call: Op[] = s.one<Op[]>([{ call: ['rollup', 'k', 'x'] }, { call: ['count'] }], [{ call: ['cube', 'k', 'v'] }, { call: ['agg', ...agg.map(expr => ({ expr }))] }], [{ call: ['groupingSets', [['k'], ['k', 'x'], []], 'k', 'x'] }, { call: ['agg', ...agg.map(expr => ({ expr }))] }])
  if (s.chance(40)) {
    s.from('l')
    const by = s.one('ROLLUP(k, x)', 'CUBE(k, v)', 'k, v GROUPING SETS ((k), (k, v), ())', "ROLLUP(window(ts, '10 minutes'), k)", 'k, ROLLUP(v)', 'ALL')
    return { pipeline: [{ sql: `SELECT k, ${agg.filter(a => !a.startsWith('grouping') || by !== 'ALL').join(', ')} FROM l${s.one('', ' WATERMARK ts DELAY OF INTERVAL 1 MINUTE')} GROUP BY ${by}` }], modes: ['update', 'complete'] }
  }
  return { pipeline: [...s.start(), ...call], modes: ['update', 'complete'] }
}
