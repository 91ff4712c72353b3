/** Owns the choice of a partition for records that name none, as Kafka's Java client makes it: murmur2 of the key, or one partition for a batch of keyless records and then another. */

/** murmur2 of `bytes[start, end)` with the seed of Kafka's Java client, as a signed 32-bit number. */
export function murmur2(bytes: Uint8Array, start: number, end: number): number {
  const M = 0x5bd1e995
  const length = end - start
  let h = 0x9747b28c ^ length
  let i = start
  for (; i + 4 <= end; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    k = Math.imul(k, M)
    h = Math.imul(h, M) ^ k
  }
  const rest = end - i
  if (rest > 2) h ^= bytes[i + 2]! << 16
  if (rest > 1) h ^= bytes[i + 1]! << 8
  if (rest > 0) h = Math.imul(h ^ bytes[i]!, M)
  h ^= h >>> 13
  h = Math.imul(h, M)
  return h ^ (h >>> 15)
}

/** The partition of a key among `partitions` (their count). */
export function partitionOfKey(bytes: Uint8Array, start: number, end: number, partitions: number): number {
  return (murmur2(bytes, start, end) & 0x7fffffff) % partitions
}

/** Spreads keyless records: stays on a partition until a batch's worth of bytes went there. */
export class StickyPartitioner {
  readonly #batchBytes: number
  readonly #partitions: number
  #current: number
  #bytes = 0

  constructor(partitions: number, batchBytes: number, start: number) {
    this.#partitions = partitions
    this.#batchBytes = batchBytes
    this.#current = start % partitions
  }

  next(bytes: number): number {
    if (this.#bytes >= this.#batchBytes) {
      this.#bytes = 0
      this.#current = (this.#current + 1) % this.#partitions
    }
    this.#bytes += bytes
    return this.#current
  }
}
