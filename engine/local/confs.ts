/** The session's confs: defaults, what was set, and which of them a checkpoint fixes for its life. */
import { analysisError } from '../errors/spark-error.ts'

const systemZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Spark's defaults, but for the number of state partitions: one process gains nothing from 200. */
export const defaultConfs: Readonly<Record<string, string>> = {
  'spark.sql.shuffle.partitions': '4',
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.caseSensitive': 'false',
  'spark.sql.mapKeyDedupPolicy': 'EXCEPTION',
  'spark.sql.columnNameOfCorruptRecord': '_corrupt_record',
  'spark.sql.files.ignoreMissingFiles': 'false',
  'spark.sql.sources.default': 'parquet',
  // Where saveAsTable and toTable put files: a directory below the present one.
  'spark.sql.warehouse.dir': 'spark-warehouse',
  'spark.sql.streaming.noDataMicroBatches.enabled': 'true',
  'spark.sql.streaming.multipleWatermarkPolicy': 'min',
  'spark.sql.streaming.pollingDelay': '10ms',
  'spark.sql.streaming.noDataProgressEventInterval': '10000',
  'spark.sql.streaming.numRecentProgressUpdates': '100',
  'spark.sql.streaming.minBatchesToRetain': '100',
  'spark.sql.streaming.stopTimeout': '0',
  'spark.sql.streaming.stopActiveRunOnRestart': 'true',
  'spark.sql.streaming.schemaInference': 'false',
  'spark.sql.streaming.unsupportedOperationCheck': 'true',
  'spark.sql.streaming.statefulOperator.allowMultiple': 'true',
  'spark.sql.streaming.statefulOperator.checkCorrectness.enabled': 'true',
  'spark.sql.streaming.stateStore.minDeltasForSnapshot': '10',
  'spark.sql.streaming.stateStore.providerClass': 'org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider',
  // What each store of the RocksDB provider has in memory.
  'spark.sql.streaming.stateStore.rocksdb.blockCacheSizeMB': '8',
  'spark.sql.streaming.stateStore.compression.codec': 'lz4',
  'spark.sql.streaming.stateStore.stateSchemaCheck': 'true',
  'spark.sql.streaming.aggregation.stateFormatVersion': '2',
  'spark.sql.streaming.join.stateFormatVersion': '2',
  'spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion': '2',
  'spark.sql.streaming.fileSource.log.compactInterval': '10',
  'spark.sql.streaming.fileSink.log.compactInterval': '10',
  // The batch inspector of query.explainBatch(): how many batches it keeps, and how many rows of each it samples.
  'spark.microlote.inspect.enabled': 'false',
  'spark.microlote.inspect.batches': '20',
  'spark.microlote.inspect.rows': '50',
}

/** The confs that the offset log keeps; on a restart the stored values win. */
export const checkpointConfs: readonly string[] = [
  'spark.sql.streaming.stateStore.providerClass', 'spark.sql.streaming.stateStore.compression.codec', 'spark.sql.streaming.multipleWatermarkPolicy',
  'spark.sql.streaming.aggregation.stateFormatVersion', 'spark.sql.streaming.join.stateFormatVersion', 'spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion', 'spark.sql.shuffle.partitions',
]

const numbers = new Set(['spark.sql.shuffle.partitions', 'spark.sql.streaming.minBatchesToRetain', 'spark.sql.streaming.stateStore.minDeltasForSnapshot', 'spark.sql.streaming.stateStore.rocksdb.blockCacheSizeMB', 'spark.microlote.inspect.batches', 'spark.microlote.inspect.rows'])

/** Keys are kept as they are; values as text. */
export class Confs {
  readonly #set: Map<string, string>

  constructor(initial: Readonly<Record<string, string>> = {}) {
    this.#set = new Map()
    for (const [k, v] of Object.entries(initial)) this.set(k, v)
  }

  get(key: string): string | null { return this.#set.get(key) ?? defaultConfs[key] ?? (key === 'spark.sql.session.timeZone' ? systemZone() : null) }

  /** Throws when the value cannot be. */
  set(key: string, value: string): void {
    const refuse = (what: string): never => { throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the conf ${key} cannot be ${JSON.stringify(value)}`, advice: what }) }
    if (numbers.has(key) && !(/^\d+$/.test(value) && Number(value) >= 1)) refuse('Give a whole number of at least 1.')
    if (key === 'spark.sql.streaming.multipleWatermarkPolicy' && value !== 'min' && value !== 'max') refuse('Give min or max.')
    const wanted = defaultConfs[key]
    if ((wanted === 'true' || wanted === 'false') && value !== 'true' && value !== 'false') refuse('Give true or false.')
    if (key === 'spark.sql.session.timeZone') {
      try { new Intl.DateTimeFormat('en', { timeZone: value.replace(/^(?:GMT|UTC)(?=[+-])/, '') }) } catch { if (!/^(?:GMT|UTC)?[+-]\d{1,2}(?::?\d\d)?$|^Z$/.test(value)) refuse('Give a region such as Europe/Madrid or an offset such as +02:00.') }
    }
    this.#set.set(key, value)
  }

  unset(key: string): void { this.#set.delete(key) }
  /** All values as they are now: what a query keeps when it starts. */
  snapshot(): Record<string, string> { return { ...defaultConfs, 'spark.sql.session.timeZone': this.get('spark.sql.session.timeZone')!, ...Object.fromEntries(this.#set) } }
}

/** `10ms`, `10s`, `10` (milliseconds) as milliseconds. */
export function durationConfMs(value: string): number {
  const found = /^\s*(\d+)\s*(ms|s|m|min|h)?\s*$/.exec(value)
  if (found === null) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${JSON.stringify(value)} is not a time`, advice: 'Write for instance 10ms or 5s.' })
  return Number(found[1]) * ({ ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[found[2] ?? 'ms'] ?? 1)
}
