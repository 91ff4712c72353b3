/** Unions, intersections and differences of tuple sketches, and of a tuple sketch and a theta sketch, whose hashes all have one number. */
import { ProbedHashes } from './probed-hashes.ts'
import { mostTheta, type ThetaSketch } from './theta-sketch.ts'
import { TupleSketch } from './tuple-sketch.ts'
import { TupleTable } from './tuple-table.ts'
import { meetOf, startOf, type SummaryKind, type SummaryMode } from './tuple-summaries.ts'

const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** A theta sketch as a tuple sketch: each hash has the number that a mode begins with. */
export function withNumbers(s: ThetaSketch, kind: SummaryKind, mode: SummaryMode): TupleSketch {
  const n = s.hashes.length
  return new TupleSketch(kind, s.hashes, new Float64Array(n).fill(startOf(kind, mode)), new Uint8Array(n).fill(mode), s.theta, s.empty)
}

/** Sketches put together, one after the other. */
export class TupleUnion {
  readonly kind: SummaryKind
  readonly #table: TupleTable
  #theta = mostTheta
  #empty = true

  constructor(kind: SummaryKind, lgNominal: number, mode: SummaryMode) {
    this.kind = kind
    this.#table = new TupleTable(kind, lgNominal, mode)
  }

  add(s: TupleSketch): this {
    if (s.empty) return this
    this.#empty = false
    s.forEach((low, high, i) => this.#table.addOther(low, high, s.numbers[i]!, s.modes[i]!))
    this.#theta = lesser(lesser(this.#theta, s.theta), this.#table.theta)
    return this
  }

  sketch(): TupleSketch {
    const table = this.#table
    if (this.#empty || (this.#theta >= table.theta && table.count <= table.nominal)) return table.sketch()
    return table.sketchBelow(lesser(this.#theta, table.theta))
  }
}

/** A sketch in the order of a table that is three quarters full at most; hashes that no value has are left out. */
function inTableOrder(s: TupleSketch): TupleSketch {
  if (s.hashes.length === 0) return s
  const { at } = tableOf(s), places: number[] = []
  for (const i of at) if (i >= 0) places.push(i)
  return s.take(places, s.theta, s.empty)
}

function tableOf(s: TupleSketch): { readonly table: ProbedHashes; readonly at: Int32Array } {
  const table = new ProbedHashes(Math.max(4, 32 - Math.clz32(Math.ceil(Math.max(s.hashes.length, 1) / 0.75) - 1))), at = new Int32Array(table.size).fill(-1)
  s.forEach((low, high, i) => { const place = table.place(low, high); table.put(place, low, high); at[place] = i })
  return { table, at }
}

/** What is left when the next sketch comes to an intersection; `before` is null where it is the first. */
export function intersected(before: TupleSketch | null, next: TupleSketch, mode: SummaryMode): TupleSketch {
  const { kind } = next
  if (before === null) return next.empty ? TupleSketch.none(kind) : inTableOrder(next)
  if (before.empty || next.empty) return TupleSketch.none(kind)
  const theta = lesser(before.theta, next.theta), { table, at } = tableOf(before), meet = meetOf(kind, mode)
  const hashes: bigint[] = [], numbers: number[] = []
  next.forEach((low, high, i) => {
    const hash = next.hashes[i]!, place = table.place(low, high)
    if (hash >= theta || table.isFree(place)) return
    hashes.push(hash)
    numbers.push(meet(before.numbers[at[place]!]!, next.numbers[i]!))
  })
  return inTableOrder(new TupleSketch(kind, BigUint64Array.from(hashes), Float64Array.from(numbers), new Uint8Array(hashes.length).fill(mode), theta, false))
}

/** The hashes of `a` that `b` has not, with their numbers. */
export function difference(a: TupleSketch, b: TupleSketch): TupleSketch {
  if (a.empty) return TupleSketch.none(a.kind)
  if (b.empty) return a
  const theta = lesser(a.theta, b.theta), { table } = tableOf(b), places: number[] = []
  a.forEach((low, high, i) => { if (a.hashes[i]! < theta && !table.has(low, high)) places.push(i) })
  // Nothing is left of what was whole: then nothing has come.
  return a.take(places, theta, places.length === 0 && theta === mostTheta)
}
