/** Spark's SQL functions under their own names. Where an argument is a column, a text is a column's name; a constant is `lit(value)`. */
import { analysisError } from '../errors/spark-error.ts'
import { sqlName, type DataType, type StructTypeShape } from '../types/data-type.ts'
import { toDDL } from '../types/ddl.ts'
import { parseExpression } from '../expressions/parser.ts'
import type { Expression } from '../expressions/expression.ts'
import { call, Column, columnNamed, whenCondition, toColumn, type ColumnOrName, type ColumnOrValue } from './column.ts'
import { optionText, type OptionValue } from './option-value.ts'

export * from './functions/aggregate-functions.ts'
export * from './functions/collection-functions.ts'
export * from './functions/lambda-functions.ts'
export * from './functions/number-functions.ts'
export * from './functions/sketch-functions.ts'
export * from './functions/tuple-functions.ts'
export * from './functions/older-names.ts'
export * from './functions/partition-transforms.ts'
export * from './functions/text-functions.ts'
export * from './functions/time-functions.ts'
export * from './functions/time-of-day-functions.ts'
export * from './functions/user-functions.ts'
export * from './functions/variant-functions.ts'
export * from './functions/window-functions.ts'
export * from './functions/xml-functions.ts'

const named = (c: ColumnOrName): Column => columnNamed(c)
const text = (s: string): Column => toColumn(s)

// ── columns and constants
/** A column by name: `col("user_id")`, `col("evento.monto")`, `col("*")`. */
export function col(name: string): Column { return columnNamed(name) }
/** The same as col. `F.column("upper")` */
export function column(name: string): Column { return columnNamed(name) }
/** A constant. `lit(1.19)` */
export function lit(value: ColumnOrValue): Column { return toColumn(value) }
/** SQL text as a column. A query in it may name the temporary views of the DataFrame that takes the column. `expr("monto * 1.19")`, `expr("monto > (SELECT avg(monto) FROM ventas)")` */
export function expr(sql: string): Column { return new Column(parseExpression(sql)) }
/** Ascending order of a column, by name. `F.asc("v")` */
export function asc(name: ColumnOrName): Column { return named(name).asc() }
/** Descending order of a column, by name. `F.desc("v")` */
export function desc(name: ColumnOrName): Column { return named(name).desc() }
/** Calls any SQL function by its name. `call_function("pmod", col("a"), lit(3))` */
export function call_function(name: string, ...args: readonly ColumnOrName[]): Column { return call(name, ...args.map(named)) }

