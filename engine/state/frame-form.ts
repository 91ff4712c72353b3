/**
 * The framing that Spark's state files have: blocks of `LZ4Block`, a token, two lengths, a checksum, and the bytes.
 *
 *     "LZ4Block"  token  compressedLength  originalLength  checksum   (numbers little endian, 4 bytes each)
 *     token: 0x10 stored or 0x20 compressed, plus log2(block size) - 10
 *     checksum: xxHash32 of the original bytes, seed 0x9747b28c, its low 28 bits
 *     the end is a stored block of no bytes
 */
import { xxHash32 } from './xxhash32.ts'

export const headerLength = 21
export const blockSize = 1 << 15
export const blockLevel = 5
export const stored = 0x10, compressed = 0x20
export const magic = new TextEncoder().encode('LZ4Block')

/** What a block says of its original bytes. */
export const checksumOf = (bytes: Uint8Array, start: number, end: number): number => xxHash32(bytes, start, end, 0x9747b28c) & 0xfffffff
