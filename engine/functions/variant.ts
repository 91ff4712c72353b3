/** Functions of VARIANT: parse_json, variant_get and its kin. Whole columns go through their bytes; no row is an object. */
import { BytesVector } from '../columns/bytes-vector.ts'
import { vectorOf } from '../columns/builder.ts'
import { FixedVector, fixedDataFor } from '../columns/fixed-vector.ts'
import { plain } from '../columns/plain.ts'
import { StringVector } from '../columns/string-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { analysisError, executionError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Implementation, Literal, Resolved } from '../expressions/expression.ts'
import { pathCall } from '../expressions/variant-path.ts'
import { jsonOptions } from '../formats/json/options.ts'
import { booleanType, sqlName, stringType, variantType, type DataType } from '../types/data-type.ts'
import { parseTypeOrSchema } from '../types/ddl.ts'
import { isNullAt, valueStart } from '../types/variant/layout.ts'
import { follow, parseVariantPath, type VariantPath } from '../types/variant/path.ts'
import { schemaText, variantSchema } from '../types/variant/schema.ts'
import { keepsLastName, variantsOfJson } from './variant-parse.ts'
import { call, describe, expectArity, literal, literalValue, plainArgs, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { textArg } from './typed.ts'
import { pathReader, variantArg } from './variant-arg.ts'
import { toVariant, variantHolds, variantReader, type ReadVariant } from './variant-cast.ts'

const strict = jsonOptions({ allowSingleQuotes: 'false', allowNonNumericNumbers: 'false' }, { timeZone: 'UTC' })

function parseJson(fail: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const a = textArg(c, 0, context)
      return call(fail ? 'parse_json' : 'try_parse_json', [a], variantType, variantsOfJson({ ...strict, variantKeepsLast: keepsLastName(context) }, fail, 'malformed'), { nullable: !fail || a.nullable })
    },
  }
}

function variantGet(fail: boolean): FunctionDefinition {
  const name = fail ? 'variant_get' : 'try_variant_get'
  return {
    bind(c, context) {
      expectArity(c, 2, 3)
      const v = variantArg(c, 0), given = textArg(c, 1, context), to = c.args.length === 3 ? targetType(c) : variantType
      if (!variantHolds(to, true)) throw analysisError('DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { sqlExpr: `"${c.sql}"`, srcType: '"VARIANT"', targetType: `"${sqlName(to)}"` })
      const fixed = constantText(given)
      if (fixed === null) return call(name, [v, given], to, { evaluate: () => null }, { nullable: true })
      const args = [v, given, ...(c.args.length === 3 ? [literal(sqlName(to), stringType)] : [])]
      if (fixed !== undefined) return call(name, args, to, byPath(pathOf(fixed, name), to, fail, context.timeZone), { nullable: true })
      const read = variantReader(to, fail, context.timeZone), pathAt = pathReader(t => pathOf(t, name))
      return call(name, args, to, {
        evaluate: (b: Uint8Array, text: string) => {
          const at = follow(b, 0, valueStart(b, 0), pathAt(text))
          return at < 0 ? null : read(b, 0, at)
        },
      }, { nullable: true })
    },
  }
}

function pathOf(text: string, functionName: string): VariantPath {
  const path = parseVariantPath(text)
  if (path === null) throw executionError('INVALID_VARIANT_GET_PATH', { path: text, functionName })
  return path
}

// The value of a text that reads no column; undefined for one that does.
function constantText(e: Resolved): string | null | undefined {
  const value = literalValue(e)
  return value !== undefined ? value as string | null : attributesOf(e).size > 0 ? undefined : evaluateConstant(e) as string | null
}

function targetType(c: FunctionCall): DataType {
  const arg = plainArgs(c)[2]!, text = arg.type.kind === 'string' ? constantText(arg) : null
  if (typeof text !== 'string') throw analysisError('INVALID_SCHEMA.NON_STRING_LITERAL', { inputSchema: `"${describe(arg)}"` })
  if (/\b(?:var)?char(?:acter)?\s*\(/i.test(text)) throw analysisError('UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING', { type: text })
  return parseTypeOrSchema(text)
}

/** What a path that is known beforehand leads to: `vector` goes over the bytes of a column. */
export function byPath(path: VariantPath, to: DataType, fail: boolean, zoneName: string): Implementation {
  const read = variantReader(to, fail, zoneName)
  return {
    mayFail: fail,
    evaluate: (b: Uint8Array) => { const at = follow(b, 0, valueStart(b, 0), path); return at < 0 ? null : read(b, 0, at) },
    vector: ([given], length) => {
      const column = plain(given!, length)
      return column instanceof BytesVector ? takenOut(column, path, to, read, length) : vectorOf(to, new Array(length).fill(null))
    },
  }
}

function takenOut(column: BytesVector, path: VariantPath, to: DataType, read: ReadVariant, length: number): Vector {
  const { bytes, starts } = column, data = fixedDataFor(to, length), values: unknown[] = data === null ? new Array(length).fill(null) : []
  let nulls: Uint8Array | null = null
  for (let i = 0; i < length; i++) {
    const m = starts[i]!, at = column.isNull(i) ? -1 : follow(bytes, m, valueStart(bytes, m), path), value = at < 0 ? null : read(bytes, m, at)
    if (value === null) (nulls ??= new Uint8Array(length))[i] = 1
    else if (data === null) values[i] = value
    else (data as { [i: number]: unknown })[i] = to.kind === 'boolean' ? Number(value) : value
  }
  if (data !== null) return new FixedVector(to, data, nulls, length)
  return to.kind === 'string' ? new StringVector(values as (string | null)[], nulls, to) : vectorOf(to, values)
}

export const variantFunctions: FunctionFamily = {
  parse_json: parseJson(true),
  try_parse_json: parseJson(false),
  variant_get: variantGet(true),
  try_variant_get: variantGet(false),
  // A path behind a colon: its value and the path; the name that it shows by is for `nameOf` alone.
  [pathCall]: {
    bind(c, context) {
      const [v, path] = plainArgs(c) as [Resolved, Literal]
      if (v.type.kind !== 'variant') throw analysisError('COLUMN_IS_NOT_VARIANT_TYPE', { sqlExpr: `"${describe(v)}"`, dataType: `"${sqlName(v.type)}"` })
      return call('variant_get', [v, path], variantType, byPath(pathOf(path.value as string, 'variant_get'), variantType, true, context.timeZone), { nullable: true })
    },
  },
  is_variant_null: {
    bind(c) {
      expectArity(c, 1)
      return call('is_variant_null', [variantArg(c, 0)], booleanType, { strict: false, evaluate: (b: Uint8Array | null) => b !== null && isNullAt(b, valueStart(b, 0)) }, { nullable: false })
    },
  },
  schema_of_variant: {
    bind(c) {
      expectArity(c, 1)
      const a = variantArg(c, 0)
      return call('schema_of_variant', [a], stringType, { evaluate: (b: Uint8Array) => schemaText(variantSchema(b)) }, { nullable: a.nullable })
    },
  },
  to_variant_object: {
    bind(c) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      if (!['struct', 'map', 'array'].includes(a.type.kind) || !variantHolds(a.type, true)) throw analysisError('DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { sqlExpr: `"${c.sql}"`, srcType: `"${sqlName(a.type)}"`, targetType: '"VARIANT"' })
      return call('to_variant_object', [a], variantType, { evaluate: toVariant(a.type) }, { nullable: a.nullable })
    },
  },
}
