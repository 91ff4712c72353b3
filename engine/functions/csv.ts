/** CSV texts in a column: from_csv straight to the columns of a struct, to_csv, schema_of_csv. */
import { vectorOf } from '../columns/builder.ts'
import { StructVector } from '../columns/struct-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { analysisError, executionError } from '../errors/spark-error.ts'
import { CsvSchemaInference } from '../formats/csv/infer.ts'
import { csvOptions, type CsvOptions } from '../formats/csv/options.ts'
import { csvValue } from '../formats/csv/reader.ts'
import { csvRecords } from '../formats/csv/records.ts'
import { csvWriter } from '../formats/csv/writer.ts'
import { asNullable, holdsVariant, isNested, sqlName, stringType, structField, structType, type DataType, type StructTypeShape } from '../types/data-type.ts'
import { parseTypeOrSchema } from '../types/ddl.ts'
import { castTo } from './cast.ts'
import { castValue } from './cast-values.ts'
import { call, describe, expectArity, literal, literalValue, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionFamily } from './define.ts'
import { optionsArgument } from './options-argument.ts'

/** Options given by `map('sep', ';')`. */
function optionsOf(c: FunctionCall, index: number, context: BindContext): CsvOptions {
  const options = new Map(optionsArgument(c, index).map(([name, value]) => [name.toLowerCase(), value]))
  const text = (name: string): string | null => options.get(name.toLowerCase()) ?? null
  return csvOptions(text, (name, otherwise) => { const t = text(name); return t === null ? otherwise : t.toLowerCase() === 'true' }, { timeZone: context.timeZone, corruptColumn: context.conf('spark.sql.columnNameOfCorruptRecord'), inferTime: context.conf('spark.sql.timeType.enabled') === 'true' })
}

function schemaArg(c: FunctionCall): DataType {
  const arg = plainArgs(c)[1]!, value = literalValue(arg)
  if (arg.type.kind === 'void') throw analysisError('INVALID_SCHEMA.NULL')
  if (typeof value !== 'string') throw analysisError('INVALID_SCHEMA.NON_STRING_LITERAL', { inputSchema: `"${describe(arg)}"` })
  return parseTypeOrSchema(value)
}

/** One record of each text, its fields in columns; a text that does not fit by the mode. */
function fromCsv(type: StructTypeShape, o: CsvOptions): (texts: Vector, length: number) => Vector {
  const corrupt = type.fields.findIndex(f => f.name === o.corruptColumn), data = type.fields.map((_, i) => i).filter(i => i !== corrupt), reads = data.map(i => csvValue(type.fields[i]!.dataType, o))
  return (texts, length) => {
    const columns = type.fields.map(() => new Array<unknown>(length).fill(null)), nulls = new Uint8Array(length)
    for (let row = 0; row < length; row++) {
      const text = texts.get(row) as string | null
      if (text === null) { nulls[row] = 1; continue }
      const fields = csvRecords(text, o).next().value?.fields ?? []
      // An empty text has no record, which is nobody's fault.
      let bad = text !== '' && fields.length !== data.length
      for (let k = 0; k < data.length; k++) {
        const field = fields[k] ?? null
        if (field === null || field === o.nullValue) continue
        const v = reads[k]!(field)
        if (v === undefined) bad = true
        else columns[data[k]!]![row] = v
      }
      if (bad && o.mode === 'FAILFAST') throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: text, failFastMode: 'FAILFAST' })
      if (bad && corrupt >= 0) columns[corrupt]![row] = text
    }
    return new StructVector(type, type.fields.map((f, i) => vectorOf(f.dataType, columns[i]!)), nulls, length)
  }
}

const bytesText = (v: Uint8Array): string => `[${[...v].map(b => b.toString(16).padStart(2, '0').toUpperCase()).join(' ')}]`

export const csvFunctions: FunctionFamily = {
  from_csv: {
    bind(c, context) {
      expectArity(c, 2, 3)
      const schema = asNullable(schemaArg(c)), options = optionsOf(c, 2, context), text = plainArgs(c)[0]!
      if (schema.kind !== 'struct') throw analysisError('INVALID_SCHEMA.NON_STRUCT_TYPE', { inputSchema: `"${describe(plainArgs(c)[1]!)}"`, dataType: sqlName(schema) })
      const corrupt = schema.fields.find(f => f.name === options.corruptColumn), deep = schema.fields.find(f => isNested(f.dataType))
      if (corrupt !== undefined && corrupt.dataType.kind !== 'string') throw analysisError('INVALID_CORRUPT_RECORD_TYPE', { columnName: corrupt.name, actualType: sqlName(corrupt.dataType) })
      if (deep !== undefined) throw analysisError('UNSUPPORTED_DATATYPE', { typeName: `"${sqlName(deep.dataType)}"` })
      if (text.type.kind !== 'string' && text.type.kind !== 'void') throw unexpectedType(c, 1, '"STRING"', text)
      if (options.mode === 'DROPMALFORMED') throw analysisError('PARSE_MODE_UNSUPPORTED', { funcName: '`from_csv`', mode: 'DROPMALFORMED' })
      const parse = fromCsv(schema, options)
      return call('from_csv', [castTo(text, stringType, context)], schema, { strict: false, vector: ([texts], length) => parse(texts!, length), evaluate: (t: string | null) => (t === null ? null : parse(vectorOf(stringType, [t]), 1).get(0)) }, { nullable: true })
    },
  },
  to_csv: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const a = plainArgs(c)[0]!
      if (a.type.kind === 'void') return literal(null, stringType)
      if (a.type.kind !== 'struct') throw analysisError('DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`to_csv`', dataType: `"${sqlName(a.type)}"` })
      if (holdsVariant(a.type)) throw analysisError('DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`to_csv`', dataType: `"${sqlName(a.type)}"` })
      // What CSV has no form for is shown as a text.
      const texts: readonly (((v: any) => unknown) | null)[] = a.type.fields.map(f => (f.dataType.kind === 'binary' ? bytesText : isNested(f.dataType) ? castValue(f.dataType, stringType, 'ansi', context.timeZone) : null)), plain = structType(a.type.fields.map((f, i) => (texts[i] === null ? f : structField(f.name, stringType))))
      const { line } = csvWriter(plain, optionsOf(c, 1, context)), shown = texts.every(t => t === null) ? line : (v: readonly unknown[]) => line(v.map((x, i) => (x === null || texts[i] === null ? x : texts[i]!(x))))
      return call('to_csv', [a], stringType, { evaluate: shown }, { nullable: a.nullable })
    },
  },
  schema_of_csv: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const arg = plainArgs(c)[0]!, value = literalValue(arg)
      if (arg.type.kind !== 'string' && arg.type.kind !== 'void') throw unexpectedType(c, 1, '"STRING"', arg)
      if (value === null) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: 'csv' })
      if (typeof value !== 'string') throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: '`csv`', inputType: '"STRING"', inputExpr: `"${describe(arg)}"` })
      const inference = new CsvSchemaInference({ ...optionsOf(c, 1, context), inferSchema: true, header: false })
      inference.add(value)
      return literal(sqlName(inference.result()), stringType)
    },
  },
}
