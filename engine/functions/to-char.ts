/** to_char and to_number: numbers as text by a format and back; to_char also writes dates by a pattern and bytes. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { decimalFor } from '../types/coercion.ts'
import { decimalType, isNumeric, stringType, type DecimalType } from '../types/data-type.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import { bindByName } from './bind.ts'
import { castTo } from './cast.ts'
import { call, describe, expectArity, literal, plainArgs, quoted, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { numberTemplate, readByTemplate, writeByTemplate, type NumberTemplate } from './number-templates.ts'
import { coerced } from './typed.ts'

/** The format: constant text, null for NULL, undefined where it depends on the row. */
function formatOf(c: FunctionCall, context: BindContext): string | null | undefined {
  const e = coerced(c, 1, stringType, context)
  return attributesOf(e).size > 0 ? undefined : (evaluateConstant(e) as string | null)
}

const cached = (): ((format: string) => NumberTemplate) => {
  let last: NumberTemplate | null = null
  return format => (last !== null && last.format === format ? last : (last = numberTemplate(format)))
}

function numberToChar(v: Resolved, c: FunctionCall, context: BindContext): Resolved {
  const as = v.type.kind === 'string' ? decimalType(38, 18) : decimalFor(v.type)!, number = castTo(v, as, context), { scale } = as as DecimalType
  const fixed = formatOf(c, context)
  if (fixed === null) return literal(null, stringType)
  if (fixed !== undefined) { const f = numberTemplate(fixed); return call('to_char', [number, literal(fixed, stringType)], stringType, { evaluate: (x: bigint) => writeByTemplate(x, scale, f) }) }
  const template = cached()
  return call('to_char', [number, coerced(c, 1, stringType, context)], stringType, { evaluate: (x: bigint, format: string) => writeByTemplate(x, scale, template(format)) })
}

function bytesToChar(v: Resolved, c: FunctionCall, context: BindContext): Resolved {
  const format = formatOf(c, context)
  if (format === undefined) throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: '`format`', inputType: '"STRING"', inputExpr: `"${describe(plainArgs(c)[1]!)}"` })
  if (format === null) return literal(null, stringType)
  switch (format.toLowerCase()) {
    case 'base64': return bindByName('base64', [v], context)
    case 'hex': return bindByName('hex', [v], context)
    case 'utf-8': return bindByName('decode', [v, literal('UTF-8', stringType)], context)
    default: throw analysisError('INVALID_PARAMETER_VALUE.BINARY_FORMAT', { functionName: quoted(c.name), invalidFormat: `'${format}'` })
  }
}

const toChar: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const v = plainArgs(c)[0]!
    if (v.type.kind === 'date' || v.type.kind === 'timestamp' || v.type.kind === 'timestamp_ntz' || v.type.kind === 'time') return bindByName('date_format', plainArgs(c), context)
    if (v.type.kind === 'binary') return bytesToChar(v, c, context)
    if (v.type.kind === 'void') return literal(null, stringType)
    if (!isNumeric(v.type) && v.type.kind !== 'string') throw unexpectedType(c, 1, '"DECIMAL"', v)
    return numberToChar(v, c, context)
  },
}

function toNumber(tolerant: boolean): FunctionDefinition {
  const name = tolerant ? 'try_to_number' : 'to_number'
  return {
    bind(c, context) {
      expectArity(c, 2)
      const text = coerced(c, 0, stringType, context), format = formatOf(c, context)
      if (format === undefined) throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: '`format`', inputType: '"STRING"', inputExpr: `"${describe(plainArgs(c)[1]!)}"` })
      if (format === null) return literal(null, decimalType(10, 0))
      const f = numberTemplate(format)
      const evaluate = (s: string): bigint | null => {
        const v = readByTemplate(s, f)
        if (v === null && !tolerant) throw executionError('INVALID_FORMAT.MISMATCH_INPUT', { inputType: '"STRING"', input: s, format })
        return v
      }
      return call(name, [text, literal(format, stringType)], decimalType(f.precision, f.scale), { evaluate }, { nullable: true })
    },
  }
}

export const toCharFunctions: FunctionFamily = { to_char: toChar, to_varchar: toChar, to_number: toNumber(false), try_to_number: toNumber(true) }
