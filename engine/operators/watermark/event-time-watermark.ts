/** EventTimeWatermarkExec: lets rows through and notes the greatest event time among them, from which the watermark is computed after the batch. */
import type { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { columnList, type EventTimeStats, type Exec, type Task } from '../operator.ts'
import { floorMillis } from './event-times.ts'

export class EventTimeWatermarkExec implements Exec {
  readonly name = 'EventTimeWatermarkExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  /** Its number among the watermark nodes of the plan, in plan order. */
  readonly node: number
  readonly delayMs: number
  readonly #attribute: Attribute

  constructor(node: number, attribute: Attribute, delayMs: number, output: readonly Attribute[], child: Exec) {
    this.node = node
    this.#attribute = attribute
    this.delayMs = delayMs
    this.output = output
    this.children = [child]
  }

  describe(): string { return `${columnList([this.#attribute])} delay ${this.delayMs} ms` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const column = this.children[0].output.findIndex(a => a.id === this.#attribute.id)
    let stats: EventTimeStats = { count: 0, maxMs: -Infinity, minMs: Infinity, avgMs: 0 }
    try {
      for await (const batch of this.children[0].run(task)) {
        const times = batch.columns[column]!
        if (batch.length > 0) stats = times instanceof ConstantVector ? joined(stats, batch.length, statsOf(floorMillis(times, 1))) : joined(stats, batch.length, statsOf(floorMillis(times, batch.length)))
        yield batch
      }
    } finally {
      // Also when a LIMIT above has seen enough.
      task.streaming?.eventTime(this.node, stats)
    }
  }
}

// Spark reads a NULL time as 0 here.
function statsOf(times: Float64Array): Omit<EventTimeStats, 'count'> {
  let maxMs = -Infinity, minMs = Infinity, beyond = 0
  const base = times[0]! || 0
  for (let i = 0; i < times.length; i++) {
    const t = times[i]! || 0
    if (t > maxMs) maxMs = t
    if (t < minMs) minMs = t
    beyond += t - base
  }
  return { maxMs, minMs, avgMs: base + beyond / times.length }
}

function joined(s: EventTimeStats, more: number, of: Omit<EventTimeStats, 'count'>): EventTimeStats {
  const count = s.count + more
  return { count, maxMs: Math.max(s.maxMs, of.maxMs), minMs: Math.min(s.minMs, of.minMs), avgMs: s.avgMs + (of.avgMs - s.avgMs) * (more / count) }
}
