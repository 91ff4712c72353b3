/** How high and how large an expression tree is, found without recursion, for trees may be too high for it. */
import type { Expression } from './expression.ts'

/** The nodes right below a node. */
export function childrenOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case 'unresolved-call': return e.filter == null ? e.args : [...e.args, e.filter]
    case 'unresolved-extract': return [e.child, e.key]
    case 'unresolved-cast': case 'unresolved-alias': case 'sort-order': case 'alias': return [e.child]
    case 'unresolved-lambda': case 'lambda': return [e.body]
    case 'unresolved-window': return [e.function, ...e.partitionBy, ...e.orderBy, ...(e.frame === null ? [] : [e.frame.lower, e.frame.upper].filter(b => typeof b !== 'string'))]
    case 'call': case 'aggregate-call': case 'generator': case 'marker': return e.args
    default: return []
  }
}

/** The nodes on the longest way down, and all nodes; one that stands in two places (`a` of `a BETWEEN 1 AND 2`) counts twice. */
export function extentOf(root: Expression): { readonly height: number; readonly size: number } {
  const known = new Map<Expression, { height: number; size: number }>()
  const open: Expression[] = [root]
  while (open.length > 0) {
    const e = open.at(-1)!
    const children = childrenOf(e), missing = children.filter(c => !known.has(c))
    if (missing.length > 0) { open.push(...missing); continue }
    open.pop()
    let height = 0, size = 1
    for (const c of children) { const k = known.get(c)!; height = Math.max(height, k.height); size += k.size }
    known.set(e, { height: height + 1, size })
  }
  return known.get(root)!
}
