/** spark.read: a batch of rows from files or another system. */
import type { Backend } from '../plan/backend.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { nameText, schemaOf } from './arguments.ts'
import { DataFrame } from './dataframe.ts'
import { optionText, type OptionValue } from './option-value.ts'

export class DataFrameReader {
  readonly #backend: Backend
  #format = 'parquet'
  #schema: StructTypeShape | null = null
  #options: Record<string, string> = {}

  constructor(backend: Backend) { this.#backend = backend }

  format(name: string): this { this.#format = name; return this }
  /** The schema, as a StructType or DDL text. */
  schema(schema: StructTypeShape | string): this { this.#schema = schemaOf(schema); return this }
  option(name: string, value: OptionValue): this { this.#options[name] = optionText(name, value); return this }
  options(values: Readonly<Record<string, OptionValue>>): this { for (const [k, v] of Object.entries(values)) this.option(k, v); return this }
  /** Reads paths; formats that need none (kafka, jdbc) take none. */
  load(...paths: readonly (string | readonly string[])[]): DataFrame {
    return new DataFrame({ kind: 'batch-read', format: this.#format, schema: this.#schema, options: { ...this.#options }, paths: paths.flat() as string[] }, this.#backend)
  }
  /** JSON lines. `spark.read.schema("id BIGINT").json("events.json")` */
  json(...paths: readonly (string | readonly string[])[]): DataFrame { return this.format('json').load(...paths) }
  csv(...paths: readonly (string | readonly string[])[]): DataFrame { return this.format('csv').load(...paths) }
  text(...paths: readonly (string | readonly string[])[]): DataFrame { return this.format('text').load(...paths) }
  parquet(...paths: readonly (string | readonly string[])[]): DataFrame { return this.format('parquet').load(...paths) }
  /** Refused by its name: there is no ORC here. */
  orc(...paths: readonly (string | readonly string[])[]): DataFrame { return this.format('orc').load(...paths) }
  /** XML: each element of the name in the option rowTag is a row. `spark.read.option("rowTag", "book").xml("books.xml")` */
  xml(...paths: readonly (string | readonly string[])[]): DataFrame { return this.format('xml').load(...paths) }
  /** A table of a database, or a query in brackets with a name; in so many parts by ranges of a column, if one is given. The same as `format("jdbc")` with these options. `spark.read.jdbc("jdbc:postgresql://localhost/base", "ventas", { user: "ana" })` */
  jdbc(url: string, table: string, properties?: Readonly<Record<string, OptionValue>>): DataFrame
  jdbc(url: string, table: string, column: string, lowerBound: OptionValue, upperBound: OptionValue, numPartitions: number, properties?: Readonly<Record<string, OptionValue>>): DataFrame
  jdbc(url: string, dbtable: string, column?: string | Readonly<Record<string, OptionValue>>, lowerBound?: OptionValue, upperBound?: OptionValue, numPartitions?: number, properties: Readonly<Record<string, OptionValue>> = {}): DataFrame {
    const parts: Record<string, OptionValue> = typeof column === 'string' ? { ...properties, partitionColumn: column, lowerBound: lowerBound!, upperBound: upperBound!, numPartitions: numPartitions! } : { ...column }
    return this.format('jdbc').options({ ...parts, url, dbtable }).load()
  }
  table(name: string): DataFrame { return new DataFrame({ kind: 'table', name: nameText('table', name) }, this.#backend) }
}
