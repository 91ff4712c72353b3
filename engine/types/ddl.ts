/** Schema and type texts: `k STRING NOT NULL, at TIMESTAMP, tags ARRAY<STRING>` to schemas and back. */
import { parseError } from '../errors/spark-error.ts'
import {
  arrayType, binaryType, booleanType, byteType, calendarIntervalType, dateType, decimalType, doubleType, floatType, intType, longType, mapType, maxPrecision, quoteIfNeeded, shortType, simpleString,
  stringType, structField, structType, timeType, timestampNtzType, timestampType, variantType, voidType, type DataType, type StructFieldType, type StructTypeShape,
} from './data-type.ts'

const simple: Readonly<Record<string, DataType>> = {
  boolean: booleanType, tinyint: byteType, byte: byteType, smallint: shortType, short: shortType, int: intType, integer: intType, bigint: longType, long: longType, float: floatType, real: floatType,
  double: doubleType, date: dateType, timestamp: timestampType, timestamp_ltz: timestampType, timestamp_ntz: timestampNtzType, string: stringType, binary: binaryType, void: voidType, variant: variantType,
}

interface Token { readonly text: string; readonly at: number; readonly kind: 'word' | 'name' | 'text' | 'sign' }

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', 0: '\0', Z: '\x1a' }
const unescaped = (raw: string): string => raw.replace(/\\(.)|''|""/gs, (whole, c: string | undefined) => (c === undefined ? whole[0]! : escapes[c] ?? c))

