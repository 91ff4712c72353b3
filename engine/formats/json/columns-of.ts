/** Chooses the column of the JSON parser for each type. */
import type { DataType, StructTypeShape } from '../../types/data-type.ts'
import type { JsonColumn } from './column.ts'
import { BooleanColumn, DoubleColumn, IntColumn, LongColumn } from './number-columns.ts'
import { converter, type Required } from './converters.ts'
import { judgeOf } from './records.ts'
import { StructColumn } from './struct-column.ts'
import { TextColumn } from './text-column.ts'
import { DateColumn, TimestampColumn } from './time-columns.ts'
import type { JsonTimes } from './times.ts'
import type { JsonTokens } from './tokens.ts'
import { ObjectColumn, SkippedColumn, ValueColumn } from './value-columns.ts'
import { valueReader } from './values.ts'
import { VariantColumn } from './variant-column.ts'

/** What all columns of a parser share. */
export interface ColumnSettings {
  readonly times: JsonTimes
  readonly exactText: boolean
  readonly plainTimestamps: boolean
  readonly plainNtz: boolean
  readonly plainDates: boolean
  readonly sessionIsUtc: boolean
  /** Reads single values for the judges; null where a bad value shows in more than its own field. */
  readonly tokens: JsonTokens | null
}

/** The column that values of the type are read into. */
export function columnFor(type: DataType, s: ColumnSettings, required: Required | undefined): JsonColumn {
  const column = plainColumnFor(type, s, required)
  // A bad base64 text can make Jackson lose its place in the record.
  if (s.tokens !== null && type.kind !== 'binary') column.judge = judgeOf(converter(type, s.times, required), s.tokens)
  return column
}

function plainColumnFor(type: DataType, s: ColumnSettings, required: Required | undefined): JsonColumn {
  switch (type.kind) {
    case 'boolean': return new BooleanColumn(type)
    case 'byte': case 'short': case 'int': return new IntColumn(type)
    case 'long': return new LongColumn(type)
    case 'float': case 'double': return new DoubleColumn(type)
    case 'string': return new TextColumn(type, s.exactText)
    case 'timestamp': return new TimestampColumn(type, s.times, s.plainTimestamps, s.sessionIsUtc)
    case 'timestamp_ntz': return new TimestampColumn(type, s.times, s.plainNtz, s.sessionIsUtc)
    case 'date': return new DateColumn(type, s.times, s.plainDates)
    case 'variant': return new VariantColumn(type)
    case 'struct': return structColumnFor(type, s, required, -1)
    case 'decimal': return type.precision <= 18 ? new ValueColumn(type, valueReader(type, s.times, s.exactText)) : new ObjectColumn(type, valueReader(type, s.times, s.exactText))
    case 'time': case 'daytimeinterval': case 'yearmonthinterval': return new ValueColumn(type, valueReader(type, s.times, s.exactText))
    default: return new ObjectColumn(type, valueReader(type, s.times, s.exactText))
  }
}

/** The columns of a struct; field `corruptField` gets the text of bad records and is filled by the parser alone. */
export function structColumnFor(type: StructTypeShape, s: ColumnSettings, required: Required | undefined, corruptField: number): StructColumn {
  const children = type.fields.map((f, i) => {
    const wanted = required?.[i] ?? true
    if (wanted === false) return new SkippedColumn(f.dataType)
    return i === corruptField ? new TextColumn(f.dataType, true) : columnFor(f.dataType, s, wanted === true ? undefined : wanted)
  })
  return new StructColumn(type, children, corruptField)
}
