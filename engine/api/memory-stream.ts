/** MemoryStream: a stream that rows are put into by hand, for tests and lessons. */
import { batchOfRows, ValueMismatch, type Row } from '../columns/rows.ts'
import { MemoryStreamHandle } from '../plan/memory-stream-handle.ts'
import { analysisError } from '../errors/spark-error.ts'
import { parseSchema } from '../types/ddl.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { DataFrame } from './dataframe.ts'
import type { Backend } from '../plan/backend.ts'

export class MemoryStream {
  readonly #schema: StructTypeShape
  readonly #handle = new MemoryStreamHandle()
  readonly #frame: DataFrame

  /** `new MemoryStream(spark, "id BIGINT, at TIMESTAMP")` */
  constructor(spark: { readonly backend: Backend }, schema: string | StructTypeShape) {
    this.#schema = typeof schema === 'string' ? parseSchema(schema) : schema
    this.#frame = new DataFrame({ kind: 'stream-read', format: 'memory', schema: this.#schema, options: {}, path: null, handle: this.#handle }, spark.backend)
  }

  /** Adds rows (objects by column name, or arrays in column order); the next batch reads them. Returns the offset. */
  addData(...rows: readonly (Row | readonly unknown[])[]): number {
    try {
      return this.#handle.add(batchOfRows(this.#schema, rows))
    } catch (e) {
      if (e instanceof ValueMismatch) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: e.message, advice: 'Correct the value or the schema.' }, e)
      throw e
    }
  }

  /** The stream as a DataFrame. */
  toDF(): DataFrame { return this.#frame }
}

