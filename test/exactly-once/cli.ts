/** `npm run kills -- [--count N] [--sink NAME]... [--seed S]`: kills the query N times in all, spread over the sinks, and reports what was lost and doubled. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startKafka } from '../../fixtures/index.ts'
import { killAndCount } from './kills.ts'
import { sinkNames, withSink } from './sinks.ts'

const { values } = parseArgs({ options: { count: { type: 'string', default: '200' }, sink: { type: 'string', multiple: true, default: [...sinkNames] }, seed: { type: 'string', default: '1' } } })
const folder = await mkdtemp(join(tmpdir(), 'microlote-kills-'))
const broker = await startKafka({ log: line => console.error(line) })
try {
  const each = Math.ceil(Number(values.count) / values.sink.length)
  let bad = 0
  for (const [i, kind] of values.sink.entries()) {
    const started = performance.now()
    const result = await withSink(kind, join(folder, kind), broker, sink => killAndCount({ broker, folder: join(folder, kind), sink, kills: each, seed: Number(values.seed) + i, log: line => console.error(`${kind} ${line}`) }))
    bad += result.lost + result.doubled
    console.log(JSON.stringify({ sink: kind, ...result, seconds: Math.round((performance.now() - started) / 1000) }))
  }
  process.exitCode = bad === 0 ? 0 : 1
} finally {
  await broker.stop()
  await rm(folder, { recursive: true, force: true })
}
