/** What an aggregate function is: how its partial state is kept by group, merged, stored and finished. */
import type { DataType } from '../types/data-type.ts'
import type { Vector } from '../columns/vector.ts'
import type { Frames } from './window-function.ts'

/** `bufferTypes` are the columns of a partial state: they go into the state store as they are, so their order and types are fixed for the life of a checkpoint. */
export interface AggregateFunction {
  readonly name: string
  readonly type: DataType
  readonly bufferTypes: readonly DataType[]
  /** A new set of partial states, one for each dense group number; one group without an update is the result of no rows. */
  create(): Accumulator
  /** The result of each frame of sorted rows: the function with OVER. Sums of neighbouring frames build on each other. */
  overFrames(frames: Frames, args: readonly Vector[]): Vector
}

/** The partial states of one aggregate for groups 0 … count−1, held as columns. */
export interface Accumulator {
  /** Makes room for groups up to `count` (exclusive); new groups begin empty. Called before update and merge. */
  resize(count: number): void
  /** Adds rows: row i belongs to group `groups[i]`; `args` are the evaluated arguments. */
  update(groups: Int32Array, length: number, args: readonly Vector[]): void
  /** Adds partial states: state i (row i of the `bufferTypes` columns) goes into group `groups[i]`, after what is already there. */
  merge(groups: Int32Array, length: number, buffers: readonly Vector[]): void
  /** The partial states of groups 0 … count−1 as columns of `bufferTypes`. */
  buffers(count: number): Vector[]
  /** The results of groups 0 … count−1. May throw (overflow). */
  result(count: number): Vector
}
