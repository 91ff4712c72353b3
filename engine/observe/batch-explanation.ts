/** What the batch inspector tells of one micro-batch: what came in, what was late, what each operator did, what is still open. Times are milliseconds since the epoch. */

/** A source in a batch: the offsets it went from and to, and its first rows. */
export interface ExplainedSource {
  readonly description: string
  /** Offsets as parsed JSON; null before the first batch. */
  readonly startOffset: unknown
  readonly endOffset: unknown
  readonly numInputRows: number
  readonly sample: readonly Readonly<Record<string, unknown>>[]
}

/** A withWatermark of the query. */
export interface ExplainedWatermark {
  readonly column: string
  readonly delayMs: number
  /** The times of this batch's rows; null when it had none. */
  readonly minMs: number | null
  readonly maxMs: number | null
  /** The greatest time seen so far less the delay, 0 before there is one. */
  readonly reachedMs: number
  /** Event times of the first rows, in the order they came. */
  readonly sampleMs: readonly number[]
}

/** A node of the physical plan and the rows it gave. */
export interface ExplainedStep { readonly depth: number; readonly name: string; readonly detail: string; readonly numOutputRows: number; readonly operatorId: number | null }

/** Rows that came at or before the late watermark. */
export interface ExplainedLateRows { readonly column: string; readonly count: number; readonly sample: readonly Readonly<Record<string, unknown>>[]; readonly spansMs: readonly (readonly [number, number])[] }

/** A window (or another time) that is still in the state after the batch, with the number of its keys. */
export interface OpenWindow {
  /** Null for a time that is no window. */
  readonly startMs: number | null
  readonly endMs: number
  readonly keys: number
  /** Whether the watermark that the next batch goes by has passed it. */
  readonly closesNext: boolean
  /** The event times that have to come for the watermark to pass it: at every column named (policy min), or at one of them (max). Empty when it closes next. */
  readonly needs: readonly { readonly column: string; readonly eventTimeMs: number }[]
}

export interface ExplainedOperator {
  readonly id: number
  /** As progress names it: `stateStoreSave`. */
  readonly name: string
  readonly exec: string
  readonly numInputRows: number
  readonly numRowsUpdated: number
  readonly numRowsRemoved: number
  readonly numRowsDroppedByWatermark: number
  readonly numOutputRows: number
  readonly numRowsTotal: number
  /** Rows at or before it are late: the eviction watermark of the batch before. */
  readonly lateWatermarkMs: number
  /** State at or before it is closed in this batch. */
  readonly evictionWatermarkMs: number
  readonly late: readonly ExplainedLateRows[]
  readonly open: readonly OpenWindow[]
  /** Open windows beyond those listed. */
  readonly openBeyond: number
  /** Whether the state was too large to be looked through whole. */
  readonly openPartial: boolean
}

interface BatchExplanationData {
  readonly batchId: number
  readonly name: string | null
  /** `current_timestamp` of the batch. */
  readonly timestampMs: number
  /** Whether it ran only to close state. */
  readonly withoutData: boolean
  readonly lateWatermarkMs: number
  readonly watermarkMs: number
  readonly nextWatermarkMs: number
  readonly watermarkPolicy: 'min' | 'max'
  readonly watermarks: readonly ExplainedWatermark[]
  readonly sources: readonly ExplainedSource[]
  readonly operators: readonly ExplainedOperator[]
  /** The plan, the sink's side first. */
  readonly steps: readonly ExplainedStep[]
  readonly numOutputRows: number
}

export interface BatchExplanation extends BatchExplanationData {}
/** What `query.explainBatch(n)` gives. */
export class BatchExplanation {
  constructor(data: BatchExplanationData) { Object.assign(this, data) }
  toString(): string { return `BatchExplanation(batch ${this.batchId}: ${this.sources.reduce((n, s) => n + s.numInputRows, 0)} rows in, ${this.numOutputRows} out)` }
}
