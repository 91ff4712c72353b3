/** Arguments of the functions of tuple sketches: sketches as bytes, keys, and the lgNomEntries and modes, which are constants known before any row is. */
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import { analysisError, executionError } from '../../errors/spark-error.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { intType, stringType } from '../../types/data-type.ts'
import { expectArity, expectConstant, plainArgs, quoted, type BindContext, type FunctionCall } from '../define.ts'
import { wantedArgument } from '../wanted.ts'
import { argumentOf } from './arguments.ts'
import { familyOf, hashedTypes, leastLgNominal, mostLgNominal, usualLgNominal } from './theta.ts'
import { TupleSketch } from './tuple-sketch.ts'
import { summaryModes, type SummaryKind, type SummaryMode } from './tuple-summaries.ts'

/** The sketch of these bytes. Throws TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY for one of another family, TUPLE_INVALID_INPUT_SKETCH_BUFFER for what is none, or with `sound` has hashes of no value, over which intersections fail in Spark, too. */
export function decodedTuple(name: string, bytes: Uint8Array, kind: SummaryKind, sound = false): TupleSketch {
  const sketch = TupleSketch.decode(bytes, kind)
  if (sketch !== null && (!sound || sketch.sound)) return sketch
  const actual = familyOf(bytes)
  if (actual !== null && actual !== 'TUPLE') throw executionError('TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY', { function: quoted(name), expectedFamily: 'TUPLE', actualFamily: actual })
  throw executionError('TUPLE_INVALID_INPUT_SKETCH_BUFFER', { function: quoted(name) })
}

/** Checks the number of arguments of a function whose arguments have names. Throws REQUIRED_PARAMETER_NOT_FOUND where one of `required` is missing. */
export function expectNamed(c: FunctionCall, required: readonly string[], most: number): void {
  if (c.args.length < required.length) throw analysisError('REQUIRED_PARAMETER_NOT_FOUND', { routineName: quoted(c.name), parameterName: quoted(required[c.args.length]!) })
  expectArity(c, required.length, most)
}

/** The key of a row: any value that becomes one of the types that have hashes. Throws DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE. */
export function keyOf(c: FunctionCall, context: BindContext): Resolved {
  const a = plainArgs(c)[0]!
  // Elements that are texts become no numbers here.
  return wantedArgument(c, 0, a.type.kind === 'array' && a.type.elementType.kind === 'string' ? hashedTypes.filter(t => t.kind !== 'array' && t.kind !== 'string') : hashedTypes, context)
}

const isNull = (c: FunctionCall, exprName: string): Error => analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName })
const hint = (c: FunctionCall, msg: string): Error => analysisError('DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT', { sqlExpr: `"${c.sql}"`, msg })

/** The constant lgNomEntries of a call, 12 where it is left out; other types become an INT with `casts`. Throws DATATYPE_MISMATCH where it is none from 4 to 26. */
export function lgNominalOf(c: FunctionCall, index: number, name: string, casts: boolean, context: BindContext): number {
  if (c.args.length <= index) return usualLgNominal
  const a = casts ? wantedArgument(c, index, intType, context) : argumentOf(c, index, [intType], context)
  expectConstant(c, a, 'lgNomEntries', '"INT"')
  const value = evaluateConstant(a) as number | null
  if (value === null) throw isNull(c, 'lgNomEntries')
  if (value < leastLgNominal || value > mostLgNominal) throw hint(c, `the lgNomEntries of ${name} is ${value}; write a number from ${leastLgNominal} to ${mostLgNominal}`)
  return value
}

/** The constant mode of a call, sum where it is left out; other types become a text with `casts`. Throws DATATYPE_MISMATCH where it is no mode. */
export function modeOf(c: FunctionCall, index: number, name: string, casts: boolean, context: BindContext): SummaryMode {
  if (c.args.length <= index) return 0
  const a = casts ? wantedArgument(c, index, stringType, context) : argumentOf(c, index, [stringType], context)
  expectConstant(c, a, 'mode', '"STRING"')
  const value = evaluateConstant(a) as string | null
  if (value === null) throw isNull(c, 'mode')
  const mode = summaryModes.indexOf(value.toLowerCase())
  if (mode < 0) throw hint(c, `${name} knows no mode ${value}; write ${summaryModes.join(', ')}`)
  return mode
}
