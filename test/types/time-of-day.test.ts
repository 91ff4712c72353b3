/** TIME values as a user has them: TimeOfDay in rows, literals, functions of the user's own, and through Parquet files with all their digits. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { functions as F, SparkError, SparkSession, StructField, StructType, TimeOfDay, TimeType } from '../../engine/index.ts'

test('TimeOfDay tells its parts, its text, and which of two is later', () => {
  const t = TimeOfDay.of('8:30:15.5')
  assert.deepEqual([t.hour, t.minute, t.second, t.nano, `${t}`, JSON.stringify({ t })], [8, 30, 15, 500_000_000, '08:30:15.5', '{"t":"08:30:15.5"}'])
  assert.ok(t < TimeOfDay.of('08:30:15.500000001') && t > TimeOfDay.of('12:30 AM'))
  assert.throws(() => TimeOfDay.of('24:00'), TypeError)
  assert.throws(() => new TimeOfDay(86_400_000_000_000n), RangeError)
  assert.throws(() => new TimeType(10), (e: unknown) => e instanceof SparkError && e.condition === 'UNSUPPORTED_TIME_PRECISION')
})

test('rows with TimeOfDay have TIME columns, which functions and user functions take and give', async () => {
  const spark = await SparkSession.builder.config('spark.sql.timeType.enabled', 'true').getOrCreate()
  const df = spark.createDataFrame([{ t: TimeOfDay.of('23:30'), n: 1 }, { t: null, n: 2 }])
  assert.equal(df.schema.simpleString(), 'struct<t:time(6),n:bigint>')
  const later = F.udf((t: TimeOfDay | null) => (t === null ? null : new TimeOfDay((t.nanoOfDay + 3_600_000_000_000n) % 86_400_000_000_000n)), 'TIME')
  const rows = await df.select('t', later('t').as('later'), F.hour('t').as('h'), F.lit(TimeOfDay.of('10:00')).as('ten'), F.make_timestamp(F.lit('2026-01-01').cast('date'), 't', F.lit('UTC')).as('at')).collect()
  assert.deepEqual(rows.map(r => [r['t'], r['later'], r['h'], r['ten'], r['at']].map(v => (v instanceof Date ? v.toISOString() : v === null ? null : String(v)))),
    [['23:30:00', '00:30:00', '23', '10:00:00', '2026-01-01T23:30:00.000000Z'], [null, null, null, '10:00:00', null]])
  const given = spark.createDataFrame([['1:2:3.456789'], [TimeOfDay.of('4:5')]], new StructType([new StructField('t', new TimeType(3))]))
  assert.deepEqual((await given.collect()).map(r => String(r['t'])), ['01:02:03.456', '04:05:00'], 'the precision of a schema cuts')
})

test('Parquet keeps the digits of a TIME, and its statistics are those of TIMEs', async () => {
  const spark = await SparkSession.builder.config('spark.sql.timeType.enabled', 'true').getOrCreate(), directory = await mkdtemp(join(tmpdir(), 'times-'))
  try {
    const path = join(directory, 't')
    await spark.sql("SELECT CAST('12:34:56.123456789' AS TIME(9)) AS n, CAST('12:34:56.789' AS TIME(2)) AS m, CAST(NULL AS TIME) AS z UNION ALL SELECT TIME '0:00', CAST('1:1' AS TIME(2)), TIME '23:59:59.999999'").write.parquet(path)
    const back = spark.read.parquet(path)
    assert.equal(back.schema.simpleString(), 'struct<n:time(9),m:time(2),z:time(6)>')
    assert.deepEqual((await back.orderBy('n').collect()).map(r => [String(r['n']), String(r['m']), String(r['z'])]), [['00:00:00', '01:01:00', '23:59:59.999999'], ['12:34:56.123456789', '12:34:56.78', 'null']])
    assert.equal((await back.filter("z > '20:00' AND n < '1:00' AND m = '1:01'").collect()).length, 1)
    const days = join(directory, 'days')
    await spark.sql("SELECT TIME '12:34:56.5' AS t, 1 AS n UNION ALL SELECT NULL, 2 UNION ALL SELECT TIME '0:00', 3").write.partitionBy('t').parquet(days)
    assert.deepEqual((await spark.read.parquet(days).orderBy('n').collect()).map(r => String(r['t'])), ['12:34:56.5', 'null', '00:00:00'], 'the names of directories are texts of times')
    assert.equal((await back.filter("n > TIME '12:34:56.123456789'").collect()).length, 0)
  } finally { await rm(directory, { recursive: true, force: true }) }
})
