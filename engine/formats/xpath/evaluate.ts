/** Owns what an XPath expression gives over a document: steps along axes, predicates, operators. */
import { descendants, type XPathNode } from './document.ts'
import type { Axis, NodeTest, Step, XPath } from './expression.ts'
import { coreFunctions, type XPathContext } from './functions.ts'
import { XPathError } from './lexer.ts'
import { compare, toBoolean, toNumber, type XPathValue } from './values.ts'
import { beginWork, spend } from './work.ts'

/** The value of an expression where a document begins. Throws XPathError. */
export function evaluateXPath(path: XPath, root: XPathNode): XPathValue {
  beginWork()
  // Outside of any list there is no position; Spark's engine says −1.
  return evaluate(path, { node: root, position: -1, size: 0, root })
}

function evaluate(e: XPath, c: XPathContext): XPathValue {
  spend(1)
  switch (e.kind) {
    case 'number': case 'literal': return e.value
    case 'negative': return -toNumber(evaluate(e.child, c))
    case 'call': return coreFunctions[e.name]!.run(e.args.map(a => evaluate(a, c)), c)
    case 'filter': return e.predicates.reduce((list, p) => filter(list, p, c), nodesOf(evaluate(e.child, c)))
    case 'path': return e.steps.reduce((list, s) => walk(list, s, c), e.from === 'root' ? [c.root] : e.from === 'here' ? [c.node] : nodesOf(evaluate(e.from, c)))
    default: return binary(e, c)
  }
}

type Binary = Extract<XPath, { kind: 'binary' }>

// A row of operators leans left; it may be long, so it is walked by a list.
function binary(e: Binary, c: XPathContext): XPathValue {
  const row = [e]
  let first = e.left
  for (; first.kind === 'binary'; first = first.left) row.push(first)
  spend(row.length)
  return row.reduceRight((a, operation) => operated(operation, a, c), evaluate(first, c))
}

function operated({ operator, right }: Binary, a: XPathValue, c: XPathContext): XPathValue {
  if (operator === 'or') return toBoolean(a) || toBoolean(evaluate(right, c))
  if (operator === 'and') return toBoolean(a) && toBoolean(evaluate(right, c))
  const b = evaluate(right, c)
  switch (operator) {
    case '|': return inOrder(new Set([...nodesOf(a), ...nodesOf(b)]))
    case '+': return toNumber(a) + toNumber(b)
    case '-': return toNumber(a) - toNumber(b)
    case '*': return toNumber(a) * toNumber(b)
    case 'div': return toNumber(a) / toNumber(b)
    case 'mod': return toNumber(a) % toNumber(b)
    default: return compare(operator, a, b)
  }
}

function nodesOf(v: XPathValue): readonly XPathNode[] {
  if (typeof v !== 'object') throw new XPathError(`nodes are wanted where a ${typeof v === 'string' ? 'text' : typeof v} stands`)
  return v
}

const inOrder = (nodes: ReadonlySet<XPathNode>): XPathNode[] => [...nodes].sort((a, b) => a.order - b.order)

function filter(list: readonly XPathNode[], predicate: XPath, c: XPathContext): readonly XPathNode[] {
  return list.filter((node, i) => {
    const v = evaluate(predicate, { node, position: i + 1, size: list.length, root: c.root })
    // Spark's engine takes the whole part of a number for the position.
    return typeof v === 'number' ? Math.trunc(v) === i + 1 : toBoolean(v)
  })
}

function walk(from: readonly XPathNode[], step: Step, c: XPathContext): readonly XPathNode[] {
  const found = new Set<XPathNode>()
  for (const node of from) {
    const nodes = along(node, step.axis)
    spend(nodes.length)
    let list: readonly XPathNode[] = nodes.filter(n => meets(n, step))
    for (const p of step.predicates) list = filter(list, p, c)
    for (const n of list) found.add(n)
  }
  return inOrder(found)
}

// Nearest first: an axis that leads back has its list turned.
function along(node: XPathNode, axis: Axis): XPathNode[] {
  switch (axis) {
    case 'self': return [node]
    case 'child': return node.children
    case 'descendant': return [...descendants(node)]
    case 'descendant-or-self': return [node, ...descendants(node)]
    case 'parent': return node.parent === null ? [] : [node.parent]
    case 'ancestor': return ancestors(node)
    case 'ancestor-or-self': return [node, ...ancestors(node)]
    case 'attribute': return node.attributes.filter(a => a.kind === 'attribute')
    case 'namespace': return node.attributes.filter(a => a.kind === 'namespace')
    case 'following-sibling': return siblings(node, true)
    case 'preceding-sibling': return siblings(node, false).reverse()
    case 'following': return [node, ...ancestors(node)].flatMap(n => n.kind === 'attribute' ? n.parent!.children : siblings(n, true)).flatMap(n => [n, ...descendants(n)])
    default: return [node, ...ancestors(node)].flatMap(n => siblings(n, false).reverse().flatMap(s => [s, ...descendants(s)].reverse()))
  }
}

function ancestors(node: XPathNode): XPathNode[] {
  const out: XPathNode[] = []
  for (let n = node.parent; n !== null; n = n.parent) out.push(n)
  return out
}

function siblings(node: XPathNode, after: boolean): XPathNode[] {
  if (node.kind === 'attribute' || node.kind === 'namespace') return []
  const all = node.parent?.children ?? [], at = all.indexOf(node)
  spend(at + 1)
  return after ? all.slice(at + 1) : all.slice(0, Math.max(0, at))
}

function meets(n: XPathNode, { axis, test }: Step): boolean {
  if (test.kind === 'any') return true
  if (test.kind === 'text') return n.kind === 'text' && !(test.whole && n.cdata)
  if (test.kind !== 'name') return n.kind === test.kind && (test.kind !== 'instruction' || test.target === null || test.target === n.name)
  if (n.kind !== (axis === 'attribute' ? 'attribute' : axis === 'namespace' ? 'namespace' : 'element')) return false
  return test.name === '*' || isCalled(n.name, test)
}

const isCalled = (name: string, { name: wanted, whole }: Extract<NodeTest, { kind: 'name' }>): boolean => !wanted.includes(':') && (name === wanted || (!whole && name.slice(name.indexOf(':') + 1) === wanted))
