/** Record batches without a broker: what the encoder writes the decoder reads, and damaged bytes give a named error, never a hang and never foreign bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBatch, recordBound } from '../../../engine/connectors/kafka/batch-encoder.ts'
import { codecs, compress, decompress, type Codec } from '../../../engine/connectors/kafka/compression.ts'
import { crc32c } from '../../../engine/connectors/kafka/crc32c.ts'
import { BATCH_OVERHEAD, decodeBatches, surveyBatches, type ReadState } from '../../../engine/connectors/kafka/record-batch.ts'
import { snappyCompress, snappyDecompress } from '../../../engine/codecs/snappy.ts'
import { KafkaTransportError } from '../../../engine/connectors/kafka/transport.ts'
import { columnsOf, rowsOf, type Outgoing, type Row } from './kafka-cluster.ts'

let seed = 7
const random = (n: number) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n }

function batchOf(rows: readonly Outgoing[], baseOffset: number, codec: Codec = 'none'): Uint8Array {
  const c = columnsOf(rows)
  let bound = BATCH_OVERHEAD
  for (let i = 0; i < rows.length; i++) bound += recordBound(c, i)
  const bytes = Buffer.alloc(bound)
  const end = encodeBatch(bytes, 0, c, Int32Array.from(rows, (_, i) => i), 0, rows.length, { codec, producerId: -1n, producerEpoch: -1, baseSequence: -1, nowMs: 123 })
  bytes.writeBigInt64BE(BigInt(baseOffset), 0)
  return bytes.subarray(0, end)
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

const stateOf = (from: number, until: number, more: Partial<ReadState> = {}): ReadState =>
  ({ topic: 't', partition: 0, until, isolation: 'read_uncommitted', headers: true, chunkRecords: 8192, position: from, ...more })

function decodeAll(state: ReadState, bytes: Uint8Array, start = 0, end = bytes.length): Row[] {
  return [...decodeBatches(state, bytes, start, end, [])].flatMap(rowsOf)
}

function someRows(n: number): Outgoing[] {
  return Array.from({ length: n }, (_, i) => ({
    topic: 't', key: random(4) === 0 ? null : 'k'.repeat(random(200)), value: random(5) === 0 ? null : 'v'.repeat(random(9) === 0 ? random(40_000) : random(300)),
    timestamp: 1_700_000_000_000 + (random(2) === 0 ? i : (random(2_000_000) - 1_000_000) * 100_000),
    headers: random(3) === 0 ? [{ key: 'h'.repeat(random(5)), value: random(2) === 0 ? null : new Uint8Array(random(9)) }] : null,
  })) as Outgoing[]
}

const plain = (rows: readonly Outgoing[], base: number): Row[] => rows.map((r, i) => ({
  key: r.key ?? null, value: r.value, offset: base + i, timestamp: r.timestamp!, type: 0,
  headers: r.headers == null ? null : r.headers.map(h => ({ key: h.key, value: h.value === null ? null : new TextDecoder().decode(h.value) })),
}))

test('written and read again, every codec mixed in one answer, offsets beyond 2^32, any range and chunk size', () => {
  for (let round = 0; round < 20; round++) {
    const base = round % 2 === 0 ? random(1000) : 2 ** 33 + random(1000)
    const expected: Row[] = []
    const parts: Uint8Array[] = []
    for (let b = 0; b < 6; b++) {
      const rows = someRows(1 + random(150))
      parts.push(batchOf(rows, base + expected.length, codecs[random(5)]))
      expected.push(...plain(rows, base + expected.length))
    }
    const bytes = join(parts)
    const from = base + random(expected.length)
    const until = from + random(expected.length)
    const state = stateOf(from, until, { chunkRecords: 1 + random(200) })
    assert.deepEqual(decodeAll(state, bytes), expected.filter(r => r.offset >= from && r.offset < until))
    assert.equal(state.position, Math.max(from, Math.min(until, base + expected.length)))
  }
})

test('a batch cut at the end waits for the next answer, and its size is told', () => {
  const a = batchOf(someRows(10), 0)
  const b = batchOf(someRows(10), 10)
  const bytes = join([a, b])
  for (let cut = 0; cut < b.length; cut += 1 + (cut >> 3)) {
    const state = stateOf(0, 20)
    assert.equal(decodeAll(state, bytes, 0, a.length + cut).length, 10)
    assert.equal(state.position, 10)
    const survey = surveyBatches(stateOf(0, 20), bytes, 0, a.length + cut)
    assert.equal(survey.next, 10)
    assert.equal(survey.cutBatchBytes, cut >= 12 ? b.length : 0)
  }
})

test('chunks do not mix bytes of decompressed and uncompressed batches, and stay readable', () => {
  const rows = someRows(40)
  const bytes = join([batchOf(rows, 0, 'lz4'), batchOf(rows, 40), batchOf(rows, 80, 'zstd'), batchOf(rows, 120, 'zstd')])
  const chunks = [...decodeBatches(stateOf(0, 160), bytes, 0, bytes.length, [])]
  assert.deepEqual(chunks.map(c => c.length), [40, 40, 80])
  assert.equal(chunks[1]!.bytes, bytes)
  assert.deepEqual(chunks.flatMap(rowsOf), [0, 40, 80, 120].flatMap(b => plain(rows, b)))
})

const failure = (bytes: Uint8Array, state = stateOf(0, 1000)): string => {
  try { decodeAll(state, bytes) } catch (e) { assert.ok(e instanceof KafkaTransportError, String(e)); return e.code }
  return 'none'
}

test('old formats, unknown formats and damage are named', () => {
  const good = batchOf(someRows(20), 0)
  const change = (at: number, to: number) => { const b = Uint8Array.from(good); b[at] = to; return b }
  assert.equal(failure(change(16, 1)), 'UNSUPPORTED_MAGIC')
  assert.equal(failure(change(16, 9)), 'UNSUPPORTED_MAGIC')
  assert.equal(failure(change(good.length - 1, good[good.length - 1]! ^ 1)), 'CRC_MISMATCH')
  assert.equal(failure(change(17, good[17]! ^ 255)), 'CRC_MISMATCH')
  const repair = (b: Uint8Array) => { new DataView(b.buffer).setUint32(17, crc32c(b, 21)); return b }
  assert.equal(failure(repair(change(22, 5))), 'UNSUPPORTED_CODEC')
  assert.equal(failure(repair(change(22, 4))), 'CORRUPT_BATCH')
  assert.equal(failure(repair(change(60, 255))), 'CORRUPT_BATCH')
  assert.equal(failure(repair(change(61, 127))), 'CORRUPT_BATCH')
})

test('fuzz: any bytes give rows within their own memory or a named error', () => {
  const good = join([batchOf(someRows(30), 0), batchOf(someRows(30), 30, 'snappy'), batchOf(someRows(30), 60, 'lz4'), batchOf(someRows(5), 90, 'zstd'), batchOf(someRows(5), 95, 'gzip')])
  const starts = [0]
  for (let at = 0; at < good.length;) { at += 12 + new DataView(good.buffer).getInt32(at + 8); starts.push(at) }
  let refused = 0
  for (let round = 0; round < 3000; round++) {
    const b = Uint8Array.from(good)
    const hits = 1 + random(4)
    for (let h = 0; h < hits; h++) {
      const at = random(3) === 0 ? starts[random(5)]! + random(70) : random(b.length)
      b[at] = random(256)
    }
    // Half the rounds repair the checksums, so that the damage reaches the record reader and the codecs.
    if (round % 2 === 0) {
      for (const at of starts) {
        const end = at + 12 + (at + 12 <= b.length ? new DataView(b.buffer).getInt32(at + 8) : 0)
        if (end <= b.length && end > at + 61) new DataView(b.buffer).setUint32(at + 17, crc32c(b, at + 21, end))
      }
    }
    const end = random(4) === 0 ? random(b.length) : b.length
    try {
      for (const c of decodeBatches(stateOf(random(100), 100), b, 0, end, [])) {
        for (let i = 0; i < c.length; i++) {
          assert.ok(c.valueEnds[i]! <= c.bytes.length && c.valueStarts[i]! <= c.valueEnds[i]! && c.valueStarts[i]! >= -1)
          assert.ok(c.keyEnds[i]! <= c.bytes.length && c.keyStarts[i]! <= c.keyEnds[i]! && c.keyStarts[i]! >= -1)
        }
        if (c.bytes === b) assert.ok(c.valueEnds.subarray(0, c.length).every(e => e <= end))
      }
    } catch (e) {
      assert.ok(e instanceof KafkaTransportError, e instanceof Error ? e.stack : String(e))
      refused++
    }
  }
  assert.ok(refused > 500, `${refused} refused`)
})

test('snappy: blocks and frames, back and forth, and damaged input', () => {
  for (let round = 0; round < 60; round++) {
    const bytes = new Uint8Array(random(100_000))
    const alphabet = 1 + random(256)
    for (let i = 0; i < bytes.length; i++) bytes[i] = i > 100 && random(3) > 0 ? bytes[i - 1 - random(90)]! : random(alphabet)
    const packed = snappyCompress(bytes)
    assert.deepEqual(snappyDecompress(packed, 1 << 20), bytes)
    assert.deepEqual(decompress(2, compress('snappy', bytes)), bytes)
    for (let k = 0; k < 20; k++) {
      const broken = Uint8Array.from(packed.subarray(0, k % 2 === 0 ? packed.length : random(packed.length)))
      if (broken.length > 20) broken[16 + random(broken.length - 16)] = random(256)
      try { snappyDecompress(broken, 1 << 20) } catch (e) { assert.ok(e instanceof RangeError) }
    }
  }
  assert.throws(() => snappyDecompress(Uint8Array.from([255, 255, 255, 127, 0]), 1 << 20), RangeError)
})
