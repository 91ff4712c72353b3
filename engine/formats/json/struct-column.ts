/** The general tier: reads an object's fields in any order and spacing straight into columns. Whatever is not plain JSON of the right types it leaves to the exact tier. */
import type { StructTypeShape } from '../../types/data-type.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { JsonColumn } from './column.ts'
import { ByteDictionary } from './dictionary.ts'
import { scanText, skipSpaces, skipText, skipValue, unescapeInto } from './scan.ts'

const encoder = new TextEncoder()

export class StructColumn extends JsonColumn {
  readonly children: readonly JsonColumn[]
  /** Field names by their bytes; an entry's number is an index of `fieldOfName`. */
  readonly names: ByteDictionary
  /** The field that a name belongs to, −1 for the corrupt-record column, which no JSON field fills. */
  readonly fieldOfName: Int32Array
  /** The row in which a field was last seen, plus one. */
  private readonly seen: Float64Array
  private stamp = 0
  /** Where a name written with escapes is spelled out; longer names are left to the exact tier. */
  private readonly spelled = new Uint8Array(256)

  constructor(type: StructTypeShape, children: readonly JsonColumn[], corruptField: number) {
    super(type)
    this.children = children
    this.names = new ByteDictionary(type.fields.length)
    const fields: number[] = []
    type.fields.forEach((f, i) => {
      const name = encoder.encode(f.name), id = this.names.add(name, 0, name.length)
      fields[id] = i === corruptField ? -1 : i
    })
    this.fieldOfName = Int32Array.from(fields)
    this.seen = new Float64Array(children.length)
  }

  protected allocate(capacity: number): void { for (const c of this.children) c.begin(capacity) }
  protected enlarge(capacity: number): void { for (const c of this.children) c.grow(capacity) }

  read(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    if (p < end && bytes[p] === 123) return this.readObject(bytes, dv, p + 1, end, row)
    return this.readNull(bytes, p, end, row)
  }

  /** Reads the fields of the object whose brace is before `p`. */
  readObject(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    const children = this.children, seen = this.seen, stamp = ++this.stamp
    let found = 0
    p = skipSpaces(bytes, p, end)
    if (p < end && bytes[p] === 125) { this.nullUnseen(stamp, row); return p + 1 }
    for (;;) {
      if (p >= end || bytes[p] !== 34) return -1
      const q = scanText(bytes, dv, p + 1, end)
      if (q + 1 >= end) return -1
      let name: number
      if (bytes[q] === 34) {
        name = this.names.find(bytes, p + 1, q)
        p = q + 1
      } else {
        const behind = skipText(bytes, dv, q, end)
        if (behind < 0 || behind >= end || behind - p > this.spelled.length) return -1
        name = this.names.find(this.spelled, 0, unescapeInto(bytes, p + 1, behind - 1, this.spelled, 0))
        p = behind
      }
      if (bytes[p] !== 58) {
        p = skipSpaces(bytes, p, end)
        if (p >= end || bytes[p] !== 58) return -1
      }
      p++
      if (p < end && bytes[p] <= 32) p = skipSpaces(bytes, p, end)
      const field = name < 0 ? -1 : this.fieldOfName[name]
      if (field < 0) p = skipValue(bytes, dv, p, end)
      else {
        // A name given twice: the exact tier knows which value stays.
        if (seen[field] === stamp) return -1
        seen[field] = stamp
        found++
        p = children[field].readOrJudge(bytes, dv, p, end, row)
      }
      if (p < 0 || p >= end) return -1
      let c = bytes[p]
      if (c <= 32) {
        p = skipSpaces(bytes, p, end)
        if (p >= end) return -1
        c = bytes[p]
      }
      if (c === 125) {
        if (found < children.length) this.nullUnseen(stamp, row)
        return p + 1
      }
      if (c !== 44) return -1
      p++
      if (p < end && bytes[p] <= 32) p = skipSpaces(bytes, p, end)
    }
  }

  private nullUnseen(stamp: number, row: number): void {
    const seen = this.seen
    for (let i = 0; i < seen.length; i++) if (seen[i] !== stamp) this.children[i].setNull(row)
  }

  override setNull(row: number): void {
    super.setNull(row)
    for (const c of this.children) c.setNull(row)
  }
  /** Writes a row of field values; the struct itself is not NULL. */
  put(row: number, value: unknown): void {
    const values = value as readonly unknown[]
    for (let i = 0; i < this.children.length; i++) this.children[i].set(row, values[i])
  }
  /** A row whose fields are all NULL. */
  setFieldsNull(row: number): void {
    if (this.nulls !== null) this.nulls[row] = 0
    for (const c of this.children) c.setNull(row)
  }
  finish(length: number, bytes: Uint8Array): Vector {
    return new StructVector(this.type as StructTypeShape, this.children.map(c => c.finish(length, bytes)), this.finishedNulls(length), length)
  }
}
