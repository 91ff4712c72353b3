/**
 * offsets/N: what batch N will read. Written before the batch runs; a restart repeats exactly this.
 *
 *     v1
 *     {"batchWatermarkMs":0,"batchTimestampMs":1700000000000,"conf":{"spark.sql.shuffle.partitions":"2"}}
 *     {"logOffset":0}        one line a source, in the plan's order; "-" for one without an offset
 */
import type { Files } from '../storage/files.ts'
import { MetadataLog, jsonObject, wholeNumber } from './metadata-log.ts'
import type { EntryFormat } from './metadata-log.ts'

export interface OffsetEntry {
  /** The watermark the batch evicts by, in milliseconds. */
  readonly batchWatermarkMs: number
  /** `current_timestamp` of the batch, in milliseconds. */
  readonly batchTimestampMs: number
  /** Settings that are part of the state's form and stay for the checkpoint's life. */
  readonly conf: Readonly<Record<string, string>>
  /** For each source the JSON text of the offset where the batch ends, or null. */
  readonly offsets: readonly (string | null)[]
}

const noOffset = '-'

/** The form of an entry of `offsets/`. */
export const offsetFormat: EntryFormat<OffsetEntry> = {
  supportedVersion: 1,
  writeVersion: 1,
  write: ({ batchWatermarkMs, batchTimestampMs, conf, offsets }) =>
    [JSON.stringify({ batchWatermarkMs, batchTimestampMs, conf }), ...offsets.map(o => o === null ? noOffset : oneLine(o))].join('\n'),
  read: text => {
    const [head, ...rest] = text.split('\n')
    // Old versions of Spark wrote no metadata: an empty line.
    const metadata = head === '' ? {} : jsonObject(head!)
    const conf = metadata['conf'] ?? {}
    if (typeof conf !== 'object' || conf === null) throw new Error('conf is not an object')
    if (rest.at(-1) === '') rest.pop()
    if (rest.length === 0) throw new Error('it ends before the offsets of the sources')
    return {
      batchWatermarkMs: wholeNumber(metadata, 'batchWatermarkMs', 0),
      batchTimestampMs: wholeNumber(metadata, 'batchTimestampMs', 0),
      conf: Object.fromEntries(Object.entries(conf).map(([k, v]) => [k, String(v)])),
      offsets: rest.map(line => line === noOffset ? null : checkedJson(line)),
    }
  },
}

function oneLine(json: string): string {
  return json.includes('\n') ? JSON.stringify(JSON.parse(json)) : json
}

function checkedJson(line: string): string {
  try { JSON.parse(line) } catch (e) { throw new Error(`the offset ${JSON.stringify(line.slice(0, 60))} is not JSON`, { cause: e }) }
  return line
}

/** The log in `<checkpoint>/offsets`. */
export class OffsetLog extends MetadataLog<OffsetEntry> {
  constructor(files: Files, dir: string) { super(files, dir, offsetFormat) }
}
