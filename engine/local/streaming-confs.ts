/**
 * Every conf that Spark 4.3 has under `spark.sql.streaming.`, with its type and default, and what it is here: one that is read, one that changes nothing here (setting it is told, once),
 * or one whose default alone is what this engine does (another value is refused). So none is silently passed over.
 */

/** `time` is a number of milliseconds or a text such as 10s. */
export type ConfType = 'boolean' | 'int' | 'long' | 'time' | 'double' | 'text'

export interface ConfRule {
  readonly type: ConfType
  /** Null: there is none until it is set. */
  readonly byDefault: string | null
  readonly use: 'read' | 'idle' | 'fixed'
  /** The least number that can be. */
  readonly least?: number
  /** The words that can be, as Spark writes them. */
  readonly words?: readonly string[]
  /** Of an idle one: why it changes nothing. Of a fixed one: what another value would mean. */
  readonly why?: string
}

const read = (type: ConfType, byDefault: string | null, more: Pick<ConfRule, 'least' | 'words'> = {}): ConfRule => ({ type, byDefault, use: 'read', ...more })
const fixed = (type: ConfType, byDefault: string, why: string, words?: readonly string[]): ConfRule => ({ type, byDefault, use: 'fixed', why, ...(words === undefined ? {} : { words }) })
const idle = (why: string, confs: Readonly<Record<string, readonly [ConfType, string | null]>>): Record<string, ConfRule> => Object.fromEntries(Object.entries(confs).map(([name, [type, byDefault]]) => [name, { type, byDefault, use: 'idle', why }]))

const atLeast1 = { least: 1 }

