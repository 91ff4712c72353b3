/** Time as an argument: the system's clock, or one that a test moves by hand. The only file that asks the machine for the time. */

/** What the engine may ask of time. Milliseconds are since the epoch, `monotonicMs` since some fixed moment with fractions. */
export interface Clock {
  nowMs(): number
  monotonicMs(): number
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Resolves after timers and sockets that are due have had their turn: a loop whose work never waits would starve them. */
  yield(): Promise<void>
}

const afterOthers = (): Promise<void> => new Promise(resolve => { setImmediate(resolve) })

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => new Promise(resolve => {
    if (signal?.aborted) return resolve()
    const done = () => { clearTimeout(timer); signal?.removeEventListener('abort', done); resolve() }
    const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1))
    signal?.addEventListener('abort', done, { once: true })
  }),
  yield: afterOthers,
}

/** A clock for tests: stands still until `advance` moves it. */
export class ManualClock implements Clock {
  #now: number
  #sleepers: { at: number; wake: () => void }[] = []

  constructor(startMs = 0) { this.#now = startMs }

  nowMs(): number { return this.#now }
  monotonicMs(): number { return this.#now }
  yield(): Promise<void> { return afterOthers() }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || ms <= 0) return Promise.resolve()
    return new Promise(resolve => {
      const sleeper = { at: this.#now + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => { this.#sleepers = this.#sleepers.filter(s => s !== sleeper); resolve() }, { once: true })
    })
  }

  /** Moves the time on by `ms` and wakes whoever slept until then. */
  advance(ms: number): void {
    this.#now += ms
    const due = this.#sleepers.filter(s => s.at <= this.#now)
    this.#sleepers = this.#sleepers.filter(s => s.at > this.#now)
    for (const s of due) s.wake()
  }
}
