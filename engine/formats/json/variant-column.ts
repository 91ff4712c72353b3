/** VARIANT columns of the JSON parser: each value is written behind the others in one run of bytes. null is a value like any other. */
import { BytesVector } from '../../columns/bytes-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { VariantBuilder } from '../../types/variant/builder.ts'
import { enlarged, JsonColumn } from './column.ts'
import { jsonOptions } from './options.ts'
import { skipValue } from './scan.ts'
import { JsonTokens, malformed } from './tokens.ts'
import { isUnfit, writeVariant } from './variant.ts'

/** For values that are plain JSON: what options allow besides is for the exact tier. */
export const plainTokens = (): JsonTokens => new JsonTokens(jsonOptions({}, { timeZone: 'UTC' }), false)

/** Writes the value between two places; false where the exact tier must judge it. */
export function writePlain(tokens: JsonTokens, builder: VariantBuilder, bytes: Uint8Array, p: number, end: number): boolean {
  try {
    tokens.open(bytes, p, end).next()
    writeVariant(tokens, builder.begin(), false)
    return true
  } catch (e) {
    if (e === malformed || isUnfit(e)) return false
    throw e
  }
}

export class VariantColumn extends JsonColumn {
  readonly #tokens = plainTokens()
  readonly #builder = new VariantBuilder()
  #out = new Uint8Array(0)
  #at = 0
  #starts = new Int32Array(0)
  #ends = new Int32Array(0)

  protected allocate(capacity: number): void {
    this.#out = new Uint8Array(Math.max(64, 32 * capacity))
    this.#at = 0
    this.#starts = new Int32Array(capacity)
    this.#ends = new Int32Array(capacity)
  }
  protected enlarge(capacity: number): void { this.#starts = enlarged(this.#starts, capacity); this.#ends = enlarged(this.#ends, capacity) }

  read(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    const e = skipValue(bytes, dv, p, end)
    if (e < 0 || !writePlain(this.#tokens, this.#builder, bytes, p, e)) return -1
    this.#room(this.#builder.size)
    this.#took(row, this.#builder.writeTo(this.#out, this.#at))
    return e
  }

  protected put(row: number, value: unknown): void {
    const variant = value as Uint8Array
    this.#room(variant.length)
    this.#out.set(variant, this.#at)
    this.#took(row, this.#at + variant.length)
  }

  finish(length: number): Vector { return new BytesVector(this.type, this.#out, this.#starts.subarray(0, length), this.#ends.subarray(0, length), this.finishedNulls(length), length) }

  #took(row: number, end: number): void {
    if (this.nulls !== null) this.nulls[row] = 0
    this.#starts[row] = this.#at
    this.#ends[row] = this.#at = end
  }

  #room(size: number): void { if (this.#at + size > this.#out.length) this.#out = enlarged(this.#out, 2 * (this.#at + size)) }
}
