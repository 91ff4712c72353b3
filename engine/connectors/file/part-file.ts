/** Owns the writing of one part file: lines go out in pieces under a temporary name, the final name comes at the end. */
import type { Batch } from '../../columns/batch.ts'
import { joinPath, type Files } from '../../storage/files.ts'
import type { Compressor } from './compression.ts'

const pieceChars = 1 << 20
const encoder = new TextEncoder()

export interface PartFile {
  readonly path: string
  readonly sizeBytes: number
  readonly rows: number
  /** Gives the file its name. */
  commit(): Promise<void>
  abort(): Promise<void>
}

/** `part-00000-<uuid>-c000.json`, as Spark names it. */
export const partName = (extension: string): string => `part-00000-${globalThis.crypto.randomUUID()}-c000.${extension}`

/** Writes all rows, each as a line ended by `separator`. The file shows when `commit` is called. */
export async function writePartFile(files: Files, dir: string, extension: string, compressor: Compressor, batches: AsyncIterable<Batch>, line: (values: readonly unknown[]) => string, separator: string): Promise<PartFile> {
  const path = joinPath(dir, partName(`${extension}${compressor.extension}`))
  const out = await files.createAtomic(path, { overwrite: false })
  let text = '', sizeBytes = 0, rows = 0
  const flush = async (): Promise<void> => {
    if (text === '') return
    const bytes = compressor.pack(encoder.encode(text))
    text = ''
    sizeBytes += bytes.length
    await out.write(bytes)
  }
  try {
    for await (const b of batches) {
      for (let i = 0; i < b.length; i++) {
        text += line(b.columns.map(c => c.get(i))) + separator
        if (text.length >= pieceChars) await flush()
      }
      rows += b.length
    }
    await flush()
  } catch (e) { await out.abort(); throw e }
  return { path, sizeBytes, rows, commit: async () => { await out.commit() }, abort: () => out.abort() }
}
