/** Numbers and bytes written in other bases: hex, unhex, bin, conv, and single bits. */
import { executionError } from '../errors/spark-error.ts'
import { binaryType, byteType, intType, isIntegral, longType, stringType } from '../types/data-type.ts'
import { trimmed } from '../types/timestamp.ts'
import { call, expectArity, plainArgs, unexpectedType, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { fn, made } from './typed.ts'
import { wantedArgument } from './wanted.ts'

const utf8 = new TextEncoder()
const pairs = Array.from({ length: 256 }, (_, i) => i.toString(16).toUpperCase().padStart(2, '0'))

/** Bytes as capital hexadecimal digits. */
export function hexText(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += pairs[bytes[i]!]
  return text
}

/** The bytes of a hexadecimal text; an odd first digit is a byte of its own. Null when a character is no digit. */
export function bytesOfHex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null
  const even = text.length % 2 === 0 ? text : `0${text}`
  return Uint8Array.from({ length: even.length / 2 }, (_, i) => Number.parseInt(even.slice(2 * i, 2 * i + 2), 16))
}

const hex: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    const a = wantedArgument(c, 0, [longType, binaryType, stringType], context)
    const body = a.type.kind === 'long' ? (v: bigint) => BigInt.asUintN(64, v).toString(16).toUpperCase() : a.type.kind === 'binary' ? hexText : (s: string) => hexText(utf8.encode(s))
    return call('hex', [a], stringType, { evaluate: body }, { nullable: a.nullable })
  },
}

const limit = 2n ** 64n

/** A number's text moved from one base to another through 64 bits without sign; a negative target base writes signed numbers. Null for bases beyond 2 to 36 and for an empty text. */
function convert(text: string, from: number, to: number, ansi: boolean): string | null {
  const base = Math.abs(to), t = trimmed(text)
  if (from < 2 || from > 36 || base < 2 || base > 36 || t === '') return null
  const negative = t.startsWith('-')
  let v = 0n
  for (let i = negative ? 1 : 0; i < t.length; i++) {
    const d = /[0-9a-zA-Z]/.test(t[i]!) ? Number.parseInt(t[i]!, 36) : 99
    if (d >= from) break
    v = v * BigInt(from) + BigInt(d)
    if (v < limit) continue
    if (ansi) throw executionError('ARITHMETIC_OVERFLOW', { message: `${text} in base ${from} needs more than 64 bits`, alternative: 'a shorter number' })
    v = limit - 1n
    break
  }
  let signed = BigInt.asIntN(64, v)
  if (negative && to > 0) signed = signed < 0n ? -1n : -signed
  let minus = negative
  if (to < 0 && signed < 0n) { signed = -signed; minus = true }
  const digits = BigInt.asUintN(64, signed).toString(base).toUpperCase()
  return minus && to < 0 ? `-${digits}` : digits
}

const bit: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const given = plainArgs(c)[0]!
    if (!isIntegral(given.type) && given.type.kind !== 'void') throw unexpectedType(c, 1, '"INTEGRAL"', given)
    const a = wantedArgument(c, 0, 'integral', context), at = wantedArgument(c, 1, intType, context)
    const bits = { byte: 8, short: 16, int: 32, long: 64 }[a.type.kind as 'int']
    return call('bit_get', [a, at], byteType, {
      evaluate: (v: number | bigint, i: number) => {
        if (i < 0 || i >= bits) throw executionError('INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE', { functionName: '`bit_get`', invalidValue: i, upper: bits })
        return Number((BigInt(v) >> BigInt(i)) & 1n)
      },
    }, { nullable: a.nullable || at.nullable })
  },
}

export const numberBaseFunctions: FunctionFamily = {
  hex,
  unhex: fn([stringType], binaryType, bytesOfHex, { nullable: true }),
  bin: fn([longType], stringType, (v: bigint) => BigInt.asUintN(64, v).toString(2)),
  conv: made([stringType, intType, intType], stringType, ({ ansi }) => (s: string, from: number, to: number) => convert(s, from, to, ansi), { nullable: true }),
  bit_get: bit, getbit: bit,
}
