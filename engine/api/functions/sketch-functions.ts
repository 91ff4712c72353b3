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
