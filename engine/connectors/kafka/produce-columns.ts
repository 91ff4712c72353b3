/** Owns the way from a batch to columns that can be written: keys and values as views of bytes, without an object for a row. */
import type { Batch } from '../../columns/batch.ts'
import { BytesVector } from '../../columns/bytes-vector.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { SinkColumns } from './sink-schema.ts'
import type { ProduceColumns, RecordHeader } from './transport.ts'

interface ByteViews { readonly bytes: Uint8Array; readonly starts: Int32Array; readonly ends: Int32Array }

const encoder = new TextEncoder()

/** The batch's rows for `transport.produce`. Throws KAFKA_NULL_TOPIC_IN_DATA. */
export function produceColumns(batch: Batch, columns: SinkColumns): ProduceColumns {
  const n = batch.length
  const value = views(batch.columns[columns.value]!, n)
  const key = columns.key < 0 ? null : views(batch.columns[columns.key]!, n)
  const { topics, topicIndexes } = columns.topicOption !== null ? { topics: [columns.topicOption], topicIndexes: null } : topicsOf(batch.columns[columns.topic]!, n)
  return {
    topics, topicIndexes,
    partitions: columns.partition < 0 ? null : partitionsOf(batch.columns[columns.partition]!, n),
    keyBytes: key?.bytes ?? null, keyStarts: key?.starts ?? null, keyEnds: key?.ends ?? null,
    valueBytes: value.bytes, valueStarts: value.starts, valueEnds: value.ends,
    timestampsMs: null,
    headers: columns.headers < 0 ? null : headersOf(batch.columns[columns.headers]!, n),
    from: 0, until: n,
  }
}

/** Strings in UTF-8 and binary values as they are; a start of −1 is NULL. */
export function views(v: Vector, n: number): ByteViews {
  if (v instanceof BytesVector) return { bytes: v.bytes, starts: v.nulls === null ? v.starts : withNulls(v.starts, v, n), ends: v.ends }
  if (v instanceof ConstantVector) {
    const one = v.constant === null ? new Uint8Array(0) : bytesOf(v.constant)
    return { bytes: one, starts: new Int32Array(n).fill(v.constant === null ? -1 : 0), ends: new Int32Array(n).fill(one.length) }
  }
  // A dictionary that is much larger than the batch is not worth encoding.
  if (v instanceof DictionaryVector && v.dictionary.length <= n) {
    const d = views(v.dictionary, v.dictionary.length)
    const starts = new Int32Array(n), ends = new Int32Array(n)
    for (let i = 0; i < n; i++) { const k = v.indices[i]!; starts[i] = d.starts[k]!; ends[i] = d.ends[k]! }
    return { bytes: d.bytes, starts: v.nulls === null ? starts : withNulls(starts, v, n), ends }
  }
  return encoded(v, n)
}

function withNulls(starts: Int32Array, v: Vector, n: number): Int32Array {
  const out = starts.slice(0, n)
  for (let i = 0; i < n; i++) if (v.isNull(i)) out[i] = -1
  return out
}

const bytesOf = (value: unknown): Uint8Array => (typeof value === 'string' ? encoder.encode(value) : value as Uint8Array)

function encoded(v: Vector, n: number): ByteViews {
  const starts = new Int32Array(n), ends = new Int32Array(n)
  let bytes = new Uint8Array(Math.max(1024, n * 64)), at = 0
  for (let i = 0; i < n; i++) {
    const value = v.get(i) as string | Uint8Array | null
    if (value === null) { starts[i] = -1; continue }
    // A UTF-16 unit takes at most three bytes.
    const room = typeof value === 'string' ? value.length * 3 : value.length
    if (at + room > bytes.length) { const grown = new Uint8Array(Math.max(bytes.length * 2, at + room)); grown.set(bytes.subarray(0, at)); bytes = grown }
    starts[i] = at
    if (typeof value === 'string') at += put(value, bytes, at)
    else { bytes.set(value, at); at += value.length }
    ends[i] = at
  }
  return { bytes, starts, ends }
}

// Short ASCII texts are put in by hand, which beats the encoder.
function put(text: string, bytes: Uint8Array, at: number): number {
  const n = text.length
  if (n <= 32) {
    let i = 0
    for (; i < n; i++) {
      const c = text.charCodeAt(i)
      if (c >= 0x80) break
      bytes[at + i] = c
    }
    if (i === n) return n
  }
  return encoder.encodeInto(text, bytes.subarray(at)).written
}

function topicsOf(v: Vector, n: number): { topics: string[]; topicIndexes: Int32Array | null } {
  const missing = (): Error => executionError('KAFKA_NULL_TOPIC_IN_DATA')
  if (v instanceof ConstantVector) {
    if (v.constant === null) throw missing()
    return { topics: [v.constant as string], topicIndexes: null }
  }
  const topics: string[] = [], known = new Map<string, number>(), topicIndexes = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const topic = v.get(i) as string | null
    if (topic === null) throw missing()
    let index = known.get(topic)
    if (index === undefined) { index = topics.push(topic) - 1; known.set(topic, index) }
    topicIndexes[i] = index
  }
  return { topics, topicIndexes }
}

function partitionsOf(v: Vector, n: number): Int32Array {
  if (v instanceof FixedVector && v.nulls === null) return (v.data as Int32Array).subarray(0, n)
  return Int32Array.from({ length: n }, (_, i) => (v.get(i) as number | null) ?? -1)
}

function headersOf(v: Vector, n: number): (readonly RecordHeader[] | null)[] {
  return Array.from({ length: n }, (_, i) => {
    const list = v.get(i) as readonly (readonly [string | null, Uint8Array | null] | null)[] | null
    return list === null ? null : list.flatMap(h => (h === null ? [] : [{ key: h[0] ?? '', value: h[1] }]))
  })
}
