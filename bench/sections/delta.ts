/** Delta Lake: a streaming append of 100 k-row batches beside Spark's, a MERGE of 100 k rows into a million beside delta-rs; delta-rs reads back what each has written. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ratio } from '../harness/bars.ts'
import type { Section } from '../harness/bars.ts'
import { runChild } from '../harness/child.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { disagreements, failures, figureOf, inTurn } from '../harness/turns.ts'
import type { Turn } from '../harness/turns.ts'
import { cell, rate } from './rows.ts'

const timeoutMs = 180_000
const spark = 'spark-local[2]'

/** Makes the input, appends in turn, merges in turn, and has every table read by delta-rs. */
export async function delta(bench: Bench): Promise<Section> {
  const { options, peers } = bench, quick = options.passes === 1, folder = join(bench.scratch, 'delta'), ours = bench.file('ours', 'delta.ts')
  const rows = quick ? 20_000 : 100_000, batches = quick ? 12 : 24, warmUp = quick ? 4 : 8, target = rows * 10
  const made = await runChild({ name: 'input', command: process.execPath, args: [ours, 'make', folder, '--rows', String(rows), '--batches', String(batches), '--table', String(target)], timeoutMs })
  const path = (program: string, kind: string, pass: number): string => join(folder, `${kind}-${program}-${pass}`)
  const appended: Turn[] = [], merged: Turn[] = [], appends = new Set<string>(), merges = new Set<string>()
  for (let pass = 1; pass <= options.passes; pass++) {
    const appenders: Program[] = [], mergers: Program[] = []
    if (options.engines.has('ours')) {
      appenders.push({ name: 'microlote', command: process.execPath, args: [ours, 'append', folder, path('microlote', 'append', pass), '--warm-up', String(warmUp)], timeoutMs })
      mergers.push({ name: 'microlote', command: process.execPath, args: [ours, 'merge', folder, path('microlote', 'merge', pass), '--rounds', String(options.rounds)], timeoutMs })
    }
    if (options.engines.has('spark') && peers.python !== null && peers.deltaJars !== null) appenders.push({ name: spark, command: peers.python, args: [bench.file('peers', 'spark_delta.py'), folder, path(spark, 'append', pass), '--jars', peers.deltaJars, '--warm-up', String(warmUp)], timeoutMs })
    if (options.engines.has('deltalake') && peers.python !== null) mergers.push({ name: 'deltalake', command: peers.python, args: [bench.file('peers', 'deltalake_table.py'), 'merge', folder, path('deltalake', 'merge', pass), '--rounds', String(options.rounds)], timeoutMs })
    // A program writes a table of its own in each pass.
    appended.push(...(await inTurn(appenders, 1, bench.log)).map(t => ({ ...t, pass })))
    merged.push(...(await inTurn(mergers, 1, bench.log)).map(t => ({ ...t, pass })))
    for (const p of appenders) appends.add(p.name)
    for (const p of mergers) merges.add(p.name)
  }
  const read = async (kind: string, programs: ReadonlySet<string>, expected: number): Promise<{ readonly turns: readonly Turn[]; readonly faults: readonly string[] }> => {
    const { python } = peers
    if (python === null) return { turns: [], faults: [] }
    const tables = [...programs].map(name => ({ name, path: path(name, kind, options.passes) })).filter(t => existsSync(t.path))
    const turns = await inTurn(tables.map(t => ({ name: t.name, command: python, args: [bench.file('peers', 'deltalake_table.py'), 'check', t.path], timeoutMs })), 1, () => {})
    const wrong = turns.flatMap(t => (t.outcome.ok && t.outcome.result.rows !== expected ? [`${kind}: the table of ${t.program} has ${t.outcome.result.rows} rows, not ${expected}`] : []))
    return { turns, faults: [...failures(turns), ...wrong, ...disagreements(turns, [...programs])] }
  }
  const checks = [await read('append', appends, rows * batches), await read('merge', merges, target + rows / 2)]
  const table = (kind: string, turns: readonly Turn[], programs: ReadonlySet<string>): string[][] => [...programs].map(name => [
    kind, name, cell(rate(turns, name), v => (v / 1e6).toFixed(3)), cell(figureOf(turns, name, r => r.coldRowsPerSecond), v => (v / 1e6).toFixed(3)), cell(figureOf(turns, name, r => r.cpuNsPerRow), v => v.toFixed(0)),
    cell(figureOf(turns, name, r => r.peakRssMb), v => v.toFixed(0)), name === 'microlote' ? '' : cell(ratio(rate(turns, 'microlote'), rate(turns, name)), v => `${v.toFixed(2)}x`)
  ])
  return {
    name: 'delta', title: `Delta Lake: ${rows} rows a batch from Parquet files appended by a streaming query; ${rows} rows merged into ${target}, one half new`,
    input: { rowsPerBatch: rows, batches, warmUp, columns: 6, targetRows: target, targetFiles: 10 }, runs: [...appended, ...merged],
    table: { head: ['', 'program', 'M rows/s', 'cold', 'CPU ns/row', 'peak MB', 'ours / it'], rows: [...table('append', appended, appends), ...table('merge', merged, merges)] },
    bars: [
      { what: 'append: rows/s against Spark with delta-spark', value: ratio(rate(appended, 'microlote'), rate(appended, spark)), limit: 3, better: 'higher', unit: 'x' },
      { what: 'merge: time against deltalake', value: ratio(rate(merged, 'deltalake'), rate(merged, 'microlote')), limit: 2, better: 'lower', unit: 'x' }
    ],
    faults: [...(made.ok || existsSync(join(folder, 'changes')) ? [] : [`input: ${made.error}`]), ...failures([...appended, ...merged]), ...disagreements(merged, [...merges]), ...checks.flatMap(c => c.faults)]
  }
}
