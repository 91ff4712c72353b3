/** Functions of TIME values, times of a day without a date or a zone. Where an argument is a column, a text is a column's name. */
import { call, columnNamed as named, toColumn, type Column, type ColumnOrName } from '../column.ts'

/** The local time of day of the batch, with so many digits behind the point (0 to 9; 6 if not given). `F.current_time(3)` */
export function current_time(precision?: number): Column { return call('current_time', ...(precision === undefined ? [] : [toColumn(precision)])) }
/** A TIME of its parts; the second may have a fraction. `F.make_time("h", "mi", "s")` */
export function make_time(hour: ColumnOrName, minute: ColumnOrName, second: ColumnOrName): Column { return call('make_time', named(hour), named(minute), named(second)) }
/** A TIME from text, by a pattern or by the rules of a cast. Throws CANNOT_PARSE_TIME when it runs. `F.to_time("s", F.lit("HH.mm"))` */
export function to_time(c: ColumnOrName, format?: ColumnOrName): Column { return call('to_time', named(c), ...(format === undefined ? [] : [named(format)])) }
/** A TIME from text, NULL where it cannot be read. `F.try_to_time("s")` */
export function try_to_time(c: ColumnOrName, format?: ColumnOrName): Column { return call('try_to_time', named(c), ...(format === undefined ? [] : [named(format)])) }
/** A TIME cut to a unit, HOUR to MICROSECOND. `F.time_trunc(F.lit("MINUTE"), "t")` */
export function time_trunc(unit: ColumnOrName, time: ColumnOrName): Column { return call('time_trunc', named(unit), named(time)) }
/** How many whole units, HOUR to MICROSECOND, lie between two TIMEs. `F.time_diff(F.lit("MINUTE"), "begun", "ended")` */
export function time_diff(unit: ColumnOrName, start: ColumnOrName, end: ColumnOrName): Column { return call('time_diff', named(unit), named(start), named(end)) }
/** The TIME so many seconds (with a fraction) after midnight. `F.time_from_seconds("n")` */
export function time_from_seconds(c: ColumnOrName): Column { return call('time_from_seconds', named(c)) }
/** The TIME so many milliseconds after midnight. `F.time_from_millis("n")` */
export function time_from_millis(c: ColumnOrName): Column { return call('time_from_millis', named(c)) }
/** The TIME so many microseconds after midnight. `F.time_from_micros("n")` */
export function time_from_micros(c: ColumnOrName): Column { return call('time_from_micros', named(c)) }
/** Seconds since midnight, a DECIMAL(14,6). `F.time_to_seconds("t")` */
export function time_to_seconds(c: ColumnOrName): Column { return call('time_to_seconds', named(c)) }
/** Milliseconds since midnight. `F.time_to_millis("t")` */
export function time_to_millis(c: ColumnOrName): Column { return call('time_to_millis', named(c)) }
/** Microseconds since midnight. `F.time_to_micros("t")` */
export function time_to_micros(c: ColumnOrName): Column { return call('time_to_micros', named(c)) }
