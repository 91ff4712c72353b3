/** Owns the functions of XPath 1.0's core library, and `current`, which Spark's engine adds. */
import type { XPathNode } from './document.ts'
import { XPathError } from './lexer.ts'
import { toBoolean, toNumber, toText, type XPathValue } from './values.ts'

/** Where an expression stands. */
export interface XPathContext { readonly node: XPathNode; readonly position: number; readonly size: number; readonly root: XPathNode }

interface CoreFunction { readonly least: number; readonly most: number; readonly run: (args: readonly XPathValue[], context: XPathContext) => XPathValue }

const define = (least: number, most: number, run: CoreFunction['run']): CoreFunction => ({ least, most, run })
const nodes = (v: XPathValue, name: string): readonly XPathNode[] => { if (typeof v !== 'object') throw new XPathError(`the function ${name} wants nodes`); return v }
// The argument, or the node where one stands.
const orHere = (args: readonly XPathValue[], c: XPathContext): XPathValue => args[0] ?? [c.node]
const ofText = (least: number, run: (...texts: string[]) => XPathValue): CoreFunction => define(least, least, args => run(...args.map(toText)))
const ofNumber = (run: (n: number) => number): CoreFunction => define(1, 1, ([n]) => run(toNumber(n!)))
const nameOf = (name: string, of: (n: XPathNode) => string): CoreFunction => define(0, 1, (args, c) => { const [first] = nodes(orHere(args, c), name); return first === undefined ? '' : of(first) })
const round = (n: number): number => (n < 0 && n >= -0.5 ? -0 : Math.floor(n + 0.5))

function substring(text: string, from: number, length: number | null): string {
  const start = round(from), end = length === null ? Infinity : start + round(length)
  if (Number.isNaN(start) || Number.isNaN(end)) return ''
  return text.slice(Math.max(0, start - 1), Math.max(0, Math.min(text.length, end - 1)))
}

function translate(text: string, from: string, to: string): string {
  const places = new Map<string, number>()
  let at = 0, out = ''
  for (const ch of from) { if (!places.has(ch)) places.set(ch, at); at += ch.length }
  for (const ch of text) { const place = places.get(ch); out += place === undefined ? ch : to.charAt(place) }
  return out
}

export const coreFunctions: Readonly<Record<string, CoreFunction>> = {
  last: define(0, 0, (_, c) => c.size),
  position: define(0, 0, (_, c) => c.position),
  count: define(1, 1, ([v]) => nodes(v!, 'count').length),
  // There is no DTD that would say which attributes are ids.
  id: define(1, 1, () => []),
  current: define(0, 0, (_, c) => [c.root]),
  name: nameOf('name', n => n.name),
  'local-name': nameOf('local-name', n => n.name.slice(n.name.indexOf(':') + 1)),
  'namespace-uri': nameOf('namespace-uri', () => ''),
  string: define(0, 1, (args, c) => toText(orHere(args, c))),
  concat: define(2, Infinity, args => args.map(toText).join('')),
  'starts-with': ofText(2, (a, b) => a!.startsWith(b!)),
  contains: ofText(2, (a, b) => a!.includes(b!)),
  'substring-before': ofText(2, (a, b) => { const i = a!.indexOf(b!); return i < 0 ? '' : a!.slice(0, i) }),
  'substring-after': ofText(2, (a, b) => { const i = a!.indexOf(b!); return i < 0 ? '' : a!.slice(i + b!.length) }),
  substring: define(2, 3, ([t, from, length]) => substring(toText(t!), toNumber(from!), length === undefined ? null : toNumber(length))),
  'string-length': define(0, 1, (args, c) => toText(orHere(args, c)).length),
  'normalize-space': define(0, 1, (args, c) => toText(orHere(args, c)).replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '')),
  translate: ofText(3, (t, from, to) => translate(t!, from!, to!)),
  boolean: define(1, 1, ([v]) => toBoolean(v!)),
  not: define(1, 1, ([v]) => !toBoolean(v!)),
  true: define(0, 0, () => true),
  false: define(0, 0, () => false),
  // The attribute xml:lang has a namespace, which nodes here do not.
  lang: define(1, 1, () => false),
  number: define(0, 1, (args, c) => toNumber(orHere(args, c))),
  sum: define(1, 1, ([v]) => nodes(v!, 'sum').reduce((s, n) => s + toNumber([n]), 0)),
  floor: ofNumber(Math.floor),
  ceiling: ofNumber(Math.ceil),
  round: ofNumber(round),
}
