/** sources/<i>/0 of the sources that remember where they began: Kafka its first offsets, rate its first moment. */
import type { Files } from '../storage/files.ts'
import { MetadataLog } from './metadata-log.ts'
import type { EntryFormat } from './metadata-log.ts'

/** Kafka's first offsets as JSON text. The zero byte in front is what Spark writes for readers of its version 2.1. */
export const kafkaInitialOffsetsFormat: EntryFormat<string> = {
  supportedVersion: 1,
  writeVersion: 1,
  prefix: '\0',
  write: json => json,
  read: json => { JSON.parse(json); return json.trim() },
}

/** The moment a rate source began, in milliseconds. */
export const rateStartTimeFormat: EntryFormat<number> = {
  supportedVersion: 1,
  writeVersion: 1,
  write: ms => String(ms),
  read: text => {
    if (!/^-?\d{1,15}\s*$/.test(text)) throw new Error(`${JSON.stringify(text.slice(0, 40))} is not a time in milliseconds`)
    return Number(text)
  },
}

/** The log of a Kafka source; entry 0 is all it has. */
export function kafkaInitialOffsetsLog(files: Files, dir: string): MetadataLog<string> { return new MetadataLog(files, dir, kafkaInitialOffsetsFormat) }
/** The log of a rate source; entry 0 is all it has. */
export function rateStartTimeLog(files: Files, dir: string): MetadataLog<number> { return new MetadataLog(files, dir, rateStartTimeFormat) }
