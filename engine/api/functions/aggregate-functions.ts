/** Aggregate functions beyond the everyday ones. Where an argument is a column, a text is a column's name. */
import { call, columnNamed as named, toColumn, type Column, type ColumnOrName, type ColumnOrValue } from '../column.ts'

/** The values as an array; the same as collect_list. `F.array_agg("v")` */
export function array_agg(c: ColumnOrName): Column { return call('array_agg', named(c)) }
/** All values joined by AND, bit by bit. `F.bit_and("flags")` */
export function bit_and(c: ColumnOrName): Column { return call('bit_and', named(c)) }
/** All values joined by OR, bit by bit. `F.bit_or("flags")` */
export function bit_or(c: ColumnOrName): Column { return call('bit_or', named(c)) }
/** All values joined by XOR, bit by bit. `F.bit_xor("flags")` */
export function bit_xor(c: ColumnOrName): Column { return call('bit_xor', named(c)) }
/** Whether the condition holds for all rows; the same as bool_and. `F.every("ok")` */
export function every(c: ColumnOrName): Column { return call('every', named(c)) }
/** Whether the condition holds for some row; the same as bool_or. `F.some("ok")` */
export function some(c: ColumnOrName): Column { return call('some', named(c)) }
/** The values joined to one text. With an order: F.expr("listagg(s, ',') WITHIN GROUP (ORDER BY s)"). `F.listagg("s", ",")` */
export function listagg(c: ColumnOrName, separator?: ColumnOrValue): Column { return call('listagg', named(c), ...(separator === undefined ? [] : [toColumn(separator)])) }
/** The same as listagg. `F.string_agg("s", ",")` */
export function string_agg(c: ColumnOrName, separator?: ColumnOrValue): Column { return call('string_agg', named(c), ...(separator === undefined ? [] : [toColumn(separator)])) }
/** How many rows have both values. `F.regr_count("y", "x")` */
export function regr_count(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_count', named(y), named(x)) }
/** The slope of the regression line. `F.regr_slope("y", "x")` */
export function regr_slope(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_slope', named(y), named(x)) }
/** Standard deviation of a sample; the same as stddev. `F.std("v")` */
export function std(c: ColumnOrName): Column { return call('std', named(c)) }
/** Mean, NULL where it does not fit. `F.try_avg("v")` */
export function try_avg(c: ColumnOrName): Column { return call('try_avg', named(c)) }
/** Total, NULL where it does not fit. `F.try_sum("v")` */
export function try_sum(c: ColumnOrName): Column { return call('try_sum', named(c)) }
