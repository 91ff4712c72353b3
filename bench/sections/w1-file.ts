/** W1 as a batch over an NDJSON file on one thread: ours, DuckDB and Polars, the peers with all columns declared and with the used ones only. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { writeEvents } from '../../fixtures/index.ts'
import { ratio } from '../harness/bars.ts'
import type { Section } from '../harness/bars.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { disagreements, failures, inTurn } from '../harness/turns.ts'
import { rate, rateTable } from './rows.ts'

/** Writes the file, runs the programs on it in turn, and holds ours against the faster DuckDB. */
export async function w1File(bench: Bench): Promise<Section> {
  const { options, peers } = bench
  const file = join(bench.scratch, 'w1.ndjson')
  await writeEvents(file, { count: options.rows })
  const rounds = ['--rounds', String(options.rounds)]
  const programs: Program[] = []
  if (options.engines.has('ours')) programs.push({ name: 'microlote', command: process.execPath, args: [bench.file('ours', 'w1-ndjson.ts'), file, ...rounds] })
  for (const engine of ['duckdb', 'polars'] as const) {
    if (!options.engines.has(engine) || peers.python === null) continue
    for (const columns of ['pruned', 'all']) {
      const args = [bench.file('peers', `${engine}_w1.py`), file, '--columns', columns, ...rounds]
      programs.push({ name: `${engine}-${columns}`, command: peers.python, args, env: { POLARS_MAX_THREADS: '1' } })
    }
  }
  if (options.engines.has('json-parse')) programs.push({ name: 'json-parse-map', command: process.execPath, args: [bench.file('peers', 'json-parse-file.ts'), file, ...rounds] })
  const turns = await inTurn(programs, options.passes, bench.log)
  const names = programs.map(p => p.name)
  const ours = rate(turns, 'microlote')
  const duckdb = Math.max(rate(turns, 'duckdb-pruned') ?? 0, rate(turns, 'duckdb-all') ?? 0)
  return {
    name: 'w1-file',
    title: 'W1 as a batch over an NDJSON file in the page cache, one thread',
    input: { rows: options.rows, bytes: statSync(file).size },
    runs: turns,
    table: rateTable(turns, names),
    bars: [{ what: 'rows/s against DuckDB on one thread (its faster form)', value: ratio(ours, duckdb), limit: 1, better: 'higher', unit: 'x' }],
    faults: [...failures(turns), ...disagreements(turns, names)]
  }
}
