/** What a DataFrame knows of the session it came from. */
import type { Row } from '../columns/rows.ts'
import { internalError } from '../errors/spark-error.ts'
import type { Backend } from '../plan/backend.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import type { DataFrameReader } from './data-frame-reader.ts'
import type { DataFrame } from './dataframe.ts'
import type { TableValuedFunction } from './table-valued-function.ts'

/** The part of a SparkSession that df.sparkSession gives: what a function of foreachBatch works with. */
export interface Session {
  readonly version: string
  readonly conf: { get(key: string, otherwise?: string | null): string | null; set(key: string, value: string | number | boolean): void; unset(key: string): void }
  readonly read: DataFrameReader
  readonly tvf: TableValuedFunction
  sql(text: string): DataFrame
  table(name: string): DataFrame
  range(start: number | bigint, end?: number | bigint, step?: number | bigint): DataFrame
  createDataFrame(rows: readonly (Row | readonly unknown[])[], schema?: StructTypeShape | string | readonly string[]): DataFrame
}

const sessions = new WeakMap<Backend, Session>()
/** The session over a backend says so once. */
export const registerSession = (backend: Backend, session: Session): void => { sessions.set(backend, session) }
export function sessionOf(backend: Backend): Session {
  const found = sessions.get(backend)
  if (found === undefined) throw internalError('a DataFrame without a session')
  return found
}
