/** Values as the text a cast to STRING gives. */
import type { MapValue } from '../columns/object-vector.ts'
import type { DataType } from '../types/data-type.ts'
import { decimalText } from '../types/decimal.ts'
import { calendarIntervalText, dayTimeText, yearMonthText } from '../types/interval.ts'
import { doubleText, floatText } from '../types/number-text.ts'
import { dateText, localTimestampText, timestampText } from '../types/timestamp.ts'
import { timeText } from '../types/time-of-day.ts'
import { timeZone } from '../types/time-zone.ts'
import { variantText } from '../types/variant/text.ts'

const utf8 = new TextDecoder()

/** The function from an internal value that is not NULL to its text; NULL inside reads `null`. */
export function textOfValue(type: DataType, zoneName: string): (v: any) => string {
  switch (type.kind) {
    case 'string': return v => v
    case 'binary': return (v: Uint8Array) => utf8.decode(v)
    case 'variant': return (v: Uint8Array) => variantText(v, zoneName)
    case 'float': return floatText
    case 'double': return doubleText
    case 'decimal': { const { scale } = type; return (v: bigint) => decimalText(v, scale) }
    case 'date': return dateText
    case 'timestamp': { const zone = timeZone(zoneName); return (v: bigint) => timestampText(v, zone) }
    case 'timestamp_ntz': return localTimestampText
    case 'time': return timeText
    case 'daytimeinterval': { const { start, end } = type; return (v: bigint) => dayTimeText(v, start, end) }
    case 'yearmonthinterval': { const { start, end } = type; return (v: number) => yearMonthText(v, start, end) }
    case 'calendarinterval': return calendarIntervalText
    case 'array': { const e = orNull(textOfValue(type.elementType, zoneName)); return (v: unknown[]) => `[${v.map(e).join(', ')}]` }
    case 'map': {
      const k = textOfValue(type.keyType, zoneName), e = orNull(textOfValue(type.valueType, zoneName))
      return (m: MapValue) => `{${m.keys.map((x, i) => `${k(x)} -> ${e(m.values[i])}`).join(', ')}}`
    }
    case 'struct': { const fs = type.fields.map(f => orNull(textOfValue(f.dataType, zoneName))); return (v: unknown[]) => `{${v.map((x, i) => fs[i]!(x)).join(', ')}}` }
    default: return String
  }
}

const orNull = (text: (v: any) => string) => (v: unknown): string => (v === null ? 'null' : text(v))
