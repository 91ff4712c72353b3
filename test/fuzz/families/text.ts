/** Streams in SQL text: watermarks, windows, joins, subqueries, set operations. */
import type { Plan, Scene } from '../scene.ts'

const every = ['append', 'update', 'complete']

function relation(s: Scene, name: 'l' | 'r' | 'm', percent: number): string {
  s.from(name)
  const time = name === 'r' ? 'rt' : 'ts', delay = s.one('0 SECONDS', '1 MINUTE', '5 MINUTES', '10 MINUTES')
  return `${s.one('', '', 'STREAM ')}${name}${s.chance(percent) ? ` WATERMARK ${time} DELAY OF INTERVAL ${delay}` : ''}`
}

function grouped(s: Scene, left: string, where: string, keys: readonly string[]): string {
  const results = s.some(['count(*) AS n', 'sum(v) AS total', 'max(v) AS high', 'avg(d) AS mean', 'max(ts) AS newest', 'count(*) FILTER (WHERE v > 1) AS big', 'sort_array(array_agg(v)) AS vs', 'min(x) AS least', ...(s.chance(8) ? ['count(DISTINCT v) AS different'] : [])])
  const by = keys.length === 0 ? '' : ` GROUP BY ${s.one(keys.join(', '), keys.map((_, i) => i + 1).join(', '), 'ALL')}`
  return `SELECT ${[...keys.map((k, i) => `${k} AS k${i}`), ...results].join(', ')} FROM ${left}${where}${by}${s.one('', '', '', ' HAVING count(*) > 1')}`
}

export function text(s: Scene): Plan {
  const plan = (sql: string, modes: readonly string[]): Plan => ({ pipeline: [{ sql }], modes })
  const left = relation(s, 'l', 85), where = s.one('', '', ' WHERE v > 0', " WHERE k IN ('a', 'c') OR d > 1", ' WHERE k IS NOT NULL', " WHERE ts >= TIMESTAMP '2026-03-05 00:03:00'", " WHERE k LIKE 'a%' OR v BETWEEN 1 AND 2")
  switch (s.below(16)) {
    case 0: case 1: case 2: { const keys = s.one<string[]>([s.window()], [s.window(), 'k'], ['k'], [], ['ts', 'k'], ['x'], [s.window('ts', false), 'x']); return plan(grouped(s, left, where, keys), keys.some(k => k.includes('ts')) ? every : ['update', 'complete']) }
    case 3: return plan(`SELECT DISTINCT ${s.one('k', 'k, ts', 'ts', "window(ts, '5 minutes') AS w", 'k, v', 'x')} FROM ${left}${where}`, every)
    case 4: return plan(`SELECT k, v FROM ${left}${where} UNION ${s.one('ALL ', '', 'ALL ')}SELECT k, ${s.chance(60) ? `w FROM ${relation(s, 'r', 70)}` : `v FROM ${relation(s, 'm', 70)}`}`, ['append', 'update'])
    case 5: case 6: {
      // No windows in ON: Spark refuses them by the name of the first column that is selected, which says nothing.
      const join = s.one('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'LEFT SEMI JOIN')
      const sql = `SELECT l.k, v${join === 'LEFT SEMI JOIN' ? '' : ', w'} FROM ${left} AS l ${join} ${relation(s, 'r', 85)} AS r ON ${s.one('l.k = r.k AND rt BETWEEN ts AND ts + INTERVAL 10 MINUTES', 'l.k = r.k', 'l.k = r.k AND ts = rt', 'l.k = r.k AND ts < rt', 'x = y AND abs(timestampdiff(MINUTE, ts, rt)) < 5')}`
      return plan(s.chance(20) ? `SELECT window(ts, '10 minutes') AS w, count(*) AS n FROM (${sql.replace('SELECT l.k, v', 'SELECT l.k, v, ts')}) GROUP BY 1` : sql, ['append'])
    }
    case 7: return plan(`WITH x AS (${grouped(s, left, where, [s.one("window(ts, '5 minutes')", "session_window(ts, '3 minutes')"), 'k'])}) SELECT window(k0, '10 minutes') AS w, count(*) AS groups FROM x GROUP BY window(k0, '10 minutes')`, ['append'])
    // The value of a subquery beside a plain column goes to Spark's reader, which then counts fewer rows: here it does not.
    case 8: s.fromStatic(); return plan(`SELECT * FROM ${left}${where === '' ? ' WHERE' : where.replace(/ WHERE (.*)/, ' WHERE ($1) AND')} ${s.one('k IN (SELECT k FROM s)', 'k NOT IN (SELECT k FROM s WHERE k IS NOT NULL)', 'EXISTS (SELECT 1 FROM s WHERE s.k = l.k AND lo < v)', 'NOT EXISTS (SELECT 1 FROM s WHERE s.k = l.k)', 'abs(v) > (SELECT min(lo) FROM s)', 'v >= (SELECT max(lo) FROM s WHERE s.k = l.k)')}`, ['append', 'update'])
    case 9: s.fromStatic(); return plan(`SELECT ${s.one('*', 'k, label, v')} FROM ${left} ${s.one('JOIN s USING (k)', 'NATURAL JOIN s', 'LEFT JOIN s USING (k)', 'NATURAL LEFT JOIN s', 'LEFT ANTI JOIN s USING (k)', 'RIGHT JOIN s USING (k)')}`, ['append'])
    case 10: return plan(`SELECT k, e, p FROM ${left} LATERAL VIEW ${s.one('', 'OUTER ')}posexplode(${s.one("split(k, '')", 'sequence(0, v)', 'array(v, v + 1)', 'CASE WHEN v > 0 THEN array(v) END')}) t AS p, e${where}`, ['append', 'update'])
    case 11: s.fromStatic(); return plan(`SELECT k, v FROM ${left}${where} ${s.one('EXCEPT', 'INTERSECT', 'EXCEPT ALL', 'INTERSECT ALL')} SELECT k, lo FROM s`, ['update', 'complete', 'append'])
    case 12: return plan(`SELECT k, count(*) AS n FROM ${left}${where} GROUP BY k ORDER BY ${s.one('n DESC, k', 'k', 'k DESC NULLS LAST')}`, ['complete'])
    case 13: return plan(`SELECT b, sum(n) AS n FROM (SELECT window(ts, '5 minutes').start AS b, k, count(*) AS n FROM ${left}${where} GROUP BY window(ts, '5 minutes'), k) GROUP BY b`, every)
    case 14: return plan(`SELECT * FROM (SELECT k, v, window(ts, '10 minutes') AS w FROM ${left}${where}) PIVOT (count(*) AS n, sum(v) AS s FOR k IN ('a', 'b'))`, ['complete', 'update'])
    default: return plan(`SELECT k, window(t, '5 minutes').start AS b, sum(v) AS total FROM (SELECT * FROM STREAM l WATERMARK ts + INTERVAL ${s.one('0', '2', '-3')} MINUTES AS t DELAY OF INTERVAL 5 MINUTES)${where} GROUP BY k, window(t, '5 minutes')${s.one('', ' LIMIT 60')}`, every)
  }
}
