/** Functions of sketches: small summaries of many values, as bytes that Apache DataSketches reads. Where an argument is a column, a text is a column's name. */
import { call, columnNamed as named, toColumn, type Column, type ColumnOrName, type ColumnOrValue } from '../column.ts'

// What follows the columns, as far as it is given.
const more = (...given: readonly (ColumnOrValue | undefined)[]): Column[] => given.filter(v => v !== undefined).map(v => toColumn(v!))

/** An HLL sketch of the distinct values (INT, BIGINT, STRING or BINARY) with 2^`lgConfigK` registers, 4 to 21, 12 where it is left out. NULL and what is empty do not count. `F.hll_sketch_agg("user", 14)` */
export function hll_sketch_agg(c: ColumnOrName, lgConfigK?: number | Column): Column { return call('hll_sketch_agg', named(c), ...more(lgConfigK)) }
/** The HLL sketches of a group put together. Sketches of different lgConfigK raise HLL_UNION_DIFFERENT_LG_K unless they are allowed. `F.hll_union_agg("sketch", true)` */
export function hll_union_agg(c: ColumnOrName, allowDifferentLgConfigK?: boolean | Column): Column { return call('hll_union_agg', named(c), ...more(allowDifferentLgConfigK)) }
/** Two HLL sketches put together. `F.hll_union("today", "yesterday")` */
export function hll_union(c1: ColumnOrName, c2: ColumnOrName, allowDifferentLgConfigK?: boolean): Column { return call('hll_union', named(c1), named(c2), ...more(allowDifferentLgConfigK)) }
/** How many distinct values an HLL sketch has seen, about. `F.hll_sketch_estimate("sketch")` */
export function hll_sketch_estimate(c: ColumnOrName): Column { return call('hll_sketch_estimate', named(c)) }
/** A theta sketch of the distinct values (whole numbers, DOUBLE, FLOAT, STRING, BINARY, arrays of whole numbers) of 2^`lgNomEntries` hashes, 4 to 26, 12 where it is left out. `F.theta_sketch_agg("user")` */
export function theta_sketch_agg(c: ColumnOrName, lgNomEntries?: number | Column): Column { return call('theta_sketch_agg', named(c), ...more(lgNomEntries)) }
/** The theta sketches of a group put together. `F.theta_union_agg("sketch")` */
export function theta_union_agg(c: ColumnOrName, lgNomEntries?: number | Column): Column { return call('theta_union_agg', named(c), ...more(lgNomEntries)) }
/** What all theta sketches of a group have in common; of no sketches the empty one. `F.theta_intersection_agg("sketch")` */
export function theta_intersection_agg(c: ColumnOrName): Column { return call('theta_intersection_agg', named(c)) }
/** Two theta sketches put together. `F.theta_union("today", "yesterday")` */
export function theta_union(c1: ColumnOrName, c2: ColumnOrName, lgNomEntries?: number | Column): Column { return call('theta_union', named(c1), named(c2), ...more(lgNomEntries)) }
/** What two theta sketches have in common. `F.theta_intersection("today", "yesterday")` */
export function theta_intersection(c1: ColumnOrName, c2: ColumnOrName): Column { return call('theta_intersection', named(c1), named(c2)) }
/** What the first theta sketch has and the second has not. `F.theta_difference("today", "yesterday")` */
export function theta_difference(c1: ColumnOrName, c2: ColumnOrName): Column { return call('theta_difference', named(c1), named(c2)) }
/** How many distinct values a theta sketch has seen, about. `F.theta_sketch_estimate("sketch")` */
export function theta_sketch_estimate(c: ColumnOrName): Column { return call('theta_sketch_estimate', named(c)) }
/** A KLL sketch of the quantiles of whole numbers: `k`, 8 to 65,535, says how large and exact it is, 200 where it is left out. `F.kll_sketch_agg_bigint("v", 400)` */
export function kll_sketch_agg_bigint(c: ColumnOrName, k?: number | Column): Column { return call('kll_sketch_agg_bigint', named(c), ...more(k)) }
/** The KLL sketches of a group put together; of the first one's k where none is given. `F.kll_merge_agg_bigint("sketch")` */
export function kll_merge_agg_bigint(c: ColumnOrName, k?: number | Column): Column { return call('kll_merge_agg_bigint', named(c), ...more(k)) }
/** How many values a KLL sketch has seen. `F.kll_sketch_get_n_bigint("sketch")` */
export function kll_sketch_get_n_bigint(c: ColumnOrName): Column { return call('kll_sketch_get_n_bigint', named(c)) }
/** The value at a rank from 0 to 1, or those at an array of ranks; ranks are constant. `F.kll_sketch_get_quantile_bigint("sketch", F.lit(0.5))` */
export function kll_sketch_get_quantile_bigint(sketch: ColumnOrName, rank: ColumnOrName): Column { return call('kll_sketch_get_quantile_bigint', named(sketch), named(rank)) }
/** The rank of a value, or of each of an array of values: which share lies at or below it. `F.kll_sketch_get_rank_bigint("sketch", F.lit(10))` */
export function kll_sketch_get_rank_bigint(sketch: ColumnOrName, quantile: ColumnOrName): Column { return call('kll_sketch_get_rank_bigint', named(sketch), named(quantile)) }
/** Two KLL sketches put together. `F.kll_sketch_merge_bigint("today", "yesterday")` */
export function kll_sketch_merge_bigint(left: ColumnOrName, right: ColumnOrName): Column { return call('kll_sketch_merge_bigint', named(left), named(right)) }
/** What a KLL sketch says of itself, line by line. `F.kll_sketch_to_string_bigint("sketch")` */
export function kll_sketch_to_string_bigint(c: ColumnOrName): Column { return call('kll_sketch_to_string_bigint', named(c)) }
/** A KLL sketch of the quantiles of DOUBLE or FLOAT values: `k`, 8 to 65,535, says how large and exact it is, 200 where it is left out. `F.kll_sketch_agg_double("price", 400)` */
export function kll_sketch_agg_double(c: ColumnOrName, k?: number | Column): Column { return call('kll_sketch_agg_double', named(c), ...more(k)) }
/** The KLL sketches of a group put together; of the first one's k where none is given. `F.kll_merge_agg_double("sketch")` */
export function kll_merge_agg_double(c: ColumnOrName, k?: number | Column): Column { return call('kll_merge_agg_double', named(c), ...more(k)) }
/** How many values a KLL sketch has seen. `F.kll_sketch_get_n_double("sketch")` */
export function kll_sketch_get_n_double(c: ColumnOrName): Column { return call('kll_sketch_get_n_double', named(c)) }
/** The value at a rank from 0 to 1, or those at an array of ranks; ranks are constant. `F.kll_sketch_get_quantile_double("sketch", F.lit(0.5))` */
export function kll_sketch_get_quantile_double(sketch: ColumnOrName, rank: ColumnOrName): Column { return call('kll_sketch_get_quantile_double', named(sketch), named(rank)) }
/** The rank of a value, or of each of an array of values: which share lies at or below it. `F.kll_sketch_get_rank_double("sketch", F.lit(10))` */
export function kll_sketch_get_rank_double(sketch: ColumnOrName, quantile: ColumnOrName): Column { return call('kll_sketch_get_rank_double', named(sketch), named(quantile)) }
/** Two KLL sketches put together. `F.kll_sketch_merge_double("today", "yesterday")` */
export function kll_sketch_merge_double(left: ColumnOrName, right: ColumnOrName): Column { return call('kll_sketch_merge_double', named(left), named(right)) }
/** What a KLL sketch says of itself, line by line. `F.kll_sketch_to_string_double("sketch")` */
export function kll_sketch_to_string_double(c: ColumnOrName): Column { return call('kll_sketch_to_string_double', named(c)) }
/** A KLL sketch of the quantiles of FLOAT values: `k`, 8 to 65,535, says how large and exact it is, 200 where it is left out. `F.kll_sketch_agg_float("price", 400)` */
export function kll_sketch_agg_float(c: ColumnOrName, k?: number | Column): Column { return call('kll_sketch_agg_float', named(c), ...more(k)) }
/** The KLL sketches of a group put together; of the first one's k where none is given. `F.kll_merge_agg_float("sketch")` */
export function kll_merge_agg_float(c: ColumnOrName, k?: number | Column): Column { return call('kll_merge_agg_float', named(c), ...more(k)) }
/** How many values a KLL sketch has seen. `F.kll_sketch_get_n_float("sketch")` */
export function kll_sketch_get_n_float(c: ColumnOrName): Column { return call('kll_sketch_get_n_float', named(c)) }
/** The value at a rank from 0 to 1, or those at an array of ranks; ranks are constant. `F.kll_sketch_get_quantile_float("sketch", F.lit(0.5))` */
export function kll_sketch_get_quantile_float(sketch: ColumnOrName, rank: ColumnOrName): Column { return call('kll_sketch_get_quantile_float', named(sketch), named(rank)) }
/** The rank of a value, or of each of an array of values: which share lies at or below it. `F.kll_sketch_get_rank_float("sketch", F.lit(10))` */
export function kll_sketch_get_rank_float(sketch: ColumnOrName, quantile: ColumnOrName): Column { return call('kll_sketch_get_rank_float', named(sketch), named(quantile)) }
/** Two KLL sketches put together. `F.kll_sketch_merge_float("today", "yesterday")` */
export function kll_sketch_merge_float(left: ColumnOrName, right: ColumnOrName): Column { return call('kll_sketch_merge_float', named(left), named(right)) }
/** What a KLL sketch says of itself, line by line. `F.kll_sketch_to_string_float("sketch")` */
export function kll_sketch_to_string_float(c: ColumnOrName): Column { return call('kll_sketch_to_string_float', named(c)) }
