/** Owns what an XPath expression is once it is read. */

export type Axis = 'child' | 'descendant' | 'parent' | 'ancestor' | 'following-sibling' | 'preceding-sibling' | 'following' | 'preceding' | 'attribute' | 'namespace' | 'self' | 'descendant-or-self' | 'ancestor-or-self'

/** What a step takes of its axis. A name test without a prefix takes what is called so behind its own prefix, too, unless it is `whole`; one with a prefix takes nothing, for there are no namespaces. */
export type NodeTest =
  | { readonly kind: 'any' | 'comment' }
  /** `whole`: not a text that is CDATA alone. */
  | { readonly kind: 'text'; readonly whole: boolean }
  | { readonly kind: 'instruction'; readonly target: string | null }
  | { readonly kind: 'name'; readonly name: string; readonly whole: boolean }

export interface Step { readonly axis: Axis; readonly test: NodeTest; readonly predicates: readonly XPath[] }

export type Operator = 'or' | 'and' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | 'div' | 'mod' | '|'

export type XPath =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: XPath; readonly right: XPath }
  | { readonly kind: 'negative'; readonly child: XPath }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly XPath[] }
  | { readonly kind: 'filter'; readonly child: XPath; readonly predicates: readonly XPath[] }
  /** Steps from the root, from the nodes of an expression, or from where one stands. */
  | { readonly kind: 'path'; readonly from: XPath | 'root' | 'here'; readonly steps: readonly Step[] }
