/** min, max, min_by, max_by, first, last, any_value. */
import { analysisError } from '../../errors/spark-error.ts'
import { comparison } from '../../columns/compare.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator, AggregateFunction } from '../../expressions/aggregate-function.ts'
import type { Frames } from '../../expressions/window-function.ts'
import { booleanType, isOrderable, sqlName, type DataType } from '../../types/data-type.ts'
import { expectArity, literalValue, plainArgs, quoted, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { aggregate } from './bind.ts'
import { extremeRows, nthRows, takeOrNull } from './over-frames.ts'
import { rowAggregate } from './row-aggregate.ts'

function checkOrder(c: FunctionCall, type: DataType): void {
  if (!isOrderable(type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: quoted(c.name), dataType: `"${sqlName(type)}"` })
}

/** The extreme of doubles, NaN the greatest. */
class DoubleExtreme implements Accumulator {
  readonly #sign: 1 | -1
  #best = new Float64Array(16)
  #known = new Uint8Array(16)

  constructor(sign: 1 | -1) { this.#sign = sign }
  resize(count: number): void {
    if (count <= this.#best.length) return
    const b = new Float64Array(Math.max(count, this.#best.length * 2)), k = new Uint8Array(b.length)
    b.set(this.#best); k.set(this.#known)
    this.#best = b; this.#known = k
  }

  #take(g: number, v: number): void {
    const best = this.#best[g]!
    const better = this.#known[g] === 0 || (this.#sign > 0 ? v > best || (v !== v && best === best) : v < best || (best !== best && v === v))
    if (better) { this.#best[g] = v; this.#known[g] = 1 }
  }

  update(groups: Int32Array, length: number, [values]: readonly Vector[]): void {
    if (values instanceof FixedVector) {
      const data = values.data as Float64Array, nulls = values.nulls
      for (let i = 0; i < length; i++) if (nulls === null || nulls[i] === 0) this.#take(groups[i]!, data[i]!)
      return
    }
    for (let i = 0; i < length; i++) { const v = values!.get(i) as number | null; if (v !== null) this.#take(groups[i]!, v) }
  }

  merge(groups: Int32Array, length: number, buffers: readonly Vector[]): void { this.update(groups, length, buffers) }
  buffers(count: number): Vector[] { return [this.result(count)] }
  result(count: number): Vector {
    let nulls: Uint8Array | null = null
    for (let g = 0; g < count; g++) if (this.#known[g] === 0) (nulls ??= new Uint8Array(count))[g] = 1
    return new FixedVector({ kind: 'double' }, this.#best.slice(0, count), nulls, count)
  }
}

function extremeOf(name: 'min' | 'max', type: DataType): AggregateFunction {
  const sign = name === 'max' ? 1 : -1
  const overFrames = (f: Frames, [v]: readonly Vector[]): Vector => takeOrNull(v!, extremeRows(v!, f, sign))
  if (type.kind === 'double') return { name, type, bufferTypes: [type], create: () => new DoubleExtreme(sign), overFrames }
  const compare = comparison(type)
  const take = (s: unknown[], v: unknown): void => { if (v !== null && (s[0] === null || sign * compare(v, s[0]) > 0)) s[0] = v }
  return { ...rowAggregate({ name, type, bufferTypes: [type], zero: () => [null], update: take, merge: (s, [v]) => take(s, v), finish: s => s[0] }), overFrames }
}

const extreme = (name: 'min' | 'max'): FunctionDefinition => ({
  bind(c) { expectArity(c, 1); const a = plainArgs(c)[0]!; checkOrder(c, a.type); return aggregate(c, name, [a], extremeOf(name, a.type)) },
})

function extremeBy(name: 'max_by' | 'min_by', sign: 1 | -1): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 2)
      const [value, by] = plainArgs(c) as [ReturnType<typeof plainArgs>[0], ReturnType<typeof plainArgs>[0]]
      checkOrder(c, by!.type)
      const compare = comparison(by!.type)
      const take = (s: unknown[], v: unknown, k: unknown): void => { if (k !== null && (s[1] === null || sign * compare(k, s[1]) > 0 || (compare(k, s[1]) === 0 && sign > 0))) { s[0] = v; s[1] = k } }
      return aggregate(c, name, [value!, by!], rowAggregate({ name, type: value!.type, bufferTypes: [value!.type, by!.type], zero: () => [null, null], update: take, merge: (s, [v, k]) => take(s, v, k), finish: s => s[0] }))
    },
  }
}

function firstOrLast(name: 'first' | 'last'): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 1, 2)
      const a = plainArgs(c)[0]!, ignoreNulls = c.ignoreNulls || literalValue(c.args[1]) === true
      const take = (s: unknown[], v: unknown): void => { if (!(ignoreNulls && v === null) && (name === 'last' || s[1] === false)) { s[0] = v; s[1] = true } }
      const f = rowAggregate({ name, type: a.type, bufferTypes: [a.type, booleanType], zero: () => [null, false], update: take, merge: (s, [v, set]) => { if (set === true) take(s, v) }, finish: s => s[0] })
      const overFrames = (frames: Frames, [v]: readonly Vector[]): Vector => takeOrNull(v!, nthRows(v!, frames, name === 'first' ? 1 : -1, ignoreNulls))
      return aggregate(c, name, [a], { ...f, overFrames }, true, ignoreNulls ? { ignoreNulls } : undefined)
    },
  }
}

export const minMaxFunctions: FunctionFamily = {
  min: extreme('min'), max: extreme('max'), max_by: extremeBy('max_by', 1), min_by: extremeBy('min_by', -1),
  first: firstOrLast('first'), first_value: firstOrLast('first'), last: firstOrLast('last'), last_value: firstOrLast('last'), any_value: firstOrLast('first'),
}
