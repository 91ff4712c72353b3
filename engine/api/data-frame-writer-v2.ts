/** df.writeTo(table): puts the rows of a batch into a table of the catalog, as something that is made, replaced or added to. */
import { analysisError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import type { TableName } from '../expressions/table-name.ts'
import type { Backend } from '../plan/backend.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { Partitioning, WriteTo } from '../plan/saved-table.ts'
import { columnNamed, type Column, type ColumnOrName } from './column.ts'
import { optionText, type OptionValue } from './option-value.ts'
import { conditionExpression } from './sql-text.ts'

/**
 * Rows on their way into a table. What it shall be like comes first, one of `create`, `replace`, `createOrReplace`, `append`, `overwrite` and `overwritePartitions` last.
 *
 *     await ventas.writeTo("ventas").using("delta").partitionedBy("dia").create()
 *     await mas.writeTo("ventas").append()
 */
export class DataFrameWriterV2 {
  readonly #plan: LogicalPlan
  readonly #backend: Backend
  readonly #table: TableName
  #provider: string | null = null
  readonly #options: Record<string, string> = {}
  readonly #properties: Record<string, string> = {}
  #partitionedBy: readonly Partitioning[] = []
  #clusterBy: readonly string[] = []

  constructor(plan: LogicalPlan, table: TableName, backend: Backend) {
    this.#plan = plan
    this.#table = table
    this.#backend = backend
  }

  /** The format of a table that is made: parquet (unless `spark.sql.sources.default` says another), delta, json, csv or text. */
  using(provider: string): this { this.#provider = provider; return this }
  /** An option of the write; `path` says where the files of a new table lie. */
  option(name: string, value: OptionValue): this { this.#options[name] = optionText(name, value); return this }
  /** Several options. */
  options(values: Readonly<Record<string, OptionValue>>): this { for (const [k, v] of Object.entries(values)) this.option(k, v); return this }
  /** A property of a table that is made, such as `delta.appendOnly` of a Delta table. */
  tableProperty(name: string, value: string): this { this.#properties[name] = value; return this }
  /**
   * By what the files of a new table are told apart: columns; in tables of files also one `F.bucket(4, "id")`. Throws UNSUPPORTED_PARTITION_TRANSFORM at the end for `F.years` and its kin, as Spark's own catalog does.
   * @example df.writeTo("ventas").partitionedBy("dia").create()
   */
  partitionedBy(...columns: readonly ColumnOrName[]): this {
    this.#partitionedBy = columns.map(c => partitioning(columnNamed(c)))
    return this.#laidOut()
  }
  /** Rows that are alike lie together on a cluster's disks; here files are as they are without. Not beside partitionedBy. */
  clusterBy(...columns: readonly string[]): this { this.#clusterBy = columns; return this.#laidOut() }
  #laidOut(): this {
    if (this.#clusterBy.length > 0 && this.#partitionedBy.length > 0) throw analysisError('SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED')
    return this
  }

  /** Makes the table of these rows. Throws TABLE_OR_VIEW_ALREADY_EXISTS. */
  create(): Promise<void> { return this.#write('create') }
  /** Puts these rows, their columns and this layout in place of a Delta table's. Throws TABLE_OR_VIEW_NOT_FOUND, and UNSUPPORTED_FEATURE.TABLE_OPERATION for tables of files, as Spark does. */
  replace(): Promise<void> { return this.#write('replace') }
  /** The same, and makes the table where there is none. */
  createOrReplace(): Promise<void> { return this.#write('createOrReplace') }
  /** Adds the rows to a Delta table, columns by name; those the rows have not are NULL. Tables of files are refused, as by Spark: `df.write.insertInto(table)` adds to them. */
  append(): Promise<void> { return this.#write('append') }
  /** Puts the rows in place of those that meet a condition, which they must meet themselves. `await hoy.writeTo("ventas").overwrite(F.col("dia").equalTo("2026-01-31"))` Throws DELTA_REPLACE_WHERE_MISMATCH. */
  overwrite(condition: Column | string): Promise<void> { return this.#write('overwrite', conditionExpression(condition)) }
  /** Puts the rows in place of the partitions they fall into; of a table without partitions in place of all rows. */
  overwritePartitions(): Promise<void> { return this.#write('overwritePartitions') }

  async #write(how: WriteTo['how'], condition: Expression | null = null): Promise<void> {
    await this.#backend.writeTo({ plan: this.#plan, table: this.#table, how, provider: this.#provider, options: this.#options, properties: this.#properties, partitionedBy: this.#partitionedBy, clusterBy: this.#clusterBy, condition })
  }
}

const attributeName = (e: Expression | undefined): string | null => (e?.kind === 'unresolved-attribute' ? e.nameParts.join('.') : null)
const times = new Set(['years', 'months', 'days', 'hours'])

function partitioning({ expression: e }: Column): Partitioning {
  const column = attributeName(e)
  if (column !== null) return { kind: 'column', name: column }
  if (e.kind === 'unresolved-call') {
    const names = e.args.map(attributeName)
    if (times.has(e.name) && names.length === 1 && names[0] !== null) return { kind: e.name as 'years', name: names[0]! }
    const [buckets] = e.args
    if (e.name === 'bucket' && buckets?.kind === 'literal' && names.length > 1 && names.slice(1).every(n => n !== null)) return { kind: 'bucket', buckets: Number(buckets.value), columns: names.slice(1) as string[] }
  }
  throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `a table cannot be partitioned by ${nameOf(e)}`, advice: 'Give partitionedBy() columns; make a column of the expression first.' })
}
