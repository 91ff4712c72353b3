/** Messages written to a real broker: our sink, plain and exactly once, beside Spark's and kafkajs by hand; kafkajs reads back what each has written. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeEvents } from '../../fixtures/index.ts'
import type { Section } from '../harness/bars.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { disagreements, failures, inTurn } from '../harness/turns.ts'
import type { Turn } from '../harness/turns.ts'
import { rate, rateTable } from './rows.ts'

const partitions = 4, files = 5, timeoutMs = 180_000

/** Writes the input, lets every program write it to a topic of its own in each pass, and has the topics of the last pass read. */
export async function kafkaSink(bench: Bench): Promise<Section> {
  const { options, peers } = bench, rows = Math.min(options.rows, 500_000), input = join(bench.scratch, 'kafka-sink')
  mkdirSync(input)
  let bytes = 0
  for (let k = 0; k < files; k++) bytes += await writeEvents(join(input, `part-${k}.txt`), { count: rows / files, seed: k + 1 })
  const broker = await bench.broker(), turns: Turn[] = [], checks: Turn[] = []
  const common = (topic: string): string[] => ['--bootstrap', broker.bootstrapServers, '--topic', topic, '--input', input, '--rounds', String(options.rounds)]
  const makers: { name: string; program: (topic: string) => Omit<Program, 'name'> }[] = []
  if (options.engines.has('ours')) {
    const ours = bench.file('ours', 'kafka-sink.ts')
    makers.push({ name: 'microlote', program: topic => ({ command: process.execPath, args: [ours, ...common(topic)] }) })
    makers.push({ name: 'microlote-exactly-once', program: topic => ({ command: process.execPath, args: [ours, ...common(topic), '--exactly-once'] }) })
  }
  const { python, sparkJars } = peers
  if (options.engines.has('spark') && python !== null && sparkJars !== null) makers.push({ name: 'spark-local[2]', program: topic => ({ command: python, args: [bench.file('peers', 'spark_kafka_sink.py'), ...common(topic), '--jars', sparkJars] }) })
  if (options.engines.has('kafkajs')) makers.push({ name: 'kafkajs-by-hand', program: topic => ({ command: process.execPath, args: [bench.file('peers', 'kafkajs-sink.ts'), 'write', ...common(topic)] }) })
  const names = makers.map(m => m.name)
  for (let pass = 1; pass <= options.passes; pass++) {
    for (const [k, { name, program }] of makers.entries()) {
      const topic = `bench-sink-${k}-${pass}`
      await broker.createTopic(topic, { partitions })
      turns.push(...(await inTurn([{ name, ...program(topic), timeoutMs }], 1, bench.log)).map(t => ({ ...t, pass })))
      if (pass === options.passes) checks.push(...(await inTurn([{ name, command: process.execPath, args: [bench.file('peers', 'kafkajs-sink.ts'), 'check', ...common(topic).slice(0, 4), '--count', String(rows * options.rounds)], timeoutMs }], 1, () => {})))
      await broker.deleteTopic(topic)
    }
  }
  const wrong = checks.flatMap(t => (t.outcome.ok && t.outcome.result.rows !== rows * options.rounds ? [`the topic of ${t.program} has ${t.outcome.result.rows} messages, not ${rows * options.rounds}`] : []))
  const thousands = (name: string): number | null => { const r = rate(turns, name); return r === null ? null : r / 1000 }
  return {
    name: 'kafka-sink', title: 'Lines of text files written to Kafka, acknowledged by all replicas, without compression (exactly once: a transaction a batch)',
    input: { messages: rows, batches: files, partitions, bytesPerMessage: Math.round(bytes / rows), broker: broker.way }, runs: turns, table: rateTable(turns, names),
    bars: [
      { what: 'thousand messages/s of the plain sink', value: thousands('microlote'), limit: 300, better: 'higher', unit: ' k' },
      { what: 'thousand messages/s exactly once', value: thousands('microlote-exactly-once'), limit: 300, better: 'higher', unit: ' k' }
    ],
    faults: [...failures([...turns, ...checks]), ...wrong, ...disagreements(checks, names)]
  }
}
