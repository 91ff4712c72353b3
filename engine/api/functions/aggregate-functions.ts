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
/** The mean of x. Rows where y or x is NULL do not count. `F.regr_avgx("y", "x")` */
export function regr_avgx(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_avgx', named(y), named(x)) }
/** The mean of y. Rows where y or x is NULL do not count. `F.regr_avgy("y", "x")` */
export function regr_avgy(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_avgy', named(y), named(x)) }
/** The sum of squares of x around its mean. Rows where y or x is NULL do not count. `F.regr_sxx("y", "x")` */
export function regr_sxx(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_sxx', named(y), named(x)) }
/** The sum of squares of y around its mean. Rows where y or x is NULL do not count. `F.regr_syy("y", "x")` */
export function regr_syy(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_syy', named(y), named(x)) }
/** The sum of products of x and y around their means. Rows where y or x is NULL do not count. `F.regr_sxy("y", "x")` */
export function regr_sxy(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_sxy', named(y), named(x)) }
/** Where the regression line meets x = 0; NULL where all x are one value. Rows where y or x is NULL do not count. `F.regr_intercept("y", "x")` */
export function regr_intercept(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_intercept', named(y), named(x)) }
/** The share of the variance of y that the regression line explains (R²); NULL where all x are one value. Rows where y or x is NULL do not count. `F.regr_r2("y", "x")` */
export function regr_r2(y: ColumnOrName, x: ColumnOrName): Column { return call('regr_r2', named(y), named(x)) }
/** Standard deviation of a sample; the same as stddev. `F.std("v")` */
export function std(c: ColumnOrName): Column { return call('std', named(c)) }
/** Mean, NULL where it does not fit. `F.try_avg("v")` */
export function try_avg(c: ColumnOrName): Column { return call('try_avg', named(c)) }
/** Total, NULL where it does not fit. `F.try_sum("v")` */
export function try_sum(c: ColumnOrName): Column { return call('try_sum', named(c)) }
/** All values multiplied, as DOUBLE; NULL of no values. SQL text has no such function. `F.product("v")` */
export function product(c: ColumnOrName): Column { return call('product of', named(c)) }
/** The distinct elements of all arrays of a group as an array, NULL left out; in no promised order. `F.collect_union("tags")` */
export function collect_union(c: ColumnOrName): Column { return call('collect_union', named(c)) }
/** A histogram of `bins` bins (2 or more) that move with the values: an array of structs of the centre x, in the type of the values, and how many values lie there, y. `F.histogram_numeric("v", 10)` */
export function histogram_numeric(c: ColumnOrName, bins: number | Column): Column { return call('histogram_numeric', named(c), toColumn(bins)) }
/** A bitmap of 4,096 bytes whose bits are set at the positions given, 0 to 32,767; others raise INVALID_BITMAP_POSITION. Distinct counts from it: group by bitmap_bucket_number too and add up bitmap_count. `F.bitmap_construct_agg(F.bitmap_bit_position("id"))` */
export function bitmap_construct_agg(c: ColumnOrName): Column { return call('bitmap_construct_agg', named(c)) }
/** The bitmaps of a group joined by OR. `F.bitmap_or_agg("bitmap")` */
export function bitmap_or_agg(c: ColumnOrName): Column { return call('bitmap_or_agg', named(c)) }
/** The bitmaps of a group joined by AND; of no bitmaps all bits are set. `F.bitmap_and_agg("bitmap")` */
export function bitmap_and_agg(c: ColumnOrName): Column { return call('bitmap_and_agg', named(c)) }
/** Vectors (ARRAY<FLOAT>) added up, element by element; vectors with a NULL in them do not count. `F.vector_sum("embedding")` */
export function vector_sum(c: ColumnOrName): Column { return call('vector_sum', named(c)) }
/** The mean of vectors (ARRAY<FLOAT>), element by element; vectors with a NULL in them do not count. `F.vector_avg("embedding")` */
export function vector_avg(c: ColumnOrName): Column { return call('vector_avg', named(c)) }
/** A count-min sketch of whole numbers, texts or bytes, as Spark's CountMinSketch reads it: counts at most `eps` of all too high with this confidence. `F.count_min_sketch("id", 0.01, 0.95, 1)` */
export function count_min_sketch(c: ColumnOrName, eps: ColumnOrValue, confidence: ColumnOrValue, seed: ColumnOrValue = Math.floor(Math.random() * 2 ** 31)): Column { return call('count_min_sketch', named(c), toColumn(eps), toColumn(confidence), toColumn(seed)) }
