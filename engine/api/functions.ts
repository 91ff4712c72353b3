/** Spark's SQL functions under their own names. Where an argument is a column, a text is a column's name; a constant is `lit(value)`. */
import { analysisError } from '../errors/spark-error.ts'
import { sqlName, type DataType, type StructTypeShape } from '../types/data-type.ts'
import { toDDL } from '../types/ddl.ts'
import { parseExpression } from '../expressions/parser.ts'
import type { Expression } from '../expressions/expression.ts'
import { call, Column, columnNamed, toColumn, type ColumnOrName, type ColumnOrValue } from './column.ts'
import { optionText, type OptionValue } from './option-value.ts'

const named = (c: ColumnOrName): Column => columnNamed(c)
const text = (s: string): Column => toColumn(s)

// ── columns and constants
/** A column by name: `col("user_id")`, `col("evento.monto")`, `col("*")`. */
export function col(name: string): Column { return columnNamed(name) }
/** The same as col. */
export function column(name: string): Column { return columnNamed(name) }
/** A constant. `lit(1.19)` */
export function lit(value: ColumnOrValue): Column { return toColumn(value) }
/** SQL text as a column. `expr("monto * 1.19")` */
export function expr(sql: string): Column { return new Column(parseExpression(sql)) }
/** Ascending order of a column, by name. */
export function asc(name: ColumnOrName): Column { return named(name).asc() }
/** Descending order of a column, by name. */
export function desc(name: ColumnOrName): Column { return named(name).desc() }
/** Calls any SQL function by its name. `call_function("pmod", col("a"), lit(3))` */
export function call_function(name: string, ...args: readonly ColumnOrName[]): Column { return call(name, ...args.map(named)) }

