/** Owns what a MERGE knows of the rows of its table while they go by: which met a row of the source, which a clause took, and which stay in files that change. */
import { Batch } from '../columns/batch.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { internalError } from '../errors/spark-error.ts'
import { intType } from '../types/data-type.ts'

interface Held { readonly batch: Batch; readonly first: number; readonly file: number }

const met = 1, taken = 2

/** The rows of the table by their numbers, in the order of its files. A file is written anew as soon as one of its rows is taken: from then on its rows need not be held until its end. */
export class MergeTarget {
  readonly #width: number
  readonly #holds: boolean
  #marks = new Uint8Array(8192)
  // By file its first row, and the one after its last, Infinity while it is read.
  readonly #firsts: number[] = []
  readonly #ends: number[]
  readonly #touched: Uint8Array
  #file = 0
  #held: Held[] = []
  // Rows below have been given up.
  #given = 0
  rowCount = 0

  /** `width` columns are the table's; `holds` is false where no clause can take a row of it. */
  constructor(fileCount: number, width: number, holds: boolean) {
    this.#width = width
    this.#holds = holds
    this.#ends = new Array<number>(fileCount).fill(Infinity)
    this.#touched = new Uint8Array(fileCount)
  }

  /** The next rows of a file. */
  add(file: number, batch: Batch): Batch {
    const first = this.rowCount
    while (this.#firsts.length <= file) this.#firsts.push(first)
    this.rowCount += batch.length
    if (this.rowCount > this.#marks.length) { const m = new Uint8Array(this.rowCount * 2); m.set(this.#marks.subarray(0, first)); this.#marks = m }
    if (this.#holds) this.#held.push({ batch, first, file })
    return batch
  }

  endFile(file: number): void { this.#ends[file] = this.rowCount }
  isTouched(file: number): boolean { return this.#touched[file] === 1 }

  /** A row of the source meets the row; false when one did before. */
  meet(row: number): boolean {
    const before = this.#marks[row]!
    this.#marks[row] = before | met
    return (before & met) === 0
  }

  /** A clause takes the row; false when one did before. */
  take(row: number): boolean {
    if (row < this.#given) throw internalError('a MERGE takes a row that it gave up: its pairs do not come in the order of the table')
    if ((this.#marks[row]! & taken) !== 0) return false
    this.#marks[row]! |= taken
    if (row < this.#firsts[this.#file]!) this.#file = 0
    while (row >= (this.#firsts[this.#file + 1] ?? Infinity)) this.#file++
    this.#touched[this.#file] = 1
    return true
  }

  /** The rows that met none; nothing may have been given up yet. */
  unmet(): Batch[] { return without(this.#held.map(h => h.batch), this.#marks.map(m => m & met)) }

  /** What stays, of the rows below this number, in files that change: nobody asks for them again. */
  *rest(below: number): Generator<Batch> {
    let done = 0
    for (const { batch, first, file } of this.#held) {
      const isTouched = this.#touched[file] === 1
      // All rows of a file that stays must have passed before it is known to.
      if (first + batch.length > below || !isTouched && this.#ends[file]! > below) break
      done++
      this.#given = first + batch.length
      if (!isTouched) continue
      const kept = new Int32Array(batch.length)
      let n = 0
      for (let i = 0; i < batch.length; i++) if ((this.#marks[first + i]! & taken) === 0) kept[n++] = i
      yield* chosenRows(batch, kept, n, this.#width)
    }
    if (done > 0) this.#held = this.#held.slice(done)
  }
}

/** The first `count` of `rows` of a batch, its first `width` columns; nothing for none. */
export function chosenRows(b: Batch, rows: Int32Array, count: number, width: number): Batch[] {
  if (count === 0) return []
  const own = new Batch(b.columns.slice(0, width), b.length)
  return [count === b.length ? own : own.take(rows, count)]
}

/** The rows that are not marked; batches number their rows through. */
export function without(batches: readonly Batch[], marks: Uint8Array): Batch[] {
  const out: Batch[] = []
  let at = 0
  for (const b of batches) {
    const rows = new Int32Array(b.length)
    let n = 0
    for (let i = 0; i < b.length; i++) if (marks[at + i] === 0) rows[n++] = i
    out.push(...chosenRows(b, rows, n, b.columns.length))
    at += b.length
  }
  return out
}

export function integers(v: Vector): Int32Array {
  if (v instanceof FixedVector && v.data instanceof Int32Array) return v.data
  const out = new Int32Array(v.length)
  for (let i = 0; i < v.length; i++) out[i] = v.get(i) as number
  return out
}

/** The whole numbers from `first` on as a column. */
export function numbers(first: number, length: number): FixedVector {
  const data = new Int32Array(length)
  for (let i = 0; i < length; i++) data[i] = first + i
  return new FixedVector(intType, data, null)
}
