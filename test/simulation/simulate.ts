/**
 * Recorded scenarios on a disk that dies, a listing that lags and a clock that leaps. What must hold, for the last complete result of each batch id:
 *
 *   replay    everything is as Spark recorded it: batch ids, rows, input rows, watermarks, state metrics (as under `anywhere` where several watermarks
 *             are combined: how far each had come is in no log, and a restart forgets it, so that an input that is idle holds the others back)
 *   anywhere  as in a run that is stopped in good order after the same batches and started again. A restart plans no batch without data before new data comes,
 *             so a crash between `commits/N` and `offsets/N+1` may leave such a batch out; rows late only by its watermark then count. Spark does the same.
 *             Batch ids, rows, offsets, commits and the state's deltas are equal, to the byte.
 *   torn      as anywhere, or a named error says which file is damaged: never other rows
 *   late      rows and batch ids are as Spark recorded them
 */
import { DataFrame } from '../../engine/api/dataframe.ts'
import type { StreamingQuery } from '../../engine/api/streaming-query.ts'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { setLiteralTimeZone } from '../../engine/expressions/typed-literals.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import type { Clock } from '../../engine/observe/clock.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import type { FaultyFiles } from '../../engine/storage/faulty-files.ts'
import type { Files } from '../../engine/storage/files.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import { parseSchema } from '../../engine/types/ddl.ts'
import { draws } from '../../fixtures/random.ts'
import { defaultConfs } from '../conformance/expressions.ts'
import { jsonLines, readRows } from '../conformance/rows.ts'
import { registerUserFunctions } from '../conformance/frames.ts'
import { build, comparable, encodedProgress, encodedRows, type Scenario } from '../conformance/scenarios.ts'
import { difference } from '../conformance/values.ts'
import { StandingClock } from '../streaming/driver.ts'
import { LateListing, Schedule, slowly, type Crash, type Kind } from './disk.ts'

/** Whether a crash can cost a scenario anything: it keeps state and was recorded to its end. */
export function isStateful(s: Scenario): boolean {
  return s.expect?.steps !== undefined && s.expect.error === undefined && /"(groupBy|distinct|dropDuplicates|dropDuplicatesWithinWatermark|join|groupState|limit)"/.test(JSON.stringify(s.pipeline))
}

const hasSeveralWatermarks = (s: Scenario): boolean => JSON.stringify(s.pipeline).split('"withWatermark"').length > 2

export interface Outcome { readonly difference: string | null; readonly crashes: readonly Crash[]; readonly steps: number; /** The named error that a torn file ended the run with. */ readonly refused: string | null }

/** Runs a scenario under the schedule of a seed. */
export async function simulate(scenario: Scenario, kind: Kind, seed: number): Promise<Outcome> {
  const schedule = new Schedule(kind, seed)
  const run = new Run(scenario, kind === 'late' ? new LeapingClock(seed) : new StandingClock(1_000_000))
  const outcome = (difference: string | null, refused: string | null = null): Outcome => ({ difference, crashes: schedule.crashes, steps: schedule.steps, refused })
  try {
    await run.play(schedule, seed)
  } catch (e) {
    const condition = conditionOf(e)
    if (kind === 'torn' && schedule.torn.length > 0 && condition !== null && condition !== 'STREAM_FAILED') return outcome(null, condition)
    return outcome(`it ended: ${condition ?? ''} ${e instanceof Error ? `${e.message} ${String((e.cause as Error | undefined)?.stack ?? '').split('\n').slice(0, 4).join(' ')}`.slice(0, 600) : String(e)}`)
  }
  if (kind === 'replay' && !hasSeveralWatermarks(scenario)) return outcome(difference(comparable(scenario.expect.steps), comparable(run.steps), 'steps'))
  const rowsOnly = (steps: readonly (readonly RanBatch[])[]): unknown => steps.flat().map(b => [b.batchId, b.rows])
  if (kind === 'late') return outcome(difference(rowsOnly(scenario.expect.steps), rowsOnly(run.steps), 'batches'))
  const orderly = new Run(scenario, new StandingClock(1_000_000), run.boundaries)
  await orderly.play(null, seed)
  return outcome(difference(rowsOnly(orderly.steps), rowsOnly(run.steps), 'batches') ?? difference(orderly.checkpoint(), run.checkpoint(), 'checkpoint'))
}