// ── special forms
/** How many rows have a value: `count("*")` counts rows, `count("v")` those where v is not NULL. */
export function count(c: ColumnOrName): Column { return c === '*' ? call('count', toColumn(1)) : call('count', named(c)) }
/** How many distinct values there are. Batch only: on a stream use approx_count_distinct. */
export function count_distinct(first: ColumnOrName, ...more: readonly ColumnOrName[]): Column { return distinct(call('count', named(first), ...more.map(named))) }
/** The same as count_distinct. */
export function countDistinct(first: ColumnOrName, ...more: readonly ColumnOrName[]): Column { return count_distinct(first, ...more) }
/** Total of the distinct values. */
export function sum_distinct(c: ColumnOrName): Column { return distinct(call('sum', named(c))) }
/** Estimated number of distinct values (HyperLogLog++), `rsd` the relative standard deviation. */
export function approx_count_distinct(c: ColumnOrName, rsd?: number): Column { return rsd === undefined ? call('approx_count_distinct', named(c)) : call('approx_count_distinct', named(c), toColumn(rsd)) }
/** The first value of a group, of those that are not NULL with `ignoreNulls`. */
export function first(c: ColumnOrName, ignoreNulls = false): Column { return call('first', named(c), toColumn(ignoreNulls)) }
/** The last value of a group. */
export function last(c: ColumnOrName, ignoreNulls = false): Column { return call('last', named(c), toColumn(ignoreNulls)) }
/** The value below which a share of the values lies, found by a sketch: an actual value. One share, or an array of them. */
export function percentile_approx(c: ColumnOrName, percentage: number | readonly number[], accuracy = 10000): Column {
  return call('percentile_approx', named(c), typeof percentage === 'number' ? toColumn(percentage) : call('array', ...percentage.map(p => toColumn(p))), toColumn(accuracy))
}
/** The same as percentile_approx. */
export function approx_percentile(c: ColumnOrName, percentage: number | readonly number[], accuracy = 10000): Column { return percentile_approx(c, percentage, accuracy) }
/** The exact percentile, interpolated. */
export function percentile(c: ColumnOrName, percentage: number): Column { return call('percentile', named(c), toColumn(percentage)) }
/** The first case whose condition is true: `when(cond, 1).when(other, 2).otherwise(3)`; NULL when none is. */
export function when(condition: Column, value: ColumnOrValue): Column { return call('when', condition, toColumn(value)) }
/** Windows of time of a size, for groupBy: `window("ts", "10 minutes", "5 minutes", "1 minute")` — size, slide, start. */
export function window(time: ColumnOrName, size: string, slide?: string, start?: string): Column {
  return call('window', named(time), text(size), ...(slide === undefined && start === undefined ? [] : [text(slide ?? size)]), ...(start === undefined ? [] : [text(start)]))
}
/** Windows that last as long as rows keep coming within a gap, for groupBy. */
export function session_window(time: ColumnOrName, gap: string | Column): Column { return call('session_window', named(time), typeof gap === 'string' ? text(gap) : gap) }
/** A struct, array or map read from JSON text; the schema is a StructType or DDL text. What does not fit becomes NULL. `from_json(col("value").cast("string"), "id BIGINT, at TIMESTAMP")` */
export function from_json(c: ColumnOrName, schema: StructTypeShape | DataType | string, options: Readonly<Record<string, OptionValue>> = {}): Column {
  const ddl = typeof schema === 'string' ? schema : schema.kind === 'struct' ? toDDL(schema as StructTypeShape) : sqlName(schema)
  return call('from_json', named(c), text(ddl), ...optionMap(options))
}
/** JSON text of a struct, array or map. */
export function to_json(c: ColumnOrName, options: Readonly<Record<string, OptionValue>> = {}): Column { return call('to_json', named(c), ...optionMap(options)) }
/** A part of JSON text by a path such as `$.a[0].b`, as text. */
export function get_json_object(c: ColumnOrName, path: string): Column { return call('get_json_object', named(c), text(path)) }
/** A date from text, by a pattern or by the rules of a cast. */
export function to_date(c: ColumnOrName, format?: string): Column { return format === undefined ? call('to_date', named(c)) : call('to_date', named(c), text(format)) }
/** A timestamp from text, by a pattern or by the rules of a cast. */
export function to_timestamp(c: ColumnOrName, format?: string): Column { return format === undefined ? call('to_timestamp', named(c)) : call('to_timestamp', named(c), text(format)) }
/** Text of a date or timestamp by a pattern. `date_format("ts", "yyyy-MM-dd HH:mm")` */
export function date_format(c: ColumnOrName, format: string): Column { return call('date_format', named(c), text(format)) }
/** A timestamp cut to a unit: `date_trunc("hour", "ts")`. */
export function date_trunc(unit: string, c: ColumnOrName): Column { return call('date_trunc', text(unit), named(c)) }
/** A date cut to a unit: `trunc("d", "month")`. */
export function trunc(c: ColumnOrName, unit: string): Column { return call('trunc', named(c), text(unit)) }
/** Seconds since the epoch, of now, of a timestamp, or of text by a pattern. */
export function unix_timestamp(c?: ColumnOrName, format?: string): Column { return call('unix_timestamp', ...(c === undefined ? [] : [named(c)]), ...(format === undefined ? [] : [text(format)])) }
/** Text of seconds since the epoch. */
export function from_unixtime(c: ColumnOrName, format = 'yyyy-MM-dd HH:mm:ss'): Column { return call('from_unixtime', named(c), text(format)) }
/** Rounded half up to some digits. */
export function round(c: ColumnOrName, digits = 0): Column { return call('round', named(c), toColumn(digits)) }
/** Rounded half to even. */
export function bround(c: ColumnOrName, digits = 0): Column { return call('bround', named(c), toColumn(digits)) }
/** A number as text with thousands separators. */
export function format_number(c: ColumnOrName, digits: number): Column { return call('format_number', named(c), toColumn(digits)) }
/** Text by a format of Java's printf. */
export function format_string(format: string, ...args: readonly ColumnOrName[]): Column { return call('format_string', text(format), ...args.map(named)) }
/** Logarithm to a base, or the natural one. */
export function log(first: ColumnOrName | number, second?: ColumnOrName): Column { return second === undefined ? call('ln', named(first as ColumnOrName)) : call('log', toColumn(first as ColumnOrValue), named(second)) }
/** Part of a text; the first character is 1. */
export function substring(c: ColumnOrName, start: number, length: number): Column { return call('substring', named(c), toColumn(start), toColumn(length)) }
/** Joined with a separator, NULL left out. */
export function concat_ws(separator: string, ...columns: readonly ColumnOrName[]): Column { return call('concat_ws', text(separator), ...columns.map(named)) }
/** Filled on the left to a length. */
export function lpad(c: ColumnOrName, length: number, pad: string): Column { return call('lpad', named(c), toColumn(length), text(pad)) }
/** Filled on the right to a length. */
export function rpad(c: ColumnOrName, length: number, pad: string): Column { return call('rpad', named(c), toColumn(length), text(pad)) }
/** A group of the first match of a Java regular expression; empty where nothing matches. */
export function regexp_extract(c: ColumnOrName, pattern: string, group: number): Column { return call('regexp_extract', named(c), text(pattern), toColumn(group)) }
/** Matches of a Java regular expression replaced. */
export function regexp_replace(c: ColumnOrName, pattern: string, replacement: string): Column { return call('regexp_replace', named(c), text(pattern), text(replacement)) }
/** Characters replaced one by one. */
export function translate(c: ColumnOrName, from: string, to: string): Column { return call('translate', named(c), text(from), text(to)) }
/** A text replaced. */
export function replace(c: ColumnOrName, from: string, to: string): Column { return call('replace', named(c), text(from), text(to)) }
/** Where a text occurs, from 1; 0 if nowhere. */
export function locate(part: string, c: ColumnOrName, from = 1): Column { return call('locate', text(part), named(c), toColumn(from)) }
/** A random number from 0 to 1, new for each row. */
export function rand(seed?: number): Column { return seed === undefined ? call('rand') : call('rand', toColumn(seed)) }
/** A random UUID as text. */
export function uuid(): Column { return call('uuid') }
/** Each element of an array through a function. `transform("a", x => x.plus(1))` */
export function transform(c: ColumnOrName, f: (x: Column, index: Column) => Column): Column { return higherOrder('transform', c, f) }
/** The elements for which a function is true. */
export function filter(c: ColumnOrName, f: (x: Column, index: Column) => Column): Column { return higherOrder('filter', c, f) }
/** Whether a function is true for some element. */
export function exists(c: ColumnOrName, f: (x: Column) => Column): Column { return higherOrder('exists', c, f as (x: Column, index: Column) => Column) }
/** Whether a function is true for all elements. */
export function forall(c: ColumnOrName, f: (x: Column) => Column): Column { return higherOrder('forall', c, f as (x: Column, index: Column) => Column) }

