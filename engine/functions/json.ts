/** JSON functions: from_json straight from bytes to columns, to_json, and parts of JSON texts. */
import { analysisError } from '../errors/spark-error.ts'
import { BytesVector } from '../columns/bytes-vector.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import { DictionaryVector } from '../columns/dictionary-vector.ts'
import { vectorOf } from '../columns/builder.ts'
import type { Vector } from '../columns/vector.ts'
import { schemaOfJson } from '../formats/json-infer.ts'
import { compileJsonPath, getJsonObject, jsonArrayLength, jsonObjectKeys, jsonTuple } from '../formats/json-path.ts'
import { createJsonWriter } from '../formats/json-write.ts'
import { jsonOptions, type JsonOptions } from '../formats/json/options.ts'
import { createJsonParser } from '../formats/json/parser.ts'
import { parseTypeOrSchema } from '../types/ddl.ts'
import { asNullable, arrayType, intType, sqlName, stringType, type DataType, type StructTypeShape } from '../types/data-type.ts'
import { call, describe, expectArity, literal, literalValue, plainArgs, type BindContext, type FunctionCall, type FunctionFamily } from './define.ts'
import { optionsArgument } from './options-argument.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import type { PrunableImplementation } from './prunable.ts'
import { bytesOf } from './text-bytes.ts'
import { textArg } from './typed.ts'
import { keepsLastName, variantsOfJson } from './variant-parse.ts'

function fromJson(schema: DataType, options: JsonOptions): PrunableImplementation {
  const make = (required: readonly boolean[] | null): PrunableImplementation => {
    const parser = createJsonParser(schema as StructTypeShape, { ...options, forRecords: 'from_json', ...(required === null ? {} : { required }) })
    const vector = (args: readonly Vector[], length: number): Vector => {
      const text = args[0]!
      if (text instanceof ConstantVector) return spread(parser.parse(...parseArgs(bytesOf(text, 1), 1)), length)
      if (text instanceof DictionaryVector && text.dictionary.length < length / 4 && text.nulls === null) {
        return parser.parse(...parseArgs(bytesOf(text.dictionary, text.dictionary.length), text.dictionary.length)).take(text.indices, length)
      }
      return parser.parse(...parseArgs(bytesOf(text, length), length))
    }
    return {
      strict: false, mayFail: options.mode === 'FAILFAST', vector, prune: wanted => make(wanted),
      evaluate: (s: string | null) => (s === null ? null : vector([vectorOf(stringType, [s])], 1).get(0)),
    }
  }
  return make(null)
}

const parseArgs = (b: BytesVector, length: number): [Uint8Array, Int32Array, Int32Array, Uint8Array | null, number] => [b.bytes, b.starts, b.ends, b.nulls, length]

function spread(one: Vector, length: number): Vector { return one.take(new Int32Array(length), length) }

/** Options given by `map('mode', 'FAILFAST')`. */
function optionsOf(c: FunctionCall, index: number, context: BindContext): JsonOptions {
  return jsonOptions(Object.fromEntries(optionsArgument(c, index)), { timeZone: context.timeZone, ...(context.conf('spark.sql.columnNameOfCorruptRecord') === null ? {} : { columnNameOfCorruptRecord: context.conf('spark.sql.columnNameOfCorruptRecord')! }) })
}

function schemaArg(c: FunctionCall, index: number): DataType {
  const arg = plainArgs(c)[index]!
  let value = literalValue(arg)
  if (value === undefined && arg.kind === 'call' && arg.name === 'schema_of_json') value = evaluateConstant(arg)
  if (arg.type.kind === 'void') throw analysisError('INVALID_SCHEMA.NULL')
  if (typeof value !== 'string') throw analysisError('INVALID_SCHEMA.NON_STRING_LITERAL', { inputSchema: `"${describe(arg)}"` })
  return parseTypeOrSchema(value)
}

