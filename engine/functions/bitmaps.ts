/** Bitmaps of 32,768 numbers each: which bitmap a number belongs to, which bit it is there, and how many bits are set. */
import { longType } from '../types/data-type.ts'
import { call, expectArity, plainArgs, unexpectedType, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { fn } from './typed.ts'

/** How many bits a bitmap has, and bytes. */
export const bitmapBits = 32_768
export const bitmapBytes = bitmapBits / 8

const size = BigInt(bitmapBits)
const bucketOf = (v: bigint): bigint => (v > 0n ? 1n + (v - 1n) / size : v / size)
const positionOf = (v: bigint): bigint => (v > 0n ? (v - 1n) % size : -v % size)

const ones = Uint8Array.from({ length: 256 }, (_, b) => { let n = 0; for (let x = b; x > 0; x >>= 1) n += x & 1; return n })
const count: FunctionDefinition = {
  bind(c) {
    expectArity(c, 1)
    const a = plainArgs(c)[0]!
    if (a.type.kind !== 'binary') throw unexpectedType(c, 1, '"BINARY"', a)
    return call('bitmap_count', [a], longType, { evaluate: (bytes: Uint8Array) => { let n = 0; for (let i = 0; i < bytes.length; i++) n += ones[bytes[i]!]!; return BigInt(n) } }, { nullable: a.nullable })
  },
}

export const bitmapFunctions: FunctionFamily = {
  bitmap_bucket_number: fn([longType], longType, bucketOf), bitmap_bit_position: fn([longType], longType, positionOf), bitmap_count: count,
}
