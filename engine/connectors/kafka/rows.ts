/** Owns the columns of the Kafka source: a chunk of records as a batch, keys and values as views of the bytes that came from the network. */
import { Batch } from '../../columns/batch.ts'
import { BytesVector } from '../../columns/bytes-vector.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { ObjectVector } from '../../columns/object-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { arrayType, binaryType, intType, longType, stringType, structField, structType, timestampType, type StructTypeShape } from '../../types/data-type.ts'
import type { RecordChunk } from './transport.ts'

export const headersType = arrayType(structType([structField('key', stringType), structField('value', binaryType)]))

/** The columns of the source; timestampType is 0 for CreateTime, 1 for LogAppendTime. */
export function kafkaSchema(headers: boolean): StructTypeShape {
  return structType([
    structField('key', binaryType), structField('value', binaryType), structField('topic', stringType), structField('partition', intType),
    structField('offset', longType), structField('timestamp', timestampType), structField('timestampType', intType),
    ...(headers ? [structField('headers', headersType)] : []),
  ])
}

/** The records as a batch. Columns that are not wanted are constant NULLs. */
export function batchOfChunk(chunk: RecordChunk, schema: StructTypeShape, wanted: ReadonlySet<number>, partition: number): Batch {
  const n = chunk.length
  return new Batch(schema.fields.map((f, i) => (wanted.has(i) ? column(chunk, i, n) : new ConstantVector(f.dataType, null, n))), n, partition)
}

function column(chunk: RecordChunk, index: number, n: number): Vector {
  switch (index) {
    case 0: return bytesColumn(chunk.bytes, chunk.keyStarts, chunk.keyEnds, n)
    case 1: return bytesColumn(chunk.bytes, chunk.valueStarts, chunk.valueEnds, n)
    case 2: return new ConstantVector(stringType, chunk.topic, n)
    case 3: return new ConstantVector(intType, chunk.partition, n)
    case 4: return new FixedVector(longType, chunk.offsets.subarray(0, n), null, n)
    case 5: return new FixedVector(timestampType, micros(chunk.timestampsMs, n), null, n)
    case 6: return timestampTypes(chunk.timestampTypes, n)
    default: return headers(chunk, n)
  }
}

function bytesColumn(bytes: Uint8Array, starts: Int32Array, ends: Int32Array, n: number): Vector {
  let nulls: Uint8Array | null = null
  for (let i = 0; i < n; i++) if (starts[i]! < 0) (nulls ??= new Uint8Array(n))[i] = 1
  return new BytesVector(binaryType, bytes, starts.subarray(0, n), ends.subarray(0, n), nulls, n)
}

function micros(ms: BigInt64Array, n: number): BigInt64Array {
  const out = new BigInt64Array(n)
  for (let i = 0; i < n; i++) out[i] = BigInt.asIntN(64, ms[i]! * 1000n)
  return out
}

// A topic has one kind of timestamps, unless its settings were changed.
function timestampTypes(types: Uint8Array, n: number): Vector {
  const first = types[0] ?? 0
  for (let i = 1; i < n; i++) if (types[i] !== first) return new FixedVector(intType, Int32Array.from(types.subarray(0, n)), null, n)
  return new ConstantVector(intType, first, n)
}

function headers(chunk: RecordChunk, n: number): Vector {
  const values = new Array<unknown>(n)
  let nulls: Uint8Array | null = null
  for (let i = 0; i < n; i++) {
    const list = chunk.headers?.[i] ?? null
    values[i] = list === null || list.length === 0 ? null : list.map(h => [h.key, h.value])
    if (values[i] === null) (nulls ??= new Uint8Array(n))[i] = 1
  }
  return new ObjectVector(headersType, values, nulls)
}
