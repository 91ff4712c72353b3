/** The checkpoint's two logs as a query writes them: each entry in its turn, while the batch that comes next may already be at work. */
import { CommitLog } from '../checkpoint/commit-log.ts'
import { OffsetLog } from '../checkpoint/offset-log.ts'
import { joinPath, type Files } from '../storage/files.ts'

export class BatchLogs {
  readonly offsets: OffsetLog
  readonly commits: CommitLog
  #last: Promise<void> = Promise.resolve()
  #waiting = 0
  #hasFailed = false

  constructor(files: Files, checkpointDir: string) {
    this.offsets = new OffsetLog(files, joinPath(checkpointDir, 'offsets'))
    this.commits = new CommitLog(files, joinPath(checkpointDir, 'commits'))
  }

  /** Does this when all before it is done, and nothing at all once something before it has failed: then its error is that one's. */
  next(step: () => Promise<void>): Promise<void> {
    this.#waiting++
    const done = this.#last.then(step).catch((e: unknown) => { this.#hasFailed = true; throw e }).finally(() => { this.#waiting-- })
    // Who waits for it hears of it, or who waits for what comes after.
    done.catch(() => {})
    return this.#last = done
  }

  /** Whether nothing is on its way any more: all is done, or something has failed, which `settled` tells. */
  get isSettled(): boolean { return this.#waiting === 0 }

  /** Whether all that was asked for so far is written. */
  get isWritten(): boolean { return this.#waiting === 0 && !this.#hasFailed }

  /** Waits for all that was asked for so far; throws what has failed first. */
  settled(): Promise<void> { return this.#last }

  /** Deletes the entries of the batches below a number. */
  async purge(below: number): Promise<void> {
    if (below <= 0) return
    await this.offsets.purge(below)
    await this.commits.purge(below)
  }
}
