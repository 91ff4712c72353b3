/** What a streaming query is made of, as its starter hands it over: plan, sources, sink, trigger, checkpoint, clock, confs, and who hears of it. */
import type { Batch } from '../columns/batch.ts'
import type { StreamSink, StreamSource } from '../connectors/connector.ts'
import type { Clock } from '../observe/clock.ts'
import type { StreamingQueryProgress } from '../observe/progress.ts'
import type { PhysicalPlan } from '../planner/plan-query.ts'
import type { Trigger } from '../plan/write-stream.ts'
import type { Files } from '../storage/files.ts'
import type { BatchInspector } from './inspect-batch.ts'

/** A source of the query: which leaves of the plan read it. */
export interface SourceBinding {
  readonly source: StreamSource
  /** The columns of the source's schema each leaf wants, by leaf number. */
  readonly leaves: ReadonlyMap<number, readonly number[]>
}

export interface MicroBatchSettings {
  readonly id: string; readonly runId: string; readonly name: string | null
  readonly checkpointDir: string
  readonly plan: (batchTimestampMs: number, confs: Readonly<Record<string, string>>) => PhysicalPlan
  readonly sources: readonly SourceBinding[]
  /** Leaves that are not streams: read again for every batch. */
  readonly staticLeaf: (leaf: number) => AsyncIterable<Batch>
  readonly sink: StreamSink
  readonly trigger: Trigger
  readonly files: Files
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly confs: Readonly<Record<string, string>>
  /** The confs that a checkpoint fixes for its life. */
  readonly frozenConfs: readonly string[]
  /** Refuses a value of these that the checkpoint was begun with and this engine cannot go on with. */
  readonly checkStoredConf: (key: string, value: string) => void
  /** How often an idle query says so, in milliseconds. */
  readonly idleReportMs: number
  readonly status: (message: string, isDataAvailable: boolean, isTriggerActive: boolean) => void
  readonly progressed: (progress: StreamingQueryProgress, event: 'progress' | 'idle' | null) => void
  readonly warn: (message: string) => void
  /** Notes what explainBatch() tells; null when that is off. */
  readonly inspector: BatchInspector | null
}
