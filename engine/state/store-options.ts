/** What a state store is opened with. */
import type { Clock } from '../observe/clock.ts'
import type { Files } from '../storage/files.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import type { StateTable } from './state-table.ts'

export interface StateStoreOptions {
  readonly files: Files
  readonly clock: Clock
  /** `<checkpoint>/state`. */
  readonly root: string
  readonly operatorId: number
  readonly partition: number
  /** `default` unless the operator has several. */
  readonly storeName?: string
  /** The version to begin from: the id of the batch that runs next. 0 is empty. */
  readonly version: number
  readonly keySchema: StructTypeShape
  readonly valueSchema: StructTypeShape
  /** Makes the tables that entries are kept in; in memory unless given. */
  readonly newTable?: () => StateTable
  /** The store is only looked at, maybe while a query writes it. */
  readonly readOnly?: boolean
  /** The snapshot that the version is put together from, and no other, for who looks at one; the newest that can be read unless given. */
  readonly baseVersion?: number
  /** `spark.sql.streaming.stateStore.minDeltasForSnapshot`, 10. */
  readonly minDeltasForSnapshot?: number
  /** `spark.sql.streaming.minBatchesToRetain`, 100. */
  readonly minBatchesToRetain?: number
  /** Has the batch before its changes may go to the disk; they go at once unless given. */
  readonly log?: WriteAheadLog
}

/** What is written ahead of the state: nothing of a batch is on the disk before it is known that there is this batch. */
export interface WriteAheadLog {
  /** Whether all that was asked for so far is written. */
  readonly isWritten: boolean
  /** Waits for all that was asked for so far; throws what has failed. */
  settled(): Promise<void>
}

/** Where nothing is written ahead. */
export const noLog: WriteAheadLog = { isWritten: true, settled: () => Promise.resolve() }
