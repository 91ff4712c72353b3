/** The bench: ours beside its peers in one run, held against the bars. `node bench/run.ts --help` says what may be asked. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startKafka } from '../fixtures/index.ts'
import type { KafkaBroker } from '../fixtures/index.ts'
import { met } from './harness/bars.ts'
import type { Section } from './harness/bars.ts'
import { stopChildren } from './harness/child.ts'
import { peerEnvironment } from './harness/environment.ts'
import { readOptions, usage } from './harness/options.ts'
import type { Bench, BenchOptions, SectionName } from './harness/options.ts'
import { machine, sectionText, writeSection } from './harness/results.ts'
import { delta } from './sections/delta.ts'
import { batchFloor } from './sections/floor.ts'
import { kafkaSink } from './sections/kafka-sink.ts'
import { kernel } from './sections/kernel.ts'
import { adverseLayouts } from './sections/layouts.ts'
import { parquet } from './sections/parquet.ts'
import { postgres } from './sections/postgres.ts'
import { startup } from './sections/startup.ts'
import { state } from './sections/state.ts'
import { w1File } from './sections/w1-file.ts'
import { w1Kafka } from './sections/w1-kafka.ts'

const folder = dirname(fileURLToPath(import.meta.url))
const sections: Readonly<Record<SectionName, (bench: Bench) => Promise<Section>>> = { 'w1-kafka': w1Kafka, 'w1-file': w1File, layouts: adverseLayouts, floor: batchFloor, startup, parquet, delta, 'kafka-sink': kafkaSink, postgres, kernel, state }
const log = (line: string): void => console.error(line)

/** Runs the sections asked for and says whether the run is good. */
async function run(options: BenchOptions): Promise<boolean> {
  const asked = (...of: readonly SectionName[]): boolean => options.sections.some(s => of.includes(s)), spark = options.engines.has('spark')
  const sparkKafka = spark && asked('w1-kafka', 'floor', 'startup', 'state', 'kafka-sink'), sparkDelta = spark && asked('delta')
  const inPython = (['duckdb', 'polars', 'deltalake'] as const).some(e => options.engines.has(e)) && asked('w1-file', 'layouts', 'parquet', 'delta')
  const peers = await peerEnvironment({ python: inPython || sparkKafka || sparkDelta, sparkKafka, sparkDelta }, log)
  for (const sentence of peers.missing) log(`left out: ${sentence}`)
  const scratch = mkdtempSync(join(tmpdir(), 'microlote-bench-'))
  let broker: Promise<KafkaBroker> | undefined
  const bench: Bench = {
    options,
    peers,
    scratch,
    file: (...parts) => join(folder, ...parts),
    broker: () => (broker ??= startKafka({ way: options.kafka, log })),
    log
  }
  const stop = async (): Promise<void> => {
    stopChildren()
    await (await broker?.catch(() => undefined))?.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
  process.once('SIGINT', () => void stop().finally(() => process.exit(130)))
  process.once('SIGTERM', () => void stop().finally(() => process.exit(143)))
  const done: Section[] = []
  try {
    for (const name of options.sections) {
      log(`\n${name} ...`)
      const about = { measuredAt: new Date().toISOString(), machine: machine(), passes: options.passes, rounds: options.rounds }
      const section = await sections[name](bench)
      writeSection(join(folder, 'results'), section, about)
      done.push(section)
      console.log(sectionText(section))
    }
  } finally {
    await stop()
  }
  const bars = done.flatMap(s => s.bars)
  const missed = bars.filter(b => met(b) === false).length
  const faults = done.flatMap(s => s.faults).length
  console.log(`\n${bars.filter(b => met(b) === true).length} bars met, ${missed} missed, ${bars.filter(b => met(b) === null).length} not run, ${faults} faults`)
  return faults === 0 && (!options.gate || missed === 0)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(usage)
  else if (!(await run(options))) process.exitCode = 1
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
