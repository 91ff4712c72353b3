/** The parser's three tiers held against each other and against JSON.parse on random documents, whole and damaged, in changing layouts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrayType, booleanType, dateType, decimalType, doubleType, floatType, intType, longType, mapType, shortType, stringType, structField, structType, timestampType, type DataType, type StructTypeShape } from '../../engine/types/data-type.ts'
import { jsonOptions } from '../../engine/formats/json/options.ts'
import { createJsonParser, type JsonParser } from '../../engine/formats/json/parser.ts'
import { structColumnFor } from '../../engine/formats/json/columns-of.ts'
import { parseDouble } from '../../engine/formats/json/double.ts'
import { layoutOf } from '../../engine/formats/json/layout.ts'
import { templateSource } from '../../engine/formats/json/template.ts'
import { recordReader } from '../../engine/formats/json/records.ts'
import { jsonTimes } from '../../engine/formats/json/times.ts'
import { JsonTokens } from '../../engine/formats/json/tokens.ts'
import { arenaOf } from './arena.ts'
import { recordedForm, recordedValues } from './recorded.ts'

function generator(seed: number): { next(): number; int(n: number): number; of<T>(a: readonly T[]): T } {
  let s = seed >>> 0
  const next = (): number => { s = (s + 0x6d2b79f5) >>> 0; let t = Math.imul(s ^ (s >>> 15), 1 | s); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296 }
  return { next, int: n => Math.floor(next() * n), of: a => a[Math.floor(next() * a.length)] }
}
type Random = ReturnType<typeof generator>

const names = ['a', 'id', 'monto', 'timestamp', '__proto__', 'constructor', "it's", 'quo"te', 'back\\slash', 'ñandú', '日本', '😀', 'toString', 'a b', '', '${x}', '`', '*/', 'very_long_name_of_a_field_that_goes_on', '\u2028', 'x.y', 'null']
const texts = ['', 'x', 'ab', 'abc', 'abcd', 'abcdefgh', 'abcdefghi', 'compra', 'é', '日本語', '😀😀', 'a"b', 'c\\d', 'e\nf', '\u0001', 'NaN', '12', '1.5', 'true', 'null', '{"a":1}', '2026-01-02T03:04:05.123Z', '2026-01-02', 'long text '.repeat(9)]
const times = ['2026-01-02T03:04:05.123Z', '2026-01-02T03:04:05Z', '2026-01-02 03:04:05', '2026-01-02T03:04:05.1Z', '2026-01-02T03:04:05.123456+01:00', '1969-12-31T23:59:59.999Z', '2024-02-29T12:00:00.000Z', '2026-02-29T12:00:00.000Z', '2026-01-02T24:00:00.000Z', '2026-01-02T03:60:00.000Z', '2026-01-02T03:04:0x.000Z', '9999-12-31T23:59:59.999Z', '2026-1-2', '2026']
const numbers = ['0', '-0', '1', '-1', '12', '127', '128', '255', '-129', '32768', '2147483647', '2147483648', '-2147483648', '999999999', '1000000000', '9007199254740993', '9223372036854775807', '9223372036854775808', '1.5', '-0.0', '0.1', '123.45', '1e2', '1E-7', '1.7976931348623157e308', '1e400', '12345678.123456789', '0.30000000000000004', '100.10', '01', '1.', '.5', '+1', '-', '1e', 'NaN', 'Infinity', '123456789.5', '99999999.25']

const scalarTypes: readonly DataType[] = [stringType, stringType, doubleType, intType, longType, booleanType, timestampType, dateType, floatType, shortType, decimalType(7, 2)]

function randomType(r: Random, depth: number): DataType {
  const k = r.int(12)
  if (depth > 0 && k === 0) return randomStruct(r, depth - 1)
  if (depth > 0 && k === 1) return arrayType(randomType(r, depth - 1))
  if (depth > 0 && k === 2) return mapType(stringType, randomType(r, depth - 1))
  return r.of(scalarTypes)
}

function randomStruct(r: Random, depth: number): StructTypeShape {
  const chosen = new Set<string>()
  for (let n = 1 + r.int(7); n > 0; n--) chosen.add(r.of(names))
  return structType([...chosen].map(n => structField(n, randomType(r, depth))))
}

