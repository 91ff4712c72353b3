/** Owns a stream of files: each new file once, oldest first. What a batch takes is logged in `sources/<i>` before the batch is, so that a restart reads the same. */
import { fileSourceLog, type CompactibleLog, type SeenFile } from '../../checkpoint/compactible-log.ts'
import type { Batch } from '../../columns/batch.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import { baseName } from '../../storage/files.ts'
import type { OffsetText, ReadLimit, SourceContext, StreamSource } from '../connector.ts'
import type { OptionsReader } from '../options.ts'
import { cleanFile, checkCleaning } from './clean-source.ts'
import { fileStreamOptions, listingOptions, type FileStreamOptions } from './file-options.ts'
import type { FileFormat } from './file-format.ts'
import { fileUri, filesBelow, isGlob, localPath, pathOfUri, rootsOf, type FoundFile, type Listing } from './paths.ts'
import { partitionOf } from '../../formats/partition-names.ts'
import { fileReader } from './read-file.ts'
import { finishedFiles } from './sink-log.ts'

const offsetText = (n: number): OffsetText => `{"logOffset":${n}}`
/** The number in an offset, −1 for none. */
export const logOffset = (o: OffsetText | null): number => (o === null ? -1 : (JSON.parse(o) as { logOffset: number }).logOffset)

export class FileStreamSource implements StreamSource {
  readonly description: string
  readonly #format: FileFormat
  readonly #schema: StructTypeShape
  readonly #options: OptionsReader
  readonly #o: FileStreamOptions
  readonly #listing: Listing
  readonly #path: string
  readonly #context: SourceContext
  readonly #log: CompactibleLog<SeenFile>
  // The modification time of each file that was seen and may come again.
  readonly #seen = new Map<string, number>()
  #newestMs = 0
  #last = -1
  #unread: readonly FoundFile[] = []
  #frozen: FoundFile[] | null = null
  #availableNow = false

  private constructor(format: FileFormat, schema: StructTypeShape, options: OptionsReader, path: string, context: SourceContext) {
    this.#format = format
    this.#schema = schema
    this.#options = options
    this.#o = fileStreamOptions(options)
    this.#listing = listingOptions(options, context.timeZone, true)
    this.#path = localPath(path)
    this.#context = context
    this.#log = fileSourceLog(context.files, context.checkpointDir, { compactInterval: Number(context.conf('spark.sql.streaming.fileSource.log.compactInterval') ?? '10') })
    this.description = `FileStreamSource[file:${this.#path}]`
  }

