/** Functions of arrays, maps and structs beyond the everyday ones. Where an argument is a column, a text is a column's name. */
import { call, columnNamed as named, toColumn, type Column, type ColumnOrName, type ColumnOrValue } from '../column.ts'

/** Number of elements; the same as size. `F.cardinality("a")` */
export function cardinality(c: ColumnOrName): Column { return call('cardinality', named(c)) }
/** Number of elements of an array. `F.array_size("a")` */
export function array_size(c: ColumnOrName): Column { return call('array_size', named(c)) }
/** With an element at the end. `F.array_append("a", 4)` */
export function array_append(c: ColumnOrName, element: ColumnOrValue): Column { return call('array_append', named(c), toColumn(element)) }
/** With an element at the start. `F.array_prepend("a", 0)` */
export function array_prepend(c: ColumnOrName, element: ColumnOrValue): Column { return call('array_prepend', named(c), toColumn(element)) }
/** With an element put in at a place, counted from 1. `F.array_insert("a", 2, 9)` */
export function array_insert(c: ColumnOrName, position: ColumnOrValue, element: ColumnOrValue): Column { return call('array_insert', named(c), toColumn(position), toColumn(element)) }
/** Without the elements equal to a value. `F.array_remove("a", 1)` */
export function array_remove(c: ColumnOrName, element: ColumnOrValue): Column { return call('array_remove', named(c), toColumn(element)) }
/** An array of a value so many times. `F.array_repeat("x", 3)` */
export function array_repeat(c: ColumnOrName, count: ColumnOrValue): Column { return call('array_repeat', named(c), toColumn(count)) }
/** Without NULL elements. `F.array_compact("a")` */
export function array_compact(c: ColumnOrName): Column { return call('array_compact', named(c)) }
/** Distinct elements of the first that the second lacks. `F.array_except("a", "b")` */
export function array_except(a: ColumnOrName, b: ColumnOrName): Column { return call('array_except', named(a), named(b)) }
/** Distinct elements of both. `F.array_intersect("a", "b")` */
export function array_intersect(a: ColumnOrName, b: ColumnOrName): Column { return call('array_intersect', named(a), named(b)) }
/** Distinct elements of either. `F.array_union("a", "b")` */
export function array_union(a: ColumnOrName, b: ColumnOrName): Column { return call('array_union', named(a), named(b)) }
/** Whether the arrays share an element. `F.arrays_overlap("a", "b")` */
export function arrays_overlap(a: ColumnOrName, b: ColumnOrName): Column { return call('arrays_overlap', named(a), named(b)) }
/** An array of structs, one for each place. `F.arrays_zip("a", "b")` */
export function arrays_zip(...columns: readonly ColumnOrName[]): Column { return call('arrays_zip', ...columns.map(c => named(c))) }
/** An element counted from 0, NULL outside the array. `F.get("a", 0)` */
export function get(c: ColumnOrName, index: ColumnOrValue): Column { return call('get', named(c), toColumn(index)) }
/** Element from 1 or value of a key, NULL where there is none. `F.try_element_at("a", F.lit(1))` */
export function try_element_at(c: ColumnOrName, key: ColumnOrValue): Column { return call('try_element_at', named(c), toColumn(key)) }
/** All values from one to another, both included. `F.sequence(F.lit(1), F.lit(10), F.lit(3))` */
export function sequence(start: ColumnOrName, stop: ColumnOrName, step?: ColumnOrName): Column { return call('sequence', named(start), named(stop), ...(step === undefined ? [] : [named(step)])) }
/** The elements in a random order. `F.shuffle("a")` */
export function shuffle(c: ColumnOrName, seed?: number): Column { return call('shuffle', named(c), ...(seed === undefined ? [] : [toColumn(seed)])) }
/** A row for each element with its position, one with NULL for none. `F.posexplode_outer("a")` */
export function posexplode_outer(c: ColumnOrName): Column { return call('posexplode_outer', named(c)) }
/** A row for each struct of an array, a column for each field. `F.inline("a")` */
export function inline(c: ColumnOrName): Column { return call('inline', named(c)) }
/** The same, one row with NULL for none. `F.inline_outer("a")` */
export function inline_outer(c: ColumnOrName): Column { return call('inline_outer', named(c)) }
/** So many rows of the values in turn. `F.stack(2, "a", "b", "c", "d")` */
export function stack(rows: number, ...values: readonly ColumnOrName[]): Column { return call('stack', toColumn(rows), ...values.map(c => named(c))) }
/** One map of several. `F.map_concat("m", "n")` */
export function map_concat(...maps: readonly ColumnOrName[]): Column { return call('map_concat', ...maps.map(c => named(c))) }
/** Whether a map has the key. `F.map_contains_key("m", "a")` */
export function map_contains_key(c: ColumnOrName, key: ColumnOrValue): Column { return call('map_contains_key', named(c), toColumn(key)) }
/** An array of key and value structs. `F.map_entries("m")` */
export function map_entries(c: ColumnOrName): Column { return call('map_entries', named(c)) }
/** A map of key and value structs. `F.map_from_entries("a")` */
export function map_from_entries(c: ColumnOrName): Column { return call('map_from_entries', named(c)) }
/** A struct of names and values in turn. `F.named_struct(F.lit("a"), "x")` */
export function named_struct(...pairs: readonly ColumnOrName[]): Column { return call('named_struct', ...pairs.map(c => named(c))) }
/** Equality where NULL equals NULL. `F.equal_null("a", "b")` */
export function equal_null(a: ColumnOrName, b: ColumnOrName): Column { return call('equal_null', named(a), named(b)) }
/** The second where the first is not NULL, else the third. `F.nvl2("a", "b", "c")` */
export function nvl2(a: ColumnOrName, b: ColumnOrName, otherwise: ColumnOrName): Column { return call('nvl2', named(a), named(b), named(otherwise)) }
/** NULL in place of 0. `F.nullifzero("n")` */
export function nullifzero(c: ColumnOrName): Column { return call('nullifzero', named(c)) }
/** 0 in place of NULL. `F.zeroifnull("n")` */
export function zeroifnull(c: ColumnOrName): Column { return call('zeroifnull', named(c)) }
/** The name of the type. `F.typeof("x")` */
function typeOf(c: ColumnOrName): Column { return call('typeof', named(c)) }
export { typeOf as typeof }
/** NULL where the condition holds, an error otherwise. `F.assert_true(F.col("n").gt(0), "n must be positive")` */
export function assert_true(c: ColumnOrName, message?: ColumnOrValue): Column { return call('assert_true', named(c), ...(message === undefined ? [] : [toColumn(message)])) }
/** An error in each row that computes it. `F.raise_error("unexpected value")` */
export function raise_error(message: ColumnOrValue): Column { return call('raise_error', toColumn(message)) }
/** A number that grows from row to row. `F.monotonically_increasing_id()` */
export function monotonically_increasing_id(): Column { return call('monotonically_increasing_id') }
/** The partition of the row: 0 in one process. `F.spark_partition_id()` */
export function spark_partition_id(): Column { return call('spark_partition_id') }
