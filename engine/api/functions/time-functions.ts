/** Functions of dates, times and intervals beyond the everyday ones. Where an argument is a column, a text is a column's name. */
import { call, columnNamed as named, toColumn, upToLast, type Column, type ColumnOrName, type ColumnOrValue } from '../column.ts'

/** The day of the batch; the same as current_date. `F.curdate()` */
export function curdate(): Column { return call('curdate') }
/** The database: `default`, the only one. `F.current_database()` */
export function current_database(): Column { return call('current_database') }
/** The same as current_database. `F.current_schema()` */
export function current_schema(): Column { return call('current_schema') }
/** The catalog: `spark_catalog`, the only one. `F.current_catalog()` */
export function current_catalog(): Column { return call('current_catalog') }
/** The session's time zone. `F.current_timezone()` */
export function current_timezone(): Column { return call('current_timezone') }
/** The local time of the batch, without a zone. `F.localtimestamp()` */
export function localtimestamp(): Column { return call('localtimestamp') }
/** Days from start to end. `F.date_diff("end", "start")` */
export function date_diff(end: ColumnOrName, start: ColumnOrName): Column { return call('date_diff', named(end), named(start)) }
/** Some days later; the same as date_add. `F.dateadd("d", 7)` */
export function dateadd(start: ColumnOrName, days: ColumnOrValue): Column { return call('dateadd', named(start), toColumn(days)) }
/** The day so many days after 1970-01-01. `F.date_from_unix_date("n")` */
export function date_from_unix_date(c: ColumnOrName): Column { return call('date_from_unix_date', named(c)) }
/** Days since 1970-01-01. `F.unix_date("d")` */
export function unix_date(c: ColumnOrName): Column { return call('unix_date', named(c)) }
/** A field of a date, time or interval. `F.date_part("YEAR", "ts")` */
export function date_part(field: ColumnOrValue, source: ColumnOrName): Column { return call('date_part', toColumn(field), named(source)) }
/** The same as date_part. `F.datepart("YEAR", "ts")` */
export function datepart(field: ColumnOrValue, source: ColumnOrName): Column { return call('datepart', toColumn(field), named(source)) }
/** The same as date_part. `F.extract("YEAR", "ts")` */
export function extract(field: ColumnOrValue, source: ColumnOrName): Column { return call('extract', toColumn(field), named(source)) }
/** Name of the weekday, such as Mon. `F.dayname("d")` */
export function dayname(c: ColumnOrName): Column { return call('dayname', named(c)) }
/** Name of the month, such as Jan. `F.monthname("d")` */
export function monthname(c: ColumnOrName): Column { return call('monthname', named(c)) }
/** Day of the week, Monday is 0. `F.weekday("d")` */
export function weekday(c: ColumnOrName): Column { return call('weekday', named(c)) }
/** The next such weekday after a date. `F.next_day("d", "Mon")` */
export function next_day(c: ColumnOrName, weekday: string): Column { return call('next_day', named(c), toColumn(weekday)) }
/** A UTC wall clock as that of a zone. `F.from_utc_timestamp("ts", "America/Santiago")` */
export function from_utc_timestamp(c: ColumnOrName, zone: ColumnOrValue): Column { return call('from_utc_timestamp', named(c), toColumn(zone)) }
/** A zone's wall clock as that of UTC. `F.to_utc_timestamp("ts", "America/Santiago")` */
export function to_utc_timestamp(c: ColumnOrName, zone: ColumnOrValue): Column { return call('to_utc_timestamp', named(c), toColumn(zone)) }
/** A wall clock of one zone as that of another. `F.convert_timezone("UTC", "America/Lima", "ts")` */
export function convert_timezone(from: ColumnOrValue, to: ColumnOrValue, time: ColumnOrName): Column { return call('convert_timezone', toColumn(from), toColumn(to), named(time)) }
const ofParts = (name: string, parts: readonly (ColumnOrName | undefined)[]): Column => call(name, ...parts.flatMap(p => (p === undefined ? [] : [named(p)])))

