/** Names that Spark keeps from earlier versions, and orders of a column by its name. */
import { call, columnNamed, type Column, type ColumnOrName } from '../column.ts'
import { degrees, radians, shiftleft, shiftright, shiftrightunsigned } from './number-functions.ts'

/** The bits of a whole number turned over. `F.bitwise_not("v")` */
export function bitwise_not(c: ColumnOrName): Column { return call('~', columnNamed(c)) }
/** The same as bitwise_not. `F.bitwiseNOT("v")` */
export function bitwiseNOT(c: ColumnOrName): Column { return bitwise_not(c) }
/** The same as shiftleft. `F.shiftLeft("v", 1)` */
export function shiftLeft(c: ColumnOrName, bits: number): Column { return shiftleft(c, bits) }
/** The same as shiftright. `F.shiftRight("v", 1)` */
export function shiftRight(c: ColumnOrName, bits: number): Column { return shiftright(c, bits) }
/** The same as shiftrightunsigned. `F.shiftRightUnsigned("v", 1)` */
export function shiftRightUnsigned(c: ColumnOrName, bits: number): Column { return shiftrightunsigned(c, bits) }
/** The same as degrees. `F.toDegrees("v")` */
export function toDegrees(c: ColumnOrName): Column { return degrees(c) }
/** The same as radians. `F.toRadians("v")` */
export function toRadians(c: ColumnOrName): Column { return radians(c) }
/** Ascending order with NULL first. `df.orderBy(F.asc_nulls_first("v"))` */
export function asc_nulls_first(c: ColumnOrName): Column { return columnNamed(c).asc_nulls_first() }
/** Ascending order with NULL last. `df.orderBy(F.asc_nulls_last("v"))` */
export function asc_nulls_last(c: ColumnOrName): Column { return columnNamed(c).asc_nulls_last() }
/** Descending order with NULL first. `df.orderBy(F.desc_nulls_first("v"))` */
export function desc_nulls_first(c: ColumnOrName): Column { return columnNamed(c).desc_nulls_first() }
/** Descending order with NULL last. `df.orderBy(F.desc_nulls_last("v"))` */
export function desc_nulls_last(c: ColumnOrName): Column { return columnNamed(c).desc_nulls_last() }
