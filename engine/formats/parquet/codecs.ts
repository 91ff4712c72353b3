/** Owns the compression of pages: by number as files have it, by the names Spark's option takes. */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { compressBlock, decompressBlock, maxCompressedLength } from '../../codecs/lz4-block.ts'
import { snappyCompressBlock, snappyDecompressBlock } from '../../codecs/snappy.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { codecNumbers } from './metadata.ts'

/** A codec by the name that the option `compression` has. */
export type CodecName = 'none' | 'uncompressed' | 'snappy' | 'gzip' | 'lz4' | 'lz4_raw' | 'zstd'
export const codecNames: readonly CodecName[] = ['none', 'uncompressed', 'snappy', 'gzip', 'lz4_raw', 'lz4', 'zstd']

/** The number of a codec; Spark's `lz4` is written in today's form. */
export function codecNumber(name: CodecName): number {
  switch (name) {
    case 'snappy': return codecNumbers.snappy
    case 'gzip': return codecNumbers.gzip
    case 'zstd': return codecNumbers.zstd
    case 'lz4': case 'lz4_raw': return codecNumbers.lz4raw
    default: return codecNumbers.uncompressed
  }
}

/** What Spark puts into the file's name: `.snappy`, `.gz`, nothing. */
export const codecExtension = (name: CodecName): string => ({ none: '', uncompressed: '', snappy: '.snappy', gzip: '.gz', lz4: '.lz4raw', lz4_raw: '.lz4raw', zstd: '.zstd' })[name]

export function compressPage(codec: number, bytes: Uint8Array): Uint8Array {
  switch (codec) {
    case codecNumbers.uncompressed: return bytes
    case codecNumbers.snappy: return snappyCompressBlock(bytes)
    case codecNumbers.gzip: return gzipSync(bytes)
    case codecNumbers.zstd: return zstdCompressSync(bytes)
    default: {
      const target = new Uint8Array(maxCompressedLength(bytes.length))
      return target.subarray(0, compressBlock(bytes, 0, bytes.length, target, 0))
    }
  }
}

/** Decompresses a page into `target` at `at`, where it takes exactly `length` bytes. `RangeError` for damaged bytes. */
export function decompressPage(codec: number, bytes: Uint8Array, target: Uint8Array, at: number, length: number): void {
  switch (codec) {
    case codecNumbers.snappy: snappyDecompressBlock(bytes, target, at, length); return
    case codecNumbers.uncompressed: put(bytes, target, at, length); return
    case codecNumbers.gzip: put(gunzipSync(bytes), target, at, length); return
    case codecNumbers.zstd: put(zstdDecompressSync(bytes), target, at, length); return
    case codecNumbers.lz4raw: if (!decompressBlock(bytes, 0, bytes.length, target, at, length)) throw new RangeError('parquet: an LZ4 page is damaged'); return
    case codecNumbers.lz4: hadoopLz4(bytes, target, at, length); return
    default: throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `The Parquet compression number ${codec}`, advice: 'Write the file with snappy, gzip, zstd, lz4_raw or none.' })
  }
}

function put(bytes: Uint8Array, target: Uint8Array, at: number, length: number): void {
  if (bytes.length !== length) throw new RangeError(`parquet: a page has ${bytes.length} bytes where ${length} were promised`)
  target.set(bytes, at)
}

// The old LZ4: pieces, each with its two lengths in front, big-endian; some writers left those out.
function hadoopLz4(bytes: Uint8Array, target: Uint8Array, at: number, length: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let i = 0, out = 0
  while (i + 8 <= bytes.length && out < length) {
    const plain = view.getUint32(i), packed = view.getUint32(i + 4)
    if (packed > bytes.length - i - 8 || plain > length - out || !decompressBlock(bytes, i + 8, i + 8 + packed, target, at + out, plain)) break
    i += 8 + packed
    out += plain
  }
  if (i !== bytes.length || out !== length) if (!decompressBlock(bytes, 0, bytes.length, target, at, length)) throw new RangeError('parquet: an LZ4 page is damaged')
}
