/** Owns the reading of XPath 1.0 expressions. */
import type { Axis, NodeTest, Operator, Step, XPath } from './expression.ts'
import { coreFunctions } from './functions.ts'
import { tokens, XPathError, type Token } from './lexer.ts'

const axes = new Set<string>(['child', 'descendant', 'parent', 'ancestor', 'following-sibling', 'preceding-sibling', 'following', 'preceding', 'attribute', 'namespace', 'self', 'descendant-or-self', 'ancestor-or-self'])
const nodeTypes = new Set(['text', 'comment', 'node', 'processing-instruction'])
// From loose to tight; operators of one level lean left.
const levels: readonly (readonly Operator[])[] = [['or'], ['and'], ['=', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', 'div', 'mod']]
const everything: Step = { axis: 'descendant-or-self', test: { kind: 'any' }, predicates: [] }
// Brackets within brackets; the parser calls itself for each.
const maxNesting = 200

/** Reads an expression. Throws XPathError. */
export function parseXPath(text: string): XPath {
  if (text.length > 100_000) throw new XPathError('the expression is longer than 100000 characters')
  const list = tokens(text)
  let at = 0, nesting = 0
  const token = (): Token => list[at]!
  const is = (kind: Token['kind'], t?: string): boolean => token().kind === kind && (t === undefined || token().text === t)
  const take = (kind: Token['kind'], t?: string): boolean => { if (!is(kind, t)) return false; at++; return true }
  const expect = (t: string): void => { if (!take('sign', t)) throw new XPathError(`${t} is missing ${token().kind === 'end' ? 'at the end' : `before ${token().text}`}`) }

  function expression(level = 0): XPath {
    if (level === 0 && ++nesting > maxNesting) throw new XPathError(`more than ${maxNesting} brackets within each other`)
    const operators = levels[level]
    if (operators === undefined) return unary()
    let left = expression(level + 1)
    while (is('operator') && (operators as readonly string[]).includes(token().text)) {
      const operator = list[at++]!.text as Operator
      left = { kind: 'binary', operator, left, right: expression(level + 1) }
    }
    if (level === 0) nesting--
    return left
  }

  function unary(): XPath { return take('operator', '-') ? { kind: 'negative', child: union() } : union() }

  function union(): XPath {
    let left = path()
    while (take('operator', '|')) left = { kind: 'binary', operator: '|', left, right: path() }
    return left
  }

  function path(): XPath {
    if (take('operator', '/')) return { kind: 'path', from: 'root', steps: stepFollows() ? steps([]) : [] }
    if (take('operator', '//')) return whole({ kind: 'path', from: 'root', steps: steps([everything]) })
    if (!is('number') && !is('literal') && !is('sign', '(') && !is('sign', '$') && !(is('call') && !nodeTypes.has(token().text))) return whole({ kind: 'path', from: 'here', steps: steps([]) })
    const child = primary(), predicates = brackets(), from: XPath = predicates.length === 0 ? child : { kind: 'filter', child, predicates }
    if (take('operator', '/')) return { kind: 'path', from, steps: steps([]) }
    return take('operator', '//') ? { kind: 'path', from, steps: steps([everything]) } : from
  }

  function primary(): XPath {
    const t = token()
    if (take('number')) return { kind: 'number', value: Number(t.text) }
    if (take('literal')) return { kind: 'literal', value: t.text }
    if (take('sign', '(')) { const e = expression(); expect(')'); return e }
    if (take('sign', '$')) throw new XPathError(`the variable ${token().text} has no value, for there are none`)
    at++
    expect('(')
    const args: XPath[] = []
    if (!is('sign', ')')) do args.push(expression()); while (take('sign', ','))
    expect(')')
    const known = Object.hasOwn(coreFunctions, t.text) ? coreFunctions[t.text]! : null
    if (known === null) throw new XPathError(`the function ${t.text} is not known`)
    if (args.length < known.least || args.length > known.most) throw new XPathError(`the function ${t.text} does not take ${args.length} arguments`)
    return { kind: 'call', name: t.text, args }
  }

  const stepFollows = (): boolean => is('name') || is('axis') || is('call') || is('sign', '@') || is('sign', '.') || is('sign', '..')

  function steps(first: Step[]): Step[] {
    const out = [...first]
    for (;;) {
      out.push(step())
      if (take('operator', '//')) out.push(everything)
      else if (!take('operator', '/')) return out
    }
  }

  function step(): Step {
    if (take('sign', '.')) return { axis: 'self', test: { kind: 'any' }, predicates: [] }
    if (take('sign', '..')) return { axis: 'parent', test: { kind: 'any' }, predicates: [] }
    let axis: Axis = 'child'
    if (take('sign', '@')) axis = 'attribute'
    else if (is('axis')) {
      const { text: name } = token()
      if (!axes.has(name)) throw new XPathError(`the axis ${name} does not exist`)
      at++
      expect('::')
      axis = name as Axis
    }
    return { axis, test: nodeTest(), predicates: brackets() }
  }

  function nodeTest(): NodeTest {
    const t = token()
    if (take('name')) return { kind: 'name', name: t.text, whole: false }
    if (!is('call') || !nodeTypes.has(t.text)) throw new XPathError(t.kind === 'end' ? 'it ends where a step should stand' : `${t.text} is no step`)
    at++
    expect('(')
    const target = t.text === 'processing-instruction' && is('literal') ? list[at++]!.text : null
    expect(')')
    return t.text === 'processing-instruction' ? { kind: 'instruction', target } : t.text === 'text' ? { kind: 'text', whole: false } : { kind: t.text === 'node' ? 'any' : 'comment' }
  }

  function brackets(): XPath[] {
    const out: XPath[] = []
    while (take('sign', '[')) { out.push(expression()); expect(']') }
    return out
  }

  const found = expression()
  if (!is('end')) throw new XPathError(`${token().text} should not stand there`)
  return found
}

// Spark's engine has a way of its own for `//name`: names as they are written instead of what stands behind the prefix, no texts that are CDATA alone, and positions
// among all that are found, where only the value of a function tells them.
function whole(path: Extract<XPath, { kind: 'path' }>): XPath {
  const { steps } = path, last = steps.at(-1)!
  const below = steps.length === 2 && steps[0] === everything && last.axis === 'child' || steps.length === 1 && last.axis === 'descendant'
  if (!below || last.predicates.some(p => p.kind !== 'call' || asksPosition(p))) return path
  const test: NodeTest = last.test.kind === 'text' ? { kind: 'text', whole: true } : last.test.kind === 'name' && last.test.name !== '*' ? { ...last.test, whole: true } : last.test
  return { ...path, steps: [{ axis: 'descendant', test, predicates: last.predicates }] }
}

function asksPosition(e: XPath): boolean {
  let first = e
  for (; first.kind === 'binary'; first = first.left) if (asksPosition(first.right)) return true
  return first.kind === 'number' || (first.kind === 'call' && (first.name === 'position' || first.name === 'last' || first.args.some(asksPosition)))
}
