/** Which type two types meet in, and which casts happen by themselves: Spark 4's rules with ANSI on and off. */
import {
  arrayType, decimalForIntegral, decimalType, doubleType, intType, isAnsiInterval, isFractional, isIntegral, isNumeric, longType, mapType, sameType, stringType, structField, structType, timestampType,
  type DataType, type DecimalType,
} from './data-type.ts'
import { widerDecimal } from './decimal.ts'

const rank: Readonly<Record<string, number>> = { byte: 0, short: 1, int: 2, long: 3, float: 4, double: 5 }

/** The decimal that holds every value of a numeric type, as far as decimals go; null for other types. */
export function decimalFor(t: DataType): DecimalType | null {
  switch (t.kind) {
    case 'byte': case 'short': case 'int': case 'long': return decimalForIntegral[t.kind]
    case 'decimal': return t
    case 'float': return decimalType(14, 7)
    case 'double': return decimalType(30, 15)
    default: return null
  }
}

function numericWider(a: DataType, b: DataType, ansi: boolean): DataType | null {
  if (!isNumeric(a) || !isNumeric(b)) return null
  if (a.kind === 'decimal' || b.kind === 'decimal') {
    if (a.kind === 'float' || a.kind === 'double' || b.kind === 'float' || b.kind === 'double') return doubleType
    return widerDecimal(decimalFor(a)!, decimalFor(b)!)
  }
  // With ANSI a float beside an integer is a double: no digits are lost.
  if (ansi && ((a.kind === 'float' && isIntegral(b)) || (b.kind === 'float' && isIntegral(a)))) return doubleType
  return rank[a.kind]! >= rank[b.kind]! ? a : b
}

const isMoment = (t: DataType): boolean => t.kind === 'date' || t.kind === 'timestamp' || t.kind === 'timestamp_ntz'

/**
 * The type that holds both without a string in between (what greatest, least and operators look for); null when there is none.
 * Numbers by their width, decimals without loss, DATE below TIMESTAMP_NTZ below TIMESTAMP, intervals of one family by their outer fields; nested types part by part.
 */
export function tightestCommonType(a: DataType, b: DataType, ansi: boolean): DataType | null {
  if (sameType(a, b)) return merged(a, b)
  if (a.kind === 'void') return b
  if (b.kind === 'void') return a
  const numeric = numericWider(a, b, ansi)
  if (numeric !== null) return numeric
  if (isMoment(a) && isMoment(b)) return a.kind === 'date' ? b : b.kind === 'date' ? a : timestampType
  if (a.kind === 'daytimeinterval' && b.kind === 'daytimeinterval') return { kind: a.kind, start: a.start < b.start ? a.start : b.start, end: a.end > b.end ? a.end : b.end }
  if (a.kind === 'yearmonthinterval' && b.kind === 'yearmonthinterval') return { kind: a.kind, start: a.start < b.start ? a.start : b.start, end: a.end > b.end ? a.end : b.end }
  if (a.kind === 'time' && b.kind === 'time') return a.precision < b.precision ? b : a
  return nested(a, b, (x, y) => tightestCommonType(x, y, ansi))
}

// Equal types may differ in what can be null inside.
function merged(a: DataType, b: DataType): DataType {
  return nested(a, b, (x, y) => merged(x, y)) ?? a
}

function nested(a: DataType, b: DataType, meet: (x: DataType, y: DataType) => DataType | null): DataType | null {
  if (a.kind === 'array' && b.kind === 'array') {
    const e = meet(a.elementType, b.elementType)
    return e === null ? null : arrayType(e, a.containsNull || b.containsNull)
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const k = meet(a.keyType, b.keyType), v = meet(a.valueType, b.valueType)
    return k === null || v === null ? null : mapType(k, v, a.valueContainsNull || b.valueContainsNull)
  }
  if (a.kind === 'struct' && b.kind === 'struct') {
    if (a.fields.length !== b.fields.length) return null
    const fields = []
    for (const [i, f] of a.fields.entries()) {
      const g = b.fields[i]!
      if (f.name.toLowerCase() !== g.name.toLowerCase()) return null
      const t = meet(f.dataType, g.dataType)
      if (t === null) return null
      fields.push(structField(f.name, t, f.nullable || g.nullable))
    }
    return structType(fields)
  }
  return null
}

/** The type in which CASE, coalesce, IN and arrays meet: strings give way to the other side with ANSI, and swallow it without, also within nested types. */
export function widerType(a: DataType, b: DataType, ansi: boolean): DataType | null {
  const tight = tightestCommonType(a, b, ansi)
  if (tight !== null) return tight
  if (a.kind === 'string' || b.kind === 'string') {
    const other = a.kind === 'string' ? b : a
    if (ansi) return stringMeets(other)
    return isAtomic(other) && other.kind !== 'binary' && other.kind !== 'boolean' ? stringType : null
  }
  return nested(a, b, (x, y) => widerType(x, y, ansi))
}

/** What a string becomes beside another type under ANSI: BIGINT beside whole numbers, DOUBLE beside others, else the other type; nothing beside intervals, whose fields a text does not tell. */
export function stringMeets(other: DataType): DataType | null {
  if (isIntegral(other)) return longType
  if (isFractional(other)) return doubleType
  return isAtomic(other) && !isAnsiInterval(other) ? other : null
}

/**
 * The type in which the two sides of a comparison meet; null when they do not. Strings count only at the top, not within arrays or structs.
 * Without ANSI `=` also compares booleans with numbers (`equality`).
 */
