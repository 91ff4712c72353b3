/** Parquet of 6 columns written and read on one thread: ours, hyparquet and DuckDB, all snappy, ours and hyparquet with the bytes in memory. */
import { join } from 'node:path'
import { ratio } from '../harness/bars.ts'
import type { Section } from '../harness/bars.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { disagreements, failures, inTurn } from '../harness/turns.ts'
import { rate, rateTable } from './rows.ts'

const rows = 1_000_000

/** Runs the writers in turn, then the readers on the file that ours has left. */
export async function parquet(bench: Bench): Promise<Section> {
  const { options, peers } = bench, file = join(bench.scratch, 'six-columns.parquet')
  const count = Math.min(rows, options.rows)
  const programs = (what: 'write' | 'read'): Program[] => {
    const args = [what, file, '--rows', String(count), '--rounds', String(options.rounds)], found: Program[] = []
    if (options.engines.has('ours')) found.push({ name: 'microlote', command: process.execPath, args: [bench.file('ours', 'parquet.ts'), ...args] })
    if (options.engines.has('hyparquet')) found.push({ name: 'hyparquet', command: process.execPath, args: [bench.file('peers', 'hyparquet.ts'), ...args] })
    if (options.engines.has('duckdb') && peers.python !== null) found.push({ name: 'duckdb', command: peers.python, args: [bench.file('peers', 'duckdb_parquet.py'), ...args] })
    return found
  }
  const writers = programs('write'), readers = programs('read')
  const written = await inTurn(writers, options.passes, bench.log), read = await inTurn(readers, options.passes, bench.log)
  const names = (list: readonly Program[]): string[] => list.map(p => p.name), table = rateTable(written, names(writers)), below = rateTable(read, names(readers))
  const bar = (what: string, turns: typeof written, peer: string, limit: number): Section['bars'][number] => ({ what, value: ratio(rate(turns, 'microlote'), rate(turns, peer)), limit, better: 'higher', unit: 'x' })
  return {
    name: 'parquet', title: 'Parquet of 6 columns written and read, one thread, snappy', input: { rows: count, columns: 6 }, runs: [...written, ...read],
    table: { head: ['', ...table.head], rows: [...table.rows.map(r => ['write', ...r]), ...below.rows.map(r => ['read', ...r])] },
    bars: [bar('rows/s written against hyparquet-writer', written, 'hyparquet', 2), bar('rows/s read against hyparquet', read, 'hyparquet', 2), bar('rows/s written against DuckDB', written, 'duckdb', 0.5), bar('rows/s read against DuckDB', read, 'duckdb', 0.5)],
    faults: [...failures([...written, ...read]), ...disagreements(read, names(readers))],
  }
}
