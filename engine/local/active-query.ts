/** A streaming query from start() to its end: the loop in the background, status, progress, waiting, stopping. */
import type { Clock } from '../observe/clock.ts'
import type { ListenerBus } from '../observe/listener.ts'
import { withJson } from '../observe/json-texts.ts'
import type { Bare, StreamingQueryProgress, StreamingQueryStatus } from '../observe/progress.ts'
import { analysisError, conditionOf, executionError, StreamingQueryException } from '../errors/spark-error.ts'
import { conditions } from '../errors/conditions.ts'
import { StoppedSignal, type MicroBatchExecution } from '../execution/micro-batch.ts'
import { runTrigger } from '../execution/trigger.ts'
import type { BatchInspector } from '../execution/inspect-batch.ts'
import type { BatchExplanation } from '../observe/batch-explanation.ts'
import type { QueryResult, RunningQuery } from '../plan/backend.ts'
import type { Trigger } from '../plan/write-stream.ts'

export interface ActiveQuerySettings {
  readonly id: string; readonly runId: string; readonly name: string | null
  readonly trigger: Trigger
  readonly clock: Clock
  readonly bus: ListenerBus
  readonly keepProgress: number
  readonly pollingDelayMs: number
  /** How long stop() waits for what is under way; 0 or less: until it has ended. */
  readonly stopTimeoutMs: number
  readonly explain: (extended: boolean) => string
  readonly warn: (message: string) => void
  readonly inspector: BatchInspector | null
  /** Frees the checkpoint lock and what else the query held. `clean` is false after a failure. */
  readonly released: (clean: boolean) => Promise<void>
}

export class ActiveQuery implements RunningQuery {
  readonly id: string
  readonly runId: string
  readonly name: string | null
  readonly terminated: Promise<void>
  readonly #s: ActiveQuerySettings
  readonly #abort = new AbortController()
  readonly #progress: StreamingQueryProgress[] = []
  #status: Bare<StreamingQueryStatus> = { message: 'Initializing sources', isDataAvailable: false, isTriggerActive: false }
  #active = true
  #error: StreamingQueryException | null = null
  #execution: MicroBatchExecution | null = null
  #ended: () => void = () => {}
  #idleWaiters: { readonly after: number; readonly done: () => void }[] = []