const rules: Readonly<Record<string, ConfRule>> = {
  'checkpointLocation': read('text', null),
  'noDataMicroBatches.enabled': read('boolean', 'true'),
  'multipleWatermarkPolicy': read('text', 'min', { words: ['min', 'max'] }),
  'pollingDelay': read('time', '10ms'),
  'noDataProgressEventInterval': read('time', '10000ms'),
  'numRecentProgressUpdates': read('int', '100'),
  'minBatchesToRetain': read('int', '100', atLeast1),
  'stopTimeout': read('time', '0ms'),
  'stopActiveRunOnRestart': read('boolean', 'true'),
  'schemaInference': read('boolean', 'false'),
  'unsupportedOperationCheck': read('boolean', 'true'),
  'statefulOperator.allowMultiple': read('boolean', 'true'),
  'statefulOperator.checkCorrectness.enabled': read('boolean', 'true'),
  'stateStore.minDeltasForSnapshot': read('int', '10'),
  'stateStore.providerClass': read('text', 'org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider'),
  'stateStore.rocksdb.blockCacheSizeMB': read('int', '8', atLeast1),
  'stateStore.stateSchemaCheck': read('boolean', 'true'),
  'fileSource.log.compactInterval': read('int', '10'),
  'fileSink.log.compactInterval': read('int', '10'),

  'stateStore.compression.codec': fixed('text', 'lz4', 'state files in another compression than LZ4'),
  'stateStore.encodingFormat': fixed('text', 'unsaferow', 'state in Avro', ['unsaferow', 'avro']),
  'stateStore.checkpointFormatVersion': fixed('int', '1', 'state checkpoints of version 2, with ids in the commit log'),
  'stateStore.rowChecksum.enabled': fixed('boolean', 'false', 'a checksum in each row of state'),
  'stateStore.skipNullsForStreamStreamJoins.enabled': fixed('boolean', 'false', 'leaving rows with a NULL key out of the state of joins'),
  'aggregation.stateFormatVersion': fixed('int', '2', 'the state of aggregations in its older form', ['1', '2']),
  'join.stateFormatVersion': fixed('int', '2', 'the state of joins in another form than version 2', ['1', '2', '3', '4']),
  'flatMapGroupsWithState.stateFormatVersion': fixed('int', '2', 'the state of flatMapGroupsWithState in its older form', ['1', '2']),
  'flatMapGroupsWithState.skipEmittingInitialStateKeys': fixed('boolean', 'false', 'leaving out the keys of an initial state'),
  'sessionWindow.stateFormatVersion': fixed('int', '1', 'another form of the state of sessions', ['1']),
  'transformWithState.stateSchemaVersion': fixed('int', '3', 'another form of the schemas of transformWithState'),
  'offsetLog.formatVersion': fixed('int', '1', 'offset logs of version 2, with sources by name', ['1', '2']),
  'queryEvolution.enableSourceEvolution': fixed('boolean', 'false', 'sources that are known by their names'),
  'queryEvolution.enableSinkEvolution': fixed('boolean', 'false', 'sinks that are known by their names'),
  'statefulOperator.alwaysNullableOutput.enabled': fixed('boolean', 'true', 'state operators that keep what cannot be NULL as such'),
  'statefulOperator.useStrictDistribution': fixed('boolean', 'true', 'another distribution of keys over state partitions'),
  'statefulOperator.incrementalCleanupFactor': fixed('int', '0', 'freeing state row by row within a batch'),
  'useStreamlineAggregator': fixed('boolean', 'false', 'an aggregation that gives each row\'s result at once'),
  'fileSource.schema.forceNullable': fixed('boolean', 'true', 'a file source whose columns cannot be NULL'),
  'fileStreamSink.ignoreMetadata': fixed('boolean', 'false', 'reading a file sink\'s directory without its log'),
  'validateEventTimeWatermarkColumn': fixed('boolean', 'true', 'a watermark on a field inside a column'),
  'optimizeOneRowPlan.enabled': fixed('boolean', 'false', 'the rule for plans of one row on streams'),
  'commitProtocolClass': fixed('text', 'org.apache.spark.sql.execution.streaming.ManifestFileCommitProtocol', 'another protocol for committing files'),
  'checkpoint.verifyMetadataExists.enabled': fixed('boolean', 'true', 'going on from a checkpoint that has lost its file metadata'),
  'verifyCheckpointDirectoryEmptyOnStart': fixed('boolean', 'true', 'beginning in a checkpoint directory that is not empty'),
  'streamingQueryListeners': { type: 'text', byDefault: null, use: 'fixed', why: 'listeners by the names of Java classes' },

  ...idle('there is no web page of queries and no Dropwizard here; read query.lastProgress, or add a listener', {
    'metricsEnabled': ['boolean', 'false'], 'ui.enabled': ['boolean', 'true'], 'ui.retainedProgressUpdates': ['int', '100'], 'ui.retainedQueries': ['int', '100'], 'ui.enabledCustomMetricList': ['text', ''],
  }),
  ...idle('there are no threads or machines that it could steer', {
    'asyncLogPurge.enabled': ['boolean', 'true'], 'fileSource.cleaner.numThreads': ['int', '1'], 'metadataCache.enabled': ['boolean', 'true'], 'maxBatchesToRetainInMemory': ['int', '2'],
    'sessionWindow.merge.sessions.in.local.partition': ['boolean', 'false'], 'ratioExtraSpaceAllowedInCheckpoint': ['double', '0.3'], 'stateStore.autoSnapshotRepair.enabled': ['boolean', 'true'],
    'stateStore.autoSnapshotRepair.maxChangeFileReplay': ['int', '500'], 'stateStore.autoSnapshotRepair.numFailuresBeforeActivating': ['int', '1'], 'stateStore.commitValidation.enabled': ['boolean', 'true'],
    'stateStore.coordinatorReportSnapshotUploadLag': ['boolean', 'true'], 'stateStore.forceSnapshotUploadOnLag': ['boolean', 'true'], 'stateStore.formatValidation.enabled': ['boolean', 'true'],
    'stateStore.maintenanceForceShutdownTimeout': ['time', '60000ms'], 'stateStore.maintenanceInterval': ['time', '60000ms'], 'stateStore.maintenanceProcessingTimeout': ['time', '30000ms'],
    'stateStore.maintenanceShutdownTimeout': ['time', '300000ms'], 'stateStore.maxLaggingStoresToReport': ['int', '5'], 'stateStore.maxNumStateSchemaFiles': ['int', '128'], 'stateStore.maxVersionsToDeletePerMaintenance': ['int', '-1'],
    'stateStore.multiplierForMinTimeDiffToLog': ['long', '10'], 'stateStore.multiplierForMinVersionDiffToLog': ['long', '5'], 'stateStore.numStateStoreInstanceMetricsToReport': ['int', '5'],
    'stateStore.numStateStoreMaintenanceThreads': ['int', '2'], 'stateStore.rowChecksum.readVerificationRatio': ['long', '0'], 'stateStore.snapshotLagReportInterval': ['time', '300000ms'],
    'stateStore.snapshotToCleanupThreadRatio': ['double', '0.5'], 'stateStore.unloadOnCommit': ['boolean', 'false'], 'stateStore.valueStateSchemaEvolutionThreshold': ['int', '16'],
    'stateStore.rocksdb.formatVersion': ['int', '5'], 'stateStore.rocksdb.mergeOperatorVersion': ['int', '2'], 'kafka.useDeprecatedOffsetFetching': ['boolean', 'false'], 'triggerAvailableNowWrapper.enabled': ['boolean', 'false'],
    'disabledV2MicroBatchReaders': ['text', ''], 'disabledV2Writers': ['text', ''],
  }),
  ...idle('the continuous and real-time triggers are not part of microlote', {
    'continuous.epochBacklogQueueSize': ['int', '10000'], 'continuous.executorPollIntervalMs': ['time', '100ms'], 'continuous.executorQueueSize': ['int', '1024'], 'realTimeMode.allowlistCheck': ['boolean', 'true'],
    'realTimeMode.asyncProgressTrackingByDefault.enabled': ['boolean', 'true'], 'realTimeMode.dangerouslyAllowCheckpointV1.enabled': ['boolean', 'false'], 'realTimeMode.minBatchDuration': ['time', '5000ms'],
    'realTimeMode.transformWithState.ttlEvictionIntervalMs': ['long', '1000'],
  }),
  ...idle('checkpoints are written and cleared as Spark does by default', {
    'checkUnfinishedRepartitionOnRestart': ['boolean', 'true'], 'checkpoint.escapedPathCheck.enabled': ['boolean', 'true'], 'checkpoint.fileChecksum.enabled': ['boolean', 'true'],
    'checkpoint.fileChecksum.skipCreationIfFileMissingChecksum': ['boolean', 'true'], 'checkpoint.renamedFileCheck.enabled': ['boolean', 'false'], 'forceDeleteTempCheckpointLocation': ['boolean', 'false'],
    'fileSink.log.cleanupDelay': ['time', '600000ms'], 'fileSink.log.deletion': ['boolean', 'true'], 'fileSource.log.cleanupDelay': ['time', '600000ms'], 'fileSource.log.deletion': ['boolean', 'true'],
  }),
}

export const streamingPrefix = 'spark.sql.streaming.'

/** Of the names of RocksDB's own settings there is no list in Spark either: the state on disk is kept by another library, and they change nothing. */
export const rocksPrefix = `${streamingPrefix}stateStore.rocksdb.`

/** The confs by their whole names. */
export const streamingConfs: ReadonlyMap<string, ConfRule> = new Map(Object.entries(rules).map(([name, rule]) => [streamingPrefix + name, rule]))
