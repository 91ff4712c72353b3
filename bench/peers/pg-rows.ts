/**
 * Rows written to PostgreSQL row by row with pg, an INSERT each in one transaction, and the independent reader of what all programs wrote.
 *
 *     node bench/peers/pg-rows.ts write --url URL --rows 100000 [--rounds 3]
 *     node bench/peers/pg-rows.ts check --url URL --table NAME
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { runRounds } from '../harness/rounds.ts'
import { postgresRows } from '../input/postgres-rows.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { url: { type: 'string' }, rows: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' }, table: { type: 'string' } } })
const client = new pg.Client({ connectionString: values.url! })
await client.connect()
await client.query(`SET TIME ZONE 'UTC'`)
if (positionals[0] === 'check') {
  const { rows: [seen] } = await client.query(`SELECT count(*)::float8 AS rows, count(DISTINCT sensor)::float8 AS groups, sum(id)::float8 AS count, sum(monto) + sum(extract(epoch FROM visto)::float8) AS sum FROM ${values.table!}`)
  process.stdout.write(`${JSON.stringify({ program: 'check', ...seen })}\n`)
} else {
  const { version } = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('pg/package.json'), 'utf8')) as { version: string }
  const rows = postgresRows(Number(values.rows))
  await client.query('CREATE TABLE IF NOT EXISTS bench_rows (id bigint, sensor text, monto double precision, visto timestamptz, ok boolean)')
  await runRounds('pg-row-by-row', `pg ${version}, Node ${process.versions.node}`, Number(values.rounds), async () => {
    await client.query('BEGIN')
    // The statement has a name, so that it is planned once.
    for (const row of rows) await client.query({ name: 'insert', text: 'INSERT INTO bench_rows VALUES ($1, $2, $3, $4, $5)', values: row })
    await client.query('COMMIT')
    return { rows: rows.length, groups: 0, count: rows.length, sum: 0 }
  })
}
await client.end()
