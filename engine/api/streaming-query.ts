/** StreamingQuery: the handle of a running query. */
import { systemClock } from '../observe/clock.ts'
import type { RunningQuery } from '../plan/backend.ts'
import type { StreamingQueryProgress, StreamingQueryStatus } from '../observe/progress.ts'

export class StreamingQuery {
  readonly #query: RunningQuery

  constructor(query: RunningQuery) { this.#query = query }

  /** The query's id, kept over restarts by its checkpoint. */
  get id(): string { return this.#query.id }
  /** This run's id: new at every start. */
  get runId(): string { return this.#query.runId }
  get name(): string | null { return this.#query.name }
  get isActive(): boolean { return this.#query.isActive() }
  /** What it does now: `{ message, isDataAvailable, isTriggerActive }`. */
  get status(): StreamingQueryStatus { return this.#query.status() }
  /** The newest progress, null before the first batch. */
  get lastProgress(): StreamingQueryProgress | null { return this.#query.recentProgress().at(-1) ?? null }
  /** The newest progresses, up to 99. */
  get recentProgress(): readonly StreamingQueryProgress[] { return this.#query.recentProgress() }
  /** The error that ended the query, null while it is active or after stop(). */
  exception(): Error | null { return this.#query.exception() }

  /**
   * Waits until the query ends, and throws its error if it died. With a time limit in milliseconds: whether it has ended by then.
   * `await query.awaitTermination()`
   */
  async awaitTermination(): Promise<void>
  async awaitTermination(timeoutMs: number): Promise<boolean>
  async awaitTermination(timeoutMs?: number): Promise<void | boolean> {
    const ended = timeoutMs === undefined ? (await this.#query.terminated, true) : await within(this.#query.terminated, timeoutMs)
    const error = this.#query.exception()
    if (ended && error !== null) throw error
    if (timeoutMs !== undefined) return ended
  }

  /** Waits until everything that was there at the call has been processed. Throws if the query dies meanwhile. For tests and lessons. */
  processAllAvailable(): Promise<void> { return this.#query.processAllAvailable() }
  /** Stops the query after what it is doing has been broken off; a batch that was not committed runs again at the next start. */
  stop(): Promise<void> { return this.#query.stop() }
  /** Prints the plan of the last batch. */
  explain(extended = false): void { console.log(this.#query.explain(extended)) }

  toString(): string { return `StreamingQuery(${this.name ?? 'no name'}, id ${this.id}, ${this.isActive ? this.status.message : this.exception() === null ? 'Stopped' : 'Failed'})` }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString() }
}

async function within(ended: Promise<void>, ms: number): Promise<boolean> {
  const waiting = new AbortController()
  const result = await Promise.race([ended.then(() => true), systemClock.sleep(ms, waiting.signal).then(() => false)])
  waiting.abort()
  return result
}