let lambdas = 0
function higherOrder(name: string, c: ColumnOrName, f: (x: Column, index: Column) => Column): Column {
  const parameters = Array.from({ length: Math.max(1, f.length) }, (_, i) => `x${i}_${lambdas}`)
  lambdas++
  const columns = parameters.map(p => new Column({ kind: 'unresolved-attribute', nameParts: [p] }))
  const body = f(columns[0]!, columns[1]!).expression
  return new Column({ kind: 'unresolved-call', name, args: [named(c).expression, { kind: 'unresolved-lambda', parameters, body }] })
}

function distinct(c: Column): Column { return new Column({ ...(c.expression as Extract<Expression, { kind: 'unresolved-call' }>), distinct: true }) }

function optionMap(options: Readonly<Record<string, OptionValue>>): Column[] {
  const entries = Object.entries(options)
  if (entries.some(([k]) => k === '')) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'an option has no name', advice: 'Give it one.' })
  return entries.length === 0 ? [] : [call('map', ...entries.flatMap(([k, v]) => [text(k), text(optionText(k, v))]))]
}

// ── aggregates
/** Total of the values; NULL of no rows. */
export function sum(c: ColumnOrName): Column { return call('sum', named(c)) }
/** Mean of the values. */
export function avg(c: ColumnOrName): Column { return call('avg', named(c)) }
/** The same as avg. */
export function mean(c: ColumnOrName): Column { return call('mean', named(c)) }
/** Least value. */
export function min(c: ColumnOrName): Column { return call('min', named(c)) }
/** Greatest value; NaN is above every number. */
export function max(c: ColumnOrName): Column { return call('max', named(c)) }
/** Standard deviation of a sample. */
export function stddev(c: ColumnOrName): Column { return call('stddev', named(c)) }
/** Standard deviation of a sample. */
export function stddev_samp(c: ColumnOrName): Column { return call('stddev_samp', named(c)) }
/** Standard deviation of a population. */
export function stddev_pop(c: ColumnOrName): Column { return call('stddev_pop', named(c)) }
/** Variance of a sample. */
export function variance(c: ColumnOrName): Column { return call('variance', named(c)) }
/** Variance of a sample. */
export function var_samp(c: ColumnOrName): Column { return call('var_samp', named(c)) }
/** Variance of a population. */
export function var_pop(c: ColumnOrName): Column { return call('var_pop', named(c)) }
/** Skewness. */
export function skewness(c: ColumnOrName): Column { return call('skewness', named(c)) }
/** Excess kurtosis. */
export function kurtosis(c: ColumnOrName): Column { return call('kurtosis', named(c)) }
/** Pearson correlation of two columns. */
export function corr(a: ColumnOrName, b: ColumnOrName): Column { return call('corr', named(a), named(b)) }
/** Covariance of a sample. */
export function covar_samp(a: ColumnOrName, b: ColumnOrName): Column { return call('covar_samp', named(a), named(b)) }
/** Covariance of a population. */
export function covar_pop(a: ColumnOrName, b: ColumnOrName): Column { return call('covar_pop', named(a), named(b)) }
/** The values as an array, NULL left out. */
export function collect_list(c: ColumnOrName): Column { return call('collect_list', named(c)) }
/** The distinct values as an array, NULL left out. */
export function collect_set(c: ColumnOrName): Column { return call('collect_set', named(c)) }
/** How many rows make the condition true. */
export function count_if(c: ColumnOrName): Column { return call('count_if', named(c)) }
/** Whether the condition holds for all rows. */
export function bool_and(c: ColumnOrName): Column { return call('bool_and', named(c)) }
/** Whether the condition holds for some row. */
export function bool_or(c: ColumnOrName): Column { return call('bool_or', named(c)) }
/** The first column where the second is greatest. */
export function max_by(a: ColumnOrName, b: ColumnOrName): Column { return call('max_by', named(a), named(b)) }
/** The first column where the second is least. */
export function min_by(a: ColumnOrName, b: ColumnOrName): Column { return call('min_by', named(a), named(b)) }
/** The middle value. */
export function median(c: ColumnOrName): Column { return call('median', named(c)) }
/** The most frequent value. */
export function mode(c: ColumnOrName): Column { return call('mode', named(c)) }
/** Some value of the group. */
export function any_value(c: ColumnOrName): Column { return call('any_value', named(c)) }

