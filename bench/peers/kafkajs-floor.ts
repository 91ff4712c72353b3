/**
 * W1 as a user writes it by hand with kafkajs: a consumer group, eachBatch, JSON.parse, a Map. No checkpoint, no recovery.
 *
 *     node bench/peers/kafkajs-floor.ts --bootstrap HOST:PORT --topic NAME [--rounds 3]
 *
 * A round is a consumer of a new group; its seconds run from the moment the group gave it its partitions to the last message.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { printResult, timed } from '../harness/rounds.ts'
import type { Round, Totals } from '../harness/rounds.ts'
import { HandGroups } from './by-hand.ts'

const { values } = parseArgs({ options: { bootstrap: { type: 'string' }, topic: { type: 'string' }, rounds: { type: 'string', default: '3' } } })
const topic = values.topic!
const kafka = new Kafka({ clientId: 'bench', brokers: values.bootstrap!.split(','), logLevel: logLevel.NOTHING })

async function endOffsets(): Promise<Map<number, number>> {
  const admin = kafka.admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  return new Map(offsets.map(o => [o.partition, Number(o.high)]))
}

async function oneRound(index: number): Promise<{ readonly round: Round; readonly totals: Totals }> {
  const ends = await endOffsets()
  const groups = new HandGroups()
  const consumer = kafka.consumer({ groupId: `bench-${process.pid}-${index}` })
  const joined = new Promise<void>(resolve => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
  let finish = (): void => {}
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve
    consumer.on(consumer.events.CRASH, event => reject(event.payload.error))
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let rows = 0
  const left = new Set([...ends].filter(([, end]) => end > 0).map(([partition]) => partition))
  const running = consumer.run({
    eachBatch: async ({ batch }) => {
      for (const message of batch.messages) groups.add(message.value!.toString())
      rows += batch.messages.length
      if (Number(batch.lastOffset()) + 1 >= ends.get(batch.partition)!) left.delete(batch.partition)
      if (left.size === 0) finish()
    }
  })
  await joined
  const { round, result } = await timed(async () => {
    await finished
    return groups.totals(rows)
  })
  await running
  await consumer.disconnect()
  return { round, totals: result }
}

const rounds: Round[] = []
let totals: Totals | undefined
for (let i = 0; i < Number(values.rounds); i++) {
  const one = await oneRound(i)
  rounds.push(one.round)
  totals = one.totals
}
const { version } = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('kafkajs/package.json'), 'utf8')) as { version: string }
printResult('kafkajs-by-hand', `kafkajs ${version}, Node ${process.versions.node}`, rounds, totals!)
process.exit(0)
