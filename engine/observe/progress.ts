/** The shapes of a query's progress and status, field for field those of Spark's progress JSON. Times are ISO texts in UTC, durations milliseconds. */
import type { JsonTexts } from './json-texts.ts'

/** What is known of one of them before it can say its JSON. */
export type Bare<T extends JsonTexts> = Omit<T, keyof JsonTexts>

export interface StateOperatorProgress extends JsonTexts {
  readonly operatorName: string
  readonly numRowsTotal: number
  readonly numRowsUpdated: number
  readonly allUpdatesTimeMs: number
  readonly numRowsRemoved: number
  readonly allRemovalsTimeMs: number
  readonly commitTimeMs: number
  readonly memoryUsedBytes: number
  readonly numRowsDroppedByWatermark: number
  readonly numShufflePartitions: number
  readonly numStateStoreInstances: number
  readonly customMetrics?: Readonly<Record<string, number>>
}

export interface SourceProgress extends JsonTexts {
  readonly description: string
  /** Offsets as parsed JSON; null before the first batch. */
  readonly startOffset: unknown
  readonly endOffset: unknown
  readonly latestOffset: unknown
  readonly numInputRows: number
  readonly inputRowsPerSecond?: number
  readonly processedRowsPerSecond?: number
  readonly metrics?: Readonly<Record<string, string>>
}

export interface SinkProgress extends JsonTexts {
  readonly description: string
  /** −1 for sinks that do not count (foreachBatch, files). */
  readonly numOutputRows: number
  readonly metrics?: Readonly<Record<string, string>>
}

/** One trigger's account. `durationMs` has the phases `latestOffset, getBatch, queryPlanning, walCommit, addBatch, commitOffsets, triggerExecution`. */
export interface StreamingQueryProgress extends JsonTexts {
  readonly id: string
  readonly runId: string
  readonly name: string | null
  readonly timestamp: string
  readonly batchId: number
  readonly batchDuration: number
  readonly numInputRows: number
  readonly inputRowsPerSecond: number
  readonly processedRowsPerSecond: number
  readonly durationMs: Readonly<Record<string, number>>
  readonly eventTime?: Readonly<Record<string, string>>
  readonly stateOperators: readonly StateOperatorProgress[]
  readonly sources: readonly SourceProgress[]
  readonly sink: SinkProgress
  /** The metrics of df.observe by name, of this batch alone. */
  readonly observedMetrics?: Readonly<Record<string, Readonly<Record<string, any>>>>
}

export interface StreamingQueryStatus extends JsonTexts {
  readonly message: string
  readonly isDataAvailable: boolean
  readonly isTriggerActive: boolean
}
