/** The tree texts of explain(). */
import { describe } from '../expressions/describe.ts'
import { simpleString } from '../types/data-type.ts'
import type { Expression, SortOrder } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { inputsOf, type LogicalPlan } from './logical-plan.ts'
import { resolvedInputs, type ResolvedPlan } from './resolved-plan.ts'

const tree = <P>(plan: P, children: (p: P) => readonly P[], text: (p: P) => string, depth = 0): string =>
  [`${'  '.repeat(depth)}${depth === 0 ? '' : '+- '}${text(plan)}`, ...children(plan).map(c => tree(c, children, text, depth + 1))].join('\n')

const names = (list: readonly Expression[]): string => list.map(nameOf).join(', ')
const keys = (orders: readonly SortOrder[]): string => orders.map(o => `${nameOf(o.child)} ${o.ascending ? 'ASC' : 'DESC'}`).join(', ')

/** A plan as it was written. */
export const printLogical = (plan: LogicalPlan): string => tree(plan, inputsOf, p => {
  switch (p.kind) {
    case 'stream-read': case 'batch-read': return `${p.kind} ${p.format}`
    case 'table': return `table ${p.name}`
    case 'range': return `range ${p.start} to ${p.end} by ${p.step}`
    case 'project': return `project ${names(p.expressions)}`
    case 'with-columns': return `with-columns ${p.columns.map(c => `${nameOf(c.expression)} AS ${c.name}`).join(', ')}`
    case 'to-df': return `to-df ${p.names.join(', ')}`
    case 'filter': return `filter ${nameOf(p.condition)}`
    case 'aggregate': return `aggregate ${names(p.aggregates)} by ${p.grouping === 'groupby' ? '' : `${p.grouping} `}${names(p.keys)}`
    case 'select-aggregate': return `select-aggregate ${p.select.map(e => (e.kind === 'unresolved-alias' ? `${nameOf(e.child)} AS ${e.names.join(', ')}` : nameOf(e))).join(', ')} by ${p.sets === null ? names(p.keys) : `grouping sets ${p.sets.map(set => `(${names(set.map(i => p.keys[i]!))})`).join(', ')}`}${p.having === null ? '' : ` having ${nameOf(p.having)}`}${p.orders.length === 0 ? '' : ` order by ${keys(p.orders)}`}`
    case 'sort': return `sort ${keys(p.orders)}`
    case 'deduplicate': return `deduplicate${p.withinWatermark ? ' within watermark' : ''}${p.columns === null ? '' : ` by ${p.columns.join(', ')}`}`
    case 'watermark': return `watermark ${typeof p.column === 'string' ? p.column : nameOf(p.column.kind === 'unresolved-alias' ? p.column.child : p.column)} ${p.delay}`
    case 'limit': case 'offset': return `${p.kind} ${p.count}`
    case 'join': return `join ${p.type}${p.using !== null ? ` using ${p.using.join(', ')}` : p.condition === null ? '' : ` on ${nameOf(p.condition)}`}`
    case 'observe': return `observe ${p.name} ${names(p.metrics)}`
    case 'recursive': case 'recursive-ref': return `${p.kind} ${p.name}`
    case 'alias': return p.name === null ? 'query' : `alias ${p.name}`
    default: return p.kind
  }
})

/** A plan with its columns and types. */
export const printResolved = (plan: ResolvedPlan): string => tree(plan, resolvedInputs, p => {
  const columns = `[${p.output.map(a => `${a.name}#${a.id}: ${simpleString(a.type)}`).join(', ')}]`
  switch (p.kind) {
    case 'filter': return `filter ${describe(p.condition)}`
    case 'stream-read': return `stream-read ${p.source.format} ${columns}`
    case 'join': return `join ${p.type} ${columns}`
    default: return `${p.kind} ${columns}`
  }
})
