/** The batch inspector: notes of one micro-batch at a time what explainBatch() tells, and keeps the last few. A query without it runs untouched; with it, operators' outputs are looked at as they pass. */
import type { Batch } from '../columns/batch.ts'
import { rowsOf, type Row } from '../columns/rows.ts'
import { isEventTime } from '../expressions/attribute.ts'
import type { Attribute } from '../expressions/expression.ts'
import { BatchExplanation, type ExplainedLateRows, type ExplainedOperator, type ExplainedSource, type ExplainedStep, type OpenWindow } from '../observe/batch-explanation.ts'
import type { Bare, StateOperatorProgress } from '../observe/progress.ts'
import type { EventTimeStats, Exec, OperatorWatermarks } from '../operators/operator.ts'
import { EventTimeWatermarkExec } from '../operators/watermark/event-time-watermark.ts'
import { ceilMillis, floorMillis } from '../operators/watermark/event-times.ts'
import type { PhysicalPlan } from '../planner/plan-query.ts'
import type { StateStore } from '../state/state-store.ts'
import { structField, structType, type StructTypeShape } from '../types/data-type.ts'
import { openTimes, startsOf } from './state-rows.ts'
import type { WatermarkPolicy } from './watermark.ts'

export interface InspectLimits { readonly batches: number; readonly rows: number }

// So many windows are listed, and so many state rows looked through to find them.
const listedWindows = 50, scannedStateRows = 20_000

/** The last explanations of a query. */
export class BatchInspector {
  readonly #limits: InspectLimits
  readonly #ring: BatchExplanation[] = []

