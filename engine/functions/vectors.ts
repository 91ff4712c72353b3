/** Arrays of FLOAT as vectors: products, distances, similarity, norms. Sums are doubles, results FLOAT; a vector that lacks an element (NULL) has no result. */
import { executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { arrayType, floatType, type DataType } from '../types/data-type.ts'
import { call, expectArity, literal, plainArgs, quoted, unexpectedType, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

type Elements = readonly (number | null)[]

/** The argument, which is ARRAY<FLOAT> as it stands: nothing becomes one by itself. */
export function vectorArgument(c: FunctionCall, index: number): Resolved {
  const a = plainArgs(c)[index]!
  if (a.type.kind !== 'array' || a.type.elementType.kind !== 'float') throw unexpectedType(c, index + 1, '"ARRAY<FLOAT>"', a)
  return a
}

export const wrongDimension = (name: string, a: number, b: number): Error => executionError('VECTOR_DIMENSION_MISMATCH', { functionName: quoted(name), leftDim: a, rightDim: b })

function ofTwo(name: string, body: (a: readonly number[], b: readonly number[]) => number | null): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 2)
      const evaluate = (a: Elements, b: Elements): number | null => {
        if (a.length !== b.length) throw wrongDimension(name, a.length, b.length)
        if (a.includes(null) || b.includes(null)) return null
        const r = body(a as readonly number[], b as readonly number[])
        return r === null ? null : Math.fround(r)
      }
      return call(name, [vectorArgument(c, 0), vectorArgument(c, 1)], floatType, { evaluate }, { nullable: true })
    },
  }
}

function cosine(a: readonly number[], b: readonly number[]): number | null {
  let dot = 0, x = 0, y = 0
  for (let i = 0; i < a.length; i++) { dot += a[i]! * b[i]!; x += a[i]! * a[i]!; y += b[i]! * b[i]! }
  const norms = Math.sqrt(x * y)
  return norms === 0 ? null : dot / norms
}

function dot(a: readonly number[], b: readonly number[]): number { let sum = 0; for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!; return sum }
function distance(a: readonly number[], b: readonly number[]): number { let sum = 0; for (let i = 0; i < a.length; i++) { const d = a[i]! - b[i]!; sum += d * d } return Math.sqrt(sum) }

/** The norm of degree 1, 2 or infinity. Throws INVALID_VECTOR_NORM_DEGREE for any other. */
function normOf(name: string, v: readonly number[], degree: number): number {
  let sum = 0
  switch (degree) {
    case 1: for (const x of v) sum += Math.abs(x); return sum
    case 2: for (const x of v) sum += x * x; return Math.sqrt(sum)
    case Infinity: for (const x of v) sum = Math.max(sum, Math.abs(x)); return sum
    default: throw executionError('INVALID_VECTOR_NORM_DEGREE', { functionName: quoted(name), degree })
  }
}

function withDegree(name: string, type: DataType, body: (v: readonly number[], norm: number) => unknown): FunctionDefinition {
  return {
    bind(c) {
      expectArity(c, 1, 2)
      const given = plainArgs(c)[1]
      if (given !== undefined && given.type.kind !== 'float') throw unexpectedType(c, 2, '"FLOAT"', given)
      const evaluate = (v: Elements, degree: number): unknown => (v.includes(null) ? null : body(v as readonly number[], normOf(name, v as readonly number[], degree)))
      return call(name, [vectorArgument(c, 0), given ?? literal(2, floatType)], type, { evaluate }, { nullable: true })
    },
  }
}

export const vectorFunctions: FunctionFamily = {
  vector_cosine_similarity: ofTwo('vector_cosine_similarity', cosine), vector_inner_product: ofTwo('vector_inner_product', dot), vector_l2_distance: ofTwo('vector_l2_distance', distance),
  vector_norm: withDegree('vector_norm', floatType, (_v, norm) => Math.fround(norm)),
  vector_normalize: withDegree('vector_normalize', arrayType(floatType, false), (v, norm) => (norm === 0 && v.length > 0 ? null : v.map(x => Math.fround(x / norm)))),
}
