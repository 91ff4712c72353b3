/** Functions over windows by the API: against a plain computation of each row's frame, on partitions that are small, large, sorted already, full of NULLs; names, explain, refusals. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Column, functions as F, Window, type DataFrame, type Row, type WindowSpec } from '../../engine/index.ts'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { LocalBackend, SparkSession } from '../../engine/testing.ts'

const spark = new SparkSession(new LocalBackend({ confs: { 'spark.sql.session.timeZone': 'UTC' } }))
interface Line { readonly id: number; readonly k: string | null; readonly o: number | null; readonly v: number | null; readonly s: string | null }

// The same numbers on every machine.
function numbers(seed: number): () => number {
  let s = seed
  return () => { s = (Math.imul(s, 1664525) + 1013904223) | 0; return (s >>> 0) / 2 ** 32 }
}

function lines(count: number, keys: number, spread: number, seed: number): Line[] {
  const next = numbers(seed), orNull = <T>(v: T): T | null => (next() < 0.1 ? null : v)
  return Array.from({ length: count }, (_, id) => ({ id, k: orNull(`k${Math.floor(next() * keys)}`), o: orNull(Math.floor(next() * spread)), v: orNull(Math.floor(next() * 1000) / 8), s: orNull(`s${Math.floor(next() * 50)}`) }))
}

const frameOf = (rows: readonly Line[]): DataFrame => spark.createDataFrame(rows as never, 'id INT, k STRING, o INT, v DOUBLE, s STRING')

/** The rows of each partition in order, and for each row the frame that the bounds give: what a window is, written without haste. */
function framed(rows: readonly Line[], unit: 'rows' | 'range', from: number, to: number): Map<number, { readonly frame: readonly Line[]; readonly at: number; readonly partition: readonly Line[] }> {
  const out = new Map<number, { frame: readonly Line[]; at: number; partition: readonly Line[] }>()
  for (const k of new Set(rows.map(r => r.k))) {
    const partition = rows.filter(r => r.k === k).sort((a, b) => (a.o ?? -Infinity) - (b.o ?? -Infinity) || a.id - b.id)
    partition.forEach((row, at) => {
      const inside = (other: Line, i: number): boolean => {
        if (unit === 'rows') return i >= at + from && i <= at + to
        if (row.o === null || other.o === null) return row.o === other.o || (row.o === null ? to === Infinity : from === -Infinity)
        return other.o >= row.o + from && other.o <= row.o + to
      }
      out.set(row.id, { frame: partition.filter(inside), at, partition })
    })
  }
  return out
}

const aggregates: Readonly<Record<string, readonly [(w: WindowSpec) => Column, (frame: readonly Line[]) => unknown]>> = {
  sum: [w => F.sum('v').over(w), f => present(f).length === 0 ? null : present(f).reduce((a, b) => a + b, 0)],
  avg: [w => F.avg('v').over(w), f => present(f).length === 0 ? null : present(f).reduce((a, b) => a + b, 0) / present(f).length],
  sumOfWhole: [w => F.sum('o').over(w), f => { const o = f.map(r => r.o).filter(x => x !== null); return o.length === 0 ? null : o.reduce((a, b) => a + b, 0) }],
  count: [w => F.count('v').over(w), f => present(f).length],
  rows: [w => F.count('*').over(w), f => f.length],
  least: [w => F.min('v').over(w), f => present(f).length === 0 ? null : Math.min(...present(f))],
  greatest: [w => F.max('s').over(w), f => f.map(r => r.s).filter(s => s !== null).sort().at(-1) ?? null],
  first: [w => F.first('v').over(w), f => f[0]?.v ?? null],
  last: [w => F.last_value('v', true).over(w), f => present(f).at(-1) ?? null],
  third: [w => F.nth_value('v', 3).over(w), f => f[2]?.v ?? null],
  second: [w => F.nth_value('v', 2, true).over(w), f => present(f)[1] ?? null],
  spread: [w => F.var_pop('v').over(w), f => { const p = present(f); if (p.length === 0) return null; const m = p.reduce((a, b) => a + b, 0) / p.length; return p.reduce((a, b) => a + (b - m) ** 2, 0) / p.length }],
}
const present = (f: readonly Line[]): number[] => f.map(r => r.v).filter(v => v !== null)

