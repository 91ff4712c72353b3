// XML and paths from strangers end in a named error or a value, soon and without much memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DictionaryVector } from '../../engine/columns/dictionary-vector.ts'
import { decodeXml } from '../../engine/formats/xml/decode.ts'
import { XmlSchemaInference } from '../../engine/formats/xml/inference.ts'
import { xmlOptions } from '../../engine/formats/xml/options.ts'
import { PullParser, XmlMalformed } from '../../engine/formats/xml/pull-parser.ts'
import { xmlReader } from '../../engine/formats/xml/reader.ts'
import { parseDocument } from '../../engine/formats/xpath/document.ts'
import { evaluateXPath } from '../../engine/formats/xpath/evaluate.ts'
import { XPathError } from '../../engine/formats/xpath/lexer.ts'
import { parseXPath } from '../../engine/formats/xpath/parser.ts'
import { parseSchema } from '../../engine/types/ddl.ts'

function readAll(text: string): number {
  const parser = new PullParser(text)
  for (let n = 0; ; n++) if (parser.next() === 'done') return n
}

// Time of the processor, not of the clock: the machine may have other work.
const within = (milliseconds: number, body: () => void): void => {
  const start = process.cpuUsage()
  body()
  const { user } = process.cpuUsage(start)
  assert.ok(user / 1000 < milliseconds, `took ${user / 1000} ms`)
}
const refused = (text: string): void => within(3000, () => assert.throws(() => readAll(text), XmlMalformed))

test('elements within each other without end', () => refused('<a>'.repeat(1_000_000)))
test('elements within each other, closed, deeper than any document is', () => refused('<a>'.repeat(200_000) + '</a>'.repeat(200_000)))
test('a comment, CDATA, an instruction, a value, a tag, a doctype without end', () => {
  for (const open of ['<a><!-- ', '<a><![CDATA[', '<a><?p ', '<a k="', '<a ', '<!DOCTYPE a [', '<a></a', '<a>&']) refused(open + 'x'.repeat(2_000_000))
})
test('many beginnings of nothing', () => {
  for (const part of ['<!', '<a><!-- -', '<a k=', '&a', '<a><', '< ', ']]>', '<?']) refused(part.repeat(200_000))
})
test('entities that grow are not known', () => refused(`<!DOCTYPE a [<!ENTITY b "${'x'.repeat(1000)}"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`))
test('an entity of a file is not known', () => refused('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'))
test('a million attributes, then one twice', () => refused(`<a ${Array.from({ length: 200_000 }, (_, i) => `k${i}="v"`).join(' ')} k7="w"/>`))
test('references to characters there are none of', () => { for (const r of ['&#0;', '&#xFFFFFFFFFFFFFFFFF;', '&#1114112;', '&#xD800;', '&#;', '&#x;', '&;']) refused(`<a>${r}</a>`) })
test('an error tells the beginning of a long name', () => assert.throws(() => readAll(`<${'n'.repeat(1_000_000)}></m>`), (e: unknown) => e instanceof XmlMalformed && e.message.length < 400))
// Bytes that nobody looks at take no memory.
test('a file that is too long for one text', () => within(3000, () => assert.throws(() => decodeXml(new Uint8Array(600_000_000), 'ISO-8859-1'), { condition: 'MICROLOTE_NOT_SUPPORTED' })))
test('long texts and values are read', () => within(6000, () => assert.equal(readAll(`<a k="${'v'.repeat(5_000_000)}">${'&amp;'.repeat(500_000)}</a>`), 3)))

const path = (p: string, xml = '<a><b>1</b></a>'): unknown => evaluateXPath(parseXPath(p), parseDocument(xml))
const noPath = (p: string): void => within(3000, () => assert.throws(() => path(p), XPathError))

test('brackets within brackets', () => { noPath('('.repeat(50_000)); noPath(`${'a['.repeat(50_000)}1${']'.repeat(50_000)}`); noPath(`${'not('.repeat(20_000)}1${')'.repeat(20_000)}`) })
test('signs in a row', () => { for (const s of ['-', '/', '//', '|', '[', ']', '@', '::', '..', ' ', '*', "'"]) noPath(`${s.repeat(90_000)}!`) })
test('a path that is too long', () => noPath('a/'.repeat(60_000) + 'a'))
test('a long path and a deep document give what they give', () => {
  within(3000, () => assert.equal(path(`count(${'../'.repeat(500)}a)`, '<a/>'), 0))
  within(5000, () => assert.equal(path('count(//*)', '<a>'.repeat(9000) + '</a>'.repeat(9000)), 9000))
  within(5000, () => assert.equal(path('string(/)', '<a>x'.repeat(9000) + '</a>'.repeat(9000)), 'x'.repeat(9000)))
})
test('long rows of operators give what they give', () => {
  within(4000, () => {
    assert.equal(path(`1${'+1'.repeat(49_000)}`), 49_001)
    assert.equal((path(`a${'|a'.repeat(49_000)}`) as unknown[]).length, 1)
    assert.equal(path(`z${' or z'.repeat(19_000)}`), false)
    assert.equal(path(`count(//b[not(z${' or z'.repeat(19_000)})])`), 1)
  })
})
test('paths that look at each node for each other end by name', () => {
  const wide = `<r>${'<a/>'.repeat(50_000)}</r>`, deep = `${'<a>'.repeat(9000)}${'x'.repeat(500_000)}<b/>y${'</a>'.repeat(9000)}`
  for (const [p, xml] of [['count(//a/following-sibling::a)', wide], ['count(//a/preceding::a)', wide], ['//a = //a[. = "q"]', deep], ['count(//a[1 + 1 = 2][//a])', wide]] as const) {
    within(20_000, () => assert.throws(() => path(p, xml), XPathError, p))
  }
  within(5000, () => assert.equal(path('count(//a) + count(//a[. = ""]) + count(/r/a)', wide), 150_000))
})
test('translate takes what both texts have', () => within(2000, () => assert.equal(path('translate(a/b, a/c, "Y")', `<a><b>${'xy'.repeat(200_000)}</b><c>y${'z'.repeat(400_000)}</c></a>`), 'xY'.repeat(200_000))))
test('spaces without end are no slow number', () => within(2000, () => assert.ok(Number.isNaN(path('number(a)', `<a>1${' '.repeat(500_000)}1</a>`)))))

