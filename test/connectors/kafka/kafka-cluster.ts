/** Shared by the Kafka tests: a transport for a broker, rows read back as plain objects, and columns from plain objects. */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { openKafkaTransport, type TransportWay } from '../../../engine/connectors/kafka/open-transport.ts'
import { kafkaConnectionOptions } from '../../../engine/connectors/kafka/security.ts'
import type { FetchOptions, KafkaTransport, ProduceColumns, RecordChunk, RecordHeader, TopicPartition } from '../../../engine/connectors/kafka/transport.ts'
import { systemClock } from '../../../engine/observe/clock.ts'
import { until } from '../../fixtures/ways.ts'

export interface Row {
  readonly key: string | null
  readonly value: string | null
  readonly offset: number
  readonly timestamp: number
  readonly type: number
  readonly headers?: readonly { key: string; value: string | null }[] | null
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

export function transportTo(bootstrapServers: string, options: Readonly<Record<string, string>> = {}, way: TransportWay = 'own'): KafkaTransport {
  const all = { 'bootstrap.servers': bootstrapServers, ...options }
  return openKafkaTransport(kafkaConnectionOptions(Object.entries(all).map(([k, v]) => [`kafka.${k}`, v] as const), () => { throw new Error('no files here') }), systemClock, way)
}

export function rowsOf(chunk: RecordChunk): Row[] {
  const text = (starts: Int32Array, ends: Int32Array, i: number) => starts[i]! < 0 ? null : decoder.decode(chunk.bytes.subarray(starts[i], ends[i]))
  const headers = (list: readonly RecordHeader[] | null) => list?.map(h => ({ key: h.key, value: h.value === null ? null : decoder.decode(h.value) })) ?? null
  return Array.from({ length: chunk.length }, (_, i) => ({
    key: text(chunk.keyStarts, chunk.keyEnds, i), value: text(chunk.valueStarts, chunk.valueEnds, i),
    offset: Number(chunk.offsets[i]), timestamp: Number(chunk.timestampsMs[i]), type: chunk.timestampTypes[i]!,
    ...(chunk.headers === null ? {} : { headers: headers(chunk.headers[i] ?? null) }),
  }))
}

export async function read(kafka: KafkaTransport, tp: TopicPartition, from: number, until: number, options?: FetchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for await (const chunk of kafka.fetchRange(tp, from, until, options)) rows.push(...rowsOf(chunk))
  return rows
}

/** Waits until no transaction is open in a topic: a broker writes the markers that end one a moment after it has said yes to the end. */
export async function transactionsEnded(bootstrapServers: string, topic: string, partitions = 1): Promise<void> {
  const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  const [written, stable] = [transportTo(bootstrapServers), transportTo(bootstrapServers, { 'isolation.level': 'read_committed' })]
  const ended = async (): Promise<boolean> => isDeepStrictEqual(await stable.offsets(all, 'latest'), await written.offsets(all, 'latest'))
  await until(ended, 30_000, `the end of the transactions in ${topic}`)
  await Promise.all([written.close(), stable.close()])
}

export interface Outgoing { readonly topic: string; readonly partition?: number; readonly key?: string | null; readonly value: string | null; readonly timestamp?: number; readonly headers?: readonly RecordHeader[] }

/** Columns of the rows; `timestamp` must be on all rows or on none. */
export function columnsOf(rows: readonly Outgoing[]): ProduceColumns {
  const topics = [...new Set(rows.map(r => r.topic))]
  const arena: number[] = []
  const put = (s: string | null | undefined): [number, number] => {
    if (s == null) return [-1, -1]
    const start = arena.length
    for (const b of encoder.encode(s)) arena.push(b)
    return [start, arena.length]
  }
  const keys = rows.map(r => put(r.key))
  const values = rows.map(r => put(r.value))
  const bytes = Uint8Array.from(arena)
  return {
    topics, topicIndexes: Int32Array.from(rows, r => topics.indexOf(r.topic)), partitions: Int32Array.from(rows, r => r.partition ?? -1),
    keyBytes: bytes, keyStarts: Int32Array.from(keys, k => k[0]), keyEnds: Int32Array.from(keys, k => k[1]),
    valueBytes: bytes, valueStarts: Int32Array.from(values, v => v[0]), valueEnds: Int32Array.from(values, v => v[1]),
    timestampsMs: rows.some(r => r.timestamp !== undefined) ? BigInt64Array.from(rows, r => BigInt(r.timestamp!)) : null,
    headers: rows.some(r => r.headers !== undefined) ? rows.map(r => r.headers ?? null) : null,
    from: 0, until: rows.length,
  }
}

/** Equality that shows the first row that differs, not thousands. */
export function same(actual: readonly unknown[], expected: readonly unknown[], what: string): void {
  for (let i = 0; i < Math.min(actual.length, expected.length); i++) assert.deepEqual(actual[i], expected[i], `${what}: row ${i}`)
  assert.equal(actual.length, expected.length, `${what}: number of rows`)
}
