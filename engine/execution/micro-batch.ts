/** One streaming query at work: plans each micro-batch, logs its offsets, runs it, commits it, and tells how it went. */
import type { Batch } from '../columns/batch.ts'
import type { EventTimeStats, OperatorMetrics, OperatorWatermarks, Task } from '../operators/operator.ts'
import { operatorWatermarks } from '../planner/operator-watermarks.ts'
import type { PhysicalPlan } from '../planner/plan-query.ts'
import { joinPath } from '../storage/files.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { BatchLogs } from './batch-logs.ts'
import { batchWithoutData, type RanBatch } from './batch-without-data.ts'
import { madeAhead } from './made-ahead.ts'
import { findResumePoint, type LoggedBatch, type ResumePoint } from './recovery.ts'
import { makeProgress, PhaseTimer } from './progress.ts'
import { QueryConfs } from './query-confs.ts'
import { QuerySources } from './query-sources.ts'
import type { MicroBatchSettings } from './settings.ts'
import { stateBatches, stateSchema } from './state-rows.ts'
import { stateConfs, StateStores } from './state-stores.ts'
import { eventTimeProgress, WatermarkTracker } from './watermark.ts'

export class MicroBatchExecution {
  readonly #s: MicroBatchSettings
  readonly #logs: BatchLogs
  readonly #sources: QuerySources
  readonly #confs: QueryConfs
  #stores: StateStores | null = null
  #point: ResumePoint | null = null
  #batchId = 0
  // One that was done but could not be committed.
  #uncommittedId: number | null = null
  #pending: LoggedBatch | null = null
  #watermark = new WatermarkTracker('min', 0)
  // The watermark of the batch before, against which rows are late.
  #lateWatermarkMs = 0
  // The last batch of this run: whether a batch without data should follow depends on it.
  #last: RanBatch | null = null
  #previousStartMs: number | null = null
  #lastIdleReportMs = -Infinity
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
    this.#logs = new BatchLogs(settings.files, settings.checkpointDir)
    this.#sources = new QuerySources(settings.sources, settings.staticLeaf, () => { if (settings.signal.aborted) throw new StoppedSignal() })
    this.#confs = new QueryConfs(settings.confs, settings.frozenConfs)
  }

  get batchId(): number { return this.#uncommittedId ?? this.#batchId }
  get offsets(): { readonly start: readonly (string | null)[]; readonly end: readonly (string | null)[] } { return { start: this.#sources.start, end: this.#pending?.offsets ?? this.#sources.latest } }

  /** Reads the logs and takes up where they end. */
  async resume(): Promise<void> {
    const s = this.#s
    this.#point = await findResumePoint(this.#logs.offsets, this.#logs.commits, s.sources.length, s.checkpointDir, s.warn)
    const p = this.#point
    this.#batchId = p.batchId
    this.#sources.start = p.start
    this.#pending = p.pending
    this.#lateWatermarkMs = p.lateWatermarkMs
    this.#confs.takeUp(p.confs, s.checkStoredConf, s.warn)
    this.#watermark = new WatermarkTracker(this.#confs.get('spark.sql.streaming.multipleWatermarkPolicy') === 'max' ? 'max' : 'min', p.watermarkMs)
  }

  /** Runs one trigger; says whether there was a batch to run. */
  async trigger(): Promise<boolean> {
    try { return await this.#trigger() } catch (e) {
      // What is on its way to the logs comes first: they then look as if this trigger had begun after it. What failed there is why this one did.
      try { await this.#logs.settled() } finally { this.#stores?.abort() }
      throw e
    }
  }

  async #trigger(): Promise<boolean> {
    const s = this.#s
    const timer = new PhaseTimer(s.clock)
    if (s.trigger.kind === 'available-now' && this.#pending === null && !this.#prepared) {
      this.#prepared = true
      await this.#sources.prepareForAvailableNow()
    }
    this.isLooking = true
    const wanted = this.#pending ?? await this.#nextBatch(timer)
    if (wanted === null) await this.#logs.settled()
    this.isLooking = false
    if (wanted === null) {
      this.idleTriggers++
      s.status('Waiting for data to arrive', false, false)
      this.#reportIdle(timer)
      this.#previousStartMs = timer.startMs
      return false
    }
    const isNew = this.#sources.hasData(wanted)
    s.status(isNew ? 'Processing new data' : 'No new data but cleaning up state', isNew, true)
    const running = this.#runBatch(wanted, timer)
    this.#underWay = running.catch(() => {}).finally(() => { this.#underWay = null })
    await running
    this.#previousStartMs = timer.startMs
    s.status(s.trigger.kind === 'processing-time' && s.trigger.intervalMs > 0 ? 'Waiting for next trigger' : 'Waiting for data to arrive', false, false)
    return true
  }

  // After a restart there is no last batch, and nothing is closed before new data comes.
  #wantsBatchWithoutData(): boolean {
    if (this.#confs.get('spark.sql.streaming.noDataMicroBatches.enabled') === 'false' || this.#last === null) return false
    const { trigger, clock } = this.#s, why = batchWithoutData(this.#last, this.#watermark.currentMs)
    return why === 'watermark' || why === 'clock' && trigger.kind === 'processing-time' && (trigger.intervalMs > 0 || clock.nowMs() - this.#lastBatchEndMs >= clockBatchesMs)
  }

  // Asks every source how far it can go, and logs that as the next batch if any can go on or the watermark has state to close.
  async #nextBatch(timer: PhaseTimer): Promise<LoggedBatch | null> {
    const s = this.#s
    const anyNew = await this.#sources.look(s.trigger.kind === 'once' ? 'all' : 'options', timer, from => s.status(`Getting offsets from ${from}`, false, true))
    if (s.signal.aborted || !(anyNew || this.#wantsBatchWithoutData())) return null
    const batch: LoggedBatch = { offsets: this.#sources.latest, batchWatermarkMs: this.#watermark.currentMs, batchTimestampMs: s.clock.nowMs() }, id = this.#batchId, done = this.#sources.start
    s.status('Writing offsets to log', true, true)
    const goesOn = !this.#logs.isSettled
    const logged = this.#logs.next(() => timer.time('walCommit', async () => {
      await this.#logs.offsets.add(id, { ...batch, offsets: [...batch.offsets], conf: this.#confs.logged() }, goesOn)
      if (id > 0) await this.#sources.commit(done)
      await this.#logs.purge(id - this.#confs.number('spark.sql.streaming.minBatchesToRetain', '100'))
    }))
    if (!goesOn) await logged
    return batch
  }

  async #runBatch(batch: LoggedBatch, timer: PhaseTimer): Promise<void> {
    const s = this.#s
    this.#pending = batch
    const planStart = s.clock.monotonicMs()
    const plan = s.plan(batch.batchTimestampMs, this.#confs.all)
    timer.add('queryPlanning', s.clock.monotonicMs() - planStart)
    timer.add('getBatch', 0)
    const stores = this.#stores ??= new StateStores(s.files, s.clock, joinPath(s.checkpointDir, 'state'), plan.stateful, stateConfs(this.#confs, s.warn), this.#logs)
    if (this.#needsCheck) { await stores.check(this.#batchId); this.#needsCheck = false }
    this.#sources.begin()
    const reports = new Map<number, OperatorMetrics>()
    const seen = new Map<number, EventTimeStats>(), observed = new Map<string, Readonly<Record<string, any>>>()
    const watermarks = this.#watermarks(plan, batch.batchWatermarkMs)
    const recorder = s.inspector?.begin(plan, watermarks) ?? null
    const task: Task = {
      signal: s.signal,
      scan: leaf => this.#sources.scan(leaf, batch, plan, recorder),
      streaming: {
        batchId: this.#batchId, batchTimestampMs: batch.batchTimestampMs,
        watermarks, inputPartition: 0,
        stores: (id, name = 'default') => stores.stores(id, name, this.#batchId),
        leftOut: (leaf, n) => this.#sources.leftOut(leaf, n),
        report: (id, m) => { reports.set(id, m) },
        observed: (name, metrics) => { observed.set(name, metrics) },
        turn: () => s.clock.yield(),
        eventTime: (node, stats) => { seen.set(node, stats) },
      },
    }
    const goesAhead = this.#goesAhead
    let written = 0
    const commit = await timer.time('addBatch', async () => {
      await madeAhead(counted(plan.root.run(task), n => { written += n }, s.signal), this.#logs, rows => s.sink.addBatch(this.#batchId, rows))
      if (s.signal.aborted) throw new StoppedSignal()
      return stores.commit(this.#batchId, goesAhead)
    })
    this.#watermark.update(plan.watermarkDelaysMs, seen)
    const batchId = this.#batchId, nextBatchWatermarkMs = this.#watermark.currentMs, previousStartMs = this.#previousStartMs
    const shown = {
      id: s.id, runId: s.runId, name: s.name, batchId, timer, previousStartMs,
      eventTime: eventTimeProgress(batch.batchWatermarkMs, plan.watermarkDelaysMs.length, this.#sources.hasData(batch) ? seen : new Map()),
      sources: this.#sources.counts(batch),
      stateOperators: stores.progress(reports),
      sink: { description: s.sink.description, numOutputRows: s.sink.countsRows ? written : -1 }, observed,
    }
    const isLong = goesAhead && timer.elapsedMs() >= longMs
    const committed = this.#logs.next(async () => {
      try {
        await commit.durable
        await timer.time('commitOffsets', () => this.#logs.commits.add(batchId, { nextBatchWatermarkMs }, isLong))
        const progress = makeProgress(shown)
        if (recorder !== null) s.inspector!.keep(recorder.explain({
          batchId, name: s.name, timestampMs: batch.batchTimestampMs, withoutData: !this.#sources.hasData(batch), lateWatermarkMs: this.#lateWatermarkMs, watermarkMs: batch.batchWatermarkMs, nextWatermarkMs: nextBatchWatermarkMs,
          policy: this.#watermark.policy, nodesMs: this.#watermark.nodesMs, seen, sources: progress.sources, stateOperators: progress.stateOperators, stores: (id, name) => stores.opened(id, name),
          operatorWatermarks: ms => operatorWatermarks(plan, ms), numOutputRows: written,
        }))
        s.progressed(progress, 'progress')
      } catch (e) {
        this.#uncommittedId = batchId
        throw e
      }
    })
    // The next trigger begins: what is written beside it is no longer this one's time.
    if (goesAhead) timer.stop()
    else await committed
    this.#last = { plan, watermarkMs: batch.batchWatermarkMs }
    this.#lateWatermarkMs = batch.batchWatermarkMs
    this.#sources.start = batch.offsets
    this.#pending = null
    this.#batchId++
    this.#lastIdleReportMs = this.#lastBatchEndMs = s.clock.nowMs()
  }

  // Whether the next batch may begin while the disk still takes this one's state and the logs: nobody waits for a trigger's time, and nobody looks at the batch as it ends.
  get #goesAhead(): boolean {
    const { trigger, inspector } = this.#s
    return inspector === null && (trigger.kind === 'available-now' || trigger.kind === 'processing-time' && trigger.intervalMs <= 0)
  }

  #watermarks(plan: PhysicalPlan, watermarkMs: number): (operatorId: number) => OperatorWatermarks {
    // Without chained operators Spark once had one watermark for both.
    const evict = operatorWatermarks(plan, watermarkMs), late = !plan.chained ? evict : operatorWatermarks(plan, this.#lateWatermarkMs)
    return id => ({ lateMs: late.get(id) ?? 0, evictMs: evict.get(id) ?? 0 })
  }

  // An idle query says so every ten seconds, or as often as a conf says, without a progress event. Of one that finds nothing when it starts, or starts again, the progress is kept and nobody is told, as in Spark.
  #reportIdle(timer: PhaseTimer): void {
    const s = this.#s
    if (timer.startMs - this.#lastIdleReportMs < s.idleReportMs) return
    const first = this.#lastIdleReportMs === -Infinity
    this.#lastIdleReportMs = timer.startMs
    s.progressed(makeProgress({
      id: s.id, runId: s.runId, name: s.name, batchId: this.#batchId, timer, previousStartMs: this.#previousStartMs,
      eventTime: eventTimeProgress(this.#watermark.currentMs, this.#last?.plan.watermarkDelaysMs.length ?? 0, new Map()), stateOperators: this.#stores?.progress(new Map()) ?? [],
      sources: this.#sources.counts(null),
      sink: { description: s.sink.description, numOutputRows: s.sink.countsRows && this.#last !== null ? 0 : -1 },
    }), first ? null : 'idle')
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

  /** Waits until the batches so far are committed; throws what has prevented it. */
  settled(): Promise<void> { return this.#logs.settled() }

  /** Closes stores, sources and sink, whatever happens to one of them. */
  async close(): Promise<void> {
    await this.#logs.settled().catch(() => {})
    await Promise.allSettled([this.#stores?.close(), this.#s.sink.close(), ...this.#sources.close()])
  }
}

// Between two batches that only the clock asks for, when the trigger has no interval.
const clockBatchesMs = 100

// After a batch that took less a log entry is written on the spot: it is there sooner than another thread would have it.
const longMs = 20

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

