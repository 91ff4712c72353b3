/** Memory that is kept from batch to batch: large pieces of it are shared memory, which V8's collector does not count. */
import type { FixedData } from './fixed-vector.ts'

// Smaller pieces cost less than the handling.
const sharedBytes = 1 << 16

/**
 * Zeroed memory for what lives long and is not given out. V8 collects the whole heap for every 30 to 40 MB of array buffers made since the last time, however few objects there are
 * to look at; arrays of a state that grows are not worth that. Single values are read and written as fast as elsewhere, but `set` copies at a third of the speed: not for what is
 * copied often.
 */
export function keptMemory(bytes: number): ArrayBufferLike {
  return bytes < sharedBytes ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes)
}

/** A copy of an array that has room for `length` elements, in such memory. */
export function keptCopy<A extends FixedData | Uint32Array>(data: A, length: number): A {
  const copy = new (data.constructor as new (memory: ArrayBufferLike) => A)(keptMemory(data.BYTES_PER_ELEMENT * length))
  ;(copy as Uint8Array).set(data as Uint8Array)
  return copy
}
