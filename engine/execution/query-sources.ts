/** The sources of one streaming query: how far each has been read and can be, what a batch reads of them, and what progress says of them. */
import { Batch } from '../columns/batch.ts'
import type { PhysicalPlan } from '../planner/plan-query.ts'
import { structField, structType } from '../types/data-type.ts'
import type { BatchRecorder } from './inspect-batch.ts'
import type { PhaseTimer, SourceCounts } from './progress.ts'
import type { LoggedBatch } from './recovery.ts'
import type { SourceBinding } from './settings.ts'

type Offsets = readonly (string | null)[]

export class QuerySources {
  readonly bindings: readonly SourceBinding[]
  /** Up to where committed batches have read each source. */
  start: Offsets = []
  /** How far each could be read when it was last asked. */
  latest: Offsets = []
  // Rows that the batch under way has read, by source.
  #rows: number[] = []
  readonly #staticLeaf: (leaf: number) => AsyncIterable<Batch>
  readonly #check: () => void

  /** `check` throws when the query was stopped. */
  constructor(bindings: readonly SourceBinding[], staticLeaf: (leaf: number) => AsyncIterable<Batch>, check: () => void) {
    this.bindings = bindings
    this.#staticLeaf = staticLeaf
    this.#check = check
  }

  async prepareForAvailableNow(): Promise<void> { for (const b of this.bindings) await b.source.prepareForAvailableNow?.() }

  hasData(batch: LoggedBatch): boolean { return batch.offsets.some((end, i) => end !== null && end !== (this.start[i] ?? null)) }

  /** Asks every source how far it can go; says whether any can go on. */
  async look(limits: 'all' | 'options', timer: PhaseTimer, asking: (description: string) => void): Promise<boolean> {
    const ends: (string | null)[] = []
    let anyNew = false
    for (const [i, { source }] of this.bindings.entries()) {
      asking(source.description)
      const from = this.start[i] ?? null, end = await timer.time('latestOffset', () => source.latestOffset(from, limits))
      ends.push(end ?? from)
      if (end !== null && end !== from) anyNew = true
    }
    this.latest = ends
    return anyNew
  }

  /** Tells every source up to where committed batches have read it: it need not keep that any more. */
  async commit(offsets: Offsets): Promise<void> { for (const [i, b] of this.bindings.entries()) { const done = offsets[i]; if (done != null) await b.source.commit(done) } }

  begin(): void { this.#rows = this.bindings.map(() => 0) }

  /** Rows that were read of a leaf's source and do not count as input. */
  leftOut(leaf: number, n: number): void { const i = this.#of(leaf); if (i >= 0) this.#rows[i] = this.#rows[i]! - n }

  #of(leaf: number): number { return this.bindings.findIndex(b => b.leaves.has(leaf)) }

  /** What a leaf of the plan reads in a batch. */
  async *scan(leaf: number, batch: LoggedBatch, plan: PhysicalPlan, recorder: BatchRecorder | null): AsyncGenerator<Batch> {
    const index = this.#of(leaf), rows = this.#rows
    if (index < 0) { yield* this.#staticLeaf(leaf); return }
    const { source, leaves } = this.bindings[index]!
    const end = batch.offsets[index] ?? null, start = this.start[index] ?? null
    if (end === null || end === start) return
    const columns = leaves.get(leaf)!, read = source.batches(start, end, columns), output = plan.leaves[leaf]!.output
    for await (const b of recorder === null ? read : recorder.source(index, structType(output.map(a => structField(a.name, a.type, a.nullable))), read)) {
      this.#check()
      rows[index] = rows[index]! + b.length
      yield new Batch(columns.map(c => b.columns[c]!), b.length, b.partition)
    }
  }

  /** What progress says of them; `batch` null: nothing was read. */
  counts(batch: LoggedBatch | null): SourceCounts[] {
    return this.bindings.map(({ source }, i): SourceCounts => {
      const start = this.start[i] ?? null, end = batch === null ? start : batch.offsets[i] ?? null
      return {
        description: source.description, startOffset: start, endOffset: end, latestOffset: source.reportLatestOffset?.() ?? null,
        rows: batch === null ? 0 : this.#rows[i]!, metrics: batch === null || end === null ? null : source.metrics?.(end) ?? null,
      }
    })
  }

  close(): readonly Promise<unknown>[] { return this.bindings.map(b => b.source.close()) }
}
