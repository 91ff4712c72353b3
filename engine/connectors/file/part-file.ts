/** Owns the writing of part files: pieces go out under temporary names, the final names come at the end; one file, or one for each partition. */
import { Batch } from '../../columns/batch.ts'
import { joinPath, type AtomicWriter, type Files } from '../../storage/files.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { FileWriter } from './file-format.ts'
import { partitionDirectory, partitionText } from './partitions.ts'

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
      for (const [dir, rows] of split === null ? [['', b] as const] : split(b)) {
        const part = await partAt(dir)
        part.rows += rows.length
        await put(part, part.writer.add(rows))
      }
    }
    for (const p of open.values()) await put(p, p.writer.finish())
  } catch (e) { await abort(); throw e }
  return { parts: [...open.values()], abort, commit: async () => { for (const p of open.values()) await p.out.commit() } }
}

/** Cuts a batch into those of each directory, without the partition columns. */
export function partitionSplitter(w: { readonly schema: StructTypeShape; readonly partitions: readonly number[]; readonly timeZone: string }): (b: Batch) => Map<string, Batch> {
  const kept = w.schema.fields.map((_, i) => i).filter(i => !w.partitions.includes(i)), fields = w.partitions.map(i => w.schema.fields[i]!)
  const texts = fields.map(f => partitionText(f.dataType, w.timeZone))
  return b => {
    const rows = new Map<string, number[]>(), byText = new Map<string, string>()
    for (let i = 0; i < b.length; i++) {
      const values = w.partitions.map((p, k) => texts[k]!(b.columns[p]!.get(i))), key = values.map(v => (v === null ? '0' : `1${v.length}:${v}`)).join('')
      let dir = byText.get(key)
      if (dir === undefined) byText.set(key, dir = values.map((v, k) => partitionDirectory(fields[k]!.name, v)).join('/'))
      const list = rows.get(dir)
      if (list === undefined) rows.set(dir, [i]); else list.push(i)
    }
    const data = new Batch(kept.map(i => b.columns[i]!), b.length), out = new Map<string, Batch>()
    for (const [dir, list] of rows) out.set(dir, list.length === b.length ? data : data.take(Int32Array.from(list), list.length))
    return out
  }
}
