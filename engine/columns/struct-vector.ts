/** Structs as one vector a field, so that taking a field out costs nothing. */
import type { StructTypeShape } from '../types/data-type.ts'
import { Vector, orNulls, takeNulls } from './vector.ts'

export class StructVector extends Vector {
  readonly layout = 'struct'
  readonly children: readonly Vector[]
  readonly length: number

  constructor(type: StructTypeShape, children: readonly Vector[], nulls: Uint8Array | null, length: number) {
    super(type, nulls)
    this.children = children
    this.length = length
  }

  /** The field's values in the order of the type's fields; a NULL field is null. */
  value(row: number): unknown[] { return this.children.map(c => c.get(row)) }

  /** A field as a column: NULL where the struct is. */
  field(index: number): Vector {
    const child = this.children[index]!
    return this.nulls === null ? child : child.withNulls(orNulls(this.nulls, child.nulls, this.length))
  }

  take(rows: Int32Array, count: number): StructVector {
    return new StructVector(this.type as StructTypeShape, this.children.map(c => c.take(rows, count)), takeNulls(this.nulls, rows, count), count)
  }

  slice(start: number, end: number): StructVector {
    return new StructVector(this.type as StructTypeShape, this.children.map(c => c.slice(start, end)), this.nulls?.subarray(start, end) ?? null, end - start)
  }

  withNulls(nulls: Uint8Array | null): StructVector { return new StructVector(this.type as StructTypeShape, this.children, nulls, this.length) }
}