export const jsonFunctions: FunctionFamily = {
  from_json: {
    bind(c, context) {
      expectArity(c, 2, 3)
      const schema = asNullable(schemaArg(c, 1))
      if (schema.kind !== 'struct' && schema.kind !== 'array' && schema.kind !== 'map' && schema.kind !== 'variant') throw analysisError('DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', { sqlExpr: `"${c.sql}"`, inputSchema: `"${sqlName(schema)}"` })
      if (schema.kind === 'map' && schema.keyType.kind !== 'string') throw analysisError('DATATYPE_MISMATCH.INVALID_JSON_MAP_KEY_TYPE', { sqlExpr: `"${c.sql}"`, inputSchema: `"${sqlName(schema)}"` })
      const options: JsonOptions = { ...optionsOf(c, 2, context), variantKeepsLast: keepsLastName(context) }
      if (options.mode === 'DROPMALFORMED') throw analysisError('PARSE_MODE_UNSUPPORTED', { funcName: '`from_json`', mode: 'DROPMALFORMED' })
      const corrupt = schema.kind === 'struct' ? schema.fields.find(f => f.name === options.columnNameOfCorruptRecord) : undefined
      if (corrupt !== undefined && corrupt.dataType.kind !== 'string') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the field ${corrupt.name} for malformed records must be a STRING`, advice: 'Give it that type, or another name.' })
      return call('from_json', [textArg(c, 0, context)], schema, schema.kind === 'variant' ? variantsOfJson(options, options.mode === 'FAILFAST', 'null') : fromJson(schema, options), { nullable: true })
    },
  },
  to_json: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const a = plainArgs(c)[0]!
      if (a.type.kind === 'void') return literal(null, stringType)
      if (!['struct', 'array', 'map', 'variant'].includes(a.type.kind)) throw analysisError('DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', { sqlExpr: `"${c.sql}"`, inputSchema: `"${sqlName(a.type)}"` })
      const o = optionsOf(c, 1, context)
      const write = createJsonWriter(a.type, {
        timeZone: o.timeZone, ignoreNullFields: o.ignoreNullFields, ...(o.timestampFormat === undefined ? {} : { timestampFormat: o.timestampFormat }), ...(o.dateFormat === undefined ? {} : { dateFormat: o.dateFormat }),
        ...(o.timestampNTZFormat === undefined ? {} : { timestampNTZFormat: o.timestampNTZFormat }),
        ...(o.timeFormat === undefined ? {} : { timeFormat: o.timeFormat }),
      })
      return call('to_json', [a], stringType, { evaluate: (v: unknown) => write(v) }, { nullable: a.nullable })
    },
  },
  get_json_object: {
    bind(c, context) {
      expectArity(c, 2)
      const path = plainArgs(c)[1]!, fixed = literalValue(path)
      const compiled = typeof fixed === 'string' ? compileJsonPath(fixed) : undefined
      const evaluate = compiled === undefined ? (s: string, p: string) => getJsonObject(s, compileJsonPath(p)) : (s: string) => getJsonObject(s, compiled)
      return call('get_json_object', [textArg(c, 0, context), textArg(c, 1, context)], stringType, { evaluate }, { nullable: true })
    },
  },
  json_array_length: { bind(c, context) { expectArity(c, 1); return call('json_array_length', [textArg(c, 0, context)], intType, { evaluate: (s: string) => jsonArrayLength(s) }, { nullable: true }) } },
  json_object_keys: { bind(c, context) { expectArity(c, 1); return call('json_object_keys', [textArg(c, 0, context)], arrayType(stringType), { evaluate: (s: string) => jsonObjectKeys(s) }, { nullable: true }) } },
  json_tuple: {
    bind(c, context) {
      expectArity(c, 2, Infinity)
      const args = c.args.map((_, i) => textArg(c, i, context))
      return {
        kind: 'generator', name: 'json_tuple', args, type: stringType, nullable: true, outer: false,
        columns: args.slice(1).map((_, i) => ({ name: `c${i}`, type: stringType, nullable: true })),
        generate: (s: string | null, ...fields: (string | null)[]) => [s === null ? fields.map(() => null) : jsonTuple(s, fields)],
      }
    },
  },
  schema_of_json: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const arg = plainArgs(c)[0]!, value = literalValue(arg)
      if (value === null) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: 'json' })
      if (typeof value !== 'string') throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: '`json`', inputType: '"STRING"', inputExpr: `"${describe(arg)}"` })
      return literal(sqlName(schemaOfJson(value, optionsOf(c, 1, context))), stringType)
    },
  },
}

