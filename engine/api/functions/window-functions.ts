/** Functions that need a window: `F.row_number().over(Window.partitionBy("k").orderBy("ts"))`. Where an argument is a column, a text is a column's name. */
import { Column, call, columnNamed as named, toColumn, type ColumnOrName, type ColumnOrValue } from '../column.ts'

/** The number of a row in its partition, from 1. `F.row_number().over(Window.partitionBy("k").orderBy("ts"))` */
export function row_number(): Column { return call('row_number') }
/** The place of a row, from 1; rows that compare equal share it, and as many places stay empty behind them. `F.rank().over(Window.orderBy("v"))` */
export function rank(): Column { return call('rank') }
/** Like rank, with no empty places. `F.dense_rank().over(Window.orderBy("v"))` */
export function dense_rank(): Column { return call('dense_rank') }
/** The rank as a part of the partition: (rank − 1) / (rows − 1), from 0 to 1. `F.percent_rank().over(Window.orderBy("v"))` */
export function percent_rank(): Column { return call('percent_rank') }
/** The part of the rows that come before a row or are equal to it, above 0 and up to 1. `F.cume_dist().over(Window.orderBy("v"))` */
export function cume_dist(): Column { return call('cume_dist') }
/** The number of a row's bucket when the ordered partition is cut into n of them, as even as can be. `F.ntile(4).over(Window.orderBy("v"))` */
export function ntile(n: number): Column { return call('ntile', toColumn(n)) }

/** The value `offset` rows before, in the order of the window; `otherwise` (NULL) where there is none. `F.lag("v", 1, 0).over(Window.partitionBy("k").orderBy("ts"))` */
export function lag(c: ColumnOrName, offset = 1, otherwise: ColumnOrValue = null, ignoreNulls = false): Column { return treated(call('lag', named(c), toColumn(offset), toColumn(otherwise)), ignoreNulls) }
/** The value `offset` rows behind, in the order of the window; `otherwise` (NULL) where there is none. `F.lead("v").over(Window.partitionBy("k").orderBy("ts"))` */
export function lead(c: ColumnOrName, offset = 1, otherwise: ColumnOrValue = null, ignoreNulls = false): Column { return treated(call('lead', named(c), toColumn(offset), toColumn(otherwise)), ignoreNulls) }
/** The n-th value of the frame, from 1; NULL where it has not so many. `F.nth_value("v", 2).over(Window.partitionBy("k").orderBy("ts"))` */
export function nth_value(c: ColumnOrName, n: number, ignoreNulls = false): Column { return treated(call('nth_value', named(c), toColumn(n)), ignoreNulls) }
/** What a counter that only grows grew by since the row before; NULL for the first row and where it began anew: where it fell, or its start time, if one is given, moved on. `F.counter_diff("requests").over(Window.partitionBy("host").orderBy("ts"))` */
export function counter_diff(value: ColumnOrName, startTime?: ColumnOrName): Column { return call('counter_diff', named(value), ...(startTime === undefined ? [] : [named(startTime)])) }

const treated = (c: Column, ignoreNulls: boolean): Column => (ignoreNulls && c.expression.kind === 'unresolved-call' ? new Column({ ...c.expression, ignoreNulls }) : c)
