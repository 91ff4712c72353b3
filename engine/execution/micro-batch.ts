/** One streaming query at work: plans each micro-batch, logs its offsets, runs it, commits it, and tells how it went. */
import { Batch } from '../columns/batch.ts'
import { CommitLog } from '../checkpoint/commit-log.ts'
import { OffsetLog } from '../checkpoint/offset-log.ts'
import type { StreamSink, StreamSource } from '../connectors/connector.ts'
import type { Clock } from '../observe/clock.ts'
import type { StreamingQueryProgress } from '../observe/progress.ts'
import type { EventTimeStats, OperatorMetrics, OperatorWatermarks, Task } from '../operators/operator.ts'
import { operatorWatermarks } from '../planner/operator-watermarks.ts'
import type { PhysicalPlan } from '../planner/plan-query.ts'
import type { Trigger } from '../plan/write-stream.ts'
import { joinPath, type Files } from '../storage/files.ts'
import { structField, structType, type StructTypeShape } from '../types/data-type.ts'
import { findResumePoint, type LoggedBatch, type ResumePoint } from './recovery.ts'
import type { BatchInspector, BatchRecorder } from './inspect-batch.ts'
import { makeProgress, PhaseTimer } from './progress.ts'
import { stateBatches, stateSchema } from './state-rows.ts'
import { StateStores } from './state-stores.ts'
import { eventTimeProgress, WatermarkTracker } from './watermark.ts'

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
  readonly status: (message: string, isDataAvailable: boolean, isTriggerActive: boolean) => void
  readonly progressed: (progress: StreamingQueryProgress, executed: boolean) => void
  readonly warn: (message: string) => void
  /** Notes what explainBatch() tells; null when that is off. */
  readonly inspector: BatchInspector | null
}

export class MicroBatchExecution {
  readonly #s: MicroBatchSettings
  readonly #offsets: OffsetLog
  readonly #commits: CommitLog
  #stores: StateStores | null = null
  #point: ResumePoint | null = null
  #batchId = 0
  #start: readonly (string | null)[] = []
  #latest: (string | null)[] = []
  #pending: LoggedBatch | null = null
  #watermark = new WatermarkTracker('min', 0)
  // The watermark of the batch before, against which rows are late.
  #lateWatermarkMs = 0
  // The last batch of this run: whether a batch without data should follow depends on it.
  #last: { readonly plan: PhysicalPlan; readonly watermarkMs: number } | null = null
  #confs: Record<string, string> = {}
  #previousStartMs: number | null = null
  #lastIdleReportMs = 0
  #lastBatchEndMs = 0
  #prepared = false
  #underWay: Promise<void> | null = null
  #needsCheck = true
  /** How often a trigger has found nothing to do: what processAllAvailable waits for. */
  idleTriggers = 0
  /** Whether a trigger is asking its sources for data right now. */
  isLooking = false

  constructor(settings: MicroBatchSettings) {
    this.#s = settings
    this.#offsets = new OffsetLog(settings.files, joinPath(settings.checkpointDir, 'offsets'))
    this.#commits = new CommitLog(settings.files, joinPath(settings.checkpointDir, 'commits'))
  }