const bounds = [['rows', -Infinity, 0], ['rows', -2, 1], ['rows', 1, 3], ['rows', -3, -1], ['rows', 0, Infinity], ['rows', -150, 150], ['rows', -Infinity, Infinity], ['range', -Infinity, 0], ['range', -2, 2], ['range', 1, 4], ['range', 0, 0], ['range', -1, Infinity]] as const

for (const [count, keys, spread] of [[60, 6, 10], [600, 2, 1000], [40, 1, 3], [30, 30, 5]] as const) {
  test(`${count} rows of ${keys} keys: aggregates over ${bounds.length} frames`, async () => {
    const rows = lines(count, keys, spread, count + keys), df = frameOf(rows)
    for (const [unit, from, to] of bounds) {
      const order = unit === 'rows' ? ['o', 'id'] : ['o'], spec = Window.partitionBy('k').orderBy(...order)
      const w = unit === 'rows' ? spec.rowsBetween(from, to) : spec.rangeBetween(from, to)
      // Where rows of one key may stand in any order, a function that goes by it is left out.
      const tested = Object.entries(aggregates).filter(([name]) => unit === 'rows' || !['first', 'last', 'third', 'second'].includes(name))
      const found = await df.select('id', ...tested.map(([name, [column]]) => column(w).alias(name))).collect()
      const expected = framed(rows, unit, from, to)
      assert.equal(found.length, rows.length)
      for (const row of found) for (const [name, [, compute]] of tested) near(row[name], compute(expected.get(row['id'] as number)!.frame), `${name} of row ${row['id']}, ${unit} ${from} to ${to}`)
    }
  })
}

function near(got: unknown, want: unknown, what: string): void {
  const number = typeof got === 'bigint' ? Number(got) : got
  if (typeof number === 'number' && typeof want === 'number' && Math.abs(number - want) <= 1e-9 * Math.max(1, Math.abs(want))) return
  assert.equal(number, want, what)
}

test('places and neighbours, by any order', async () => {
  const rows = lines(400, 5, 30, 7)
  for (const descending of [false, true]) {
    const order = descending ? [F.col('o').desc_nulls_first(), F.col('s').asc(), F.col('id').desc()] : [F.col('o').asc_nulls_last(), F.col('s').desc(), F.col('id').asc()]
    const w = Window.partitionBy('k').orderBy(...order), byKey = Window.partitionBy('k').orderBy(order[0]!)
    const found = await frameOf(rows).select('id', F.row_number().over(w).alias('n'), F.lag('v', 2, -1).over(w).alias('before'), F.lead('s', 1, null, true).over(w).alias('behind'), F.ntile(7).over(w).alias('bucket'), F.rank().over(byKey).alias('rank'), F.dense_rank().over(byKey).alias('dense'), F.percent_rank().over(byKey).alias('percent'), F.cume_dist().over(byKey).alias('part')).collect()
    const text = (s: string | null): string => (s === null ? '' : s)
    for (const k of new Set(rows.map(r => r.k))) {
      const key = (r: Line): number => (descending ? (r.o === null ? -Infinity : -r.o) : r.o ?? Infinity)
      const compare = (a: Line, b: Line): number => (key(a) === key(b) ? 0 : key(a) - key(b)) || (descending ? 1 : -1) * (text(a.s) < text(b.s) ? -1 : text(a.s) > text(b.s) ? 1 : 0) || (descending ? b.id - a.id : a.id - b.id)
      const partition = rows.filter(r => r.k === k).sort(compare), size = partition.length
      const small = Math.floor(size / 7), large = size % 7
      partition.forEach((r, i) => {
        const row = found.find(f => f['id'] === r.id)!, before = partition.filter(x => key(x) < key(r)).length, upTo = partition.filter(x => key(x) <= key(r)).length
        const bucket = i < large * (small + 1) ? Math.floor(i / (small + 1)) : large + Math.floor((i - large * (small + 1)) / small)
        const want = {
          id: r.id, n: i + 1, before: i < 2 ? -1 : partition[i - 2]!.v, behind: partition.slice(i + 1).find(x => x.s !== null)?.s ?? null, bucket: bucket + 1, rank: before + 1,
          dense: new Set(partition.filter(x => key(x) < key(r)).map(key)).size + 1, percent: size === 1 ? 0 : before / (size - 1), part: upTo / size,
        }
        assert.deepEqual({ ...row }, want)
      })
    }
  }
})

