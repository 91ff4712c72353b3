// The JSON texts of progress and status: the keys and their order are those of Spark 4.3's prettyJson for the same query.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as F from '../../engine/api/functions.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.config('spark.sql.shuffle.partitions', '1').create()

test('progress, its parts and the status say their JSON on one line and on several, with whole numbers exact', async () => {
  const source = new MemoryStream(spark, 'k STRING, ts TIMESTAMP, v BIGINT')
  const counted = source.toDF().withWatermark('ts', '1 minute').observe('m', F.count(F.lit(1)).alias('n'), F.max('v').alias('x'), F.first(F.expr("map('a', 1)")).alias('mapa')).groupBy('k').count()
  const query = await counted.writeStream.format('memory').queryName('progreso').outputMode('update').start()
  try {
    source.addData(['a', '2026-01-01 00:00:01', 9007199254740993n])
    await query.processAllAvailable()
    const first = query.recentProgress[0]!, keys = (text: string): string[] => [...text.matchAll(/"(\w+)":/g)].map(m => m[1]!)
    assert.deepEqual(keys(first.json).filter(k => !/^(SnapshotLastUploaded|partition)/.test(k)), [
      'id', 'runId', 'name', 'timestamp', 'batchId', 'batchDuration', 'numInputRows', 'inputRowsPerSecond', 'processedRowsPerSecond',
      'durationMs', 'addBatch', 'commitOffsets', 'getBatch', 'latestOffset', 'queryPlanning', 'triggerExecution', 'walCommit',
      'eventTime', 'avg', 'max', 'min', 'watermark',
      'stateOperators', 'operatorName', 'numRowsTotal', 'numRowsUpdated', 'allUpdatesTimeMs', 'numRowsRemoved', 'allRemovalsTimeMs', 'commitTimeMs', 'memoryUsedBytes', 'numRowsDroppedByWatermark',
      'numShufflePartitions', 'numStateStoreInstances', 'customMetrics', 'forceSnapshotCount', 'loadedMapCacheHitCount', 'loadedMapCacheMissCount', 'numSnapshotsAutoRepaired', 'stateOnCurrentVersionSizeBytes',
      'sources', 'description', 'startOffset', 'endOffset', 'latestOffset', 'numInputRows', 'inputRowsPerSecond', 'processedRowsPerSecond',
      'sink', 'description', 'numOutputRows', 'observedMetrics', 'm', 'n', 'x', 'mapa', 'a',
    ])
    assert.match(first.json, /"observedMetrics":\{"m":\{"n":1,"x":9007199254740993,"mapa":\{"a":1\}\}\}\}$/)
    assert.doesNotMatch(first.json, /\n/)
    assert.match(first.prettyJson, /^\{\n  "id": "/)
    assert.deepEqual(JSON.parse(first.prettyJson), JSON.parse(first.json))
    for (const part of [first.sources[0]!, first.sink, first.stateOperators[0]!]) assert.deepEqual(JSON.parse(part.json), JSON.parse(JSON.stringify(part)))
    assert.deepEqual(JSON.parse(query.status.json), { ...query.status })
    // What a program copies or prints of a progress has the fields alone.
    assert.equal(Object.keys(first).includes('json'), false)
  } finally {
    await query.stop()
  }
})
