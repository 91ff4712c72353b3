/** Owns the writing of part files: pieces go out under temporary names, the final names come at the end; one file, or one for each partition. */
import type { Batch } from '../../columns/batch.ts'
import { joinPath, type AtomicWriter, type Files } from '../../storage/files.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { FileWriter } from './file-format.ts'
import { partitionSplitter } from '../../formats/partition-names.ts'

export interface PartFile { readonly path: string; readonly sizeBytes: number; readonly rows: number }

/** What was written; nothing is seen before `commit`. */
export interface WrittenParts { readonly parts: readonly PartFile[]; commit(): Promise<void>; abort(): Promise<void> }

/** How files are named and made. `partitions` are the places of the partition columns in the schema. */
export interface PartWriting { readonly files: Files; readonly dir: string; readonly extension: string; readonly schema: StructTypeShape; readonly partitions: readonly number[]; readonly timeZone: string; open(): FileWriter }

interface OpenPart { readonly path: string; readonly out: AtomicWriter; readonly writer: FileWriter; sizeBytes: number; rows: number }

/** `part-00000-<uuid>-c000.json`, as Spark names it; in a partition's directory `part-00000-<uuid>.c000.json`. */
export const partName = (extension: string, partitioned = false): string => `part-00000-${globalThis.crypto.randomUUID()}${partitioned ? '.' : '-'}c000.${extension}`

/** Writes all rows. Without partitions there is a file also for no rows at all. */
export async function writeParts(w: PartWriting, batches: AsyncIterable<Batch>): Promise<WrittenParts> {
  const open = new Map<string, OpenPart>()
  const abort = async (): Promise<void> => { for (const p of open.values()) await p.out.abort() }
  const put = async (p: OpenPart, pieces: readonly Uint8Array[]): Promise<void> => { for (const piece of pieces) { p.sizeBytes += piece.length; await p.out.write(piece) } }
  const partAt = async (dir: string): Promise<OpenPart> => {
    let part = open.get(dir)
    if (part === undefined) {
      const path = joinPath(w.dir, dir, partName(w.extension, dir !== ''))
      open.set(dir, part = { path, out: await w.files.createAtomic(path, { overwrite: false }), writer: w.open(), sizeBytes: 0, rows: 0 })
    }
    return part
  }
  try {
    const split = w.partitions.length === 0 ? null : partitionSplitter(w)
    if (split === null) await partAt('')
    for await (const b of batches) {
      for (const [dir, { rows }] of split === null ? [['', { rows: b }] as const] : split(b)) {
        const part = await partAt(dir)
        part.rows += rows.length
        await put(part, part.writer.add(rows))
      }
    }
    for (const p of open.values()) await put(p, p.writer.finish())
  } catch (e) { await abort(); throw e }
  return { parts: [...open.values()], abort, commit: async () => { for (const p of open.values()) await p.out.commit() } }
}
