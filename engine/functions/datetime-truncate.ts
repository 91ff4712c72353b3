/** Cutting dates and times to a unit: date_trunc, trunc. An unknown unit gives NULL. */
import { dateOf, daysOf, isoDayOfWeek, joinDay, splitDay } from '../types/civil.ts'

/** Units of dateadd and datediff. */
export const dateUnits: ReadonlySet<string> = new Set(['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'DAYOFYEAR', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'])

/** A date cut to a week, month, quarter or year. */
export function truncateDate(days: number, unit: string): number | null {
  const { year, month } = dateOf(days)
  switch (unit.toUpperCase()) {
    case 'WEEK': return days - isoDayOfWeek(days) + 1
    case 'MON': case 'MM': case 'MONTH': return daysOf(year, month, 1)
    case 'QUARTER': return daysOf(year, Math.floor((month - 1) / 3) * 3 + 1, 1)
    case 'YEAR': case 'YYYY': case 'YY': return daysOf(year, 1, 1)
    default: return null
  }
}

const small: Readonly<Record<string, number>> = { HOUR: 3_600_000_000, MINUTE: 60_000_000, SECOND: 1_000_000, MILLISECOND: 1000, MICROSECOND: 1 }

/** Local microseconds cut to a unit. */
export function truncateLocal(micros: bigint, unit: string): bigint | null {
  const u = unit.toUpperCase(), { days, rest } = splitDay(micros)
  if (u === 'DAY' || u === 'DD') return joinDay(days, 0)
  const step = small[u]
  if (step !== undefined) return joinDay(days, rest - (rest % step))
  const cut = truncateDate(days, u)
  return cut === null ? null : joinDay(cut, 0)
}
