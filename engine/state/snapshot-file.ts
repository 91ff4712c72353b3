/** A snapshot file on its way to its name: framed and written here, or on the thread of snapshots when it is large. */
import type { Files } from '../storage/files.ts'
import type { DataType } from '../types/data-type.ts'
import type { CopiedRecords } from './copied-records.ts'
import { snapshotThread, type ThreadFile } from './snapshot-thread.ts'
import type { RecordFile } from './record-pieces.ts'
import { framesOf } from './state-file-writer.ts'

export interface SnapshotFile {
  /** Writes more records; their memory is free again when the promise is kept. */
  write(records: RecordFile): Promise<void>
  /** As `write`, of records copied from a table in memory; null where somebody else has to bring them into the form of files. */
  readonly writeCopied: ((records: CopiedRecords) => Promise<void>) | null
  /** Writes the last records with the end, and gives the file its name when it is durable; says how many bytes it has. */
  end(records: RecordFile): Promise<number>
  drop(): Promise<void>
}

/** `keys`, `values`: the types of the entries. */
export async function snapshotFile(files: Files, path: string, isLarge: boolean, keys: readonly DataType[], values: readonly DataType[]): Promise<SnapshotFile> {
  const onThread = isLarge ? files.onThread?.(path) ?? null : null, file = onThread === null ? null : onItsThread(path, onThread.sync, keys, values)
  if (file !== null) {
    const add = (records: RecordFile): void => { for (const p of records.pieces) file.add(p.bytes.subarray(0, p.length)) }
    return {
      write: records => { add(records); return file.reached() },
      writeCopied: records => { file.addCopied(records.bytes); return file.reached() },
      end: records => { add(records); return file.end() },
      drop: () => file.drop(),
    }
  }
  const frames = framesOf('snapshot'), here = await files.createAtomic(path, { overwrite: true })
  const add = (records: RecordFile): void => { for (const p of records.pieces) frames.write(p.bytes, 0, p.length) }
  let length = 0
  const write = (bytes: Uint8Array): Promise<void> => { length += bytes.length; return here.write(bytes) }
  return {
    writeCopied: null,
    write: async records => { add(records); await write(frames.flush()) },
    end: async records => { add(records); await write(frames.finish()); await here.commit(); return length },
    drop: () => here.abort(),
  }
}

// Null where the process may have no threads.
function onItsThread(path: string, sync: boolean, keys: readonly DataType[], values: readonly DataType[]): ThreadFile | null {
  try { return snapshotThread.open(path, sync, keys, values) } catch { return null }
}
