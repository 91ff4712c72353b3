/** The schema of JSON: of one text (`schema_of_json`) or of many records (`spark.read.json` without a schema), by Spark's rules for joining types. */
import { executionError } from '../errors/spark-error.ts'
import { arrayType, booleanType, decimalType, doubleType, longType, maxPrecision, stringType, structType, timestampType, voidType, type DataType, type DecimalType, type StructTypeShape } from '../types/data-type.ts'
import { decodeUtf8 } from '../columns/bytes-vector.ts'
import { parseDecimal } from '../types/decimal.ts'
import { addField, foundStruct, repeated, type FoundStruct, type FoundType } from '../types/found-struct.ts'
import { joinJsonTypes, usableJsonType } from './json/join-types.ts'
import type { JsonOptions } from './json/options.ts'
import { jsonTimes } from './json/times.ts'
import { JsonTokens, malformed, token } from './json/tokens.ts'

/** The type of a JSON text. Throws MALFORMED_RECORD_IN_PARSING for a text that is no JSON. */
export function schemaOfJson(text: string, options: JsonOptions): DataType {
  const bytes = new TextEncoder().encode(text), t = new JsonTokens(options, false).open(bytes, 0, bytes.length)
  let inferred: FoundType
  try {
    t.next()
    inferred = inferValue(t, new Settings(options))
  } catch (e) {
    if (e === malformed) throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: text, failFastMode: 'FAILFAST' })
    throw e
  }
  const found = usableJsonType(inferred, options.dropFieldIfAllNull)
  if (found !== null) return found
  if (inferred.kind === 'found') return structType([])
  return inferred.kind === 'repeated' && inferred.element.kind === 'found' ? arrayType(structType([])) : stringType
}

/** Collects the schema of many records: `add` each, then `result`. */
export class JsonSchemaInference {
  private readonly options: JsonOptions
  private readonly settings: Settings
  private readonly tokens: JsonTokens
  private readonly root: FoundStruct<FoundType> = foundStruct()

  constructor(options: JsonOptions) {
    this.options = options
    this.settings = new Settings(options)
    this.tokens = new JsonTokens(options, true)
  }

  /** Looks at the record in bytes `start` to `end`. In the mode FAILFAST a malformed one throws. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const t = this.tokens.open(bytes, start, end)
    let type: FoundType
    try {
      if (t.next() === token.none) return
      type = inferValue(t, this.settings)
    } catch (e) {
      if (e !== malformed) throw e
      if (this.options.mode === 'DROPMALFORMED') return
      if (this.options.mode === 'FAILFAST') throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: decodeUtf8(bytes, start, end), failFastMode: 'FAILFAST' })
      type = this.corrupt()
    }
    this.join(type)
  }

  /** The schema so far: fields in the order of their names. */
  result(): StructTypeShape {
    const found = usableJsonType(this.root, this.options.dropFieldIfAllNull)
    return found?.kind === 'struct' ? found : structType([])
  }

  /** Arrays of records count as their records; any other value beside records needs the column for corrupt ones. */
  private join(type: FoundType): void {
    while (type.kind === 'repeated') type = type.element
    if (type.kind === 'found') joinJsonTypes(this.root, type)
    else if (type.kind === 'void' || this.options.mode === 'DROPMALFORMED') return
    else if (this.options.mode === 'FAILFAST') throw executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: `a value of the type ${type.kind}`, failFastMode: 'FAILFAST' })
    else joinJsonTypes(this.root, this.corrupt())
  }

  private corrupt(): FoundType { return foundStruct<FoundType>([this.options.columnNameOfCorruptRecord, stringType]) }
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

function inferValue(t: JsonTokens, s: Settings): FoundType {
  switch (t.current) {
    case token.field: t.next(); return inferValue(t, s)
    case token.text: return textType(t.text(), s)
    case token.startObject: {
      const found = foundStruct<FoundType>()
      for (let c = t.next(); c !== token.endObject && c !== token.none; c = t.next()) {
        const name = t.name()!
        addField(found, name, inferValue(t, s))
      }
      return found
    }
    case token.startArray: {
      let element: FoundType = voidType
      for (let c = t.next(); c !== token.endArray && c !== token.none; c = t.next()) element = joinJsonTypes(element, inferValue(t, s))
      return repeated(element)
    }
    case token.int: case token.float: return s.options.primitivesAsString ? stringType : numberType(t, s)
    case token.true: case token.false: return s.options.primitivesAsString ? stringType : booleanType
    default: return voidType
  }
}

/** An empty text says nothing about its field. */
function textType(text: string, s: Settings): FoundType {
  if (text === '') return voidType
  if (s.options.prefersDecimal) { const d = decimalOf(text); if (d !== null) return d }
  return s.isTimestamp(text) ? timestampType : stringType
}

function numberType(t: JsonTokens, s: Settings): FoundType {
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