// ── conditions and NULL
/** The first argument that is not NULL. */
export function coalesce(...columns: readonly ColumnOrName[]): Column { return call('coalesce', ...columns.map(named)) }
/** The first, or the second where the first is NULL. */
export function nvl(a: ColumnOrName, b: ColumnOrName): Column { return call('nvl', named(a), named(b)) }
/** The same as nvl. */
export function ifnull(a: ColumnOrName, b: ColumnOrName): Column { return call('ifnull', named(a), named(b)) }
/** NULL where both are equal, else the first. */
export function nullif(a: ColumnOrName, b: ColumnOrName): Column { return call('nullif', named(a), named(b)) }
/** Whether the value is NULL. */
export function isnull(c: ColumnOrName): Column { return call('isnull', named(c)) }
/** Whether the value is not NULL. */
export function isnotnull(c: ColumnOrName): Column { return call('isnotnull', named(c)) }
/** Whether the value is NaN. */
export function isnan(c: ColumnOrName): Column { return call('isnan', named(c)) }
/** The greatest argument, NULL left out. */
export function greatest(...columns: readonly ColumnOrName[]): Column { return call('greatest', ...columns.map(named)) }
/** The least argument, NULL left out. */
export function least(...columns: readonly ColumnOrName[]): Column { return call('least', ...columns.map(named)) }
/** The opposite truth value. */
export function not(c: ColumnOrName): Column { return call('not', named(c)) }