// ── special forms
/** How many rows have a value: `count("*")` counts rows, `count("v")` those where v is not NULL. */
export function count(c: ColumnOrName): Column { return c === '*' ? call('count', toColumn(1)) : call('count', named(c)) }
/** How many distinct values there are. Batch only: on a stream use approx_count_distinct. `F.count_distinct("v", "a", "b")` */
export function count_distinct(first: ColumnOrName, ...more: readonly ColumnOrName[]): Column { return distinct(call('count', named(first), ...more.map(named))) }
/** The same as count_distinct. `F.countDistinct("v", "a", "b")` */
export function countDistinct(first: ColumnOrName, ...more: readonly ColumnOrName[]): Column { return count_distinct(first, ...more) }
/** Total of the distinct values. `F.sum_distinct("v")` */
export function sum_distinct(c: ColumnOrName): Column { return distinct(call('sum', named(c))) }
/** The same as sum_distinct. `F.sumDistinct("v")` */
export function sumDistinct(c: ColumnOrName): Column { return sum_distinct(c) }
/** The distinct values joined to one text. `F.listagg_distinct("s", ",")` */
export function listagg_distinct(c: ColumnOrName, separator?: ColumnOrValue): Column { return distinct(call('listagg', named(c), ...(separator === undefined ? [] : [toColumn(separator)]))) }
/** The same as listagg_distinct. `F.string_agg_distinct("s", ",")` */
export function string_agg_distinct(c: ColumnOrName, separator?: ColumnOrValue): Column { return distinct(call('string_agg', named(c), ...(separator === undefined ? [] : [toColumn(separator)]))) }
/** Estimated number of distinct values (HyperLogLog++), `rsd` the relative standard deviation. */
export function approx_count_distinct(c: ColumnOrName, rsd?: number): Column { return rsd === undefined ? call('approx_count_distinct', named(c)) : call('approx_count_distinct', named(c), toColumn(rsd)) }
/** The same as approx_count_distinct. `F.approxCountDistinct("v")` */
export function approxCountDistinct(c: ColumnOrName, rsd?: number): Column { return approx_count_distinct(c, rsd) }
/** The first value of a group, of those that are not NULL with `ignoreNulls`. */
export function first(c: ColumnOrName, ignoreNulls = false): Column { return call('first', named(c), toColumn(ignoreNulls)) }
/** The last value of a group. `F.last()` */
export function last(c: ColumnOrName, ignoreNulls = false): Column { return call('last', named(c), toColumn(ignoreNulls)) }
/** The value below which a share of the values lies, found by a sketch: an actual value. One share, or an array of them. `F.percentile_approx("v")` */
export function percentile_approx(c: ColumnOrName, percentage: number | readonly number[], accuracy = 10000): Column {
  return call('percentile_approx', named(c), typeof percentage === 'number' ? toColumn(percentage) : call('array', ...percentage.map(p => toColumn(p))), toColumn(accuracy))
}
/** The same as percentile_approx. `F.approx_percentile("v")` */
export function approx_percentile(c: ColumnOrName, percentage: number | readonly number[], accuracy = 10000): Column { return percentile_approx(c, percentage, accuracy) }
/** The exact percentile, interpolated. `F.percentile("v", 0.5)` */
export function percentile(c: ColumnOrName, percentage: number): Column { return call('percentile', named(c), toColumn(percentage)) }
/** The first case whose condition is true: `when(cond, 1).when(other, 2).otherwise(3)`; NULL when none is. */
export function when(condition: Column, value: ColumnOrValue): Column { return call('when', whenCondition(condition), toColumn(value)) }
/** Windows of time of a size, for groupBy: `window("ts", "10 minutes", "5 minutes", "1 minute")` — size, slide, start. */
export function window(time: ColumnOrName, size: string, slide?: string, start?: string): Column {
  return call('window', named(time), text(size), ...(slide === undefined && start === undefined ? [] : [text(slide ?? size)]), ...(start === undefined ? [] : [text(start)]))
}
/** Windows that last as long as rows keep coming within a gap, for groupBy. `F.session_window("v", "10 minutes")` */
export function session_window(time: ColumnOrName, gap: string | Column): Column { return call('session_window', named(time), typeof gap === 'string' ? text(gap) : gap) }
/** A struct, array or map read from JSON text; the schema is a StructType or DDL text. What does not fit becomes NULL. `from_json(col("value").cast("string"), "id BIGINT, at TIMESTAMP")` */
export function from_json(c: ColumnOrName, schema: StructTypeShape | DataType | string, options: Readonly<Record<string, OptionValue>> = {}): Column {
  const ddl = typeof schema === 'string' ? schema : schema.kind === 'struct' ? toDDL(schema as StructTypeShape) : sqlName(schema)
  return call('from_json', named(c), text(ddl), ...optionMap(options))
}
/** A struct read from CSV text, a record in each; the schema is a StructType or DDL text. What does not fit becomes NULL; options are those of the CSV reader. `F.from_csv("linea", "id INT, nombre STRING", { sep: ";" })` */
export function from_csv(c: ColumnOrName, schema: StructTypeShape | string, options: Readonly<Record<string, OptionValue>> = {}): Column {
  return call('from_csv', named(c), text(typeof schema === 'string' ? schema : toDDL(schema)), ...optionMap(options))
}
/** CSV text of a struct: a line without its end. `F.to_csv(F.struct("id", "nombre"))` */
export function to_csv(c: ColumnOrName, options: Readonly<Record<string, OptionValue>> = {}): Column { return call('to_csv', named(c), ...optionMap(options)) }
/** A struct read from XML text, the record its root; the schema is a StructType or DDL text, attributes are fields whose names begin with _. What does not fit becomes NULL, and with it what stands behind it; options are those of the XML reader. Throws MALFORMED_RECORD_IN_PARSING in the mode FAILFAST. `F.from_xml("x", "_id INT, nombre STRING, tag ARRAY<STRING>")` */
export function from_xml(c: ColumnOrName, schema: StructTypeShape | string | Column, options: Readonly<Record<string, OptionValue>> = {}): Column {
  return call('from_xml', named(c), schema instanceof Column ? schema : text(typeof schema === 'string' ? schema : toDDL(schema)), ...optionMap(options))
}
/** XML text of a struct: an element ROW, or of the name of the option rowTag, with an element for each field. `F.to_xml(F.struct("id", "nombre"), { rowTag: "fila" })` */
export function to_xml(c: ColumnOrName, options: Readonly<Record<string, OptionValue>> = {}): Column { return call('to_xml', named(c), ...optionMap(options)) }
/** The schema that a constant XML text suggests, as DDL. `F.schema_of_xml("<p><a>1</a></p>")` */
export function schema_of_xml(xml: string, options: Readonly<Record<string, OptionValue>> = {}): Column { return call('schema_of_xml', text(xml), ...optionMap(options)) }
/** The schema that a constant CSV text suggests, as DDL: columns _c0, _c1, …. `F.schema_of_csv("1,abc")` */
export function schema_of_csv(csv: string, options: Readonly<Record<string, OptionValue>> = {}): Column { return call('schema_of_csv', text(csv), ...optionMap(options)) }
/** JSON text of a struct, array or map. `F.to_json("v")` */
export function to_json(c: ColumnOrName, options: Readonly<Record<string, OptionValue>> = {}): Column { return call('to_json', named(c), ...optionMap(options)) }
/** A part of JSON text by a path such as `$.a[0].b`, as text. */
export function get_json_object(c: ColumnOrName, path: string): Column { return call('get_json_object', named(c), text(path)) }
/** A date from text, by a pattern or by the rules of a cast. `F.to_date("v")` */
export function to_date(c: ColumnOrName, format?: string): Column { return format === undefined ? call('to_date', named(c)) : call('to_date', named(c), text(format)) }
/** A timestamp from text, by a pattern or by the rules of a cast. `F.to_timestamp("v")` */
export function to_timestamp(c: ColumnOrName, format?: string): Column { return format === undefined ? call('to_timestamp', named(c)) : call('to_timestamp', named(c), text(format)) }
/** Text of a date or timestamp by a pattern. `date_format("ts", "yyyy-MM-dd HH:mm")` */
export function date_format(c: ColumnOrName, format: string): Column { return call('date_format', named(c), text(format)) }
/** A time moved by so many units, YEAR to MICROSECOND. `F.timestamp_add("MONTH", F.lit(2), "ts")` */
export function timestamp_add(unit: string, quantity: ColumnOrName, ts: ColumnOrName): Column { return call('timestampadd', text(unit), named(quantity), named(ts)) }
/** How many whole units lie between two times. `F.timestamp_diff("HOUR", "begun", "ended")` */
export function timestamp_diff(unit: string, start: ColumnOrName, end: ColumnOrName): Column { return call('timestampdiff', text(unit), named(start), named(end)) }
/** A timestamp cut to a unit: `date_trunc("hour", "ts")`. */
export function date_trunc(unit: string, c: ColumnOrName): Column { return call('date_trunc', text(unit), named(c)) }
/** A date cut to a unit: `trunc("d", "month")`. */
export function trunc(c: ColumnOrName, unit: string): Column { return call('trunc', named(c), text(unit)) }
/** Seconds since the epoch, of now, of a timestamp, or of text by a pattern. `F.unix_timestamp()` */
export function unix_timestamp(c?: ColumnOrName, format?: string): Column { return call('unix_timestamp', ...(c === undefined ? [] : [named(c)]), ...(format === undefined ? [] : [text(format)])) }
/** Text of seconds since the epoch. `F.from_unixtime()` */
export function from_unixtime(c: ColumnOrName, format = 'yyyy-MM-dd HH:mm:ss'): Column { return call('from_unixtime', named(c), text(format)) }
/** Rounded half up to some digits. `F.round()` */
export function round(c: ColumnOrName, digits = 0): Column { return call('round', named(c), toColumn(digits)) }
/** Rounded half to even. `F.bround()` */
export function bround(c: ColumnOrName, digits = 0): Column { return call('bround', named(c), toColumn(digits)) }
/** A number as text with thousands separators. `F.format_number("v", 2)` */
export function format_number(c: ColumnOrName, digits: number): Column { return call('format_number', named(c), toColumn(digits)) }
/** Text by a format of Java's printf. `F.format_string("yyyy-MM-dd", "a", "b")` */
export function format_string(format: string, ...args: readonly ColumnOrName[]): Column { return call('format_string', text(format), ...args.map(named)) }
/** Logarithm to a base, or the natural one. `F.log("v")` */
export function log(first: ColumnOrName | number, second?: ColumnOrName): Column { return second === undefined ? call('ln', named(first as ColumnOrName)) : call('log', toColumn(first as ColumnOrValue), named(second)) }
/** Part of a text; the first character is 1. `F.substring("v", 1, 3)` */
export function substring(c: ColumnOrName, start: number, length: number): Column { return call('substring', named(c), toColumn(start), toColumn(length)) }
/** Joined with a separator, NULL left out. `F.concat_ws(",", "a", "b")` */
export function concat_ws(separator: string, ...columns: readonly ColumnOrName[]): Column { return call('concat_ws', text(separator), ...columns.map(named)) }
/** Filled on the left to a length. `F.lpad("v", 3, "0")` */
export function lpad(c: ColumnOrName, length: number, pad: string): Column { return call('lpad', named(c), toColumn(length), text(pad)) }
/** Filled on the right to a length. `F.rpad("v", 3, "0")` */
export function rpad(c: ColumnOrName, length: number, pad: string): Column { return call('rpad', named(c), toColumn(length), text(pad)) }
/** A group of the first match of a Java regular expression; empty where nothing matches. `F.regexp_extract("v")` */
export function regexp_extract(c: ColumnOrName, pattern: string, group = 1): Column { return call('regexp_extract', named(c), text(pattern), toColumn(group)) }
/** Matches of a Java regular expression replaced. `F.regexp_replace("v", "[0-9]+", 1)` */
export function regexp_replace(c: ColumnOrName, pattern: string, replacement: string): Column { return call('regexp_replace', named(c), text(pattern), text(replacement)) }
/** Characters replaced one by one. `F.translate("v", "a", "b")` */
export function translate(c: ColumnOrName, from: string, to: string): Column { return call('translate', named(c), text(from), text(to)) }
/** A text replaced. `F.replace("v", "a", "b")` */
export function replace(c: ColumnOrName, from: string, to: string): Column { return call('replace', named(c), text(from), text(to)) }
/** Where a text occurs, from 1; 0 if nowhere. `F.locate("a")` */
export function locate(part: string, c: ColumnOrName, from = 1): Column { return call('locate', text(part), named(c), toColumn(from)) }
/** A random number from 0 to 1, new for each row. `F.rand()` */
export function rand(seed?: number): Column { return seed === undefined ? call('rand') : call('rand', toColumn(seed)) }
/** A random UUID as text. `F.uuid()` */
export function uuid(): Column { return call('uuid') }
function distinct(c: Column): Column { return new Column({ ...(c.expression as Extract<Expression, { kind: 'unresolved-call' }>), distinct: true }) }

