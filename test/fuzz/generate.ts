/** Random scenarios, legal and illegal: pipelines of the shapes people write, fed with late, missing, extreme and repeated values, restarted at random. */
import { draws } from '../../fixtures/random.ts'
import type { Scenario } from '../conformance/scenarios.ts'

type Op = Record<string, unknown>
type Source = { readonly columns: string; readonly rows: (minute: number) => unknown[][] }

/** The scenario of an index in the series of a seed. */
export function generate(seed: number, index: number): Scenario {
  const g = new Generator(draws(seed, index))
  return { name: `fuzz ${seed}/${index}`, ...g.scenario() }
}

class Generator {
  readonly #draw: () => number
  readonly #sources: Record<string, { schema: string }> = {}
  readonly #static: Record<string, { schema: string; rows: unknown[][] }> = {}
  // Few scenarios have values that end them early.
  readonly #wild: boolean

  constructor(draw: () => number) { this.#draw = draw; this.#wild = this.#chance(15) }

  #below(n: number): number { return this.#draw() % n }
  #chance(percent: number): boolean { return this.#below(100) < percent }
  #one<T>(...of: readonly T[]): T { return of[this.#below(of.length)]! }
  #some<T>(atLeast: number, of: readonly T[]): T[] {
    const taken = of.filter(() => this.#chance(40))
    while (taken.length < atLeast) { const x = this.#one(...of); if (!taken.includes(x)) taken.push(x) }
    return taken
  }

  scenario(): Omit<Scenario, 'name'> {
    const pipeline = this.#pipeline()
    const outputMode = this.#one('append', 'append', 'append', 'update', 'update', 'complete')
    const confs: Record<string, string> = {}
    if (this.#chance(10)) confs['spark.sql.streaming.multipleWatermarkPolicy'] = 'max'
    if (this.#chance(6)) confs['spark.sql.streaming.noDataMicroBatches.enabled'] = 'false'
    if (this.#chance(6)) confs['spark.sql.ansi.enabled'] = 'false'
    if (this.#chance(6)) confs['spark.sql.streaming.statefulOperator.allowMultiple'] = 'false'
    return { ...(Object.keys(confs).length > 0 ? { confs } : {}), sources: this.#sources, ...(Object.keys(this.#static).length > 0 ? { static: this.#static } : {}), pipeline, outputMode, steps: this.#steps() }
  }

  // ---- data
  #steps(): Record<string, unknown>[] {
    const steps: Record<string, unknown>[] = []
    let minute = 0
    for (let n = 2 + this.#below(3); n > 0; n--) {
      const step: Record<string, unknown> = {}
      if (steps.length > 0 && this.#chance(25)) step['restart'] = true
      for (const [name, s] of Object.entries(this.#sources)) if (this.#chance(80) || Object.keys(this.#sources).length === 1) step[name] = this.#rows(s.schema, minute)
      steps.push(step)
      minute += this.#one(0, 5, 10, 20, 40, 180)
    }
    return steps
  }

  #rows(schema: string, minute: number): unknown[][] {
    const types = schema.split(', ').map(c => c.split(' ')[1]!)
    return Array.from({ length: this.#chance(5) ? 0 : 1 + this.#below(4) }, () => types.map(t => (this.#chance(7) ? null : this.#value(t, minute))))
  }

  #value(type: string, minute: number): unknown {
    switch (type) {
      case 'STRING': return this.#one('a', 'b', 'a', 'c', '', 'ñ')
      case 'BIGINT': return this.#wild && this.#chance(20) ? this.#one(9007199254740991, -9007199254740991) : this.#below(6) - 1
      case 'DOUBLE': return this.#one<unknown>(0.5, 1.5, 2, 'NaN', -0, 0, this.#chance(30) ? 'Infinity' : 1)
      case 'INT': return this.#below(3)
      default: {
        if (this.#wild && this.#chance(10)) return this.#one('1960-01-01T00:00:00Z', '2262-01-01T00:00:00Z', '1969-12-31T23:59:59.999999Z')
        const at = Math.max(0, minute + this.#one(0, 1, 2, 3, 5, 7, 9, 10, -5, -10, -15))
        return `2026-03-05T${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}:${this.#one('00', '00', '30', '00.000001')}Z`
      }
    }
  }

  // ---- pipelines
  #source(name: string): Op[] {
    this.#sources[name] = { schema: name === 'r' ? 'k STRING, rt TIMESTAMP, w BIGINT' : 'k STRING, ts TIMESTAMP, v BIGINT, d DOUBLE' }
    return [{ from: name }]
  }

  #watermark(column: string, percent: number): Op[] { return this.#chance(percent) ? [{ withWatermark: [column, this.#one('0 seconds', '1 minute', '5 minutes', '10 minutes')] }] : [] }

  #before(): Op[] {
    return this.#chance(30) ? [this.#one<Op>({ where: 'v > 0' }, { where: 'k IS NOT NULL' }, { withColumn: ['v', 'v * 2'] }, { withColumn: ['k', 'upper(k)'] }, { where: "k <> 'b' OR d > 1" }, { select: ['k', 'ts', 'v', 'd'] })] : []
  }

  #pipeline(): Op[] {
    if (this.#chance(20)) return [{ sql: this.#text() }]
    const time = this.#before(), marked = this.#watermark('ts', 82)
    const start = (): Op[] => [...this.#source('l'), ...(this.#chance(50) ? [...time, ...marked] : [...marked, ...time])]
    switch (this.#below(10)) {
      case 0: case 1: case 2: return [...start(), ...this.#aggregate(), ...this.#after()]
      case 3: return [...start(), this.#duplicates(), ...(this.#chance(25) ? [{ where: 'v > 0' }] : [])]
      case 4: return [...start(), this.#duplicates(), ...this.#aggregate()]
      case 5: case 6: return [...start(), ...this.#join(), ...(this.#chance(20) ? [{ groupBy: { keys: ["window(ts, '10 minutes')"], agg: ['count(*) AS n', 'sum(w) AS s'] } }] : [])]
      case 7: return this.#union(start)
      case 8: return [...start(), ...this.#staticJoin(), ...(this.#chance(50) ? this.#aggregate() : [])]
      default: return this.#chance(40) ? [...start(), { limit: 1 + this.#below(4) }] : [...start(), ...this.#twice()]
    }
  }

  // ---- SQL text
  #relation(name: 'l' | 'r', percent: number): string {
    this.#source(name)
    const time = name === 'l' ? 'ts' : 'rt', delay = this.#one('0 SECONDS', '1 MINUTE', '5 MINUTES', '10 MINUTES')
    return `${this.#one('', '', 'STREAM ')}${name}${this.#chance(percent) ? ` WATERMARK ${time} DELAY OF INTERVAL ${delay}` : ''}`
  }

  #text(): string {
    const left = this.#relation('l', 82), where = this.#one('', '', ' WHERE v > 0', " WHERE k IN ('a', 'c') OR d > 1", ' WHERE k IS NOT NULL')
    const of = (keys: readonly string[]): string => {
      const results = this.#some(1, ['count(*) AS n', 'sum(v) AS total', 'max(v) AS high', 'count(DISTINCT v) AS different', 'avg(d) AS mean', 'max(ts) AS newest'].filter((_, i) => i !== 3 || this.#chance(8)))
      return `SELECT ${[...keys.map((k, i) => `${k} AS k${i}`), ...results].join(', ')} FROM ${left}${where}${keys.length === 0 ? '' : ` GROUP BY ${this.#one(keys.join(', '), keys.map((_, i) => i + 1).join(', '))}`}${this.#one('', '', ' HAVING count(*) > 1')}`
    }
    switch (this.#below(8)) {
      case 0: case 1: case 2: return of(this.#one<string[]>([this.#window()], [this.#window(), 'k'], ['k'], [], ['ts', 'k']))
      case 3: return `SELECT DISTINCT ${this.#one('k', 'k, ts', 'ts', "window(ts, '5 minutes') AS w", 'k, v')} FROM ${left}${where}`
      case 4: return `SELECT k, v FROM ${left}${where} UNION ${this.#one('ALL ', '', 'ALL ')}SELECT k, w FROM ${this.#relation('r', 70)}`
      case 5: {
        const join = this.#one('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'LEFT SEMI JOIN')
        return `SELECT l.k, v${join === 'LEFT SEMI JOIN' ? '' : ', w'} FROM ${left} AS l ${join} ${this.#relation('r', 80)} AS r ON ${this.#one('l.k = r.k AND rt BETWEEN ts AND ts + INTERVAL 10 MINUTES', 'l.k = r.k', 'l.k = r.k AND ts = rt')}`
      }
      case 6: return `WITH x AS (${of([this.#one("window(ts, '5 minutes')", "session_window(ts, '3 minutes')"), 'k'])}) SELECT window(k0, '10 minutes') AS w, count(*) AS groups FROM x GROUP BY window(k0, '10 minutes')`
      default: return `SELECT k, window(t, '5 minutes').start AS b, sum(v) AS total FROM (SELECT * FROM STREAM l WATERMARK ts + INTERVAL ${this.#one('0', '2', '-3')} MINUTES AS t DELAY OF INTERVAL 5 MINUTES)${where} GROUP BY k, window(t, '5 minutes')${this.#one('', ' ORDER BY total', ' LIMIT 60')}`
    }
  }

  #window(): string {
    return this.#one("window(ts, '10 minutes')", "window(ts, '10 minutes', '5 minutes')", "window(ts, '10 minutes', '10 minutes', '3 minutes')", "session_window(ts, '5 minutes')", "session_window(ts, CASE WHEN k = 'a' THEN '2 minutes' ELSE '8 minutes' END)", "window(ts, '7 minutes')")
  }

  #aggregate(): Op[] {
    const keys = this.#one<string[]>([this.#window()], [this.#window(), 'k'], ['k'], [], ['d'], ['v % 2 AS odd'], [this.#window(), 'd'], ['ts'], ['k', 'ts'])
    return [{ groupBy: { keys, agg: this.#some(1, ['count(*) AS n', 'sum(v) AS total', 'max(v) AS high', 'min(d) AS low', 'avg(v) AS mean', 'count(d) AS ds', 'sort_array(collect_set(k)) AS ks', "count(*) FILTER (WHERE v > 1) AS big", 'max(ts) AS newest', 'bool_or(v > 2) AS any2', 'sum(DISTINCT v) AS different'].filter((_, i) => i < 10 || this.#chance(8))) } }]
  }

  #after(): Op[] {
    switch (this.#below(9)) {
      // Which rows a limit below their number takes is up to Spark's hashing where nothing sorts them.
      case 0: return [{ where: '1 = 1' }, { limit: 60 }]
      case 1: return [{ distinct: true }]
      case 2: return [{ withColumn: ['one', '1'] }]
      case 3: return [{ groupBy: { keys: [], agg: ['count(*) AS groups'] } }]
      default: return []
    }
  }

  #duplicates(): Op {
    return this.#one<Op>({ dropDuplicates: ['k'] }, { dropDuplicates: ['k', 'ts'] }, { dropDuplicates: [] }, { dropDuplicates: ['d', 'ts'] }, { dropDuplicatesWithinWatermark: ['k'] }, { dropDuplicatesWithinWatermark: ['k', 'v'] }, { distinct: true }, { dropDuplicates: ['ts'] })
  }

  #join(): Op[] {
    const right = [...this.#source('r'), ...this.#watermark('rt', 80), { as: 'r' }]
    const on = this.#one('l.k = r.k AND rt >= ts AND rt <= ts + INTERVAL 10 MINUTES', 'l.k = r.k AND rt BETWEEN ts - INTERVAL 5 MINUTES AND ts + INTERVAL 5 MINUTES', 'l.k = r.k', 'l.k = r.k AND ts = rt', "l.k = r.k AND window(ts, '10 minutes') = window(rt, '10 minutes')", 'l.k <=> r.k AND rt > ts', 'l.k = r.k AND v < w AND ts >= rt - INTERVAL 3 MINUTES', 'rt > ts')
    return [{ as: 'l' }, { join: { right, on, how: this.#one('inner', 'inner', 'leftouter', 'leftouter', 'rightouter', 'fullouter', 'leftsemi', 'leftanti') } }]
  }

  #union(start: () => Op[]): Op[] {
    const left = start(), other = this.#chance(50) ? 'm' : 'l'
    const right = [...this.#source(other), ...this.#watermark('ts', 70)]
    return [...left, { [this.#one('union', 'unionByName')]: right }, ...(this.#chance(30) ? [this.#duplicates()] : this.#aggregate())]
  }

  #staticJoin(): Op[] {
    this.#static['s'] = { schema: 'k STRING, label STRING, lo BIGINT', rows: [['a', 'first', 0], ['b', 'second', 1], ['a', 'again', 2], [null, 'none', 3]] }
    const how = this.#one('inner', 'leftouter', 'leftsemi', 'leftanti', 'rightouter', 'fullouter', 'inner')
    if (this.#chance(50)) return [{ join: { right: [{ from: 's' }, { drop: ['lo'] }], using: ['k'], how } }]
    return [{ as: 'l' }, { join: { right: [{ from: 's' }, { select: ['k AS sk', 'label', 'lo'] }, { as: 's' }], on: this.#one('k = sk AND v >= lo', 'k <=> sk', 'v > lo'), how } }]
  }

  #twice(): Op[] {
    const first: Op = { groupBy: { keys: [this.#one("window(ts, '5 minutes')", "session_window(ts, '3 minutes')"), 'k'], agg: ['sum(v) AS v', 'count(*) AS n'] } }
    const key = JSON.stringify(first).includes('session_window') ? 'session_window' : 'window'
    const second = this.#one<Op>({ groupBy: { keys: [`window(${key}, '10 minutes')`], agg: ['sum(n) AS n', 'max(v) AS v'] } }, { groupBy: { keys: [key], agg: ['sum(v) AS v'] } }, { dropDuplicates: ['k', key] }, { groupBy: { keys: ["window(window_time(" + key + "), '10 minutes')"], agg: ['sum(n) AS n'] } })
    return [first, second]
  }
}
