/**
 * A log that folds itself: every tenth entry, `9.compact`, `19.compact` …, holds all that are live so far, so that nobody reads thousands of files.
 * The file source keeps the files it has seen in one, the file sink those it has written. An entry is `v1` and one line of JSON an item.
 */
import { executionError } from '../errors/spark-error.ts'
import { joinPath } from '../storage/files.ts'
import type { Files } from '../storage/files.ts'
import { formatEntry, parseEntry } from './metadata-log.ts'
import type { EntryFormat, Numbered } from './metadata-log.ts'

export interface CompactibleLogOptions<T> {
  /** `spark.sql.streaming.fileSource.log.compactInterval`: every so many entries one is compact. 10 when not given. */
  readonly compactInterval?: number
  encode(item: T): string
  /** Reads an item; throws anything when it cannot be. */
  decode(line: string): T
  /** Which of all items so far a compact entry keeps; all when not given. */
  live?(items: readonly T[]): readonly T[]
}

const suffix = '.compact'

/** A log of lists of items, one list a batch. */
export class CompactibleLog<T> {
  readonly dir: string
  readonly #files: Files
  readonly #options: CompactibleLogOptions<T>
  readonly #interval: number
  readonly #format: EntryFormat<readonly T[]>
  // Entry number -> whether it is compact.
  #known: Map<number, boolean> | null = null

  constructor(files: Files, dir: string, options: CompactibleLogOptions<T>) {
    this.#files = files
    this.dir = dir
    this.#options = options
    this.#interval = options.compactInterval ?? 10
    this.#format = {
      supportedVersion: 1,
      writeVersion: 1,
      write: items => items.map(i => options.encode(i)).join('\n'),
      read: text => text.split('\n').filter(line => line !== '').map(line => options.decode(line)),
    }
  }

  async #ids(): Promise<Map<number, boolean>> {
    if (this.#known !== null) return this.#known
    const known = new Map<number, boolean>()
    for (const { name, isDirectory } of await this.#files.list(this.dir)) {
      const match = /^(0|[1-9]\d*)(\.compact)?$/.exec(name)
      if (match !== null && !isDirectory) known.set(Number(match[1]), match[2] !== undefined || known.get(Number(match[1])) === true)
    }
    return this.#known = known
  }

  #pathOf(id: number, compact: boolean): string { return joinPath(this.dir, compact ? id + suffix : String(id)) }

  /** The numbers of all entries, in order. */
  async ids(): Promise<number[]> { return [...(await this.#ids()).keys()].sort((a, b) => a - b) }

  /** Whether the entry of this number is compact: the tenth, the twentieth … */
  isCompaction(id: number): boolean { return (id + 1) % this.#interval === 0 }

  /** Writes the items of a batch; `CONCURRENT_STREAM_LOG_UPDATE` when its number is taken. */
  async add(id: number, items: readonly T[]): Promise<void> {
    if (!await this.addIfAbsent(id, items)) throw executionError('CONCURRENT_STREAM_LOG_UPDATE', { batchId: id })
  }

  /** Writes the items of a batch unless its number is taken; says whether it did. */
  async addIfAbsent(id: number, items: readonly T[]): Promise<boolean> {
    const known = await this.#ids()
    if (known.has(id)) return false
    const compact = this.isCompaction(id)
    const entry = compact ? this.#live([...await this.#itemsBelow(id), ...items]) : items
    const written = await this.#files.writeAtomic(this.#pathOf(id, compact), formatEntry(entry, this.#format), { overwrite: false })
    known.set(id, compact)
    return written
  }

  /** The entry as it stands in its file (of a compact one, all that is live), or null. */
  async get(id: number): Promise<readonly T[] | null> {
    const compact = (await this.#ids()).get(id)
    return compact === undefined ? null : this.#read(id, compact)
  }

  /** The newest entry, or null when the log is empty. */
  async latest(): Promise<Numbered<readonly T[]> | null> {
    const id = (await this.ids()).at(-1)
    if (id === undefined) return null
    const entry = await this.get(id)
    return entry === null ? null : { id, entry }
  }

  /** Everything that is live: the newest compact entry and those after it. */
  async allItems(): Promise<readonly T[]> {
    return this.#live(await this.#itemsBelow(Infinity))
  }

  async #itemsBelow(limit: number): Promise<T[]> {
    const known = await this.#ids()
    const ids = (await this.ids()).filter(id => id < limit)
    const first = ids.findLastIndex(id => known.get(id))
    const out: T[] = []
    let expected = first < 0 ? 0 : ids[first]!
    for (const id of first < 0 ? ids : ids.slice(first)) {
      if (id !== expected++) throw executionError('MICROLOTE_LOG_CORRUPTED', { path: this.#pathOf(id - 1, this.isCompaction(id - 1)), reason: 'it is missing, and entries after it are there' })
      for (const item of await this.#read(id, known.get(id)!)) out.push(item)
    }
    return out
  }

  async #read(id: number, compact: boolean): Promise<readonly T[]> {
    const path = this.#pathOf(id, compact)
    const bytes = await this.#files.tryRead(path)
    if (bytes === null) throw executionError('MICROLOTE_LOG_CORRUPTED', { path, reason: 'it is missing' })
    return parseEntry(bytes, path, this.#format)
  }

  #live(items: readonly T[]): readonly T[] { return this.#options.live?.(items) ?? items }

  /** Deletes entries below the newest compact one that is at or below `below`; what they hold is in it. */
  async purge(below: number): Promise<void> {
    const known = await this.#ids()
    const base = (await this.ids()).filter(id => id <= below && known.get(id)).at(-1)
    if (base === undefined) return
    for (const [id, compact] of [...known]) {
      if (id >= base) continue
      await this.#files.delete(this.#pathOf(id, compact))
      known.delete(id)
    }
  }
}

/** A file the file source has seen: its URI, its modification time in milliseconds, the batch that read it. */
export interface SeenFile { readonly path: string; readonly timestamp: number; readonly batchId: number }

/** The log in `sources/<i>` of a file source. */
export function fileSourceLog(files: Files, dir: string, options: Pick<CompactibleLogOptions<SeenFile>, 'compactInterval' | 'live'> = {}): CompactibleLog<SeenFile> {
  return new CompactibleLog<SeenFile>(files, dir, {
    ...options,
    encode: ({ path, timestamp, batchId }) => JSON.stringify({ path, timestamp, batchId }),
    decode: line => {
      const { path, timestamp, batchId } = JSON.parse(line) as Record<string, unknown>
      if (typeof path !== 'string' || typeof timestamp !== 'number' || typeof batchId !== 'number') throw new Error(`${JSON.stringify(line.slice(0, 80))} is not a file of a batch`)
      return { path, timestamp, batchId }
    },
  })
}