/** JSON text for a type, mostly fitting. */
function randomValue(r: Random, type: DataType, depth = 0): string {
  if (r.next() < 0.04) return r.of(['null', 'true', 'false', '{}', '[]', '"x"', '1', '[1,"a",null]', '{"a":{"b":[1]}}', '""'])
  switch (type.kind) {
    case 'string': return r.next() < 0.1 ? r.of(numbers) : JSON.stringify(r.of(texts))
    case 'boolean': return r.of(['true', 'false', 'null'])
    case 'timestamp': return r.next() < 0.1 ? r.of(['1767225600', '0', '-1', '1767225600123456']) : JSON.stringify(r.of(times))
    case 'date': return JSON.stringify(r.of(times).slice(0, 10))
    case 'array': return `[${Array.from({ length: r.int(4) }, () => randomValue(r, type.elementType, depth + 1)).join(r.of([',', ', ']))}]`
    case 'map': return `{${Array.from({ length: r.int(4) }, () => `${JSON.stringify(r.of(names))}:${randomValue(r, type.valueType, depth + 1)}`).join(',')}}`
    case 'struct': return randomObject(r, type, r.of([0, 1, 2]))
    default: return r.next() < 0.5 ? String(r.int(100000) / 100) : r.of(numbers)
  }
}

/** `style` 0 compact, 1 as Python writes, 2 spaces anywhere and fields in any order, some missing or twice. */
function randomObject(r: Random, type: StructTypeShape, style: number, keepAll = false): string {
  let fields = type.fields.map(f => f)
  if (style === 2) {
    fields = fields.filter(() => r.next() < 0.9).sort(() => r.next() - 0.5)
    if (fields.length > 0 && r.next() < 0.05) fields.push(r.of(fields))
  } else if (!keepAll && r.next() < 0.05) fields = fields.filter(() => r.next() < 0.7)
  const sp = (): string => (style === 2 ? r.of(['', '', ' ', '\t', '\n', '\r\n ']) : '')
  const members = fields.map(f => `${sp()}${JSON.stringify(f.name)}${sp()}:${style === 1 ? ' ' : sp()}${randomValue(r, f.dataType)}${sp()}`)
  if (r.next() < 0.05) members.splice(r.int(members.length + 1), 0, '"unknown field":{"deep":[1,2,{"x":"y\\n"}]}')
  return `${sp()}{${members.join(style === 1 ? ', ' : ',')}}`
}

function damaged(r: Random, text: string): string {
  const at = r.int(text.length + 1)
  switch (r.int(5)) {
    case 0: return text.slice(0, at)
    case 1: return text.slice(0, at) + text.slice(at + 1)
    case 2: return text.slice(0, at) + r.of(['"', '\\', ',', ':', '{', '}', '[', ']', '0', 'e', '\u0001', "'", 'x', ' ']) + text.slice(at)
    case 3: return text + r.of([' ', 'x', '}', '{', ',', '\0'])
    default: return r.of(['', ' ', 'null', '5', '"x"', '[]', '[1]', `[${text}]`, text.replaceAll('"', "'")])
  }
}

const options = jsonOptions({}, { timeZone: 'UTC' })

/** What the exact tier alone makes of a text: a row as recorded. */
function exactly(type: StructTypeShape, text: string, file: boolean): unknown[] {
  const bytes = new TextEncoder().encode(text), read = recordReader(type, jsonTimes(options), file, undefined, -1)
  const { rows, bad } = read(new JsonTokens(options, file).open(bytes, 0, bytes.length))
  const none = type.fields.map(() => null)
  if (!file) return [rows.length === 0 && bad === null ? null : recordedForm(type, rows[0] ?? none)]
  return rows.length === 0 && bad !== null ? [recordedForm(type, none)] : rows.map(row => recordedForm(type, row))
}

function isJson(text: string): boolean { try { JSON.parse(text); return true } catch { return false } }

function parseAll(parser: JsonParser, rows: readonly (string | null)[], exactEnd: boolean): unknown[] {
  const a = arenaOf(rows, exactEnd)
  return recordedValues(parser.parse(a.bytes, a.starts, a.ends, a.nulls, a.length))
}

test('every tier gives what the exact one gives', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const r = generator(seed), type = randomStruct(r, 2), file = seed % 3 === 0
    const parser = createJsonParser(type, { ...options, forRecords: file ? 'file' : 'from_json' })
    for (let batch = 0; batch < 4; batch++) {
      // Long runs of one layout, so that templates are learned, and then another one in mid-batch.
      let style = r.int(2)
      const rows: (string | null)[] = []
      for (let i = 0; i < 120; i++) {
        if (r.next() < 0.02) style = r.int(3)
        if (r.next() < 0.02) { rows.push(null); continue }
        const text = randomObject(r, type, style, true)
        rows.push(r.next() < 0.06 ? damaged(r, text) : text)
      }
      const expected = rows.flatMap(t => (t === null ? (file ? [] : [null]) : exactly(type, t, file)))
      const got = parseAll(parser, rows, batch % 2 === 1)
      if (file) { assert.deepEqual(got, expected, `seed ${seed}`); continue }
      for (let i = 0; i < rows.length; i++) assert.deepEqual(got[i], expected[i], `seed ${seed} batch ${batch} row ${i}: ${rows[i]}`)
    }
  }
})

