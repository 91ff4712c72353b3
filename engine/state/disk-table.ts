/**
 * A key -> value table for state larger than memory: an SQLite database in a temporary file that disappears with it, of which only a cache of a given size is in memory.
 * It is a working copy: what is durable are the store's delta and snapshot files, so nothing here waits for the disk. Slots are row ids. Beside its value an entry
 * can have a time at which it is due and a prefix it is found by, each with an index of the database: they are what `TimeIndex` and `PrefixIndex` are in memory.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { executionError } from '../errors/spark-error.ts'
import type { TableCounts } from './disk-metrics.ts'
import { RowArena } from './row-arena.ts'
import type { SnapshotReader, StateTable } from './state-table.ts'

// SQLITE_CONSTRAINT_UNIQUE.
const notUnique = 2067
const indexOfKeys = 'CREATE UNIQUE INDEX by_key ON entries (key)'
const wasNew = 0, wasCommitted = 1
// What an entry of the maps of changes takes, roughly.
const bytesOfChange = 48

interface Row { readonly slot: number; readonly key: Uint8Array; readonly value: Uint8Array }

export class DiskTable implements StateTable {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #cacheBytes: number
  readonly #maxSlot: number
  #open = true
  // What comes from files is no change; the entries of a snapshot all differ, so the index of keys is made when they are there.
  #isLoading = false
  #isFresh = false
  #isChanging = false
  #live = 0
  #committedLive = 0
  #nextSlot = 0
  #hasWrapped = false
  // By slot, in the order of the first change; and the keys of those that are gone.
  readonly #dirty = new Map<number, number>()
  readonly #removedKeys = new Map<number, Uint8Array>()
  #snapshot: DiskSnapshot | null = null
  #gets = 0
  #puts = 0
  #bytesRead = 0
  #bytesWritten = 0
  /** Whether all entries have their times and prefixes: said by who sets them, forgotten when that is undone. */
  hasTimes = true
  hasPrefixes = true
  #hadTimes = true
  #hadPrefixes = true

  /** `cacheBytes` bounds what is held of the table in memory; slots go up to `maxSlot`. */
  constructor(cacheBytes: number, maxSlot = 0x7ffffffe) {
    this.#cacheBytes = cacheBytes
    this.#maxSlot = maxSlot
    const sqlite = process.getBuiltinModule('node:sqlite')
    if (sqlite === undefined) throw executionError('CANNOT_LOAD_STATE_STORE.UNCATEGORIZED', { reason: `Node ${process.versions.node} has no node:sqlite, which keeps large state; use Node 22.15 or later` })
    // No name: a file that nobody else sees and that is gone when it is closed.
    this.#db = new sqlite.DatabaseSync('')
    this.#db.exec(`PRAGMA cache_size = -${Math.max(64, cacheBytes >> 10)}; PRAGMA synchronous = OFF; PRAGMA journal_mode = PERSIST; PRAGMA locking_mode = EXCLUSIVE`)
    this.#db.exec('CREATE TABLE entries (slot INTEGER PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL, due REAL, prefix BLOB)')
    this.#db.exec(`${indexOfKeys}; CREATE INDEX by_due ON entries (due) WHERE due IS NOT NULL; CREATE INDEX by_prefix ON entries (prefix) WHERE prefix IS NOT NULL`)
  }

  get rowCount(): number { return this.#live }
  get usedBytes(): number { return Math.min(this.liveBytes, this.#cacheBytes) + bytesOfChange * (this.#dirty.size + this.#removedKeys.size) }
  /** The bytes of the database. */
  get liveBytes(): number { return (this.#pragma('page_count') - this.#pragma('freelist_count')) * this.#pragma('page_size') }
  get changedCount(): number { return this.#dirty.size }
  isLive(slot: number): boolean { return this.#one('SELECT 1 AS n FROM entries WHERE slot = ?', slot) !== undefined }

  find(key: Uint8Array, start: number, end: number): number {
    this.#gets++
    return (this.#one('SELECT slot FROM entries WHERE key = ?', key.subarray(start, end)) as Row | undefined)?.slot ?? -1
  }

  findAll(keys: RowArena, slots: Int32Array): void {
    for (let i = 0; i < keys.count; i++) slots[i] = this.find(keys.bytes, keys.offsets[i]!, keys.offsets[i + 1]!)
  }

  put(key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number {
    const found = this.#isFresh ? -1 : this.find(key, keyStart, keyEnd)
    if (found < 0) return this.#insert(key.subarray(keyStart, keyEnd), value.subarray(valueStart, valueEnd))
    this.replace(found, value, valueStart, valueEnd)
    return found
  }

  putAll(keys: RowArena, values: RowArena, slots: Int32Array): void {
    for (let i = 0; i < keys.count; i++) slots[i] = this.put(keys.bytes, keys.offsets[i]!, keys.offsets[i + 1]!, values.bytes, values.offsets[i]!, values.offsets[i + 1]!)
  }

  putAbsent(keys: RowArena, values: RowArena, slots: Int32Array, isNew: Uint8Array): number {
    let added = 0
    for (let i = 0; i < keys.count; i++) {
      slots[i] = this.find(keys.bytes, keys.offsets[i]!, keys.offsets[i + 1]!)
      if (slots[i]! >= 0) continue
      slots[i] = this.#insert(keys.row(i), values.row(i))
      isNew[i] = 1
      added++
    }
    return added
  }

  #insert(key: Uint8Array, value: Uint8Array): number {
    const slot = this.#newSlot()
    this.#puts++
    this.#bytesWritten += key.length + value.length
    this.#run('INSERT INTO entries (slot, key, value) VALUES (?, ?, ?)', slot, key, value)
    if (!this.#isLoading) this.#dirty.set(slot, wasNew)
    this.#snapshot?.inserted(slot)
    this.#live++
    return slot
  }

  // Numbers are taken in turn; when they have run out, those that nobody has any more.
  #newSlot(): number {
    for (;;) {
      if (this.#nextSlot > this.#maxSlot) { this.#nextSlot = 0; this.#hasWrapped = true }
      const slot = this.#nextSlot++
      if (!this.#hasWrapped || (!this.#dirty.has(slot) && !this.isLive(slot))) return slot
    }
  }

  replace(slot: number, value: Uint8Array, start: number, end: number): void {
    this.#beforeChange(slot)
    this.#puts++
    this.#bytesWritten += end - start
    this.#run('UPDATE entries SET value = ? WHERE slot = ?', value.subarray(start, end), slot)
  }

  remove(slot: number): void {
    const row = this.#row(slot)
    if (row === undefined) return
    if (this.#dirty.get(slot) === wasNew) this.#dirty.delete(slot)
    else if (!this.#isLoading) { this.#beforeChange(slot); this.#removedKeys.set(slot, row.key) }
    this.#run('DELETE FROM entries WHERE slot = ?', slot)
    this.#live--
  }

  #beforeChange(slot: number): void {
    if (this.#isLoading || this.#dirty.has(slot)) return
    if (this.#snapshot?.wants(slot) === true) this.#snapshot.save(this.#row(slot)!)
    this.#dirty.set(slot, wasCommitted)
  }

  readKeys(slots: Int32Array, count: number, into: RowArena): void {
    for (let i = 0; i < count; i++) into.append(this.#removedKeys.get(slots[i]!) ?? this.#row(slots[i]!)!.key)
  }

  readValues(slots: Int32Array, count: number, into: RowArena): void {
    for (let i = 0; i < count; i++) into.append(this.#row(slots[i]!)!.value)
  }

  readEntries(slots: Int32Array, from: number, to: number, keys: RowArena, values: RowArena): void {
    for (let i = from; i < to; i++) {
      const row = this.#row(slots[i]!)!
      keys.append(row.key)
      values.append(row.value)
    }
  }

  liveSlots(limit = Infinity): Int32Array {
    const out = new Int32Array(Math.min(limit, this.#live))
    let n = 0, last = -1
    while (n < out.length) for (const { slot } of this.#all('SELECT slot FROM entries WHERE slot > ? ORDER BY slot LIMIT ?', last, Math.min(4096, out.length - n)) as unknown as Row[]) out[n++] = last = slot
    return out
  }

  removedSlots(): Int32Array { return Int32Array.from([...this.#dirty.keys()].filter(s => this.#removedKeys.has(s))) }
  writtenSlots(): Int32Array { return Int32Array.from([...this.#dirty.keys()].filter(s => !this.#removedKeys.has(s))) }

  commit(): void {
    if (this.#isChanging) this.#db.exec('COMMIT')
    this.#committedLive = this.#live
    this.#hadTimes = this.hasTimes
    this.#hadPrefixes = this.hasPrefixes
    this.#forgetChanges()
  }

  abort(): void {
    if (this.#isChanging) this.#db.exec('ROLLBACK')
    this.#live = this.#committedLive
    this.hasTimes = this.#hadTimes
    this.hasPrefixes = this.#hadPrefixes
    this.#forgetChanges()
  }

  #forgetChanges(): void {
    this.#isChanging = false
    this.#dirty.clear()
    this.#removedKeys.clear()
  }

  /** The entries of an empty table come from files now: nobody asks what has changed. `isSnapshot`: those of the first file all differ, and nothing is looked up before its end. */
  beginLoad(isSnapshot: boolean): void {
    this.#isLoading = true
    this.#isFresh = isSnapshot
    if (isSnapshot) this.#db.exec('DROP INDEX by_key')
  }

  /** A file has come to its end. False when entries of a snapshot have the same key. */
  endFile(): boolean {
    this.commit()
    if (!this.#isFresh) return true
    this.#isFresh = false
    try { this.#db.exec(indexOfKeys) } catch (e) { if ((e as { errcode?: number }).errcode === notUnique) return false; throw e }
    return true
  }

  /** All files have come; times and prefixes nobody has said. */
  endLoad(): void {
    this.takeCounts()
    this.#isLoading = false
    this.hasTimes = this.hasPrefixes = this.#hadTimes = this.#hadPrefixes = false
  }

  takeCounts(): TableCounts {
    const counts = { gets: this.#gets, puts: this.#puts, bytesRead: this.#bytesRead, bytesWritten: this.#bytesWritten, fileBytes: this.#pragma('page_count') * this.#pragma('page_size') }
    this.#gets = this.#puts = this.#bytesRead = this.#bytesWritten = 0
    return counts
  }

  beginSnapshot(): SnapshotReader {
    return this.#snapshot = new DiskSnapshot((after, limit) => this.#all('SELECT slot, key, value FROM entries WHERE slot > ? ORDER BY slot LIMIT ?', after, limit) as unknown as Row[])
  }

  endSnapshot(): void { this.#snapshot = null }

  /** Says when an entry is due; NaN for never. */
  setDue(slot: number, ms: number): void {
    const due = ms === ms ? ms : null
    this.#run('UPDATE entries SET due = ? WHERE slot = ? AND due IS NOT ?', due, slot, due)
  }

  /** The entries that are due at this time, the earliest first. */
  due(ms: number): Int32Array { return Int32Array.from(this.#all('SELECT slot FROM entries WHERE due <= ? ORDER BY due, slot', ms) as unknown as Row[], r => r.slot) }

  /** The same; they are no longer due at any time. */
  takeDue(ms: number): Int32Array {
    const slots = this.due(ms)
    if (slots.length > 0) this.#run('UPDATE entries SET due = NULL WHERE due <= ?', ms)
    return slots
  }

  /** Says what an entry is found by; null for nothing. */
  setPrefix(slot: number, prefix: Uint8Array | null): void { this.#run('UPDATE entries SET prefix = ? WHERE slot = ? AND prefix IS NOT ?', prefix, slot, prefix) }

  /** The entries that are found by a prefix. */
  withPrefix(prefix: Uint8Array): number[] { return (this.#all('SELECT slot FROM entries WHERE prefix = ? ORDER BY slot', prefix) as unknown as Row[]).map(r => r.slot) }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#statements.clear()
    this.#db.close()
  }

  #row(slot: number): Row | undefined {
    const row = this.#one('SELECT slot, key, value FROM entries WHERE slot = ?', slot) as Row | undefined
    this.#gets++
    if (row !== undefined) this.#bytesRead += row.key.length + row.value.length
    return row
  }

  #pragma(name: string): number { return Number(Object.values(this.#one(`PRAGMA ${name}`) ?? {})[0] ?? 0) }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) this.#statements.set(sql, statement = this.#db.prepare(sql))
    return statement
  }

  #one(sql: string, ...values: Value[]): Record<string, unknown> | undefined { return this.#statement(sql).get(...values) as Record<string, unknown> | undefined }
  #all(sql: string, ...values: Value[]): Record<string, unknown>[] { return this.#statement(sql).all(...values) as Record<string, unknown>[] }

  // The first change begins what `commit` and `abort` end.
  #run(sql: string, ...values: Value[]): void {
    if (!this.#isChanging) { this.#db.exec('BEGIN'); this.#isChanging = true }
    this.#statement(sql).run(...values)
  }
}

type Value = number | null | Uint8Array

/** Walks through the slots; what is about to change before the walk has come there is copied out, what has come since is passed over. */
class DiskSnapshot implements SnapshotReader {
  readonly #read: (after: number, limit: number) => Row[]
  #last = -1
  readonly #passed = new Set<number>()
  readonly #savedKeys = new RowArena(0, 0)
  readonly #savedValues = new RowArena(0, 0)

  constructor(read: (after: number, limit: number) => Row[]) { this.#read = read }

  wants(slot: number): boolean { return slot > this.#last && !this.#passed.has(slot) }

  save(row: Row): void {
    this.#passed.add(row.slot)
    this.#savedKeys.append(row.key)
    this.#savedValues.append(row.value)
  }

  inserted(slot: number): void { if (slot > this.#last) this.#passed.add(slot) }

  next(limit: number, keys: RowArena, values: RowArena): boolean {
    const before = keys.count
    for (let i = 0; i < this.#savedKeys.count; i++) { keys.append(this.#savedKeys.row(i)); values.append(this.#savedValues.row(i)) }
    this.#savedKeys.reset()
    this.#savedValues.reset()
    while (keys.count === before) {
      const rows = this.#read(this.#last, limit)
      if (rows.length === 0) { this.#last = Infinity; return false }
      for (const row of rows) {
        this.#last = row.slot
        if (!this.#passed.delete(row.slot)) { keys.append(row.key); values.append(row.value) }
      }
    }
    return true
  }
}
