/** Memory that is kept from batch to batch: large pieces of it are shared memory, which V8's collector does not count. */

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