  constructor(settings: ActiveQuerySettings) {
    this.#s = settings
    this.id = settings.id
    this.runId = settings.runId
    this.name = settings.name
    this.terminated = new Promise(resolve => { this.#ended = resolve })
  }

  get signal(): AbortSignal { return this.#abort.signal }
  isActive(): boolean { return this.#active }
  status(): StreamingQueryStatus { return withJson({ ...this.#status }) }
  recentProgress(): readonly StreamingQueryProgress[] { return [...this.#progress] }
  exception(): Error | null { return this.#error }
  explain(extended: boolean): string { return this.#s.explain(extended) }

  explainedBatches(): readonly BatchExplanation[] {
    if (this.#s.inspector === null) throw analysisError('MICROLOTE_INSPECT_OFF')
    return [...this.#s.inspector.kept]
  }

  explainBatch(batchId: number | null): BatchExplanation {
    const kept = this.explainedBatches(), found = batchId === null ? kept.at(-1) : kept.find(e => e.batchId === batchId)
    if (found === undefined) throw analysisError('MICROLOTE_BATCH_NOT_KEPT', { batchId: batchId === null ? 'any' : String(batchId), kept: kept.length === 0 ? 'none so far' : `${kept[0]!.batchId} to ${kept.at(-1)!.batchId}` })
    return found
  }

  async state(operatorId: number | null, storeName: string | null): Promise<QueryResult> {
    if (!this.#active) throw analysisError('MICROLOTE_STATE_OF_ENDED_QUERY')
    const found = await this.#execution?.stateRows(operatorId, storeName) ?? null
    if (found !== null) return found
    const known = this.#execution?.statefulOperators ?? []
    throw analysisError('MICROLOTE_STATE_NOT_FOUND', { operator: operatorId === null ? 'any operator' : `operator ${operatorId}${storeName === null ? '' : `, store ${storeName}`}`, known: known.length === 0 ? 'none: it keeps no state, or has not run a batch yet' : known.map(o => `${o.id} (${o.name}: ${o.stores.join(', ')})`).join('; ') })
  }

  /** Called by the execution. */
  setStatus(message: string, isDataAvailable: boolean, isTriggerActive: boolean): void { if (this.#active) this.#status = { message, isDataAvailable, isTriggerActive } }

  /** Called by the execution; each report is kept, and listeners are told of it by the event. */
  addProgress(progress: StreamingQueryProgress, event: 'progress' | 'idle' | null): void {
    this.#progress.push(progress)
    while (this.#progress.length > 0 && this.#progress.length >= this.#s.keepProgress) this.#progress.shift()
    if (event === 'progress') this.#s.bus.post('onQueryProgress', { progress })
    else if (event === 'idle') this.#s.bus.post('onQueryIdle', { id: this.id, runId: this.runId, timestamp: progress.timestamp })
  }

  /** Sets the loop going; returns at once. */
  run(execution: MicroBatchExecution): void {
    this.#execution = execution
    void this.#loop(execution)
  }

  async #loop(execution: MicroBatchExecution): Promise<void> {
    const s = this.#s
    try {
      await execution.resume()
      await runTrigger(s.trigger, s.clock, this.signal, s.pollingDelayMs, async () => {
        const ran = await execution.trigger()
        if (!ran) this.#wakeIdle()
        return ran
      }, (interval, spent) => s.warn(`Current batch is falling behind. The trigger interval is ${interval} milliseconds, but spent ${Math.round(spent)} milliseconds`))
      await execution.settled()
    } catch (cause) {
      if (!(this.signal.aborted || cause instanceof StoppedSignal)) this.#error = this.#death(cause, execution)
    }
    await execution.close()
    this.#active = false
    this.#status = { message: this.#error === null ? 'Stopped' : `Terminated with exception: ${messageOf(this.#error.cause)}`, isDataAvailable: false, isTriggerActive: false }
    try { await s.released(this.#error === null) } catch (e) { s.warn(`after the query's end: ${messageOf(e)}`) }
    s.bus.post('onQueryTerminated', { id: this.id, runId: this.runId, exception: this.#error === null ? null : String((this.#error.cause as Error | undefined)?.stack ?? this.#error.cause ?? this.#error), errorClassOnException: this.#error === null ? null : conditionOf(this.#error) })
    this.#ended()
    this.#wakeIdle()
  }

  #death(cause: unknown, execution: MicroBatchExecution): StreamingQueryException {
    const message = messageOf(cause)
    const { message: template, sqlState } = conditions['STREAM_FAILED']
    const parameters = { id: this.id, runId: this.runId, batchId: String(execution.batchId), message }
    const text = template.replace(/<([A-Za-z]+)>/g, (whole, name: keyof typeof parameters) => parameters[name] ?? whole)
    return new StreamingQueryException('STREAM_FAILED', sqlState, text, parameters, cause)
  }

  #wakeIdle(): void {
    const triggers = this.#execution?.idleTriggers ?? 0
    const due = this.#idleWaiters.filter(w => !this.#active || triggers > w.after)
    this.#idleWaiters = this.#idleWaiters.filter(w => !due.includes(w))
    for (const w of due) w.done()
  }

  async processAllAvailable(): Promise<void> {
    // A trigger under way may have looked for data before this call, so that its finding nothing proves nothing: the next one counts.
    if (this.#active) {
      const after = (this.#execution?.idleTriggers ?? 0) + (this.#execution?.isLooking ? 1 : 0)
      await new Promise<void>(done => { this.#idleWaiters.push({ after, done }) })
    }
    if (this.#error !== null) throw this.#error
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    const limit = this.#s.stopTimeoutMs
    if (limit <= 0) return this.terminated
    const waiting = new AbortController()
    const ended = await Promise.race([this.terminated.then(() => true), this.#s.clock.sleep(limit, waiting.signal).then(() => false)])
    waiting.abort()
    if (!ended) throw executionError('MICROLOTE_STOP_TIMEOUT', { name: this.name ?? this.id, timeoutMs: limit })
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
