/**
 * The watermark of a query: how far event time has come. Each withWatermark node remembers the greatest time it has seen less its delay; the query's watermark
 * is the least of them (or the greatest, by `spark.sql.streaming.multipleWatermarkPolicy`), a node without rows so far counting as 0, and never goes back.
 * Only the query's watermark is kept in the logs: after a restart every node begins anew.
 */
import type { EventTimeStats } from '../operators/operator.ts'

export type WatermarkPolicy = 'min' | 'max'

export class WatermarkTracker {
  readonly #policy: WatermarkPolicy
  #nodes: number[] = []
  #currentMs: number

  constructor(policy: WatermarkPolicy, initialMs: number) {
    this.#policy = policy
    this.#currentMs = initialMs
  }

  /** The watermark for the next batch, in milliseconds. */
  get currentMs(): number { return this.#currentMs }

  /** How far each node has come in this run; empty before the first batch. */
  get nodesMs(): readonly number[] { return this.#nodes }
  get policy(): WatermarkPolicy { return this.#policy }

  /** Takes in what the nodes saw in a batch, by node number. */
  update(delaysMs: readonly number[], seen: ReadonlyMap<number, EventTimeStats>): void {
    if (delaysMs.length === 0) return
    this.#nodes = delaysMs.map((delayMs, node) => {
      const stats = seen.get(node), before = this.#nodes[node]
      if (stats === undefined || stats.count === 0) return before ?? 0
      return Math.max(before ?? -Infinity, stats.maxMs - delayMs)
    })
    const chosen = this.#policy === 'min' ? Math.min(...this.#nodes) : Math.max(...this.#nodes)
    if (chosen > this.#currentMs) this.#currentMs = chosen
  }
}

/** The `eventTime` of progress: the batch's watermark, and the times of the first node that had rows. Null when the query has no watermark. */
export function eventTimeProgress(watermarkMs: number, nodeCount: number, seen: ReadonlyMap<number, EventTimeStats>): Readonly<Record<string, string>> | null {
  if (nodeCount === 0) return null
  const first = [...seen].sort(([a], [b]) => a - b).find(([, s]) => s.count > 0)?.[1]
  const text = (ms: number): string => utcText(ms)
  return { ...(first === undefined ? {} : { avg: text(Math.trunc(first.avgMs)), max: text(first.maxMs), min: text(first.minMs) }), watermark: text(watermarkMs) }
}

// Milliseconds that a Date cannot hold are shown as the last it can.
const utcText = (ms: number): string => new Date(Math.max(-8.64e15, Math.min(8.64e15, ms))).toISOString()
