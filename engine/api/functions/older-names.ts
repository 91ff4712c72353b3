/** Names that Spark keeps from earlier versions, and orders of a column by its name. */
import { call, Column, columnNamed, toColumn, type ColumnOrName } from '../column.ts'

const distinct = (name: string, c: ColumnOrName): Column => new Column({ kind: 'unresolved-call', name, args: [columnNamed(c).expression], distinct: true })

/** The same as approx_count_distinct. `F.approxCountDistinct("v")` */
export function approxCountDistinct(c: ColumnOrName, rsd?: number): Column { return rsd === undefined ? call('approx_count_distinct', columnNamed(c)) : call('approx_count_distinct', columnNamed(c), toColumn(rsd)) }
/** The same as sum_distinct. `F.sumDistinct("v")` */
export function sumDistinct(c: ColumnOrName): Column { return distinct('sum', c) }
/** The bits of a whole number turned over. `F.bitwise_not("v")` */
export function bitwise_not(c: ColumnOrName): Column { return call('~', columnNamed(c)) }
/** The same as bitwise_not. `F.bitwiseNOT("v")` */
export function bitwiseNOT(c: ColumnOrName): Column { return bitwise_not(c) }
/** The same as shiftleft. `F.shiftLeft("v", 1)` */
export function shiftLeft(c: ColumnOrName, bits: number): Column { return call('shiftleft', columnNamed(c), toColumn(bits)) }
/** The same as shiftright. `F.shiftRight("v", 1)` */
export function shiftRight(c: ColumnOrName, bits: number): Column { return call('shiftright', columnNamed(c), toColumn(bits)) }
/** The same as shiftrightunsigned. `F.shiftRightUnsigned("v", 1)` */
export function shiftRightUnsigned(c: ColumnOrName, bits: number): Column { return call('shiftrightunsigned', columnNamed(c), toColumn(bits)) }
/** The same as degrees. `F.toDegrees("v")` */
export function toDegrees(c: ColumnOrName): Column { return call('degrees', columnNamed(c)) }
/** The same as radians. `F.toRadians("v")` */
export function toRadians(c: ColumnOrName): Column { return call('radians', columnNamed(c)) }
/** The value with its sign changed. `F.negate("v")` */
export function negate(c: ColumnOrName): Column { return call('negative', columnNamed(c)) }
/** Ascending order with NULL first. `df.orderBy(F.asc_nulls_first("v"))` */
export function asc_nulls_first(c: ColumnOrName): Column { return columnNamed(c).asc_nulls_first() }
/** Ascending order with NULL last. `df.orderBy(F.asc_nulls_last("v"))` */
export function asc_nulls_last(c: ColumnOrName): Column { return columnNamed(c).asc_nulls_last() }
/** Descending order with NULL first. `df.orderBy(F.desc_nulls_first("v"))` */
export function desc_nulls_first(c: ColumnOrName): Column { return columnNamed(c).desc_nulls_first() }
/** Descending order with NULL last. `df.orderBy(F.desc_nulls_last("v"))` */
export function desc_nulls_last(c: ColumnOrName): Column { return columnNamed(c).desc_nulls_last() }