  get batchId(): number { return this.#batchId }
  get offsets(): { readonly start: readonly (string | null)[]; readonly end: readonly (string | null)[] } { return { start: this.#start, end: this.#pending?.offsets ?? this.#latest } }

  /** Reads the logs and takes up where they end. */
  async resume(): Promise<void> {
    const s = this.#s
    this.#point = await findResumePoint(this.#offsets, this.#commits, s.sources.length, s.checkpointDir, s.warn)
    const p = this.#point
    this.#batchId = p.batchId
    this.#start = p.start
    this.#pending = p.pending
    this.#lateWatermarkMs = p.lateWatermarkMs
    this.#confs = { ...s.confs }
    for (const key of s.frozenConfs) {
      const stored = p.confs[key]
      if (stored === undefined || stored === this.#confs[key]) continue
      s.warn(`${key} stays ${stored}, as the checkpoint was begun with; the session's ${this.#confs[key] ?? 'unset value'} is not used`)
      this.#confs[key] = stored
    }
    this.#watermark = new WatermarkTracker(this.#confs['spark.sql.streaming.multipleWatermarkPolicy'] === 'max' ? 'max' : 'min', p.watermarkMs)
  }

  /** Runs one trigger; says whether there was a batch to run. */
  async trigger(): Promise<boolean> {
    const s = this.#s
    const timer = new PhaseTimer(s.clock)
    if (s.trigger.kind === 'available-now' && this.#pending === null && !this.#prepared) {
      this.#prepared = true
      for (const b of s.sources) await b.source.prepareForAvailableNow?.()
    }
    this.isLooking = true
    const wanted = this.#pending ?? await this.#nextBatch(timer)
    this.isLooking = false
    if (wanted === null) {
      this.idleTriggers++
      s.status('Waiting for data to arrive', false, false)
      this.#reportIdle(timer)
      this.#previousStartMs = timer.startMs
      return false
    }
    const isNew = this.#hasData(wanted)
    s.status(isNew ? 'Processing new data' : 'No new data but cleaning up state', isNew, true)
    const running = this.#runBatch(wanted, timer)
    this.#underWay = running.catch(() => {}).finally(() => { this.#underWay = null })
    await running
    this.#previousStartMs = timer.startMs
    s.status(s.trigger.kind === 'processing-time' && s.trigger.intervalMs > 0 ? 'Waiting for next trigger' : 'Waiting for data to arrive', false, false)
    return true
  }

  #hasData(batch: LoggedBatch): boolean { return batch.offsets.some((end, i) => end !== null && end !== (this.#start[i] ?? null)) }

  // Whether the watermark has moved past something the last batch of this run left open. After a restart there is none, and nothing is closed before new data comes.
  #wantsBatchWithoutData(): boolean {
    if (this.#confs['spark.sql.streaming.noDataMicroBatches.enabled'] === 'false' || this.#last === null) return false
    const { plan, watermarkMs } = this.#last
    const now = operatorWatermarks(plan.root, plan.stateful, this.#watermark.currentMs), used = operatorWatermarks(plan.root, plan.stateful, watermarkMs)
    const wants = (o: typeof plan.stateful[number], from: ReadonlyMap<number, number>): boolean => o.shouldRunAnotherBatch(now.get(o.id) ?? 0, from.get(o.id) ?? 0)
    if (!plan.stateful.some(o => wants(o, used))) return false
    // Operators that go by the clock want a batch at every trigger, whatever the watermark does. Where triggers follow each other at once, or end with the data, that would never rest.
    if (plan.stateful.some(o => wants(o, used) && !wants(o, now))) return true
    const { trigger, clock } = this.#s
    return trigger.kind === 'processing-time' && (trigger.intervalMs > 0 || clock.nowMs() - this.#lastBatchEndMs >= clockBatchesMs)
  }

  // Asks every source how far it can go, and logs that as the next batch if any can go on or the watermark has state to close.
  async #nextBatch(timer: PhaseTimer): Promise<LoggedBatch | null> {
    const s = this.#s
    const ends: (string | null)[] = []
    let anyNew = false
    for (const [i, b] of s.sources.entries()) {
      s.status(`Getting offsets from ${b.source.description}`, false, true)
      const end = await timer.time('latestOffset', () => b.source.latestOffset(this.#start[i] ?? null, s.trigger.kind === 'once' ? 'all' : 'options'))
      const from = this.#start[i] ?? null
      ends.push(end ?? from)
      if (end !== null && end !== from) anyNew = true
    }
    this.#latest = ends
    if (s.signal.aborted || !(anyNew || this.#wantsBatchWithoutData())) return null
    const batch: LoggedBatch = { offsets: ends, batchWatermarkMs: this.#watermark.currentMs, batchTimestampMs: s.clock.nowMs() }
    s.status('Writing offsets to log', true, true)
    await timer.time('walCommit', async () => {
      await this.#offsets.add(this.#batchId, { ...batch, offsets: [...ends], conf: this.#loggedConfs() })
      if (this.#batchId > 0) for (const [i, b] of s.sources.entries()) { const done = this.#start[i]; if (done != null) await b.source.commit(done) }
      await this.#purge()
    })
    return batch
  }

  #loggedConfs(): Record<string, string> {
    return Object.fromEntries(this.#s.frozenConfs.flatMap(k => { const v = this.#confs[k]; return v === undefined ? [] : [[k, v]] }))
  }

  async #purge(): Promise<void> {
    const retain = Number(this.#confs['spark.sql.streaming.minBatchesToRetain'] ?? '100')
    const below = this.#batchId - retain
    if (below > 0) { await this.#offsets.purge(below); await this.#commits.purge(below) }
  }

  async #runBatch(batch: LoggedBatch, timer: PhaseTimer): Promise<void> {
    const s = this.#s
    this.#pending = batch
    const planStart = s.clock.monotonicMs()
    const plan = s.plan(batch.batchTimestampMs, this.#confs)
    timer.add('queryPlanning', s.clock.monotonicMs() - planStart)
    timer.add('getBatch', 0)
    this.#stores ??= new StateStores(s.files, s.clock, joinPath(s.checkpointDir, 'state'), plan.stateful, {
      partitions: Number(this.#confs['spark.sql.shuffle.partitions']),
      minDeltasForSnapshot: Number(this.#confs['spark.sql.streaming.stateStore.minDeltasForSnapshot'] ?? '10'),
      minBatchesToRetain: Number(this.#confs['spark.sql.streaming.minBatchesToRetain'] ?? '100'),
      providerClass: this.#confs['spark.sql.streaming.stateStore.providerClass'], cacheMb: Number(this.#confs['spark.sql.streaming.stateStore.rocksdb.blockCacheSizeMB'] ?? '8'),
      schemaWarning: this.#confs['spark.sql.streaming.stateStore.stateSchemaCheck'] === 'false' ? s.warn : null,
    })
    const stores = this.#stores
    if (this.#needsCheck) { await stores.check(this.#batchId); this.#needsCheck = false }
    const rows = new Array<number>(s.sources.length).fill(0)
    const reports = new Map<number, OperatorMetrics>()
    const seen = new Map<number, EventTimeStats>()
    const watermarks = this.#watermarks(plan, batch.batchWatermarkMs)
    const recorder = s.inspector?.begin(plan, watermarks) ?? null
    const task: Task = {
      signal: s.signal,
      scan: leaf => this.#scan(leaf, batch, rows, plan, recorder),
      streaming: {
        batchId: this.#batchId, batchTimestampMs: batch.batchTimestampMs,
        watermarks,
        stores: (id, name = 'default') => stores.stores(id, name, this.#batchId),
        leftOut: (leaf, n) => { const i = s.sources.findIndex(b => b.leaves.has(leaf)); if (i >= 0) rows[i] = rows[i]! - n },
        report: (id, m) => { reports.set(id, m) },
        eventTime: (node, stats) => { seen.set(node, stats) },
      },
    }
    let written = 0
    try {
      await timer.time('addBatch', async () => {
        await s.sink.addBatch(this.#batchId, counted(plan.root.run(task), n => { written += n }, s.signal))
        if (s.signal.aborted) throw new StoppedSignal()
        await stores.commit(this.#batchId)
      })
    } catch (e) {
      stores.abort()
      throw e
    }
    this.#watermark.update(plan.watermarkDelaysMs, seen)
    await timer.time('commitOffsets', () => this.#commits.add(this.#batchId, { nextBatchWatermarkMs: this.#watermark.currentMs }))
    const progress = makeProgress({
      id: s.id, runId: s.runId, name: s.name, batchId: this.#batchId, timer, previousStartMs: this.#previousStartMs,
      eventTime: eventTimeProgress(batch.batchWatermarkMs, plan.watermarkDelaysMs.length, this.#hasData(batch) ? seen : new Map()),
      sources: s.sources.map((b, i) => ({
        description: b.source.description, startOffset: this.#start[i] ?? null, endOffset: batch.offsets[i] ?? null, latestOffset: b.source.reportLatestOffset?.() ?? null,
        rows: rows[i]!, metrics: batch.offsets[i] == null ? null : b.source.metrics?.(batch.offsets[i]!) ?? null,
      })),
      stateOperators: stores.progress(reports),
      sink: { description: s.sink.description, numOutputRows: s.sink.countsRows ? written : -1 },
    })
    if (recorder !== null) s.inspector!.keep(recorder.explain({
      batchId: this.#batchId, name: s.name, timestampMs: batch.batchTimestampMs, withoutData: !this.#hasData(batch), lateWatermarkMs: this.#lateWatermarkMs, watermarkMs: batch.batchWatermarkMs, nextWatermarkMs: this.#watermark.currentMs,
      policy: this.#watermark.policy, nodesMs: this.#watermark.nodesMs, seen, sources: progress.sources, stateOperators: progress.stateOperators, stores: (id, name) => stores.opened(id, name),
      operatorWatermarks: ms => operatorWatermarks(plan.root, plan.stateful, ms), numOutputRows: written,
    }))
    s.progressed(progress, true)
    this.#last = { plan, watermarkMs: batch.batchWatermarkMs }
    this.#lateWatermarkMs = batch.batchWatermarkMs
    this.#start = batch.offsets
    this.#pending = null
    this.#batchId++
    this.#lastIdleReportMs = this.#lastBatchEndMs = s.clock.nowMs()
  }

  #watermarks(plan: PhysicalPlan, watermarkMs: number): (operatorId: number) => OperatorWatermarks {
    // Without chained operators Spark once had one watermark for both.
    const single = this.#confs['spark.sql.streaming.statefulOperator.allowMultiple'] === 'false'
    const evict = operatorWatermarks(plan.root, plan.stateful, watermarkMs), late = single ? evict : operatorWatermarks(plan.root, plan.stateful, this.#lateWatermarkMs)
    return id => ({ lateMs: late.get(id) ?? 0, evictMs: evict.get(id) ?? 0 })
  }

  async *#scan(leaf: number, batch: LoggedBatch, rows: number[], plan: PhysicalPlan, recorder: BatchRecorder | null): AsyncGenerator<Batch> {
    const s = this.#s
    const index = s.sources.findIndex(b => b.leaves.has(leaf))
    if (index < 0) { yield* s.staticLeaf(leaf); return }
    const { source, leaves } = s.sources[index]!
    const end = batch.offsets[index] ?? null, start = this.#start[index] ?? null
    if (end === null || end === start) return
    const read = source.batches(start, end, leaves.get(leaf)!)
    const output = plan.leaves[leaf]!.output
    for await (const b of recorder === null ? read : recorder.source(index, structType(output.map(a => structField(a.name, a.type, a.nullable))), read)) {
      if (s.signal.aborted) throw new StoppedSignal()
      rows[index] = rows[index]! + b.length
      yield new Batch(leaves.get(leaf)!.map(c => b.columns[c]!), b.length)
    }
  }

  // An idle query says so every ten seconds, without a progress event.
  #reportIdle(timer: PhaseTimer): void {
    const s = this.#s
    const every = Number(this.#confs['spark.sql.streaming.noDataProgressEventInterval'] ?? '10000')
    if (timer.startMs - this.#lastIdleReportMs < every) return
    const first = this.#lastIdleReportMs === 0
    this.#lastIdleReportMs = timer.startMs
    if (first) return
    s.progressed(makeProgress({
      id: s.id, runId: s.runId, name: s.name, batchId: this.#batchId, timer, previousStartMs: this.#previousStartMs,
      eventTime: eventTimeProgress(this.#watermark.currentMs, this.#last?.plan.watermarkDelaysMs.length ?? 0, new Map()), stateOperators: this.#stores?.progress(new Map()) ?? [],
      sources: s.sources.map((b, i) => ({ description: b.source.description, startOffset: this.#start[i] ?? null, endOffset: this.#start[i] ?? null, latestOffset: b.source.reportLatestOffset?.() ?? null, rows: 0, metrics: null })),
      sink: { description: s.sink.description, numOutputRows: -1 },
    }), false)
  }

  /**
   * The rows of an operator's state after the last batch, as `key`, `value`, `partition_id`; the first stateful operator and its first store unless told. Null when there is no such state yet.
   * Waits for a batch under way: what it has put is not committed.
   */
  async stateRows(operatorId: number | null, storeName: string | null): Promise<{ readonly schema: StructTypeShape; readonly batches: readonly Batch[] } | null> {
    while (this.#underWay !== null) await this.#underWay
    const operator = this.#last?.plan.stateful.find(o => operatorId === null || o.id === operatorId), shape = operator?.stores.find(x => storeName === null || x.name === storeName)
    return operator === undefined || shape === undefined || this.#stores === null ? null : { schema: stateSchema(shape), batches: stateBatches(this.#stores.opened(operator.id, shape.name), shape) }
  }

  /** The stateful operators of the last batch: id and name. */
  get statefulOperators(): readonly { readonly id: number; readonly name: string; readonly stores: readonly string[] }[] { return (this.#last?.plan.stateful ?? []).map(o => ({ id: o.id, name: o.name, stores: o.stores.map(x => x.name) })) }

  /** Closes stores, sources and sink, whatever happens to one of them. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#stores?.close(), this.#s.sink.close(), ...this.#s.sources.map(b => b.source.close())])
  }
}

// Between two batches that only the clock asks for, when the trigger has no interval.
const clockBatchesMs = 100

/** Breaks off a batch because the query was stopped; never shown to anyone. */
export class StoppedSignal extends Error {
  constructor() { super('the query was stopped') }
}

async function* counted(batches: AsyncIterable<Batch>, add: (rows: number) => void, signal: AbortSignal): AsyncGenerator<Batch> {
  for await (const b of batches) {
    if (signal.aborted) throw new StoppedSignal()
    add(b.length)
    yield b
  }
}

