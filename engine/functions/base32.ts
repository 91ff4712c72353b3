/** Bytes as text of 32 letters and digits: to_base32 and from_base32. */
import { binaryType, stringType } from '../types/data-type.ts'
import { call, expectArity, type FunctionFamily } from './define.ts'
import { bytesArgument } from './hashes.ts'
import { fn } from './typed.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const digits = new Int8Array(128).fill(-1)
for (let i = 0; i < letters.length; i++) { digits[letters.charCodeAt(i)] = i; digits[letters.toLowerCase().charCodeAt(i)] = i }

/** Five bytes become eight characters; the last ones are filled with `=`. */
function base32(bytes: Uint8Array): string {
  let out = '', bits = 0, held = 0
  for (const b of bytes) {
    held = (held << 8) | b
    for (bits += 8; bits >= 5;) out += letters[(held >> (bits -= 5)) & 31]!
    held &= 31
  }
  if (bits > 0) out += letters[(held << (5 - bits)) & 31]!
  return out.padEnd(Math.ceil(bytes.length / 5) * 8, '=')
}

/** Reads up to the first `=`, in either case; what is no letter of it is passed over. A single character gives the five bits it has, less two. */
function unbase32(text: string): Uint8Array {
  const out: number[] = []
  let bits = 0, held = 0, count = 0
  for (let i = 0; i < text.length && text[i] !== '='; i++) {
    const d = digits[text.charCodeAt(i)] ?? -1
    if (d < 0) continue
    count++
    held = ((held << 5) | d) & 0xfff
    if ((bits += 5) >= 8) out.push((held >> (bits -= 8)) & 0xff)
  }
  if (count % 8 === 1) out.push((held & 31) >> 2)
  return Uint8Array.from(out)
}

export const base32Functions: FunctionFamily = {
  to_base32: { bind(c, context) { expectArity(c, 1); const a = bytesArgument(c, 0, context); return call('to_base32', [a], stringType, { evaluate: base32 }, { nullable: a.nullable }) } },
  from_base32: fn([stringType], binaryType, unbase32),
}