test('windows stand in expressions, above groups and above each other; rows of other keys can be filtered below', async () => {
  const df = frameOf(lines(80, 4, 10, 3)), w = Window.partitionBy('k').orderBy(F.col('v').desc(), 'id')
  const best = df.withColumn('rn', F.row_number().over(w)).where('rn = 1').drop('rn')
  assert.deepEqual(best.columns, ['id', 'k', 'o', 'v', 's'])
  assert.equal(await best.count(), await df.select('k').distinct().count())
  const shares = await df.groupBy('k').agg(F.sum('v').alias('total'), F.sum('v').divide(F.sum(F.sum('v')).over(Window.partitionBy())).alias('share')).collect()
  near(shares.reduce((n, r) => n + (r['share'] as number), 0), 1, 'the shares of all keys')
  const twice = df.withColumn('n', F.count('*').over(Window.partitionBy('k'))).withColumn('r', F.dense_rank().over(Window.orderBy('n')))
  assert.deepEqual([...new Set((await twice.collect()).map(r => `${r['n']}`))].length, Math.max(...(await twice.collect()).map(r => r['r'] as number)))
  const one = (await df.where("k = 'k1'").select('id', F.row_number().over(w).alias('rn')).collect()).map(sorted).sort()
  const same = (await df.select('id', 'k', F.row_number().over(w).alias('rn')).where("k = 'k1'").drop('k').collect()).map(sorted).sort()
  assert.deepEqual(same, one)
})
const sorted = (r: Row): string => JSON.stringify(r)

test('names are those of Spark for frames of the API, and explain() shows the window', () => {
  const df = frameOf([]), w = Window.partitionBy('k').orderBy(F.col('v').desc())
  const name = (c: Column): string => df.select(c).columns[0]!
  assert.equal(name(F.row_number().over(w)), 'row_number() OVER (PARTITION BY k ORDER BY v DESC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)')
  assert.equal(name(F.sum('v').over(w.rowsBetween(-1, Window.currentRow))), 'sum(v) OVER (PARTITION BY k ORDER BY v DESC NULLS LAST ROWS BETWEEN -1 FOLLOWING AND CURRENT ROW)')
  assert.equal(name(F.lag('v').over(w)), 'lag(v, 1, NULL) OVER (PARTITION BY k ORDER BY v DESC NULLS LAST ROWS BETWEEN -1 FOLLOWING AND -1 FOLLOWING)')
  assert.equal(name(F.max('v').over(Window.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing))), 'max(v) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)')
  const text = spark.backend.explain(df.withColumn('rn', F.row_number().over(w)).plan, true)
  assert.match(text, /WindowExec \[row_number\(\) OVER \(PARTITION BY k ORDER BY v DESC NULLS LAST/)
})

test('what cannot be is refused by its name', () => {
  const df = frameOf([]), w = Window.partitionBy('k').orderBy('o')
  const refused = (make: () => DataFrame, condition: string): void => assert.throws(() => make().schema, e => conditionOf(e) === condition, condition)
  refused(() => df.where(F.row_number().over(w).equalTo(1)), 'WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE')
  refused(() => df.select(F.row_number()), 'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE')
  refused(() => df.select(F.row_number().over(Window.partitionBy('k'))), 'WINDOW_FUNCTION_FRAME_NOT_ORDERED')
  refused(() => df.select(F.rank().over(w.rowsBetween(-1, 0))), 'MICROLOTE_WINDOW_FRAME_FIXED')
  refused(() => df.select(F.upper('k').over(w)), 'UNSUPPORTED_EXPR_FOR_WINDOW')
  refused(() => df.select(F.sum('v').over(w.rowsBetween(2, 1))), 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON')
  refused(() => df.select(F.sum('v').over(Window.orderBy('k').rangeBetween(-1, 0))), 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE')
  refused(() => df.select(F.sum('v').over(w.rowsBetween(-0.5, 0))), 'MICROLOTE_INVALID_ARGUMENT')
  refused(() => df.select(F.expr('sum(v) OVER w')), 'MISSING_WINDOW_SPECIFICATION')
  refused(() => df.groupBy(F.row_number().over(w)).count(), 'UNSUPPORTED_EXPR_FOR_OPERATOR')
  refused(() => df.orderBy(F.row_number().over(w)), 'UNSUPPORTED_EXPR_FOR_OPERATOR')
})
