/** Functions that only OVER knows: row_number, rank, dense_rank, percent_rank, cume_dist, ntile, lag, lead, nth_value. Bound to a marker that the analyzer joins with its window. */
import { concatVectors } from '../columns/concat.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import { analysisError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Marker, Resolved } from '../expressions/expression.ts'
import type { SortedRows, WindowFunction } from '../expressions/window-function.ts'
import { intType, sqlName, type DataType } from '../types/data-type.ts'
import { canImplicitlyCast } from '../types/coercion.ts'
import { nthRows, presentBefore, takeOrNull } from './aggregate/over-frames.ts'
import { castTo } from './cast.ts'
import { describe, expectArity, literalValue, plainArgs, quoted, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

export const isWindowFunction = (e: Resolved): e is Marker => e.kind === 'marker' && e.name === 'window-function'

/** The frame of functions that look at all rows up to their own. */
export const throughHere = { unit: 'rows', lower: 'unbounded', upper: 'current' } as const

/** A function of the rows of a window, for the analyzer to join with its window. */
export function windowMarker(type: DataType, nullable: boolean, args: readonly Resolved[], details: WindowFunction): Marker {
  return { kind: 'marker', name: 'window-function', args, type, nullable, details }
}

/** Refuses IGNORE NULLS where it means nothing. Throws INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX. */
export function refuseNulls(c: FunctionCall): void {
  if (c.ignoreNulls) throw analysisError('INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { prettyName: quoted(c.name), syntax: 'IGNORE NULLS' })
}

/** A number a row, made by a loop over the partitions. Arguments of rank and its kin, as many as `most`, say nothing. */
function ranking(name: string, kind: 'int' | 'double', most: number, write: (out: Int32Array | Float64Array, rows: SortedRows) => void): FunctionDefinition {
  const type: DataType = { kind }
  const evaluate = (rows: SortedRows): FixedVector => {
    const out = kind === 'int' ? new Int32Array(rows.length) : new Float64Array(rows.length)
    write(out, rows)
    return new FixedVector(type, out, null, rows.length)
  }
  return { bind(c) { expectArity(c, 0, most); refuseNulls(c); return windowMarker(type, false, [], { name, needsOrder: true, frame: name === 'cume_dist' ? { ...throughHere, unit: 'range' } : throughHere, evaluate }) } }
}

/** The same number for rows that compare equal: `number` gets the first row of their run and the one behind it, the partition's, and how many runs it had before. */
const byRun = (number: (from: number, to: number, first: number, end: number, run: number) => number) => (out: Int32Array | Float64Array, { partitions, peers }: SortedRows): void => {
  for (let p = 0, r = 0; p + 1 < partitions.length; p++) {
    for (let run = 0; peers[r]! < partitions[p + 1]!; r++, run++) { const a = peers[r]!, b = peers[r + 1]!, n = number(a, b, partitions[p]!, partitions[p + 1]!, run); for (let i = a; i < b; i++) out[i] = n }
  }
}

function numberRows(out: Int32Array | Float64Array, { partitions }: SortedRows): void {
  for (let p = 0; p + 1 < partitions.length; p++) for (let first = partitions[p]!, end = partitions[p + 1]!, i = first; i < end; i++) out[i] = i - first + 1
}

const ntile: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 0, 1)
    refuseNulls(c)
    const given = plainArgs(c)[0]
    if (given !== undefined && given.type.kind !== 'int') throw unexpectedType(c, 1, '"INT"', given)
    const buckets = given === undefined ? 1 : constantInt(c, given, 'buckets', context)
    if (buckets === null || buckets <= 0) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'buckets', valueRange: '(0, 2147483647]', currentValue: String(buckets) })
    const f: WindowFunction & { readonly buckets: number } = {
      name: 'ntile', buckets, needsOrder: true, frame: throughHere,
      evaluate({ length, partitions }) {
        const out = new Int32Array(length)
        for (let p = 0; p + 1 < partitions.length; p++) {
          const from = partitions[p]!, n = partitions[p + 1]! - from, size = Math.floor(n / buckets), larger = n % buckets
          // The first buckets have a row more where the rows do not divide evenly.
          for (let i = 0; i < n; i++) out[from + i] = i < larger * (size + 1) ? Math.floor(i / (size + 1)) + 1 : larger + Math.floor((i - larger * (size + 1)) / size) + 1
        }
        return new FixedVector(intType, out, null, length)
      },
    }
    return windowMarker(intType, false, [], f)
  },
}

