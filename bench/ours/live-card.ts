/** What a live card costs its query: the same stream without and with a card, in turn; rows a second of the process's own time. The last line is JSON. */
import { parseArgs } from 'node:util'
import { functions as F, SparkSession } from 'microlote'
import { display } from '../../kernel/dist/index.js'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' }, turns: { type: 'string', default: '5' } } })
const spark = SparkSession.builder.appName('bench').getOrCreate()
// What the card sends goes nowhere: the page is another process's affair.
console.log = () => {}

async function rate(card: boolean, seconds: number): Promise<number> {
  const stream = spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 200_000).option('numPartitions', 1).option('advanceMillisPerBatch', 1000).load()
  const counts = stream.withWatermark('timestamp', '10 seconds').groupBy(F.window(F.col('timestamp'), '1 second'), F.expr('value % 100').alias('k')).count()
  const cpu = process.cpuUsage()
  const query = await counts.writeStream.format('noop').outputMode('update').start()
  if (card) await display(query, { live: true })
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  await query.stop()
  const used = process.cpuUsage(cpu), rows = query.recentProgress.at(-1)!.batchId * 200_000
  return rows / ((used.user + used.system) / 1e6)
}

const median = (a: number[]): number => a.toSorted((x, y) => x - y)[a.length >> 1]!
await rate(false, 2)
await rate(true, 2)
const without: number[] = [], withCard: number[] = []
for (let i = 0; i < Number(values.turns); i++) { without.push(await rate(false, Number(values.seconds))); withCard.push(await rate(true, Number(values.seconds))) }
process.stdout.write(`${JSON.stringify({ withoutCard: median(without), withCard: median(withCard), costPercent: (1 - median(withCard) / median(without)) * 100 })}\n`)
await spark.stop()
