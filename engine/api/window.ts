/** Window and WindowSpec: over which rows a function with `over` is computed. */
import { analysisError } from '../errors/spark-error.ts'
import type { Expression, FrameBound, SortOrder, WindowFrame } from '../expressions/expression.ts'
import { columnNamed, sortOrderOf, toColumn, type Column, type ColumnOrName } from './column.ts'

/**
 * Which rows are computed together (the partition), in which order, and which of them each row sees (the frame). Every method gives a new WindowSpec.
 * Without a frame a function sees the whole partition; with an order, all rows up to the current one and those that compare equal to it, as in Spark.
 * @example
 * const recent = Window.partitionBy('user').orderBy(F.col('ts').desc())
 * df.withColumn('rn', F.row_number().over(recent)).where('rn = 1')
 */
export class WindowSpec {
  /** What SQL calls PARTITION BY, ORDER BY and the frame. For other rooms of the engine; its shape is not part of the public API. */
  readonly definition: { readonly partitionBy: readonly Expression[]; readonly orderBy: readonly SortOrder[]; readonly frame: WindowFrame | null }

  constructor(definition: WindowSpec['definition'] = { partitionBy: [], orderBy: [], frame: null }) { this.definition = definition }

  /** Rows with the same values of these columns are computed together. `Window.partitionBy("user", F.to_date("ts"))` */
  partitionBy(...columns: readonly (ColumnOrName | readonly ColumnOrName[])[]): WindowSpec {
    return new WindowSpec({ ...this.definition, partitionBy: columns.flat().map(c => columnNamed(c as ColumnOrName).expression) })
  }

  /** The order within a partition; ascending unless `desc()` says otherwise, NULL first when ascending. `Window.orderBy(F.col("ts").desc())` */
  orderBy(...columns: readonly (ColumnOrName | readonly ColumnOrName[])[]): WindowSpec {
    return new WindowSpec({ ...this.definition, orderBy: columns.flat().map(c => sortOrderOf(columnNamed(c as ColumnOrName))) })
  }

  /**
   * The frame by position: from `start` to `end` rows away from the current one, both included; negative is before it, 0 the row itself.
   * Amounts are whole numbers, or Window.unboundedPreceding, Window.currentRow, Window.unboundedFollowing; else MICROLOTE_INVALID_ARGUMENT.
   * @example F.avg('v').over(Window.partitionBy('k').orderBy('ts').rowsBetween(-2, Window.currentRow))
   */
  rowsBetween(start: number | bigint, end: number | bigint): WindowSpec { return this.#framed('rows', start, end) }

  /**
   * The frame by value of the only key in orderBy: rows whose key is from `start` to `end` away from the current row's. A number goes with numbers (and days with dates);
   * for timestamps give an interval as a Column: `rangeBetween(F.expr("-INTERVAL 1 HOUR"), Window.currentRow)`.
   * @example F.sum('v').over(Window.orderBy('day').rangeBetween(-6, 0))
   */
  rangeBetween(start: number | bigint | Column, end: number | bigint | Column): WindowSpec { return this.#framed('range', start, end) }

  #framed(unit: 'rows' | 'range', start: number | bigint | Column, end: number | bigint | Column): WindowSpec {
    return new WindowSpec({ ...this.definition, frame: { unit, lower: bound(start), upper: bound(end) } })
  }
}

// What lies beyond the whole numbers of a double is no bound, as beyond BIGINT in Spark.
function bound(amount: number | bigint | Column): FrameBound {
  if (typeof amount === 'object') return amount.expression
  if (amount >= Number.MAX_SAFE_INTEGER) return 'unbounded-following'
  if (amount <= Number.MIN_SAFE_INTEGER) return 'unbounded-preceding'
  if (typeof amount === 'number' && !Number.isInteger(amount)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `a bound of a frame must be a whole number, found ${amount}`, advice: 'Give a whole number, or Window.unboundedPreceding, Window.currentRow, Window.unboundedFollowing.' })
  return amount == 0 ? 'current-row' : toColumn(amount).expression
}

/**
 * Where a WindowSpec begins: `Window.partitionBy("k").orderBy("ts")`. Window functions are for batch DataFrames, among them those that foreachBatch hands over; a stream refuses them.
 * @example
 * query.writeStream.foreachBatch(async (batch, id) => {
 *   const latest = batch.withColumn('rn', F.row_number().over(Window.partitionBy('id').orderBy(F.col('ts').desc()))).where('rn = 1').drop('rn')
 * })
 */
export class Window {
  /** No bound before the current row: the frame begins where the partition does. */
  static readonly unboundedPreceding: number = -Infinity
  /** No bound behind the current row: the frame ends where the partition does. */
  static readonly unboundedFollowing: number = Infinity
  /** The current row; with rangeBetween also those that compare equal to it. */
  static readonly currentRow: number = 0

  /** A WindowSpec with this partition. `Window.partitionBy("user")` */
  static partitionBy(...columns: readonly (ColumnOrName | readonly ColumnOrName[])[]): WindowSpec { return new WindowSpec().partitionBy(...columns) }
  /** A WindowSpec with this order, all rows in one partition. `Window.orderBy("ts")` */
  static orderBy(...columns: readonly (ColumnOrName | readonly ColumnOrName[])[]): WindowSpec { return new WindowSpec().orderBy(...columns) }
  /** A WindowSpec with this frame by position. `Window.rowsBetween(-1, 1)` */
  static rowsBetween(start: number | bigint, end: number | bigint): WindowSpec { return new WindowSpec().rowsBetween(start, end) }
  /** A WindowSpec with this frame by value. `Window.rangeBetween(-6, 0)` */
  static rangeBetween(start: number | bigint | Column, end: number | bigint | Column): WindowSpec { return new WindowSpec().rangeBetween(start, end) }
}
