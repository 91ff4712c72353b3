/** tuple_sketch_agg_*, tuple_union_agg_*, tuple_intersection_agg_*: sets of keys with a number for each, as the tuple sketches of Apache DataSketches, byte for byte. */
import { hash128 } from '../../columns/murmur3-128.ts'
import { binaryType, doubleType, intType } from '../../types/data-type.ts'
import { aggregate } from '../aggregate/bind.ts'
import { expectArity, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { wantedArgument } from '../wanted.ts'
import { rowHash } from './hash-values.ts'
import { sketchAggregate } from './sketch-aggregate.ts'
import { decodedTuple, expectNamed, keyOf, lgNominalOf, modeOf } from './tuple-arguments.ts'
import { intersected, TupleUnion } from './tuple-sets.ts'
import { TupleSketch } from './tuple-sketch.ts'
import type { SummaryKind, SummaryMode } from './tuple-summaries.ts'
import { TupleTable } from './tuple-table.ts'

/** A sketch of a group as Spark passes it on: what comes of rows is put into an empty union before it is stored, and what is stored before it is given out; each time the order of the hashes may change. Of sessions Spark stores what comes of rows as it is, so there the order alone may be another. */
interface Kept {
  /** Of rows: not yet merged with anything. */
  readonly fresh: TupleTable | TupleUnion | null
  readonly merged: TupleUnion | null
  /** What was stored of `merged`. */
  stored: TupleSketch | null
}

interface Passes { readonly kind: SummaryKind; readonly lgNominal: number; readonly mode: SummaryMode; readonly name: string }

function kept({ kind, lgNominal, mode, name }: Passes): Pick<Parameters<typeof sketchAggregate<Kept>>[0], 'merge' | 'store' | 'finish'> {
  const union = (): TupleUnion => new TupleUnion(kind, lgNominal, mode)
  const once = (s: TupleSketch): TupleSketch => union().add(s).sketch()
  return {
    merge: (k, bytes) => ({ fresh: k.fresh, merged: (k.merged ?? union()).add(decodedTuple(name, bytes, kind)), stored: null }),
    store: k => (k.merged === null ? once(k.fresh!.sketch()) : (k.stored = k.merged.sketch())).encode(),
    finish: k => (k.merged === null ? k.fresh!.sketch() : k.stored === null ? k.merged.sketch() : once(k.stored)).encode(),
  }
}

function sketchAgg(kind: SummaryKind): FunctionDefinition {
  const name = `tuple_sketch_agg_${kind}`
  return {
    bind(c, context) {
      expectNamed(c, ['key', 'summary'], 4)
      const key = keyOf(c, context), number = wantedArgument(c, 1, kind === 'double' ? doubleType : intType, context)
      const lgNominal = lgNominalOf(c, 2, name, true, context), mode = modeOf(c, 3, name, true, context)
      return aggregate(c, name, [key, number], sketchAggregate<Kept>({
        name, type: binaryType, empty: () => ({ fresh: new TupleTable(kind, lgNominal, mode), merged: null, stored: null }),
        adder([v, n]) {
          const hash = rowHash(v!), numbers = n!
          return (k, i) => { if (!numbers.isNull(i) && hash(i)) (k.fresh as TupleTable).add(((hash128[0]! >>> 1) | (hash128[1]! << 31)) >>> 0, hash128[1]! >>> 1, numbers.value(i) as number); return k }
        },
        ...kept({ kind, lgNominal, mode, name }),
      }), false, { lgNominal, mode })
    },
  }
}

function unionAgg(kind: SummaryKind): FunctionDefinition {
  const name = `tuple_union_agg_${kind}`
  return {
    bind(c, context) {
      expectNamed(c, ['child'], 3)
      const a = wantedArgument(c, 0, binaryType, context), lgNominal = lgNominalOf(c, 1, name, true, context), mode = modeOf(c, 2, name, true, context)
      return aggregate(c, name, [a], sketchAggregate<Kept>({
        name, type: binaryType, empty: () => ({ fresh: new TupleUnion(kind, lgNominal, mode), merged: null, stored: null }),
        adder: ([v]) => (k, i) => { (k.fresh as TupleUnion).add(decodedTuple(name, v!.value(i) as Uint8Array, kind)); return k },
        ...kept({ kind, lgNominal, mode, name }),
      }), false, { lgNominal, mode })
    },
  }
}

/** What sketches of a group have in common, null before the first. */
interface Common { readonly sketch: TupleSketch | null; readonly ofRows: boolean; stored: TupleSketch | null }

function intersectionAgg(kind: SummaryKind): FunctionDefinition {
  const name = `tuple_intersection_agg_${kind}`, none = TupleSketch.none(kind)
  return {
    bind(c, context) {
      expectArity(c, 1, 2)
      const a = wantedArgument(c, 0, binaryType, context), mode = modeOf(c, 1, name, true, context)
      const take = (k: Common, bytes: Uint8Array, ofRows: boolean): Common => ({ sketch: intersected(k.sketch, decodedTuple(name, bytes, kind, true), mode), ofRows, stored: null })
      const once = (s: TupleSketch): TupleSketch => intersected(null, s, mode)
      return aggregate(c, name, [a], sketchAggregate<Common>({
        name, type: binaryType, empty: () => ({ sketch: null, ofRows: true, stored: null }),
        adder: ([v]) => (k, i) => take(k, v!.value(i) as Uint8Array, true),
        // No sketches are stored as no bytes.
        merge: (k, bytes) => (bytes.length === 0 ? k : take(k, bytes, false)),
        store: k => (k.sketch === null ? new Uint8Array(0) : k.ofRows ? once(k.sketch).encode() : (k.stored = k.sketch).encode()),
        finish: k => (k.sketch === null ? none : k.stored !== null ? once(k.sketch) : k.sketch).encode(),
      }), false, { mode })
    },
  }
}

const both = (name: string, make: (kind: SummaryKind) => FunctionDefinition): FunctionFamily => ({ [`${name}_double`]: make('double'), [`${name}_integer`]: make('integer') })

export const tupleAggregates: FunctionFamily = { ...both('tuple_sketch_agg', sketchAgg), ...both('tuple_union_agg', unionAgg), ...both('tuple_intersection_agg', intersectionAgg) }
