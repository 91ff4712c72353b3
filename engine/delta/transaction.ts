/** Owns the commit: an entry that nobody else has written, the check of what others committed meanwhile, and the checkpoint when one is due. */
import { executionError } from '../errors/spark-error.ts'
import type { Files } from '../storage/files.ts'
import { runSteps } from '../storage/steps.ts'
import { intervalDelayMs } from '../types/interval.ts'
import { actionsText, type Action, type CommitInfo } from './actions.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { entryPath, loadSnapshot, readCommit, type Snapshot } from './snapshot.ts'

/** What a writer did and what it relied on. */
export interface Commit {
  readonly operation: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly actions: readonly Action[]
  /** The snapshot it was made from; null for a table that is not there yet. */
  readonly read: Snapshot | null
  /** Whether the rows of the table were looked at: then what others added meanwhile matters. A blind append looks at none. */
  readonly readsTable: boolean
  readonly metrics?: Readonly<Record<string, string>>
  readonly userMetadata?: string | null
}

const mostTries = 1000

/** Writes the commit and gives its version. Throws a DELTA_CONCURRENT… condition when what it relied on is gone. */
export async function commit(files: Files, path: string, nowMs: () => number, c: Commit): Promise<number> {
  const read = c.read?.version ?? -1, blind = !c.readsTable && c.actions.every(a => a.add !== undefined || a.txn !== undefined || a.commitInfo !== undefined)
  const info = (): CommitInfo => ({
    timestamp: nowMs(), operation: c.operation, operationParameters: c.parameters, ...(read >= 0 ? { readVersion: read } : {}), isolationLevel: 'Serializable', isBlindAppend: blind, ...(c.metrics === undefined ? {} : { operationMetrics: c.metrics }),
    engineInfo: 'microlote/0.1.0', txnId: globalThis.crypto.randomUUID(), ...(c.userMetadata === undefined || c.userMetadata === null ? {} : { userMetadata: c.userMetadata }),
  })
  for (let version = read + 1, tries = 0; ; version++) {
    if (++tries > mostTries) throw executionError('DELTA_MAX_COMMIT_RETRIES_EXCEEDED', { numAttempts: mostTries, attemptVersion: version })
    const text = actionsText([{ commitInfo: info() }, ...c.actions])
    if (await files.writeAtomic(entryPath(path, version), new TextEncoder().encode(text), { overwrite: false })) {
      await checkpointWhenDue(files, path, version, nowMs(), c.actions.find(a => a.metaData !== undefined)?.metaData?.configuration ?? c.read?.metadata.configuration ?? {})
      return version
    }
    const winner = await runSteps(files, readCommit(path, version))
    if (winner === null) throw executionError('DELTA_VERSIONS_NOT_CONTIGUOUS', { startVersion: version - 1, endVersion: version + 1, missing: entryPath(path, version) })
    checkConflict(c, winner, version, path, blind)
  }
}

/** Whether a commit still holds after another. */
function checkConflict(c: Commit, winner: readonly Action[], version: number, path: string, blind: boolean): void {
  const info = winner.find(a => a.commitInfo !== undefined)?.commitInfo, operation = info?.operation ?? 'commit'
  const conflict = { tableName: path, operation, version }
  if (winner.some(a => a.protocol !== undefined)) throw executionError('DELTA_PROTOCOL_CHANGED', conflict)
  if (winner.some(a => a.metaData !== undefined)) throw executionError('DELTA_METADATA_CHANGED', conflict)
  for (const { txn } of c.actions) if (txn !== undefined && winner.some(a => a.txn?.appId === txn.appId)) throw executionError('DELTA_CONCURRENT_TRANSACTION', { appId: txn.appId, version })
  if (blind) return
  const removedByUs = new Set(c.actions.flatMap(a => (a.remove === undefined ? [] : [a.remove.path])))
  for (const a of winner) if (a.remove !== undefined) {
    if (removedByUs.has(a.remove.path)) throw executionError('DELTA_CONCURRENT_DELETE_DELETE', conflict)
    if (c.readsTable && a.remove.dataChange && c.read?.files.has(a.remove.path) === true) throw executionError('DELTA_CONCURRENT_DELETE_READ', conflict)
  }
  // Appends that looked at nothing may be put before or after us as we like; all others had seen our rows' places.
  if (c.readsTable && info?.isBlindAppend !== true && winner.some(a => a.add?.dataChange === true)) throw executionError('DELTA_CONCURRENT_APPEND', conflict)
}

async function checkpointWhenDue(files: Files, path: string, version: number, nowMs: number, configuration: Readonly<Record<string, string>>): Promise<void> {
  const every = Number(configuration['delta.checkpointInterval'] ?? '10')
  if (version === 0 || version % every !== 0) return
  // A commit stands whether or not its checkpoint can be written: the next one makes good for it.
  try { await writeCheckpoint(files, await runSteps(files, loadSnapshot(path, version)), nowMs, retentionMs(configuration)) } catch { /* see above */ }
}

/** How long removed files are remembered and kept, milliseconds; a week if the table does not say. */
export function retentionMs(configuration: Readonly<Record<string, string>>): number {
  try { return intervalDelayMs((configuration['delta.deletedFileRetentionDuration'] ?? 'interval 7 days').replace(/^interval\s+/i, '')) } catch { return 7 * 86_400_000 }
}