function optionMap(options: Readonly<Record<string, OptionValue>>): Column[] {
  const entries = Object.entries(options)
  if (entries.some(([k]) => k === '')) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'an option has no name', advice: 'Give it one.' })
  return entries.length === 0 ? [] : [call('map', ...entries.flatMap(([k, v]) => [text(k), text(optionText(k, v))]))]
}

// ── aggregates
/** Total of the values; NULL of no rows. `F.sum("v")` */
export function sum(c: ColumnOrName): Column { return call('sum', named(c)) }
/** Mean of the values. `F.avg("v")` */
export function avg(c: ColumnOrName): Column { return call('avg', named(c)) }
/** The same as avg. `F.mean("v")` */
export function mean(c: ColumnOrName): Column { return call('mean', named(c)) }
/** Least value. `F.min("v")` */
export function min(c: ColumnOrName): Column { return call('min', named(c)) }
/** Greatest value; NaN is above every number. `F.max("v")` */
export function max(c: ColumnOrName): Column { return call('max', named(c)) }
/** Standard deviation of a sample. `F.stddev("v")` */
export function stddev(c: ColumnOrName): Column { return call('stddev', named(c)) }
/** Standard deviation of a sample. `F.stddev_samp("v")` */
export function stddev_samp(c: ColumnOrName): Column { return call('stddev_samp', named(c)) }
/** Standard deviation of a population. `F.stddev_pop("v")` */
export function stddev_pop(c: ColumnOrName): Column { return call('stddev_pop', named(c)) }
/** Variance of a sample. `F.variance("v")` */
export function variance(c: ColumnOrName): Column { return call('variance', named(c)) }
/** Variance of a sample. `F.var_samp("v")` */
export function var_samp(c: ColumnOrName): Column { return call('var_samp', named(c)) }
/** Variance of a population. `F.var_pop("v")` */
export function var_pop(c: ColumnOrName): Column { return call('var_pop', named(c)) }
/** Skewness. `F.skewness("v")` */
export function skewness(c: ColumnOrName): Column { return call('skewness', named(c)) }
/** Excess kurtosis. `F.kurtosis("v")` */
export function kurtosis(c: ColumnOrName): Column { return call('kurtosis', named(c)) }
/** Pearson correlation of two columns. `F.corr("v", "w")` */
export function corr(a: ColumnOrName, b: ColumnOrName): Column { return call('corr', named(a), named(b)) }
/** Covariance of a sample. `F.covar_samp("v", "w")` */
export function covar_samp(a: ColumnOrName, b: ColumnOrName): Column { return call('covar_samp', named(a), named(b)) }
/** Covariance of a population. `F.covar_pop("v", "w")` */
export function covar_pop(a: ColumnOrName, b: ColumnOrName): Column { return call('covar_pop', named(a), named(b)) }
/** The values as an array, NULL left out. `F.collect_list("v")` */
export function collect_list(c: ColumnOrName): Column { return call('collect_list', named(c)) }
/** The distinct values as an array, NULL left out. `F.collect_set("v")` */
export function collect_set(c: ColumnOrName): Column { return call('collect_set', named(c)) }
/** How many rows make the condition true. `F.count_if("v")` */
export function count_if(c: ColumnOrName): Column { return call('count_if', named(c)) }
/** Whether the condition holds for all rows. `F.bool_and("v")` */
export function bool_and(c: ColumnOrName): Column { return call('bool_and', named(c)) }
/** Whether the condition holds for some row. `F.bool_or("v")` */
export function bool_or(c: ColumnOrName): Column { return call('bool_or', named(c)) }
/** The first column where the second is greatest. `F.max_by("v", "w")` */
export function max_by(a: ColumnOrName, b: ColumnOrName): Column { return call('max_by', named(a), named(b)) }
/** The first column where the second is least. `F.min_by("v", "w")` */
export function min_by(a: ColumnOrName, b: ColumnOrName): Column { return call('min_by', named(a), named(b)) }
/** The middle value. `F.median("v")` */
export function median(c: ColumnOrName): Column { return call('median', named(c)) }
/** The most frequent value; of several the least with `deterministic`, else any. `F.mode("v", true)` */
export function mode(c: ColumnOrName, deterministic = false): Column { return deterministic ? call('mode', named(c), lit(true)) : call('mode', named(c)) }
/** Some value of the group. `F.any_value("v")` */
export function any_value(c: ColumnOrName): Column { return call('any_value', named(c)) }

