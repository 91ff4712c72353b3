/** Functions that take a JavaScript function of Columns: for the elements of arrays and the entries of maps. */
import type { Expression } from '../../expressions/expression.ts'
import { Column, columnNamed, exactColumn, toColumn, type ColumnOrName, type ColumnOrValue } from '../column.ts'

let lambdas = 0
type Body = (...parameters: Column[]) => Column

/** A lambda of as many parameters as the function names, at least one. */
function lambda(f: Body, most: number): Expression {
  const parameters = Array.from({ length: Math.min(Math.max(1, f.length), most) }, (_, i) => `x${i}_${lambdas}`)
  lambdas++
  const body = f(...parameters.map(exactColumn)).expression
  return { kind: 'unresolved-lambda', parameters, body }
}

const higherOrder = (name: string, ...args: readonly Expression[]): Column => new Column({ kind: 'unresolved-call', name, args })
const of = (c: ColumnOrName): Expression => columnNamed(c).expression

/** Each element of an array through a function, with its index from 0. `F.transform("a", x => x.plus(1))` */
export function transform(c: ColumnOrName, f: (x: Column, index: Column) => Column): Column { return higherOrder('transform', of(c), lambda(f as Body, 2)) }
/** The elements for which a function is true. `F.filter("a", x => x.gt(0))` */
export function filter(c: ColumnOrName, f: (x: Column, index: Column) => Column): Column { return higherOrder('filter', of(c), lambda(f as Body, 2)) }
/** Whether a function is true for some element. `F.exists("a", x => x.gt(10))` */
export function exists(c: ColumnOrName, f: (x: Column) => Column): Column { return higherOrder('exists', of(c), lambda(f as Body, 1)) }
/** Whether a function is true for all elements. `F.forall("a", x => x.gt(0))` */
export function forall(c: ColumnOrName, f: (x: Column) => Column): Column { return higherOrder('forall', of(c), lambda(f as Body, 1)) }
/** One value of all elements: a start, a function of the value so far and an element, and one for the end. `F.aggregate("a", F.lit(0), (sum, x) => sum.plus(x))` */
export function aggregate(c: ColumnOrName, start: ColumnOrValue, merge: (sum: Column, x: Column) => Column, finish?: (sum: Column) => Column): Column {
  return higherOrder('aggregate', of(c), toColumn(start).expression, lambda(merge as Body, 2), ...(finish === undefined ? [] : [lambda(finish as Body, 1)]))
}
/** The same as aggregate. `F.reduce("a", F.lit(0), (sum, x) => sum.plus(x))` */
export function reduce(c: ColumnOrName, start: ColumnOrValue, merge: (sum: Column, x: Column) => Column, finish?: (sum: Column) => Column): Column { return aggregate(c, start, merge, finish) }
/** Two arrays joined element by element; the shorter one is filled with NULL. `F.zip_with("a", "b", (x, y) => x.plus(y))` */
export function zip_with(a: ColumnOrName, b: ColumnOrName, f: (x: Column, y: Column) => Column): Column { return higherOrder('zip_with', of(a), of(b), lambda(f as Body, 2)) }
/** Sorted elements, NULL last, or by a function that gives a negative, zero or positive INT. `F.array_sort("a", (x, y) => F.length(x).minus(F.length(y)))` */
export function array_sort(c: ColumnOrName, compare?: (x: Column, y: Column) => Column): Column { return higherOrder('array_sort', of(c), ...(compare === undefined ? [] : [lambda(compare as Body, 2)])) }
/** The entries for which a function is true. `F.map_filter("m", (k, v) => v.gt(0))` */
export function map_filter(c: ColumnOrName, f: (key: Column, value: Column) => Column): Column { return higherOrder('map_filter', of(c), lambda(f as Body, 2)) }
/** New keys for the entries. `F.transform_keys("m", (k, v) => F.upper(k))` */
export function transform_keys(c: ColumnOrName, f: (key: Column, value: Column) => Column): Column { return higherOrder('transform_keys', of(c), lambda(f as Body, 2)) }
/** New values for the entries. `F.transform_values("m", (k, v) => v.plus(1))` */
export function transform_values(c: ColumnOrName, f: (key: Column, value: Column) => Column): Column { return higherOrder('transform_values', of(c), lambda(f as Body, 2)) }
/** Two maps joined key by key. `F.map_zip_with("m", "n", (k, v, w) => F.coalesce(v, w))` */
export function map_zip_with(a: ColumnOrName, b: ColumnOrName, f: (key: Column, v: Column, w: Column) => Column): Column { return higherOrder('map_zip_with', of(a), of(b), lambda(f as Body, 3)) }
