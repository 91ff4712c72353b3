/** The one queue to the page: messages in order, one at a time; while it is slow, an update that a newer one replaces is left out. */
import type { Codec, Header } from './messages.ts'

interface Waiting { readonly type: string; content: unknown; readonly parent: Partial<Header>; readonly metadata: unknown; readonly topic: string; readonly replaces: string | null }

export class Publisher {
  readonly #codec: Codec
  readonly #send: (frames: (Buffer | string)[]) => Promise<void>
  #queue: Waiting[] = []
  #updates = new Map<string, Waiting>()
  #running: Promise<void> = Promise.resolve()
  #active = false

  constructor(codec: Codec, send: (frames: (Buffer | string)[]) => Promise<void>) { this.#codec = codec; this.#send = send }

  /** Queues a message; `replaces` names what only the newest message about counts. */
  publish(type: string, content: unknown, parent: Partial<Header>, options: { readonly replaces?: string; readonly metadata?: unknown; readonly topic?: string } = {}): void {
    const replaces = options.replaces ?? null
    if (replaces !== null) {
      const older = this.#updates.get(replaces)
      if (older !== undefined) { older.content = content; return }
    } else this.#updates.clear()
    const w: Waiting = { type, content, parent, metadata: options.metadata ?? {}, topic: options.topic ?? type, replaces }
    if (replaces !== null) this.#updates.set(replaces, w)
    this.#queue.push(w)
    if (!this.#active) { this.#active = true; this.#running = this.#drain() }
  }

  async #drain(): Promise<void> {
    // What is asked for in one turn is queued before the first is sent.
    await Promise.resolve()
    for (let w = this.#queue.shift(); w !== undefined; w = this.#queue.shift()) {
      if (w.replaces !== null && this.#updates.get(w.replaces) === w) this.#updates.delete(w.replaces)
      try { await this.#send(this.#codec.encode(w.type, w.content, w.parent, [w.topic], w.metadata)) } catch { /* the socket is closed, or the content is no JSON */ }
    }
    this.#active = false
  }

  /** Resolves when everything queued so far has been handed over. */
  async flushed(): Promise<void> { while (this.#active) await this.#running }
}
