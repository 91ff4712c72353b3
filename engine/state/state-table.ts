/** What a state store keeps its entries in: keys and values as bytes, changes that are not committed yet, a number (slot) for each entry as long as it lives. */
import type { CopiedRecords } from './copied-records.ts'
import type { TableCounts } from './disk-metrics.ts'
import type { FlatColumn } from './flat-columns.ts'
import type { RowArena } from './row-arena.ts'

/** Reads a table as it was when the reading began. */
export interface SnapshotReader {
  /** Adds about `limit` more entries to the arenas; false when there were none left. */
  next(limit: number, keys: RowArena, values: RowArena): boolean
  /** Of a table that has its entries as records in memory: as `next`, some `bytes` of them as they are. */
  nextRecords?(bytes: number, into: CopiedRecords): boolean
  /** Of a table that has its entries as columns: some more of them, null when there were none left. Then `next` is not called. */
  nextColumns?(): { readonly keys: readonly FlatColumn[]; readonly values: readonly FlatColumn[]; readonly count: number } | null
}

/** `MemoryTable` holds it all in memory, `DiskTable` in a file with a bounded cache. */
export interface StateTable {
  /** How many keys there are. */
  readonly rowCount: number
  /** The bytes of memory the table takes, with what is free in it. */
  readonly usedBytes: number
  /** The bytes of the entries. */
  readonly liveBytes: number
  /** How many entries changed since the last commit. */
  readonly changedCount: number
  isLive(slot: number): boolean
  /** The slot of a key, or -1. */
  find(key: Uint8Array, start: number, end: number): number
  /** The slot of each key, or -1. */
  findAll(keys: RowArena, slots: Int32Array): void
  /** Inserts or replaces; returns the slot. */
  put(key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number
  /** Inserts or replaces all; `slots[i]` becomes the slot of row `i`. */
  putAll(keys: RowArena, values: RowArena, slots: Int32Array): void
  /** Inserts the keys that are not there, the first row of each, and marks those rows; returns how many. `slots[i]` becomes the key's slot either way. */
  putAbsent(keys: RowArena, values: RowArena, slots: Int32Array, isNew: Uint8Array): number
  /** Replaces the value of a live slot. */
  replace(slot: number, value: Uint8Array, start: number, end: number): void
  /** Removes a live slot. Its number is not used again before the next commit, and its key can be read until then. */
  remove(slot: number): void
  /** Adds copies of the keys of these slots to the arena. */
  readKeys(slots: Int32Array, count: number, into: RowArena): void
  /** Adds copies of the values of these slots to the arena. */
  readValues(slots: Int32Array, count: number, into: RowArena): void
  /** Adds copies of the keys and values of the slots `from` to `to` of the list to arenas. */
  readEntries(slots: Int32Array, from: number, to: number, keys: RowArena, values: RowArena): void
  /** The live slots, at most `limit`, in no order that means anything. */
  liveSlots(limit?: number): Int32Array
  /** The slots whose keys were committed and are gone. With `writtenSlots` this is a delta, to be replayed in this order. */
  removedSlots(): Int32Array
  /** The slots that are new or have another value since the last commit; valid until the next change. */
  writtenSlots(): Int32Array
  /** Makes the changes final. */
  commit(): void
  /** Undoes the changes since the last commit. */
  abort(): void
  /** Begins to read the table as it is now, while it goes on changing; ends what was begun before. Only right after a commit or an abort. */
  beginSnapshot(): SnapshotReader
  /** Ends the reading. */
  endSnapshot(): void
  /** Of a table on disk: what was asked of it since the last call, or since it was filled from files. */
  takeCounts?(): TableCounts
  /** Lets go of what the table holds outside of memory. */
  close(): void
}
