/** What a live card knows of a query: the last batches as points, bounded, and what is worked out from them. */
import type { StreamingQueryProgress } from 'microlote'
import { percentil } from '../progress-plots.ts'

/** How many batches a card keeps, and how many points a plot of it has at most. */
export const keptBatches = 300

export interface PhaseLatency { readonly phase: string; readonly p50: number; readonly p99: number; readonly last: number }

export class History {
  /** Batches that ran, oldest first; at most `keptBatches`. */
  readonly batches: StreamingQueryProgress[] = []
  /** The newest report, idle ones too. */
  newest: StreamingQueryProgress | null = null
  batchCount = 0
  rows = 0
  #seen = new Set<StreamingQueryProgress>()

  /** Takes what is new in the query's recent progress; gives the batches that were not known. */
  add(recent: readonly StreamingQueryProgress[]): StreamingQueryProgress[] {
    const fresh = recent.filter(p => !this.#seen.has(p))
    this.#seen = new Set(recent)
    if (fresh.length > 0) this.newest = fresh.at(-1)!
    const ran = fresh.filter(p => p.durationMs['addBatch'] !== undefined)
    for (const p of ran) { this.batches.push(p); this.rows += p.numInputRows }
    this.batchCount += ran.length
    if (this.batches.length > keptBatches) this.batches.splice(0, this.batches.length - keptBatches)
    return ran
  }

  /** Milliseconds by phase over the kept batches; the whole trigger first. */
  latencies(): PhaseLatency[] {
    const names = [...new Set(this.batches.flatMap(p => Object.keys(p.durationMs)))].sort((a, b) => (a === 'triggerExecution' ? -1 : b === 'triggerExecution' ? 1 : a < b ? -1 : 1))
    return names.map(phase => {
      const values = this.batches.flatMap(p => { const v = p.durationMs[phase]; return v === undefined ? [] : [v] })
      return { phase, p50: percentil(values, 0.5), p99: percentil(values, 0.99), last: values.at(-1)! }
    })
  }
}

/** How many messages the sources have that were not read yet; null where no source can say. Offsets as Kafka's: topic, partition, number. */
export function lagOf(p: StreamingQueryProgress): number | null {
  let lag: number | null = null
  for (const s of p.sources) {
    if (!isOffsets(s.latestOffset) || !isOffsets(s.endOffset)) continue
    for (const [topic, partitions] of Object.entries(s.latestOffset)) for (const [n, latest] of Object.entries(partitions)) {
      const end = s.endOffset[topic]?.[n]
      if (end !== undefined) lag = (lag ?? 0) + Math.max(0, latest - end)
    }
  }
  return lag
}

const isOffsets = (v: unknown): v is Record<string, Record<string, number>> => v !== null && typeof v === 'object' && Object.values(v).every(o => o !== null && typeof o === 'object' && Object.values(o).every(n => typeof n === 'number'))
