/** How each type takes a JSON value, by the rules of Spark's JacksonParser: token by token, with what of a bad container is kept. */
import type { DataType, StructTypeShape } from '../../types/data-type.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import { sqlName } from '../../types/data-type.ts'
import { base64Bytes } from './base64.ts'
import { unscaledOf } from './decimal-text.ts'
import { parseCalendarText, parseDayTimeText, parseYearMonthText } from './interval-text.ts'
import { rewritten } from './rewrite.ts'
import type { JsonTimes } from './times.ts'
import { type JsonTokens, malformed, token } from './tokens.ts'
import { VariantBuilder } from '../../types/variant/builder.ts'
import { isUnfit, writeVariant } from './variant.ts'

/** Which fields of a struct are wanted; an array asks the same of the fields of that field. */
export type Required = readonly (boolean | Required)[]

/** Thrown for a value that its type does not take. No Error: it is thrown for every bad row, and a stack would cost more than the row. */
export class BadValue {
  /** Where the value is a text for a number, which FAILFAST reports apart: the text and the type's name. */
  readonly text: string | null
  readonly type: string
  /** The field of the struct it was found in. */
  field = ''
  constructor(text: string | null = null, type = '') { this.text = text; this.type = type }
}
const badValue = new BadValue()
/** Thrown by a container that holds a bad value and can still be used. */
export class PartialValue {
  readonly value: unknown
  readonly cause: unknown
  constructor(value: unknown, cause: unknown) { this.value = value; this.cause = cause }
}
/** Whether the exception says that the JSON or a value of it is bad, and not that something else went wrong. */
export const isBad = (e: unknown): boolean => e === malformed || e instanceof BadValue

/** The value of the token stood on; throws `malformed`, a `BadValue` or a `PartialValue`. */
export type Convert = (t: JsonTokens) => unknown

/** `null` for a JSON null, otherwise `convert`, which may rely on `opening` being stood on. */
export const whole = (convert: Convert, opening: number): Convert => t => {
  const c = valueToken(t)
  if (c === token.null) return null
  if (c !== opening) refuse(t)
  return convert(t)
}

/** The token of the value stood on, going from a field's name to its value. */
function valueToken(t: JsonTokens): number {
  const c = t.current === token.field ? t.next() : t.current
  return c === token.none ? token.null : c
}

/** Refuses the value stood on. Spark quotes a text when it does so, and so meets what is wrong inside it. */
function refuse(t: JsonTokens): never {
  if (t.current === token.text) t.text()
  throw badValue
}

const scalar = (f: (t: JsonTokens, c: number) => unknown): Convert => t => {
  const c = valueToken(t)
  return c === token.null ? null : f(t, c)
}

/** Text that must not be empty, handed to `parse`; null from it is a bad value. */
const fromText = (parse: (text: string) => unknown, number?: (t: JsonTokens, c: number) => unknown): Convert => scalar((t, c) => {
  if (c !== token.text) { if (number === undefined) refuse(t); return number!(t, c) }
  const text = t.text(), v = text === '' ? null : parse(text)
  if (v === null) throw badValue
  return v
})

const integer = (least: bigint, most: bigint, wrap: (v: bigint) => unknown): Convert => scalar((t, c) => {
  if (c !== token.int) refuse(t)
  const v = BigInt(t.text())
  if (v < least || v > most) throw badValue
  return wrap(v)
})

const wordDoubles: ReadonlyMap<string, number> = new Map([['NaN', NaN], ['Infinity', Infinity], ['+Infinity', Infinity], ['+INF', Infinity], ['-Infinity', -Infinity], ['-INF', -Infinity]])
const floating = (type: DataType, round: (v: number) => number): Convert => scalar((t, c) => {
  if (c === token.int || c === token.float) return round(t.double())
  if (c !== token.text) throw badValue
  const v = t.options.allowNonNumericNumbers ? wordDoubles.get(t.text()) : undefined
  if (v === undefined) throw t.text() === '' ? badValue : new BadValue(t.text(), sqlName(type))
  return v
})

const longMin = -(2n ** 63n), longMax = 2n ** 63n - 1n

