/** One value, n times: literals and columns that are all NULL. */
import type { DataType } from '../types/data-type.ts'
import { Vector } from './vector.ts'
import { vectorOf } from './builder.ts'

export class ConstantVector extends Vector {
  readonly layout = 'constant'
  readonly constant: unknown
  readonly length: number

  constructor(type: DataType, constant: unknown, length: number) {
    super(type, null)
    this.constant = constant
    this.length = length
  }

  override isNull(): boolean { return this.constant === null }
  override get(): unknown { return this.constant }
  value(): unknown { return this.constant }
  take(_rows: Int32Array, count: number): ConstantVector { return new ConstantVector(this.type, this.constant, count) }
  slice(start: number, end: number): ConstantVector { return new ConstantVector(this.type, this.constant, end - start) }

  withNulls(nulls: Uint8Array | null): Vector {
    if (nulls === null || this.constant === null) return this
    const values = new Array<unknown>(this.length)
    for (let i = 0; i < this.length; i++) values[i] = nulls[i] === 0 ? this.constant : null
    return vectorOf(this.type, values)
  }
}
