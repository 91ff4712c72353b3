/** A tuple sketch as it rests: hashes below theta in the order of the table they lay in, a number and its mode beside each; and the bytes that Apache DataSketches has for it. */
import { summaryModes, type SummaryKind } from './tuple-summaries.ts'
import { mostTheta, seedMark } from './theta-sketch.ts'

const version = 3, family = 9, compactType = 1, emptyFlag = 4, restingFlags = 0x0a

export class TupleSketch {
  readonly kind: SummaryKind
  readonly hashes: BigUint64Array
  readonly numbers: Float64Array
  readonly modes: Uint8Array
  readonly theta: bigint
  /** No value has come. */
  readonly empty: boolean

  constructor(kind: SummaryKind, hashes: BigUint64Array, numbers: Float64Array, modes: Uint8Array, theta: bigint, empty: boolean) {
    this.kind = kind
    this.hashes = hashes
    this.numbers = numbers
    this.modes = modes
    this.theta = theta
    this.empty = empty
  }

  static none(kind: SummaryKind): TupleSketch { return TupleSketch.bare(kind, mostTheta, true) }
  /** A sketch without hashes. */
  static bare(kind: SummaryKind, theta: bigint, empty: boolean): TupleSketch { return new TupleSketch(kind, new BigUint64Array(0), new Float64Array(0), new Uint8Array(0), theta, empty) }

  /** Some hashes were left out. */
  get estimates(): boolean { return this.theta < mostTheta && !this.empty }
  /** The share of values that the sketch keeps. */
  share(): number { return Number(this.theta) / Number(mostTheta) }
  estimate(): number { return this.estimates ? this.hashes.length / this.share() : this.hashes.length }

  /** Calls `each` with the halves of each hash, the low one first, and its place. Hashes that no value has are left out. */
  forEach(each: (low: number, high: number, at: number) => void): void {
    const words = new Uint32Array(this.hashes.buffer, this.hashes.byteOffset, 2 * this.hashes.length)
    for (let i = 0; i < this.hashes.length; i++) {
      const low = words[2 * i]!, high = words[2 * i + 1]!
      if (high < 0x80000000 && (low | high) !== 0) each(low, high, i)
    }
  }

  /** Every hash is one that a value may have. */
  get sound(): boolean { return this.hashes.every(h => h > 0n && h < 2n ** 63n) }

  /** The sketch of the hashes at these places, under another theta. */
  take(places: readonly number[], theta: bigint, empty: boolean): TupleSketch {
    return new TupleSketch(this.kind, BigUint64Array.from(places, i => this.hashes[i]!), Float64Array.from(places, i => this.numbers[i]!), Uint8Array.from(places, i => this.modes[i]!), theta, empty)
  }

  encode(): Uint8Array {
    const { hashes, kind } = this, n = hashes.length, single = n === 1 && !this.estimates, preamble = this.empty || single ? 1 : this.estimates ? 3 : 2
    const width = 8 + summaryWidth(kind), out = new Uint8Array(8 * preamble + n * width), view = new DataView(out.buffer)
    out.set([preamble, version, family, compactType, 0, this.empty ? restingFlags | emptyFlag : restingFlags])
    view.setUint16(6, seedMark, true)
    if (preamble > 1) view.setInt32(8, n, true)
    if (preamble > 2) view.setBigUint64(16, this.theta, true)
    for (let i = 0, at = 8 * preamble; i < n; i++, at += width) {
      view.setBigUint64(at, hashes[i]!, true)
      if (kind === 'double') view.setFloat64(at + 8, this.numbers[i]!, true)
      else view.setInt32(at + 8, this.numbers[i]!, true)
      out[at + width - 1] = this.modes[i]!
    }
    return out
  }

  /** The sketch of these bytes, of the form of today or the older ones; null where they are none of this kind. Whether seeds agree is not looked at, as in Spark. */
  static decode(bytes: Uint8Array, kind: SummaryKind): TupleSketch | null {
    const preamble = bytes[0]!, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    if (bytes.length < 8 || bytes[2] !== family || bytes[3] !== compactType || preamble < 1 || preamble > 3 || view.getInt8(1) > version) return null
    if (bytes[1] !== version) return older(view, kind)
    if ((bytes[5]! & emptyFlag) !== 0) return TupleSketch.none(kind)
    const start = 8 * preamble, width = 8 + summaryWidth(kind)
    if (bytes.length < start) return null
    return read(view, kind, preamble === 1 ? 1 : view.getInt32(8, true), { hashes: start, hashStep: width, summaries: start + 8, summaryStep: width }, preamble === 3 ? view.getBigInt64(16, true) : mostTheta, false)
  }
}

/** Where hashes and summaries begin and how far they lie apart. */
interface Layout { readonly hashes: number; readonly hashStep: number; readonly summaries: number; readonly summaryStep: number }

function read(view: DataView, kind: SummaryKind, n: number, l: Layout, theta: bigint, empty: boolean): TupleSketch | null {
  if (n < 0 || (n > 0 && view.byteLength < l.summaries + (n - 1) * l.summaryStep + summaryWidth(kind))) return null
  const hashes = new BigUint64Array(n), numbers = new Float64Array(n), modes = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    const at = l.summaries + i * l.summaryStep
    hashes[i] = view.getBigUint64(l.hashes + i * l.hashStep, true)
    numbers[i] = kind === 'double' ? view.getFloat64(at, true) : view.getInt32(at, true)
    modes[i] = view.getUint8(at + summaryWidth(kind) - 1)
    if (modes[i]! >= summaryModes.length) return null
  }
  return new TupleSketch(kind, hashes, numbers, modes, theta, empty)
}

// Up to version 2: flags, then what they say is there; all hashes stand before all summaries. Version 1 had the name of the summaries' class, too.
function older(view: DataView, kind: SummaryKind): TupleSketch | null {
  const flags = view.getUint8(4), named = view.getInt8(1) === 1, empty = (flags & 2) !== 0
  let at = 5
  const holds = (width: number): boolean => view.byteLength >= at + width
  if ((flags & 1) !== 0) return null
  let theta = mostTheta
  if ((flags & 8) !== 0) { if (!holds(8)) return null; theta = view.getBigInt64(at, true); at += 8 }
  if ((flags & 4) === 0) return TupleSketch.bare(kind, theta, empty)
  let nameLength = 0
  if (named) { if (!holds(1)) return null; nameLength = view.getUint8(at++) }
  if (!holds(4)) return null
  const n = view.getInt32(at, true), hashes = at + 4 + nameLength
  return read(view, kind, n, { hashes, hashStep: 8, summaries: hashes + 8 * n, summaryStep: summaryWidth(kind) }, theta, empty)
}

// A number and its mode.
const summaryWidth = (kind: SummaryKind): number => (kind === 'double' ? 9 : 5)
