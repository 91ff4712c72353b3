/** Puts texts into one buffer with misleading bytes between and behind them, as messages lie in a socket's memory. */

export interface Arena { readonly bytes: Uint8Array; readonly starts: Int32Array; readonly ends: Int32Array; readonly nulls: Uint8Array | null; readonly length: number }

const between = ['"', '"}', ',"a":7}', '9', '0}', '\\', '}', 'null}', ' ', '']

/** `null` texts become NULL rows. With `exactEnd` the buffer ends where the last text ends. */
export function arenaOf(texts: readonly (string | Uint8Array | null)[], exactEnd = false): Arena {
  const encoder = new TextEncoder(), parts: Uint8Array[] = [], starts = new Int32Array(texts.length), ends = new Int32Array(texts.length)
  let nulls: Uint8Array | null = null, at = 0
  texts.forEach((t, i) => {
    const part = t === null ? new Uint8Array(0) : typeof t === 'string' ? encoder.encode(t) : t
    if (t === null) (nulls ??= new Uint8Array(texts.length))[i] = 1
    starts[i] = at
    ends[i] = at += part.length
    parts.push(part)
    if (exactEnd && i === texts.length - 1) return
    const garbage = encoder.encode(between[i % between.length])
    parts.push(garbage)
    at += garbage.length
  })
  const bytes = new Uint8Array(at)
  let p = 0
  for (const part of parts) { bytes.set(part, p); p += part.length }
  return { bytes, starts, ends, nulls, length: texts.length }
}
