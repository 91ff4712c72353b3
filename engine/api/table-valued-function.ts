/** spark.tvf: functions that make rows, as DataFrames of their own; with `outer()` in their arguments they stand on the right of lateralJoin. */
import type { Backend } from '../plan/backend.ts'
import { columnNamed, toColumn, type ColumnOrName, type ColumnOrValue } from './column.ts'
import { DataFrame } from './dataframe.ts'

export class TableValuedFunction {
  readonly #backend: Backend

  constructor(backend: Backend) { this.#backend = backend }

  #of(name: string, args: readonly ColumnOrValue[]): DataFrame { return new DataFrame({ kind: 'table-function', name, args: args.map(a => ({ name: null, value: toColumn(a).expression })) }, this.#backend) }

  /** `range(end)`, `range(start, end)`, `range(start, end, step)`: one column `id BIGINT`. `spark.tvf.range(0, 10, 2)` */
  range(start: number | bigint, end?: number | bigint, step?: number | bigint): DataFrame { return this.#of('range', [start, end, step].flatMap(n => n ?? [])) }
  /** A row for each element of an array (column `col`) or entry of a map (`key`, `value`). `eventos.lateralJoin(spark.tvf.explode(F.col("items").outer()))` */
  explode(collection: ColumnOrName): DataFrame { return this.#of('explode', [columnNamed(collection)]) }
  /** The same, with a row of NULL where there is no element. */
  explode_outer(collection: ColumnOrName): DataFrame { return this.#of('explode_outer', [columnNamed(collection)]) }
  /** The same as explode, with the position before it: `pos`, from 0. */
  posexplode(collection: ColumnOrName): DataFrame { return this.#of('posexplode', [columnNamed(collection)]) }
  /** The same, with a row of NULL where there is no element. */
  posexplode_outer(collection: ColumnOrName): DataFrame { return this.#of('posexplode_outer', [columnNamed(collection)]) }
  /** A row for each struct of an array, its fields as columns. */
  inline(input: ColumnOrName): DataFrame { return this.#of('inline', [columnNamed(input)]) }
  /** The same, with a row of NULL where there is no struct. */
  inline_outer(input: ColumnOrName): DataFrame { return this.#of('inline_outer', [columnNamed(input)]) }
  /** The values in so many rows: columns `col0`, `col1`, … `spark.tvf.stack(2, 1, "a", 2, "b")` */
  stack(rows: ColumnOrValue, ...values: readonly ColumnOrValue[]): DataFrame { return this.#of('stack', [rows, ...values]) }
  /** A row for each element or field of a VARIANT: `pos`, `key` (NULL for elements), `value`. `eventos.lateralJoin(spark.tvf.variant_explode(F.col("v").outer()))` */
  variant_explode(input: ColumnOrName): DataFrame { return this.#of('variant_explode', [columnNamed(input)]) }
  /** The same, with a row of NULL where there is no element and no field. */
  variant_explode_outer(input: ColumnOrName): DataFrame { return this.#of('variant_explode_outer', [columnNamed(input)]) }
  /** Fields of a JSON text as texts: `c0`, `c1`, … `spark.tvf.json_tuple(F.col("json").outer(), F.lit("a"))` */
  json_tuple(json: ColumnOrName, ...fields: readonly ColumnOrValue[]): DataFrame { return this.#of('json_tuple', [columnNamed(json), ...fields]) }
}
