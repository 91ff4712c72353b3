/** Intervals from text and as text, held against what Spark 4.3.0 answered (its own run; intervals.json, casts_temporal_boolean.json, datetime_arithmetic.json). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  calendarIntervalText, castToDayTime, castToYearMonth, dayTimeLiteral, dayTimeText, dayTimeUnits, intervalDelayMs, intervalToMs, parseCalendarInterval, yearMonthLiteral, yearMonthText, yearMonthUnits,
} from '../../engine/types/interval.ts'

type Row = readonly (string | null)[]
const outcome = (what: () => string): string => { try { return what() } catch (error) { return `!${(error as { condition: string }).condition}` } }
const conditionOf = (what: () => unknown): string => { try { what(); return 'none' } catch (error) { return (error as { condition: string }).condition } }

// cast(… AS INTERVAL) with errors as null
const calendar: readonly Row[] = [
  ['10 minutes', '10 minutes'], ['1 hour 30 seconds', '1 hours 30 seconds'], ['interval 1 day', '1 days'], ['-1 day', '-1 days'], ['1 month', '1 months'], ['1.5 seconds', '1.5 seconds'],
  ['1.5 minutes', null], ['1 minute ago', null], ['', null], ['interval', null], ['1', null], ['minutes', null], ['1 foo', null], ['1 DAYS 2 Hours', '1 days 2 hours'], ['+1 day', '1 days'],
  ['- 1 day', '-1 days'], ['1 day -2 hours', '1 days -2 hours'], ['1year', null], ['1 year 2 months 3 weeks', '1 years 2 months 21 days'], ['1.1234567890 seconds', null],
  ['1.123456789 seconds', '1.123456 seconds'], ['-1.5 seconds', '-1.5 seconds'], ['0.5 milliseconds', null], ['3 milliseconds 5 microseconds', '0.003005 seconds'], ['PT1H', null],
  ['9223372036854775807 microseconds', '2562047788 hours 54.775807 seconds'], ['9223372036854775808 microseconds', null], ['2147483648 months', null], ['1 quarter', null],
  ['interval 1 day interval 2 days', null], ['1 day, 2 hours', null], ['interval-1 day', null], ['1.  seconds', '1 seconds'], ['.5 seconds', '0.5 seconds'], ['1\tday', '1 days'],
  ['intervals 1 day', null], ['-.5 seconds', '-0.5 seconds'], ['1 nanosecond', null],
]

// cast(… AS INTERVAL <fields>); ! is a refusal. Where Spark fails without a condition name, ours is INTERVAL_PARSING.
const casts: readonly Row[] = [
  ['1 02:03:04.5', 'day to second', 'INTERVAL \'1 02:03:04.5\' DAY TO SECOND'], ['1 02:03:04.5', 'day to second', 'INTERVAL \'1 02:03:04.5\' DAY TO SECOND'],
  ['-1 02:03:04.5', 'day to second', 'INTERVAL \'-1 02:03:04.5\' DAY TO SECOND'], ['1 2:3:4', 'day to second', 'INTERVAL \'1 02:03:04\' DAY TO SECOND'],
  ['1 02:03', 'day to minute', 'INTERVAL \'1 02:03\' DAY TO MINUTE'], ['1 02', 'day to hour', 'INTERVAL \'1 02\' DAY TO HOUR'], ['10:20', 'hour to minute', 'INTERVAL \'10:20\' HOUR TO MINUTE'],
  ['10:20:30.123456', 'hour to second', 'INTERVAL \'10:20:30.123456\' HOUR TO SECOND'], ['10:20', 'minute to second', 'INTERVAL \'10:20\' MINUTE TO SECOND'],
  ['10:20.5', 'minute to second', 'INTERVAL \'10:20.5\' MINUTE TO SECOND'], ['100', 'day', 'INTERVAL \'100\' DAY'], ['100', 'hour', 'INTERVAL \'100\' HOUR'],
  ['100', 'minute', 'INTERVAL \'100\' MINUTE'], ['100.123456789', 'second', 'INTERVAL \'100.123456\' SECOND'],
  ['100.1234567890', 'second', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'], ['1 24:00:00', 'day to second', '!INVALID_INTERVAL_FORMAT.INTERVAL_PARSING'],
  ['106751991 04:00:54.775807', 'day to second', 'INTERVAL \'106751991 04:00:54.775807\' DAY TO SECOND'],
  ['INTERVAL \'1 02:03:04\' DAY TO SECOND', 'day to second', 'INTERVAL \'1 02:03:04\' DAY TO SECOND'], ['interval \'1\' day', 'day', 'INTERVAL \'1\' DAY'],
  ['INTERVAL -\'1\' DAY', 'day', 'INTERVAL \'-1\' DAY'], ['INTERVAL \'-1\' DAY', 'day', 'INTERVAL \'-1\' DAY'], ['INTERVAL -\'-1\' DAY', 'day', 'INTERVAL \'1\' DAY'],
  ['interval \'1\' hour', 'day', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'], ['+1', 'day', 'INTERVAL \'1\' DAY'], [' 1 ', 'day', 'INTERVAL \'1\' DAY'],
  ['1:2', 'hour to minute', 'INTERVAL \'01:02\' HOUR TO MINUTE'], ['1000:02', 'hour to minute', 'INTERVAL \'1000:02\' HOUR TO MINUTE'],
  ['10:60', 'hour to minute', '!INVALID_INTERVAL_FORMAT.INTERVAL_PARSING'], ['INTERVAL 1 DAY', 'day', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'],
  ['P1D', 'day', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'], ['1 day', 'day', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'],
  ['1 02:03:04.5', 'hour to second', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'],
  ['1 02:03:04', 'day to minute', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'], ['1-2', 'year to month', 'INTERVAL \'1-2\' YEAR TO MONTH'],
  ['-1-2', 'year to month', 'INTERVAL \'-1-2\' YEAR TO MONTH'], ['1-12', 'year to month', '!INVALID_INTERVAL_FORMAT.INTERVAL_PARSING'], ['1', 'year', 'INTERVAL \'1\' YEAR'],
  ['14', 'month', 'INTERVAL \'14\' MONTH'], ['INTERVAL \'1-2\' YEAR TO MONTH', 'year to month', 'INTERVAL \'1-2\' YEAR TO MONTH'],
  ['178956970-7', 'year to month', 'INTERVAL \'178956970-7\' YEAR TO MONTH'], ['178956970-8', 'year to month', '!INVALID_INTERVAL_FORMAT.INTERVAL_PARSING'],
  ['1-2', 'year', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING'], ['INTERVAL \'-1\' YEAR', 'year', 'INTERVAL \'-1\' YEAR'],
  ['1', 'year to month', '!INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING'],
]

test('calendar intervals', () => {
  for (const [text, expected] of calendar) {
    const got = outcome(() => calendarIntervalText(parseCalendarInterval(text!)))
    assert.equal(got.startsWith('!INVALID_INTERVAL_FORMAT.') ? null : got, expected, JSON.stringify(text))
  }
  assert.equal(calendarIntervalText({ months: 10, days: -3, microseconds: 14_093_500_000n }), '10 months -3 days 3 hours 54 minutes 53.5 seconds')
  assert.equal(calendarIntervalText({ months: -11, days: 0, microseconds: -60_500_000n }), '-11 months -1 minutes -0.5 seconds')
  assert.equal(calendarIntervalText({ months: 14, days: 3, microseconds: 0n }), '1 years 2 months 3 days')
  assert.equal(calendarIntervalText({ months: 0, days: 0, microseconds: 0n }), '0 seconds')
})

test('what is wrong with an interval is said by its condition', () => {
  const of = (text: string): string => conditionOf(() => parseCalendarInterval(text)).replace('INVALID_INTERVAL_FORMAT.', '')
  assert.deepEqual(['', 'interval', '1', 'minutes', '1 foo', '1.5 minutes', '1.1234567890 seconds', 'x day', '1year', '2147483648 months'].map(of), [
    'INPUT_IS_EMPTY', 'INPUT_IS_EMPTY', 'MISSING_UNIT', 'MISSING_NUMBER', 'INVALID_UNIT', 'INVALID_FRACTION', 'INVALID_PRECISION', 'UNRECOGNIZED_NUMBER', 'INVALID_VALUE', 'ARITHMETIC_EXCEPTION'])
})

test('casts of texts to ANSI intervals', () => {
  for (const [text, fields, expected] of casts) {
    const [from, to] = fields!.split(' to ') as [string, string | undefined]
    const day = dayTimeUnits.indexOf(from as 'day'), year = yearMonthUnits.indexOf(from as 'year')
    const dayEnd = dayTimeUnits.indexOf((to ?? from) as 'day'), yearEnd = yearMonthUnits.indexOf((to ?? from) as 'year')
    const got = outcome(() => (day >= 0 ? dayTimeText(castToDayTime(text!, day, dayEnd), day, dayEnd) : yearMonthText(castToYearMonth(text!, year, yearEnd), year, yearEnd)))
    assert.equal(got, expected, `${text} as ${fields}`)
  }
})

test('literals and their texts', () => {
  assert.equal(dayTimeLiteral('1 02:03:04.5', 'day', 'second'), 93_784_500_000n)
  assert.equal(dayTimeLiteral('-10:11', 'hour', 'minute'), -36_660_000_000n)
  assert.equal(dayTimeLiteral('70', 'minute', 'minute'), 4_200_000_000n)
  assert.equal(yearMonthLiteral('-1-2', 'year', 'month'), -14)
  assert.equal(conditionOf(() => dayTimeLiteral('1 25:00:00', 'day', 'second')), 'INVALID_INTERVAL_FORMAT.INTERVAL_PARSING')
  assert.equal(conditionOf(() => dayTimeLiteral('25', 'hour', 'minute')), 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE')
  assert.equal(dayTimeText(1_500_000n, 3, 3), "INTERVAL '01.5' SECOND")
  assert.equal(dayTimeText(-500_000n, 0, 3), "INTERVAL '-0 00:00:00.5' DAY TO SECOND")
  assert.equal(dayTimeText(86_400_000_000n, 0, 3), "INTERVAL '1 00:00:00' DAY TO SECOND")
  assert.equal(dayTimeText(-(2n ** 63n), 0, 3), "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND")
  assert.equal(yearMonthText(24, 0, 0), "INTERVAL '2' YEAR")
  assert.equal(yearMonthText(-14, 0, 1), "INTERVAL '-1-2' YEAR TO MONTH")
})

test('delays of watermarks and intervals of triggers', () => {
  assert.equal(intervalDelayMs('10 minutes'), 600_000)
  assert.equal(intervalDelayMs('1 month'), 31 * 86_400_000)
  assert.equal(intervalDelayMs("interval '1' day"), 86_400_000)
  assert.equal(conditionOf(() => intervalDelayMs('abc')), 'CANNOT_PARSE_INTERVAL')
  assert.equal(conditionOf(() => intervalDelayMs('-1 day')), 'MICROLOTE_INVALID_ARGUMENT')
  assert.equal(intervalToMs('5 seconds'), 5000)
  assert.equal(intervalToMs('1 minute 1 millisecond'), 60_001)
  assert.equal(conditionOf(() => intervalToMs('1 month')), 'MICROLOTE_INVALID_ARGUMENT')
})
