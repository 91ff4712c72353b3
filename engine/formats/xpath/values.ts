/** Owns the four kinds of values of XPath 1.0, lists of nodes, texts, numbers and booleans, and what one is as another. */
import { trimmed } from '../xml/characters.ts'
import { stringValue, type XPathNode } from './document.ts'

/** A list of nodes is in the order of the document, each once. */
export type XPathValue = readonly XPathNode[] | string | number | boolean

const isNodes = (v: XPathValue): v is readonly XPathNode[] => typeof v === 'object'

export function toText(v: XPathValue): string {
  if (isNodes(v)) return v.length === 0 ? '' : stringValue(v[0]!)
  return typeof v === 'number' ? numberText(v) : String(v)
}

export function toNumber(v: XPathValue): number {
  if (typeof v === 'number') return v
  if (typeof v === 'boolean') return v ? 1 : 0
  const text = trimmed(toText(v))
  return /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : NaN
}

export function toBoolean(v: XPathValue): boolean {
  if (isNodes(v)) return v.length > 0
  return typeof v === 'number' ? v !== 0 && !Number.isNaN(v) : typeof v === 'string' ? v !== '' : v
}

/** A number without an exponent. */
export function numberText(n: number): string {
  const text = String(n), parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (parts === null) return text
  const digits = parts[2]! + (parts[3] ?? ''), point = 1 + Number(parts[4])
  return parts[1]! + (point <= 0 ? `0.${'0'.repeat(-point)}${digits}` : digits.padEnd(point, '0'))
}

type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='
const turned: Readonly<Record<Comparison, Comparison>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function numbers(o: Comparison, a: number, b: number): boolean {
  switch (o) {
    case '=': return a === b
    case '!=': return a !== b
    case '<': return a < b
    case '<=': return a <= b
    case '>': return a > b
    default: return a >= b
  }
}

/** Compares as XPath does: with a list of nodes it is true when it is so for one of them. */
export function compare(o: Comparison, a: XPathValue, b: XPathValue): boolean {
  if (isNodes(a) && isNodes(b)) return nodeLists(o, a, b)
  if (!isNodes(a) && isNodes(b)) return compare(turned[o], b, a)
  const equality = o === '=' || o === '!='
  if (isNodes(a)) {
    if (typeof b === 'boolean') return equality ? (o === '=') === (toBoolean(a) === b) : numbers(o, toNumber(toBoolean(a)), toNumber(b))
    if (equality && typeof b === 'string') return a.some(n => (o === '=') === (stringValue(n) === b))
    const right = toNumber(b)
    return a.some(n => numbers(o, toNumber(stringValue(n)), right))
  }
  if (!equality) return numbers(o, toNumber(a), toNumber(b))
  if (typeof a === 'boolean' || typeof b === 'boolean') return (o === '=') === (toBoolean(a) === toBoolean(b))
  if (typeof a === 'number' || typeof b === 'number') return numbers(o, toNumber(a), toNumber(b))
  return (o === '=') === (a === b)
}

function nodeLists(o: Comparison, a: readonly XPathNode[], b: readonly XPathNode[]): boolean {
  if (a.length === 0 || b.length === 0) return false
  if (o === '=' || o === '!=') {
    const right = new Set(b.map(stringValue))
    // With two different texts on a side some pair is unequal.
    return o === '=' ? a.some(n => right.has(stringValue(n))) : right.size > 1 || a.some(n => !right.has(stringValue(n)))
  }
  // The least and the greatest of a side decide.
  const extreme = (list: readonly XPathNode[], least: boolean): number => list.reduce((m, n) => { const v = toNumber(stringValue(n)); return Number.isNaN(v) ? m : Number.isNaN(m) ? v : least ? Math.min(m, v) : Math.max(m, v) }, NaN)
  const less = o === '<' || o === '<='
  return numbers(o, extreme(a, less), extreme(b, !less))
}
