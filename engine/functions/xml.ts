/** XML texts in a column: from_xml straight to the columns of a struct, to_xml, schema_of_xml. */
import { vectorOf } from '../columns/builder.ts'
import { StructVector } from '../columns/struct-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { analysisError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { singleVariantSchema } from '../formats/json/variant-records.ts'
import { XmlCursor } from '../formats/xml/cursor.ts'
import { xmlInference } from '../formats/xml/infer.ts'
import { usableXmlType } from '../formats/xml/join-types.ts'
import { xmlOptions, type XmlOptions } from '../formats/xml/options.ts'
import { XmlMalformed } from '../formats/xml/pull-parser.ts'
import { xmlRecordReader } from '../formats/xml/records.ts'
import { isPlainName } from '../formats/xml/characters.ts'
import { malformedRecord } from '../formats/xml/unfit.ts'
import { xmlElementWriter } from '../formats/xml/writer.ts'
import { asNullable, sqlName, stringType, structField, structType, type DataType, type StructTypeShape } from '../types/data-type.ts'
import { parseTypeOrSchema } from '../types/ddl.ts'
import { call, describe, expectArity, expectConstant, literal, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionFamily } from './define.ts'
import { optionsArgument } from './options-argument.ts'
import { textArg } from './typed.ts'

/** Options given by `map('mode', 'FAILFAST')`. */
function optionsOf(c: FunctionCall, index: number, context: BindContext): XmlOptions {
  const options = new Map(optionsArgument(c, index).map(([name, value]) => [name.toLowerCase(), value]))
  return xmlOptions(name => options.get(name.toLowerCase()) ?? null, { timeZone: context.timeZone, corruptColumn: context.conf('spark.sql.columnNameOfCorruptRecord') })
}

