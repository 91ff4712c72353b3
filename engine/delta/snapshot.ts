/** Owns the state of a Delta table at a version: the newest checkpoint and the entries after it, replayed. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { joinPath } from '../storage/files.ts'
import { list, readRange, tryRead, stat, type Steps } from '../storage/steps.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { typeFromJsonText } from '../types/schema-json.ts'
import { parseActions, type Action, type AddFile, type CommitInfo, type Protocol, type RemoveFile, type SetTransaction, type TableMetadata } from './actions.ts'
import { checkpointActions } from './checkpoint.ts'
import { checkReadable } from './features.ts'

export interface Snapshot {
  readonly path: string
  readonly version: number
  readonly protocol: Protocol
  readonly metadata: TableMetadata
  readonly schema: StructTypeShape
  readonly files: ReadonlyMap<string, AddFile>
  /** Files that are no longer part of the table but may still be there. */
  readonly removed: ReadonlyMap<string, RemoveFile>
  readonly transactions: ReadonlyMap<string, SetTransaction>
  /** When the version was committed, milliseconds. */
  readonly timestamp: number
}

export const logDir = (path: string): string => joinPath(path, '_delta_log')
export const entryName = (version: number): string => `${String(version).padStart(20, '0')}.json`
export const entryPath = (path: string, version: number): string => joinPath(logDir(path), entryName(version))

interface Listing { readonly commits: ReadonlyMap<number, number>; readonly checkpoints: ReadonlyMap<number, readonly string[]> }

/** What is in the log: commits with their modification times, checkpoints with their parts. */
export function* listLog(path: string): Steps<Listing> {
  const commits = new Map<number, number>(), parts = new Map<number, { readonly of: number; readonly names: string[] }[]>()
  for (const e of yield* list(logDir(path))) {
    const commit = /^(\d{20})\.json$/.exec(e.name)
    if (commit !== null) { commits.set(Number(commit[1]), e.modificationMs); continue }
    const checkpoint = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/.exec(e.name)
    if (checkpoint === null) continue
    const version = Number(checkpoint[1]), of = checkpoint[3] === undefined ? 1 : Number(checkpoint[3]), all = parts.get(version) ?? []
    parts.set(version, all)
    const same = all.find(p => p.of === of && of > 1)
    if (same === undefined) all.push({ of, names: [e.name] }); else same.names.push(e.name)
  }
  const checkpoints = new Map<number, readonly string[]>()
  for (const [version, all] of parts) { const whole = all.find(p => p.names.length === p.of); if (whole !== undefined) checkpoints.set(version, whole.names.sort()) }
  return { commits, checkpoints }
}

/** Whether there is a Delta table. */
export function* isDeltaTable(path: string): Steps<boolean> {
  const { commits, checkpoints } = yield* listLog(path)
  return commits.size > 0 || checkpoints.size > 0
}

/** The newest version, or null where there is no table. */
export function* latestVersion(path: string): Steps<number | null> {
  const { commits, checkpoints } = yield* listLog(path), all = [...commits.keys(), ...checkpoints.keys()]
  return all.length === 0 ? null : Math.max(...all)
}

/** The actions of a commit. Throws DELTA_INVALID_LOG_ENTRY for one that is cut. */
export function* readCommit(path: string, version: number): Steps<Action[] | null> {
  const at = entryPath(path, version), bytes = yield* tryRead(at)
  if (bytes === null) return null
  try { return parseActions(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) } catch (e) { throw executionError('MICROLOTE_DELTA_LOG_DAMAGED', { path: at, reason: (e as Error).message }, e) }
}

