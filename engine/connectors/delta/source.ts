/** Owns a stream of what is added to a Delta table: its present rows first, then each commit's; versions and file numbers are the offsets. */
import type { Batch } from '../../columns/batch.ts'
import { analysisError, executionError } from '../../errors/spark-error.ts'
import { latestVersion, loadSnapshot, readCommit, versionAt, type Snapshot } from '../../delta/snapshot.ts'
import type { Action, AddFile } from '../../delta/actions.ts'
import { runSteps } from '../../storage/steps.ts'
import { sameType, type StructTypeShape } from '../../types/data-type.ts'
import { typeFromJsonText } from '../../types/schema-json.ts'
import { parseTimestamp } from '../../types/timestamp.ts'
import { timeZone } from '../../types/time-zone.ts'
import type { OffsetText, ReadLimit, SourceContext, StreamSource } from '../connector.ts'
import type { OptionsReader } from '../options.ts'
import { ownColumns, readFile } from './file-metadata.ts'

export interface DeltaSourceOptions { readonly startingVersion: number | 'latest' | null; readonly startingTimestamp: string | null; readonly ignoreDeletes: boolean; readonly ignoreChanges: boolean; readonly skipChangeCommits: boolean; readonly maxFiles: number; readonly maxBytes: number | null }

/** The options of a stream of a table. */
export function deltaSourceOptions(options: OptionsReader): DeltaSourceOptions {
  const starting = options.text('startingVersion'), at = options.text('startingTimestamp')
  if (starting !== null && at !== null) throw analysisError('DELTA_STARTING_VERSION_AND_TIMESTAMP_BOTH_SET', { version: starting, timestamp: at })
  const ignoreFileDeletion = options.boolean('ignoreFileDeletion', false)
  return {
    startingVersion: starting === null ? null : starting.toLowerCase() === 'latest' ? 'latest' : options.integer('startingVersion', 0), startingTimestamp: at, ignoreDeletes: options.boolean('ignoreDeletes', false) || ignoreFileDeletion,
    ignoreChanges: options.boolean('ignoreChanges', false) || ignoreFileDeletion, skipChangeCommits: options.boolean('skipChangeCommits', false), maxFiles: options.integer('maxFilesPerTrigger', 1) ?? 1000, maxBytes: options.integer('maxBytesPerTrigger', 1),
  }
}

/** Everything before `version`, and of it the files up to `index`, is done. While `isStartingVersion` the files are those of the snapshot. */
interface Offset { readonly version: number; readonly index: number; readonly starting: boolean }
interface Entry { readonly add: AddFile; readonly version: number; readonly index: number; readonly starting: boolean; readonly last: boolean }

export class DeltaSource implements StreamSource {
  readonly description: string
  readonly #table: string
  /** What the table must have, and with `_metadata` where the query names it. */
  readonly #schema: StructTypeShape
  readonly #asked: StructTypeShape
  readonly #o: DeltaSourceOptions
  readonly #context: SourceContext
  #tableId: string | null = null
  #end: number | null = null
  #snapshot: Snapshot | null = null
  readonly #commits = new Map<number, AddFile[]>()

  constructor(table: string, schema: StructTypeShape, o: DeltaSourceOptions, context: SourceContext) {
    this.#table = table
    this.#schema = ownColumns(schema)
    this.#asked = schema
    this.#o = o
    this.#context = context
    this.description = `DeltaSource[${table}]`
  }

