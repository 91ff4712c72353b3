// The name of a column that nobody has named is the one Spark 4.3 gives it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SparkSession } from '../../engine/session/spark-session.ts'

const recorded: { readonly view: string; readonly names: readonly (readonly [expression: string, name: string])[] } = JSON.parse(readFileSync(new URL('recorded-names.json', import.meta.url), 'utf8'))
const spark = SparkSession.builder.appName('names').config('spark.sql.session.timeZone', 'UTC').getOrCreate()

test('columns are named as Spark names them', () => {
  spark.sql(`CREATE OR REPLACE TEMP VIEW named AS ${recorded.view}`)
  const names = recorded.names.map(([e]) => [e, spark.sql(`SELECT ${e} FROM named`).schema.fields[0]!.name])
  assert.deepEqual(names, recorded.names)
})