/** The state at a version, the newest if not given. Throws DELTA_MISSING_DELTA_TABLE, DELTA_VERSION_NOT_FOUND and what a log with holes brings. */
export function* loadSnapshot(path: string, wanted: number | null = null, known: Snapshot | null = null): Steps<Snapshot> {
  const { commits, checkpoints } = yield* listLog(path)
  const all = [...commits.keys(), ...checkpoints.keys()]
  if (all.length === 0) throw analysisError('DELTA_MISSING_DELTA_TABLE', { tableName: path })
  const latest = Math.max(...all), version = wanted ?? latest
  const bases = [...checkpoints.keys()].filter(v => v <= version), base = bases.length === 0 ? -1 : Math.max(...bases)
  if (version > latest || version < 0 || (base < 0 && !commits.has(0))) {
    const earliest = commits.has(0) ? 0 : Math.min(...checkpoints.keys())
    if (earliest === Infinity || (version <= latest && version >= earliest)) throw executionError('DELTA_TRUNCATED_TRANSACTION_LOG', { path, version, missing: entryName(0) })
    throw analysisError('DELTA_VERSION_NOT_FOUND', { userVersion: version, earliest, latest })
  }
  const reuse = known !== null && known.path === path && known.version <= version && known.version >= base ? known : null
  const state = new Replay(path)
  let from = base
  if (reuse !== null) { state.begin(reuse); from = reuse.version } else if (base >= 0) for (const name of checkpoints.get(base)!) {
    const at = joinPath(logDir(path), name), entry = yield* stat(at)
    const whole = yield* readRange(at, 0, entry?.sizeBytes ?? 0)
    state.apply(checkpointActions(at, whole), base)
  }
  for (let v = from + 1; v <= version; v++) {
    const actions = commits.has(v) ? yield* readCommit(path, v) : null
    if (actions === null) throw executionError('DELTA_VERSIONS_NOT_CONTIGUOUS', { startVersion: v - 1, endVersion: v + 1, missing: entryPath(path, v) })
    state.apply(actions, v)
  }
  return state.result(version, commits.get(version) ?? 0)
}

class Replay {
  readonly #path: string
  #protocol: Protocol | null = null
  #metadata: TableMetadata | null = null
  #info: CommitInfo | null = null
  readonly #files = new Map<string, AddFile>()
  readonly #removed = new Map<string, RemoveFile>()
  readonly #transactions = new Map<string, SetTransaction>()

  constructor(path: string) { this.#path = path }

  begin(s: Snapshot): void {
    this.#protocol = s.protocol
    this.#metadata = s.metadata
    for (const [k, v] of s.files) this.#files.set(k, v)
    for (const [k, v] of s.removed) this.#removed.set(k, v)
    for (const [k, v] of s.transactions) this.#transactions.set(k, v)
  }

  apply(actions: Iterable<Action>, _version: number): void {
    this.#info = null
    for (const a of actions) {
      if (a.protocol !== undefined) { this.#protocol = a.protocol; checkReadable(this.#path, a.protocol) }
      if (a.metaData !== undefined) this.#metadata = a.metaData
      if (a.txn !== undefined) this.#transactions.set(a.txn.appId, a.txn)
      if (a.add !== undefined) { this.#files.set(a.add.path, a.add); this.#removed.delete(a.add.path) }
      if (a.remove !== undefined) { this.#files.delete(a.remove.path); this.#removed.set(a.remove.path, a.remove) }
      if (a.commitInfo !== undefined) this.#info = a.commitInfo
    }
  }

  result(version: number, modificationMs: number): Snapshot {
    const metadata = this.#metadata, protocol = this.#protocol
    if (metadata === null || protocol === null) throw executionError('DELTA_STATE_RECOVER_ERROR', { operation: metadata === null ? 'metadata' : 'protocol', version, path: this.#path })
    checkReadable(this.#path, protocol, metadata)
    const schema = typeFromJsonText(metadata.schemaString) as StructTypeShape
    return { path: this.#path, version, protocol, metadata, schema, files: this.#files, removed: this.#removed, transactions: this.#transactions, timestamp: this.#info?.timestamp ?? modificationMs }
  }
}

/** The versions from the newest back, with what each commit says of itself; `limit` of them. */
export function* history(path: string, limit: number): Steps<{ readonly version: number; readonly timestamp: number; readonly info: CommitInfo }[]> {
  const { commits } = yield* listLog(path), out = []
  for (const version of [...commits.keys()].sort((a, b) => b - a).slice(0, limit)) {
    const info = ((yield* readCommit(path, version)) ?? []).find(a => a.commitInfo !== undefined)?.commitInfo ?? {}
    out.push({ version, timestamp: info.timestamp ?? commits.get(version)!, info })
  }
  return out
}

/** The last version at or before a moment. Throws DELTA_TIMESTAMP_GREATER_THAN_COMMIT and DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION. */
export function* versionAt(path: string, ms: number, text: string): Steps<number> {
  const all = yield* history(path, Infinity)
  if (all.length === 0) throw analysisError('DELTA_MISSING_DELTA_TABLE', { tableName: path })
  if (ms > all[0]!.timestamp) throw analysisError('DELTA_TIMESTAMP_GREATER_THAN_COMMIT', { providedTimestamp: text, lastCommitTimestamp: new Date(all[0]!.timestamp).toISOString() })
  const found = all.find(v => v.timestamp <= ms)
  if (found === undefined) throw analysisError('DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION', { userTimestamp: text, commitTs: new Date(all.at(-1)!.timestamp).toISOString() })
  return found.version
}
