/** Listeners of streaming queries and the bus that calls them: `onQueryStarted` before start() returns, the others later and in order. */
import type { StreamingQueryProgress } from './progress.ts'

export interface QueryStartedEvent { readonly id: string; readonly runId: string; readonly name: string | null; readonly timestamp: string }
export interface QueryProgressEvent { readonly progress: StreamingQueryProgress }
export interface QueryIdleEvent { readonly id: string; readonly runId: string; readonly timestamp: string }
/** `exception` is the text of what ended the query, null after a clean stop; `errorClassOnException` its condition. */
export interface QueryTerminatedEvent { readonly id: string; readonly runId: string; readonly exception: string | null; readonly errorClassOnException: string | null }

/** What `spark.streams.addListener` takes; every method may be left out. */
export interface StreamingQueryListener {
  onQueryStarted?(event: QueryStartedEvent): void
  onQueryProgress?(event: QueryProgressEvent): void
  onQueryIdle?(event: QueryIdleEvent): void
  onQueryTerminated?(event: QueryTerminatedEvent): void
}

type EventName = keyof StreamingQueryListener

/** Calls every listener; one that throws is reported and does not disturb the query or the others. */
export class ListenerBus {
  readonly #listeners = new Set<StreamingQueryListener>()
  readonly #report: (listener: StreamingQueryListener, error: unknown) => void
  #tail: Promise<void> = Promise.resolve()

  constructor(report: (listener: StreamingQueryListener, error: unknown) => void = (_, error) => console.error('a StreamingQueryListener threw:', error)) { this.#report = report }

  add(listener: StreamingQueryListener): void { this.#listeners.add(listener) }
  remove(listener: StreamingQueryListener): void { this.#listeners.delete(listener) }

  /** Calls the listeners before it returns. */
  now(event: EventName, payload: unknown): void {
    for (const l of [...this.#listeners]) {
      try {
        (l[event] as ((e: unknown) => void) | undefined)?.call(l, payload)
      } catch (e) { this.#report(l, e) }
    }
  }

  /** Calls the listeners after the current work, behind every event posted before. */
  post(event: EventName, payload: unknown): void {
    this.#tail = this.#tail.then(() => this.now(event, payload))
  }

  /** Resolves when every posted event has been delivered. */
  drained(): Promise<void> { return this.#tail }
}