// ── numbers
/** The value without its sign. */
export function abs(c: ColumnOrName): Column { return call('abs', named(c)) }
/** Square root. */
export function sqrt(c: ColumnOrName): Column { return call('sqrt', named(c)) }
/** Cube root. */
export function cbrt(c: ColumnOrName): Column { return call('cbrt', named(c)) }
/** e to the value. */
export function exp(c: ColumnOrName): Column { return call('exp', named(c)) }
/** Natural logarithm. */
export function ln(c: ColumnOrName): Column { return call('ln', named(c)) }
/** Logarithm to base 10. */
export function log10(c: ColumnOrName): Column { return call('log10', named(c)) }
/** Logarithm to base 2. */
export function log2(c: ColumnOrName): Column { return call('log2', named(c)) }
/** Sine. */
export function sin(c: ColumnOrName): Column { return call('sin', named(c)) }
/** Cosine. */
export function cos(c: ColumnOrName): Column { return call('cos', named(c)) }
/** Tangent. */
export function tan(c: ColumnOrName): Column { return call('tan', named(c)) }
/** Arc sine. */
export function asin(c: ColumnOrName): Column { return call('asin', named(c)) }
/** Arc cosine. */
export function acos(c: ColumnOrName): Column { return call('acos', named(c)) }
/** Arc tangent. */
export function atan(c: ColumnOrName): Column { return call('atan', named(c)) }
/** Angle of a point. */
export function atan2(a: ColumnOrName, b: ColumnOrName): Column { return call('atan2', named(a), named(b)) }
/** The least whole number not below. */
export function ceil(c: ColumnOrName): Column { return call('ceil', named(c)) }
/** The greatest whole number not above. */
export function floor(c: ColumnOrName): Column { return call('floor', named(c)) }
/** −1, 0 or 1. */
export function signum(c: ColumnOrName): Column { return call('signum', named(c)) }
/** The value with its sign changed. */
export function negative(c: ColumnOrName): Column { return call('negative', named(c)) }
/** The first to the power of the second. */
export function pow(c: ColumnOrName, value: ColumnOrValue): Column { return call('power', named(c), toColumn(value)) }
/** Remainder that is never negative for a positive divisor. */
export function pmod(c: ColumnOrName, value: ColumnOrValue): Column { return call('pmod', named(c), toColumn(value)) }
/** Factorial up to 20. */
export function factorial(c: ColumnOrName): Column { return call('factorial', named(c)) }
/** Hexadecimal digits. */
export function hex(c: ColumnOrName): Column { return call('hex', named(c)) }
/** Bytes of hexadecimal digits. */
export function unhex(c: ColumnOrName): Column { return call('unhex', named(c)) }
/** Binary digits. */
export function bin(c: ColumnOrName): Column { return call('bin', named(c)) }
/** Sum, NULL where it does not fit. */
export function try_add(a: ColumnOrName, b: ColumnOrName): Column { return call('try_add', named(a), named(b)) }
/** Difference, NULL where it does not fit. */
export function try_subtract(a: ColumnOrName, b: ColumnOrName): Column { return call('try_subtract', named(a), named(b)) }
/** Product, NULL where it does not fit. */
export function try_multiply(a: ColumnOrName, b: ColumnOrName): Column { return call('try_multiply', named(a), named(b)) }
/** Quotient, NULL for division by zero. */
export function try_divide(a: ColumnOrName, b: ColumnOrName): Column { return call('try_divide', named(a), named(b)) }

