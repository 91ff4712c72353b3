/** Puts a trigger's timings and counts together into the progress that Spark would show. */
import type { Clock } from '../observe/clock.ts'
import { withJson } from '../observe/json-texts.ts'
import type { Bare, SinkProgress, SourceProgress, StateOperatorProgress, StreamingQueryProgress } from '../observe/progress.ts'

/** Adds up how long the phases of one trigger took, in milliseconds. */
export class PhaseTimer {
  readonly #clock: Clock
  readonly #phases = new Map<string, number>()
  readonly startMs: number
  readonly #start: number
  #stoppedMs: number | null = null

  constructor(clock: Clock) {
    this.#clock = clock
    this.startMs = clock.nowMs()
    this.#start = clock.monotonicMs()
  }

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const start = this.#clock.monotonicMs()
    try { return await work() } finally { this.add(phase, this.#clock.monotonicMs() - start) }
  }

  add(phase: string, ms: number): void { this.#phases.set(phase, (this.#phases.get(phase) ?? 0) + ms) }
  elapsedMs(): number { return this.#stoppedMs ?? this.#clock.monotonicMs() - this.#start }
  /** The trigger ends here, if not all of its phases. */
  stop(): void { this.#stoppedMs ??= this.elapsedMs() }

  /** Whole milliseconds by phase, in alphabetical order, `triggerExecution` included. */
  durations(): Record<string, number> {
    this.#phases.set('triggerExecution', this.elapsedMs())
    return Object.fromEntries([...this.#phases].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, Math.round(v)]))
  }
}

export interface SourceCounts {
  readonly description: string
  readonly startOffset: string | null
  readonly endOffset: string | null
  readonly latestOffset: string | null
  readonly rows: number
  readonly metrics: Readonly<Record<string, string>> | null
}

export interface ProgressInput {
  readonly id: string; readonly runId: string; readonly name: string | null; readonly batchId: number
  readonly timer: PhaseTimer
  /** When the trigger before this one began, null for the first. */
  readonly previousStartMs: number | null
  readonly sources: readonly SourceCounts[]
  readonly stateOperators: readonly Bare<StateOperatorProgress>[]
  readonly eventTime: Readonly<Record<string, string>> | null
  readonly sink: Bare<SinkProgress>
  readonly observed?: ReadonlyMap<string, Readonly<Record<string, any>>>
}

/** The progress object, its keys in Spark's order and empty maps left out. */
export function makeProgress(p: ProgressInput): StreamingQueryProgress {
  const durationMs = p.timer.durations()
  const spent = Math.max(p.timer.elapsedMs(), 1) / 1000
  const waited = p.previousStartMs === null ? Infinity : (p.timer.startMs - p.previousStartMs) / 1000
  const sources = p.sources.map((s): SourceProgress => {
    const input = rate(s.rows, waited), processed = rate(s.rows, spent)
    return withJson({
      description: s.description, startOffset: parsed(s.startOffset), endOffset: parsed(s.endOffset), latestOffset: parsed(s.latestOffset), numInputRows: s.rows,
      ...(input === null ? {} : { inputRowsPerSecond: input }), ...(processed === null ? {} : { processedRowsPerSecond: processed }),
      ...(s.metrics === null || Object.keys(s.metrics).length === 0 ? {} : { metrics: s.metrics }),
    })
  })
  const numInputRows = p.sources.reduce((n, s) => n + s.rows, 0)
  return withJson({
    id: p.id, runId: p.runId, name: p.name, timestamp: isoMs(p.timer.startMs), batchId: p.batchId, batchDuration: durationMs['triggerExecution'] ?? 0, numInputRows,
    inputRowsPerSecond: rate(numInputRows, waited) ?? 0, processedRowsPerSecond: rate(numInputRows, spent) ?? 0, durationMs,
    ...(p.eventTime === null ? {} : { eventTime: p.eventTime }), stateOperators: p.stateOperators.map(withJson), sources, sink: withJson(p.sink),
    ...(p.observed === undefined || p.observed.size === 0 ? {} : { observedMetrics: Object.fromEntries([...p.observed].sort(([a], [b]) => (a < b ? -1 : 1))) }),
  })
}

// One digit behind the point, half up; nothing where the time is zero.
function rate(rows: number, seconds: number): number | null {
  const r = rows / seconds
  return Number.isFinite(r) ? Math.round(r * 10) / 10 : null
}

function parsed(offset: string | null): unknown {
  if (offset === null) return null
  try { return JSON.parse(offset) } catch { return offset }
}

/** `2026-11-24T03:00:00.000Z` */
export const isoMs = (ms: number): string => new Date(ms).toISOString()