// A whole number that is known before any row is read; null for NULL.
function constantInt(c: FunctionCall, given: Resolved, what: string, context: BindContext): number | null {
  if (given.type.kind !== 'int' && !canImplicitlyCast(given.type, intType, context.ansi)) throw unexpectedType(c, c.args.indexOf(given) + 1, '"INT"', given)
  const value = given.kind === 'literal' || (given.kind === 'call' && given.deterministic && attributesOf(given).size === 0) ? evaluateConstant(castTo(given, intType, context)) : undefined
  if (value === undefined) throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: what, inputType: '"INT"', inputExpr: `"${describe(given)}"` })
  return value as number | null
}

/** lag (sign −1) and lead (sign 1): the value so many rows before or behind, in the partition. */
function neighbour(name: 'lag' | 'lead', sign: 1 | -1): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1, 3)
      const [input, by, otherwise] = plainArgs(c) as [Resolved, Resolved | undefined, Resolved | undefined]
      const offset = by === undefined ? 1 : constantInt(c, by, 'offset', context)
      const steps = (offset ?? 0) * sign, { ignoreNulls } = c
      const fallback = otherwise === undefined || literalValue(otherwise) === null ? null : otherwise
      if (fallback !== null && fallback.type.kind !== input.type.kind && !canImplicitlyCast(fallback.type, input.type, context.ansi)) {
        throw analysisError('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: quoted(name), dataType: `["${sqlName(input.type)}", "${sqlName(fallback.type)}"]` })
      }
      const args = fallback === null ? [input] : [input, castTo(fallback, input.type, context)]
      const f: WindowFunction & { readonly ignoreNulls: boolean } = {
        name, needsOrder: true, frame: { unit: 'rows', lower: steps, upper: steps }, ignoreNulls,
        evaluate({ length, partitions }, _frames, [v, d]) {
          const rows = ignoreNulls && steps !== 0 ? presentNeighbours(presentBefore([v!], length), partitions, steps) : new Int32Array(length)
          if (!ignoreNulls || steps === 0) {
            for (let p = 0; p + 1 < partitions.length; p++) for (let i = partitions[p]!, end = partitions[p + 1]!, first = i; i < end; i++) { const at = i + steps; rows[i] = at >= first && at < end ? at : -1 }
          }
          if (d === undefined) return takeOrNull(v!, rows)
          for (let i = 0; i < length; i++) if (rows[i]! < 0) rows[i] = length + i
          return concatVectors(input.type, [v!, d]).take(rows, length)
        },
      }
      return windowMarker(input.type, fallback === null || input.nullable || fallback.nullable, args, f)
    },
  }
}

// The row of the n-th value that is not NULL, before (n < 0) or behind each row; −1 where the partition has none.
function presentNeighbours(before: Int32Array, partitions: Int32Array, n: number): Int32Array {
  const length = before.length - 1, present = new Int32Array(before[length]!), rows = new Int32Array(length)
  for (let i = 0; i < length; i++) if (before[i + 1]! > before[i]!) present[before[i]!] = i
  for (let p = 0; p + 1 < partitions.length; p++) {
    const first = before[partitions[p]!]!, end = before[partitions[p + 1]!]!
    for (let i = partitions[p]!; i < partitions[p + 1]!; i++) { const at = n < 0 ? before[i]! + n : before[i + 1]! + n - 1; rows[i] = at >= first && at < end ? present[at]! : -1 }
  }
  return rows
}

const nthValue: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const [input, by] = plainArgs(c) as [Resolved, Resolved]
    const n = constantInt(c, by, 'offset', context)
    if (n === null || n <= 0) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'offset', valueRange: '(0, 9223372036854775807]', currentValue: String(n) })
    const { ignoreNulls } = c
    const f: WindowFunction & { readonly n: number; readonly ignoreNulls: boolean } = { name: 'nth_value', n, ignoreNulls, needsOrder: true, frame: null, evaluate: (_rows, frames, [v]) => takeOrNull(v!, nthRows(v!, frames(), n, ignoreNulls)) }
    return windowMarker(input.type, true, [input], f)
  },
}

export const windowFunctions: FunctionFamily = {
  row_number: ranking('row_number', 'int', 0, numberRows),
  rank: ranking('rank', 'int', Infinity, byRun((a, _b, first) => a - first + 1)),
  dense_rank: ranking('dense_rank', 'int', Infinity, byRun((_a, _b, _first, _end, run) => run + 1)),
  percent_rank: ranking('percent_rank', 'double', Infinity, byRun((a, _b, first, end) => (end - first > 1 ? (a - first) / (end - first - 1) : 0))),
  cume_dist: ranking('cume_dist', 'double', 0, byRun((_a, b, first, end) => (b - first) / (end - first))),
  ntile, lag: neighbour('lag', -1), lead: neighbour('lead', 1), nth_value: nthValue,
}