/** How a value of a type is made from tokens. */
export function converter(type: DataType, times: JsonTimes, required?: Required): Convert {
  switch (type.kind) {
    case 'boolean': return scalar((t, c) => { if (c !== token.true && c !== token.false) refuse(t); return c === token.true })
    // Jackson lets a byte be given as 0 to 255 and wraps it.
    case 'byte': return integer(-128n, 255n, v => (Number(v) << 24) >> 24)
    case 'short': return integer(-32768n, 32767n, Number)
    case 'int': return integer(-2147483648n, 2147483647n, Number)
    case 'long': return integer(longMin, longMax, v => v)
    case 'float': return floating(type, Math.fround)
    case 'double': return floating(type, v => v)
    case 'decimal': return decimalConvert(type.precision, type.scale)
    case 'string': return textConvert
    case 'binary': return binaryConvert
    case 'date': return fromText(text => times.date(text))
    case 'timestamp': return fromText(text => times.timestamp(text), (t, c) => {
      if (c !== token.int) throw badValue
      const v = BigInt(t.text())
      if (v < longMin || v > longMax) throw badValue
      return BigInt.asIntN(64, v * 1_000_000n)
    })
    case 'timestamp_ntz': return fromText(text => times.timestampNtz(text))
    case 'time': return fromText(text => times.time(text))
    case 'daytimeinterval': return fromText(text => parseDayTimeText(text, type))
    case 'yearmonthinterval': return fromText(text => parseYearMonthText(text, type))
    case 'calendarinterval': return fromText(parseCalendarText)
    case 'variant': return variantConvert()
    case 'void': return scalar(refuse)
    case 'struct': return whole(structConvert(type, times, required, -1), token.startObject)
    case 'array': { const element = converter(type.elementType, times); return whole(t => arrayConvert(element, t, false), token.startArray) }
    case 'map': { const value = converter(type.valueType, times); return whole(t => mapConvert(value, t), token.startObject) }
  }
}

const decimalConvert = (precision: number, scale: number): Convert => {
  const fit = (text: string): bigint => { const v = unscaledOf(text, precision, scale); if (v === null) throw badValue; return v }
  return scalar((t, c) => {
    if ((c === token.int || c === token.float) && !t.special) return fit(t.text())
    if (c === token.text) return fit(t.text().replaceAll(',', ''))
    throw badValue
  })
}

const binaryConvert = scalar((t, c) => {
  if (c !== token.text) refuse(t)
  const text = t.text(), v = base64Bytes(text)
  if (v !== null) return v
  // One character left over makes Jackson eat the closing quote, and with it the rest of the record.
  const left = text.trimStart()
  if (left.length % 4 === 1 && /^[A-Za-z0-9+/]*$/.test(left)) t.reopenText()
  throw badValue
})

// null is a value here.
function variantConvert(): Convert {
  const builder = new VariantBuilder()
  return t => {
    if (t.current === token.field) t.next()
    try {
      writeVariant(t, builder.begin(), t.options.variantKeepsLast === true)
    } catch (e) {
      if (isUnfit(e)) throw badValue
      throw e
    }
    return builder.result()
  }
}

/** Any value as text: a text as it is; from bytes the JSON as it stands there, from text the JSON written anew. */
const textConvert: Convert = scalar((t, c) => {
  if (c === token.text) return t.text()
  if (!t.exactText) return rewritten(t)
  const start = t.start
  t.skipChildren()
  return t.slice(start, t.p)
})

export function structConvert(type: StructTypeShape, times: JsonTimes, required: Required | undefined, corruptField: number): Convert {
  const fields = new Map<string, number>(), converts: Convert[] = []
  type.fields.forEach((f, i) => {
    const wanted = required?.[i] ?? true
    converts.push(converter(f.dataType, times, Array.isArray(wanted) ? wanted : undefined))
    if (wanted !== false && i !== corruptField) fields.set(f.name, i)
  })
  const n = type.fields.length
  return t => {
    const row: unknown[] = new Array(n).fill(null)
    let cause: unknown = null
    for (let c = t.next(); c !== token.none && c !== token.endObject; c = t.next()) {
      const name = t.name(), index = name === null ? undefined : fields.get(name)
      if (index === undefined) { t.skipChildren(); continue }
      try {
        row[index] = converts[index](t)
      } catch (e) {
        if (e instanceof PartialValue) { cause ??= e.cause; row[index] = e.value }
        else if (isBad(e)) {
          // Of a text where a number belongs, FAILFAST tells the field.
          if (e instanceof BadValue && e.text !== null && e.field === '') e.field = name!
          cause ??= e
          t.skipChildren()
        } else throw e
      }
    }
    if (cause !== null) throw new PartialValue(row, cause)
    return row
  }
}

export function arrayConvert(element: Convert, t: JsonTokens, isRoot: boolean): unknown[] {
  const values: unknown[] = []
  let cause: unknown = null
  for (let c = t.next(); c !== token.none && c !== token.endArray; c = t.next()) {
    try {
      const v = element(t)
      if (isRoot && v === null) throw badValue
      values.push(v)
    } catch (e) {
      if (!(e instanceof PartialValue)) throw e
      cause ??= e.cause
      values.push(e.value)
    }
  }
  if (cause !== null) throw new PartialValue(values, cause)
  return values
}

function mapConvert(value: Convert, t: JsonTokens): MapValue {
  const keys: unknown[] = [], values: unknown[] = []
  let cause: unknown = null
  for (let c = t.next(); c !== token.none && c !== token.endObject; c = t.next()) {
    keys.push(t.name())
    try {
      values.push(value(t))
    } catch (e) {
      if (e instanceof PartialValue) { cause ??= e.cause; values.push(e.value) }
      else if (isBad(e)) { cause ??= e; t.skipChildren() }
      else throw e
    }
  }
  // A key without a value leaves no map that could be kept.
  if (keys.length !== values.length) throw badValue
  if (cause !== null) throw new PartialValue({ keys, values }, cause)
  return { keys, values }
}
