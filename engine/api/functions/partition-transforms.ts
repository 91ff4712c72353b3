/** Makers of what df.writeTo(…).partitionedBy() takes besides columns. They compute nothing. */
import { call, columnNamed, toColumn, type Column, type ColumnOrName } from '../column.ts'

const named = (c: ColumnOrName): Column => columnNamed(c)

/** By the year of a time. For partitionedBy only. `df.writeTo("t").partitionedBy(F.years("ts"))` */
export function years(c: ColumnOrName): Column { return call('years', named(c)) }
/** By the month of a time. For partitionedBy only. `df.writeTo("t").partitionedBy(F.months("ts"))` */
export function months(c: ColumnOrName): Column { return call('months', named(c)) }
/** By the day of a time. For partitionedBy only. `df.writeTo("t").partitionedBy(F.days("ts"))` */
export function days(c: ColumnOrName): Column { return call('days', named(c)) }
/** By the hour of a time. For partitionedBy only. `df.writeTo("t").partitionedBy(F.hours("ts"))` */
export function hours(c: ColumnOrName): Column { return call('hours', named(c)) }
/** In so many buckets by the hash of a column. For partitionedBy only. `df.writeTo("t").partitionedBy(F.bucket(4, "id"))` */
export function bucket(buckets: number | Column, c: ColumnOrName): Column { return call('bucket', toColumn(buckets), named(c)) }
