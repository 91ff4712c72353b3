/** The process that is killed: one real streaming query from Kafka into the sink that its settings name, until it is ended from outside. */
import { LocalBackend, SparkSession } from '../../engine/testing.ts'
import { openSink, type SinkSettings } from './sinks.ts'

/** What the process is told, as JSON in its first argument. */
export interface QuerySettings {
  readonly servers: string
  readonly topic: string
  readonly folder: string
  readonly sink: SinkSettings
  readonly rowsPerBatch: number
  /** Ends by itself when all is read. */
  readonly finish: boolean
}

async function main(o: QuerySettings): Promise<void> {
  const spark = new SparkSession(new LocalBackend({ confs: { 'spark.sql.session.timeZone': 'UTC', 'spark.sql.shuffle.partitions': '2', ...(o.sink.kind === 'delta-s3' ? o.sink.store.confs : {}) } }))
  const rows = spark.readStream.format('kafka').option('kafka.bootstrap.servers', o.servers).option('subscribe', o.topic).option('startingOffsets', 'earliest')
    .option('maxOffsetsPerTrigger', o.rowsPerBatch).load().selectExpr('CAST(CAST(value AS STRING) AS BIGINT) AS id', 'CAST(value AS STRING) AS value')
  spark.streams.addListener({
    onQueryStarted() { process.stdout.write('started\n') },
    onQueryProgress({ progress }) { if (progress.numInputRows > 0) process.stdout.write(`batch ${progress.batchId}\n`) },
    onQueryTerminated() {},
  })
  const writer = (await openSink(o.sink, rows)).option('checkpointLocation', o.sink.kind === 'delta-s3' ? o.sink.checkpoint : `${o.folder}/checkpoint`)
  const query = await (o.finish ? writer.trigger({ availableNow: true }) : writer.trigger({ processingTime: '0 seconds' })).start()
  await query.awaitTermination()
  process.exit(0)
}

main(JSON.parse(process.argv[2]!) as QuerySettings).catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error)
  process.exit(1)
})
