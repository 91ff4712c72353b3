/** W1 over files whose layout nothing foretells: ours beside plain JSON.parse, on each kind of disorder and on all together. */
import { join } from 'node:path'
import { layouts, writeLayout } from '../input/layouts.ts'
import { ratio } from '../harness/bars.ts'
import type { Bar, Section } from '../harness/bars.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { disagreements, failures, inTurn } from '../harness/turns.ts'
import type { Turn } from '../harness/turns.ts'
import { cell, rate } from './rows.ts'

/** One file a layout, of a seventh of W1's rows but never under 100 000; the bar is on the same work done by hand, parsing alone stands beside it. */
export async function adverseLayouts(bench: Bench): Promise<Section> {
  const { options, peers } = bench
  const count = Math.max(100_000, Math.round(options.rows / 7))
  const runs: Turn[] = []
  const rows: string[][] = []
  const bars: Bar[] = []
  const faults: string[] = []
  for (const layout of layouts) {
    const file = join(bench.scratch, `layout-${layout}.ndjson`)
    await writeLayout(file, layout, count)
    const rounds = ['--rounds', String(options.rounds)]
    const byHand = bench.file('peers', 'json-parse-file.ts')
    const programs: Program[] = []
    if (options.engines.has('ours')) programs.push({ name: 'microlote', command: process.execPath, args: [bench.file('ours', 'w1-ndjson.ts'), file, ...rounds] })
    if (options.engines.has('json-parse')) {
      programs.push({ name: 'json-parse-map', command: process.execPath, args: [byHand, file, ...rounds] })
      programs.push({ name: 'json-parse-only', command: process.execPath, args: [byHand, file, '--parse-only', ...rounds] })
    }
    if (options.engines.has('duckdb') && peers.python !== null) programs.push({ name: 'duckdb-pruned', command: peers.python, args: [bench.file('peers', 'duckdb_w1.py'), file, ...rounds] })
    bench.log(`  layout: ${layout}`)
    const turns = await inTurn(programs, options.passes, bench.log)
    const mega = (program: string): string => cell(rate(turns, program), v => (v / 1e6).toFixed(3))
    const against = (program: string): number | null => ratio(rate(turns, 'microlote'), rate(turns, program))
    const times = (program: string): string => cell(against(program), v => `${v.toFixed(2)}x`)
    rows.push([layout, mega('microlote'), mega('json-parse-map'), times('json-parse-map'), mega('json-parse-only'), times('json-parse-only'), mega('duckdb-pruned')])
    bars.push({ what: `layout '${layout}': rows/s against JSON.parse + Map`, value: against('json-parse-map'), limit: 0.9, better: 'higher', unit: 'x' })
    runs.push(...turns.map(turn => ({ ...turn, program: `${layout}/${turn.program}` })))
    faults.push(...[...failures(turns), ...disagreements(turns, ['microlote', 'json-parse-map', 'duckdb-pruned'])].map(f => `layout '${layout}': ${f}`))
  }
  return {
    name: 'layouts',
    title: 'W1 over layouts that nothing foretells, M rows/s',
    input: { rows: count },
    runs,
    table: { head: ['layout', 'ours', 'parse + Map', 'ours / it', 'parse only', 'ours / it', 'duckdb'], rows },
    bars,
    faults
  }
}
