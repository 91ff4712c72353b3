/** Random values of a type, as they stand in the JSON lines of a source. */
import type { Choices } from './choices.ts'

/** What a scenario's values are like: the day its minutes count from, and whether some end a query early. */
export interface Taste { readonly day: string; readonly wild: boolean }

/** The types that a scenario's own column `x` may have: what people group, join and deduplicate by, and some that cannot be a key. */
export const keyTypes = ['STRING', 'INT', 'DOUBLE', 'FLOAT', 'DECIMAL(10,2)', 'DECIMAL(28,3)', 'DATE', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'BOOLEAN', 'BINARY', 'SMALLINT', 'TINYINT', 'STRUCT<a: INT, b: STRING>', 'ARRAY<INT>', 'STRUCT<f: DOUBLE>', 'MAP<STRING, INT>'] as const

const texts = ['', 'ñ', 'a b', 'A', ' a', "it's", 'a"b', '\\', '日本', '😀', '\t', '0', '1', 'null', '\u0000x']

/** A value of the type, seven in a hundred NULL; times lie near the minute. */
export function value(c: Choices, type: string, minute: number, taste: Taste): unknown {
  return c.chance(7) ? null : present(c, type, minute, taste)
}

function present(c: Choices, type: string, minute: number, taste: Taste): unknown {
  switch (type) {
    case 'STRING': return c.chance(85) ? c.one('a', 'b', 'a', 'c') : c.one(...texts)
    case 'BIGINT': return taste.wild && c.chance(20) ? c.one(9007199254740991, -9007199254740991) : c.below(6) - 1
    case 'DOUBLE': case 'FLOAT': return c.one<unknown>(0.5, 1.5, 2, 'NaN', -0, 0, c.chance(30) ? c.one('Infinity', '-Infinity') : 1)
    case 'INT': case 'SMALLINT': case 'TINYINT': return c.below(3)
    case 'DECIMAL(10,2)': return c.one<unknown>(1.5, 0, -0.01, 2, taste.wild ? 99999999.99 : 1.25)
    case 'DECIMAL(28,3)': return c.one<unknown>(1.5, 0, -0.001, 2, 123456789.125)
    case 'BOOLEAN': return c.chance(50)
    case 'BINARY': return c.one('', 'AA==', '/wA=', 'YWI=')
    case 'DATE': return c.one('2026-03-05', '2026-03-06', '1969-12-31', '2024-02-29', ...(taste.wild ? ['0001-01-01', '9999-12-31'] : []))
    case 'TIMESTAMP': return time(c, minute, taste)
    case 'TIMESTAMP_NTZ': return time(c, minute, taste).replace('Z', '')
    case 'ARRAY<INT>': return c.one<unknown>([], [1], [1, 2], [null], [2, 1])
    case 'MAP<STRING, INT>': return c.one<unknown>({}, { a: 1 }, { a: 1, b: 2 })
    case 'STRUCT<f: DOUBLE>': return { f: c.one<unknown>(0, -0, 'NaN', 1.5, null) }
    default: return c.one<unknown>({ a: 1, b: 'x' }, { a: 1, b: 'y' }, { a: null, b: 'x' }, { a: 2 }, {})
  }
}

function time(c: Choices, minute: number, taste: Taste): string {
  if (taste.wild && c.chance(10)) return c.one('1960-01-01T00:00:00Z', '2262-01-01T00:00:00Z', '1969-12-31T23:59:59.999999Z', '1500-06-01T00:00:00Z', '9998-12-31T23:59:59Z')
  const at = Math.max(0, minute + c.one(0, 1, 2, 3, 5, 7, 9, 10, -5, -10, -15))
  const iso = new Date(Date.parse(`${taste.day}Z`) + at * 60_000).toISOString()
  return `${iso.slice(0, 17)}${c.one('00', '00', '30', '00.000001', '00', '59.999999')}Z`
}
