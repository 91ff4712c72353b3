/** Copied records of a table -> the records of a state file, on the side of the thread that writes it. */
import type { DataType } from '../types/data-type.ts'
import { splitRecord } from './record-bytes.ts'
import { RowArena } from './row-arena.ts'
import { flatRows, rowCodec, type RowCodec } from './row-codec.ts'
import { StateFileWriter } from './state-file-writer.ts'

const rowsAtOnce = 512

export class CopiedRows {
  readonly #keyCodec: RowCodec
  readonly #valueCodec: RowCodec
  readonly #keys = new RowArena()
  readonly #values = new RowArena()
  readonly #writer = new StateFileWriter()

  constructor(keys: readonly DataType[], values: readonly DataType[]) {
    this.#keyCodec = rowCodec(keys)
    this.#valueCodec = rowCodec(values)
  }

  /** The records of a file, in pieces that are each valid until the next is asked for. */
  *pieces(records: Uint8Array): Generator<Uint8Array> {
    const keys = this.#keys, values = this.#values
    for (let at = 0; at < records.length;) {
      keys.reset()
      values.reset()
      while (at < records.length && keys.count < rowsAtOnce) at = splitRecord(records, at, keys, values)
      this.#writer.add(flatRows(this.#keyCodec, keys), flatRows(this.#valueCodec, values), keys.count)
      const file = this.#writer.take()
      for (const { bytes, length } of file.pieces) yield bytes.subarray(0, length)
      this.#writer.reuse(file)
    }
  }
}