// ── conditions and NULL
/** The first argument that is not NULL. `F.coalesce("a", "b")` */
export function coalesce(...columns: readonly ColumnOrName[]): Column { return call('coalesce', ...columns.map(named)) }
/** The first, or the second where the first is NULL. `F.nvl("v", "w")` */
export function nvl(a: ColumnOrName, b: ColumnOrName): Column { return call('nvl', named(a), named(b)) }
/** The same as nvl. `F.ifnull("v", "w")` */
export function ifnull(a: ColumnOrName, b: ColumnOrName): Column { return call('ifnull', named(a), named(b)) }
/** NULL where both are equal, else the first. `F.nullif("v", "w")` */
export function nullif(a: ColumnOrName, b: ColumnOrName): Column { return call('nullif', named(a), named(b)) }
/** Whether the value is NULL. `F.isnull("v")` */
export function isnull(c: ColumnOrName): Column { return call('isnull', named(c)) }
/** Whether the value is not NULL. `F.isnotnull("v")` */
export function isnotnull(c: ColumnOrName): Column { return call('isnotnull', named(c)) }
/** Whether the value is NaN. `F.isnan("v")` */
export function isnan(c: ColumnOrName): Column { return call('isnan', named(c)) }
/** The greatest argument, NULL left out. `F.greatest("a", "b")` */
export function greatest(...columns: readonly ColumnOrName[]): Column { return call('greatest', ...columns.map(named)) }
/** The least argument, NULL left out. `F.least("a", "b")` */
export function least(...columns: readonly ColumnOrName[]): Column { return call('least', ...columns.map(named)) }
/** The opposite truth value. `F.not("v")` */
export function not(c: ColumnOrName): Column { return call('not', named(c)) }

