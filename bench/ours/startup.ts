/**
 * The first job of a user, run to its end: Kafka, from_json, count by region. The harness holds the watch: from the start of this process
 * until the checkpoint has the commit of batch 0.
 *
 *     node bench/ours/startup.ts --bootstrap HOST:PORT --topic NAME --checkpoint FOLDER [--engine MODULE]
 *
 * The engine is the built package, as a user has it, unless another module is named.
 */
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { bootstrap: { type: 'string' }, topic: { type: 'string' }, checkpoint: { type: 'string' }, engine: { type: 'string', default: 'microlote' } }
})
const { SparkSession, functions: F } = (await import(values.engine)) as typeof import('../../engine/index.ts')

const spark = SparkSession.builder.appName('bench').getOrCreate()
const events = spark.readStream
  .format('kafka')
  .option('kafka.bootstrap.servers', values.bootstrap!)
  .option('subscribe', values.topic!)
  .option('startingOffsets', 'earliest')
  .load()
  .select(F.from_json(F.col('value').cast('string'), 'tipo STRING, monto DOUBLE, region STRING').alias('e'))
  .select('e.*')
const totals = events.where(F.col('tipo').isin('compra', 'devolucion')).groupBy('region').agg(F.count('*').alias('n'), F.sum('monto').alias('total'))
const query = await totals.writeStream.format('noop').outputMode('update').trigger({ availableNow: true }).option('checkpointLocation', values.checkpoint!).start()
await query.awaitTermination()
process.stdout.write(`${JSON.stringify({ rows: query.recentProgress.reduce((sum, p) => sum + p.numInputRows, 0) })}\n`)
await spark.stop()
