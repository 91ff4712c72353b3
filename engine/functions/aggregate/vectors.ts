/** vector_sum and vector_avg: arrays of FLOAT added up element by element; the mean is moved by each vector. */
import { arrayType, binaryType, floatType, longType } from '../../types/data-type.ts'
import { expectArity, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { vectorArgument, wrongDimension } from '../vectors.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'

type State = [acc: Float32Array | null, count: number]

// The state holds the floats as bytes, the lowest first.
function floats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true))
}
function bytesOf(v: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * v.length))
  v.forEach((x, i) => view.setFloat32(4 * i, x, true))
  return new Uint8Array(view.buffer)
}

function totals(name: string, mean: boolean): FunctionDefinition {
  const type = arrayType(floatType, false)
  const add = (s: State, v: ArrayLike<number>, count: number): void => {
    if (s[0] === null) { s[0] = Float32Array.from(v); s[1] = count; return }
    if (s[0].length !== v.length) throw wrongDimension(name, s[0].length, v.length)
    const acc = s[0], before = s[1]
    s[1] += count
    for (let i = 0; i < acc.length; i++) acc[i] = !mean ? acc[i]! + v[i]! : count === 1 ? acc[i]! + Math.fround(Math.fround(v[i]! - acc[i]!) / s[1]) : acc[i]! * (before / s[1]) + v[i]! * (count / s[1])
  }
  return {
    bind(c) {
      expectArity(c, 1)
      return aggregate(c, name, [vectorArgument(c, 0)], rowAggregate({
        name, type, bufferTypes: [binaryType, longType], zero: () => [null, 0],
        update(s, v: readonly (number | null)[] | null) { if (v !== null && !v.includes(null)) add(s as State, v as readonly number[], 1) },
        merge(s, [bytes, n]) { if (bytes !== null) add(s as State, floats(bytes as Uint8Array), Number(n as bigint)) },
        finish: s => (s[0] === null ? null : [...(s as State)[0]!]), store: s => [s[0] === null ? null : bytesOf((s as State)[0]!), BigInt((s as State)[1])],
      }))
    },
  }
}

export const vectorAggregates: FunctionFamily = { vector_sum: totals('vector_sum', false), vector_avg: totals('vector_avg', true) }