  async prepareForAvailableNow(): Promise<void> { this.#end = await runSteps(this.#context.files, latestVersion(this.#table)) }

  async #id(): Promise<string> { return this.#tableId ??= (await runSteps(this.#context.files, loadSnapshot(this.#table))).metadata.id }

  async #text(o: Offset): Promise<OffsetText> { return JSON.stringify({ sourceVersion: 1, reservoirId: await this.#id(), reservoirVersion: o.version, index: o.index, isStartingVersion: o.starting }) }

  async #offsetOf(text: OffsetText): Promise<Offset> {
    const o = JSON.parse(text) as { reservoirId: string; reservoirVersion: number; index: number; isStartingVersion: boolean }
    if (o.reservoirId !== await this.#id()) throw executionError('DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE', { newTableId: await this.#id(), oldTableId: o.reservoirId })
    return { version: o.reservoirVersion, index: o.index, starting: o.isStartingVersion }
  }

  /** Where the stream begins. */
  async #begin(): Promise<Offset> {
    const { files } = this.#context
    if (this.#o.startingTimestamp !== null) {
      const micros = parseTimestamp(this.#o.startingTimestamp, timeZone(this.#context.timeZone))
      if (micros === null) throw analysisError('MICROLOTE_OPTION_INVALID', { option: 'startingTimestamp', format: 'delta', value: this.#o.startingTimestamp, reason: 'write a time such as 2026-01-31 10:00:00' })
      // The first commit at or after the time.
      let version = 0
      try { version = await runSteps(files, versionAt(this.#table, Number(micros / 1000n) - 1, this.#o.startingTimestamp)) + 1 } catch (e) { if ((e as { condition?: string }).condition !== 'DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION') throw e }
      return { version, index: -1, starting: false }
    }
    if (this.#o.startingVersion === null) { this.#snapshot = await runSteps(files, loadSnapshot(this.#table, this.#end)); return this.#snapshot.files.size === 0 ? { version: this.#snapshot.version + 1, index: -1, starting: false } : { version: this.#snapshot.version, index: -1, starting: true } }
    return { version: this.#o.startingVersion === 'latest' ? (await runSteps(files, latestVersion(this.#table)))! + 1 : this.#o.startingVersion, index: -1, starting: false }
  }

  async #snapshotFiles(version: number): Promise<AddFile[]> {
    if (this.#snapshot?.version !== version) this.#snapshot = await runSteps(this.#context.files, loadSnapshot(this.#table, version))
    return [...this.#snapshot.files.values()].sort((a, b) => a.modificationTime - b.modificationTime || (a.path < b.path ? -1 : 1))
  }

  /** The files a commit adds, or null when there is no such commit yet. Throws for rows that were changed or deleted, unless told to overlook it. */
  async #added(version: number): Promise<AddFile[] | null> {
    const known = this.#commits.get(version)
    if (known !== undefined) return known
    const actions = await runSteps(this.#context.files, readCommit(this.#table, version))
    if (actions === null) return null
    const added = this.#checked(actions, version)
    if (this.#commits.size > 100) this.#commits.delete(this.#commits.keys().next().value!)
    this.#commits.set(version, added)
    return added
  }

  #checked(actions: readonly Action[], version: number): AddFile[] {
    for (const a of actions) if (a.metaData !== undefined) {
      const now = typeFromJsonText(a.metaData.schemaString)
      if (!sameType(now, this.#schema)) throw executionError('DELTA_SCHEMA_CHANGED_WITH_VERSION', { version, readSchema: names(this.#schema), dataSchema: names(now as StructTypeShape) })
    }
    const adds = actions.flatMap(a => (a.add?.dataChange === true ? [a.add] : [])), removed = actions.find(a => a.remove?.dataChange === true)?.remove
    if (removed === undefined) return adds
    if (this.#o.skipChangeCommits) return []
    if (adds.length > 0 && !this.#o.ignoreChanges) throw executionError('DELTA_SOURCE_TABLE_IGNORE_CHANGES', { version, changeInfo: removed.path })
    if (adds.length === 0 && !this.#o.ignoreDeletes && !this.#o.ignoreChanges) throw executionError('DELTA_SOURCE_IGNORE_DELETE', { version, removedFile: removed.path })
    return adds
  }

  /** The files after an offset, in order. A stream that is in its first snapshot ends with it. */
  async *#after(from: Offset): AsyncGenerator<Entry> {
    if (from.starting) {
      const all = await this.#snapshotFiles(from.version)
      for (let i = from.index + 1; i < all.length; i++) yield { add: all[i]!, version: from.version, index: i, starting: true, last: i === all.length - 1 }
      return
    }
    for (let version = from.version, index = from.index; this.#end === null || version <= this.#end; version++, index = -1) {
      const all = await this.#added(version)
      if (all === null) return
      for (let i = index + 1; i < all.length; i++) yield { add: all[i]!, version, index: i, starting: false, last: i === all.length - 1 }
    }
  }

  async latestOffset(start: OffsetText | null, limit: ReadLimit): Promise<OffsetText | null> {
    const from = start === null ? await this.#begin() : await this.#offsetOf(start)
    let end = from, count = 0, bytes = 0
    for await (const e of this.#after(from)) {
      if (limit === 'options' && count > 0 && (count >= this.#o.maxFiles || (this.#o.maxBytes !== null && bytes + e.add.size > this.#o.maxBytes))) break
      count++
      bytes += e.add.size
      end = e.last ? { version: e.version + 1, index: -1, starting: false } : { version: e.version, index: e.index, starting: e.starting }
    }
    // The beginning is kept too, so that a restart does not choose another.
    if (count === 0 && start !== null) return start
    return this.#text(end)
  }

  async *batches(start: OffsetText | null, end: OffsetText, columns: readonly number[]): AsyncGenerator<Batch> {
    const to = await this.#offsetOf(end), snapshot = await runSteps(this.#context.files, loadSnapshot(this.#table))
    // Without a start the snapshot is the one that the end is in, or has just passed.
    const from = start !== null ? await this.#offsetOf(start) : this.#o.startingVersion === null && this.#o.startingTimestamp === null && to.version > 0 ? { version: to.starting ? to.version : to.version - 1, index: -1, starting: true } : await this.#begin()
    for await (const e of this.#after(from)) {
      if (e.version > to.version || (e.version === to.version && (e.index > to.index || e.starting !== to.starting))) return
      yield* readFile(this.#context.files, snapshot, this.#asked, e.add, columns, [])
    }
  }

  async commit(): Promise<void> {}
  async close(): Promise<void> {}
}

const names = (s: StructTypeShape): string => s.fields.map(f => `${f.name} ${f.dataType.kind}`).join(', ')
