// Names and texts reach the generated code only as data: seeded fuzz over hostile column names and literals, in every place they can stand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as F from '../../engine/api/functions.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.appName('hostile').config('spark.sql.session.timeZone', 'UTC').getOrCreate()

// Mulberry32: the same names in every run.
function random(seed: number): () => number {
  let s = seed
  return () => { s = (s + 0x6d2b79f5) | 0; let t = Math.imul(s ^ (s >>> 15), 1 | s); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296 }
}

const pieces = ['`', '"', "'", '\\', '\n', '\r', '\u2028', '\u2029', '\0', '${', '}', '*/', '//', '/*', '--', ';', '(', ')', '[', ']', ']]', '+', '.', '..', ' ', '\t', '%', '_', '$1', '__proto__', 'constructor', 'toString', 'length', 'i', 'out', 'nulls', 'constants', 'tools', 'k0', 'return', 'process.exit(1)', 'globalThis.pwned=1', '</script>', '😀', '\ud83d', 'é', 'ß', 'İ', 'a', 'Z', '0', 'null', 'undefined', 'NaN']
const draw = (next: () => number): string => Array.from({ length: 1 + Math.floor(next() * 5) }, () => pieces[Math.floor(next() * pieces.length)]!).join('')
const quotedName = (name: string): string => '`' + name.replaceAll('`', '``') + '`'
const quotedText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
/** A lone surrogate is no character: UTF-8 has no bytes for it. */
const wellFormed = (s: string): string => s.replace(/\p{Surrogate}/gu, '\ufffd')

test('hostile column names, texts, field names and keys come back as they went in', async () => {
  const next = random(20260101)
  for (let round = 0; round < 80; round++) {
    const a = wellFormed(draw(next)), b = `${wellFormed(draw(next))}_b`, text = wellFormed(draw(next)), other = wellFormed(draw(next))
    const where = JSON.stringify({ round, a, b, text, other })
    const df = spark.createDataFrame([[text, 1], [other, 2], [null, 3]], [a, b])
    const rows = await df.select(
      F.expr(quotedName(a)).alias(b),
      F.expr(`${quotedName(a)} = ${quotedText(text)}`).alias('same'),
      F.concat(F.expr(quotedName(a)), F.lit(text)).alias('joined'),
      F.expr(`named_struct(${quotedText(b)}, ${quotedName(b)})`).alias('s'),
      F.expr(`map(${quotedText(text)}, ${quotedName(b)})[${quotedText(text)}]`).alias('m'),
      F.expr(`transform(array(${quotedName(a)}), x -> concat(x, ${quotedText(other)}))`).alias('t'),
      F.expr(`CASE WHEN ${quotedName(a)} <=> ${quotedText(other)} THEN ${quotedText(text)} ELSE ${quotedText(other)} END`).alias('c'),
      F.expr(`replace(${quotedName(a)}, ${quotedText(text)}, ${quotedText(other)})`).alias('r'),
    ).collect()
    const values = [text, other, null], expected = values.map((v, i) => ({
      [b]: v, same: v === null ? null : v === text, joined: v === null ? null : v + text, s: { [b]: i + 1 }, m: i + 1, t: [v === null ? null : v + other], c: v === other ? text : other,
      r: v === null ? null : v.replaceAll(text, () => other),
    }))
    assert.deepEqual(rows, expected, where)
    const grouped = await df.groupBy(F.expr(quotedName(a))).agg(F.expr(`sum(${quotedName(b)})`).alias(b)).filter(F.expr(`${quotedName(b)} > 0`)).collect()
    assert.equal(grouped.length, new Set(values).size, where)
    df.createOrReplaceTempView('hostile')
    assert.equal((await spark.sql(`SELECT hostile.${quotedName(a)} FROM hostile WHERE ${quotedName(a)} = ${quotedText(text)} ORDER BY ${quotedName(b)}`).collect()).length, text === other ? 2 : 1, where)
  }
  assert.equal((globalThis as { pwned?: number }).pwned, undefined)
})

test('hostile patterns are read as patterns or refused, never run', async () => {
  const next = random(7), df = spark.createDataFrame([['a.b*c']], ['s'])
  for (let round = 0; round < 100; round++) {
    const pattern = wellFormed(draw(next))
    for (const call of [`s RLIKE ${quotedText(pattern)}`, `s LIKE ${quotedText(pattern)}`, `regexp_replace(s, ${quotedText(pattern)}, 'x')`, `split(s, ${quotedText(pattern)})`, `format_string(${quotedText(pattern)}, s)`, `format_number(1.5, ${quotedText(pattern)})`]) {
      try { await df.select(F.expr(call)).collect() } catch (e) {
        const condition = (e as { condition?: string }).condition
        assert.ok(condition !== undefined && condition !== 'INTERNAL_ERROR', `${call}: ${String(e)}`)
      }
    }
  }
  assert.equal((globalThis as { pwned?: number }).pwned, undefined)
})