export function comparisonType(a: DataType, b: DataType, ansi: boolean, equality = false): DataType | null {
  const tight = tightestCommonType(a, b, ansi)
  if (tight !== null) return tight
  if (a.kind === 'string' || b.kind === 'string') {
    const other = a.kind === 'string' ? b : a
    if (ansi) return stringMeets(other)
    return other.kind === 'decimal' ? doubleType : isAtomic(other) && !isAnsiInterval(other) ? other : null
  }
  if (ansi || !equality) return null
  return a.kind === 'boolean' && isNumeric(b) ? b : b.kind === 'boolean' && isNumeric(a) ? a : null
}

export const isAtomic = (t: DataType): boolean => t.kind !== 'array' && t.kind !== 'map' && t.kind !== 'struct' && t.kind !== 'void' && t.kind !== 'calendarinterval'

const holdsString = (t: DataType): boolean => t.kind === 'string' || (t.kind === 'array' && holdsString(t.elementType))

/** The type all of these meet in (CASE, coalesce, IN, array …), or null. */
export function widestType(types: readonly DataType[], ansi: boolean): DataType | null {
  // Without ANSI strings come first: a string takes in a number and then a date, which do not meet each other.
  const ordered = ansi ? types : [...types.filter(holdsString), ...types.filter(t => !holdsString(t))]
  return ordered.reduce<DataType | null>((a, b) => (a === null ? null : widerType(a, b, ansi)), { kind: 'void' })
}

/** What a parameter takes: a type, any type of a class (`timestamp`: with or without zone), or the first of several that fits. */
export type Wanted = DataType | 'any' | 'numeric' | 'integral' | 'fractional' | 'decimal' | 'timestamp' | 'interval' | readonly Wanted[]

const systemDecimal = decimalType(38, 18)

function accepts(wanted: Wanted, t: DataType): boolean {
  if (typeof wanted === 'string') {
    switch (wanted) {
      case 'any': return true
      case 'numeric': return isNumeric(t)
      case 'integral': return isIntegral(t)
      case 'fractional': return isFractional(t)
      case 'decimal': return t.kind === 'decimal'
      case 'timestamp': return t.kind === 'timestamp' || t.kind === 'timestamp_ntz'
      case 'interval': return isAnsiInterval(t)
    }
  }
  return isList(wanted) ? wanted.some(w => accepts(w, t)) : sameType(wanted, t)
}

const isList = (w: Wanted): w is readonly Wanted[] => Array.isArray(w)

// What an untyped NULL becomes.
function defaultOf(wanted: Wanted): DataType | null {
  if (isList(wanted)) return wanted.length === 0 ? null : defaultOf(wanted[0]!)
  switch (wanted) {
    case 'numeric': case 'fractional': return doubleType
    case 'integral': return intType
    case 'decimal': return systemDecimal
    case 'timestamp': return timestampType
    case 'interval': return { kind: 'daytimeinterval', start: 0, end: 3 }
    case 'any': return null
    default: return wanted
  }
}

/** The type to which an argument is cast by itself for a parameter that wants `wanted`: its own when that fits, null when nothing does. */
export function implicitCast(from: DataType, wanted: Wanted, ansi: boolean): DataType | null {
  if (accepts(wanted, from)) return from
  if (from.kind === 'void') return defaultOf(wanted)
  if (isList(wanted)) {
    for (const w of wanted) { const t = implicitCast(from, w, ansi); if (t !== null) return t }
    return null
  }
  if (typeof wanted !== 'string') return canBecome(from, wanted, ansi) ? wanted : null
  switch (wanted) {
    case 'numeric': return from.kind === 'string' ? doubleType : null
    case 'decimal': return from.kind === 'string' ? systemDecimal : ansi ? null : decimalFor(from)
    case 'timestamp': return from.kind === 'string' || from.kind === 'date' ? timestampType : null
    default: return null
  }
}

function canBecome(from: DataType, to: DataType, ansi: boolean): boolean {
  if (sameType(from, to) || from.kind === 'void') return true
  if (isNumeric(from) && isNumeric(to)) return true
  if (to.kind === 'string') return isAtomic(from) || (ansi && from.kind === 'calendarinterval')
  if (from.kind === 'string') return isAtomic(to) && (ansi || to.kind !== 'boolean')
  // A time of day beside a date is no date, which the cast itself then says.
  if ((isMoment(from) || from.kind === 'time') && (isMoment(to) || to.kind === 'time')) return true
  if (isAnsiInterval(from)) return from.kind === to.kind
  if (from.kind === 'array' && to.kind === 'array') return (to.containsNull || !from.containsNull) && canBecome(from.elementType, to.elementType, ansi)
  if (from.kind === 'map' && to.kind === 'map') return (to.valueContainsNull || !from.valueContainsNull) && canBecome(from.keyType, to.keyType, ansi) && canBecome(from.valueType, to.valueType, ansi)
  if (from.kind === 'struct' && to.kind === 'struct') return ansi && from.fields.length === to.fields.length && from.fields.every((f, i) => (to.fields[i]!.nullable || !f.nullable) && canBecome(f.dataType, to.fields[i]!.dataType, ansi))
  return false
}

/** Whether a value of one type is turned into another by itself when a function wants that. */
export const canImplicitlyCast = (from: DataType, to: DataType, ansi: boolean): boolean => canBecome(from, to, ansi)
