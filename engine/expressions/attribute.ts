/** Makes attributes and aliases with ids of their own, and says when two expressions mean the same. */
import type { DataType, Metadata } from '../types/data-type.ts'
import { sameType } from '../types/data-type.ts'
import { childrenOf } from './codegen/emitter.ts'
import type { Alias, Attribute, Resolved } from './expression.ts'

let lastId = 0
/** A number that no other attribute of this process has. */
export const freshId = (): number => ++lastId

export function attribute(name: string, type: DataType, nullable: boolean, qualifier: readonly string[] = [], metadata?: Metadata): Attribute {
  return { kind: 'attribute', id: freshId(), name, type, nullable, qualifier, ...(metadata === undefined ? {} : { metadata }) }
}

/** A name for an expression. A bare column keeps its metadata (the mark of an event-time column). */
export function alias(child: Resolved, name: string, metadata?: Metadata): Alias {
  const kept = metadata ?? inheritedMetadata(child)
  return { kind: 'alias', child, name, id: freshId(), type: child.type, nullable: child.nullable, ...(kept === undefined ? {} : { metadata: kept }) }
}

/** The attribute by which others refer to a named expression. */
export function attributeOf(named: Alias | Attribute): Attribute {
  if (named.kind === 'attribute') return named
  return { kind: 'attribute', id: named.id, name: named.name, type: named.type, nullable: named.nullable, qualifier: [], ...(named.metadata === undefined ? {} : { metadata: named.metadata }) }
}

/** Rebuilds a tree from the leaves up; `change` sees each node after its children were changed. */
export function transform(node: Resolved, change: (n: Resolved) => Resolved): Resolved {
  switch (node.kind) {
    case 'call': case 'generator': case 'marker': {
      const args = node.args.map(a => transform(a, change))
      return change(args.every((a, i) => a === node.args[i]) ? node : { ...node, args })
    }
    case 'aggregate-call': return change({ ...node, args: node.args.map(a => transform(a, change)), filter: node.filter === null ? null : transform(node.filter, change) })
    case 'alias': return change({ ...node, child: transform(node.child, change) })
    case 'lambda': return change({ ...node, body: transform(node.body, change) })
    default: return change(node)
  }
}

/** Says expressions over these columns in terms of what the columns are made of. */
export function madeOf(columns: readonly (Alias | Attribute)[]): (e: Resolved) => Resolved {
  const made = new Map(columns.flatMap(c => (c.kind === 'alias' ? [[c.id, c.child] as const] : [])))
  return e => transform(e, n => (n.kind === 'attribute' ? made.get(n.id) ?? n : n))
}

/** The node with its direct parts replaced: for rewrites from the top down, which see an expression before its parts. */
export function rebuild(e: Resolved, replace: (e: Resolved) => Resolved): Resolved {
  switch (e.kind) {
    case 'call': case 'marker': case 'generator': return { ...e, args: e.args.map(replace) }
    case 'alias': return { ...e, child: replace(e.child) }
    case 'lambda': return { ...e, body: replace(e.body) }
    default: return childrenOf(e).length === 0 ? e : transform(e, replace)
  }
}

/** Whether two resolved expressions are the same computation (Spark's semanticEquals, without reordering). */
export function sameExpression(a: Resolved, b: Resolved): boolean {
  if (a === b) return true
  if (a.kind === 'alias') return sameExpression(a.child, b)
  if (b.kind === 'alias') return sameExpression(a, b.child)
  if (a.kind !== b.kind || !sameType(a.type, b.type)) return false
  switch (a.kind) {
    case 'attribute': return a.id === (b as Attribute).id
    case 'variable': return a.id === (b as typeof a).id
    case 'literal': return sameValue(a.value, (b as typeof a).value)
    case 'call': return (a.deterministic || a.ofRow === true) && a.name === (b as typeof a).name && a.identity === (b as typeof a).identity && sameArgs(a.args, (b as typeof a).args)
    case 'marker': return a.name === (b as typeof a).name && sameArgs(a.args, (b as typeof a).args) && sameDetails(a.details, (b as typeof a).details)
    case 'aggregate-call': {
      const o = b as typeof a
      return a.name === o.name && a.parameters === o.parameters && a.distinct === o.distinct && sameArgs(a.args, o.args) && (a.filter === null ? o.filter === null : o.filter !== null && sameExpression(a.filter, o.filter))
    }
    default: return false
  }
}

const sameArgs = (a: readonly Resolved[], b: readonly Resolved[]): boolean => a.length === b.length && a.every((x, i) => sameExpression(x, b[i]!))
// Details may say themselves when they are the same.
function sameDetails(a: unknown, b: unknown): boolean {
  return typeof a === 'object' && a !== null && 'same' in a ? (a as { same(other: unknown): boolean }).same(b) : JSON.stringify(a, jsonSafe) === JSON.stringify(b, jsonSafe)
}

const jsonSafe = (_: string, v: unknown): unknown => (typeof v === 'bigint' ? `${v}n` : v)

function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  return typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && JSON.stringify(a, jsonSafe) === JSON.stringify(b, jsonSafe)
}

const delayKey = 'spark.watermarkDelayMs'

/** Whether a column carries event time under a watermark: the mark that withWatermark puts on it and that names, selections and windows keep. */
export const isEventTime = (named: { readonly metadata?: Metadata }): boolean => named.metadata?.[delayKey] !== undefined

/** Whether a column is the one that session_window() made. */
export const isSessionWindow = (named: { readonly metadata?: Metadata }): boolean => named.metadata?.['spark.sessionWindow'] === true

/** The metadata a name keeps of the expression it stands for: a column's; of a window's time only the event-time mark. Anything computed has none. */
export function inheritedMetadata(e: Resolved): Metadata | undefined {
  if (e.kind === 'attribute' || e.kind === 'alias') return e.metadata
  if (e.kind !== 'call' || e.name !== 'window_time') return undefined
  // window_time(w) is made of the field `end` of the window column.
  const field = e.args[0]!
  const window = field.kind === 'call' && field.name === 'struct_field' ? field.args[0]! : field
  const delay = (window.kind === 'attribute' || window.kind === 'alias') ? window.metadata?.[delayKey] : undefined
  return delay === undefined ? undefined : { [delayKey]: delay }
}
