// SELECT text against what Spark 4.3 answered to it: schema, rows as show() prints them, or the error's condition.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { simpleString } from '../../engine/types/data-type.ts'

interface Recorded { readonly views: Readonly<Record<string, string>>; readonly queries: readonly { readonly sql: string; readonly schema?: string; readonly text?: string; readonly error?: string | null }[] }
const recorded: Recorded = JSON.parse(readFileSync(new URL('recorded-select.json', import.meta.url), 'utf8'))

const spark = SparkSession.builder.appName('sql').config('spark.sql.session.timeZone', 'UTC').getOrCreate()
for (const [name, sql] of Object.entries(recorded.views)) spark.sql(`CREATE OR REPLACE TEMP VIEW ${name} AS ${sql}`)

// Without ORDER BY the order of rows is nobody's promise.
const settled = (sql: string, text: string): string => (/ORDER BY/i.test(sql) ? text : text.split('\n').sort().join('\n')).trimEnd()

for (const q of recorded.queries) {
  test(q.sql, async () => {
    let schema: string, text: string
    try {
      const df = spark.sql(q.sql)
      schema = simpleString(df.schema)
      text = await df.showString(100, false)
    } catch (e) {
      if (q.error === undefined) throw e
      assert.equal(conditionOf(e), q.error ?? conditionOf(e))
      return
    }
    assert.equal(q.error, undefined, `the error ${q.error} is expected, but there are rows:\n${text}`)
    assert.equal(schema, q.schema)
    assert.equal(settled(q.sql, text), settled(q.sql, q.text!))
  })
}

test('a name that means nothing is told of once, however many queries stand around it', () => {
  const query = Array.from({ length: 60 }).reduce<string>((inner, _, i) => `SELECT * FROM (${inner}) AS t${i}`, 'SELECT nada FROM range(3)')
  assert.throws(() => spark.sql(query).schema, (e: unknown) => conditionOf(e) === 'UNRESOLVED_COLUMN.WITH_SUGGESTION')
})
