/** Writes what a batch changed in the state of a stream join into its stores: removed keys and rows, new counts, then the rows that are new or changed. */
import type { StreamingTask } from '../operator.ts'
import type { StateStore } from '../../state/state-store.ts'
import { split } from './join-keys.ts'
import { chunks, type JoinReader } from './join-reader.ts'
import { JournalSink, TableSink, type JoinSink } from './join-sinks.ts'
import type { JoinState } from './join-state.ts'
import { beforeAt, countAt, keyWords } from './key-chains.ts'
import type { SideName } from './join-stores.ts'

// The records of so many rows stay in the processor's caches until they are in the file's bytes.
const rowsAtOnce = 2048

export class JoinWriter {
  readonly #state: JoinState
  readonly #sink: JoinSink
  readonly #here = new Int32Array(rowsAtOnce)
  readonly #gone = new Int32Array(rowsAtOnce)

  constructor(state: JoinState, reader: JoinReader) {
    this.#state = state
    this.#sink = state.isPaged ? new TableSink(state, reader) : new JournalSink(state, rowsAtOnce)
  }

  /** All changes of a side since the last call; `isAll`: the batch makes no more. */
  async write(name: SideName, isAll: boolean, task: StreamingTask): Promise<void> {
    const side = this.#state[name], { counts, rows } = this.#state.stores[name]
    const groups = side.keys.changed(), slots = side.changedSlots()
    if (groups.length === 0 && slots.length === 0) return
    const of = this.#state.keys.partitions(), { scratch } = this.#state
    const groupsOf = split(groups, groups, of, rows.length, scratch.ints('changed keys by partition', groups.length))
    const owners = side.groupsOf(slots, slots.length, scratch.ints('groups of changed rows', slots.length))
    const slotsOf = split(slots, owners, of, rows.length, scratch.ints('changed rows by partition', slots.length))
    for (let p = 0; p < rows.length; p++) {
      for (const part of chunks(groupsOf[p]!, rowsAtOnce)) this.#writeCounts(name, p, counts[p]!, rows[p]!, part)
      for (const part of chunks(slotsOf[p]!, rowsAtOnce)) this.#sink.putRows(name, rows[p]!, part)
      if (isAll) this.#sink.wroteAll(counts[p]!, rows[p]!)
      // Files have their turn, so that the disk takes this while the rest is written.
      if (groupsOf[p]!.length + slotsOf[p]!.length > rowsAtOnce) await task.turn()
    }
  }

  // The rows of numbers from the new count up to the old one are gone.
  #writeCounts(name: SideName, p: number, counts: StateStore, rows: StateStore, groups: Int32Array): void {
    const { words } = this.#state[name].keys, totals = this.#state.totals[name], here = this.#here, gone = this.#gone
    let stay = 0, left = 0, goneRows = 0, moreRows = 0, moreKeys = 0
    for (let i = 0; i < groups.length; i++) {
      const g = groups[i]!, count = words[keyWords * g + countAt]!, before = words[keyWords * g + beforeAt]!
      moreRows += count - before
      if (count < before) goneRows += before - count
      if (count > 0) { if (before === 0) moreKeys++; if (count !== before) here[stay++] = g } else if (before > 0) { moreKeys--; gone[left++] = g }
    }
    totals.rows[p]! += moreRows
    totals.keys[p]! += moreKeys
    if (left > 0) this.#sink.removeCounts(counts, gone, left)
    if (stay > 0) this.#sink.putCounts(name, counts, here, stay)
    if (goneRows === 0) return
    const { scratch } = this.#state, owners = scratch.ints('keys of removed rows', goneRows), numbers = scratch.ints('numbers of removed rows', goneRows)
    for (let i = 0, at = 0; i < groups.length; i++) {
      const g = groups[i]!
      for (let n = words[keyWords * g + countAt]!, end = words[keyWords * g + beforeAt]!; n < end; n++) { owners[at] = g; numbers[at++] = n }
    }
    this.#sink.removeRows(rows, owners, numbers, goneRows)
  }
}
