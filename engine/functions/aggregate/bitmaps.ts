/** bitmap_construct_agg, bitmap_or_agg, bitmap_and_agg: one bitmap of 4,096 bytes a group, kept as it is. */
import { executionError } from '../../errors/spark-error.ts'
import { binaryType, longType } from '../../types/data-type.ts'
import { bitmapBits, bitmapBytes } from '../bitmaps.ts'
import { expectArity, plainArgs, unexpectedType, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { coerced } from '../typed.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'

const or = (into: Uint8Array, from: Uint8Array): void => { for (let i = 0, n = Math.min(from.length, bitmapBytes); i < n; i++) into[i]! |= from[i]! }
// What a shorter bitmap lacks is 0.
const and = (into: Uint8Array, from: Uint8Array): void => { for (let i = 0; i < bitmapBytes; i++) into[i]! &= i < from.length ? from[i]! : 0 }

const construct: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    return aggregate(c, 'bitmap_construct_agg', [coerced(c, 0, longType, context)], rowAggregate({
      name: 'bitmap_construct_agg', type: binaryType, bufferTypes: [binaryType], zero: () => [new Uint8Array(bitmapBytes)],
      update(s, v: bigint | null) {
        if (v === null) return
        const at = Number(v)
        if (at < 0 || at >= bitmapBits) throw executionError('INVALID_BITMAP_POSITION', { bitPosition: String(v), bitmapNumBytes: bitmapBytes, bitmapNumBits: bitmapBits })
        ;(s[0] as Uint8Array)[at >> 3]! |= 1 << (at & 7)
      },
      merge: (s, [other]) => or(s[0] as Uint8Array, other as Uint8Array), finish: s => (s[0] as Uint8Array).slice(),
    }), false)
  },
}

function joined(name: string, start: number, join: (into: Uint8Array, from: Uint8Array) => void): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      if (a.type.kind !== 'binary') throw unexpectedType(c, 1, '"BINARY"', a)
      const take = (s: unknown[], bytes: unknown): void => { if (bytes !== null) join(s[0] as Uint8Array, bytes as Uint8Array) }
      return aggregate(c, name, [a], rowAggregate({
        name, type: binaryType, bufferTypes: [binaryType], zero: () => [new Uint8Array(bitmapBytes).fill(start)],
        update: take, merge: (s, [other]) => take(s, other), finish: s => (s[0] as Uint8Array).slice(),
      }), false)
    },
  }
}

export const bitmapAggregates: FunctionFamily = { bitmap_construct_agg: construct, bitmap_or_agg: joined('bitmap_or_agg', 0, or), bitmap_and_agg: joined('bitmap_and_agg', 0xff, and) }
