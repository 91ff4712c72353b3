/** The file source: each new file once, in the order of modification times. What was seen is logged before the batch is. */
import { fileSourceLog, type SeenFile } from '../../checkpoint/compactible-log.ts'
import type { CompactibleLog } from '../../checkpoint/compactible-log.ts'
import { Batch } from '../../columns/batch.ts'
import { analysisError, executionError, SparkError } from '../../errors/spark-error.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { OffsetText, ReadLimit, SourceContext, StreamSource } from '../connector.ts'
import type { OptionsReader } from '../options.ts'
import { baseName } from '../../storage/files.ts'
import { findFiles, localPath, type FoundFile } from './find-files.ts'
import type { LineFormat } from './line-formats.ts'

interface Settings { readonly maxFiles: number | null; readonly maxBytes: number | null; readonly latestFirst: boolean; readonly maxFileAgeMs: number; readonly fileNameOnly: boolean }

/** Reads and checks the options of the source. */
export function sourceOptions(options: OptionsReader): Settings {
  const maxFiles = options.integer('maxFilesPerTrigger', 1), maxBytes = options.integer('maxBytesPerTrigger', 1)
  if (maxFiles !== null && maxBytes !== null) throw analysisError('MICROLOTE_OPTIONS_EXCLUSIVE', { options: 'maxFilesPerTrigger, maxBytesPerTrigger', format: options.format })
  if (options.choice('cleanSource', ['off', 'archive', 'delete'], 'off') !== 'off') throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'cleanSource', advice: 'Leave it off and clean up outside the query.' })
  options.text('sourceArchiveDir'); options.text('maxCachedFiles'); options.text('discardCachedInputRatio')
  return { maxFiles, maxBytes, latestFirst: options.boolean('latestFirst', false), maxFileAgeMs: ageMs(options.text('maxFileAge')), fileNameOnly: options.boolean('fileNameOnly', false) }
}

function ageMs(text: string | null): number {
  const found = /^\s*(\d+)\s*(ms|s|m|min|h|d)?\s*$/.exec(text ?? '7d')
  return found === null ? 7 * 86_400_000 : Number(found[1]) * { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }[(found[2] ?? 'ms') as 'ms']
}

const offsetText = (n: number): OffsetText => `{"logOffset":${n}}`
const offsetOf = (o: OffsetText | null): number => (o === null ? -1 : (JSON.parse(o) as { logOffset: number }).logOffset)

export class FileStreamSource implements StreamSource {
  readonly description: string
  readonly #format: LineFormat
  readonly #schema: StructTypeShape
  readonly #options: OptionsReader
  readonly #settings: Settings
  readonly #path: string
  readonly #context: SourceContext
  readonly #log: CompactibleLog<SeenFile>
  readonly #seen = new Set<string>()
  #newestMs = 0
  #last = -1
  #frozen: ReadonlySet<string> | null = null

  constructor(format: LineFormat, schema: StructTypeShape, options: OptionsReader, path: string, context: SourceContext) {
    this.#format = format
    this.#schema = schema
    this.#options = options
    this.#settings = sourceOptions(options)
    this.#path = localPath(path)
    this.#context = context
    this.#log = fileSourceLog(context.files, context.checkpointDir)
    this.description = `FileStreamSource[file:${this.#path}]`
  }

  static async open(format: LineFormat, schema: StructTypeShape, options: OptionsReader, path: string, context: SourceContext): Promise<FileStreamSource> {
    const source = new FileStreamSource(format, schema, options, path, context)
    if (!(await context.files.exists(source.#path))) throw analysisError('PATH_NOT_FOUND', { path })
    const latest = await source.#log.latest()
    if (latest !== null) {
      source.#last = latest.id
      for (const f of await source.#log.allItems()) source.#remember(f)
    }
    return source
  }

  #key(path: string): string { return this.#settings.fileNameOnly ? baseName(path) : path }
  #remember(f: SeenFile): void { this.#seen.add(this.#key(decodePath(f.path))); this.#newestMs = Math.max(this.#newestMs, f.timestamp) }

  async prepareForAvailableNow(): Promise<void> { this.#frozen = new Set((await this.#unseen()).map(f => f.path)) }

  async #unseen(): Promise<FoundFile[]> {
    const all = await findFiles(this.#context.files, this.#path, this.#options)
    const s = this.#settings, oldest = this.#newestMs - s.maxFileAgeMs
    const limited = s.latestFirst && (s.maxFiles !== null || s.maxBytes !== null)
    const fresh = all.filter(f => !this.#seen.has(this.#key(f.path)) && (limited || f.modificationMs >= oldest) && (this.#frozen === null || this.#frozen.has(f.path)))
    const sign = s.latestFirst ? -1 : 1
    return fresh.sort((a, b) => sign * (a.modificationMs - b.modificationMs) || (a.path < b.path ? -1 : 1))
  }

  async latestOffset(_start: OffsetText | null, limit: ReadLimit): Promise<OffsetText | null> {
    const fresh = await this.#unseen()
    const { maxFiles, maxBytes } = this.#settings
    let taken = fresh
    if (limit === 'options' && maxFiles !== null) taken = fresh.slice(0, maxFiles)
    if (limit === 'options' && maxBytes !== null) {
      let bytes = 0
      taken = fresh.filter((f, i) => { bytes += f.sizeBytes; return i === 0 || bytes <= maxBytes })
    }
    if (taken.length > 0) {
      const id = this.#last + 1
      const entries = taken.map((f): SeenFile => ({ path: `file://${encodePath(f.path)}`, timestamp: f.modificationMs, batchId: id }))
      await this.#log.add(id, entries)
      this.#last = id
      for (const e of entries) this.#remember(e)
    }
    return this.#last < 0 ? null : offsetText(this.#last)
  }

  async *batches(start: OffsetText | null, end: OffsetText, columns: readonly number[]): AsyncGenerator<Batch> {
    for (let id = offsetOf(start) + 1; id <= offsetOf(end); id++) {
      const entries = ((await this.#log.get(id)) ?? []).filter(e => e.batchId === id)
      for (const e of entries) {
        try {
          yield* this.#format.read(decodePath(e.path), this.#schema, this.#options, columns, this.#context)
        } catch (cause) {
          if (cause instanceof SparkError && cause.condition === 'MICROLOTE_STORAGE_FAILED' && !(await this.#context.files.exists(decodePath(e.path)))) {
            if (this.#context.conf('spark.sql.files.ignoreMissingFiles') === 'true') { this.#context.warn(`the file ${e.path} has vanished and is left out`); continue }
            throw executionError('FAILED_READ_FILE.FILE_NOT_EXIST', { path: e.path }, cause)
          }
          throw cause
        }
      }
    }
  }

  async commit(): Promise<void> {}
  async close(): Promise<void> {}
}

const encodePath = (path: string): string => encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F')
const decodePath = (uri: string): string => decodeURIComponent(uri.replace(/^file:\/{2}/, ''))
