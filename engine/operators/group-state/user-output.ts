/** What user functions give back: rows collected into batches, and their errors under one name. */
import { Batch } from '../../columns/batch.ts'
import { batchOfRows, ValueMismatch, type Row } from '../../columns/rows.ts'
import { executionError, SparkError } from '../../errors/spark-error.ts'
import type { StructTypeShape } from '../../types/data-type.ts'

const rowsPerBatch = 4096

export class UserOutput {
  readonly #schema: StructTypeShape
  readonly #function: string
  #rows: Row[] = []

  constructor(schema: StructTypeShape, functionName: string) {
    this.#schema = schema
    this.#function = functionName
  }

  /** Takes all rows of what a function has returned; the function may still be running while it is read. */
  addAll(rows: unknown): void {
    if (typeof rows !== 'object' || rows === null || !(Symbol.iterator in rows)) throw executionError('MICROLOTE_USER_ROWS_NOT_ITERABLE', { function: this.#function, found: rows instanceof Promise ? 'a Promise' : rows === null ? 'null' : typeof rows })
    if (Array.isArray(rows)) for (let i = 0; i < rows.length; i++) this.add(rows[i])
    else for (const row of rows as Iterable<Row>) this.add(row)
  }

  add(row: unknown): void {
    if (typeof row !== 'object' || row === null || row instanceof Promise) throw executionError('MICROLOTE_USER_ROW_MISMATCH', { function: this.#function, reason: `${row instanceof Promise ? 'a Promise' : String(row)} is no row` })
    this.#rows.push(row as Row)
  }

  get isFull(): boolean { return this.#rows.length >= rowsPerBatch }
  get isEmpty(): boolean { return this.#rows.length === 0 }

  /** The rows so far as a batch. */
  take(): Batch {
    const rows = this.#rows
    this.#rows = []
    try { return batchOfRows(this.#schema, rows) } catch (e) {
      if (e instanceof ValueMismatch) throw executionError('MICROLOTE_USER_ROW_MISMATCH', { function: this.#function, reason: e.message }, e)
      throw e
    }
  }
}

/** The text of anything that was thrown. */
export const reasonOf = (e: unknown): string => (e instanceof Error ? e.message : String(e))

/** Runs user code: errors of the engine pass as they are, others under the name that `named` gives them. */
export function guarded<T>(run: () => T, named: (reason: string, cause: unknown) => Error): T {
  try { return run() } catch (e) { throw e instanceof SparkError ? e : named(reasonOf(e), e) }
}
