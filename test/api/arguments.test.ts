/** Arguments of another kind than TypeScript lets through: a sentence with a condition, never a TypeError from within, and nothing taken for something else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError, functions as F } from '../../engine/index.ts'
import { LocalBackend, MemoryFiles, SparkSession } from '../../engine/testing.ts'

const spark = new SparkSession(new LocalBackend({ files: new MemoryFiles(), confs: { 'spark.sql.session.timeZone': 'UTC' } }))
const df = spark.createDataFrame([[1, 'a'], [2, 'b']], 'id INT, k STRING'), other = spark.createDataFrame([[1, 'x'], [2, 'b']], 'id2 INT, k2 STRING')

test('each says what it is for, what it got, what to give', async () => {
  const cases: [() => unknown, string, ...string[]][] = [
    [() => df.limit('3' as never), 'NOT_EXPECTED_TYPE', 'limit()', '"3"', 'whole number'], [() => df.limit(1.5), 'NOT_EXPECTED_TYPE', '1.5'], [() => df.offset('1' as never), 'NOT_EXPECTED_TYPE', 'offset()'],
    [() => df.take('2' as never), 'NOT_EXPECTED_TYPE', 'take()'], [() => df.head('2' as never), 'NOT_EXPECTED_TYPE', 'head()'], [() => df.show('5' as never), 'NOT_EXPECTED_TYPE', 'show()'],
    [() => df.union([df] as never), 'NOT_EXPECTED_TYPE', 'union()', 'a DataFrame', 'an array'], [() => df.join(undefined as never), 'NOT_EXPECTED_TYPE', 'join()', 'undefined'], [() => df.unionByName(df.persist() as never), 'NOT_EXPECTED_TYPE', 'await'],
    [() => df.join(other, false as never), 'MICROLOTE_INVALID_ARGUMENT', 'boolean'], [() => df.where(false as never), 'MICROLOTE_INVALID_ARGUMENT', 'boolean'],
    [() => F.when('id > 1' as never, 1), 'NOT_EXPECTED_TYPE', 'when()', 'F.expr'], [() => F.when(F.lit(true), 1).when('id' as never, 2), 'NOT_EXPECTED_TYPE', 'when()'],
    [() => spark.readStream.schema({ a: 'INT' } as never), 'NOT_EXPECTED_TYPE', 'schema()', 'object'], [() => spark.read.schema(undefined as never), 'NOT_EXPECTED_TYPE', 'schema()'],
    [() => spark.createDataFrame({ a: 1 } as never), 'NOT_EXPECTED_TYPE', 'createDataFrame()'], [() => spark.createDataFrame([[1], [1, 2]], 'id INT'), 'FIELD_STRUCT_LENGTH_MISMATCH', 'Row 1', '2 values'],
    [() => spark.createDataFrame([[null]], 'id INT NOT NULL'), 'FIELD_NOT_NULLABLE_WITH_NAME', 'id'], [() => spark.createDataFrame([{ id: 1 }, {}], 'id INT NOT NULL'), 'FIELD_NOT_NULLABLE_WITH_NAME', 'row 1'],
    [() => df.writeTo(null as never), 'NOT_EXPECTED_TYPE', 'writeTo()', 'null'], [() => df.mergeInto(5 as never, 'true'), 'NOT_EXPECTED_TYPE', 'mergeInto()', '5'], [() => df.mergeInto('t', null as never), 'MICROLOTE_INVALID_ARGUMENT', 'null'],
    [() => df.mergeInto('t', 5 as never), 'MICROLOTE_INVALID_ARGUMENT', 'number'], [() => df.mergeInto('t', 'true').whenMatched(5 as never).delete(), 'MICROLOTE_INVALID_ARGUMENT', 'number'],
    [() => df.mergeInto('t', 'true').whenMatched().update(null as never), 'NOT_EXPECTED_TYPE', 'update()', 'null'], [() => df.writeTo('t').overwrite(undefined as never), 'MICROLOTE_INVALID_ARGUMENT', 'undefined'],
    [() => spark.table(null as never), 'NOT_EXPECTED_TYPE', 'table()'], [() => spark.read.table(5 as never), 'NOT_EXPECTED_TYPE', 'table()'], [() => df.write.insertInto(null as never), 'NOT_EXPECTED_TYPE', 'insertInto()'], [() => df.write.saveAsTable(null as never), 'NOT_EXPECTED_TYPE', 'saveAsTable()'],
    [() => spark.catalog.functionExists(5 as never), 'NOT_EXPECTED_TYPE', 'functionExists()'], [() => spark.catalog.getFunction(null as never), 'NOT_EXPECTED_TYPE', 'functionExists()'],
    [() => spark.readStream.format('rate').load().writeStream.trigger('5 seconds' as never), 'MICROLOTE_TRIGGER_INVALID', 'processingTime: "5 seconds"'],
  ]
  for (const [attempt, condition, ...words] of cases) {
    await assert.rejects(async () => { await attempt() }, (e: unknown) => {
      assert.ok(e instanceof SparkError, String(e))
      assert.equal(e.condition, condition)
      for (const w of words) assert.ok(e.message.includes(w), `"${w}" is not in: ${e.message}`)
      return true
    }, String(attempt))
  }
})

test('a join takes a list of conditions that must all hold, as in PySpark; agg() takes no text for a map of its letters', async () => {
  const both = df.join(other, [df.col('id').equalTo(other.col('id2')), df.col('k').equalTo(other.col('k2'))])
  assert.deepEqual(await both.collect(), [{ id: 2, k: 'b', id2: 2, k2: 'b' }])
  assert.throws(() => df.groupBy('k').agg('id' as never), (e: unknown) => e instanceof SparkError && e.condition === 'MISSING_AGGREGATION' && e.message.includes('id'))
})