  /** Throws PATH_NOT_FOUND, and refuses to clean where it would do harm. */
  static async open(format: FileFormat, schema: StructTypeShape, options: OptionsReader, path: string, context: SourceContext): Promise<FileStreamSource> {
    const source = new FileStreamSource(format, schema, options, path, context)
    if (!isGlob(source.#path)) await rootsOf(context.files, path)
    await checkCleaning(context.files, source.#path, source.#o)
    const ids = await source.#log.ids()
    if (ids.length > 0) {
      source.#last = ids.at(-1)!
      for (const f of await source.#log.allItems()) source.#remember(pathOfUri(f.path), f.timestamp)
      source.#forgetOld()
    }
    return source
  }

  #key(path: string): string { return this.#o.fileNameOnly ? baseName(path) : path }
  #remember(path: string, ms: number): void { this.#seen.set(this.#key(path), ms); if (ms > this.#newestMs) this.#newestMs = ms }
  // A file older than the threshold is never taken, so that nobody need remember it.
  #forgetOld(): void { for (const [k, ms] of this.#seen) if (ms < this.#newestMs - this.#o.maxFileAgeMs) this.#seen.delete(k) }

  async prepareForAvailableNow(): Promise<void> { this.#availableNow = true }

  async #list(): Promise<FoundFile[]> {
    const { files } = this.#context
    const finished = isGlob(this.#path) ? null : await finishedFiles(files, this.#path)
    if (finished !== null) return finished
    const found: FoundFile[] = []
    for (const root of isGlob(this.#path) ? await rootsOf(files, this.#path).catch(() => []) : [this.#path]) found.push(...await filesBelow(files, root, this.#listing))
    return found
  }

  #isNew = (f: FoundFile): boolean => f.modificationMs >= this.#newestMs - this.#o.maxFileAgeMs && !this.#seen.has(this.#key(f.path))

  async #candidates(): Promise<readonly FoundFile[]> {
    if (this.#availableNow) this.#frozen ??= this.#inOrder(await this.#list())
    if (this.#frozen !== null) return this.#frozen.filter(this.#isNew)
    if (this.#unread.length > 0) { const kept = this.#unread.filter(this.#isNew); this.#unread = []; if (kept.length > 0) return kept }
    const fresh = (await this.#list()).filter(this.#isNew)
    if (!this.#o.fileNameOnly) return this.#inOrder(fresh)
    const byName = new Map<string, FoundFile>()
    for (const f of this.#inOrder(fresh)) if (!byName.has(baseName(f.path))) byName.set(baseName(f.path), f)
    return [...byName.values()]
  }

  #inOrder(found: FoundFile[]): FoundFile[] {
    const sign = this.#o.latestFirst ? -1 : 1
    return found.sort((a, b) => sign * (a.modificationMs - b.modificationMs) || (a.path < b.path ? -1 : 1))
  }

  async latestOffset(_start: OffsetText | null, limit: ReadLimit): Promise<OffsetText | null> {
    const found = await this.#candidates()
    const count = limit === 'all' ? found.length : this.#share(found)
    const taken = found.slice(0, count)
    this.#unread = limit === 'all' ? [] : this.#worthKeeping(found.slice(count))
    if (taken.length > 0) {
      const id = this.#last + 1
      await this.#log.add(id, taken.map((f): SeenFile => ({ path: fileUri(f.path), timestamp: f.modificationMs, batchId: id })))
      this.#last = id
      for (const f of taken) this.#remember(f.path, f.modificationMs)
      this.#forgetOld()
    }
    return this.#last < 0 ? null : offsetText(this.#last)
  }

  // The limit in bytes always leaves room for one file.
  #share(found: readonly FoundFile[]): number {
    const { maxFiles, maxBytes } = this.#o
    if (maxFiles !== null) return Math.min(maxFiles, found.length)
    if (maxBytes === null) return found.length
    let bytes = 0
    const end = found.findIndex((f, i) => (bytes += f.sizeBytes) > maxBytes && i > 0)
    return end < 0 ? found.length : end
  }

  // The rest of a listing serves the next batches, unless it is so small that a new listing is due anyway.
  #worthKeeping(rest: readonly FoundFile[]): readonly FoundFile[] {
    const { maxFiles, maxBytes, latestFirst, discardRatio, maxCachedFiles } = this.#o
    if (latestFirst || this.#frozen !== null) return []
    if (maxFiles !== null && rest.length < maxFiles * discardRatio) return []
    if (maxBytes !== null && rest.reduce((n, f) => n + f.sizeBytes, 0) < maxBytes * discardRatio) return []
    return rest.slice(0, maxCachedFiles)
  }

  async *batches(start: OffsetText | null, end: OffsetText, columns: readonly number[]): AsyncGenerator<Batch> {
    const first = logOffset(start) + 1, last = logOffset(end)
    if (first > last) return
    const read = fileReader({ format: this.#format, schema: this.#schema, options: this.#options, columns, predicates: [], context: this.#context, warn: m => this.#context.warn(m) })
    for (let id = first; id <= last; id++) {
      for (const f of await this.#filesOf(id)) yield* read(await this.#fileOf(pathOfUri(f.path)))
    }
  }

  // What the log does not keep: the size, which Parquet begins with, the time, and the columns of the directories.
  async #fileOf(path: string): Promise<FoundFile> {
    const root = isGlob(this.#path) ? '' : this.#path, entry = await this.#context.files.stat(path)
    const partitions = this.#listing.recursive ? [] : path.slice(path.startsWith(`${root}/`) ? root.length + 1 : 0).split('/').slice(0, -1).map(partitionOf).filter(p => p !== null)
    return { path, modificationMs: entry?.modificationMs ?? 0, sizeBytes: entry?.sizeBytes ?? 0, ...(partitions.length === 0 ? {} : { partitions }) }
  }

  async #filesOf(id: number): Promise<readonly SeenFile[]> {
    return ((await this.#log.get(id)) ?? await this.#log.allItems()).filter(f => f.batchId === id)
  }

  /** The files of the batch that ends here are done: they are moved or deleted when cleanSource says so. */
  async commit(end: OffsetText): Promise<void> {
    const id = logOffset(end)
    if (this.#o.clean !== 'off') for (const f of await this.#filesOf(id)) await cleanFile(this.#context.files, pathOfUri(f.path), this.#o, m => this.#context.warn(m))
    await this.#log.purge(id - Number(this.#context.conf('spark.sql.streaming.minBatchesToRetain') ?? '100'))
  }

  async close(): Promise<void> {}
}
