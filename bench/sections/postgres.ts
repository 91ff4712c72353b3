/** PostgreSQL: our COPY beside one INSERT a row, and what a batch written exactly once by a streaming query costs; pg reads back what each has written. */
import { startPostgres } from '../../fixtures/index.ts'
import { ratio } from '../harness/bars.ts'
import type { Section } from '../harness/bars.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { disagreements, failures, figureOf, inTurn } from '../harness/turns.ts'
import type { Turn } from '../harness/turns.ts'
import { cell, rate, rateTable } from './rows.ts'

const batchRows = 10_000, timeoutMs = 180_000
const byRow = 'pg-row-by-row', streamed = 'microlote batches'

/** Starts a server for each pass, runs the programs on it in turn, and has their tables read. */
export async function postgres(bench: Bench): Promise<Section> {
  const { options } = bench, quick = options.passes === 1, rows = quick ? 20_000 : 50_000, batches = quick ? 15 : 45, rounds = ['--rounds', String(options.rounds)]
  const turns: Turn[] = [], checks: Turn[] = [], faults: string[] = []
  let way = '', names: string[] = []
  for (let pass = 1; pass <= options.passes; pass++) {
    const server = await startPostgres({ log: bench.log })
    way = server.way
    try {
      const programs: (Program & { readonly table: string })[] = [], url = ['--url', server.url]
      if (options.engines.has('ours')) {
        programs.push({ name: 'microlote', table: 'bench_copy', command: process.execPath, args: [bench.file('ours', 'postgres.ts'), 'copy', ...url, '--rows', String(rows), ...rounds], timeoutMs })
        programs.push({ name: streamed, table: 'bench_upsert', command: process.execPath, args: [bench.file('ours', 'postgres.ts'), 'batches', ...url, '--rows', String(batchRows), '--batches', String(batches)], timeoutMs })
      }
      if (options.engines.has('pg')) programs.push({ name: byRow, table: 'bench_rows', command: process.execPath, args: [bench.file('peers', 'pg-rows.ts'), 'write', ...url, '--rows', String(rows), ...rounds], timeoutMs })
      names = programs.map(p => p.name)
      turns.push(...(await inTurn(programs, 1, bench.log)).map(t => ({ ...t, pass })))
      const read = await inTurn(programs.map(p => ({ name: p.name, command: process.execPath, args: [bench.file('peers', 'pg-rows.ts'), 'check', ...url, '--table', p.table], timeoutMs })), 1, () => {})
      checks.push(...read)
      // Of each batch one half is new, but for the first.
      const expected = (name: string): number => (name === streamed ? (batches + 1) * batchRows / 2 : rows * options.rounds)
      for (const t of read) if (t.outcome.ok && t.outcome.result.rows !== expected(t.program)) faults.push(`the table of ${t.program} has ${t.outcome.result.rows} rows, not ${expected(t.program)}`)
    } finally { await server.stop() }
  }
  const table = rateTable(turns, names), ms = (name: string, pick: string): number | null => figureOf(turns, name, r => r[pick])
  return {
    name: 'postgres', title: `PostgreSQL: ${rows} rows × 5 columns by COPY and row by row, one transaction; batches of ${batchRows} rows upserted exactly once (batch_control in the same transaction)`,
    input: { rows, batchRows, batches, columns: 5, server: way }, runs: turns,
    table: { head: [...table.head, 'addBatch ms', 'batch ms'], rows: table.rows.map(r => [...r, ...['addBatchMs', 'batchMs'].map(f => cell(ms(r[0]!, f), v => v.toFixed(1)))]) },
    bars: [
      { what: 'rows/s by COPY against one INSERT a row', value: ratio(rate(turns, 'microlote'), rate(turns, byRow)), limit: 5, better: 'higher', unit: 'x' },
      { what: `a batch of ${batchRows} rows exactly once (addBatch)`, value: ms(streamed, 'addBatchMs'), limit: 100, better: 'lower', unit: ' ms' }
    ],
    faults: [...failures([...turns, ...checks]), ...faults, ...disagreements(checks, ['microlote', byRow])]
  }
}
