/** One record at a time through the token reader, as Spark's JacksonParser does it: its rows, and what is kept of a bad one. */
import type { ArrayType, MapType, StructTypeShape } from '../../types/data-type.ts'
import type { Judge } from './column.ts'
import { arrayConvert, BadValue, converter, isBad, PartialValue, structConvert, whole, type Convert, type Required } from './converters.ts'
import { skipValue } from './scan.ts'
import type { JsonTimes } from './times.ts'
import { type JsonTokens, malformed, token } from './tokens.ts'

/** What a record gave: its rows (none for blank input), and what was bad: null, an array where an object belongs, or a value. */
export interface RecordResult { readonly rows: readonly unknown[]; readonly bad: null | 'array' | BadValue }

/** Reads a record into the values of `type`; for structs an array of field values, holes where fields are missing or not wanted. */
export function recordReader(type: StructTypeShape | ArrayType | MapType, times: JsonTimes, file: boolean, required: Required | undefined, corruptField: number): (t: JsonTokens) => RecordResult {
  const root = rootConvert(type, times, file, required, corruptField)
  return t => {
    try {
      if (t.next() === token.none) return { rows: [], bad: null }
      return { rows: root(t), bad: null }
    } catch (e) {
      if (e instanceof RootRows) return { rows: e.rows, bad: causeOf(e.cause) }
      if (e instanceof PartialValue) return { rows: [e.value], bad: causeOf(e.cause) }
      if (e === arrayForStruct) return { rows: [], bad: 'array' }
      if (isBad(e)) return { rows: [], bad: causeOf(e) }
      throw e
    }
  }
}

/**
 * Judges single values by the same rules, for records whose bad values leave no other trace than NULL: the value must be plain JSON
 * in itself, so that what follows it is not touched by what is wrong with it.
 */
export function judgeOf(convert: Convert, t: JsonTokens): Judge {
  return (column, bytes, dv, p, end, row) => {
    const e = skipValue(bytes, dv, p, end)
    if (e < 0) return -1
    t.open(bytes, p, e).next()
    let value: unknown = null
    try {
      value = convert(t)
    } catch (x) {
      if (x === malformed) return -1
      if (x instanceof PartialValue) value = x.value
      else if (!(x instanceof BadValue)) throw x
    }
    column.set(row, value)
    return e
  }
}

/** Thrown with the rows of a root array of which some are bad. */
class RootRows {
  readonly rows: readonly unknown[]
  readonly cause: unknown
  constructor(rows: readonly unknown[], cause: unknown) { this.rows = rows; this.cause = cause }
}
const arrayForStruct = Object.freeze({ arrayForStruct: true })
const badRecord = new BadValue()

const causeOf = (e: unknown): BadValue => (e instanceof BadValue ? e : badRecord)

function rootConvert(type: StructTypeShape | ArrayType | MapType, times: JsonTimes, file: boolean, required: Required | undefined, corruptField: number): (t: JsonTokens) => unknown[] {
  if (type.kind === 'struct') {
    const object = structConvert(type, times, required, corruptField)
    return t => {
      if (t.current === token.startObject) return [object(t)]
      if (t.current !== token.startArray) throw badRecord
      if (!file) throw arrayForStruct
      try {
        return arrayConvert(whole(object, token.startObject), t, true)
      } catch (e) {
        if (e instanceof PartialValue) throw new RootRows(e.value as unknown[], e.cause)
        throw e
      }
    }
  }
  const convert = converter(type, times)
  if (type.kind === 'map') return t => { if (t.current !== token.startObject) throw badRecord; return [convert(t)] }
  const single = type.elementType.kind === 'struct' ? structConvert(type.elementType, times, undefined, -1) : null
  return t => {
    if (t.current === token.startArray) return [convert(t)]
    if (t.current !== token.startObject || single === null) throw badRecord
    try { return [[single(t)]] } catch (e) { if (e instanceof PartialValue) throw new PartialValue([e.value], e.cause); throw e }
  }
}
