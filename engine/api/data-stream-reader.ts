/** spark.readStream: rows that keep coming. */
import { analysisError } from '../errors/spark-error.ts'
import type { Backend } from '../plan/backend.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { isStreaming, type LogicalPlan } from '../plan/logical-plan.ts'
import { streamOfTable } from '../plan/saved-table.ts'
import { schemaOf } from './arguments.ts'
import { DataFrame } from './dataframe.ts'
import { optionText, type OptionValue } from './option-value.ts'

export class DataStreamReader {
  readonly #backend: Backend
  #format = 'parquet'
  #schema: StructTypeShape | null = null
  #options: Record<string, string> = {}

  constructor(backend: Backend) { this.#backend = backend }

  /** kafka, json, text, rate, rate-micro-batch, socket. */
  format(name: string): this { this.#format = name; return this }
  /** The schema, as a StructType or DDL text; file sources need one. */
  schema(schema: StructTypeShape | string): this { this.#schema = schemaOf(schema); return this }
  /** Names are read in any case; a later value wins. */
  option(name: string, value: OptionValue): this { this.#options[name] = optionText(name, value); return this }
  options(values: Readonly<Record<string, OptionValue>>): this { for (const [k, v] of Object.entries(values)) this.option(k, v); return this }
  /** The streaming DataFrame. Mistakes in options show here. */
  load(path?: string): DataFrame {
    const { path: optionPath, ...options } = this.#options
    return new DataFrame({ kind: 'stream-read', format: this.#format, schema: this.#schema, options, path: path ?? optionPath ?? null }, this.#backend)
  }
  json(path: string): DataFrame { return this.format('json').load(path) }
  csv(path: string): DataFrame { return this.format('csv').load(path) }
  text(path: string): DataFrame { return this.format('text').load(path) }
  parquet(path: string): DataFrame { return this.format('parquet').load(path) }
  /** Refused by its name: there is no ORC here. */
  orc(path: string): DataFrame { return this.format('orc').load(path) }
  /** XML: each element of the name in the option rowTag is a row. `spark.readStream.schema("title STRING").option("rowTag", "book").xml("books")` */
  xml(path: string): DataFrame { return this.format('xml').load(path) }
  /** A name for the source, which Spark takes only with a conf that is off: refused as there. Sources are known by their place in the query. */
  name(name: string): this { throw analysisError('STREAMING_QUERY_EVOLUTION_ERROR.SOURCE_NAMING_NOT_SUPPORTED', { name }) }
  /** A streaming temporary view by name, or a table of saveAsTable or toTable as a stream of what is appended to it. Refuses a view of a batch. */
  table(name: string): DataFrame {
    const view = this.#backend.viewPlan(name)
    if (view !== null && !isStreaming(view)) throw analysisError('MICROLOTE_SOURCE_NOT_STREAMING', { provider: `of the view ${name}`, reader: 'readStream.table', advice: 'It is a view of a batch: read it with spark.table(name).' })
    const plan: LogicalPlan | null = view === null ? streamOfTable(this.#backend.savedTable(name), { ...this.#options }) : { kind: 'alias', name: name.split('.').at(-1)!, child: view }
    return new DataFrame(plan ?? { kind: 'table', name }, this.#backend)
  }
}
