/** The tree texts of explain(). */
import { describe } from '../functions/define.ts'
import { simpleString } from '../types/data-type.ts'
import { inputsOf, type LogicalPlan } from './logical-plan.ts'
import { resolvedInputs, type ResolvedPlan } from './resolved-plan.ts'

const tree = <P>(plan: P, children: (p: P) => readonly P[], text: (p: P) => string, depth = 0): string =>
  [`${'  '.repeat(depth)}${depth === 0 ? '' : '+- '}${text(plan)}`, ...children(plan).map(c => tree(c, children, text, depth + 1))].join('\n')

/** A plan as it was written. */
export const printLogical = (plan: LogicalPlan): string => tree(plan, inputsOf, p => {
  switch (p.kind) {
    case 'stream-read': case 'batch-read': return `${p.kind} ${p.format}`
    case 'watermark': return `watermark ${p.column} ${p.delay}`
    case 'limit': case 'offset': return `${p.kind} ${p.count}`
    case 'join': return `join ${p.type}`
    case 'alias': return `alias ${p.name}`
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
