/** Owns the copying of kafkajs' message objects into the columns of a chunk. */
import type { PublicMessage } from './public-transport.ts'
import type { RecordChunk, RecordHeader, TopicPartition } from './transport.ts'

const encoder = new TextEncoder()
const LOG_APPEND_TIME = 8

function headersOf(message: PublicMessage): readonly RecordHeader[] | null {
  const out: RecordHeader[] = []
  for (const [key, given] of Object.entries(message.headers ?? {})) {
    for (const v of Array.isArray(given) ? given : [given]) out.push({ key, value: v == null ? null : typeof v === 'string' ? encoder.encode(v) : v })
  }
  return out.length === 0 ? null : out
}

/** Gathers messages and turns them into a chunk. */
export class ChunkCopy {
  readonly #tp: TopicPartition
  readonly #headers: boolean
  #messages: PublicMessage[] = []

  constructor(tp: TopicPartition, headers: boolean) {
    this.#tp = tp
    this.#headers = headers
  }

  get length(): number { return this.#messages.length }

  add(message: PublicMessage): void { this.#messages.push(message) }

  take(): RecordChunk {
    const list = this.#messages
    this.#messages = []
    const n = list.length
    let size = 0
    for (const m of list) size += (m.key?.length ?? 0) + (m.value?.length ?? 0)
    const bytes = new Uint8Array(size)
    const [keyStarts, keyEnds, valueStarts, valueEnds] = [0, 1, 2, 3].map(() => new Int32Array(n).fill(-1)) as [Int32Array, Int32Array, Int32Array, Int32Array]
    const offsets = new BigInt64Array(n)
    const timestampsMs = new BigInt64Array(n)
    const timestampTypes = new Uint8Array(n)
    let at = 0
    const put = (b: Uint8Array | null, starts: Int32Array, ends: Int32Array, row: number) => {
      if (b === null) return
      bytes.set(b, at)
      starts[row] = at
      ends[row] = at += b.length
    }
    list.forEach((m, row) => {
      put(m.key, keyStarts, keyEnds, row)
      put(m.value, valueStarts, valueEnds, row)
      offsets[row] = BigInt(m.offset)
      timestampsMs[row] = BigInt(m.timestamp)
      timestampTypes[row] = (m.attributes & LOG_APPEND_TIME) === 0 ? 0 : 1
    })
    return { ...this.#tp, length: n, bytes, keyStarts, keyEnds, valueStarts, valueEnds, offsets, timestampsMs, timestampTypes, headers: this.#headers ? list.map(headersOf) : null }
  }
}
