/** Reads what a user's function over groups gets in a batch: the rows that are in time, put together by key, and with the first batch the initial state. */
import { Batch } from '../../columns/batch.ts'
import { concatBatches } from '../../columns/concat.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { withoutLateRows } from '../watermark/late-rows.ts'
import type { Exec, Task } from '../operator.ts'
import { GroupedInput } from './grouped-input.ts'

/** The key columns and the state's columns of the initial state. */
export interface InitialState { readonly exec: Exec; readonly keys: readonly Attribute[]; readonly values: readonly Attribute[] }

export interface InputSpec {
  readonly operatorId: number | null
  readonly keys: readonly Attribute[]
  readonly values: readonly Attribute[]
  readonly initial: InitialState | null
  /** Whether a key may have one row of initial state only. */
  readonly uniqueInitial: boolean
  /** The event time by which rows are late; null: none is. */
  readonly lateBy: Attribute | null
}

/** The rows by key, how many were late, and the watermark that this batch evicts by: -1 in a batch query, in milliseconds. */
export async function readInput(child: Exec, task: Task, spec: InputSpec): Promise<{ readonly input: GroupedInput; readonly dropped: number; readonly evictMs: number }> {
  const { streaming } = task, { lateMs, evictMs } = streaming === null ? { lateMs: -1, evictMs: -1 } : streaming.watermarks(spec.operatorId!)
  const timeColumn = streaming === null || spec.lateBy === null ? -1 : child.output.findIndex(a => a.id === spec.lateBy!.id)
  const input = new GroupedInput(spec.keys, spec.values, child.output)
  let dropped = 0
  for await (const batch of child.run(task)) {
    const inTime = timeColumn < 0 ? { rows: batch, dropped: 0 } : withoutLateRows(batch, timeColumn, lateMs)
    dropped += inTime.dropped
    input.add(inTime.rows)
  }
  if (spec.initial !== null && (streaming === null || streaming.batchId === 0)) await addInitialState(input, spec.initial, task, spec.uniqueInitial)
  return { input, dropped, evictMs }
}

async function addInitialState(input: GroupedInput, initial: InitialState, task: Task, unique: boolean): Promise<void> {
  const at = (a: Attribute): number => initial.exec.output.findIndex(o => o.id === a.id)
  const keyAt = initial.keys.map(at), valueAt = initial.values.map(at)
  const batches: Batch[] = []
  for await (const batch of initial.exec.run(task)) batches.push(batch)
  const whole = concatBatches(initial.exec.output.map(a => a.type), batches)
  input.addInitial(keyAt.map(k => whole.columns[k]!), new Batch(valueAt.map(v => whole.columns[v]!), whole.length), unique)
}
