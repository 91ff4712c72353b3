/** Evaluates one SQL expression without input, for tests: its type and value as the recordings of Spark write them, or the condition of its error. */
import assert from 'node:assert/strict'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { parseSelectItem } from '../../engine/expressions/parser.ts'
import { textOfValue } from '../../engine/functions/cast-text.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { simpleString, type DataType } from '../../engine/types/data-type.ts'
import { difference, encode } from '../conformance/values.ts'

export const ansiOff = { 'spark.sql.ansi.enabled': 'false' }

const shown = (type: DataType, v: unknown): unknown => (v !== null && (type.kind === 'yearmonthinterval' || type.kind === 'calendarinterval') ? textOfValue(type, 'UTC')(v) : encode(type, v))

/** `['int', 3]`, or the name of the error's condition. */
export async function sqlValue(expression: string, confs: Readonly<Record<string, string>> = {}): Promise<readonly [string, unknown] | string> {
  const backend = new LocalBackend({ confs: { 'spark.sql.session.timeZone': 'UTC', 'spark.sql.ansi.enabled': 'true', ...confs } })
  try {
    const result = await backend.collect({ kind: 'project', expressions: [parseSelectItem(`${expression} AS r`)], child: { kind: 'range', start: 0n, end: 1n, step: 1n } })
    const type = result.schema.fields[0]!.dataType
    return [simpleString(type), shown(type, result.batches[0]!.columns[0]!.get(0))]
  } catch (error) {
    const condition = conditionOf(error)
    if (condition === null) throw error
    return condition
  }
}

/** Checks expressions against what Spark 4.3 gave: `[expression, type, value]`, or `[expression, condition]` for an error. */
export async function checkAll(cases: readonly (readonly [string, string, unknown] | readonly [string, string])[], confs: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const c of cases) {
    const got = await sqlValue(c[0], confs)
    if (c.length === 2) { assert.equal(got, c[1], c[0]); continue }
    assert.ok(typeof got !== 'string', `${c[0]}: ${got} came`)
    assert.equal(got[0], c[1], `the type of ${c[0]}`)
    assert.equal(difference(c[2], got[1]), null, c[0])
  }
}
