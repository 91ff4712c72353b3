/** df.write: puts the rows of a batch somewhere. */
import { analysisError } from '../errors/spark-error.ts'
import type { Backend } from '../plan/backend.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { nameText } from './arguments.ts'
import { optionText, type OptionValue } from './option-value.ts'

/** Spark's own limit, `spark.sql.sources.bucketing.maxBuckets`. */
const mostBuckets = 100_000
const modes = ['append', 'overwrite', 'ignore', 'error', 'errorifexists', 'default']

export class DataFrameWriter {
  readonly #plan: LogicalPlan
  readonly #backend: Backend
  #format: string | null = null
  #mode = 'errorifexists'
  #options: Record<string, string> = {}
  #partitionBy: readonly string[] = []
  #bucketBy: readonly string[] = []
  #sortBy: readonly string[] = []
  #clusterBy: readonly string[] = []

  constructor(plan: LogicalPlan, backend: Backend) {
    this.#plan = plan
    this.#backend = backend
  }

  format(name: string): this { this.#format = name; return this }
  /** append, overwrite, ignore, error (the default; also errorifexists). Throws INVALID_SAVE_MODE. */
  mode(mode: string): this {
    if (!modes.includes(mode.toLowerCase())) throw analysisError('INVALID_SAVE_MODE', { mode: `"${mode}"` })
    this.#mode = mode
    return this
  }
  option(name: string, value: OptionValue): this { this.#options[name] = optionText(name, value); return this }
  options(values: Readonly<Record<string, OptionValue>>): this { for (const [k, v] of Object.entries(values)) this.option(k, v); return this }
  partitionBy(...columns: readonly string[]): this { this.#partitionBy = columns; return this }
  /** Buckets of a table, which spare a cluster its shuffles: there are none to spare here, so the rows are the same without. Only with saveAsTable, as in Spark. `df.write.bucketBy(4, "id").sortBy("id").saveAsTable("ventas")` */
  bucketBy(buckets: number, ...columns: readonly string[]): this {
    if (!Number.isInteger(buckets) || buckets < 1 || buckets > mostBuckets) throw analysisError('INVALID_BUCKET_COUNT', { numBuckets: String(buckets), bucketingMaxBuckets: mostBuckets })
    this.#bucketBy = columns
    return this
  }
  /** The order within buckets: only with bucketBy, else SORT_BY_WITHOUT_BUCKETING. */
  sortBy(...columns: readonly string[]): this { this.#sortBy = columns; return this }
  /** Rows that are alike lie together on a cluster's disks; here files are as they are without. Not beside partitionBy or bucketBy. */
  clusterBy(...columns: readonly string[]): this { this.#clusterBy = columns; return this }
  #checkLayout(method: 'save' | 'saveAsTable' | 'insertInto'): void {
    if (this.#sortBy.length > 0 && this.#bucketBy.length === 0) throw analysisError('SORT_BY_WITHOUT_BUCKETING')
    if (this.#clusterBy.length > 0 && this.#partitionBy.length > 0) throw analysisError('SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED')
    if (this.#clusterBy.length > 0 && this.#bucketBy.length > 0) throw analysisError('SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED')
    if (this.#bucketBy.length > 0 && method !== 'saveAsTable') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${method}() takes no bucketBy()`, advice: 'Buckets belong to tables: use saveAsTable(name), or leave bucketBy out.' })
    if (this.#bucketBy.length === 0) return
    const columns = this.#backend.schemaOf(this.#plan).fields.map(f => f.name)
    for (const c of [...this.#bucketBy, ...this.#sortBy]) if (!columns.some(name => name.toLowerCase() === c.toLowerCase())) throw analysisError('COLUMN_NOT_DEFINED_IN_TABLE', { colType: this.#bucketBy.includes(c) ? 'bucket' : 'sort', colName: '`' + c + '`', tableCols: columns.map(name => '`' + name + '`').join(', ') })
  }

  /** Into a table of a database: the same as `format("jdbc")` with these options. `await df.write.jdbc("jdbc:postgresql://localhost/base", "ventas", "append", { user: "ana" })` */
  jdbc(url: string, dbtable: string, mode?: string, properties: Readonly<Record<string, OptionValue>> = {}): Promise<void> {
    if (mode !== undefined) this.mode(mode)
    return this.format('jdbc').options({ ...properties, url, dbtable }).save()
  }

  async save(path?: string): Promise<void> {
    this.#checkLayout('save')
    await this.#backend.write({ plan: this.#plan, format: this.#format ?? 'parquet', mode: this.#mode, options: { ...this.#options }, path: path ?? null, partitionBy: this.#partitionBy })
  }
  /**
   * Writes the rows as a table: files of the format given (parquet unless told; `format("delta")`) in the warehouse directory (`spark.sql.warehouse.dir`, by default spark-warehouse), or at the option `path`.
   * `spark.table(name)`, SQL and `readStream.table(name)` find it as long as this process lives. Rows are appended by the names of their columns.
   * Throws TABLE_OR_VIEW_ALREADY_EXISTS in the mode error, LOCATION_ALREADY_EXISTS where an earlier process left files. `await df.write.mode("append").saveAsTable("ventas")`
   */
  saveAsTable(name: string): Promise<void> { return this.#table(nameText('saveAsTable', name), 'save') }
  /** Adds the rows to a table, columns by position, or puts them in place of its rows. Throws TABLE_OR_VIEW_NOT_FOUND and INSERT_COLUMN_ARITY_MISMATCH. `await df.write.insertInto("ventas", true)` */
  insertInto(name: string, overwrite = false): Promise<void> {
    if (this.#partitionBy.length > 0) throw analysisError('PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO', { tableName: name })
    if (overwrite) this.#mode = 'overwrite'
    return this.#table(nameText('insertInto', name), 'insert')
  }
  async #table(table: string, how: 'save' | 'insert'): Promise<void> {
    this.#checkLayout(how === 'save' ? 'saveAsTable' : 'insertInto')
    const { path, ...options } = this.#options
    await this.#backend.saveTable({ plan: this.#plan, format: this.#format ?? '', mode: this.#mode, options, path: path ?? null, partitionBy: this.#partitionBy, table, how })
  }
  json(path: string): Promise<void> { return this.format('json').save(path) }
  text(path: string): Promise<void> { return this.format('text').save(path) }
  csv(path: string): Promise<void> { return this.format('csv').save(path) }
  parquet(path: string): Promise<void> { return this.format('parquet').save(path) }
  /** Refused by its name: there is no ORC here. */
  orc(path: string): Promise<void> { return this.format('orc').save(path) }
  /** XML: an element of the name in the option rowTag for each row, within the rootTag. `await df.write.option("rowTag", "book").xml("books")` */
  xml(path: string): Promise<void> { return this.format('xml').save(path) }
}
