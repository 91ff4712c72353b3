/** W1 end to end from Kafka: ours, Spark local[2], and the program a user would write by hand with kafkajs. */
import { produceEvents } from '../../fixtures/index.ts'
import { ratio } from '../harness/bars.ts'
import type { Section } from '../harness/bars.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { disagreements, failures, figureOf, inTurn } from '../harness/turns.ts'
import { rate, rateTable } from './rows.ts'

const topic = 'bench-w1'
const partitions = 4
const spark = 'spark-local[2]'

/** Fills a topic, runs the programs on it in turn, and holds them against the bars. */
export async function w1Kafka(bench: Bench): Promise<Section> {
  const { options, peers } = bench
  const broker = await bench.broker()
  await broker.createTopic(topic, { partitions })
  const filled = await produceEvents(broker, topic, { count: options.rows, partitions })
  bench.log(`  ${filled.count} messages produced in ${(filled.ms / 1000).toFixed(1)} s`)
  const where = ['--bootstrap', broker.bootstrapServers, '--topic', topic]
  const rounds = ['--rounds', String(options.rounds)]
  const programs: Program[] = []
  if (options.engines.has('ours')) programs.push({ name: 'microlote', command: process.execPath, args: [bench.file('ours', 'w1-kafka.ts'), ...where, ...rounds] })
  if (options.engines.has('spark') && peers.python !== null && peers.sparkJars !== null) {
    programs.push({ name: spark, command: peers.python, args: [bench.file('peers', 'spark_w1.py'), ...where, '--jars', peers.sparkJars, ...rounds] })
  }
  if (options.engines.has('kafkajs')) programs.push({ name: 'kafkajs-by-hand', command: process.execPath, args: [bench.file('peers', 'kafkajs-floor.ts'), ...where, ...rounds] })
  const turns = await inTurn(programs, options.passes, bench.log)
  await broker.deleteTopic(topic)
  const names = programs.map(p => p.name)
  const ours = rate(turns, 'microlote')
  return {
    name: 'w1-kafka',
    title: 'W1 end to end from Kafka (record CRC checked, checkpoint kept by ours and Spark)',
    input: { rows: options.rows, partitions, maxOffsetsPerTrigger: 500_000, broker: broker.way },
    runs: turns,
    table: rateTable(turns, names),
    bars: [
      { what: 'rows/s against Spark local[2], both warm', value: ratio(ours, rate(turns, spark)), limit: 8, better: 'higher', unit: 'x' },
      { what: 'rows/s against kafkajs + JSON.parse + Map by hand', value: ratio(ours, rate(turns, 'kafkajs-by-hand')), limit: 2.5, better: 'higher', unit: 'x' },
      { what: 'peak memory of our process', value: figureOf(turns, 'microlote', r => r.peakRssMb), limit: 450, better: 'lower', unit: ' MB' }
    ],
    faults: [...failures(turns), ...disagreements(turns, names)]
  }
}
