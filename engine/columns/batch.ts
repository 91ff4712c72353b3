/** Some rows as columns: what operators hand to each other. */
import type { Vector } from './vector.ts'

/** `columns` are all `length` long. An empty column list still has a length (`SELECT count(*)`). What a source gives says by `partition` which of its partitions the rows are of; what is read of a file that numbers its rows, by `firstRow`, which one it begins with. */
export class Batch {
  readonly columns: readonly Vector[]
  readonly length: number
  readonly partition: number
  readonly firstRow: number

  constructor(columns: readonly Vector[], length: number, partition = 0, firstRow = 0) {
    this.columns = columns
    this.length = length
    this.partition = partition
    this.firstRow = firstRow
  }

  take(rows: Int32Array, count: number): Batch {
    return new Batch(this.columns.map(c => c.take(rows, count)), count)
  }

  slice(start: number, end: number): Batch {
    return new Batch(this.columns.map(c => c.slice(start, end)), end - start)
  }
}
