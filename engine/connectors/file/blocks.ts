/** Owns the reading of a large file of lines block by block: memory stays small and in the processor's caches, and the first rows come at once. */
import type { Batch } from '../../columns/batch.ts'
import type { Files } from '../../storage/files.ts'

/** Takes whole lines from position `from` on; `consumed` is the position behind the last one, `from` where no line ends in the bytes. The last line needs no end `atEnd`. */
export type TakeLines = (bytes: Uint8Array, from: number, atEnd: boolean) => { readonly batch: Batch | null; readonly consumed: number }

// Half a mebibyte: the bytes stay in the processor's cache while they are parsed, and they are read at once, without a trip to another thread.
const blockBytes = 1 << 19

/** The batches of a file. A block begins where the last whole line of the one before ended; one that holds no whole line is read again, twice as long. */
export async function* readInBlocks(files: Files, path: string, take: TakeLines): AsyncGenerator<Batch> {
  const first = await files.stat(path)
  // A file that has gone: reading it says so.
  const size = first === null ? (await files.read(path)).length : first.sizeBytes
  for (let at = 0, length = blockBytes; at < size;) {
    // One byte before the block is read along: only the very start of the file may be a byte order mark.
    const before = at === 0 ? 0 : 1, bytes = await files.readRange(path, at - before, Math.min(size, at + length))
    const atEnd = at - before + bytes.length >= size
    let from = before
    while (from < bytes.length) {
      const { batch, consumed } = take(bytes, from, atEnd)
      if (batch !== null) yield batch
      if (consumed <= from) break
      from = consumed
    }
    if (from > before) { at += from - before; length = blockBytes } else if (atEnd || bytes.length <= before) return
    else length *= 2
  }
}
