/** SparkSession: the door to everything: reading, SQL functions on rows made here, confs, running queries. */
import { batchOfRows, ValueMismatch, type Row } from '../columns/rows.ts'
import { analysisError } from '../errors/spark-error.ts'
import { setLiteralTimeZone } from '../expressions/typed-literals.ts'
import type { Backend } from '../plan/backend.ts'
import { parseSchema } from '../types/ddl.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { DataFrame } from '../api/dataframe.ts'
import { DataFrameReader } from '../api/data-frame-reader.ts'
import { DataStreamReader } from '../api/data-stream-reader.ts'
import { inferSchema } from '../api/row-inference.ts'
import { SparkSessionBuilder } from './builder.ts'
import { RuntimeConf } from './conf.ts'
import { StreamingQueryManager } from './streams.ts'

export class SparkSession {
  /** `SparkSession.builder.appName("mi-app").getOrCreate()` */
  static get builder(): SparkSessionBuilder { return new SparkSessionBuilder() }

  /** The Spark version whose behaviour this is. */
  readonly version = '4.3.0'
  /** What runs the plans. Not part of the public API. */
  readonly backend: Backend
  readonly conf: RuntimeConf
  readonly streams: StreamingQueryManager

  constructor(backend: Backend) {
    this.backend = backend
    this.conf = new RuntimeConf(backend)
    this.streams = new StreamingQueryManager(backend)
    setLiteralTimeZone(backend.getConf('spark.sql.session.timeZone') ?? 'UTC')
  }

  /** Reads a batch: `spark.read.schema("id BIGINT").json(path)`. */
  get read(): DataFrameReader { return new DataFrameReader(this.backend) }
  /** Reads a stream: `spark.readStream.format("kafka").option(…).load()`. */
  get readStream(): DataStreamReader { return new DataStreamReader(this.backend) }

  /**
   * A DataFrame of these rows: objects by column name, or arrays in column order.
   * `schema` is a StructType, DDL text, or the column names; without it types come from the values (whole numbers are BIGINT).
   */
  createDataFrame(rows: readonly (Row | readonly unknown[])[], schema?: StructTypeShape | string | readonly string[]): DataFrame {
    const names = Array.isArray(schema) ? (schema as readonly string[]) : null
    const shape = typeof schema === 'string' ? parseSchema(schema) : schema === undefined || names !== null ? inferSchema(rows, names) : (schema as StructTypeShape)
    try {
      return new DataFrame({ kind: 'local-data', schema: shape, batches: [batchOfRows(shape, rows)] }, this.backend)
    } catch (e) {
      if (e instanceof ValueMismatch) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: e.message, advice: 'Correct the value, or give another schema.' }, e)
      throw e
    }
  }

  /** `range(end)`, `range(start, end)`, `range(start, end, step)`: one column `id BIGINT`. */
  range(start: number | bigint, end?: number | bigint, step: number | bigint = 1): DataFrame {
    const [from, to] = end === undefined ? [0n, BigInt(start)] : [BigInt(start), BigInt(end)]
    if (BigInt(step) === 0n) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'the step of a range is 0', advice: 'Give a step above or below 0.' })
    return new DataFrame({ kind: 'range', start: from, end: to, step: BigInt(step) }, this.backend)
  }

  /** A temporary view or the table of a memory sink. */
  table(name: string): DataFrame { return new DataFrame({ kind: 'table', name }, this.backend) }

  /** SQL text. Only `SELECT * FROM name` is understood so far; everything else goes through the DataFrame API. */
  sql(text: string): DataFrame {
    const found = /^\s*select\s+\*\s+from\s+`?([A-Za-z_][\w]*)`?\s*;?\s*$/i.exec(text)
    if (found === null) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'spark.sql with this text', advice: 'Use spark.table(name) and the DataFrame methods; selectExpr and filter take SQL expressions.' })
    return this.table(found[1]!)
  }

  /** Stops every query. The session may be used again. */
  async stop(): Promise<void> { await this.backend.stop() }

  toString(): string { return `SparkSession(microlote, Spark ${this.version})` }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString() }
}
