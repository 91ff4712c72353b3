/** From the start of a process to its first committed batch: the same first job in ours (as built and as sources) and in Spark. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { produceEvents } from '../../fixtures/index.ts'
import type { Section } from '../harness/bars.ts'
import { startChild, whyOf } from '../harness/child.ts'
import type { Outcome, Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { failures, figureOf } from '../harness/turns.ts'
import type { Turn } from '../harness/turns.ts'
import { cell } from './rows.ts'

const topic = 'bench-startup'
const messages = 1000
const timeoutMs = 120_000

/** Starts every program a few times, in turn, and watches its checkpoint. */
export async function startup(bench: Bench): Promise<Section> {
  const { options, peers } = bench
  const broker = await bench.broker()
  await produceEvents(broker, topic, { count: messages, partitions: 1 })
  const where = ['--bootstrap', broker.bootstrapServers, '--topic', topic]
  const programs: Program[] = []
  const faults: string[] = []
  if (options.engines.has('ours')) {
    const ours = [bench.file('ours', 'startup.ts'), ...where]
    // What a user starts is the built package; this builds it if it is stale.
    const built = spawnSync(process.execPath, [bench.file('..', 'scripts', 'run.mjs'), 'build'], { encoding: 'utf8' })
    if (built.status === 0) programs.push({ name: 'microlote', command: process.execPath, args: ours })
    else faults.push(`microlote was not built: ${whyOf(`${built.stderr}${built.stdout}`)}`)
    programs.push({ name: 'microlote-sources', command: process.execPath, args: [...ours, '--engine', pathToFileURL(bench.file('..', 'engine', 'index.ts')).href] })
  }
  if (options.engines.has('spark') && peers.python !== null && peers.sparkJars !== null) {
    programs.push({ name: 'spark-local[2]', command: peers.python, args: [bench.file('peers', 'spark_startup.py'), ...where, '--jars', peers.sparkJars] })
  }
  const turns: Turn[] = []
  for (let pass = 1; pass <= options.passes + 1; pass++) {
    for (const program of programs) {
      const outcome = await toFirstCommit(program, mkdtempSync(join(bench.scratch, 'startup-')))
      turns.push({ program: program.name, pass, outcome })
      bench.log(`  pass ${pass}/${options.passes + 1}  ${program.name.padEnd(18)} ${outcome.ok ? `${outcome.result.seconds.toFixed(2)} s` : outcome.error}`)
    }
  }
  await broker.deleteTopic(topic)
  const seconds = (program: string): number | null => figureOf(turns, program, r => r.seconds)
  return {
    name: 'startup',
    title: 'From the start of the process to the commit of batch 0 (Kafka, from_json, count by region), s',
    input: { messages, partitions: 1 },
    runs: turns,
    table: {
      head: ['program', 'first commit', 'whole process'],
      rows: programs.map(({ name }) => [name, cell(seconds(name), v => v.toFixed(2)), cell(figureOf(turns, name, r => r.processSeconds), v => v.toFixed(2))])
    },
    bars: [{ what: 'seconds to the first committed batch', value: seconds('microlote'), limit: 1, better: 'lower', unit: ' s' }],
    faults: [...faults, ...failures(turns)]
  }
}

async function toFirstCommit(program: Program, checkpoint: string): Promise<Outcome> {
  const started = performance.now()
  const since = (): number => (performance.now() - started) / 1000
  const { child, ended } = startChild({ ...program, args: [...program.args, '--checkpoint', checkpoint] })
  let over = false
  void ended.then(() => (over = true))
  let seconds: number | null = null
  // Both engines write the commit under its final name in one step, so that the name is enough.
  while (!over && since() * 1000 < timeoutMs) {
    if (existsSync(join(checkpoint, 'commits', '0'))) {
      seconds = since()
      break
    }
    await sleep(2)
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const { code, out, err } = await ended
  clearTimeout(timer)
  const wallSeconds = since()
  if (seconds === null && existsSync(join(checkpoint, 'commits', '0'))) seconds = wallSeconds
  if (code !== 0 || seconds === null) return { ok: false, error: code === 0 ? 'it ended without a commit' : `exit code ${code}: ${whyOf(err)}`, wallSeconds }
  const { rows } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '{}') as { readonly rows?: number }
  if (rows !== messages) return { ok: false, error: `it read ${rows} of ${messages} messages`, wallSeconds }
  return { ok: true, result: { seconds, processSeconds: wallSeconds, rows }, wallSeconds }
}