// ── texts
/** In capitals. */
export function upper(c: ColumnOrName): Column { return call('upper', named(c)) }
/** In small letters. */
export function lower(c: ColumnOrName): Column { return call('lower', named(c)) }
/** Each word with a capital. */
export function initcap(c: ColumnOrName): Column { return call('initcap', named(c)) }
/** Number of characters (code points). */
export function length(c: ColumnOrName): Column { return call('length', named(c)) }
/** Without blanks at both ends. */
export function trim(c: ColumnOrName): Column { return call('trim', named(c)) }
/** Without blanks at the start. */
export function ltrim(c: ColumnOrName): Column { return call('ltrim', named(c)) }
/** Without blanks at the end. */
export function rtrim(c: ColumnOrName): Column { return call('rtrim', named(c)) }
/** Backwards. */
export function reverse(c: ColumnOrName): Column { return call('reverse', named(c)) }
/** Joined; NULL if an argument is. */
export function concat(...columns: readonly ColumnOrName[]): Column { return call('concat', ...columns.map(named)) }
/** Number of the first character. */
export function ascii(c: ColumnOrName): Column { return call('ascii', named(c)) }
/** Bytes as base64 text. */
export function base64(c: ColumnOrName): Column { return call('base64', named(c)) }
/** Bytes of base64 text. */
export function unbase64(c: ColumnOrName): Column { return call('unbase64', named(c)) }
/** Where the second occurs in the first, from 1; 0 if nowhere. */
export function instr(c: ColumnOrName, value: ColumnOrValue): Column { return call('instr', named(c), toColumn(value)) }
/** Whether the second occurs in the first. */
export function contains(c: ColumnOrName, value: ColumnOrValue): Column { return call('contains', named(c), toColumn(value)) }
/** Whether the first begins with the second. */
export function startswith(c: ColumnOrName, value: ColumnOrValue): Column { return call('startswith', named(c), toColumn(value)) }
/** Whether the first ends with the second. */
export function endswith(c: ColumnOrName, value: ColumnOrValue): Column { return call('endswith', named(c), toColumn(value)) }
/** Parts between matches of a pattern. */
export function split(c: ColumnOrName, value: ColumnOrValue): Column { return call('split', named(c), toColumn(value)) }
/** Repeated. */
export function repeat(c: ColumnOrName, value: ColumnOrValue): Column { return call('repeat', named(c), toColumn(value)) }
/** Number of letters to change. */
export function levenshtein(a: ColumnOrName, b: ColumnOrName): Column { return call('levenshtein', named(a), named(b)) }
/** Sound of an English word. */
export function soundex(c: ColumnOrName): Column { return call('soundex', named(c)) }
/** MD5 as text. */
export function md5(c: ColumnOrName): Column { return call('md5', named(c)) }
/** SHA-1 as text. */
export function sha1(c: ColumnOrName): Column { return call('sha1', named(c)) }
/** SHA-2 of 224, 256, 384 or 512 bits as text. */
export function sha2(c: ColumnOrName, value: ColumnOrValue): Column { return call('sha2', named(c), toColumn(value)) }
/** CRC-32. */
export function crc32(c: ColumnOrName): Column { return call('crc32', named(c)) }
/** Murmur3 of the columns. */
export function hash(...columns: readonly ColumnOrName[]): Column { return call('hash', ...columns.map(named)) }
/** xxHash64 of the columns. */
export function xxhash64(...columns: readonly ColumnOrName[]): Column { return call('xxhash64', ...columns.map(named)) }

// ── dates and times
/** The time of the batch, the same in all its rows. */
export function current_timestamp(): Column { return call('current_timestamp') }
/** The day of the batch. */
export function current_date(): Column { return call('current_date') }
/** The current time. */
export function now(): Column { return call('now') }
/** Year. */
export function year(c: ColumnOrName): Column { return call('year', named(c)) }
/** Quarter. */
export function quarter(c: ColumnOrName): Column { return call('quarter', named(c)) }
/** Month. */
export function month(c: ColumnOrName): Column { return call('month', named(c)) }
/** Day of the month. */
export function dayofmonth(c: ColumnOrName): Column { return call('dayofmonth', named(c)) }
/** Day of the month. */
export function day(c: ColumnOrName): Column { return call('day', named(c)) }
/** Day of the week, Sunday is 1. */
export function dayofweek(c: ColumnOrName): Column { return call('dayofweek', named(c)) }
/** Day of the year. */
export function dayofyear(c: ColumnOrName): Column { return call('dayofyear', named(c)) }
/** ISO week. */
export function weekofyear(c: ColumnOrName): Column { return call('weekofyear', named(c)) }
/** Hour. */
export function hour(c: ColumnOrName): Column { return call('hour', named(c)) }
/** Minute. */
export function minute(c: ColumnOrName): Column { return call('minute', named(c)) }
/** Second. */
export function second(c: ColumnOrName): Column { return call('second', named(c)) }
/** Some days later. */
export function date_add(c: ColumnOrName, value: ColumnOrValue): Column { return call('date_add', named(c), toColumn(value)) }
/** Some days earlier. */
export function date_sub(c: ColumnOrName, value: ColumnOrValue): Column { return call('date_sub', named(c), toColumn(value)) }
/** Days from the second to the first. */
export function datediff(a: ColumnOrName, b: ColumnOrName): Column { return call('datediff', named(a), named(b)) }
/** Some months later. */
export function add_months(c: ColumnOrName, value: ColumnOrValue): Column { return call('add_months', named(c), toColumn(value)) }
/** Months from the second to the first. */
export function months_between(a: ColumnOrName, b: ColumnOrName): Column { return call('months_between', named(a), named(b)) }
/** Last day of the month. */
export function last_day(c: ColumnOrName): Column { return call('last_day', named(c)) }
/** Microseconds since the epoch. */
export function unix_micros(c: ColumnOrName): Column { return call('unix_micros', named(c)) }
/** Milliseconds since the epoch. */
export function unix_millis(c: ColumnOrName): Column { return call('unix_millis', named(c)) }
/** Seconds since the epoch. */
export function unix_seconds(c: ColumnOrName): Column { return call('unix_seconds', named(c)) }
/** Timestamp of seconds. */
export function timestamp_seconds(c: ColumnOrName): Column { return call('timestamp_seconds', named(c)) }
/** Timestamp of milliseconds. */
export function timestamp_millis(c: ColumnOrName): Column { return call('timestamp_millis', named(c)) }
/** Timestamp of microseconds. */
export function timestamp_micros(c: ColumnOrName): Column { return call('timestamp_micros', named(c)) }
/** The time of a window: its end less a microsecond. */
export function window_time(c: ColumnOrName): Column { return call('window_time', named(c)) }

