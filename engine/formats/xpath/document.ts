/** Owns an XML text as the tree of nodes that paths walk: XPath's data model over names as they are written, without namespaces. */
import { PullParser } from '../xml/pull-parser.ts'
import { spend } from './work.ts'

export type NodeKind = 'root' | 'element' | 'attribute' | 'namespace' | 'text' | 'comment' | 'instruction'

/** A node. `order` is its place in the document. */
export interface XPathNode {
  readonly kind: NodeKind
  readonly order: number
  readonly parent: XPathNode | null
  readonly name: string
  /** Text of what is no element. */
  value: string
  /** A text that is CDATA alone. */
  cdata: boolean
  /** Of a text that CDATA takes part in: what stands before the seam. Spark's `xpath` gives no more of it. */
  readonly first: string
  readonly children: XPathNode[]
  readonly attributes: XPathNode[]
}

/** Reads a text as a tree. Throws XmlMalformed. */
export function parseDocument(text: string): XPathNode {
  let order = 0
  const node = (kind: NodeKind, parent: XPathNode | null, name: string, value: string, cdata = false): XPathNode => ({ kind, order: order++, parent, name, value, cdata, first: value, children: [], attributes: [] })
  const parser = new PullParser(text), root = node('root', null, '', '')
  let open = root
  for (;;) {
    switch (parser.next()) {
      case 'start': {
        const element = node('element', open, parser.name, '')
        // Without namespaces attributes have the order of their names.
        const named = parser.attributeNames.map((n, i) => [n, parser.attributeValues[i]!] as const).sort(([a], [b]) => (a < b ? -1 : 1))
        for (const [name, value] of named) element.attributes.push(node(name === 'xmlns' || name.startsWith('xmlns:') ? 'namespace' : 'attribute', element, name, value))
        open.children.push(element)
        open = element
        break
      }
      case 'end': open = open.parent!; break
      case 'text': {
        const last = open.children.at(-1)
        if (parser.value === '') break
        if (last?.kind === 'text') {
          last.value += parser.value
          last.cdata &&= parser.cdata
        } else open.children.push(node('text', open, '', parser.value, parser.cdata))
        break
      }
      case 'comment': open.children.push(node('comment', open, '', parser.value)); break
      case 'instruction': open.children.push(node('instruction', open, parser.name, parser.value)); break
      case 'done': return root
    }
  }
}

/** The text of a node: of an element or the root all texts below it. Throws XPathError where that is too much. */
export function stringValue(node: XPathNode): string {
  if (node.kind !== 'element' && node.kind !== 'root') return node.value
  const parts: string[] = []
  for (const n of descendants(node)) {
    spend(1 + (n.value.length >> 2))
    if (n.kind === 'text') parts.push(n.value)
  }
  return parts.join('')
}

/** All nodes below a node, in the order of the document. */
export function* descendants(node: XPathNode): Generator<XPathNode> {
  // A list of its own instead of calls: a document may be deep.
  const open: { readonly of: XPathNode; next: number }[] = [{ of: node, next: 0 }]
  while (open.length > 0) {
    const top = open.at(-1)!, child = top.of.children[top.next++]
    if (child === undefined) { open.pop(); continue }
    yield child
    if (child.children.length > 0) open.push({ of: child, next: 0 })
  }
}
