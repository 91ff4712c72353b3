/** spark.streams: the session's active queries and their listeners. */
import { DataFrame } from '../api/dataframe.ts'
import { checkTimeout, StreamingQuery } from '../api/streaming-query.ts'
import { isQueryId } from '../checkpoint/query-metadata.ts'
import { analysisError } from '../errors/spark-error.ts'
import { systemClock } from '../observe/clock.ts'
import type { StreamingQueryListener } from '../observe/listener.ts'
import type { Backend, RunningQuery } from '../plan/backend.ts'

export class StreamingQueryManager {
  readonly #backend: Backend
  #failed: Error | null = null
  #ended = 0
  #waiters: (() => void)[] = []

  constructor(backend: Backend) {
    this.#backend = backend
    backend.addListener({
      onQueryStarted: event => {
        // Watch the query itself, not the event of its end, which says less.
        queueMicrotask(() => { const q = backend.activeQueries().find(a => a.runId === event.runId); if (q !== undefined) void this.#watch(q) })
      },
    })
  }

  async #watch(query: RunningQuery): Promise<void> {
    await query.terminated
    this.#failed = query.exception() ?? this.#failed
    this.#ended++
    const waiters = this.#waiters
    this.#waiters = []
    for (const w of waiters) w()
  }

  #handle(query: RunningQuery): StreamingQuery { return new StreamingQuery(query, p => new DataFrame(p, this.#backend)) }

  /** The active queries. */
  get active(): StreamingQuery[] { return this.#backend.activeQueries().map(q => this.#handle(q)) }
  /** An active query by id, null when there is none. Throws for what is no id, such as a query's name. */
  get(id: string): StreamingQuery | null {
    if (!isQueryId(id)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${JSON.stringify(id)} is not the id of a query`, advice: 'Give query.id; by its name a query is spark.streams.active.find(q => q.name === name).' })
    const found = this.#backend.activeQueries().find(q => q.id === id)
    return found === undefined ? null : this.#handle(found)
  }

  /** Waits until any query of the session has ended since the last resetTerminated; throws the error of one that failed. With a time limit in milliseconds: whether one has. Throws VALUE_NOT_POSITIVE for a limit that is no number above 0. */
  async awaitAnyTermination(timeoutMs?: number): Promise<boolean> {
    if (timeoutMs !== undefined) checkTimeout(timeoutMs)
    if (this.#ended === 0) {
      const done = new Promise<void>(resolve => { this.#waiters.push(resolve) })
      if (timeoutMs === undefined) await done
      else {
        const stop = new AbortController()
        await Promise.race([done, systemClock.sleep(timeoutMs, stop.signal)])
        stop.abort()
      }
    }
    if (this.#failed !== null) throw this.#failed
    return this.#ended > 0
  }

  /** Forgets the queries that have ended. */
  resetTerminated(): void { this.#ended = 0; this.#failed = null }
  addListener(listener: StreamingQueryListener): void { this.#backend.addListener(listener) }
  removeListener(listener: StreamingQueryListener): void { this.#backend.removeListener(listener) }
}
