/** Datetime patterns, held against what Spark 4.3.0 answered (its own run; datetime_format_parse.json, timestamps-format.json, timestamps-parse.json). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileFormatter, compileParser } from '../../engine/types/datetime-pattern.ts'
import { dateText, parseTimestamp, timestampText } from '../../engine/types/timestamp.ts'
import { timeZone } from '../../engine/types/time-zone.ts'

const utc = timeZone('UTC')
type Row = readonly (string | null)[]
const refusals: Readonly<Record<string, string>> = {
  'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION': '!R', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN': '!W',
  'INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER': '!C', 'INVALID_DATETIME_PATTERN.LENGTH': '!L', 'INVALID_DATETIME_PATTERN.WITH_SUGGESTION': '!S',
}
function outcome(what: () => string | null): string | null {
  try { return what() } catch (error) { return refusals[(error as { condition: string }).condition] ?? String(error) }
}

// pattern, what it writes for 2026-03-04 05:06:07.089123 UTC, what it does as a parser of 'zzz' (null: no match). !R recognition, !W week-based, !C illegal character, !L length, !S with suggestion
const patterns: readonly Row[] = [
  ['y', '2026', null], ['yy', '26', null], ['yyy', '2026', null], ['yyyy', '2026', null], ['yyyyy', '02026', null], ['yyyyyy', '002026', null], ['yyyyyyy', '!R', '!R'], ['u', '!R', '!R'],
  ['Y', '!R', '!R'], ['M', '3', null], ['MM', '03', null], ['MMM', 'Mar', null], ['MMMM', 'March', null], ['MMMMM', '!R', '!R'], ['L', '3', null], ['LL', '03', null], ['LLL', 'Mar', null],
  ['LLLL', 'March', null], ['LLLLL', '!R', '!R'], ['d', '4', null], ['dd', '04', null], ['ddd', '!R', '!R'], ['D', '63', null], ['DD', '63', null], ['DDD', '063', null], ['DDDD', '!R', '!R'],
  ['E', 'Wed', '!R'], ['EE', 'Wed', '!R'], ['EEE', 'Wed', '!R'], ['EEEE', 'Wednesday', '!R'], ['EEEEE', '!R', '!R'], ['e', '!W', '!W'], ['c', '!W', '!W'], ['F', '4', '!R'], ['FF', '!R', '!R'],
  ['a', 'AM', null], ['aa', '!R', '!R'], ['aaa', '!R', '!R'], ['h', '5', null], ['hh', '05', null], ['hhh', '!R', '!R'], ['K', '5', null], ['KK', '05', null], ['KKK', '!R', '!R'],
  ['k', '5', null], ['kk', '05', null], ['kkk', '!R', '!R'], ['H', '5', null], ['HH', '05', null], ['HHH', '!R', '!R'], ['m', '6', null], ['mm', '06', null], ['mmm', '!R', '!R'],
  ['s', '7', null], ['ss', '07', null], ['sss', '!R', '!R'], ['S', '0', null], ['SS', '08', null], ['SSSSSS', '089123', null], ['SSSSSSSSS', '089123000', null], ['SSSSSSSSSS', '!R', '!R'],
  ['V', '!S', '!S'], ['VV', 'UTC', null], ['VVV', '!S', '!S'], ['z', 'UTC', null], ['zz', 'UTC', null], ['zzz', 'UTC', null], ['zzzz', 'Coordinated Universal Time', null],
  ['zzzzz', '!R', '!R'], ['O', 'GMT', null], ['OO', '!S', '!S'], ['OOO', '!S', '!S'], ['OOOO', 'GMT', null], ['X', 'Z', null], ['XX', 'Z', null], ['XXX', 'Z', null], ['XXXX', 'Z', null],
  ['XXXXX', 'Z', null], ['XXXXXX', '!S', '!S'], ['x', '+00', null], ['xx', '+0000', null], ['xxx', '+00:00', null], ['xxxx', '+0000', null], ['xxxxx', '+00:00', null], ['xxxxxx', '!S', '!S'],
  ['Z', '+0000', null], ['ZZ', '+0000', null], ['ZZZ', '+0000', null], ['ZZZZ', 'GMT', null], ['ZZZZZ', 'Z', null], ['ZZZZZZ', '!R', '!R'], ['G', 'AD', null], ['GG', 'AD', null],
  ['GGG', 'AD', null], ['GGGG', 'Anno Domini', null], ['GGGGG', '!R', '!R'], ['Q', '1', '!C'], ['QQ', '01', '!C'], ['QQQ', 'Q1', '!C'], ['QQQQ', '1st quarter', '!C'], ['QQQQQ', '!L', '!C'],
  ['q', '1', '!C'], ['qq', '01', '!C'], ['qqq', 'Q1', '!C'], ['qqqq', '1st quarter', '!C'], ['qqqqq', '!L', '!C'], ['w', '!R', '!R'], ['W', '!R', '!R'], ['A', '!C', '!C'], ['B', '!C', '!C'],
  ['N', '!C', '!C'], ['n', '!C', '!C'], ['p', '!C', '!C'], ['T', '!S', '!S'], ['b', '!S', '!S'], ['C', '!S', '!S'], ['f', '!S', '!S'], ['g', '61103', null], ['\'abc\'', 'abc', null],
  ['\'\'', '\'', null], ['\'a\'\'b\'', 'a\'b', null], ['\'abc', '!S', '!S'], ['[yyyy]', '2026', null], ['yyyy[-MM]', '2026-03', null], ['[', '', null], ['{', '!R', '!R'], ['#', '!R', '!R'],
  ['yyyy-MM-dd\'T\'HH:mm:ss.SSSXXX', '2026-03-04T05:06:07.089Z', null], ['YYYY-ww', '!R', '!R'], ['yyyy年', '2026年', null], ['i', '!S', '!S'], ['j', '!S', '!S'], ['P', '!S', '!S'],
  ['R', '!S', '!S'], ['l', '!S', '!S'], ['o', '!S', '!S'], ['r', '!S', '!S'], ['t', '!S', '!S'], ['U', '!S', '!S'], ['I', '!S', '!S'], ['J', '!S', '!S'],
  ['HH:mm:ss.S[SS]', '05:06:07.008', null], ['mm:SS', '06:08', null], ['qqq MMM', 'Q1 Mar', '!C'], ['p2d', '!C', '!C'], ['', '', null], [';', ';', null], ['yyyy MM]', '!R', '!R'],
  ['dd-MMM-yyyy', '04-Mar-2026', null], ['ss.SSSSSSSSS', '07.089123000', null], ['s.SSS', '7.089', null], ['yyyyyyyyyy', '!R', '!R'],
]

// text, pattern, to_timestamp in UTC; ! is CANNOT_PARSE_TIMESTAMP
const parsed: readonly Row[] = [
  ['2026-03-04', 'yyyy-MM-dd', '2026-03-04 00:00:00'], ['2026-3-4', 'yyyy-M-d', '2026-03-04 00:00:00'], ['2026-03-4', 'yyyy-M-d', '2026-03-04 00:00:00'], ['12026-03-04', 'yyyy-MM-dd', '!'],
  ['+12026-03-04', 'yyyy-MM-dd', '+12026-03-04 00:00:00'], ['026-03-04', 'yyyy-MM-dd', '!'], ['26', 'yy', '2026-01-01 00:00:00'], ['99', 'yy', '2099-01-01 00:00:00'],
  ['2026-03-04 ', 'yyyy-MM-dd', '!'], [' 2026-03-04', 'yyyy-MM-dd', '!'], ['2026-03-04 10', 'yyyy-MM-dd', '!'], ['wed 4 mar 2026', 'E d MMM yyyy', '!R'],
  ['Wed 4 Mar 2026', 'E d MMM yyyy', '!R'], ['4 mar 2026', 'd MMM yyyy', '2026-03-04 00:00:00'], ['4 MAR 2026', 'd MMM yyyy', '2026-03-04 00:00:00'],
  ['4 March 2026', 'd MMMM yyyy', '2026-03-04 00:00:00'], ['4 March 2026', 'd MMM yyyy', '!'], ['10 am', 'h a', '1970-01-01 10:00:00'], ['10 AM', 'h a', '1970-01-01 10:00:00'],
  ['12 AM', 'h a', '1970-01-01 00:00:00'], ['12 PM', 'hh a', '1970-01-01 12:00:00'], ['0 PM', 'h a', '!'], ['0 PM', 'K a', '1970-01-01 12:00:00'], ['24', 'k', '1970-01-01 00:00:00'],
  ['13', 'h', '!'], ['10', 'h', '1970-01-01 10:00:00'], ['2026-Q1', 'yyyy-\'Q\'Q', '!C'], ['2026 Q2', 'yyyy QQQ', '!C'], ['10:20:30.5', 'HH:mm:ss.SSS', '1970-01-01 10:20:30.5'],
  ['10:20:30.123', 'HH:mm:ss.SSS', '1970-01-01 10:20:30.123'], ['10:20:30.123456', 'HH:mm:ss.SSS', '!'], ['10:20:30.12', 'HH:mm:ss.SSS', '1970-01-01 10:20:30.12'],
  ['10:20:30.1', 'HH:mm:ss.SSS', '1970-01-01 10:20:30.1'], ['10:20:30', 'HH:mm:ss[.SSS]', '1970-01-01 10:20:30'], ['10:20:30.123', 'HH:mm:ss[.SSS]', '1970-01-01 10:20:30.123'],
  ['10:20:30.123456789', 'HH:mm:ss.SSSSSSSSS', '1970-01-01 10:20:30.123456'], ['20260304102030123', 'yyyyMMddHHmmssSSS', '!'],
  ['2026-03-04T10:20:30Z', 'yyyy-MM-dd\'T\'HH:mm:ssXXX', '2026-03-04 10:20:30'], ['2026-03-04T10:20:30Z', 'yyyy-MM-dd\'T\'HH:mm:ssX', '2026-03-04 10:20:30'],
  ['2026-03-04T10:20:30+02', 'yyyy-MM-dd\'T\'HH:mm:ssX', '2026-03-04 08:20:30'], ['2026-03-04T10:20:30+02:00', 'yyyy-MM-dd\'T\'HH:mm:ssX', '!'],
  ['2026-03-04T10:20:30+0200', 'yyyy-MM-dd\'T\'HH:mm:ssX', '2026-03-04 08:20:30'], ['2026-03-04T10:20:30+0200', 'yyyy-MM-dd\'T\'HH:mm:ssXX', '2026-03-04 08:20:30'],
  ['2026-03-04 10:20 Europe/Paris', 'yyyy-MM-dd HH:mm VV', '2026-03-04 09:20:00'], ['2026-03-04 10:20 CET', 'yyyy-MM-dd HH:mm z', '2026-03-04 09:20:00'],
  ['2026-03-04 10:20 PST', 'yyyy-MM-dd HH:mm z', '2026-03-04 18:20:00'], ['2026-03-04 10:20 Pacific Standard Time', 'yyyy-MM-dd HH:mm zzzz', '2026-03-04 18:20:00'],
  ['2026-03-04 10:20 GMT+2', 'yyyy-MM-dd HH:mm O', '2026-03-04 08:20:00'], ['2026-03-04 10:20 GMT+02:00', 'yyyy-MM-dd HH:mm OOOO', '2026-03-04 08:20:00'],
  ['2026-03-04 10:20 UTC', 'yyyy-MM-dd HH:mm z', '2026-03-04 10:20:00'], ['2026-03-04 10:20 +02:00', 'yyyy-MM-dd HH:mm z', '2026-03-04 08:20:00'],
  ['2026-03-04 10:20 +02:00', 'yyyy-MM-dd HH:mm VV', '2026-03-04 08:20:00'], ['2026-03-04 25:00', 'yyyy-MM-dd HH:mm', '!'], ['2026-03-04 10:20 Z', 'yyyy-MM-dd HH:mm Z', '!'],
  ['2026-03-04 10:20 -0530', 'yyyy-MM-dd HH:mm Z', '2026-03-04 15:50:00'], ['2026-03-04 10:20 GMT-05:30', 'yyyy-MM-dd HH:mm ZZZZ', '2026-03-04 15:50:00'],
  ['2026-03-04 10:20 -05:30', 'yyyy-MM-dd HH:mm ZZZZZ', '2026-03-04 15:50:00'], ['2026-063', 'yyyy-DDD', '2026-03-04 00:00:00'], ['2026-63', 'yyyy-D', '2026-03-04 00:00:00'],
  ['2026-366', 'yyyy-DDD', '!'], ['AD 2026', 'G yyyy', '2026-01-01 00:00:00'], ['BC 0044', 'G yyyy', '-0043-01-01 00:00:00'], ['03-04', 'MM-dd', '1970-03-04 00:00:00'], ['02-29', 'MM-dd', '!'],
  ['2026', 'yyyy', '2026-01-01 00:00:00'], ['2026-02', 'yyyy-MM', '2026-02-01 00:00:00'], ['2026-02-30', 'yyyy-MM-dd', '!'], ['2026-04-31', 'yyyy-MM-dd', '!'],
  ['04/03/26', 'dd/MM/yy', '2026-03-04 00:00:00'], ['2026-03-04 10', 'yyyy-MM-dd HH', '2026-03-04 10:00:00'], ['2026-03-04 10:20:30 PM', 'yyyy-MM-dd HH:mm:ss a', '!'],
  ['2026-03-04 22:20:30 PM', 'yyyy-MM-dd HH:mm:ss a', '2026-03-04 22:20:30'], ['12:30', 'hh:mm', '1970-01-01 00:30:00'], ['3:30 PM', 'hh:mm a', '!'],
  ['03:30 pm', 'hh:mm a', '1970-01-01 15:30:00'], ['2026年', 'yyyy年', '2026-01-01 00:00:00'], ['2026-03-04T10:20:30.5+02:00', 'yyyy-MM-dd\'T\'HH:mm:ss.SXXX', '2026-03-04 08:20:30.5'],
  ['2026-03-04 10:20:60', 'yyyy-MM-dd HH:mm:ss', '!'], ['2026-03-04 24:00:00', 'yyyy-MM-dd HH:mm:ss', '!'], ['1 2026', 'M yyyy', '2026-01-01 00:00:00'], ['Jan', 'MMM', '1970-01-01 00:00:00'],
  ['Wed', 'E', '!R'], ['2026-12-32', 'yyyy-MM-dd', '!'], ['2026-1', 'yyyyy-M', '!'], ['12026', 'yyyyy', '+12026-01-01 00:00:00'], ['2026', 'y', '2026-01-01 00:00:00'],
  ['5', 'y', '0005-01-01 00:00:00'], ['-5', 'y', '-0005-01-01 00:00:00'], ['-0005', 'yyyy', '-0005-01-01 00:00:00'], ['10:5', 'H:m', '1970-01-01 10:05:00'],
  ['123', 'yyy', '0123-01-01 00:00:00'], ['2026-03-04', 'yyyy-M-dd', '2026-03-04 00:00:00'], ['2026-03-004', 'yyyy-MM-dd', '!'], ['20263', 'yyyyM', '!'], ['202634', 'yyyyMd', '!'],
  ['102030', 'HHmmss', '1970-01-01 10:20:30'], ['1020305', 'HHmmssS', '1970-01-01 10:20:30.5'], ['1', 'd', '1970-01-01 00:00:00'], ['2026-03-04-', 'yyyy-MM-dd\'-\'', '2026-03-04 00:00:00'],
  ['Mar-2026', 'LLL-yyyy', '2026-03-01 00:00:00'], ['10:20.5', 'mm:ss.S', '1970-01-01 00:10:20.5'], ['10 PM', 'hh a', '1970-01-01 22:00:00'], ['6 in the morning', 'h B', '!C'],
  ['2026-03-04 10:20:30 PM', 'yyyy-MM-dd hh:mm:ss a', '2026-03-04 22:20:30'], ['2026/1', 'yyyy/Q', '!C'],
]

// zone, 'VV|z|zzzz|O|XXX|Z' on 2026-07-04, 'z|zzzz|O' on 2026-01-04
const zones: readonly Row[] = [
  ['Asia/Kolkata', 'Asia/Kolkata|IST|India Standard Time|GMT+5:30|+05:30|+0530', 'IST|India Standard Time|GMT+5:30'],
  ['+05:30', '+05:30|+05:30|+05:30|GMT+5:30|+05:30|+0530', '+05:30|+05:30|GMT+5:30'], ['UTC+3', 'UTC+03:00|UTC+03:00|UTC+03:00|GMT+3|+03:00|+0300', 'UTC+03:00|UTC+03:00|GMT+3'],
  ['GMT+3', 'GMT+03:00|GMT+03:00|GMT+03:00|GMT+3|+03:00|+0300', 'GMT+03:00|GMT+03:00|GMT+3'],
  ['Europe/Paris', 'Europe/Paris|CEST|Central European Summer Time|GMT+2|+02:00|+0200', 'CET|Central European Standard Time|GMT+1'],
  ['Asia/Tokyo', 'Asia/Tokyo|JST|Japan Standard Time|GMT+9|+09:00|+0900', 'JST|Japan Standard Time|GMT+9'],
  ['America/Bogota', 'America/Bogota|COT|Colombia Standard Time|GMT-5|-05:00|-0500', 'COT|Colombia Standard Time|GMT-5'],
  ['Etc/GMT+5', 'Etc/GMT+5|GMT-05:00|GMT-05:00|GMT-5|-05:00|-0500', 'GMT-05:00|GMT-05:00|GMT-5'], ['EST', '-05:00|-05:00|-05:00|GMT-5|-05:00|-0500', '-05:00|-05:00|GMT-5'],
  ['Z', 'Z|Z|Z|GMT|Z|+0000', 'Z|Z|GMT'], ['+02:03:04', '+02:03:04|+02:03:04|+02:03:04|GMT+2:03:04|+02:03|+0203', '+02:03:04|+02:03:04|GMT+2:03:04'],
  ['Australia/Sydney', 'Australia/Sydney|AEST|Australian Eastern Standard Time|GMT+10|+10:00|+1000', 'AEDT|Australian Eastern Daylight Time|GMT+11'],
  ['America/Sao_Paulo', 'America/Sao_Paulo|BRT|Brasilia Standard Time|GMT-3|-03:00|-0300', 'BRT|Brasilia Standard Time|GMT-3'],
  ['Europe/London', 'Europe/London|BST|British Summer Time|GMT+1|+01:00|+0100', 'GMT|Greenwich Mean Time|GMT'],
  ['Africa/Lagos', 'Africa/Lagos|WAT|West Africa Standard Time|GMT+1|+01:00|+0100', 'WAT|West Africa Standard Time|GMT+1'],
]

test('every letter and length, written and refused as Spark does', () => {
  const micros = parseTimestamp('2026-03-04 05:06:07.089123', utc)!
  for (const [pattern, written, read] of patterns) {
    assert.equal(outcome(() => compileFormatter(pattern!).format(micros, utc)), written, `format ${pattern}`)
    assert.equal(outcome(() => { const r = compileParser(pattern!).parse('zzz', utc); return r === null ? null : String(r) }), read, `parse ${pattern}`)
  }
})

test('texts read by patterns', () => {
  for (const [text, pattern, expected] of parsed) {
    assert.equal(outcome(() => { const r = compileParser(pattern!).parse(text!, utc); return r === null ? '!' : timestampText(r, utc) }), expected, `${text} | ${pattern}`)
  }
  assert.equal(dateText(compileParser('yyyy-MM-dd HH:mm').parseDate('2026-03-04 10:20')!), '2026-03-04')
  assert.equal(dateText(compileParser('HH:mm').parseDate('10:20')!), '1970-01-01')
  assert.equal(compileParser('yyyy-MM-dd').parseDate('2026-02-30'), null)
})

test('names and offsets of zones', () => {
  for (const [id, summer, winter] of zones) {
    const zone = timeZone(id!)
    assert.equal(compileFormatter('VV|z|zzzz|O|XXX|Z').format(parseTimestamp('2026-07-04 05:06:07', zone)!, zone), summer)
    assert.equal(compileFormatter('z|zzzz|O').format(parseTimestamp('2026-01-04 05:06:07', zone)!, zone), winter)
  }
})

test('years before Christ, beyond 9999, and with two digits', () => {
  const pattern = compileFormatter('yyyy|y|yy|yyyyy|yyy|G')
  for (const [text, expected] of [
  ['0000-01-01', '0001|1|01|00001|001|BC'], ['-0001-01-01', '0002|2|02|00002|002|BC'], ['0005-01-01', '0005|5|05|00005|005|AD'], ['12026-01-01', '+12026|12026|26|12026|12026|AD'],
  ['1999-01-01', '1999|1999|99|01999|1999|AD'],
] as Row[]) {
    assert.equal(pattern.format(parseTimestamp(text!, utc)!, utc), expected)
  }
})

// timestamps-format.json
test('dates and local times are written without a zone', () => {
  assert.equal(compileFormatter('EEEE d MMMM yyyy').formatDate(20_579), 'Wednesday 6 May 2026')
  assert.equal(compileFormatter('HH:mm:ss.SSSSSS').formatLocal(-1n), '23:59:59.999999')
})