// ── arrays, maps and structs
/** An array of the columns. */
export function array(...columns: readonly ColumnOrName[]): Column { return call('array', ...columns.map(named)) }
/** A struct of the columns. */
export function struct(...columns: readonly ColumnOrName[]): Column { return call('struct', ...columns.map(named)) }
/** A map of keys and values in turn. */
export function create_map(...columns: readonly ColumnOrName[]): Column { return call('map', ...columns.map(named)) }
/** Number of elements. */
export function size(c: ColumnOrName): Column { return call('size', named(c)) }
/** A row for each element. */
export function explode(c: ColumnOrName): Column { return call('explode', named(c)) }
/** A row for each element, one with NULL for none. */
export function explode_outer(c: ColumnOrName): Column { return call('explode_outer', named(c)) }
/** A row for each element, with its position. */
export function posexplode(c: ColumnOrName): Column { return call('posexplode', named(c)) }
/** Whether the array has the value. */
export function array_contains(c: ColumnOrName, value: ColumnOrValue): Column { return call('array_contains', named(c), toColumn(value)) }
/** Without repeated elements. */
export function array_distinct(c: ColumnOrName): Column { return call('array_distinct', named(c)) }
/** Greatest element. */
export function array_max(c: ColumnOrName): Column { return call('array_max', named(c)) }
/** Least element. */
export function array_min(c: ColumnOrName): Column { return call('array_min', named(c)) }
/** Sorted elements. */
export function sort_array(c: ColumnOrName): Column { return call('sort_array', named(c)) }
/** Keys of a map. */
export function map_keys(c: ColumnOrName): Column { return call('map_keys', named(c)) }
/** Values of a map. */
export function map_values(c: ColumnOrName): Column { return call('map_values', named(c)) }
/** A map of an array of keys and one of values. */
export function map_from_arrays(a: ColumnOrName, b: ColumnOrName): Column { return call('map_from_arrays', named(a), named(b)) }
/** Element from 1, or the value of a key. */
export function element_at(c: ColumnOrName, value: ColumnOrValue): Column { return call('element_at', named(c), toColumn(value)) }
/** One array of an array of arrays. */
export function flatten(c: ColumnOrName): Column { return call('flatten', named(c)) }
/** Elements joined to a text. */
export function array_join(c: ColumnOrName, value: ColumnOrValue): Column { return call('array_join', named(c), toColumn(value)) }
/** Where an element stands, from 1. */
export function array_position(c: ColumnOrName, value: ColumnOrValue): Column { return call('array_position', named(c), toColumn(value)) }
/** Part of an array. */
export function slice(c: ColumnOrName, first: ColumnOrValue, second: ColumnOrValue): Column { return call('slice', named(c), toColumn(first), toColumn(second)) }
