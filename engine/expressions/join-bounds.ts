/** How far back a join's state must reach: from the equality keys and the time conditions, for each side, to what a watermark makes of it. */
import { isEventTime } from './attribute.ts'
import type { Attribute, Resolved } from './expression.ts'
import type { CalendarInterval } from '../types/calendar-interval.ts'

const hasWatermark = (e: Resolved): boolean => (e.kind === 'attribute' || e.kind === 'alias') && isEventTime(e)
/** The event-time column of a side, null when it has no watermark. */
export const eventTimeOf = (output: readonly Attribute[]): Attribute | null => output.find(hasWatermark) ?? null

/** A row can go once its time `column` is at or before the least of the limits. */
export interface RowBound { readonly on: 'row'; readonly column: Attribute; readonly limits: readonly Limit[] }
/** A row can go once the key with this number (a time or a window of time) is at or before the watermark. */
export interface KeyBound { readonly on: 'key'; readonly key: number }
export type StateBound = RowBound | KeyBound

/** `watermark * factor + micros`, a millisecond less where the condition allows equality. */
export interface Limit { readonly factor: number; readonly micros: number; readonly strict: boolean }

export interface JoinBounds { readonly left: StateBound | null; readonly right: StateBound | null }

interface JoinSides { readonly left: readonly Attribute[]; readonly right: readonly Attribute[]; readonly leftKeys: readonly Resolved[]; readonly rightKeys: readonly Resolved[]; readonly condition: readonly Resolved[] }

/** The number of the first key that is an event-time column on either side, -1 for none. */
export function watermarkKey(leftKeys: readonly Resolved[], rightKeys: readonly Resolved[]): number {
  const left = leftKeys.findIndex(hasWatermark)
  return left >= 0 ? left : rightKeys.findIndex(hasWatermark)
}

/**
 * The bounds of both sides. An event-time column among the keys bounds both; else a side that has a watermark of its own is bounded by the conditions
 * that put its time after the other side's. `condition` are the conjuncts that are not equality keys.
 *
 * `rt >= lt AND rt <= lt + INTERVAL 10 MINUTES`: left rows can go at `lt <= watermark - 10 min - 1 ms`, right rows at `rt <= watermark - 1 ms`.
 */
export function joinBounds(j: JoinSides): JoinBounds {
  const key = watermarkKey(j.leftKeys, j.rightKeys)
  if (key >= 0) return { left: { on: 'key', key }, right: { on: 'key', key } }
  const side = (own: readonly Attribute[], other: readonly Attribute[]): RowBound | null => {
    const column = eventTimeOf(own)
    if (column === null) return null
    const limits = rowLimits(own, other, j.condition)
    return limits.length === 0 ? null : { on: 'row', column, limits }
  }
  return { left: side(j.left, j.right), right: side(j.right, j.left) }
}

/** The time in milliseconds at or before which state can go under a watermark. */
export function stateWatermark(bound: StateBound, watermarkMs: number): number {
  if (bound.on === 'key') return watermarkMs
  return Math.min(...bound.limits.map(l => Math.trunc((l.factor * watermarkMs * 1000 + l.micros) / 1000) - (l.strict ? 0 : 1)))
}

/** What a join may promise to the operators above it: no row it will give is older. */
export function joinOutputWatermark(bounds: JoinBounds, watermarkMs: number): number {
  return Math.min(watermarkMs, ...[bounds.left, bounds.right].flatMap(b => (b === null ? [] : [stateWatermark(b, watermarkMs)])))
}

/** The limits that conditions set to the time of the rows of `own`, given that the other side's times are after the watermark. */
export function rowLimits(own: readonly Attribute[], other: readonly Attribute[], condition: readonly Resolved[]): Limit[] {
  if (eventTimeOf(other) === null) return []
  const ownIds = new Set(own.map(a => a.id)), otherTimes = new Set(other.filter(hasWatermark).map(a => a.id))
  return condition.flatMap(e => {
    if (e.kind !== 'call' || e.args.length !== 2) return []
    const [a, b] = e.args as [Resolved, Resolved]
    switch (e.name) {
      case '<': return limitOf(a, b, true, ownIds, otherTimes)
      case '<=': return limitOf(a, b, false, ownIds, otherTimes)
      case '>': return limitOf(b, a, true, ownIds, otherTimes)
      case '>=': return limitOf(b, a, false, ownIds, otherTimes)
      default: return []
    }
  })
}

// `less - more < 0` must put the own time, once and negated, after the rest: `rest < own`.
function limitOf(less: Resolved, more: Resolved, strict: boolean, ownIds: ReadonlySet<number>, otherTimes: ReadonlySet<number>): Limit[] {
  const terms: Term[] = []
  if (!collectTerms(less, 1, terms) || !collectTerms(more, -1, terms)) return []
  const own = terms.filter(t => t.attribute !== null && ownIds.has(t.attribute.id))
  if (own.length !== 1 || own[0]!.sign !== -1) return []
  let factor = 0, micros = 0
  for (const t of terms) {
    if (t === own[0]) continue
    if (t.attribute === null) micros += t.sign * t.micros
    else if (otherTimes.has(t.attribute.id) && t.attribute.type.kind === 'timestamp') factor += t.sign
    else return []
  }
  return [{ factor, micros, strict }]
}

interface Term { readonly sign: 1 | -1; readonly attribute: Attribute | null; readonly micros: number }

const minus = (sign: 1 | -1): 1 | -1 => (sign === 1 ? -1 : 1)

/** Takes a sum of times, numbers of seconds and intervals apart; false where a part is of no fixed length (months) or anything else. */
export function collectTerms(e: Resolved, sign: 1 | -1, into: Term[]): boolean {
  if (e.kind === 'attribute') { into.push({ sign, attribute: e, micros: 0 }); return true }
  if (e.kind === 'literal') {
    const micros = literalMicros(e.value, e.type.kind)
    if (micros !== null) into.push({ sign, attribute: null, micros })
    return micros !== null
  }
  if (e.kind !== 'call') return false
  const [a, b] = e.args as readonly Resolved[]
  switch (e.name) {
    case '+': return collectTerms(a!, sign, into) && collectTerms(b!, sign, into)
    // The difference of two timestamps follows wall clocks and is left alone, as Spark leaves it.
    case '-': return !(e.type.kind === 'daytimeinterval' && a!.type.kind !== 'daytimeinterval') && collectTerms(a!, sign, into) && collectTerms(b!, minus(sign), into)
    case 'negative': return collectTerms(a!, minus(sign), into)
    case 'cast': return (isNumeric(e.type.kind) || e.type.kind === 'timestamp') && collectTerms(a!, sign, into)
    default: return false
  }
}

const isNumeric = (kind: string): boolean => ['byte', 'short', 'int', 'long', 'float', 'double', 'decimal'].includes(kind)

// Numbers stand beside times cast to numbers, so they are seconds.
function literalMicros(value: unknown, kind: string): number | null {
  if (value === null) return null
  switch (kind) {
    case 'daytimeinterval': return Number(value)
    case 'calendarinterval': { const i = value as CalendarInterval; return i.months === 0 ? i.days * 86_400_000_000 + Number(i.microseconds) : null }
    case 'byte': case 'short': case 'int': case 'long': case 'float': case 'double': return Number(value) * 1e6
    default: return null
  }
}