// ── numbers
/** The value without its sign. `F.abs("v")` */
export function abs(c: ColumnOrName): Column { return call('abs', named(c)) }
/** Square root. `F.sqrt("v")` */
export function sqrt(c: ColumnOrName): Column { return call('sqrt', named(c)) }
/** Cube root. `F.cbrt("v")` */
export function cbrt(c: ColumnOrName): Column { return call('cbrt', named(c)) }
/** e to the value. `F.exp("v")` */
export function exp(c: ColumnOrName): Column { return call('exp', named(c)) }
/** Natural logarithm. `F.ln("v")` */
export function ln(c: ColumnOrName): Column { return call('ln', named(c)) }
/** Logarithm to base 10. `F.log10("v")` */
export function log10(c: ColumnOrName): Column { return call('log10', named(c)) }
/** Logarithm to base 2. `F.log2("v")` */
export function log2(c: ColumnOrName): Column { return call('log2', named(c)) }
/** Sine. `F.sin("v")` */
export function sin(c: ColumnOrName): Column { return call('sin', named(c)) }
/** Cosine. `F.cos("v")` */
export function cos(c: ColumnOrName): Column { return call('cos', named(c)) }
/** Tangent. `F.tan("v")` */
export function tan(c: ColumnOrName): Column { return call('tan', named(c)) }
/** Arc sine. `F.asin("v")` */
export function asin(c: ColumnOrName): Column { return call('asin', named(c)) }
/** Arc cosine. `F.acos("v")` */
export function acos(c: ColumnOrName): Column { return call('acos', named(c)) }
/** Arc tangent. `F.atan("v")` */
export function atan(c: ColumnOrName): Column { return call('atan', named(c)) }
/** Angle of a point. `F.atan2("v", "w")` */
export function atan2(a: ColumnOrName, b: ColumnOrName): Column { return call('atan2', named(a), named(b)) }
/** The least whole number not below. `F.ceil("v")` */
export function ceil(c: ColumnOrName): Column { return call('ceil', named(c)) }
/** The greatest whole number not above. `F.floor("v")` */
export function floor(c: ColumnOrName): Column { return call('floor', named(c)) }
/** −1, 0 or 1. `F.signum("v")` */
export function signum(c: ColumnOrName): Column { return call('signum', named(c)) }
/** The value with its sign changed. `F.negative("v")` */
export function negative(c: ColumnOrName): Column { return call('negative', named(c)) }
/** The same as negative. `F.negate("v")` */
export function negate(c: ColumnOrName): Column { return negative(c) }
/** The first to the power of the second. `F.pow("v", 2)` */
export function pow(c: ColumnOrName, value: ColumnOrValue): Column { return call('power', named(c), toColumn(value)) }
/** Remainder that is never negative for a positive divisor. `F.pmod("v", 2)` */
export function pmod(c: ColumnOrName, value: ColumnOrValue): Column { return call('pmod', named(c), toColumn(value)) }
/** Factorial up to 20. `F.factorial("v")` */
export function factorial(c: ColumnOrName): Column { return call('factorial', named(c)) }
/** Hexadecimal digits. `F.hex("v")` */
export function hex(c: ColumnOrName): Column { return call('hex', named(c)) }
/** Bytes of hexadecimal digits. `F.unhex("v")` */
export function unhex(c: ColumnOrName): Column { return call('unhex', named(c)) }
/** Binary digits. `F.bin("v")` */
export function bin(c: ColumnOrName): Column { return call('bin', named(c)) }
/** Sum, NULL where it does not fit. `F.try_add("v", "w")` */
export function try_add(a: ColumnOrName, b: ColumnOrName): Column { return call('try_add', named(a), named(b)) }
/** Difference, NULL where it does not fit. `F.try_subtract("v", "w")` */
export function try_subtract(a: ColumnOrName, b: ColumnOrName): Column { return call('try_subtract', named(a), named(b)) }
/** Product, NULL where it does not fit. `F.try_multiply("v", "w")` */
export function try_multiply(a: ColumnOrName, b: ColumnOrName): Column { return call('try_multiply', named(a), named(b)) }
/** Quotient, NULL for division by zero. `F.try_divide("v", "w")` */
export function try_divide(a: ColumnOrName, b: ColumnOrName): Column { return call('try_divide', named(a), named(b)) }

