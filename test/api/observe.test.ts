// df.observe: metrics of each micro-batch in its progress, of a batch query in an Observation; rows stay as they are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as F from '../../engine/api/functions.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import { Observation } from '../../engine/api/observation.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').create()
const conditionIs = (c: string) => (e: SparkError): boolean => e.condition === c

test('each batch has its metrics, before and after a filter, and none of the batch before', async () => {
  const source = new MemoryStream(spark, 'k STRING, v INT')
  const query = await source.toDF().observe('todo', F.count('*').alias('n'), F.max('v').plus(1).alias('m')).filter('v > 1').observe('bueno', F.count('*').alias('n'), F.lit(7).alias('siete'))
    .writeStream.format('memory').queryName('observada').start()
  source.addData({ k: 'a', v: 1 }, { k: 'b', v: 5 })
  await query.processAllAvailable()
  source.addData({ k: null, v: 0 })
  await query.processAllAvailable()
  assert.deepEqual(query.recentProgress.filter(p => p.numInputRows > 0).map(p => p.observedMetrics), [
    { bueno: { n: 1, siete: 7 }, todo: { n: 2, m: 6 } }, { bueno: { n: 0, siete: 7 }, todo: { n: 1, m: 1 } },
  ])
  assert.deepEqual(await spark.table('observada').collect(), [{ k: 'b', v: 5 }])
  await query.stop()
})

test('an Observation has the metrics of the first action; on a stream it is refused', async () => {
  const o = new Observation('filas')
  const df = spark.range(10).observe(o, F.sum('id').alias('s'), F.count('*').alias('n')).filter('id > 7')
  assert.equal((await df.collect()).length, 2)
  assert.deepEqual(await o.get, { s: 45, n: 10 })
  const empty = new Observation()
  assert.equal(await spark.range(0).observe(empty, F.count('*').alias('n')).count(), 0)
  assert.deepEqual(await empty.get, { n: 0 })
  assert.throws(() => spark.readStream.format('rate').load().observe(o, F.count('*')), conditionIs('MICROLOTE_STREAMING_REFUSED'))
})

test('metrics that are none are refused by name', () => {
  const df = spark.range(3)
  assert.throws(() => df.observe('m', F.col('id')), conditionIs('INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE'))
  assert.throws(() => df.observe('', F.count('*')), conditionIs('INVALID_OBSERVED_METRICS.MISSING_NAME'))
  assert.throws(() => df.observe('m', F.countDistinct('id')), conditionIs('INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED'))
  assert.throws(() => df.observe('m', F.count('*')).observe('m', F.max('id')), conditionIs('DUPLICATED_METRICS_NAME'))
})
