/** commits/N: batch N is done, and the watermark of the next. `v1` and one line of JSON without a line end. */
import type { Files } from '../storage/files.ts'
import { MetadataLog, jsonObject, wholeNumber } from './metadata-log.ts'
import type { EntryFormat } from './metadata-log.ts'

export interface CommitEntry {
  /** The watermark after the batch, in milliseconds. */
  readonly nextBatchWatermarkMs: number
}

/** The form of an entry of `commits/`. Old ones are `{}`. Version 2 names state files by unique ids, which this engine does not do. */
export const commitFormat: EntryFormat<CommitEntry> = {
  supportedVersion: 1,
  writeVersion: 1,
  write: ({ nextBatchWatermarkMs }) => JSON.stringify({ nextBatchWatermarkMs }),
  read: text => ({ nextBatchWatermarkMs: wholeNumber(jsonObject(text), 'nextBatchWatermarkMs', 0) }),
}

/** The log in `<checkpoint>/commits`. */
export class CommitLog extends MetadataLog<CommitEntry> {
  constructor(files: Files, dir: string) { super(files, dir, commitFormat) }
}
