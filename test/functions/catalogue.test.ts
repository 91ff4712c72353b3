// The functions of SQL and those of the API are the same ones, and each is described with an example.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import * as F from '../../engine/api/functions.ts'
import { functionNames } from '../../engine/functions/registry.ts'

/** Spellings of SQL that have no function of their own in Spark's API: operators, casts by the name of a type, keywords, and names JavaScript or Spark's API do not have. */
const sqlOnly = new Set([
  ...'! % & * + - / < <= <=> = == > >= ^ | ~ and or in div mod if any len map space luhn_check'.split(' '),
  ...'bigint binary boolean date decimal double float int smallint string time timestamp tinyint'.split(' '),
  // Behind Column.withField, dropFields, F.product and df.freqItems; as in Spark they have no name that SQL can write.
  'with field', 'drop field', 'product of', 'frequent items',
  // Behind a path of SQL text (`v:a.b`) and the functions of FROM.
  'variant path', 'variant explode', 'variant explode outer',
  // In Spark, too, only SQL has them.
  'localtime', ...'approx_top_k approx_top_k_accumulate approx_top_k_combine approx_top_k_estimate'.split(' '),
  // Known, and refused by their names.
  ...'measure reflect java_method try_reflect from_avro to_avro schema_of_avro from_protobuf to_protobuf unix_nanos timestamp_nanos'.split(' '),
  // With a syntax of their own: WITHIN GROUP, a bare unit.
  ...'percentile_cont percentile_disc timestampadd timestampdiff'.split(' '),
])
/** Functions of the API that are no SQL function: makers of columns, and the API's own spelling of a form of SQL. */
const apiOnly = new Set('asc desc col column expr lit call_function count_distinct countDistinct sum_distinct create_map udf call_udf broadcast product listagg_distinct string_agg_distinct timestamp_add timestamp_diff approxCountDistinct sumDistinct bitwise_not bitwiseNOT shiftLeft shiftRight shiftRightUnsigned toDegrees toRadians negate years months days hours bucket asc_nulls_first asc_nulls_last desc_nulls_first desc_nulls_last'.split(' '))

test('every SQL function is in the API, but for a short list', () => {
  assert.deepEqual(functionNames().filter(n => !(n in F) && !sqlOnly.has(n)), [])
})

test('every function of the API is a SQL function, but for a short list', () => {
  const known = new Set(functionNames())
  assert.deepEqual(Object.keys(F).filter(n => !known.has(n) && !apiOnly.has(n)), [])
})

test('the lists of exceptions name nothing that is gone', () => {
  const known = new Set(functionNames())
  assert.deepEqual([...sqlOnly].filter(n => !known.has(n) || n in F), [])
  assert.deepEqual([...apiOnly].filter(n => !(n in F) || known.has(n)), [])
})

// The doc comment that ends in the line above, '' where there is none.
function commentAbove(lines: readonly string[], line: number): string {
  if (!lines[line - 1]!.endsWith('*/')) return ''
  let start = line - 1
  while (start > 0 && !lines[start]!.startsWith('/**')) start--
  return lines.slice(start, line).join('\n')
}

test('every function of the API has a doc comment with an example', () => {
  const room = new URL('../../engine/api/', import.meta.url)
  const files = ['functions.ts', ...readdirSync(new URL('functions/', room)).map(f => `functions/${f}`)]
  const missing: string[] = []
  for (const file of files) {
    const lines = readFileSync(new URL(file, room), 'utf8').split('\n')
    lines.forEach((line, i) => {
      const name = /^export function (\w+)/.exec(line)?.[1]
      if (name !== undefined && !/`|@example/.test(commentAbove(lines, i))) missing.push(name)
    })
  }
  assert.deepEqual(missing, [])
})
