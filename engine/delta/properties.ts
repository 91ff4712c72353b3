/** Owns which properties a Delta table may be made with. */
import { analysisError } from '../errors/spark-error.ts'

// What is heeded here, or is advice to writers that one process has no use for.
const heeded = new Set(['appendOnly', 'checkpointInterval', 'deletedFileRetentionDuration', 'logRetentionDuration', 'enableExpiredLogCleanup', 'dataSkippingNumIndexedCols', 'targetFileSize', 'autoOptimize.optimizeWrite', 'autoOptimize.autoCompact', 'isolationLevel', 'setTransactionRetentionDuration'])
const features = new Set(['enableChangeDataFeed', 'enableDeletionVectors', 'enableInCommitTimestamps', 'enableRowTracking', 'enableTypeWidening', 'columnMapping.mode', 'checkpointPolicy', 'minReaderVersion', 'minWriterVersion', 'dataSkippingStatsColumns', 'randomizeFilePrefixes', 'randomPrefixLength'])
const flags = new Set(['appendOnly', 'enableExpiredLogCleanup'])

/** Throws DELTA_UNKNOWN_CONFIGURATION, and DELTA_UNSUPPORTED_FEATURES_FOR_WRITE for what the engine does not do. Names without `delta.` are the user's own. */
export function checkProperties(properties: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(properties)) {
    if (!key.toLowerCase().startsWith('delta.')) continue
    const name = key.slice('delta.'.length)
    if (features.has(name) || /^(feature|constraints|universalFormat)\./.test(name)) throw analysisError('DELTA_UNSUPPORTED_FEATURES_FOR_WRITE', { tableNameOrPath: 'with this property', unsupported: key })
    if (!heeded.has(name)) throw analysisError('DELTA_UNKNOWN_CONFIGURATION', { config: key })
    if (flags.has(name) && value !== 'true' && value !== 'false') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the table property ${key} is ${value}`, advice: 'It is true or false.' })
  }
}
