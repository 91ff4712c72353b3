/** approx_top_k, and its sketch by itself: approx_top_k_accumulate, approx_top_k_combine, approx_top_k_estimate. Items are counted by DataSketches' frequent items, NULL beside them. */
import { analysisError, executionError } from '../../errors/spark-error.ts'
import type { Vector } from '../../columns/vector.ts'
import { attributesOf } from '../../expressions/codegen/emitter.ts'
import type { Resolved } from '../../expressions/expression.ts'
import type { AggregateFunction } from '../../expressions/aggregate-function.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import { arrayType, binaryType, intType, longType, sqlName, stringType, structField, structType, type DataType } from '../../types/data-type.ts'
import { aggregate } from '../aggregate/bind.ts'
import { call, expectArity, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { coerced } from '../typed.ts'
import { FrequentItems, lgSizeFor } from './frequent-items.ts'
import { itemType, type ItemType } from './item-types.ts'
import { sketchAggregate } from './sketch-aggregate.ts'

const usualK = 5, usualTracked = 10_000, mostTracked = 1_000_000

/** What is counted: the items, and how often NULL came. */
class Counted {
  readonly #type: ItemType
  readonly #items: FrequentItems
  #nulls = 0

  constructor(type: ItemType, tracked: number) {
    this.#type = type
    this.#items = new FrequentItems(type, lgSizeFor(tracked))
  }

  add(item: unknown): void { if (item === null) this.#nulls++; else this.#items.add(item, 1) }

  /** Takes in what was stored; false where these bytes are no sketch. */
  merge(stored: Uint8Array): boolean {
    const sketch = stored.length < 8 ? null : FrequentItems.decode(stored.subarray(0, stored.length - 8), this.#type)
    if (sketch === null) return false
    this.#nulls += nullsOf(stored)
    this.#items.merge(sketch)
    return true
  }

  encode(): Uint8Array {
    const bytes = this.#items.encode(), out = new Uint8Array(bytes.length + 8)
    out.set(bytes)
    new DataView(out.buffer).setBigInt64(bytes.length, BigInt(this.#nulls))
    return out
  }

  top(k: number): unknown[][] { return topOf(this.#items, this.#nulls, k) }
}

const nullsOf = (stored: Uint8Array): number => Number(new DataView(stored.buffer, stored.byteOffset).getBigInt64(stored.length - 8))

/** The k most frequent items with their counts, NULL among them. */
function topOf(sketch: FrequentItems, nulls: number, k: number): unknown[][] {
  const rows: unknown[][] = sketch.frequent().slice(0, k).map(r => [r.item, BigInt(r.count)])
  if (nulls > 0) {
    const at = rows.findIndex(r => (r[1] as bigint) < nulls)
    rows.splice(at < 0 ? rows.length : at, 0, [null, BigInt(nulls)])
  }
  return rows.slice(0, k)
}

const limit = (argName: string, argValue: number): Error => executionError('APPROX_TOP_K_NON_POSITIVE_ARG', { argName: `\`${argName}\``, argValue })

/** A constant whole number above 0. */
function positive(c: FunctionCall, index: number, argName: string, otherwise: number, shown: string, context: BindContext): number {
  if (c.args.length <= index) return otherwise
  const a = coerced(c, index, intType, context)
  if (attributesOf(a).size > 0) throw analysisError('DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT', { sqlExpr: `"${c.sql}"`, msg: `${shown} must be a constant literal` })
  const n = evaluateConstant(a) as number | null
  if (n === null) throw executionError('APPROX_TOP_K_NULL_ARG', { argName: `\`${argName}\`` })
  if (n <= 0) throw limit(argName, n)
  return n
}

function trackedOf(c: FunctionCall, index: number, otherwise: number, context: BindContext): number {
  const n = positive(c, index, 'maxItemsTracked', otherwise, 'Number of items tracked', context)
  if (n > mostTracked) throw executionError('APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT', { maxItemsTracked: n, limit: mostTracked })
  return n
}

function counted(c: FunctionCall, a: Resolved): ItemType {
  const type = itemType(a.type)
  if (type === null) throw analysisError('DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT', { sqlExpr: `"${c.sql}"`, msg: `columns of the type ${sqlName(a.type)} are not supported` })
  return type
}

/** The sketch as a value: its bytes, how many items it tracks, and the type of items twice, as a field of it and in words. */
const stateOf = (item: DataType): DataType => structType([structField('sketch', binaryType), structField('maxItemsTracked', intType), structField('itemDataType', item), structField('itemDataTypeDDL', stringType)])
const wordsOf = (item: DataType): string => (item.kind === 'string' ? 'item string not null' : `item ${sqlName(item)} NOT NULL`)
const rowsOf = (item: DataType): DataType => arrayType(structType([structField('item', item), structField('count', longType, false)]), false)

function checkTracked(k: number, tracked: number): void {
  if (tracked < k) throw executionError('APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K', { maxItemsTracked: tracked, k })
}

/** The argument that is a sketch, and the type of its items. */
function stateArgument(c: FunctionCall): { readonly state: Resolved; readonly item: DataType } {
  const state = plainArgs(c)[0]!, { type } = state
  if (type.kind !== 'struct' && type.kind !== 'void') throw unexpectedType(c, 1, '"STRUCT"', state)
  const fields = type.kind === 'struct' ? type.fields : []
  const fits = fields.length === 4 && ['binary', 'int', null, 'string'].every((kind, i) => kind === null || fields[i]!.dataType.kind === kind)
  if (!fits) throw analysisError('DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT', { sqlExpr: `"${c.sql}"`, msg: 'the first argument is no struct of sketch, maxItemsTracked, itemDataType and itemDataTypeDDL, as approx_top_k_accumulate makes it' })
  return { state, item: fields[2]!.dataType }
}

const noSketch = (): Error => executionError('MICROLOTE_APPROX_TOP_K_INVALID_SKETCH', {})
function taken(counted: Counted, bytes: Uint8Array): Counted { if (!counted.merge(bytes)) throw noSketch(); return counted }

/** approx_top_k and approx_top_k_accumulate, which differ in what they make of the counts. */
function counting(c: FunctionCall, name: string, type: DataType, tracked: number, item: ItemType, finish: (s: Counted) => unknown): AggregateFunction {
  return sketchAggregate<Counted>({
    name, type, takesNull: true, empty: () => new Counted(item, tracked),
    adder: ([v]: readonly Vector[]) => (s, i) => { s.add(v!.get(i)); return s },
    merge: taken, store: s => s.encode(), finish,
  })
}

const topK: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 3)
    const a = plainArgs(c)[0]!, item = counted(c, a), k = positive(c, 1, 'k', usualK, 'K', context), tracked = trackedOf(c, 2, usualTracked, context)
    checkTracked(k, tracked)
    return aggregate(c, 'approx_top_k', [a], counting(c, 'approx_top_k', rowsOf(a.type), tracked, item, s => s.top(k)), false, { k, tracked })
  },
}

const accumulate: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 2)
    const name = 'approx_top_k_accumulate', a = plainArgs(c)[0]!, item = counted(c, a), tracked = trackedOf(c, 1, usualTracked, context), words = wordsOf(a.type)
    return aggregate(c, name, [a], counting(c, name, stateOf(a.type), tracked, item, s => [s.encode(), tracked, null, words]), false, { tracked })
  },
}

/** Sketches put together, and how many items the first of them tracks (or all, where that is told). */
interface Combined { readonly counted: Counted; readonly tracked: number | null }

const combine: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 2)
    const name = 'approx_top_k_combine', { state, item } = stateArgument(c), type = itemType(item)!, told = c.args.length > 1 ? trackedOf(c, 1, 0, context) : null, words = wordsOf(item)
    const take = (s: Combined, tracked: number, sketch: Uint8Array): Combined => {
      if (told === null && s.tracked !== null && s.tracked !== tracked) throw executionError('APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH', { size1: s.tracked, size2: tracked })
      return { counted: taken(s.counted, sketch), tracked: told ?? tracked }
    }
    return aggregate(c, name, [state], sketchAggregate<Combined>({
      name, type: stateOf(item), empty: () => ({ counted: new Counted(type, told ?? mostTracked), tracked: told }),
      adder: ([v]) => (s, i) => { const [sketch, tracked] = v!.value(i) as [Uint8Array, number]; return take(s, tracked, sketch) },
      // How many items are tracked comes before the sketch; −1 where no sketch has said it.
      merge(s, stored) { const tracked = new DataView(stored.buffer, stored.byteOffset).getInt32(0); return tracked < 0 ? s : take(s, tracked, stored.subarray(4)) },
      store(s) { const bytes = s.counted.encode(), out = new Uint8Array(4 + bytes.length); new DataView(out.buffer).setInt32(0, s.tracked ?? -1); out.set(bytes, 4); return out },
      finish: s => [s.counted.encode(), s.tracked ?? usualTracked, null, words],
    }), false, { told })
  },
}

const estimate: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 2)
    const { state, item } = stateArgument(c), type = itemType(item)!, k = positive(c, 1, 'k', usualK, 'K', context)
    const evaluate = ([bytes, tracked]: [Uint8Array, number]): unknown => {
      checkTracked(k, tracked)
      const end = bytes.length - 8, sketch = end < 0 ? null : FrequentItems.decode(bytes.subarray(0, end), type)
      if (sketch === null) throw noSketch()
      return topOf(sketch, nullsOf(bytes), k)
    }
    return call('approx_top_k_estimate', [state], rowsOf(item), { evaluate }, { nullable: true })
  },
}

export const topKAggregates: FunctionFamily = { approx_top_k: topK, approx_top_k_accumulate: accumulate, approx_top_k_combine: combine }
export const topKFunctions: FunctionFamily = { approx_top_k_estimate: estimate }
