/** Owns the codecs of record batches (none, gzip, snappy, lz4, zstd), each read and written as Kafka's Java client does, with a bound on what a batch may grow to. */
import { createRequire } from 'node:module'
import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { snappyCompress, snappyDecompress } from '../../codecs/snappy.ts'
import { KafkaTransportError } from './transport.ts'

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** The codec's number in a batch's attributes is its place here. */
export const codecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** No batch may decompress to more than this. */
const LARGEST_BATCH = 512 * 1024 * 1024

interface Lz4 {
  compressFrameSync(data: Uint8Array): Uint8Array
  decompressFrameSync(data: Uint8Array): Uint8Array
}

let lz4: Lz4 | undefined
function loadLz4(): Lz4 {
  if (lz4 === undefined) {
    try {
      lz4 = createRequire(import.meta.url)('lz4-napi') as Lz4
    } catch (cause) {
      throw new KafkaTransportError('UNSUPPORTED_CODEC', `lz4 record batches need the package lz4-napi, which does not load on this machine: ${(cause as Error).message}. Install it, or write the topic with zstd or gzip.`, { cause })
    }
  }
  return lz4
}

const asBuffer = (b: Uint8Array) => Buffer.from(b.buffer, b.byteOffset, b.byteLength)

/** The bytes a batch's records were before they were compressed. Codec numbers above 4 are `UNSUPPORTED_CODEC`; bytes the codec refuses are `CORRUPT_BATCH`. */
export function decompress(codec: number, bytes: Uint8Array): Uint8Array {
  const name = codecs[codec]
  if (name === undefined) throw new KafkaTransportError('UNSUPPORTED_CODEC', `A record batch names compression number ${codec}, which no version of Kafka defines.`)
  try {
    switch (name) {
      case 'none': return bytes
      case 'gzip': return gunzipSync(bytes, { maxOutputLength: LARGEST_BATCH })
      case 'snappy': return snappyDecompress(bytes, LARGEST_BATCH)
      case 'lz4': return loadLz4().decompressFrameSync(asBuffer(bytes))
      case 'zstd': return zstdDecompressSync(bytes, { maxOutputLength: LARGEST_BATCH })
    }
  } catch (cause) {
    if (cause instanceof KafkaTransportError) throw cause
    throw new KafkaTransportError('CORRUPT_BATCH', `The ${name} bytes of a record batch do not decompress: ${(cause as Error).message}.`, { cause })
  }
}

/** Compresses the records of a batch that is about to be written. */
export function compress(codec: Codec, bytes: Uint8Array): Uint8Array {
  switch (codec) {
    case 'none': return bytes
    case 'gzip': return gzipSync(bytes)
    case 'snappy': return snappyCompress(bytes)
    case 'lz4': return loadLz4().compressFrameSync(asBuffer(bytes))
    case 'zstd': return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
  }
}
