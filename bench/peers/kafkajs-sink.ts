/**
 * Lines of text files written to Kafka by hand with kafkajs, and the independent reader of what all programs wrote.
 *
 *     node bench/peers/kafkajs-sink.ts write --bootstrap HOST:PORT --topic NAME --input FOLDER [--rounds 3]
 *     node bench/peers/kafkajs-sink.ts check --bootstrap HOST:PORT --topic NAME --count N
 *
 * `check` reads what is committed until it has N messages and no more come, and prints their number, bytes, and a sum over their texts.
 */
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { crc32 } from 'node:zlib'
import { Kafka, logLevel } from 'kafkajs'
import { runRounds } from '../harness/rounds.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { bootstrap: { type: 'string' }, topic: { type: 'string' }, input: { type: 'string' }, rounds: { type: 'string', default: '3' }, count: { type: 'string' } } })
const topic = values.topic!, kafka = new Kafka({ clientId: 'bench', brokers: values.bootstrap!.split(','), logLevel: logLevel.NOTHING })
// A long request costs kafkajs more a message.
const perRequest = 2000, requestsUnderWay = 4

async function write(): Promise<void> {
  const { version } = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('kafkajs/package.json'), 'utf8')) as { version: string }
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  await runRounds('kafkajs-by-hand', `kafkajs ${version}, Node ${process.versions.node}`, Number(values.rounds), async () => {
    let rows = 0, messages: { value: string }[] = []
    const underWay: Promise<unknown>[] = []
    const send = async (): Promise<void> => {
      underWay.push(producer.send({ topic, acks: -1, messages }))
      messages = []
      if (underWay.length >= requestsUnderWay) await underWay.shift()
    }
    for (const name of readdirSync(values.input!).sort()) {
      for await (const line of createInterface({ input: createReadStream(join(values.input!, name)) })) {
        messages.push({ value: line })
        rows++
        if (messages.length === perRequest) await send()
      }
    }
    if (messages.length > 0) await send()
    await Promise.all(underWay)
    return { rows, groups: 0, count: rows, sum: 0 }
  })
  await producer.disconnect()
}

async function check(): Promise<void> {
  const consumer = kafka.consumer({ groupId: `bench-check-${process.pid}`, maxWaitTimeInMs: 200, readUncommitted: false }), limit = performance.now() + 120_000
  let rows = 0, bytes = 0, sum = 0, last = performance.now()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) { bytes += value!.length; sum += crc32(value!) }
      rows += batch.messages.length
      last = performance.now()
    }
  })
  // Messages written twice would come after the expected number.
  while (performance.now() < limit && (rows < Number(values.count) || performance.now() - last < 2000)) await sleep(100)
  await consumer.disconnect()
  process.stdout.write(`${JSON.stringify({ program: 'check', rows, groups: 0, count: bytes, sum })}\n`)
}

await (positionals[0] === 'check' ? check() : write())
process.exit(0)