/** A date of its parts. `F.make_date("y", "m", "d")` */
export function make_date(year: ColumnOrName, month: ColumnOrName, day: ColumnOrName): Column { return call('make_date', named(year), named(month), named(day)) }
/** A timestamp of its parts, or of a DATE and a TIME. `F.make_timestamp("y", "m", "d", "h", "mi", "s")` */
export function make_timestamp(yearOrDate: ColumnOrName, monthOrTime: ColumnOrName, dayOrZone?: ColumnOrName, hour?: ColumnOrName, minute?: ColumnOrName, second?: ColumnOrName, zone?: ColumnOrName): Column { return ofParts('make_timestamp', [yearOrDate, monthOrTime, dayOrZone, hour, minute, second, zone]) }
/** The same as make_timestamp. `F.make_timestamp_ltz("y", "m", "d", "h", "mi", "s")` */
export function make_timestamp_ltz(yearOrDate: ColumnOrName, monthOrTime: ColumnOrName, dayOrZone?: ColumnOrName, hour?: ColumnOrName, minute?: ColumnOrName, second?: ColumnOrName, zone?: ColumnOrName): Column { return ofParts('make_timestamp_ltz', [yearOrDate, monthOrTime, dayOrZone, hour, minute, second, zone]) }
/** A timestamp without zone of its parts, or of a DATE and a TIME. `F.make_timestamp_ntz("y", "m", "d", "h", "mi", "s")` */
export function make_timestamp_ntz(yearOrDate: ColumnOrName, monthOrTime: ColumnOrName, day?: ColumnOrName, hour?: ColumnOrName, minute?: ColumnOrName, second?: ColumnOrName): Column { return ofParts('make_timestamp_ntz', [yearOrDate, monthOrTime, day, hour, minute, second]) }
/** Like make_timestamp, NULL where there is no such time. `F.try_make_timestamp("y", "m", "d", "h", "mi", "s")` */
export function try_make_timestamp(yearOrDate: ColumnOrName, monthOrTime: ColumnOrName, dayOrZone?: ColumnOrName, hour?: ColumnOrName, minute?: ColumnOrName, second?: ColumnOrName, zone?: ColumnOrName): Column { return ofParts('try_make_timestamp', [yearOrDate, monthOrTime, dayOrZone, hour, minute, second, zone]) }
/** A calendar interval of its parts. `F.make_interval(F.lit(0), F.lit(1))` */
export function make_interval(years?: ColumnOrName, months?: ColumnOrName, weeks?: ColumnOrName, days?: ColumnOrName, hours?: ColumnOrName, minutes?: ColumnOrName, seconds?: ColumnOrName): Column { return call('make_interval', ...upToLast([years, months, weeks, days, hours, minutes, seconds], 0)) }
/** An interval of days and time. `F.make_dt_interval(F.lit(1), F.lit(12))` */
export function make_dt_interval(days?: ColumnOrName, hours?: ColumnOrName, minutes?: ColumnOrName, seconds?: ColumnOrName): Column { return call('make_dt_interval', ...upToLast([days, hours, minutes, seconds], 0)) }
/** An interval of years and months. `F.make_ym_interval(F.lit(1), F.lit(6))` */
export function make_ym_interval(years?: ColumnOrName, months?: ColumnOrName): Column { return call('make_ym_interval', ...upToLast([years, months], 0)) }
/** A timestamp from text. `F.to_timestamp_ltz("s", F.lit("yyyy-MM-dd"))` */
export function to_timestamp_ltz(c: ColumnOrName, format?: ColumnOrName): Column { return call('to_timestamp_ltz', named(c), ...(format === undefined ? [] : [named(format)])) }
/** A timestamp without zone from text. `F.to_timestamp_ntz("s", F.lit("yyyy-MM-dd"))` */
export function to_timestamp_ntz(c: ColumnOrName, format?: ColumnOrName): Column { return call('to_timestamp_ntz', named(c), ...(format === undefined ? [] : [named(format)])) }
/** Seconds since the epoch. `F.to_unix_timestamp("s", F.lit("yyyy-MM-dd"))` */
export function to_unix_timestamp(c: ColumnOrName, format?: ColumnOrName): Column { return call('to_unix_timestamp', named(c), ...(format === undefined ? [] : [named(format)])) }
/** A timestamp from text, NULL where it is none. `F.try_to_timestamp("s")` */
export function try_to_timestamp(c: ColumnOrName, format?: ColumnOrName): Column { return call('try_to_timestamp', named(c), ...(format === undefined ? [] : [named(format)])) }
/** A date from text, NULL where it is none. `F.try_to_date("s", "dd/MM/yyyy")` */
export function try_to_date(c: ColumnOrName, format?: string): Column { return call('try_to_date', named(c), ...(format === undefined ? [] : [toColumn(format)])) }
/** The start of the stretch of time a timestamp lies in: stretches of one length, an interval of days and times or of months, from an origin on (1970-01-01 00:00:00). `F.time_bucket(F.expr("INTERVAL '15' MINUTE"), "ts")` */
export function time_bucket(size: Column, ts: ColumnOrName, origin?: Column): Column { return call('time_bucket', size, named(ts), ...(origin === undefined ? [] : [origin])) }
/** A TIMESTAMP of its parts, or of a DATE and a TIME in the session's zone or one given; NULL where there is no such time. `F.try_make_timestamp_ltz("y", "mo", "d", "h", "mi", "s")` */
export function try_make_timestamp_ltz(yearOrDate: ColumnOrName, monthOrTime: ColumnOrName, dayOrZone?: ColumnOrName, hour?: ColumnOrName, minute?: ColumnOrName, second?: ColumnOrName, zone?: ColumnOrName): Column { return ofParts('try_make_timestamp_ltz', [yearOrDate, monthOrTime, dayOrZone, hour, minute, second, zone]) }
/** A TIMESTAMP_NTZ of its parts, or of a DATE and a TIME; NULL where there is no such time. `F.try_make_timestamp_ntz("y", "mo", "d", "h", "mi", "s")` */
export function try_make_timestamp_ntz(yearOrDate: ColumnOrName, monthOrTime: ColumnOrName, day?: ColumnOrName, hour?: ColumnOrName, minute?: ColumnOrName, second?: ColumnOrName): Column { return ofParts('try_make_timestamp_ntz', [yearOrDate, monthOrTime, day, hour, minute, second]) }
/** Like make_interval, NULL where it does not fit. `F.try_make_interval(F.lit(1), F.lit(2))` */
export function try_make_interval(years: ColumnOrName, months?: ColumnOrName, weeks?: ColumnOrName, days?: ColumnOrName, hours?: ColumnOrName, mins?: ColumnOrName, secs?: ColumnOrName): Column {
  return call('try_make_interval', ...upToLast([years, months, weeks, days, hours, mins, secs], 0))
}
