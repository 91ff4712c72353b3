/** Tells batch sources which rows the filters above them want, so that they can skip files and row groups. The filters stay: a source may give more. */
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Literal, Resolved } from '../expressions/expression.ts'
import type { ResolvedBatchRead, ResolvedPlan } from '../plan/resolved-plan.ts'
import { mapChildren } from '../plan/map-plan.ts'

type Predicate = NonNullable<ResolvedBatchRead['predicates']>[number]

export function pushPredicates(plan: ResolvedPlan): ResolvedPlan { return push(plan, []) }

function push(plan: ResolvedPlan, conditions: readonly Resolved[]): ResolvedPlan {
  switch (plan.kind) {
    case 'filter': return { ...plan, child: push(plan.child, [...conditions, ...conjuncts(plan.condition)]) }
    // These give rows on as they come; a column keeps its id through them.
    case 'project': case 'sort': case 'watermark': return { ...plan, child: push(plan.child, conditions) }
    // A condition on what partitions go by leaves out whole partitions.
    case 'window': { const keys = new Set(plan.partitionBy.flatMap(k => (k.kind === 'attribute' ? [k.id] : []))); return { ...plan, child: push(plan.child, conditions.filter(c => [...attributesOf(c).keys()].every(id => keys.has(id)))) } }
    case 'batch-read': {
      const names = new Map(plan.output.map(a => [a.id, a.name])), found = conditions.map(c => predicateOf(c, names)).filter(p => p !== null)
      return found.length === 0 ? plan : { ...plan, predicates: found }
    }
    default: return mapChildren(plan, child => push(child, []))
  }
}

function conjuncts(e: Resolved): Resolved[] { return e.kind === 'call' && e.name === 'and' ? e.args.flatMap(conjuncts) : [e] }

const mirrored: Readonly<Record<string, string>> = { '=': '=', '==': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }
const simple = new Set(['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'string', 'date', 'timestamp', 'timestamp_ntz', 'decimal'])

function predicateOf(e: Resolved, names: ReadonlyMap<number, string>): Predicate | null {
  if (e.kind !== 'call') return null
  const [a, b] = e.args
  const column = (x: Resolved | undefined): string | null => (x?.kind === 'attribute' && simple.has(x.type.kind) ? names.get(x.id) ?? null : null)
  const make = (x: Resolved, op: string, values: readonly Resolved[]): Predicate | null => {
    const name = column(x)
    return name !== null && values.every(v => isValueOf(v, x)) ? { column: name, type: x.type, op: op as Predicate['op'], values: values.map(v => (v as Literal).value) } : null
  }
  if (e.name === 'isnull' || e.name === 'isnotnull') return a === undefined ? null : make(a, e.name === 'isnull' ? 'is null' : 'is not null', [])
  if (e.name === 'in') return a === undefined ? null : make(a, 'in', e.args.slice(1))
  if (mirrored[e.name] === undefined || a === undefined || b === undefined) return null
  return make(a, e.name === '==' ? '=' : e.name, [b]) ?? make(b, mirrored[e.name]!, [a])
}

function isValueOf(v: Resolved, of: Resolved): boolean {
  if (v.kind !== 'literal' || v.value === null || v.type.kind !== of.type.kind) return false
  return v.type.kind !== 'decimal' || (of.type.kind === 'decimal' && v.type.scale === of.type.scale)
}