interface RanBatch { readonly batchId: number; readonly rows: unknown[][] }

/** Time that stands still most of the time and then leaps. */
class LeapingClock extends StandingClock implements Clock {
  readonly #draw: () => number
  constructor(seed: number) { super(1_000_000); this.#draw = draws(seed, 99) }
  override nowMs(): number { return this.ms += this.#draw() % 7 === 0 ? this.#draw() % 5000 : 0 }
}

class Run {
  readonly steps: RanBatch[][] = []
  /** The batches after which the query began anew with nothing to run again. */
  readonly boundaries = new Set<number>()
  readonly #scenario: Scenario
  readonly #severalWatermarks: boolean
  readonly #clock: Clock
  readonly #stopAfter: ReadonlySet<number>
  #written = 0
  readonly #files = new MemoryFiles(() => 1000 * this.#written)
  readonly #late = new LateListing()
  readonly #batches = new Map<number, RanBatch>()
  readonly #progress = new Map<number, ReturnType<typeof encodedProgress>>()
  #spark: SparkSession | null = null
  #query: StreamingQuery | null = null
  #disk: FaultyFiles | null = null
  // How long the disk takes for a file, on every other seed.
  #turns: (() => number) | null = null

  constructor(scenario: Scenario, clock: Clock, stopAfter: ReadonlySet<number> = new Set()) {
    this.#scenario = scenario
    this.#severalWatermarks = hasSeveralWatermarks(scenario)
    this.#clock = clock
    this.#stopAfter = stopAfter
  }

  /** Plays all steps, restarting after each crash of the schedule. */
  async play(schedule: Schedule | null, seed: number): Promise<void> {
    const sources = Object.entries(this.#scenario.sources ?? {}), confs = { ...defaultConfs, ...this.#scenario.confs }
    const draw = draws(seed, 7), turns = draws(seed, 11)
    if (schedule !== null && turns() % 2 === 0) this.#turns = turns
    setLiteralTimeZone(confs['spark.sql.session.timeZone']!)
    for (const [name] of sources) await this.#files.mkdirs(`/work/${name}`)
    try {
      await this.#settle(schedule)
      for (const [n, step] of this.#scenario.steps.entries()) {
        const before = new Set(this.#batches.keys())
        if (step['restart']) await this.#stop()
        this.#written = n + 1
        // Both sources get their file in one turn of the loop, so that one batch finds both.
        await Promise.all(sources.filter(([name]) => step[name] !== undefined).map(([name, s]) => {
          const path = `/work/${name}/${String(n).padStart(5, '0')}.json`
          if (schedule?.kind === 'late' && sources.length === 1) this.#late.hide(path, draw() % 6)
          return this.#files.writeAtomic(path, new TextEncoder().encode(jsonLines(parseSchema(s.schema), step[name])), { overwrite: false })
        }))
        await this.#settle(schedule)
        this.steps.push([...this.#batches.values()].filter(b => !before.has(b.batchId)).map(b => ({ ...b, ...this.#progress.get(b.batchId) })))
      }
    } finally { await this.#stop() }
  }

  /** What the logs and the state's deltas hold at the end. */
  checkpoint(): unknown {
    return this.#files.dump().filter(([path]) => /\/checkpoint\/(offsets|commits)\/\d+$|\.delta$/.test(path)).map(([path, bytes]) => [path, Array.from(bytes).join(' ')])
  }

  // Runs until nothing is left to do, through as many lives as that takes.
  async #settle(schedule: Schedule | null): Promise<void> {
    for (let lives = 0; ; lives++) {
      if (lives > 100) throw new Error('it does not come to rest')
      try {
        if (this.#query === null) await this.#start(schedule)
        const query = this.#query!
        for (let hiding = true; hiding;) { hiding = this.#late.isHiding; await query.processAllAvailable() }
        this.#keepProgress()
        if (query.isActive) return
      } catch (e) {
        if (this.#disk?.crashed !== true) throw e
      }
      await this.#stop()
      const last = (log: string): number => Math.max(-1, ...this.#files.dump().filter(([p]) => new RegExp(`/checkpoint/${log}/\\d+$`).test(p)).map(([p]) => Number(p.split('/').at(-1))))
      const logged = last('offsets'), committed = last('commits')
      if (logged === committed) this.boundaries.add(committed)
      else if (this.#severalWatermarks) this.boundaries.add(this.#ends(logged) === this.#ends(committed) ? logged : committed)
    }
  }

  // Where the sources end in batch `id`.
  #ends(id: number): string { return new TextDecoder().decode(this.#files.dump().find(([p]) => p.endsWith(`/checkpoint/offsets/${id}`))?.[1]).split('\n').slice(2).join(' ') }

  async #start(schedule: Schedule | null): Promise<void> {
    const { sources, pipeline, outputMode } = this.#scenario
    // A lock dies with its process; here every life has the same one.
    this.#files.dropLocks()
    const confs = { ...defaultConfs, ...this.#scenario.confs }
    this.#disk = schedule?.disk(this.#files) ?? null
    const disk = schedule?.kind === 'late' ? this.#late.over(this.#files) : this.#disk ?? this.#stopping(this.#files)
    const files = this.#turns === null ? disk : slowly(disk, this.#turns)
    const spark = this.#spark = new SparkSession(new LocalBackend({ files, clock: this.#clock, confs: Object.fromEntries(Object.entries(confs).filter(([k]) => k.startsWith('spark.sql'))) }))
    registerUserFunctions(spark)
    const inputs = new Map<string, DataFrame>()
    for (const [name, s] of Object.entries(sources ?? {})) inputs.set(name, spark.readStream.schema(s.schema).option('maxFilesPerTrigger', 1).json(`/work/${name}`))
    for (const [name, s] of Object.entries(this.#scenario.static ?? {})) inputs.set(name, new DataFrame(readRows(s.schema, s.rows), spark.backend))
    const ordered = pipeline.some(s => 'orderBy' in s)
    this.#query = await build(pipeline, inputs).writeStream.outputMode(outputMode ?? 'append').option('checkpointLocation', '/work/checkpoint').foreachBatch(async (batch, batchId) => {
      this.#batches.set(batchId, { batchId, rows: await encodedRows(batch, ordered) })
    }).start()
  }

  // The disk of a run in good order: the query is told to stop as soon as a batch that calls for it is committed.
  #stopping(inner: MemoryFiles): Files {
    const stopAfter = new Set(this.#stopAfter)
    return new Proxy<Files>(inner, {
      get: (_, name) => {
        if (name === 'writeAtomic') return async (path: string, bytes: Uint8Array, options: never) => {
          const done = await inner.writeAtomic(path, bytes, options), id = /\/checkpoint\/commits\/(\d+)$/.exec(path)?.[1]
          if (id !== undefined && stopAfter.has(Number(id))) void this.#query!.stop()
          return done
        }
        const member: unknown = Reflect.get(inner, name, inner)
        return typeof member === 'function' ? member.bind(inner) : member
      },
    })
  }

  #keepProgress(): void { for (const p of this.#query?.recentProgress ?? []) if (p.sources.length > 0) this.#progress.set(p.batchId, encodedProgress(p)) }

  async #stop(): Promise<void> {
    this.#keepProgress()
    await this.#spark?.stop()
    this.#spark = this.#query = null
  }
}