function schemaArg(c: FunctionCall): DataType {
  const arg = plainArgs(c)[1]!, value = arg.type.kind === 'string' && attributesOf(arg).size === 0 ? evaluateConstant(arg) : null
  if (typeof value !== 'string') throw analysisError('INVALID_SCHEMA.NON_STRING_LITERAL', { inputSchema: `"${describe(arg)}"` })
  if (/\b(?:var)?char(?:acter)?\s*\(/i.test(value)) throw analysisError('UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING', { type: value })
  return parseTypeOrSchema(value)
}

function checkMapKeys(c: FunctionCall, type: DataType): void {
  if (type.kind === 'struct') for (const f of type.fields) checkMapKeys(c, f.dataType)
  else if (type.kind === 'array') checkMapKeys(c, type.elementType)
  else if (type.kind === 'map') {
    if (type.keyType.kind !== 'string') throw analysisError('DATATYPE_MISMATCH.INVALID_XML_MAP_KEY_TYPE', { sqlExpr: `"${c.sql}"`, inputSchema: `"${sqlName(type)}"` })
    checkMapKeys(c, type.valueType)
  }
}

/** One record of each text, its fields in columns; a text that does not fit by the mode. */
function fromXml(type: StructTypeShape, o: XmlOptions): (texts: Vector, length: number) => Vector {
  const corrupt = type.fields.findIndex(f => f.name === o.corruptColumn), read = xmlRecordReader(type, o, name => name !== o.corruptColumn)
  return (texts, length) => {
    const columns = type.fields.map(() => new Array<unknown>(length).fill(null)), nulls = new Uint8Array(length)
    for (let row = 0; row < length; row++) {
      const text = texts.get(row) as string | null
      if (text === null) { nulls[row] = 1; continue }
      const { values, bad } = read(text)
      if (bad && o.mode === 'FAILFAST') throw malformedRecord(text)
      for (let k = 0; k < values.length; k++) columns[k]![row] = values[k]
      if (bad && corrupt >= 0) columns[corrupt]![row] = text
    }
    return new StructVector(type, type.fields.map((f, i) => vectorOf(f.dataType, columns[i]!)), nulls, length)
  }
}

/** A function from a text to the variant of its root; NULL for one that is malformed, or MALFORMED_RECORD_IN_PARSING. */
function variantOfXml(o: XmlOptions): (text: string) => Uint8Array | null {
  const read = xmlRecordReader(singleVariantSchema('value'), { ...o, singleVariant: 'value' })
  return text => {
    const { values, bad } = read(text)
    if (bad && o.mode === 'FAILFAST') throw malformedRecord(text)
    return values[0] as Uint8Array | null
  }
}

function refuseDropping(functionName: string, o: XmlOptions): void {
  if (o.mode === 'DROPMALFORMED') throw analysisError('PARSE_MODE_UNSUPPORTED', { funcName: `\`${functionName}\``, mode: 'DROPMALFORMED' })
}

/** The schema of a text: that of its root. */
function schemaOf(text: string, o: XmlOptions): DataType {
  try {
    const cursor = new XmlCursor(text, o.ignoreNamespace)
    while (cursor.next() !== 'start') { /* comments and spaces before the root */ }
    return usableXmlType(xmlInference(o)(cursor))
  } catch (e) {
    if (!(e instanceof XmlMalformed)) throw e
    if (o.mode === 'FAILFAST') throw malformedRecord(text)
    return structType([structField(o.corruptColumn, stringType)])
  }
}

export const xmlFunctions: FunctionFamily = {
  from_xml: {
    bind(c, context) {
      expectArity(c, 2, 3)
      const schema = asNullable(schemaArg(c)), options = optionsOf(c, 2, context), text = textArg(c, 0, context)
      refuseDropping('from_xml', options)
      if (options.singleVariant !== null) throw analysisError('MICROLOTE_OPTION_INVALID', { format: 'xml', option: 'singleVariantColumn', value: options.singleVariant, reason: 'it is one of readers of files; give the schema VARIANT' })
      if (schema.kind === 'variant') return call('from_xml', [text], schema, { mayFail: true, evaluate: variantOfXml(options) }, { nullable: true })
      if (schema.kind !== 'struct') throw analysisError('DATATYPE_MISMATCH.INVALID_XML_SCHEMA', { sqlExpr: `"${c.sql}"`, inputSchema: `"${sqlName(schema)}"` })
      checkMapKeys(c, schema)
      const corrupt = schema.fields.find(f => f.name === options.corruptColumn)
      if (corrupt !== undefined && corrupt.dataType.kind !== 'string') throw analysisError('INVALID_CORRUPT_RECORD_TYPE', { columnName: corrupt.name, actualType: sqlName(corrupt.dataType) })
      const parse = fromXml(schema, options)
      return call('from_xml', [text], schema, { strict: false, mayFail: true, vector: ([texts], length) => parse(texts!, length), evaluate: (t: string | null) => (t === null ? null : parse(vectorOf(stringType, [t]), 1).get(0)) }, { nullable: true })
    },
  },
  to_xml: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const a = plainArgs(c)[0]!, o = optionsOf(c, 1, context), name = o.rowTag ?? 'ROW'
      if (a.type.kind === 'void') return literal(null, stringType)
      if (a.type.kind !== 'struct' && a.type.kind !== 'variant') throw unexpectedType(c, 1, '"STRUCT"', a)
      if (o.attributePrefix === '') throw analysisError('MICROLOTE_OPTION_INVALID', { format: 'xml', option: 'attributePrefix', value: '', reason: 'without one everything would be an attribute' })
      if (o.validateName && !isPlainName(name)) throw analysisError('MICROLOTE_OPTION_INVALID', { format: 'xml', option: 'rowTag', value: name, reason: 'it is no name of an element' })
      refuseMapKeys(a.type)
      const write = xmlElementWriter(a.type, o)
      // Without indentation Spark ends the element with its line.
      return call('to_xml', [a], stringType, { evaluate: (v: unknown) => write(v, name, 0) + (o.indent === '' ? '\n' : '') }, { nullable: a.nullable })
    },
  },
  schema_of_xml: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const arg = plainArgs(c)[0]!
      if (arg.type.kind !== 'string' && arg.type.kind !== 'void') throw unexpectedType(c, 1, '"STRING"', arg)
      const o = optionsOf(c, 1, context)
      expectConstant(c, arg, 'xml', '"STRING"')
      if (!isFoldable(arg)) throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: '`xml`', inputType: '"STRING"', inputExpr: `"${describe(arg)}"` })
      const value = evaluateConstant(arg) as string | null
      if (value === null) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: 'xml' })
      refuseDropping('schema_of_xml', o)
      return literal(sqlName(schemaOf(value, o)), stringType)
    },
  },
}

const isFoldable = (e: Resolved): boolean => e.kind !== 'call' || (e.deterministic && e.args.every(isFoldable))

// Names of elements are texts.
function refuseMapKeys(type: DataType): void {
  if (type.kind === 'struct') for (const f of type.fields) refuseMapKeys(f.dataType)
  else if (type.kind === 'array') refuseMapKeys(type.elementType)
  else if (type.kind === 'map') {
    if (type.keyType.kind !== 'string' && type.keyType.kind !== 'void') throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `A map with keys of type ${sqlName(type.keyType)} in XML`, advice: 'Make texts of the keys.' })
    refuseMapKeys(type.valueType)
  }
}
