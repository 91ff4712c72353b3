/** Owns the texts of values that XML is written with. */
import { executionError } from '../../errors/spark-error.ts'
import { simpleString, type DataType } from '../../types/data-type.ts'
import { decimalText } from '../../types/decimal.ts'
import { doubleText, floatText } from '../../types/number-text.ts'
import { timeText } from '../../types/time-of-day.ts'
import { dateText } from '../../types/timestamp.ts'
import { createJsonWriter } from '../json-write.ts'
import { patternWriters, timeWriter } from '../json/times.ts'
import type { XmlOptions } from './options.ts'

const bytesText = (v: Uint8Array): string => `[${[...v].map(b => b.toString(16).padStart(2, '0').toUpperCase()).join(' ')}]`

/** How a value that is no struct, array or map is written; raises MICROLOTE_NOT_SUPPORTED for the first value of a type that has no form. */
export function xmlText(type: DataType, o: XmlOptions): (v: any) => string {
  switch (type.kind) {
    case 'string': case 'boolean': case 'byte': case 'short': case 'int': case 'long': return String
    case 'double': return doubleText
    case 'float': return floatText
    case 'decimal': return v => decimalText(v, type.scale)
    case 'date': return o.dateFormat === null ? dateText : patternWriters(o.dateFormat, null).formatDate
    case 'timestamp': return o.timestampFormat === null ? isoText(type, o) : patternWriters(o.timestampFormat, o.timeZone).formatTimestamp
    case 'timestamp_ntz': return o.timestampNtzFormat === null ? isoText(type, o) : patternWriters(o.timestampNtzFormat, null).formatTimestamp
    case 'time': return o.timeFormat === null ? timeText : timeWriter(o.timeFormat)
    case 'binary': return bytesText
    default: return () => { throw executionError('MICROLOTE_NOT_SUPPORTED', { feature: `A value of type ${simpleString(type)} in XML`, advice: 'Cast it to STRING, as Spark asks, too.' }) }
  }
}

// The ISO texts of JSON, without their quotes.
function isoText(type: DataType, o: XmlOptions): (v: unknown) => string {
  const write = createJsonWriter(type, { timeZone: o.timeZone })
  return v => write(v).slice(1, -1)
}