const options = (given: Readonly<Record<string, string>> = {}) => xmlOptions(n => given[n] ?? null, { timeZone: 'UTC', corruptColumn: null })
const inferred = (text: string): string[] => { const i = new XmlSchemaInference(options({ rowTag: 'r' })); i.add(text); return i.result().fields.map(f => f.name) }

test('a schema looked for in elements without end, and too deep', () => within(5000, () => {
  assert.deepEqual(inferred('<r>'.repeat(300_000)), ['_corrupt_record'])
  assert.deepEqual(inferred(`<r>${'<a>'.repeat(8000)}${'</a>'.repeat(8000)}</r>`), ['_corrupt_record'])
}))

test('texts that are nearly numbers', () => within(3000, () => {
  const read = (type: string, text: string) => [...xmlReader(parseSchema(`a ${type}`), options({ rowTag: 'r' }), [0], 8192)(`<r><a>${text}</a></r>`, '/x')][0]!.columns[0]!.get(0)
  for (const type of ['DOUBLE', 'FLOAT', 'DECIMAL(10,2)', 'BIGINT', 'TIMESTAMP']) for (const text of ['1'.repeat(1_000_000), `1${' '.repeat(1_000_000)}`, '1e999999999', '1,'.repeat(500_000)]) read(type, `${text}x`)
  assert.equal(read('DOUBLE', `${'1'.repeat(1_000_000)}x`), Infinity)
}))

test('a schema of many names, of rows and of repeated elements', () => within(4000, () => {
  const n = 40_000, many = (tag: string): string => Array.from({ length: n }, (_, i) => `<${tag}><f${i}>1</f${i}></${tag}>`).join('')
  assert.equal(inferred(`<q>${many('r')}</q>`).length, n)
  assert.deepEqual(inferred(`<q><r>${many('k')}</r></q>`), ['k'])
  assert.deepEqual(inferred(`<q><r><k>a${many('k').slice(3)}${'<k>x</k>'.repeat(n)}</r></q>`), ['k'])
}))

test('rows of a deep document, and many bad ones, which keep their file once', () => within(10_000, () => {
  const schema = parseSchema('a INT, s STRING, _corrupt_record STRING')
  const read = (text: string, columns = [0, 1, 2]) => [...xmlReader(schema, options({ rowTag: 'r' }), columns, 8192)(text, '/x')]
  const deep = read(`<r>${'<x>'.repeat(9000)}${'</x>'.repeat(9000)}<s>${'<y>'.repeat(900)}${'</y>'.repeat(900)}</s><a>1</a></r>`)
  assert.equal(deep[0]!.columns[0]!.get(0), 1)
  const bad = read(`<q>${`<r><a>x</a><s>${'z'.repeat(1000)}</s></r>`.repeat(500)}</q>`)
  assert.equal(bad.reduce((n, b) => n + b.length, 0), 500)
  const corrupt = bad[0]!.columns[2]!
  assert.ok(corrupt instanceof DictionaryVector && corrupt.dictionary.length === 1)
  assert.equal(String(corrupt.get(499)).length, 500 * 1022 + 7)
}))

// A small generator of its own, so that a failure comes again.
function random(seed: number): () => number { let s = seed; return () => { s = (s * 1664525 + 1013904223) % 2 ** 32; return s / 2 ** 32 } }

test('scraps of XML are XML or malformed, scraps of paths are paths or none', () => within(20_000, () => {
  const next = random(20261128), pick = (parts: readonly string[]): string => parts[Math.floor(next() * parts.length)]!
  const xmlParts = ['<a>', '</a>', '<b k="1">', '</b>', '<c/>', 'x', '&amp;', '&x;', '&#65;', '<!--', '-->', '<![CDATA[', ']]>', '<?p', '?>', '<', '>', '/', '"', "'", '=', ' ', '\n', '\r', '<!DOCTYPE a', '[', ']', 'k="', '\u0001', '\ud800', ':', '<?xml version="1.0"?>']
  const pathParts = ['a', '/', '//', '@', '*', '[', ']', '(', ')', '.', '..', '::', 'child', 'count(', 'text()', '|', '+', '-', ' and ', ' div ', '=', '<', '1', '.5', "'x'", '"y"', ',', 'not(', 'position()', '$', ' ', 'p:a', 'last()']
  const document = parseDocument('<a><b k="1">x</b><b/>y</a>')
  let parsed = 0
  for (let i = 0; i < 20_000; i++) {
    const xml = `<a>${Array.from({ length: 1 + Math.floor(next() * 8) }, () => pick(xmlParts)).join('')}</a>`, path = Array.from({ length: 1 + Math.floor(next() * 7) }, () => pick(pathParts)).join('')
    try { readAll(xml); parsed++ } catch (e) { assert.ok(e instanceof XmlMalformed, `${JSON.stringify(xml)}: ${String(e)}`) }
    try { evaluateXPath(parseXPath(path), document); parsed++ } catch (e) { assert.ok(e instanceof XPathError, `${JSON.stringify(path)}: ${String(e)}`) }
    inferred(`<r>${xml}</r>`)
  }
  assert.ok(parsed > 1000, `${parsed} were read`)
}))
