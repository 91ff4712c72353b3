/** One scenario in the making: its choices, the sources and static frames its pipeline reads, its confs and its steps. */
import type { Draw } from '../../fixtures/random.ts'
import { Choices } from './choices.ts'
import { keyTypes, value, type Taste } from './values.ts'

export type Op = Readonly<Record<string, unknown>>
/** A pipeline with the output modes it is meant for (others are drawn, too). */
export interface Plan { readonly pipeline: readonly Op[]; readonly modes: readonly string[] }
type Column = readonly [name: string, type: string]

export const delays = ['0 seconds', '1 minute', '5 minutes', '10 minutes'] as const
const provider = 'org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider'
const conf = (name: string): string => `spark.sql.streaming.${name}`

export class Scene extends Choices {
  readonly confs: Record<string, string> = {}
  readonly taste: Taste
  /** The type of `x`, the column whose type each scenario chooses. */
  readonly keyType: string
  readonly #sources = new Map<string, readonly Column[]>()
  readonly #static: Record<string, { schema: string; rows: unknown[][] }> = {}

  constructor(draw: Draw) {
    super(draw)
    // Few scenarios have values that end them early; some lie where clocks change.
    this.taste = { wild: this.chance(15), day: this.chance(10) ? '2026-03-28T23:00:00' : '2026-03-05T00:00:00' }
    this.keyType = this.one(...keyTypes)
    if (this.chance(10)) this.confs[conf('multipleWatermarkPolicy')] = 'max'
    if (this.chance(8)) this.confs[conf('noDataMicroBatches.enabled')] = 'false'
    if (this.chance(8)) this.confs['spark.sql.ansi.enabled'] = 'false'
    if (this.chance(4)) this.confs[conf('statefulOperator.allowMultiple')] = 'false'
    if (this.chance(4)) this.confs[conf('statefulOperator.checkCorrectness.enabled')] = 'false'
    if (this.chance(8)) this.keepOnDisk()
    if (this.chance(10)) this.confs['spark.sql.session.timeZone'] = this.one('Europe/Madrid', 'America/New_York', 'Asia/Kolkata', '+05:30')
    if (this.chance(15)) this.confs['spark.sql.shuffle.partitions'] = this.one('1', '3', '5')
  }

  keepOnDisk(): void { this.confs[conf('stateStore.providerClass')] = provider }

  /** Python's functions get times as the clocks of the session's time zone show them. */
  inUtc(): void { delete this.confs['spark.sql.session.timeZone'] }

  /** Rows come out of operators that keep state in the order they went in, so that another may take the first of them. */
  inOrder(): void { this.confs['spark.sql.shuffle.partitions'] = '1' }

  /** Reads a source: `l` and `m` are alike, `r` and `j` are what they are joined with. */
  from(name: 'l' | 'm' | 'r' | 'j'): Op {
    this.#sources.set(name, name === 'r' ? [['k', 'STRING'], ['rt', 'TIMESTAMP'], ['w', 'BIGINT'], ['y', this.keyType]]
      : name === 'j' ? [['k', 'STRING'], ['jt', 'TIMESTAMP'], ['u', 'INT']]
      : [['k', 'STRING'], ['ts', 'TIMESTAMP'], ['v', 'BIGINT'], ['d', 'DOUBLE'], ['x', this.keyType]])
    return { from: name }
  }

  /** The static frame `s`, with keys that come twice and one that is NULL. */
  fromStatic(): Op {
    this.#static['s'] = { schema: 'k STRING, label STRING, lo BIGINT', rows: [['a', 'first', 0], ['b', 'second', 1], ['a', 'again', 2], [null, 'none', 3]] }
    return { from: 's' }
  }

  watermark(column: string, percent = 85): Op[] { return this.chance(percent) ? [{ withWatermark: [column, this.one(...delays)] }] : [] }

  /** The main stream with its watermark, and what people do first. */
  start(name: 'l' | 'm' = 'l', percent = 85): Op[] {
    const before: Op[] = this.chance(30) ? [this.one<Op>({ where: 'v > 0' }, { where: 'k IS NOT NULL' }, { withColumn: ['v', 'v * 2'] }, { withColumn: ['k', 'upper(k)'] }, { where: "k <> 'b' OR d > 1" }, { select: ['k', 'ts', 'v', 'd', 'x'] }, { where: "ts > TIMESTAMP '2026-03-05 00:05:00'" }, { call: ['dropna', 'any', null, ['k', 'v']] }, { call: ['fillna', 'z', ['k']] })] : []
    const marked = this.watermark('ts', percent)
    return [this.from(name), ...(this.chance(50) ? [...before, ...marked] : [...marked, ...before])]
  }

  /** A window over a time column: tumbling, sliding, moved, of a day, or a session of fixed or own gap. */
  window(time = 'ts', sessions = true): string {
    const plain = [`window(${time}, '10 minutes')`, `window(${time}, '10 minutes', '5 minutes')`, `window(${time}, '10 minutes', '10 minutes', '3 minutes')`, `window(${time}, '7 minutes')`, `window(${time}, '12 minutes', '3 minutes', '1 minute')`, `window(${time}, '1 hour')`, `window(${time}, '1 day')`, `window(${time}, '90 seconds', '1 minute')`, `window(${time}, '5 minutes', '5 minutes', '-1 minutes')`]
    if (!sessions || time !== 'ts') return this.one(...plain)
    return this.chance(65) ? this.one(...plain) : this.one("session_window(ts, '5 minutes')", "session_window(ts, '90 seconds')", "session_window(ts, CASE WHEN k = 'a' THEN '2 minutes' ELSE '8 minutes' END)", "session_window(ts, concat(v + 2, ' minutes'))", "session_window(ts, CASE WHEN v > 2 THEN '0 seconds' ELSE '4 minutes' END)")
  }

  inputs(): object {
    const ddl = (columns: readonly Column[]): string => columns.map(([n, t]) => `${n} ${t}`).join(', ')
    return { sources: Object.fromEntries([...this.#sources].map(([name, columns]) => [name, { schema: ddl(columns) }])), ...(Object.keys(this.#static).length > 0 ? { static: this.#static } : {}) }
  }

  /** Two to six steps: data that comes in and out of order, nothing, an empty file, a restart. */
  steps(): Record<string, unknown>[] {
    const steps: Record<string, unknown>[] = []
    let minute = 0
    for (let n = this.one(2, 3, 3, 4, 4, 5, 6); n > 0; n--) {
      const step: Record<string, unknown> = {}
      if (steps.length > 0 && this.chance(25)) step['restart'] = true
      const idle = steps.length > 0 && this.chance(6)
      for (const [name, columns] of this.#sources) if (!idle && (this.#sources.size === 1 || this.chance(80))) step[name] = this.#rows(columns, minute)
      steps.push(step)
      minute += this.one(0, 5, 10, 20, 40, 180)
    }
    return steps
  }

  #rows(columns: readonly Column[], minute: number): unknown[][] {
    return Array.from({ length: this.chance(5) ? 0 : 1 + this.below(4) }, () => columns.map(([, type]) => value(this, type, minute, this.taste)))
  }
}
