/** Adding units to timestamps and counting units between them: dateadd, datediff. */
import { addMonths, dateOf, joinDay, splitDay } from '../types/civil.ts'
import type { TimeZone } from '../types/time-zone.ts'

const monthsOf: Readonly<Record<string, number>> = { YEAR: 12, QUARTER: 3, MONTH: 1 }
const daysOfUnit: Readonly<Record<string, number>> = { WEEK: 7, DAY: 1, DAYOFYEAR: 1 }
const microsOf: Readonly<Record<string, bigint>> = { HOUR: 3_600_000_000n, MINUTE: 60_000_000n, SECOND: 1_000_000n, MILLISECOND: 1000n, MICROSECOND: 1n }

/** Months and days move the local date, smaller units the moment itself. `zone` null: the time is local already. */
export function addUnits(at: bigint, count: bigint, unit: string, zone: TimeZone | null): bigint {
  const small = microsOf[unit]
  if (small !== undefined) return at + count * small
  const { days, rest } = splitDay(zone === null ? at : zone.toLocal(at))
  const moved = monthsOf[unit] !== undefined ? addMonths(days, Number(count) * monthsOf[unit]!) : days + Number(count) * daysOfUnit[unit]!
  const local = joinDay(moved, rest)
  return zone === null ? local : zone.toUtc(local)
}

/** Whole units from `a` to `b` (local times), towards zero. */
export function unitsBetween(a: bigint, b: bigint, unit: string): bigint {
  const small = microsOf[unit] ?? (daysOfUnit[unit] === undefined ? undefined : BigInt(daysOfUnit[unit]!) * 86_400_000_000n)
  if (small !== undefined) return (b - a) / small
  const x = splitDay(a), y = splitDay(b), d1 = dateOf(x.days), d2 = dateOf(y.days)
  let months = (d2.year - d1.year) * 12 + d2.month - d1.month
  const within = (d: { day: number }, t: { rest: number }): number => d.day * 86_400_000_000 + t.rest
  if (months > 0 && within(d2, y) < within(d1, x)) months--
  if (months < 0 && within(d2, y) > within(d1, x)) months++
  return BigInt(Math.trunc(months / monthsOf[unit]!))
}
