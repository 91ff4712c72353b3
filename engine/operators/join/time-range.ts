/** The part of a join condition that says how far apart the two event times may be: checked on numbers while a key's rows are walked, not as an expression. */
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import type { CalendarInterval } from '../../types/calendar-interval.ts'

/** `low <= right time - left time <= high`, in microseconds; `rest` are the conjuncts that say something else. */
export interface TimeRange { readonly low: number; readonly high: number; readonly rest: readonly Resolved[] }

/** `rt > lt AND rt <= lt + INTERVAL 10 MINUTES AND a < b` is `{ low: 1, high: 600000000, rest: [a < b] }`. */
export function timeRange(condition: readonly Resolved[], left: Attribute, right: Attribute): TimeRange {
  let low = -Infinity, high = Infinity
  const rest: Resolved[] = []
  for (const e of condition) {
    const bound = apart(e, left, right)
    if (bound === null) { rest.push(e); continue }
    if (bound.most) high = Math.min(high, bound.micros); else low = Math.max(low, bound.micros)
  }
  return { low, high, rest }
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function apart(e: Resolved, left: Attribute, right: Attribute): { readonly most: boolean; readonly micros: number } | null {
  if (e.kind !== 'call' || mirrored[e.name] === undefined) return null
  const a = shifted(e.args[0]!), b = shifted(e.args[1]!)
  if (a === null || b === null) return null
  const straight = a.id === right.id && b.id === left.id
  if (!straight && !(a.id === left.id && b.id === right.id)) return null
  const op = straight ? e.name : mirrored[e.name]!, micros = straight ? b.micros - a.micros : a.micros - b.micros
  switch (op) {
    case '<': return { most: true, micros: micros - 1 }
    case '<=': return { most: true, micros }
    case '>': return { most: false, micros: micros + 1 }
    default: return { most: false, micros }
  }
}

const dayMicros = 86_400_000_000

// Whole days follow the calendar of the time zone, so only what is shorter is plain arithmetic.
function shifted(e: Resolved): { readonly id: number; readonly micros: number } | null {
  if (e.type.kind !== 'timestamp') return null
  if (e.kind === 'attribute') return { id: e.id, micros: 0 }
  if (e.kind !== 'call' || (e.name !== '+' && e.name !== '-')) return null
  const time = shifted(e.args[0]!), by = e.args[1]!
  if (time === null || by.kind !== 'literal' || by.value === null) return null
  let micros: number
  if (by.type.kind === 'daytimeinterval') micros = Number(by.value)
  else if (by.type.kind === 'calendarinterval') { const i = by.value as CalendarInterval; if (i.months !== 0 || i.days !== 0) return null; micros = Number(i.microseconds) } else return null
  return Math.abs(micros) < dayMicros ? { id: time.id, micros: time.micros + (e.name === '+' ? micros : -micros) } : null
}
