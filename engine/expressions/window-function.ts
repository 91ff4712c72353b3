/** What a window function is, and what it is given: rows sorted by partition and order, and the frame of each row. */
import type { Vector } from '../columns/vector.ts'

/** Rows sorted by partition, and within a partition by its order. */
export interface SortedRows {
  readonly length: number
  /** Where each partition begins, and behind the last one its end. */
  readonly partitions: Int32Array
  /** Where each run of rows that compare equal begins, and behind the last one its end. Found when it is first asked for. */
  readonly peers: Int32Array
}

/** The frame of row i is the rows from `from[i]` to `to[i]`, exclusive. Both never fall from one row to the next, and `from[i] <= to[i]`. */
export interface Frames { readonly length: number; readonly from: Int32Array; readonly to: Int32Array }

/** One bound of a frame that has no amount: the partition's begin or end, or the current row. */
export type PlainBound = 'unbounded' | 'current'

/** A function that only OVER knows: row_number, lag and their kin. Aggregates have `overFrames` instead. */
export interface WindowFunction {
  readonly name: string
  /** It goes by the order of the partition, so ORDER BY must be there. */
  readonly needsOrder: boolean
  /** The only frame it has; null where any frame goes. */
  readonly frame: { readonly unit: 'rows' | 'range'; readonly lower: PlainBound | number; readonly upper: PlainBound | number } | null
  /** A column with a value a row. `frames` gives those of its own frame. */
  evaluate(rows: SortedRows, frames: () => Frames, args: readonly Vector[]): Vector
}