  constructor(limits: InspectLimits) { this.#limits = limits }

  /** The explanations kept, oldest first. */
  get kept(): readonly BatchExplanation[] { return this.#ring }
  begin(plan: PhysicalPlan, watermarks: (operatorId: number) => OperatorWatermarks): BatchRecorder { return new BatchRecorder(plan, watermarks, this.#limits.rows) }
  keep(e: BatchExplanation): void {
    this.#ring.push(e)
    if (this.#ring.length > this.#limits.batches) this.#ring.shift()
  }
}

interface WatchedStep { readonly exec: Exec; readonly depth: number; rows: number }
interface WatchedLate { readonly column: string; count: number; readonly sample: Row[]; readonly spansMs: Map<string, readonly [number, number]> }

export interface BatchFacts {
  readonly batchId: number; readonly name: string | null; readonly timestampMs: number; readonly withoutData: boolean
  readonly lateWatermarkMs: number; readonly watermarkMs: number; readonly nextWatermarkMs: number; readonly policy: WatermarkPolicy; readonly nodesMs: readonly number[]
  readonly seen: ReadonlyMap<number, EventTimeStats>
  readonly sources: readonly Omit<ExplainedSource, 'sample'>[]
  readonly stateOperators: readonly Bare<StateOperatorProgress>[]
  readonly stores: (operatorId: number, storeName: string) => readonly StateStore[]
  /** What each operator's watermark is when the query's is this. */
  readonly operatorWatermarks: (watermarkMs: number) => ReadonlyMap<number, number>
  readonly numOutputRows: number
}

/** Watches one batch. */
export class BatchRecorder {
  readonly #plan: PhysicalPlan
  readonly #watermarks: (operatorId: number) => OperatorWatermarks
  readonly #rows: number
  readonly #steps: WatchedStep[] = []
  readonly #late = new Map<number, WatchedLate[]>()
  readonly #sources = new Map<number, Row[]>()
  readonly #nodes = new Map<number, { readonly column: string; readonly delayMs: number; readonly sampleMs: number[] }>()

  constructor(plan: PhysicalPlan, watermarks: (operatorId: number) => OperatorWatermarks, rows: number) {
    this.#plan = plan
    this.#watermarks = watermarks
    this.#rows = rows
    this.#watch(plan.root, 0, null)
  }

  // A plan is made anew for every batch, so that its operators can be given a `run` that looks on.
  #watch(exec: Exec, depth: number, above: Exec | null): void {
    const step: WatchedStep = { exec, depth, rows: 0 }
    this.#steps.push(step)
    const looks: ((b: Batch) => void)[] = [b => { step.rows += b.length }]
    if (exec instanceof EventTimeWatermarkExec) looks.push(this.#eventTimes(exec))
    if (above?.operatorId !== undefined) { const look = this.#lateRows(above.operatorId, exec); if (look !== null) looks.push(look) }
    const run = exec.run.bind(exec)
    exec.run = async function* (task) { for await (const b of run(task)) { for (const look of looks) look(b); yield b } }
    for (const c of exec.children) this.#watch(c, depth + 1, exec)
  }

  #eventTimes(exec: EventTimeWatermarkExec): (b: Batch) => void {
    const before = new Set(exec.children[0].output.filter(isEventTime).map(a => a.id))
    const marked = exec.output.map((a, i) => (isEventTime(a) ? i : -1)).filter(i => i >= 0), column = marked.find(i => !before.has(exec.output[i]!.id)) ?? marked[0]!
    const node = { column: exec.output[column]!.name, delayMs: exec.delayMs, sampleMs: [] as number[] }
    this.#nodes.set(exec.node, node)
    return b => {
      const room = this.#rows - node.sampleMs.length
      if (room > 0 && b.length > 0) node.sampleMs.push(...[...floorMillis(b.slice(0, Math.min(room, b.length)).columns[column]!, Math.min(room, b.length))].filter(t => !Number.isNaN(t)))
    }
  }

  // Rows that an operator gets after its watermark has passed them. A window goes by its end.
  #lateRows(operatorId: number, input: Exec): ((b: Batch) => void) | null {
    const times = input.output.map((a, i) => ({ a, i })).filter(x => isEventTime(x.a)), at = times.find(x => x.a.type.kind === 'struct') ?? times[0]
    if (at === undefined) return null
    const late: WatchedLate = { column: at.a.name, count: 0, sample: [], spansMs: new Map() }
    this.#late.set(operatorId, [...(this.#late.get(operatorId) ?? []), late])
    const schema = schemaOf(input.output)
    return b => {
      const { lateMs } = this.#watermarks(operatorId)
      if (lateMs === 0 || b.length === 0) return
      const column = b.columns[at.i]!, ends = ceilMillis(column, b.length), found: number[] = []
      for (let i = 0; i < b.length; i++) if (ends[i]! <= lateMs) { late.count++; if (late.sample.length + found.length < this.#rows) found.push(i) }
      if (found.length === 0) return
      const rows = Int32Array.from(found), some = b.take(rows, rows.length)
      late.sample.push(...rowsOf(schema, some))
      const starts = column.type.kind === 'struct' ? ceilMillis(startsOf(some.columns[at.i]!, rows.length), rows.length) : null
      found.forEach((r, i) => { const span = [starts?.[i] ?? ends[r]!, ends[r]!] as const; late.spansMs.set(span.join(), span) })
    }
  }

  /** Lets a source's batches by, and keeps the first rows. */
  async *source(index: number, schema: StructTypeShape, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
    let sample = this.#sources.get(index)
    if (sample === undefined) this.#sources.set(index, sample = [])
    for await (const b of batches) {
      const room = Math.min(this.#rows - sample.length, b.length)
      if (room > 0) sample.push(...rowsOf(schema, b.slice(0, room)))
      yield b
    }
  }

  explain(f: BatchFacts): BatchExplanation {
    const watermarks = [...this.#nodes].sort(([a], [b]) => a - b).map(([node, n]) => {
      const s = f.seen.get(node), had = s !== undefined && s.count > 0
      return { column: n.column, delayMs: n.delayMs, minMs: had ? s.minMs : null, maxMs: had ? s.maxMs : null, reachedMs: f.nodesMs[node] ?? 0, sampleMs: n.sampleMs }
    })
    const next = f.operatorWatermarks(f.nextWatermarkMs)
    const needs = (endMs: number): OpenWindow['needs'] => watermarks.filter(w => w.reachedMs < endMs).map(w => ({ column: w.column, eventTimeMs: endMs + w.delayMs }))
    const operators = this.#plan.stateful.map((o, i): ExplainedOperator => {
      const step = this.#steps.find(s => s.exec.operatorId === o.id)!, p = f.stateOperators[i]!, { lateMs, evictMs } = this.#watermarks(o.id)
      const shape = o.stores.find(s => openTimes([], s, 0) !== null), open = shape === undefined ? null : openTimes(f.stores(o.id, shape.name), shape, scannedStateRows)
      return {
        id: o.id, name: o.name, exec: step.exec.name, numInputRows: this.#inputRows(step), numOutputRows: step.rows,
        numRowsUpdated: p.numRowsUpdated, numRowsRemoved: p.numRowsRemoved, numRowsDroppedByWatermark: p.numRowsDroppedByWatermark, numRowsTotal: p.numRowsTotal, lateWatermarkMs: lateMs, evictionWatermarkMs: evictMs,
        // In complete mode an operator takes rows however late: what it did not drop was not too late.
        late: p.numRowsDroppedByWatermark === 0 ? [] : (this.#late.get(o.id) ?? []).filter(l => l.count > 0).map((l): ExplainedLateRows => ({ column: l.column, count: l.count, sample: l.sample, spansMs: [...l.spansMs.values()] })),
        open: (open?.times ?? []).slice(0, listedWindows).map(t => { const closesNext = t.endMs <= (next.get(o.id) ?? 0); return { startMs: t.startMs, endMs: t.endMs, keys: t.keys, closesNext, needs: closesNext ? [] : needs(t.endMs) } }),
        openBeyond: Math.max(0, (open?.times.length ?? 0) - listedWindows), openPartial: open?.partial ?? false,
      }
    })
    return new BatchExplanation({
      batchId: f.batchId, name: f.name, timestampMs: f.timestampMs, withoutData: f.withoutData, lateWatermarkMs: f.lateWatermarkMs, watermarkMs: f.watermarkMs, nextWatermarkMs: f.nextWatermarkMs, watermarkPolicy: f.policy,
      watermarks, operators, numOutputRows: f.numOutputRows, sources: f.sources.map((s, i) => ({ ...s, sample: this.#sources.get(i) ?? [] })),
      steps: this.#steps.map((s): ExplainedStep => ({ depth: s.depth, name: s.exec.name, detail: s.exec.describe(), numOutputRows: s.rows, operatorId: s.exec.operatorId ?? null })),
    })
  }

  // The rows of the steps right below.
  #inputRows(step: WatchedStep): number { return this.#steps.filter(s => step.exec.children.includes(s.exec)).reduce((n, s) => n + s.rows, 0) }
}

const schemaOf = (output: readonly Attribute[]): StructTypeShape => structType(output.map(a => structField(a.name, a.type, a.nullable)))
