/** The streaming queries of a notebook: which cell started each, what it did, whether anyone saw it fail. Running a cell again replaces its queries; an interrupt stops them. */
import type { SparkSession, StreamingQueryProgress } from 'microlote'
import { percentil } from '../display/progress-plots.ts'
import { currentChannel, type CellChannel } from '../output.ts'
import { Interrupted } from './interruption.ts'

export interface QuerySummary { readonly name: string; readonly id: string; readonly batches: number; readonly rows: number; readonly rowsPerSecond: number; readonly p50Ms: number; readonly p99Ms: number; readonly error: string | null; readonly leftRunning: boolean }

type Running = Awaited<ReturnType<SparkSession['backend']['startStream']>>
interface Run {
  readonly name: string; readonly id: string; readonly channel: CellChannel; readonly owner: string | null; readonly query: Running
  error: Error | null
  /** Calls that wait for it now: they get its error. */
  waiting: number
  /** Somebody got the error, or it was shown. */
  seen: boolean
}

interface Account { readonly latencies: number[]; rows: number; batches: number; busyMs: number }

const keptLatencies = 10_000

export class QueryBook {
  readonly #runs = new Map<string, Run>()
  readonly #accounts = new Map<string, Account>()
  readonly #owners = new Map<string, string | null>()
  readonly #failed: (channel: CellChannel, error: Error, name: string) => void
  #session: SparkSession | null = null
  #busy = ''

  /** `failed` is called for a query that fails with nobody waiting for it. */
  constructor(failed: (channel: CellChannel, error: Error, name: string) => void) { this.#failed = failed }

  /** Watches the session's queries. */
  watch(): void {
    const given = (globalThis as Record<symbol, unknown>)[Symbol.for('microlote.kernel.spark')] as { spark: SparkSession; StreamingQuery: { prototype: object } } | undefined
    if (given === undefined) return
    const { spark } = given
    this.#session = spark
    const start = spark.backend.startStream.bind(spark.backend)
    spark.backend.startStream = async query => {
      const channel = currentChannel(), owner = this.#owners.get(channel.cell) ?? null
      // What an interrupted cell does after the await that it stood at nobody sees: it starts no query any more.
      if (channel.aborted === true) throw new Interrupted()
      if (query.queryName !== null) await this.#replace(query.queryName, channel.cell, owner)
      const running = await start(query)
      if ((channel.aborted as boolean | undefined) === true) { await running.stop().catch(() => {}); throw new Interrupted() }
      const run: Run = { name: query.queryName ?? `sin nombre (${running.id.slice(0, 8)})`, id: running.id, channel, owner, query: running, error: null, waiting: 0, seen: false }
      this.#runs.set(running.runId, run)
      void running.terminated.then(() => this.#ended(run))
      return running
    }
    spark.streams.addListener({ onQueryProgress: ({ progress }) => this.#add(progress) })
    this.#notice(given.StreamingQuery.prototype, (q: { runId: string }) => [q.runId], ['awaitTermination', 'processAllAvailable'])
    this.#notice(Object.getPrototypeOf(spark.streams) as object, () => [...this.#runs.keys()], ['awaitAnyTermination'])
    const prototype = given.StreamingQuery.prototype as { exception(): Error | null; runId: string }, exception = prototype.exception, runs = this.#runs
    prototype.exception = function () { const e = exception.call(this), run = runs.get(this.runId); if (e !== null && run !== undefined) run.seen = true; return e }
  }

  // Who waits for a query gets its error; then it is not shown a second time.
  #notice(prototype: object, ids: (self: any) => string[], methods: readonly string[]): void {
    const runs = this.#runs
    for (const method of methods) {
      const original = (prototype as Record<string, (...a: unknown[]) => Promise<unknown>>)[method]!
      ;(prototype as Record<string, unknown>)[method] = async function (this: unknown, ...args: unknown[]) {
        const waited = ids(this).map(id => runs.get(id)).filter(r => r !== undefined)
        for (const r of waited) r.waiting++
        try { return await original.apply(this, args) } catch (e) { for (const r of waited) r.seen = true; throw e } finally { for (const r of waited) r.waiting-- }
      }
    }
  }

  #account(runId: string): Account {
    let a = this.#accounts.get(runId)
    if (a === undefined) this.#accounts.set(runId, (a = { latencies: [], rows: 0, batches: 0, busyMs: 0 }))
    return a
  }

  #add(p: StreamingQueryProgress): void {
    const a = this.#account(p.runId), ms = p.durationMs['triggerExecution'] ?? 0
    if (a.latencies.length < keptLatencies) a.latencies.push(ms); else a.latencies[a.batches % keptLatencies] = ms
    a.batches++
    a.rows += p.numInputRows
    a.busyMs += Math.max(1, ms)
  }

  async #ended(run: Run): Promise<void> {
    run.error = run.query.exception()
    if (run.error === null) return
    // Those who wait for it run first.
    await new Promise(resolve => setImmediate(resolve))
    if (run.channel.cell !== this.#busy) this.#show(run)
  }

  #show(run: Run): void {
    if (run.error === null || run.seen || run.waiting > 0) return
    run.seen = true
    this.#failed(run.channel, run.error, run.name)
  }

  /** A cell begins: queries that the same cell of the notebook started before end now. */
  async cellBegins(cell: string, owner: string | null): Promise<void> {
    this.#busy = cell
    this.#owners.set(cell, owner)
    if (owner !== null) await this.#stop(r => r.owner === owner && r.channel.cell !== cell)
  }

  /** A cell ends: its queries that failed meanwhile, with nobody to see it, are shown. */
  cellEnds(cell: string): void {
    for (const r of this.#runs.values()) if (r.channel.cell === cell) this.#show(r)
    this.#busy = ''
  }

  // A name is replaced when the cell cannot be told from the one that took it; two cells that are known to differ get Spark's refusal.
  async #replace(name: string, cell: string, owner: string | null): Promise<void> {
    await this.#stop(r => r.query.name === name && r.channel.cell !== cell && (owner === null || r.owner === null || r.owner === owner || owner.startsWith('#') || r.owner.startsWith('#')))
  }

  /** Stops the queries that a cell started; with null, all that go on. */
  async interrupt(cell: string | null): Promise<number> { return this.#stop(r => cell === null || r.channel.cell === cell) }

  async #stop(which: (r: Run) => boolean): Promise<number> {
    const some = [...this.#runs.values()].filter(r => r.query.isActive() && which(r))
    await Promise.all(some.map(r => r.query.stop().catch(() => {})))
    return some.length
  }

  /** Stops what still runs and gives the account. */
  async end(): Promise<QuerySummary[]> {
    const left = new Set((this.#session?.streams.active ?? []).map(q => q.runId))
    await this.#session?.stop()
    return [...this.#runs].map(([runId, r]) => {
      const a = this.#account(runId)
      return {
        name: r.name, id: r.id, batches: a.batches, rows: a.rows, rowsPerSecond: a.busyMs === 0 ? 0 : Math.round((a.rows * 1000) / a.busyMs), p50Ms: percentil(a.latencies, 0.5), p99Ms: percentil(a.latencies, 0.99),
        error: r.error === null ? null : r.error.message.split('\n')[0]!, leftRunning: left.has(runId),
      }
    })
  }
}
