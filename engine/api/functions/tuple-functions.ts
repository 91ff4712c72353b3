/** Functions of tuple sketches: sets of keys with a number for each, as bytes that Apache DataSketches reads. Where an argument is a column, a text is a column's name. */
import { call, columnNamed as named, toColumn, type Column, type ColumnOrName } from '../column.ts'

// Both are always written, as in Spark's API: the name of the column shows them.
const filled = (lgNomEntries: number | Column | undefined, mode: string | Column | undefined): Column[] => [toColumn(lgNomEntries ?? 12), modeOf(mode)]
const modeOf = (mode: string | Column | undefined): Column => toColumn(mode ?? 'sum')

/** A tuple sketch of the distinct keys, 2^`lgNomEntries` of them (4 to 26, 12 where it is left out), with a number of type DOUBLE for each. How numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. Rows whose key or number is NULL do not count. `F.tuple_sketch_agg_double("user", "amount", 12, "max")` */
export function tuple_sketch_agg_double(key: ColumnOrName, summary: ColumnOrName, lgNomEntries?: number | Column, mode?: string | Column): Column { return call('tuple_sketch_agg_double', named(key), named(summary), ...filled(lgNomEntries, mode)) }
/** The tuple sketches (DOUBLE) of a group put together; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. `F.tuple_union_agg_double("sketch")` */
export function tuple_union_agg_double(c: ColumnOrName, lgNomEntries?: number | Column, mode?: string | Column): Column { return call('tuple_union_agg_double', named(c), ...filled(lgNomEntries, mode)) }
/** What all tuple sketches (DOUBLE) of a group have in common; of no sketches the empty one. How numbers become one says `mode`: sum (where it is left out), min, max or alwaysone. `F.tuple_intersection_agg_double("sketch", "min")` */
export function tuple_intersection_agg_double(c: ColumnOrName, mode?: string | Column): Column { return call('tuple_intersection_agg_double', named(c), modeOf(mode)) }
/** How many distinct keys a tuple sketch (DOUBLE) has seen, about, as DOUBLE. `F.tuple_sketch_estimate_double("sketch")` */
export function tuple_sketch_estimate_double(c: ColumnOrName): Column { return call('tuple_sketch_estimate_double', named(c)) }
/** The numbers of a tuple sketch (DOUBLE) as one; `mode`: sum (where it is left out), min, max or alwaysone, which counts them. `F.tuple_sketch_summary_double("sketch", "max")` */
export function tuple_sketch_summary_double(c: ColumnOrName, mode?: string | Column): Column { return call('tuple_sketch_summary_double', named(c), modeOf(mode)) }
/** The share of keys that a tuple sketch (DOUBLE) keeps, from 0 to 1. `F.tuple_sketch_theta_double("sketch")` */
export function tuple_sketch_theta_double(c: ColumnOrName): Column { return call('tuple_sketch_theta_double', named(c)) }
/** Two tuple sketches (DOUBLE) put together; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. `F.tuple_union_double("today", "yesterday")` */
export function tuple_union_double(c1: ColumnOrName, c2: ColumnOrName, lgNomEntries?: number | Column, mode?: string | Column): Column { return call('tuple_union_double', named(c1), named(c2), ...filled(lgNomEntries, mode)) }
/** What two tuple sketches (DOUBLE) have in common; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. `F.tuple_intersection_double("today", "yesterday")` */
export function tuple_intersection_double(c1: ColumnOrName, c2: ColumnOrName, mode?: string | Column): Column { return call('tuple_intersection_double', named(c1), named(c2), modeOf(mode)) }
/** What the first tuple sketch (DOUBLE) has and the second, a tuple sketch, has not. `F.tuple_difference_double("today", "yesterday")` */
export function tuple_difference_double(c1: ColumnOrName, c2: ColumnOrName): Column { return call('tuple_difference_double', named(c1), named(c2)) }
/** A tuple sketch and a theta sketch (DOUBLE) put together; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. A key of the theta sketch comes with the number that the mode begins with: 0, the most, the least, 1. `F.tuple_union_theta_double("today", "thetaSketch")` */
export function tuple_union_theta_double(c1: ColumnOrName, c2: ColumnOrName, lgNomEntries?: number | Column, mode?: string | Column): Column { return call('tuple_union_theta_double', named(c1), named(c2), ...filled(lgNomEntries, mode)) }
/** What a tuple sketch and a theta sketch (DOUBLE) have in common; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. A key of the theta sketch comes with the number that the mode begins with: 0, the most, the least, 1. `F.tuple_intersection_theta_double("today", "thetaSketch")` */
export function tuple_intersection_theta_double(c1: ColumnOrName, c2: ColumnOrName, mode?: string | Column): Column { return call('tuple_intersection_theta_double', named(c1), named(c2), modeOf(mode)) }
/** What the first tuple sketch (DOUBLE) has and the second, a theta sketch, has not. `F.tuple_difference_theta_double("today", "thetaSketch")` */
export function tuple_difference_theta_double(c1: ColumnOrName, c2: ColumnOrName): Column { return call('tuple_difference_theta_double', named(c1), named(c2)) }
/** A tuple sketch of the distinct keys, 2^`lgNomEntries` of them (4 to 26, 12 where it is left out), with a number of type INT for each. How numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. Rows whose key or number is NULL do not count. `F.tuple_sketch_agg_integer("user", "amount", 12, "max")` */
export function tuple_sketch_agg_integer(key: ColumnOrName, summary: ColumnOrName, lgNomEntries?: number | Column, mode?: string | Column): Column { return call('tuple_sketch_agg_integer', named(key), named(summary), ...filled(lgNomEntries, mode)) }
/** The tuple sketches (INT) of a group put together; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. `F.tuple_union_agg_integer("sketch")` */
export function tuple_union_agg_integer(c: ColumnOrName, lgNomEntries?: number | Column, mode?: string | Column): Column { return call('tuple_union_agg_integer', named(c), ...filled(lgNomEntries, mode)) }
/** What all tuple sketches (INT) of a group have in common; of no sketches the empty one. How numbers become one says `mode`: sum (where it is left out), min, max or alwaysone. `F.tuple_intersection_agg_integer("sketch", "min")` */
export function tuple_intersection_agg_integer(c: ColumnOrName, mode?: string | Column): Column { return call('tuple_intersection_agg_integer', named(c), modeOf(mode)) }
/** How many distinct keys a tuple sketch (INT) has seen, about, as DOUBLE. `F.tuple_sketch_estimate_integer("sketch")` */
export function tuple_sketch_estimate_integer(c: ColumnOrName): Column { return call('tuple_sketch_estimate_integer', named(c)) }
/** The numbers of a tuple sketch (INT) as one; `mode`: sum (where it is left out), min, max or alwaysone, which counts them. `F.tuple_sketch_summary_integer("sketch", "max")` */
export function tuple_sketch_summary_integer(c: ColumnOrName, mode?: string | Column): Column { return call('tuple_sketch_summary_integer', named(c), modeOf(mode)) }
/** The share of keys that a tuple sketch (INT) keeps, from 0 to 1. `F.tuple_sketch_theta_integer("sketch")` */
export function tuple_sketch_theta_integer(c: ColumnOrName): Column { return call('tuple_sketch_theta_integer', named(c)) }
/** Two tuple sketches (INT) put together; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. `F.tuple_union_integer("today", "yesterday")` */
export function tuple_union_integer(c1: ColumnOrName, c2: ColumnOrName, lgNomEntries?: number | Column, mode?: string | Column): Column { return call('tuple_union_integer', named(c1), named(c2), ...filled(lgNomEntries, mode)) }
/** What two tuple sketches (INT) have in common; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. `F.tuple_intersection_integer("today", "yesterday")` */
export function tuple_intersection_integer(c1: ColumnOrName, c2: ColumnOrName, mode?: string | Column): Column { return call('tuple_intersection_integer', named(c1), named(c2), modeOf(mode)) }
/** What the first tuple sketch (INT) has and the second, a tuple sketch, has not. `F.tuple_difference_integer("today", "yesterday")` */
export function tuple_difference_integer(c1: ColumnOrName, c2: ColumnOrName): Column { return call('tuple_difference_integer', named(c1), named(c2)) }
/** A tuple sketch and a theta sketch (INT) put together; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. A key of the theta sketch comes with the number that the mode begins with: 0, the most, the least, 1. `F.tuple_union_theta_integer("today", "thetaSketch")` */
export function tuple_union_theta_integer(c1: ColumnOrName, c2: ColumnOrName, lgNomEntries?: number | Column, mode?: string | Column): Column { return call('tuple_union_theta_integer', named(c1), named(c2), ...filled(lgNomEntries, mode)) }
/** What a tuple sketch and a theta sketch (INT) have in common; how numbers of one key become one says `mode`: sum (where it is left out), min, max or alwaysone. A key of the theta sketch comes with the number that the mode begins with: 0, the most, the least, 1. `F.tuple_intersection_theta_integer("today", "thetaSketch")` */
export function tuple_intersection_theta_integer(c1: ColumnOrName, c2: ColumnOrName, mode?: string | Column): Column { return call('tuple_intersection_theta_integer', named(c1), named(c2), modeOf(mode)) }
/** What the first tuple sketch (INT) has and the second, a theta sketch, has not. `F.tuple_difference_theta_integer("today", "thetaSketch")` */
export function tuple_difference_theta_integer(c1: ColumnOrName, c2: ColumnOrName): Column { return call('tuple_difference_theta_integer', named(c1), named(c2)) }