// ── texts
/** In capitals. `F.upper("v")` */
export function upper(c: ColumnOrName): Column { return call('upper', named(c)) }
/** In small letters. `F.lower("v")` */
export function lower(c: ColumnOrName): Column { return call('lower', named(c)) }
/** Each word with a capital. `F.initcap("v")` */
export function initcap(c: ColumnOrName): Column { return call('initcap', named(c)) }
/** Number of characters (code points). `F.length("v")` */
export function length(c: ColumnOrName): Column { return call('length', named(c)) }
/** Without blanks, or without some characters, at both ends. `F.trim("s", "-")` */
export function trim(c: ColumnOrName, characters?: ColumnOrValue): Column { return characters === undefined ? call('trim', named(c)) : call('trim', toColumn(characters), named(c)) }
/** Without blanks, or without some characters, at the start. `F.ltrim("s", "-")` */
export function ltrim(c: ColumnOrName, characters?: ColumnOrValue): Column { return characters === undefined ? call('ltrim', named(c)) : call('ltrim', toColumn(characters), named(c)) }
/** Without blanks, or without some characters, at the end. `F.rtrim("s", "-")` */
export function rtrim(c: ColumnOrName, characters?: ColumnOrValue): Column { return characters === undefined ? call('rtrim', named(c)) : call('rtrim', toColumn(characters), named(c)) }
/** Backwards. `F.reverse("v")` */
export function reverse(c: ColumnOrName): Column { return call('reverse', named(c)) }
/** Joined; NULL if an argument is. `F.concat("a", "b")` */
export function concat(...columns: readonly ColumnOrName[]): Column { return call('concat', ...columns.map(named)) }
/** Number of the first character. `F.ascii("v")` */
export function ascii(c: ColumnOrName): Column { return call('ascii', named(c)) }
/** Bytes as base64 text. `F.base64("v")` */
export function base64(c: ColumnOrName): Column { return call('base64', named(c)) }
/** Bytes of base64 text. `F.unbase64("v")` */
export function unbase64(c: ColumnOrName): Column { return call('unbase64', named(c)) }
/** Where the second occurs in the first, from 1; 0 if nowhere. `F.instr("v", "@")` */
export function instr(c: ColumnOrName, value: ColumnOrValue): Column { return call('instr', named(c), toColumn(value)) }
/** Whether the second occurs in the first. `F.contains("v", "a")` */
export function contains(c: ColumnOrName, value: ColumnOrValue): Column { return call('contains', named(c), toColumn(value)) }
/** Whether the first begins with the second. `F.startswith("v", "a")` */
export function startswith(c: ColumnOrName, value: ColumnOrValue): Column { return call('startswith', named(c), toColumn(value)) }
/** Whether the first ends with the second. `F.endswith("v", "z")` */
export function endswith(c: ColumnOrName, value: ColumnOrValue): Column { return call('endswith', named(c), toColumn(value)) }
/** Parts between matches of a Java regular expression, at most `limit` of them. `F.split("s", ",")` */
export function split(c: ColumnOrName, pattern: ColumnOrValue, limit?: ColumnOrValue): Column { return call('split', named(c), toColumn(pattern), ...(limit === undefined ? [] : [toColumn(limit)])) }
/** Repeated. `F.repeat("v", 3)` */
export function repeat(c: ColumnOrName, value: ColumnOrValue): Column { return call('repeat', named(c), toColumn(value)) }
/** Number of characters to change; −1 where that is more than a threshold. `F.levenshtein("a", "b", 3)` */
export function levenshtein(a: ColumnOrName, b: ColumnOrName, threshold?: number): Column { return call('levenshtein', named(a), named(b), ...(threshold === undefined ? [] : [toColumn(threshold)])) }
/** Sound of an English word. `F.soundex("v")` */
export function soundex(c: ColumnOrName): Column { return call('soundex', named(c)) }
/** MD5 as text. `F.md5("v")` */
export function md5(c: ColumnOrName): Column { return call('md5', named(c)) }
/** SHA-1 as text. `F.sha1("v")` */
export function sha1(c: ColumnOrName): Column { return call('sha1', named(c)) }
/** SHA-2 of 224, 256, 384 or 512 bits as text. `F.sha2("v", 256)` */
export function sha2(c: ColumnOrName, value: ColumnOrValue): Column { return call('sha2', named(c), toColumn(value)) }
/** CRC-32. `F.crc32("v")` */
export function crc32(c: ColumnOrName): Column { return call('crc32', named(c)) }
/** Murmur3 of the columns. `F.hash("a", "b")` */
export function hash(...columns: readonly ColumnOrName[]): Column { return call('hash', ...columns.map(named)) }
/** xxHash64 of the columns. `F.xxhash64("a", "b")` */
export function xxhash64(...columns: readonly ColumnOrName[]): Column { return call('xxhash64', ...columns.map(named)) }