test('plain documents agree with JSON.parse', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const r = generator(seed * 7919)
    const fields = [...new Set(Array.from({ length: 1 + r.int(6) }, () => r.of(names)))].map(n => structField(n, r.of([stringType, doubleType, intType, booleanType])))
    const type = structType(fields), parser = createJsonParser(type, { ...options, forRecords: 'from_json' })
    const rows = Array.from({ length: 300 }, (_, i) => {
      const o = Object.create(null)
      for (const f of r.next() < 0.1 ? [...fields].reverse() : fields) {
        if (r.next() < 0.02) continue
        o[f.name] = r.next() < 0.02 ? null : f.dataType.kind === 'string' ? r.of(texts) + (i % 3 === 0 ? String(r.int(1e6)) : '') : f.dataType.kind === 'boolean' ? r.next() < 0.5 : f.dataType.kind === 'int' ? r.int(2 ** 31) - 2 ** 30 : r.of([r.next(), r.next() * 1e9, r.int(1e6) / 100, -r.int(1e6) / 8, 1e21 * r.next(), r.next() * 1e-9])
      }
      return o
    })
    const got = parseAll(parser, rows.map(o => JSON.stringify(o)), seed % 2 === 0)
    rows.forEach((o, i) => { for (const f of fields) assert.deepEqual((got[i] as Record<string, unknown>)[f.name], o[f.name] ?? null, `seed ${seed} row ${i} ${JSON.stringify(o)}`) })
  }
})

test('a field that is not wanted changes nothing else', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const r = generator(seed * 104729), type = randomStruct(r, 1)
    const required = type.fields.map(() => r.next() < 0.5)
    const all = createJsonParser(type, { ...options, forRecords: 'from_json' }), pruned = createJsonParser(type, { ...options, forRecords: 'from_json', required })
    const rows = Array.from({ length: 200 }, () => { const t = randomObject(r, type, r.next() < 0.9 ? 0 : 2); return r.next() < 0.03 ? t.slice(0, -1) : t })
    const a = parseAll(all, rows, false), b = parseAll(pruned, rows, true)
    rows.forEach((t, i) => type.fields.forEach((f, k) => {
      // Of text that is no JSON Spark too keeps other parts when it reads other fields.
      if (f.name === '__proto__' || !isJson(t)) return
      assert.deepEqual((b[i] as any)[f.name], required[k] ? (a[i] as any)[f.name] : null, `seed ${seed} ${t}`)
    }))
  }
})

test('texts beyond the dictionary become views, in mid-batch too, and stay right', () => {
  const type = structType([structField('u', stringType), structField('v', stringType)])
  const parser = createJsonParser(type, { ...options, forRecords: 'from_json' })
  let n = 0
  for (const size of [100, 3000, 9000, 500, 1]) {
    const rows = Array.from({ length: size }, () => { n++; return { u: n % 50 === 7 ? `user\n${n}` : `user${n}`, v: ['x', 'yy', 'zzz'][n % 3] } })
    const got = parseAll(parser, rows.map(o => JSON.stringify(o)), false)
    assert.deepEqual(got, rows)
  }
})

test('vectors of earlier batches keep their values', () => {
  const type = structType([structField('k', stringType), structField('n', longType), structField('t', timestampType)])
  const parser = createJsonParser(type, { ...options, forRecords: 'from_json' })
  const batches = Array.from({ length: 6 }, (_, b) => Array.from({ length: 60 }, (_, i) => ({ k: `k${(b * 31 + i) % 70}`, n: b * 1000 + i, t: new Date(1767225600000 + b * 1e9 + i).toISOString() })))
  const vectors = batches.map(rows => { const a = arenaOf(rows.map(o => JSON.stringify(o))); return parser.parse(a.bytes, a.starts, a.ends, null, a.length) })
  vectors.forEach((v, b) => assert.deepEqual(recordedValues(v), batches[b].map(o => ({ ...o, t: o.t.replace('Z', '000Z') }))))
})

