// Text functions give one answer whether a column holds bytes, strings, a dictionary or one constant; and compute nothing that a branch leaves out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as F from '../../engine/api/functions.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.appName('texts').config('spark.sql.session.timeZone', 'UTC').getOrCreate()

function random(seed: number): () => number {
  let s = seed
  return () => { s = (s * 1103515245 + 12345) & 0x7fffffff; return s / 0x7fffffff }
}
const letters = ['a', 'B', ' ', '%', '_', '.', ',', 'é', 'ß', 'İ', '日', '😀', '\t', '-', '1']
const next = random(42)
const texts = Array.from({ length: 400 }, () => Array.from({ length: Math.floor(next() * 12) }, () => letters[Math.floor(next() * letters.length)]!).join(''))
const rows = texts.map((t, i) => (i % 17 === 0 ? [null, null] : [t, new TextEncoder().encode(t)]))

const calls = [
  'upper(S)', 'lower(S)', 'trim(S)', 'ltrim(S)', 'rtrim(S)', "trim(' a', S)", 'length(S)', 'octet_length(S)', 'bit_length(S)', 'substring(S, 2, 3)', 'substring(S, -3)', 'substring(S, -5, 2)', 'substring(S, 0, 2)', 'substring(S, 3, -1)',
  'left(S, 4)', 'right(S, 3)', 'right(S, 0)', "contains(S, 'a')", "contains(S, '')", "startswith(S, 'aB')", "endswith(S, '😀')", "instr(S, '日')", "S LIKE 'a%'", "S LIKE '%é%'", "S LIKE '%_a'", "S LIKE '%😀'", "S LIKE 'ab'", "S ILIKE '%b%'", "S RLIKE '[0-9]'", 'reverse(S)', 'initcap(S)', "split(S, ',')", 'hash(S)', 'md5(S)',
]

test('bytes, strings and dictionaries give the same', async () => {
  const df = spark.createDataFrame(rows, 's STRING, b BINARY')
  for (const call of calls) {
    const result = await df.select(F.expr(call.replaceAll('S', 's')).alias('strings'), F.expr(call.replaceAll('S', 'cast(b AS STRING)')).alias('bytes'), F.expr(call.replaceAll('S', 'from_json(to_json(struct(s)), \'s STRING\').s')).alias('parsed')).collect()
    for (const r of result) { assert.deepEqual(r.bytes, r.strings, call); assert.deepEqual(r.parsed, r.strings, call) }
    const [constant] = await spark.sql(`SELECT ${call.replaceAll('S', "'aB é😀1'")} AS c`).collect()
    const [one] = await spark.createDataFrame([['aB é😀1']], 's STRING').select(F.expr(call.replaceAll('S', 's')).alias('c')).collect()
    assert.deepEqual(constant, one, call)
  }
})

test('what a branch leaves out is not computed, also where a function works on whole columns', async () => {
  const df = spark.createDataFrame([[0], [2]], 'n INT')
  assert.deepEqual(await df.select(F.expr("CASE WHEN n <> 0 THEN upper(cast(10 div n AS STRING)) ELSE 'none' END").alias('r')).collect(), [{ r: 'none' }, { r: '5' }])
  assert.deepEqual(await df.filter("n <> 0 AND length(cast(10 div n AS STRING)) = 1").collect(), [{ n: 2 }])
  assert.deepEqual(await df.select(F.expr("coalesce(nullif(cast(n AS STRING), '0'), trim(cast(n AS STRING)), lower(cast(1 div 0 AS STRING)))").alias('r')).collect(), [{ r: '0' }, { r: '2' }])
})

test('calls that differ only in a constant are two calls', async () => {
  const df = spark.createDataFrame([['a', 1], ['b', 2], ['b', 9]], 's STRING, n INT')
  const [r] = await df.agg(
    F.expr('percentile(n, 0.0)').alias('p0'), F.expr('percentile(n, 1.0)').alias('p1'), F.expr('percentile_approx(n, 0.0)').alias('q0'), F.expr('percentile_approx(n, 1.0)').alias('q1'),
    F.expr("listagg(s, '-') WITHIN GROUP (ORDER BY s)").alias('up'), F.expr("listagg(s, '+') WITHIN GROUP (ORDER BY s DESC)").alias('down'), F.expr('percentile_disc(0.5) WITHIN GROUP (ORDER BY n)').alias('d'), F.expr('percentile_cont(0.5) WITHIN GROUP (ORDER BY n DESC)').alias('c'),
  ).collect()
  assert.deepEqual(r, { p0: 1, p1: 9, q0: 1, q1: 9, up: 'a-b-b', down: 'b+b+a', d: 2, c: 2 })
  const grouped = await df.groupBy(F.expr("s LIKE 'a%'")).agg(F.expr("max(s LIKE 'b%')").alias('b')).collect()
  assert.deepEqual(grouped.map(g => g.b).sort(), [false, true])
})