// ── dates and times
/** The time of the batch, the same in all its rows. `F.current_timestamp()` */
export function current_timestamp(): Column { return call('current_timestamp') }
/** The day of the batch. `F.current_date()` */
export function current_date(): Column { return call('current_date') }
/** The current time. `F.now()` */
export function now(): Column { return call('now') }
/** Year. `F.year("v")` */
export function year(c: ColumnOrName): Column { return call('year', named(c)) }
/** Quarter. `F.quarter("v")` */
export function quarter(c: ColumnOrName): Column { return call('quarter', named(c)) }
/** Month. `F.month("v")` */
export function month(c: ColumnOrName): Column { return call('month', named(c)) }
/** Day of the month. `F.dayofmonth("v")` */
export function dayofmonth(c: ColumnOrName): Column { return call('dayofmonth', named(c)) }
/** Day of the month. `F.day("v")` */
export function day(c: ColumnOrName): Column { return call('day', named(c)) }
/** Day of the week, Sunday is 1. `F.dayofweek("v")` */
export function dayofweek(c: ColumnOrName): Column { return call('dayofweek', named(c)) }
/** Day of the year. `F.dayofyear("v")` */
export function dayofyear(c: ColumnOrName): Column { return call('dayofyear', named(c)) }
/** ISO week. `F.weekofyear("v")` */
export function weekofyear(c: ColumnOrName): Column { return call('weekofyear', named(c)) }
/** Hour. `F.hour("v")` */
export function hour(c: ColumnOrName): Column { return call('hour', named(c)) }
/** Minute. `F.minute("v")` */
export function minute(c: ColumnOrName): Column { return call('minute', named(c)) }
/** Second. `F.second("v")` */
export function second(c: ColumnOrName): Column { return call('second', named(c)) }
/** Some days later. `F.date_add("v", 2)` */
export function date_add(c: ColumnOrName, value: ColumnOrValue): Column { return call('date_add', named(c), toColumn(value)) }
/** Some days earlier. `F.date_sub("v", 2)` */
export function date_sub(c: ColumnOrName, value: ColumnOrValue): Column { return call('date_sub', named(c), toColumn(value)) }
/** Days from the second to the first. `F.datediff("v", "w")` */
export function datediff(a: ColumnOrName, b: ColumnOrName): Column { return call('datediff', named(a), named(b)) }
/** Some months later. `F.add_months("v", 2)` */
export function add_months(c: ColumnOrName, value: ColumnOrValue): Column { return call('add_months', named(c), toColumn(value)) }
/** Months from the second to the first. `F.months_between("v", "w")` */
export function months_between(a: ColumnOrName, b: ColumnOrName): Column { return call('months_between', named(a), named(b)) }
/** Last day of the month. `F.last_day("v")` */
export function last_day(c: ColumnOrName): Column { return call('last_day', named(c)) }
/** Microseconds since the epoch. `F.unix_micros("v")` */
export function unix_micros(c: ColumnOrName): Column { return call('unix_micros', named(c)) }
/** Milliseconds since the epoch. `F.unix_millis("v")` */
export function unix_millis(c: ColumnOrName): Column { return call('unix_millis', named(c)) }
/** Seconds since the epoch. `F.unix_seconds("v")` */
export function unix_seconds(c: ColumnOrName): Column { return call('unix_seconds', named(c)) }
/** Timestamp of seconds. `F.timestamp_seconds("v")` */
export function timestamp_seconds(c: ColumnOrName): Column { return call('timestamp_seconds', named(c)) }
/** Timestamp of milliseconds. `F.timestamp_millis("v")` */
export function timestamp_millis(c: ColumnOrName): Column { return call('timestamp_millis', named(c)) }
/** Timestamp of microseconds. `F.timestamp_micros("v")` */
export function timestamp_micros(c: ColumnOrName): Column { return call('timestamp_micros', named(c)) }
/** The time of a window: its end less a microsecond. `F.window_time("v")` */
export function window_time(c: ColumnOrName): Column { return call('window_time', named(c)) }

