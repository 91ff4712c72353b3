/** Time zones: offsets from UTC by region or fixed, looked up in a table of the region's transitions that grows as it is asked. Java's rules for ids, gaps and overlaps. */
import { analysisError } from '../errors/spark-error.ts'
import { fixedZoneForm, isRegionName, shortZoneIds } from './zone-ids.ts'
import { zoneName } from './zone-names.ts'

export interface TimeZone {
  /** As Java's ZoneId writes it: `America/New_York`, `+02:00`, `UTC+03:00`, `Z`. */
  readonly id: string
  /** Seconds east of UTC at a moment. */
  offsetAt(epochSeconds: number): number
  /** Microseconds since the epoch of a local time: a time inside a gap moves forward by the gap, one that occurs twice is the earlier. */
  toUtc(localMicros: bigint): bigint
  /** The local time at a moment, as microseconds as if in UTC. */
  toLocal(utcMicros: bigint): bigint
  /** The name at a moment: `EDT`, or long `Eastern Daylight Time`; a fixed offset's name is its id. */
  nameAt(epochSeconds: number, style: 'short' | 'long'): string
}

const secondsOf = (micros: bigint): number => Math.floor(Number(micros) / 1e6)

class FixedZone implements TimeZone {
  readonly id: string
  readonly #offset: number
  readonly #micros: bigint
  constructor(id: string, offset: number) { this.id = id; this.#offset = offset; this.#micros = BigInt(offset) * 1_000_000n }
  offsetAt(): number { return this.#offset }
  toUtc(local: bigint): bigint { return local - this.#micros }
  toLocal(utc: bigint): bigint { return utc + this.#micros }
  nameAt(epochSeconds: number, style: 'short' | 'long'): string { return this.id === 'UTC' || this.id === 'GMT' ? zoneName(this.id, epochSeconds, style) : this.id }
}

const daySeconds = 86_400
const blockSeconds = 64 * daySeconds
// Offsets are looked at every three days: the shortest time that any zone kept one is longer (Morocco's Ramadan, a month; wartime changes, weeks).
const stepSeconds = 3 * daySeconds

interface Block { readonly from: readonly number[]; readonly offsets: readonly number[] }

/** A region. Time is cut into blocks of 64 days, each with its offsets and the seconds where they begin; rows close in time are answered by the last span alone. */
class RegionZone implements TimeZone {
  readonly id: string
  readonly #format: Intl.DateTimeFormat
  readonly #blocks = new Map<number, Block>()
  // The last span with one offset: [#low, #high) in seconds UTC; in microseconds, shrunk by a day each side, for local times.
  #low = 1
  #high = 0
  #offset = 0
  #offsetMicros = 0n
  #lowMicros = 1n
  #highMicros = 0n
  #safeLow = 1n
  #safeHigh = 0n

  constructor(id: string) {
    this.id = id
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: 'longOffset' })
  }

  offsetAt(epochSeconds: number): number {
    if (epochSeconds >= this.#low && epochSeconds < this.#high) return this.#offset
    const n = Math.floor(epochSeconds / blockSeconds), start = n * blockSeconds
    let block = this.#blocks.get(n)
    if (block === undefined) { block = this.#make(start); this.#blocks.set(n, block) }
    let i = block.from.length - 1
    while (i > 0 && block.from[i]! > epochSeconds) i--
    this.#low = block.from[i]!
    this.#high = block.from[i + 1] ?? start + blockSeconds
    this.#offset = block.offsets[i]!
    this.#offsetMicros = BigInt(this.#offset) * 1_000_000n
    this.#lowMicros = BigInt(this.#low) * 1_000_000n
    this.#highMicros = BigInt(this.#high) * 1_000_000n
    this.#safeLow = this.#lowMicros + 172_800_000_000n
    this.#safeHigh = this.#highMicros - 172_800_000_000n
    return this.#offset
  }

  #make(start: number): Block {
    const from = [start], offsets = [this.#ask(start)], end = start + blockSeconds
    for (let t = start; t < end; t += stepSeconds) {
      const next = Math.min(t + stepSeconds, end)
      // More than one change may lie within a step (two days that a country skipped): halve until each second is found.
      for (let at = t; this.#ask(next) !== offsets.at(-1)!;) {
        let low = at, high = next
        while (high - low > 1) { const middle = Math.floor((low + high) / 2); if (this.#ask(middle) === offsets.at(-1)) low = middle; else high = middle }
        if (high >= end) break
        from.push(high)
        offsets.push(this.#ask(high))
        at = high
      }
    }
    return { from, offsets }
  }

  #ask(epochSeconds: number): number {
    const ms = Math.max(-8.64e15, Math.min(8.64e15, epochSeconds * 1000))
    const found = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(this.#format.format(ms))
    return found === null ? 0 : (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 3600 + Number(found[3]) * 60 + Number(found[4] ?? 0))
  }

  toLocal(utc: bigint): bigint {
    if (utc < this.#lowMicros || utc >= this.#highMicros) this.offsetAt(secondsOf(utc))
    return utc + this.#offsetMicros
  }

  toUtc(local: bigint): bigint {
    if (local >= this.#safeLow && local < this.#safeHigh) return local - this.#offsetMicros
    const at = secondsOf(local)
    const after = this.offsetAt(at + daySeconds), before = this.offsetAt(at - daySeconds)
    // In a gap and in an overlap alike the offset before the change counts; else the one that gives itself.
    const offset = before === after || this.offsetAt(at - before) === before || this.offsetAt(at - after) !== after ? before : after
    const utc = local - BigInt(offset) * 1_000_000n
    this.offsetAt(at - offset)
    return utc
  }

  nameAt(epochSeconds: number, style: 'short' | 'long'): string { return zoneName(this.id, epochSeconds, style) }
}

const zones = new Map<string, TimeZone | null>()

/** The zone of a name, or null when there is none. Names: regions, `+02:00`, `+2`, `+0200`, `UTC`, `Z`, `GMT+1`, `UTC-3`, `PST`. */
export function findTimeZone(name: string): TimeZone | null {
  let zone = zones.get(name)
  if (zone === undefined) {
    zone = makeZone(name)
    if (zones.size < 10_000) zones.set(name, zone)
  }
  return zone
}

function makeZone(name: string): TimeZone | null {
  if (name === 'Z' || name === 'UTC' || name === 'GMT' || name === 'UT') return new FixedZone(name, 0)
  const fixed = fixedZoneForm(name)
  if (fixed !== null) return new FixedZone(fixed.id, fixed.offset)
  const mapped = shortZoneIds[name]
  if (mapped !== undefined) return findTimeZone(mapped)
  return isRegionName(name) ? new RegionZone(name) : null
}

/** The zone of a name; throws INVALID_TIMEZONE. */
export function timeZone(name: string): TimeZone {
  const zone = findTimeZone(name)
  if (zone === null) throw analysisError('INVALID_TIMEZONE', { timeZone: name })
  return zone
}
