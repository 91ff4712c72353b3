/** Keeps account of the streaming queries a notebook runs: how many batches and rows, how fast, and which are still running at the end. */
import type { SparkSession, StreamingQueryProgress } from 'microlote'
import { percentil } from '../display/progress-plots.ts'

export interface QuerySummary { readonly name: string; readonly id: string; readonly batches: number; readonly rows: number; readonly rowsPerSecond: number; readonly p50Ms: number; readonly p99Ms: number; readonly error: string | null; readonly leftRunning: boolean }

export class QueryBook {
  readonly #runs = new Map<string, { name: string; id: string; latencies: number[]; rows: number; busyMs: number; error: string | null }>()

  #spark(): SparkSession | null { return ((globalThis as Record<symbol, unknown>)[Symbol.for('microlote.kernel.spark')] as SparkSession | undefined) ?? null }

  /** Listens to the session's queries. */
  watch(): void {
    this.#spark()?.streams.addListener({
      onQueryStarted: e => { this.#runs.set(e.runId, { name: e.name ?? `sin nombre (${e.id.slice(0, 8)})`, id: e.id, latencies: [], rows: 0, busyMs: 0, error: null }) },
      onQueryProgress: ({ progress }) => this.#add(progress),
      onQueryTerminated: e => { const r = this.#runs.get(e.runId); if (r !== undefined) r.error = e.exception === null ? null : e.exception.split('\n')[0]! },
    })
  }

  #add(p: StreamingQueryProgress): void {
    const r = this.#runs.get(p.runId)
    if (r === undefined) return
    r.latencies.push(p.durationMs['triggerExecution'] ?? 0)
    r.rows += p.numInputRows
    r.busyMs += Math.max(1, p.durationMs['triggerExecution'] ?? 0)
  }

  /** Stops what still runs and gives the account. */
  async end(): Promise<QuerySummary[]> {
    const spark = this.#spark()
    const left = new Set((spark?.streams.active ?? []).map(q => q.runId))
    await spark?.stop()
    return [...this.#runs].map(([runId, r]) => ({
      name: r.name, id: r.id, batches: r.latencies.length, rows: r.rows, rowsPerSecond: r.busyMs === 0 ? 0 : Math.round((r.rows * 1000) / r.busyMs), p50Ms: percentil(r.latencies, 0.5), p99Ms: percentil(r.latencies, 0.99), error: r.error, leftRunning: left.has(runId),
    }))
  }
}
