/** Text to timestamps and dates and back, held against what Spark 4.3.0 answered (its own run, and conformance/expressions/casts*.json). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMonths, dateOf, dayOfMicros, dayOfYear, daysOf, isoWeek, joinDay, splitDay, timeOfDay } from '../../engine/types/civil.ts'
import { dateText, localTimestampText, parseDate, parseTimestamp, parseTimestampNtz, specialDate, specialTimestamp, timestampText } from '../../engine/types/timestamp.ts'
import { timeZone } from '../../engine/types/time-zone.ts'

const utc = timeZone('UTC'), newYork = timeZone('America/New_York')
const at = (text: string): bigint => parseTimestamp(text, utc)!

type Row = readonly (string | null)[]

// try_cast(… AS TIMESTAMP), session zone UTC
const timestamps: readonly Row[] = [
  ['2026', '2026-01-01 00:00:00'], ['2026-1', '2026-01-01 00:00:00'], ['2026-1-', null], ['2026-01-02 3', '2026-01-02 03:00:00'], ['2026-01-02 3:4', '2026-01-02 03:04:00'],
  ['2026-01-02 3:4:5', '2026-01-02 03:04:05'], ['2026-01-02T03:04Z', null], ['2026-01-02 03:04:05.', '2026-01-02 03:04:05'],
  ['2026-01-02 03:04:05.1234567890123Z', '2026-01-02 03:04:05.123456'], ['2026-01-02 03:04:05 +2', '2026-01-02 01:04:05'], ['2026-01-02 03:04:05+2', '2026-01-02 01:04:05'],
  ['2026-01-02 03:04:05+2:3', '2026-01-02 01:01:05'], ['2026-01-02 03:04:05 +0230', '2026-01-02 00:34:05'], ['2026-01-02 03:04:05GMT+1', '2026-01-02 02:04:05'],
  ['2026-01-02 03:04:05 UTC-03:30', '2026-01-02 06:34:05'], ['2026-01-02 03:04:05 PST', '2026-01-02 11:04:05'], ['2026-01-02 03:04:05 EST', '2026-01-02 08:04:05'],
  ['2026-01-02 03:04:05 america/new_york', null], ['2026-01-02 03:04:05 Asia/Kolkata', '2026-01-01 21:34:05'], ['2026-01-02 03:04:05 Asia/Calcutta', '2026-01-01 21:34:05'],
  ['2026-01-02 03:04:05 utc', null], ['2026-01-02 03:04:05z', null], ['2026-01-02 03:04:05 +19:00', null], ['2026-01-02 03:04:05+18:00', '2026-01-01 09:04:05'], ['2026-01-02  03:04:05', null],
  ['2026-01-02 03:04:60', null], ['2026-01-02 24:00:00', null], ['+2026-01-02 00:00:00', '2026-01-02 00:00:00'], ['-0001-01-01 00:00:00', '-0001-01-01 00:00:00'],
  ['0000-01-01', '0000-01-01 00:00:00'], ['10000-01-01', '+10000-01-01 00:00:00'], ['294247-01-10 04:00:54.775807', '+294247-01-10 04:00:54.775807'], ['294248-01-01', null],
  ['-290308-12-21 19:59:05.224192', '-290308-12-21 19:59:05.224192'], ['999999-01-01', null], ['1900-01-01 00:00:00 America/New_York', '1900-01-01 05:00:00'],
  ['12026-01-01 00:00:00', '+12026-01-01 00:00:00'], ['  2026-01-02\t', '2026-01-02 00:00:00'], ['2026-01-02 03:04:05 Mars/Phobos', null],
  ['2026-01-02 03:04:05Etc/GMT+5', '2026-01-02 08:04:05'], ['2026-01-02 03:04:05 EST5EDT', '2026-01-02 08:04:05'], ['2026-01-02 03:04:05-08', '2026-01-02 11:04:05'],
  ['2026-01-02 03:04:05-0800', '2026-01-02 11:04:05'], ['2026-01-02 03:04:05 UT+1', '2026-01-02 02:04:05'], ['2026-01-02 03:04:05.5 Z', '2026-01-02 03:04:05.5'], ['2026-01-02T', null],
  ['2026-01-02 ', '2026-01-02 00:00:00'], ['202-01-01', null], ['2026/01/02', null], ['2026-01-02 03:04:05+02:00:30', '2026-01-02 01:03:35'], ['2026-01-02 03:04:05,5', null],
  ['1583-10-15 00:00:00', '1583-10-15 00:00:00'], ['1500-02-29', null], ['2026-001-01', null], ['20260102', null],
]

// try_cast(… AS TIMESTAMP_NTZ)
const withoutZone: readonly Row[] = [
  ['2026-01-02 03:04:05+02:00', '2026-01-02 03:04:05'], ['2026-01-02 03:04:05 America/New_York', '2026-01-02 03:04:05'], ['10:30', null], ['T10:30', null],
  ['2026-01-02 03:04:05 Bad/Zone', null], ['2026', '2026-01-01 00:00:00'],
]

// try_cast(… AS DATE)
const dates: readonly Row[] = [
  ['2026', '2026-01-01'], ['2026-1', '2026-01-01'], ['2026-1-2', '2026-01-02'], ['2026-01-02T', '2026-01-02'], ['2026-01-02 x', '2026-01-02'], ['2026-01-02Tx', '2026-01-02'],
  ['2026-01-02x', null], ['2026-01 x', null], ['2026-1-', null], ['+2026-01-02', '2026-01-02'], ['-0001-01-01', '-0001-01-01'], ['12026-01-01', '+12026-01-01'], ['9999999-01-01', null],
  ['5881580-07-11', '+5881580-07-11'], ['5881580-07-12', null], ['99999999-01-01', null], ['', null], ['  2026-01-02  ', '2026-01-02'], ['2026-02-29', null], ['0000-01-01', '0000-01-01'],
  ['2026-13-01', null], ['202-01-01', null], ['2026-01-02-03', null],
]

test('text to timestamp as a cast reads it', () => {
  for (const [text, expected] of timestamps) {
    const micros = parseTimestamp(text!, utc)
    assert.equal(micros === null ? null : timestampText(micros, utc), expected, text!)
  }
})

test('text to timestamp_ntz drops a zone and refuses a time alone', () => {
  for (const [text, expected] of withoutZone) {
    const micros = parseTimestampNtz(text!)
    assert.equal(micros === null ? null : localTimestampText(micros), expected, text!)
  }
})

test('text to date as a cast reads it', () => {
  for (const [text, expected] of dates) {
    const days = parseDate(text!)
    assert.equal(days === null ? null : dateText(days), expected, text!)
  }
})

test('a time alone is that time today, in the zone of the session', () => {
  const now = at('2026-03-01 02:00:00')
  assert.equal(timestampText(parseTimestamp('10:30', utc, () => now)!, utc), '2026-03-01 10:30:00')
  assert.equal(timestampText(parseTimestamp('T10:30:01.5', newYork, () => now)!, newYork), '2026-02-28 10:30:01.5')
})

test('the words of constants', () => {
  const now = at('2026-03-01 02:00:00.123456')
  assert.equal(specialTimestamp('epoch', newYork, now), 0n)
  assert.equal(specialTimestamp(' NOW ', newYork, now), now)
  assert.equal(timestampText(specialTimestamp('tomorrow', newYork, now)!, newYork), '2026-03-01 00:00:00')
  assert.equal(timestampText(specialTimestamp('today UTC', newYork, now)!, utc), '2026-03-01 00:00:00')
  assert.equal(dateText(specialDate('yesterday', newYork, now)!), '2026-02-27')
  assert.equal(specialTimestamp('soon', utc, now), null)
})

// datetime_timezone_new_york.json
test('local times across the changes of New York', () => {
  for (const [text, expected] of [['2026-03-08 02:30:00', '2026-03-08 07:30:00'], ['2026-11-01 01:30:00', '2026-11-01 05:30:00'], ['2026-01-01', '2026-01-01 05:00:00'], ['2026-01-01T00:00:00Z', '2026-01-01 00:00:00']]) {
    assert.equal(timestampText(parseTimestamp(text!, newYork)!, utc), expected, text)
  }
  assert.equal(timestampText(at('2026-01-01 00:00:00'), newYork), '2025-12-31 19:00:00')
})

test('days to civil dates and back over four million days', () => {
  for (let day = -2_000_000; day < 2_000_000; day += 997) {
    const { year, month, day: d } = dateOf(day)
    assert.equal(daysOf(year, month, d), day)
  }
  assert.deepEqual(dateOf(0), { year: 1970, month: 1, day: 1 })
  assert.deepEqual(dateOf(-719_528), { year: 0, month: 1, day: 1 })
})

test('splitting microseconds is exact at the edges of days, also far away', () => {
  for (const day of [0, 1, -1, 104_166, 104_165, -104_166, 20_454, 106_751_990, -106_751_990, 65_536, 131_072]) {
    for (const rest of [0, 1, 86_399_999_999]) {
      const micros = joinDay(day, rest)
      assert.equal(micros, BigInt(day) * 86_400_000_000n + BigInt(rest))
      assert.deepEqual(splitDay(micros), { days: day, rest })
      assert.equal(dayOfMicros(micros), day)
      assert.equal(timeOfDay(micros), rest)
    }
  }
})

// dates.json
test('months, weeks and days of years', () => {
  const d = (text: string): number => parseDate(text)!
  assert.equal(dateText(addMonths(d('2026-01-31'), 1)), '2026-02-28')
  assert.equal(dateText(addMonths(d('2024-02-29'), -12)), '2023-02-28')
  assert.deepEqual(isoWeek(d('2027-01-01')), { year: 2026, week: 53 })
  assert.equal(dayOfYear(d('2026-12-31')), 365)
})
