/** Owns the compression of files, which their names tell: .gz, .deflate and .zst are read, .gz and .zst are written. */
import { gunzipSync, gzipSync, inflateSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { analysisError, executionError } from '../../errors/spark-error.ts'
import type { Files } from '../../storage/files.ts'
import type { OptionsReader } from '../options.ts'

const plain = (b: Uint8Array): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.byteLength)
const refused = ['.bz2', '.lz4', '.snappy', '.lzo']

/** Whether the name says that the bytes must be decompressed, or refused, first. */
export const isCompressed = (path: string): boolean => [...refused, '.gz', '.deflate', '.zst'].some(e => path.endsWith(e))

/** The bytes of a file, decompressed. Throws FAILED_READ_FILE.NO_HINT for a damaged one. */
export async function readDecompressed(files: Files, path: string): Promise<Uint8Array> { return decompress(path, await files.read(path)) }

/** The same for bytes that are read already. */
export function decompress(path: string, bytes: Uint8Array): Uint8Array {
  const bad = refused.find(e => path.endsWith(e))
  if (bad !== undefined) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `Reading ${bad} files (${path})`, advice: 'Compress them with gzip, deflate or zstd.' })
  try {
    if (path.endsWith('.gz')) return plain(gunzipSync(bytes))
    if (path.endsWith('.deflate')) return plain(inflateSync(bytes))
    if (path.endsWith('.zst')) return plain(zstdDecompressSync(bytes))
  } catch (e) { throw executionError('FAILED_READ_FILE.NO_HINT', { path }, e) }
  return bytes
}

export interface Compressor { readonly extension: string; pack(bytes: Uint8Array): Uint8Array }

/** What the option `compression` (or `codec`) asks of written files. Pieces packed one by one may stand one behind another. */
export function compressorOf(options: OptionsReader): Compressor {
  const name = options.choice(options.text('compression') === null && options.text('codec') !== null ? 'codec' : 'compression', ['none', 'uncompressed', 'gzip', 'deflate', 'zstd'] as const, 'none')
  switch (name) {
    case 'gzip': return { extension: '.gz', pack: b => plain(gzipSync(b)) }
    case 'zstd': return { extension: '.zst', pack: b => plain(zstdCompressSync(b)) }
    case 'deflate': throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'Writing deflate files', advice: 'Use gzip or zstd.' })
    default: return { extension: '', pack: b => b }
  }
}
