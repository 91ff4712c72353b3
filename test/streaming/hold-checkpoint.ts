/** A process that runs a query on the checkpoint named by its argument until it is killed; says so when it runs. */
import { LocalBackend, SparkSession } from '../../engine/testing.ts'

const spark = new SparkSession(new LocalBackend({}))
const query = await spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 1).load().writeStream.format('noop').option('checkpointLocation', process.argv[2]!).trigger({ processingTime: '1 second' }).start()
while (query.lastProgress === null) await new Promise(resolve => { setTimeout(resolve, 20) })
process.send?.('running')
