/** Owns the cutting of a broker's byte stream into whole answers: memory for an answer is taken once, and the system reads into it. */
import { KafkaTransportError } from './transport.ts'

const SMALL = 64 * 1024
/** No answer is this long; a longer claim means that the other side does not speak Kafka. */
const LONGEST = 256 * 1024 * 1024

export interface FrameReader {
  /** Where the next bytes may be read to; never empty. */
  room(): Uint8Array
  /** `count` bytes were read to where `room` said. */
  filled(count: number): void
  /** Takes bytes that came in memory of their own. */
  take(bytes: Uint8Array): void
}

/** Calls `whole` with each answer, its four bytes of length in front; `broken` when the stream cannot be Kafka's. */
export function frameReader(whole: (frame: Uint8Array) => void, broken: (error: Error) => void): FrameReader {
  const small = Buffer.allocUnsafeSlow(SMALL)
  const length = new Uint8Array(4)
  let lengthFilled = 0
  let frame: Uint8Array | null = null
  let frameFilled = 0
  let dead = false

  const begin = () => {
    const size = ((length[0]! << 24) | (length[1]! << 16) | (length[2]! << 8) | length[3]!) >>> 0
    lengthFilled = 0
    if (size > LONGEST) {
      dead = true
      broken(new KafkaTransportError('CORRUPT_RESPONSE', `The other side announced an answer of ${size} bytes: this port does not speak Kafka, or it wants TLS (kafka.security.protocol).`, { option: 'kafka.security.protocol' }))
      return
    }
    frame = Buffer.allocUnsafeSlow(size + 4)
    frame.set(length)
    frameFilled = 4
  }
  const finish = () => {
    const done = frame!
    frame = null
    whole(done)
  }
  const take = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length && !dead;) {
      if (frame === null) {
        length[lengthFilled++] = bytes[at++]!
        if (lengthFilled < 4) continue
        begin()
        if (frame !== null && (frame as Uint8Array).length === 4) finish()
        continue
      }
      const n = Math.min(bytes.length - at, frame.length - frameFilled)
      frame.set(bytes.subarray(at, at + n), frameFilled)
      frameFilled += n
      at += n
      if (frameFilled === frame.length) finish()
    }
  }
  // The socket asks for room once more after each read; what it got last is where the read went.
  let offered: Uint8Array = small
  return {
    room() {
      offered = frame === null ? small : frame.subarray(frameFilled)
      return offered
    },
    filled(count) {
      if (dead) return
      if (offered === small) return take(small.subarray(0, count))
      frameFilled += count
      if (frameFilled === frame!.length) finish()
    },
    take,
  }
}
