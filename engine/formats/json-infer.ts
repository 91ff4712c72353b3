/** The schema of JSON: of one text (`schema_of_json`) or of many records (`spark.read.json` without a schema), by Spark's rules for joining types. */
import { executionError } from '../errors/spark-error.ts'
import {
  arrayType, booleanType, decimalType, doubleType, longType, maxPrecision, sameType, stringType, structField, structType, timestampType, voidType,
  type DataType, type DecimalType, type StructFieldType, type StructTypeShape,
} from '../types/data-type.ts'
import { decodeUtf8 } from '../columns/bytes-vector.ts'
import { parseDecimal } from '../types/decimal.ts'
import { isFoundNumber, joinFoundNumbers } from './found-numbers.ts'
import type { JsonOptions } from './json/options.ts'
import { jsonTimes } from './json/times.ts'
import { JsonTokens, malformed, token } from './json/tokens.ts'

/** The type of a JSON text. Throws MALFORMED_RECORD_IN_PARSING for a text that is no JSON. */
export function schemaOfJson(text: string, options: JsonOptions): DataType {
  const bytes = new TextEncoder().encode(text), t = new JsonTokens(options, false).open(bytes, 0, bytes.length)
  let inferred: DataType
  try {
    t.next()
    inferred = inferValue(t, new Settings(options))
  } catch (e) {
    if (e === malformed) throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: text, failFastMode: 'FAILFAST' })
    throw e
  }
  const found = canonical(inferred, options)
  if (found !== null) return found
  if (inferred.kind === 'struct') return structType([])
  return inferred.kind === 'array' && inferred.elementType.kind === 'struct' ? arrayType(structType([])) : stringType
}

/** Collects the schema of many records: `add` each, then `result`. */
export class JsonSchemaInference {
  private readonly options: JsonOptions
  private readonly settings: Settings
  private readonly tokens: JsonTokens
  private root: DataType = structType([])

  constructor(options: JsonOptions) {
    this.options = options
    this.settings = new Settings(options)
    this.tokens = new JsonTokens(options, true)
  }

  /** Looks at the record in bytes `start` to `end`. In the mode FAILFAST a malformed one throws. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const t = this.tokens.open(bytes, start, end)
    let type: DataType
    try {
      if (t.next() === token.none) return
      type = inferValue(t, this.settings)
    } catch (e) {
      if (e !== malformed) throw e
      if (this.options.mode === 'DROPMALFORMED') return
      if (this.options.mode === 'FAILFAST') throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: decodeUtf8(bytes, start, end), failFastMode: 'FAILFAST' })
      type = structType([structField(this.options.columnNameOfCorruptRecord, stringType)])
    }
    this.root = this.joinRoot(this.root, type)
  }

  /** The schema so far: fields in the order of their names. */
  result(): StructTypeShape {
    const found = canonical(this.root, this.options)
    return found?.kind === 'struct' ? found : structType([])
  }

  /** Arrays of records count as their records; any other value beside records needs the column for corrupt ones. */
  private joinRoot(a: DataType, b: DataType): DataType {
    if (a.kind === 'array') return this.joinRoot(a.elementType, b)
    if (b.kind === 'array') return this.joinRoot(a, b.elementType)
    if (a.kind !== 'struct' || b.kind === 'struct') return b.kind === 'struct' && a.kind !== 'struct' ? this.joinRoot(b, a) : join(a, b)
    if (b.kind === 'void' || this.options.mode === 'DROPMALFORMED') return a
    if (this.options.mode === 'FAILFAST') throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: `a value of the type ${b.kind}`, failFastMode: 'FAILFAST' })
    return join(a, structType([structField(this.options.columnNameOfCorruptRecord, stringType)]))
  }
}

class Settings {
  readonly options: JsonOptions
  readonly isTimestamp: (text: string) => boolean
  constructor(options: JsonOptions) {
    this.options = options
    const times = options.inferTimestamp ? jsonTimes(options) : null
    this.isTimestamp = text => times !== null && times.timestamp(text) !== null
  }
}

function inferValue(t: JsonTokens, s: Settings): DataType {
  switch (t.current) {
    case token.field: t.next(); return inferValue(t, s)
    case token.text: return textType(t.text(), s)
    case token.startObject: {
      const fields: StructFieldType[] = []
      for (let c = t.next(); c !== token.endObject && c !== token.none; c = t.next()) {
        const name = t.name()!
        fields.push(structField(name, inferValue(t, s)))
      }
      return structType(fields.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)))
    }
    case token.startArray: {
      let element: DataType = voidType
      for (let c = t.next(); c !== token.endArray && c !== token.none; c = t.next()) element = join(element, inferValue(t, s))
      return arrayType(element)
    }
    case token.int: case token.float: return s.options.primitivesAsString ? stringType : numberType(t, s)
    case token.true: case token.false: return s.options.primitivesAsString ? stringType : booleanType
    default: return voidType
  }
}

/** An empty text says nothing about its field. */
function textType(text: string, s: Settings): DataType {
  if (text === '') return voidType
  if (s.options.prefersDecimal) { const d = decimalOf(text); if (d !== null) return d }
  return s.isTimestamp(text) ? timestampType : stringType
}

function numberType(t: JsonTokens, s: Settings): DataType {
  const text = t.text()
  if (t.current === token.float) return s.options.prefersDecimal && !t.special ? decimalOf(text) ?? doubleType : doubleType
  if (text.length < 19 || BigInt.asIntN(64, BigInt(text)) === BigInt(text)) return longType
  return decimalOf(text) ?? doubleType
}

function decimalOf(text: string): DecimalType | null {
  if (text.length > 400 || /[eE][+-]?\d{3,}/.test(text)) return null
  const d = parseDecimal(text)
  if (d === null) return null
  const digits = String(d.unscaled < 0n ? -d.unscaled : d.unscaled).length, precision = Math.max(digits, d.scale)
  return precision <= maxPrecision && d.scale >= 0 ? decimalType(precision, d.scale) : null
}

/** The type that holds values of both; STRING where nothing else does. */
function join(a: DataType, b: DataType): DataType {
  if (sameType(a, b) && a.kind !== 'struct' && a.kind !== 'array') return a
  if (a.kind === 'void') return b
  if (b.kind === 'void') return a
  if (a.kind === 'struct' && b.kind === 'struct') return joinStructs(a, b)
  if (a.kind === 'array' && b.kind === 'array') return arrayType(join(a.elementType, b.elementType))
  if (isFoundNumber(a) && isFoundNumber(b)) return joinFoundNumbers(a, b)
  return stringType
}


function joinStructs(a: StructTypeShape, b: StructTypeShape): StructTypeShape {
  const fields = new Map(a.fields.map(f => [f.name, f.dataType]))
  for (const f of b.fields) { const had = fields.get(f.name); fields.set(f.name, had === undefined ? f.dataType : join(had, f.dataType)) }
  return structType([...fields].sort(([x], [y]) => (x < y ? -1 : 1)).map(([name, type]) => structField(name, type)))
}

/** The type to be used: what was always null is a STRING (or dropped), structs without fields go; null if nothing is left. */
function canonical(type: DataType, options: JsonOptions): DataType | null {
  switch (type.kind) {
    case 'void': return options.dropFieldIfAllNull ? null : stringType
    case 'array': { const e = canonical(type.elementType, options); return e === null ? null : arrayType(e) }
    case 'struct': {
      const fields = type.fields.flatMap(f => { const t = f.name === '' ? null : canonical(f.dataType, options); return t === null ? [] : [structField(f.name, t)] })
      return fields.length === 0 ? null : structType(fields)
    }
    default: return type
  }
}
