/** UPDATE, DELETE FROM and MERGE INTO as SQL text, statement by statement beside what Spark with delta-spark made of each. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SparkError } from '../../engine/index.ts'
import { LocalBackend, MemoryFiles, SparkSession } from '../../engine/testing.ts'

interface Case {
  readonly name: string; readonly statement: string; readonly error?: string
  readonly columns?: readonly string[]; readonly result?: readonly (readonly unknown[])[]
  readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] }
}
const recorded = JSON.parse(readFileSync(new URL('../../fixtures/delta/sql/recorded.json', import.meta.url), 'utf8')) as { readonly setup: readonly string[]; readonly cases: readonly Case[] }

/** Where we say something else, and why. */
const ours: Readonly<Record<string, string>> = {
  // The cast says it by its own name.
  'update, an overflow': 'CAST_OVERFLOW',
  // One condition for every path where there is no table, whether the folder is there or not.
  'delete, path without a table': 'DELTA_MISSING_DELTA_TABLE',
  // Spark's planner breaks off without a condition.
  'delete from a temporary view of values': 'UNSUPPORTED_FEATURE.TABLE_OPERATION',
}

const plain = (rows: readonly Record<string, unknown>[]): unknown[][] => rows.map(r => Object.values(r).map(v => (typeof v === 'bigint' ? Number(v) : v)))
const sorted = (rows: readonly (readonly unknown[])[]): string[] => rows.map(r => JSON.stringify(r)).sort()

for (const c of recorded.cases) {
  test(c.name, async () => {
    const spark = new SparkSession(new LocalBackend({ confs: { 'spark.sql.session.timeZone': 'UTC', 'spark.sql.warehouse.dir': '/wh' }, files: new MemoryFiles() }))
    const fill = (text: string): string => text.replaceAll('{path2}', '/data/e').replaceAll('{path}', '/data/d').replaceAll('{t}', 't')
    for (const s of recorded.setup) await spark.sql(fill(s))
    const outcome = await (async () => spark.sql(fill(c.statement)))().then(df => df, (e: unknown) => e)
    const expected = ours[c.name] ?? c.error
    if (expected !== undefined) {
      assert.ok(outcome instanceof SparkError, outcome instanceof Error ? outcome.stack : `no error: ${String(outcome)}`)
      assert.equal(outcome.condition, expected, outcome.message)
    } else {
      if (outcome instanceof Error) throw outcome
      const df = outcome as ReturnType<typeof spark.table>
      assert.deepEqual([df.columns, plain(await df.collect())], [c.columns, c.result])
    }
    const table = spark.table('t')
    assert.deepEqual([table.columns, sorted(plain(await table.collect()))], [c.table.columns, sorted(c.table.rows)])
  })
}
