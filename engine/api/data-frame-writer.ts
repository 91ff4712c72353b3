/** df.write: puts the rows of a batch somewhere. */
import { analysisError } from '../errors/spark-error.ts'
import type { Backend } from '../plan/backend.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { optionText, type OptionValue } from './option-value.ts'

export class DataFrameWriter {
  readonly #plan: LogicalPlan
  readonly #backend: Backend
  #format: string | null = null
  #mode = 'errorifexists'
  #options: Record<string, string> = {}
  #partitionBy: readonly string[] = []

  constructor(plan: LogicalPlan, backend: Backend) {
    this.#plan = plan
    this.#backend = backend
  }

  format(name: string): this { this.#format = name; return this }
  /** append, overwrite, ignore, error. */
  mode(mode: string): this { this.#mode = mode; return this }
  option(name: string, value: OptionValue): this { this.#options[name] = optionText(name, value); return this }
  options(values: Readonly<Record<string, OptionValue>>): this { for (const [k, v] of Object.entries(values)) this.option(k, v); return this }
  partitionBy(...columns: readonly string[]): this { this.#partitionBy = columns; return this }
  async save(path?: string): Promise<void> {
    await this.#backend.write({ plan: this.#plan, format: this.#format ?? 'parquet', mode: this.#mode, options: { ...this.#options }, path: path ?? null, partitionBy: this.#partitionBy })
  }
  /**
   * Writes the rows as a table: files of the format given (parquet unless told; `format("delta")`) in the warehouse directory (`spark.sql.warehouse.dir`, by default spark-warehouse), or at the option `path`.
   * `spark.table(name)`, SQL and `readStream.table(name)` find it as long as this process lives. Rows are appended by the names of their columns.
   * Throws TABLE_OR_VIEW_ALREADY_EXISTS in the mode error, LOCATION_ALREADY_EXISTS where an earlier process left files. `await df.write.mode("append").saveAsTable("ventas")`
   */
  saveAsTable(name: string): Promise<void> { return this.#table(name, 'save') }
  /** Adds the rows to a table, columns by position, or puts them in place of its rows. Throws TABLE_OR_VIEW_NOT_FOUND and INSERT_COLUMN_ARITY_MISMATCH. `await df.write.insertInto("ventas", true)` */
  insertInto(name: string, overwrite = false): Promise<void> {
    if (this.#partitionBy.length > 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'insertInto() cannot be used with partitionBy()', advice: 'Leave partitionBy out: the table has its partitions.' })
    if (overwrite) this.#mode = 'overwrite'
    return this.#table(name, 'insert')
  }
  async #table(table: string, how: 'save' | 'insert'): Promise<void> {
    const { path, ...options } = this.#options
    await this.#backend.saveTable({ plan: this.#plan, format: this.#format ?? '', mode: this.#mode, options, path: path ?? null, partitionBy: this.#partitionBy, table, how })
  }
  json(path: string): Promise<void> { return this.format('json').save(path) }
  text(path: string): Promise<void> { return this.format('text').save(path) }
  csv(path: string): Promise<void> { return this.format('csv').save(path) }
  parquet(path: string): Promise<void> { return this.format('parquet').save(path) }
}
