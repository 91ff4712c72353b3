/** Joins by keys of every kind, most of which the other side has not, against a loop over all pairs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { functions as F } from '../../engine/index.ts'
import { LocalBackend, SparkSession } from '../../engine/testing.ts'

const spark = new SparkSession(new LocalBackend())
const ddl = 'k INT, l BIGINT, s STRING, d DECIMAL(30,2), st STRUCT<a: INT, b: STRING>, n INT'
type Given = readonly [number | null, number, string | null, string, { a: number; b: string } | null, number]
const side = (count: number, step: number): Given[] => Array.from({ length: count }, (_, i) => {
  const x = i * step
  return [x % 5 === 0 ? null : x, x, x % 7 === 0 ? null : `s${x % 40}`, `${x % 30}.25`, x % 11 === 0 ? null : { a: x % 6, b: `b${x % 9}` }, i]
})
const left = side(300, 3), right = side(120, 2)
const keys: Readonly<Record<string, readonly [condition: string, key: (r: Given) => unknown, nullSafe: boolean]>> = {
  int: ['x.k = y.k', r => r[0], false], 'int, null-safe': ['x.k <=> y.k', r => r[0], true], long: ['x.l = y.l', r => r[1], false], text: ['x.s = y.s', r => r[2], false], decimal: ['x.d = y.d', r => r[3], false],
  struct: ['x.st = y.st', r => r[4], false], pair: ['x.s = y.s AND x.d = y.d', r => (r[2] === null ? null : [r[2], r[3]]), false], three: ['x.l = y.l AND x.st = y.st AND x.s = y.s', r => (r[2] === null || r[4] === null ? null : [r[1], r[4], r[2]]), false],
}

for (const [name, [condition, key, nullSafe]] of Object.entries(keys)) test(`join by ${name}`, async () => {
  const x = spark.createDataFrame(left, ddl).alias('x'), y = spark.createDataFrame(right, ddl).alias('y')
  const same = (a: Given, b: Given): boolean => { const p = key(a), q = key(b); return p === null || q === null ? nullSafe && p === q : JSON.stringify(p) === JSON.stringify(q) }
  const pairs = left.flatMap(a => right.filter(b => same(a, b)).map(b => `${a[5]} ${b[5]}`))
  const found = await x.join(y, F.expr(condition), 'inner').selectExpr('x.n AS a', 'y.n AS b').collect()
  assert.deepEqual(found.map(r => `${String(r['a'])} ${String(r['b'])}`).sort(), pairs.sort())
  assert.ok(pairs.length > 0)
  const alone = await x.join(y, F.expr(condition), 'left_anti').selectExpr('x.n AS a').collect()
  assert.deepEqual(alone.map(r => Number(r['a'])).sort((a, b) => a - b), left.filter(a => !right.some(b => same(a, b))).map(a => a[5]))
})