test('lines: any line ends, blank lines, a mark at the start, a last line without end', () => {
  const type = structType([structField('a', intType)])
  const rows = (text: string, max = 100, atEnd = true): { values: unknown[]; consumed: number } => {
    const bytes = new TextEncoder().encode(text), r = createJsonParser(type, { ...options, forRecords: 'file' }).parseLines(bytes, 0, bytes.length, max, atEnd)
    return { values: recordedValues(r.rows), consumed: r.consumed }
  }
  assert.deepEqual(rows('{"a":1}\n{"a":2}\n').values, [{ a: 1 }, { a: 2 }])
  assert.deepEqual(rows('\ufeff{"a":1}\r\n\r\n  \n{"a":2}\r{"a":3}').values, [{ a: 1 }, { a: 2 }, { a: 3 }])
  assert.deepEqual(rows('{"a":1}\n{"a":2}', 100, false), { values: [{ a: 1 }], consumed: 8 })
  assert.deepEqual(rows('{"a":1}\n{"a":2}\n{"a":3}\n', 2), { values: [{ a: 1 }, { a: 2 }], consumed: 16 })
  assert.deepEqual(rows('[{"a":1},{"a":2}]\n[]\n{"a":3}\n').values, [{ a: 1 }, { a: 2 }, { a: 3 }])
  assert.deepEqual(rows(`[${Array.from({ length: 50 }, (_, i) => `{"a":${i}}`).join()}]\n{"a":-1}\n`).values, [...Array.from({ length: 50 }, (_, i) => ({ a: i })), { a: -1 }])
  assert.deepEqual(rows('{"a":1}\r\n{"a":2}\r', 100, false), { values: [{ a: 1 }, { a: 2 }], consumed: 17 })
  assert.deepEqual(rows('').values, [])
})

test('generated code holds no text of the data', () => {
  const root = structColumnFor(structType(names.map(n => structField(n, stringType))), { times: jsonTimes(options), exactText: false, plainTimestamps: true, plainNtz: true, plainDates: true, sessionIsUtc: true, tokens: null }, undefined, -1)
  root.begin(1)
  const bytes = new TextEncoder().encode(`{${names.map(n => `${JSON.stringify(n)}: "secret"`).join(' ,')}}`)
  const layout = layoutOf(bytes, new DataView(bytes.buffer), 0, bytes.length, root)
  // Names with escapes have no template; leave them out.
  assert.equal(layout, null)
  const plain = names.filter(n => !/["\\]/.test(n)), text = new TextEncoder().encode(`{${plain.map(n => `"${n}": "secret"`).join(' ,')}}`)
  const found = layoutOf(text, new DataView(text.buffer), 0, text.length, root)
  assert.ok(found !== null)
  const { source } = templateSource(found)
  assert.match(source, /^[\x20-\x7e\n]*$/)
  assert.ok(!/secret|monto|very_long|__proto__|constructor|`|\$\{/.test(source))
})

test('doubles are rounded once', () => {
  const r = generator(99), encoder = new TextEncoder(), view = new DataView(new ArrayBuffer(8))
  for (let i = 0; i < 200000; i++) {
    view.setUint32(0, r.int(2 ** 32)); view.setUint32(4, r.int(2 ** 32))
    const kinds = [() => String(r.next()), () => String(r.next() * 10 ** r.int(18)), () => String(view.getFloat64(0)), () => (r.next() * 1e9).toFixed(r.int(12)), () => String(r.int(2 ** 32)) + String(r.int(2 ** 32)) + '.' + r.int(10 ** r.int(6)),
      // Halfway between two doubles, and a step beside it.
      () => (BigInt(2 ** 53) * 2n + BigInt(r.int(1e6)) * 2n + 1n).toString().replace(/(.{4})$/, '.$1') + r.of(['', '0', '1', '5'])]
    const text = r.of(kinds)().replace('e+', 'e')
    if (!/^-?\d+(\.\d+)?(e-?\d+)?$/.test(text)) continue
    const bytes = encoder.encode(text)
    assert.ok(Object.is(parseDouble(bytes, 0, bytes.length), text === '-0' ? 0 : Number(text)), `${text} ${parseDouble(bytes, 0, bytes.length)}`)
  }
})

test('local times in a zone with changes', () => {
  const type = structType([structField('t', timestampType)]), zoned = jsonOptions({}, { timeZone: 'America/New_York' })
  const parser = createJsonParser(type, { ...zoned, forRecords: 'from_json' }), times = jsonTimes(zoned)
  // The night the clocks go forward, the one they go back, and a day without either.
  const texts = ['2026-03-08', '2026-11-01', '2026-06-01'].flatMap(d => Array.from({ length: 24 * 6 }, (_, i) => `${d}${i % 2 === 0 ? 'T' : ' '}${String(Math.floor(i / 6)).padStart(2, '0')}:${i % 6}5:07${['', '.5', '.123456', '.1234567'][i % 4]}`))
  const got = parseAll(parser, texts.map(t => `{"t":"${t}"}`), false)
  texts.forEach((t, i) => assert.deepEqual(got[i], recordedForm(type, [times.timestamp(t)]), t))
})