// blanks and comments | `name` | 'text' | "text" | word | sign | anything else
const tokenForm = /(?:\s|--[^\n]*|\/\*.*?\*\/)+|`((?:[^`]|``)*)`|'((?:[^'\\]|\\.|'')*)'|"((?:[^"\\]|\\.|"")*)"|([A-Za-z0-9_\u0080-\uffff]+)|([<>(),:;.-])|(.)/gsy

/** Reads type texts token by token. */
export class TypeReader {
  readonly #text: string
  readonly #tokens: Token[] = []
  #next = 0

  constructor(text: string) {
    this.#text = text
    for (const m of text.matchAll(tokenForm)) {
      const at = m.index
      if (m[6] !== undefined) throw this.#unexpected(m[6], at)
      if (m[1] !== undefined) this.#tokens.push({ text: m[1].replaceAll('``', '`'), at, kind: 'name' })
      else if (m[2] !== undefined || m[3] !== undefined) this.#tokens.push({ text: unescaped(m[2] ?? m[3]!), at, kind: 'text' })
      else if (m[4] !== undefined) this.#tokens.push({ text: m[4], at, kind: 'word' })
      else if (m[5] !== undefined) this.#tokens.push({ text: m[5], at, kind: 'sign' })
    }
  }

  #unexpected(what: string, at: number): Error {
    return parseError('PARSE_SYNTAX_ERROR', { error: what === '' ? 'the end' : `'${what}'`, position: at, text: this.#text, hint: ' A schema is written as "name TYPE, name TYPE".' })
  }

  #peek(): string | null { const t = this.#tokens[this.#next]; return t === undefined || t.kind === 'name' || t.kind === 'text' ? null : t.text.toLowerCase() }
  get atEnd(): boolean { return this.#next >= this.#tokens.length }
  /** The error that says what stands at the present place. */
  fail(): Error { const t = this.#tokens[this.#next]; return this.#unexpected(t?.text ?? '', t?.at ?? this.#text.length) }

  accept(word: string): boolean {
    if (this.#peek() !== word) return false
    this.#next++
    return true
  }

  expect(word: string): void { if (!this.accept(word)) throw this.fail() }

  // A column or field name: a word with a letter in it, or anything in backquotes.
  #name(): string {
    const t = this.#tokens[this.#next]
    if (t === undefined || t.kind === 'sign' || t.kind === 'text' || (t.kind === 'word' && /^\d+$/.test(t.text))) throw this.fail()
    this.#next++
    const dash = this.#tokens[this.#next]
    if (t.kind === 'word' && dash?.text === '-' && dash.kind === 'sign') throw parseError('INVALID_IDENTIFIER', { ident: `${t.text}-${this.#tokens[this.#next + 1]?.text ?? ''}` })
    if (t.kind === 'word' && /[^\x00-\x7f]/.test(t.text)) throw parseError('INVALID_IDENTIFIER', { ident: t.text })
    return t.text
  }

  #number(): number {
    const t = this.#tokens[this.#next]
    if (t === undefined || t.kind !== 'word' || !/^\d{1,9}$/.test(t.text)) throw this.fail()
    this.#next++
    return Number(t.text)
  }

  type(depth = 0): DataType {
    if (depth > 200) throw this.fail()
    const t = this.#tokens[this.#next]
    if (t === undefined || t.kind !== 'word') throw this.fail()
    this.#next++
    const word = t.text.toLowerCase()
    switch (word) {
      case 'array': {
        if (!this.accept('<')) throw parseError('INCOMPLETE_TYPE_DEFINITION.ARRAY')
        const element = this.type(depth + 1)
        this.expect('>')
        return arrayType(element)
      }
      case 'map': {
        if (!this.accept('<')) throw parseError('INCOMPLETE_TYPE_DEFINITION.MAP')
        const key = this.type(depth + 1)
        this.expect(',')
        const value = this.type(depth + 1)
        this.expect('>')
        return mapType(key, value)
      }
      case 'struct':
        if (!this.accept('<')) throw parseError('INCOMPLETE_TYPE_DEFINITION.STRUCT')
        return structType(this.accept('>') ? [] : this.#fields(depth + 1, '>'))
      case 'decimal': case 'dec': case 'numeric': return this.#decimal()
      case 'char': case 'character': case 'varchar':
        if (!this.accept('(')) throw parseError('DATATYPE_MISSING_SIZE', { type: `"${t.text.toUpperCase()}"` })
        this.#number()
        this.expect(')')
        return stringType
      case 'interval': return this.#interval()
      case 'time': return this.#time()
      case 'timestamp': case 'timestamp_ltz': case 'timestamp_ntz': return this.#timestamp(word)
      default: return this.#simple(t)
    }
  }

  #simple(t: Token): DataType {
    const found = simple[t.text.toLowerCase()]
    if (found !== undefined && this.#peek() !== '(') return found
    let name = t.text.toUpperCase()
    if (this.accept('(')) name += `(${this.#number()}${this.accept(',') ? `,${this.#number()}` : ''})`
    // A word after a word that is no type: the text is no type at all.
    const after = this.#tokens[this.#next]
    if (after !== undefined && (after.kind === 'name' || (after.kind === 'word' && !/^(?:not|comment)$/i.test(after.text)))) throw this.fail()
    throw parseError('UNSUPPORTED_DATATYPE', { typeName: `"${name}"` })
  }

  #decimal(): DataType {
    let precision = 10, scale = 0
    if (this.accept('(')) {
      precision = this.#number()
      if (this.accept(',')) scale = this.#number()
      this.expect(')')
    }
    if (precision > maxPrecision) throw parseError('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision, maxPrecision })
    if (scale > precision) throw parseError('DECIMAL_SCALE_EXCEEDS_PRECISION', { scale, precision })
    return decimalType(precision, scale)
  }

  // TIME(p) WITHOUT TIME ZONE is the same as TIME(p).
  #time(): DataType {
    let precision = 6
    if (this.accept('(')) {
      precision = this.#number()
      if (this.accept(',')) throw parseError('UNSUPPORTED_DATATYPE', { typeName: `"TIME(${precision},${this.#number()})"` })
      this.expect(')')
    }
    if (precision > 9) throw parseError('UNSUPPORTED_TIME_PRECISION', { precision })
    if (this.#peek() === 'without') { this.#next++; this.expect('time'); this.expect('zone') }
    return timeType(precision)
  }

  // Microseconds are all there is: a precision of 6 says so, Spark has more behind a conf that is off. TIMESTAMP may say which of the two it is.
  #timestamp(word: string): DataType {
    let type: DataType = word === 'timestamp_ntz' ? timestampNtzType : timestampType, precision = 6
    if (this.accept('(')) {
      precision = this.#number()
      if (this.accept(',')) throw parseError('UNSUPPORTED_DATATYPE', { typeName: `"${word.toUpperCase()}(${precision},${this.#number()})"` })
      this.expect(')')
    }
    if (word === 'timestamp' && this.accept('without')) { this.expect('time'); this.expect('zone'); type = timestampNtzType } else if (word === 'timestamp' && this.#peek() === 'with') { this.#next++; this.expect('local'); this.expect('time'); this.expect('zone') }
    if (precision === 6) return type
    if (precision < 7 || precision > 9) throw parseError('INVALID_TIMESTAMP_PRECISION', { precision, type: type === timestampNtzType ? 'TIMESTAMP_NTZ' : 'TIMESTAMP_LTZ' })
    throw parseError('FEATURE_NOT_ENABLED', { featureName: `The timestamp of ${precision} digits`, advice: 'Timestamps have microseconds here: write the type without a number, or keep nanoseconds as a BIGINT.' })
  }

  #interval(): DataType {
    const dayTime = ['day', 'hour', 'minute', 'second'], yearMonth = ['year', 'month']
    const word = this.#peek() ?? ''
    for (const [units, kind] of [[dayTime, 'daytimeinterval'], [yearMonth, 'yearmonthinterval']] as const) {
      const start = units.indexOf(word)
      if (start < 0) continue
      this.#next++
      let end = start
      if (this.accept('to')) { end = units.indexOf(this.#peek() ?? ''); if (end <= start) throw this.fail(); this.#next++ }
      return { kind, start, end } as DataType
    }
    return calendarIntervalType
  }

  #fields(depth: number, until: string): StructFieldType[] {
    const fields: StructFieldType[] = []
    for (;;) {
      const name = this.#name()
      this.accept(':')
      const type = this.type(depth)
      let nullable = true, comment: string | undefined
      if (this.accept('not')) { this.expect('null'); nullable = false }
      if (this.accept('comment')) {
        const t = this.#tokens[this.#next]
        if (t?.kind !== 'text') throw this.fail()
        comment = t.text
        this.#next++
      }
      fields.push(structField(name, type, nullable, comment === undefined ? undefined : { comment }))
      if (this.accept(',')) continue
      if (until !== '') this.expect(until)
      return fields
    }
  }

  /** `name TYPE, name TYPE` up to the end. */
  columns(): StructFieldType[] { return this.#fields(0, '') }
}

function whole<T>(text: string, read: (reader: TypeReader) => T): T {
  const reader = new TypeReader(text)
  if (reader.atEnd) throw parseError('PARSE_EMPTY_STATEMENT')
  const result = read(reader)
  if (!reader.atEnd) throw reader.fail()
  return result
}

/**
 * A type: `parseType('array<struct<a: int>>')`. Takes every name Spark knows: BIGINT or LONG, INT or INTEGER, DECIMAL, DEC or NUMERIC, INTERVAL DAY TO SECOND …; VARCHAR(n) and CHAR(n) are read as STRING.
 * Throws UNSUPPORTED_DATATYPE, INCOMPLETE_TYPE_DEFINITION.*, DECIMAL_*, PARSE_SYNTAX_ERROR, PARSE_EMPTY_STATEMENT.
 */
export const parseType = (text: string): DataType => whole(text, reader => reader.type())

/** A schema: a list of columns `a BIGINT NOT NULL COMMENT 'why', b STRING` (a colon may follow the name), or a struct type. Throws as `parseType`, and INVALID_IDENTIFIER. */
export function parseSchema(text: string): StructTypeShape {
  if (/^\s*struct\s*</i.test(text)) {
    const type = parseType(text)
    if (type.kind === 'struct') return type
  }
  return structType(whole(text, reader => reader.columns()))
}

/** What from_json takes as its schema text: any type, or columns. */
export function parseTypeOrSchema(text: string): DataType {
  try { return parseType(text) } catch (error) {
    try { return parseSchema(text) } catch { throw error }
  }
}

const quotedText = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`
const tail = (f: StructFieldType): string => `${f.nullable ? '' : ' NOT NULL'}${typeof f.metadata?.['comment'] === 'string' ? ` COMMENT ${quotedText(f.metadata['comment'])}` : ''}`

// As sqlName, with the comments of nested fields.
function typeDDL(t: DataType): string {
  switch (t.kind) {
    case 'array': return `ARRAY<${typeDDL(t.elementType)}>`
    case 'map': return `MAP<${typeDDL(t.keyType)}, ${typeDDL(t.valueType)}>`
    case 'struct': return `STRUCT<${t.fields.map(f => `${quoteIfNeeded(f.name)}: ${typeDDL(f.dataType)}${tail(f)}`).join(', ')}>`
    default: return simpleString(t).toUpperCase()
  }
}

/** The text that `parseSchema` reads back: `a BIGINT,b STRING NOT NULL COMMENT 'why'`. */
export function toDDL(schema: StructTypeShape): string {
  return schema.fields.map(f => `${quoteIfNeeded(f.name)} ${typeDDL(f.dataType)}${tail(f)}`).join(',')
}
