/** What we repair in kafkajs: the timer of an idle connection and the joining of answers. The broker runs in another process, because the fixtures calm kafkajs for the whole process that imports them. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import kafkajs from 'kafkajs'
import { repairIdleTimer } from '../../../engine/connectors/kafka/kafkajs-insides.ts'
import { frameReader } from '../../../engine/connectors/kafka/frames.ts'
import { transportTo } from './kafka-cluster.ts'

let servers = ''
const broker = spawn(process.execPath, [fileURLToPath(new URL('../../../fixtures/cli.ts', import.meta.url)), 'kafka', '--way', 'java'], { stdio: ['ignore', 'pipe', 'ignore'] })
const ended = new Promise(r => broker.once('exit', r))
before(async () => {
  let text = ''
  for await (const piece of broker.stdout) {
    text += String(piece)
    if (text.includes('\n')) break
  }
  servers = text.split('\n')[0]!.trim()
  assert.match(servers, /:\d+/)
})
after(async () => {
  broker.kill('SIGTERM')
  await ended
})

test('an idle transport sets no timers; a plain kafkajs admin sets one each millisecond', async () => {
  const original = globalThis.setTimeout
  const heard: string[] = []
  const hear = (w: Error) => { heard.push(w.name) }
  process.on('warning', hear)
  const timers = async () => {
    let n = 0
    globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => { n++; return original(...args) }) as typeof setTimeout
    await new Promise(r => original(r, 300))
    globalThis.setTimeout = original
    return n
  }
  const kafka = transportTo(servers)
  await kafka.metadata()
  const ours = await timers()
  assert.deepEqual(heard.filter(w => w === 'TimeoutNegativeWarning'), [])
  await kafka.close()
  const admin = new kafkajs.Kafka({ brokers: [servers], logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.listTopics()
  const theirs = await timers()
  await admin.disconnect()
  process.off('warning', hear)
  assert.ok(ours <= 2, `${ours} timers in 300 ms`)
  assert.ok(theirs > 30, `kafkajs no longer has the fault (${theirs} timers): the repair can go`)
})

test('the repair of the idle timer: the fault is there without it and gone with it', async () => {
  const Queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (o: object) => { pending: unknown[]; throttledUntil: number; scheduleCheckPendingRequests(): void; checkPendingRequests(): void; destroy(): void }
  const count = async (repaired: boolean) => {
    const queue = new Queue({ maxInFlightRequests: null, requestTimeout: 1000, clientId: 'x', broker: 'x', logger: { debug() {} } })
    if (repaired) repairIdleTimer(queue)
    let checks = 0
    const check = queue.checkPendingRequests.bind(queue)
    queue.checkPendingRequests = () => { checks++; check() }
    queue.checkPendingRequests()
    await new Promise(r => setTimeout(r, 100))
    queue.destroy()
    return checks
  }
  const heard = () => {}
  process.on('warning', heard)
  const unrepaired = await count(false)
  assert.ok(unrepaired > 10, `${unrepaired} checks`)
  assert.equal(await count(true), 1)
  process.off('warning', heard)
})

test('answers are cut from the stream however the bytes arrive', () => {
  const sizes = [0, 1, 5, 70_000, 3, 200_000, 12]
  const whole = Buffer.concat(sizes.map((n, i) => { const b = Buffer.alloc(4 + n, i + 1); b.writeInt32BE(n, 0); return b }))
  for (const step of [1, 3, 4, 7, 1000, 65_536, whole.length]) {
    const got: number[] = []
    const frames = frameReader(f => { got.push(f.length - 4); assert.ok(f.subarray(4).every(b => b === got.length)) }, e => { throw e })
    for (let at = 0; at < whole.length;) {
      if (step % 2 === 0) {
        const room = frames.room()
        const n = Math.min(step, room.length, whole.length - at)
        room.set(whole.subarray(at, at + n))
        frames.filled(n)
        at += n
      } else {
        frames.take(whole.subarray(at, at + step))
        at += step
      }
    }
    assert.deepEqual(got, sizes)
  }
})
