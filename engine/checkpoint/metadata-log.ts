/** A folder of numbered entries, each written once: `<n>` holds a version line and the entry's text. Spark's rule: who finds an entry written by another gives up. */
import { executionError } from '../errors/spark-error.ts'
import { joinPath } from '../storage/files.ts'
import type { Files } from '../storage/files.ts'

/** How a log's entries look. */
export interface EntryFormat<T> {
  /** The newest version that can be read; entries are written in `writeVersion`. */
  readonly supportedVersion: number
  readonly writeVersion: number
  /** Bytes before the version line, none for most logs. */
  readonly prefix?: string
  /** What follows the version line. */
  write(entry: T): string
  /** Reads it back; throws anything when it cannot be. */
  read(text: string, version: number): T
}

/** An entry with its number. */
export interface Numbered<T> { readonly id: number; readonly entry: T }

/**
 * A log of one kind of entry. One object owns the log while a query runs: it lists the folder once and remembers what is there.
 *
 * ```ts
 * const log = new MetadataLog(files, 'ckpt/commits', commitFormat)
 * await log.add(0, { nextBatchWatermarkMs: 0 })
 * await log.latest() // { id: 0, entry: … }
 * ```
 */
export class MetadataLog<T> {
  readonly dir: string
  readonly #files: Files
  readonly #format: EntryFormat<T>
  #known: Set<number> | null = null

  constructor(files: Files, dir: string, format: EntryFormat<T>) {
    this.#files = files
    this.dir = dir
    this.#format = format
  }

  pathOf(id: number): string { return joinPath(this.dir, String(id)) }

  /** The numbers of all entries, in order. Temporary files, checksums and anything else that is not a number are passed over. */
  async ids(): Promise<number[]> { return [...await this.#ids()].sort((a, b) => a - b) }

  async #ids(): Promise<Set<number>> {
    if (this.#known !== null) return this.#known
    const entries = await this.#files.list(this.dir)
    return this.#known = new Set(entries.filter(e => !e.isDirectory && /^(0|[1-9]\d*)$/.test(e.name)).map(e => Number(e.name)))
  }

  /** The entry, or null when there is none. `MICROLOTE_LOG_CORRUPTED` or `MICROLOTE_LOG_VERSION` when it cannot be read. */
  async get(id: number): Promise<T | null> {
    const bytes = await this.#files.tryRead(this.pathOf(id))
    return bytes === null ? null : parseEntry(bytes, this.pathOf(id), this.#format)
  }

  /** The entry of the highest number, or null when the log is empty. */
  async latest(): Promise<Numbered<T> | null> {
    const ids = await this.#ids()
    if (ids.size === 0) return null
    let id = -1
    for (const n of ids) if (n > id) id = n
    const entry = await this.get(id)
    return entry === null ? null : { id, entry }
  }

  /** Writes an entry; `CONCURRENT_STREAM_LOG_UPDATE` when its number is taken. `beside`: whether there is work to do meanwhile. */
  async add(id: number, entry: T, beside = false): Promise<void> {
    if (!await this.addIfAbsent(id, entry, beside)) throw executionError('CONCURRENT_STREAM_LOG_UPDATE', { batchId: id })
  }

  /** Writes an entry unless its number is taken; says whether it did. */
  async addIfAbsent(id: number, entry: T, beside = false): Promise<boolean> {
    const written = await this.#files.writeAtomic(this.pathOf(id), formatEntry(entry, this.#format), { overwrite: false, beside })
    this.#known?.add(id)
    return written
  }

  /** Deletes the entries below a number. */
  async purge(below: number): Promise<void> {
    const ids = await this.#ids()
    for (const id of [...ids]) {
      if (id >= below) continue
      await this.#files.delete(this.pathOf(id))
      ids.delete(id)
    }
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The bytes of an entry. */
export function formatEntry<T>(entry: T, format: EntryFormat<T>): Uint8Array {
  return encoder.encode(`${format.prefix ?? ''}v${format.writeVersion}\n${format.write(entry)}`)
}

/** The entry in these bytes. */
export function parseEntry<T>(bytes: Uint8Array, path: string, format: EntryFormat<T>): T {
  const corrupted = (reason: string, cause?: unknown): Error => executionError('MICROLOTE_LOG_CORRUPTED', { path, reason }, cause)
  let text: string
  try { text = decoder.decode(bytes) } catch (e) { throw corrupted('it is not UTF-8 text', e) }
  if (text === '') throw corrupted('it is empty')
  if (format.prefix !== undefined && text.startsWith(format.prefix)) text = text.slice(format.prefix.length)
  const cut = text.indexOf('\n'), first = cut < 0 ? text : text.slice(0, cut)
  const version = /^v([1-9]\d*)$/.exec(first)
  if (version === null) throw corrupted(`it should begin with a version such as v${format.writeVersion}, not with ${JSON.stringify(first.slice(0, 40))}`)
  if (Number(version[1]) > format.supportedVersion) throw executionError('MICROLOTE_LOG_VERSION', { path, found: first, supported: format.supportedVersion })
  if (cut < 0) throw corrupted('it ends after the version')
  try { return format.read(text.slice(cut + 1), Number(version[1])) } catch (e) { throw corrupted(e instanceof Error ? e.message : String(e), e) }
}

/** A JSON object, or an error that says what it is instead. */
export function jsonObject(text: string): Record<string, unknown> {
  let value: unknown
  try { value = JSON.parse(text) } catch (e) { throw new Error(`${JSON.stringify(text.slice(0, 60))} is not JSON`, { cause: e }) }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${JSON.stringify(text.slice(0, 60))} is not a JSON object`)
  return value as Record<string, unknown>
}

/** A whole number of an object, or `otherwise` when the object lacks it. */
export function wholeNumber(object: Record<string, unknown>, name: string, otherwise: number): number {
  const value = object[name] ?? otherwise
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Error(`${name} is ${JSON.stringify(value)}, not a whole number`)
  return value
}