// ── arrays, maps and structs
/** An array of the columns. `F.array("a", "b")` */
export function array(...columns: readonly ColumnOrName[]): Column { return call('array', ...columns.map(named)) }
/** A struct of the columns. `F.struct("a", "b")` */
export function struct(...columns: readonly ColumnOrName[]): Column { return call('struct', ...columns.map(named)) }
/** A map of keys and values in turn. `F.create_map("a", "b")` */
export function create_map(...columns: readonly ColumnOrName[]): Column { return call('map', ...columns.map(named)) }
/** Number of elements. `F.size("v")` */
export function size(c: ColumnOrName): Column { return call('size', named(c)) }
/** A row for each element. `F.explode("v")` */
export function explode(c: ColumnOrName): Column { return call('explode', named(c)) }
/** A row for each element, one with NULL for none. `F.explode_outer("v")` */
export function explode_outer(c: ColumnOrName): Column { return call('explode_outer', named(c)) }
/** A row for each element, with its position. `F.posexplode("v")` */
export function posexplode(c: ColumnOrName): Column { return call('posexplode', named(c)) }
/** Whether the array has the value. `F.array_contains("v", "a")` */
export function array_contains(c: ColumnOrName, value: ColumnOrValue): Column { return call('array_contains', named(c), toColumn(value)) }
/** Without repeated elements. `F.array_distinct("v")` */
export function array_distinct(c: ColumnOrName): Column { return call('array_distinct', named(c)) }
/** Greatest element. `F.array_max("v")` */
export function array_max(c: ColumnOrName): Column { return call('array_max', named(c)) }
/** Least element. `F.array_min("v")` */
export function array_min(c: ColumnOrName): Column { return call('array_min', named(c)) }
/** Sorted elements: NULL first ascending, last descending. `F.sort_array("a", false)` */
export function sort_array(c: ColumnOrName, ascending = true): Column { return call('sort_array', named(c), toColumn(ascending)) }
/** Keys of a map. `F.map_keys("v")` */
export function map_keys(c: ColumnOrName): Column { return call('map_keys', named(c)) }
/** Values of a map. `F.map_values("v")` */
export function map_values(c: ColumnOrName): Column { return call('map_values', named(c)) }
/** A map of an array of keys and one of values. `F.map_from_arrays("v", "w")` */
export function map_from_arrays(a: ColumnOrName, b: ColumnOrName): Column { return call('map_from_arrays', named(a), named(b)) }
/** Element from 1, or the value of a key. `F.element_at("v", 1)` */
export function element_at(c: ColumnOrName, value: ColumnOrValue): Column { return call('element_at', named(c), toColumn(value)) }
/** One array of an array of arrays. `F.flatten("v")` */
export function flatten(c: ColumnOrName): Column { return call('flatten', named(c)) }
/** Elements joined to a text; NULL left out, or with a text in its place. `F.array_join("a", ", ", "-")` */
export function array_join(c: ColumnOrName, separator: ColumnOrValue, instead?: ColumnOrValue): Column { return call('array_join', named(c), toColumn(separator), ...(instead === undefined ? [] : [toColumn(instead)])) }
/** Where an element stands, from 1. `F.array_position("v", "a")` */
export function array_position(c: ColumnOrName, value: ColumnOrValue): Column { return call('array_position', named(c), toColumn(value)) }
/** Part of an array. `F.slice("v", 1, 1)` */
export function slice(c: ColumnOrName, first: ColumnOrValue, second: ColumnOrValue): Column { return call('slice', named(c), toColumn(first), toColumn(second)) }

/** The first value of a group; the same as first. `F.first_value("v", true)` */
export function first_value(c: ColumnOrName, ignoreNulls = false): Column { return first(c, ignoreNulls) }
/** The last value of a group; the same as last. `F.last_value("v", true)` */
export function last_value(c: ColumnOrName, ignoreNulls = false): Column { return last(c, ignoreNulls) }
/** 1 in rows where rollup or cube left the key out, 0 elsewhere. `df.rollup("region").agg(F.grouping("region"), F.count("*"))` */
export function grouping(c: ColumnOrName): Column { return call('grouping', named(c)) }
/** The same for several keys, as the bits of one number. `F.grouping_id("region", "city")` */
export function grouping_id(...columns: readonly ColumnOrName[]): Column { return call('grouping_id', ...columns.map(named)) }
