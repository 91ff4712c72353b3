/** The stateful operators over state of a million keys: ours and Spark on the same streams, with durable state on both sides. */
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findOnPath } from '../../fixtures/java/find-java.ts'
import { ratio } from '../harness/bars.ts'
import type { Bar, Section } from '../harness/bars.ts'
import { runChild, startChild } from '../harness/child.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { disagreements, failures, figureOf, inTurn } from '../harness/turns.ts'
import type { Turn } from '../harness/turns.ts'
import { cell, rate } from './rows.ts'

// Those that are held against Spark come first: what no time is left for is left out.
const workloads = ['join', 'aggregation', 'session', 'group-state', 'dedup'] as const
type Workload = (typeof workloads)[number]
const sectionMs = 12 * 60_000, oursMs = 180_000, sparkMs = 240_000

/** Runs each workload on both engines in turn, within twelve minutes. Spark has one pass of one round: it takes minutes. */
export async function state(bench: Bench): Promise<Section> {
  const { options, peers } = bench
  const scale = options.passes === 1 ? 0.1 : 1
  const input = join(bench.scratch, 'uuids')
  const common = ['--scale', String(scale), '--input', input]
  const ends = performance.now() + sectionMs, left = (): number => ends - performance.now()
  const made = await runChild({ name: 'input', command: process.execPath, args: [bench.file('ours', 'state.ts'), 'make', ...common.slice(0, 2), '--input', input], timeoutMs: oursMs })
  const turns: Turn[] = []
  for (const workload of workloads) {
    if (options.engines.has('ours')) turns.push(...(await inTurn([{ name: `microlote ${workload}`, command: process.execPath, args: [bench.file('ours', 'state.ts'), workload, ...common], timeoutMs: oursMs }], 1, bench.log)))
    if (!options.engines.has('spark') || peers.python === null) continue
    if (left() < leastMs) { bench.log(`  no time is left for Spark's ${workload}`); continue }
    const program = await sparkProgram(bench, peers.python, workload, common)
    if (program !== null) turns.push(...(await inTurn([{ ...program, timeoutMs: Math.min(sparkMs, left()) }], 1, bench.log)))
  }
  const names = (w: Workload): [string, string] => [`microlote ${w}`, `spark-local[2] ${w}`]
  const times = (w: Workload): number | null => ratio(rate(turns, names(w)[0]), rate(turns, names(w)[1]))
  const ours = (w: Workload, pick: (r: Readonly<Record<string, any>>) => number): number | null => figureOf(turns, names(w)[0], pick)
  const rows = workloads.flatMap(w => names(w).map(name => [
    name,
    cell(rate(turns, name), v => v.toFixed(0)),
    ...['cpuNsPerRow', 'batchMs', 'commitMs', 'bytesPerKey', 'peakRssMb'].map(f => cell(figureOf(turns, name, r => r[f]), v => v.toFixed(0))),
    name === names(w)[0] ? cell(times(w), v => `${v.toFixed(1)}x`) : ''
  ]))
  const against = (w: Workload, limit: number): Bar => ({ what: `${w}: rows/s against Spark`, value: times(w), limit, better: 'higher', unit: 'x' })
  return {
    name: 'state',
    title: 'Stateful operators, durable state, two shuffle partitions; commit is the sum over the partitions',
    input: { keys: 1_000_000 * scale, changedPerBatch: 10_000, source: 'rate-micro-batch; dedup: Parquet files', sink: 'noop' },
    runs: turns,
    table: { head: ['program', 'rows/s', 'CPU ns/row', 'batch ms', 'commit ms', 'B/key', 'peak MB', 'times Spark'], rows },
    bars: [
      { what: 'aggregation: commit of 10000 changed keys', value: ours('aggregation', r => r.commitMs), limit: 5, better: 'lower', unit: ' ms' },
      against('aggregation', 15),
      { what: 'dedup: memory of a UUID', value: ours('dedup', r => r.bytesPerKey), limit: 64, better: 'lower', unit: ' B' },
      { what: 'dedup: M rows/s', value: ours('dedup', r => r.rowsPerSecond / 1e6), limit: 1, better: 'higher', unit: '' },
      { what: 'join: M rows/s', value: ours('join', r => r.rowsPerSecond / 1e6), limit: 1, better: 'higher', unit: '' },
      against('join', 10),
      against('session', 5),
      against('group-state', 5)
    ],
    faults: [...(made.ok || existsSync(input) ? [] : [`input: ${made.error}`]), ...failures(turns), ...workloads.flatMap(w => disagreements(turns, names(w)))]
  }
}

// Less is not worth a start.
const leastMs = 30_000

// flatMapGroupsWithState has no form of Python's that runs in the JVM, so its peer is Java. It is compiled before: the classes of a source file that Java starts
// itself are unknown to the class loader that brings the function to Spark's tasks.
async function sparkProgram(bench: Bench, python: string, workload: Workload, common: readonly string[]): Promise<Program | null> {
  const name = `spark-local[2] ${workload}`
  if (workload !== 'group-state') return { name, command: python, args: [bench.file('peers', 'spark_state.py'), workload, '--rounds', '1', ...common] }
  const java = findOnPath('java', process.env), lib = join(python, '..', '..', 'lib')
  const jars = readdirSync(lib).map(v => join(lib, v, 'site-packages', 'pyspark', 'jars')).find(folder => existsSync(folder))
  if (java === undefined || jars === undefined) return null
  const classes = join(bench.scratch, 'classes'), all = readdirSync(jars).filter(f => f.endsWith('.jar')).map(f => join(jars, f)).join(delimiter)
  const compiler = { name, command: java, args: ['-m', 'jdk.compiler/com.sun.tools.javac.Main', '-d', classes, '-cp', all, bench.file('peers', 'SparkGroupState.java')] }
  // Run again it says why it failed.
  if ((await startChild(compiler).ended).code !== 0) return compiler
  const opens = ['java.lang', 'java.lang.invoke', 'java.lang.reflect', 'java.io', 'java.net', 'java.nio', 'java.util', 'java.util.concurrent', 'java.util.concurrent.atomic'].map(p => `--add-opens=java.base/${p}=ALL-UNNAMED`)
  const more = ['--add-opens=java.base/sun.nio.ch=ALL-UNNAMED', '--add-opens=java.base/sun.nio.cs=ALL-UNNAMED', '--add-opens=java.base/sun.security.action=ALL-UNNAMED', '--add-opens=java.base/sun.util.calendar=ALL-UNNAMED', '-Duser.timezone=UTC']
  return { name, command: java, args: [...opens, ...more, '-Xmx2g', '-cp', `${classes}${delimiter}${join(jars, '*')}`, 'SparkGroupState', common[1]!] }
}
