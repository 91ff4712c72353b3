/** Walks expressions as written, from the top down: rebuilds them, or looks for something in them. */
import type { Expression } from './expression.ts'

/** `change` gives what a node becomes, or null to look at its parts. */
export function mapExpression(e: Expression, change: (e: Expression) => Expression | null): Expression {
  const changed = change(e)
  if (changed !== null) return changed
  const on = <E extends Expression>(x: E): E => mapExpression(x, change) as E
  switch (e.kind) {
    case 'unresolved-call': return { ...e, args: e.args.map(on), ...(e.filter == null ? {} : { filter: on(e.filter) }) }
    case 'unresolved-cast': case 'unresolved-alias': case 'sort-order': return { ...e, child: on(e.child) }
    case 'unresolved-extract': return { ...e, child: on(e.child), key: on(e.key) }
    case 'unresolved-lambda': return { ...e, body: on(e.body) }
    case 'unresolved-subquery': return { ...e, values: e.values.map(on) }
    case 'unresolved-window': return { ...e, function: on(e.function), partitionBy: e.partitionBy.map(on), orderBy: e.orderBy.map(on) }
    default: return e
  }
}

/** Whether something in an expression passes a test. */
export function mentions(e: Expression, test: (e: Expression) => boolean): boolean {
  if (test(e)) return true
  const some = (list: readonly Expression[]): boolean => list.some(x => mentions(x, test))
  switch (e.kind) {
    case 'unresolved-call': return some(e.args) || (e.filter != null && mentions(e.filter, test))
    case 'unresolved-cast': case 'unresolved-alias': case 'sort-order': return mentions(e.child as Expression, test)
    case 'unresolved-extract': return some([e.child, e.key])
    case 'unresolved-lambda': return mentions(e.body, test)
    case 'unresolved-subquery': return some(e.values)
    case 'unresolved-window': return some([e.function, ...e.partitionBy, ...e.orderBy])
    default: return false
  }
}

/** The parts of a condition that AND joins. */
export const conjunctsOf = (e: Expression): Expression[] => (e.kind === 'unresolved-call' && e.name === 'and' && (e as { written?: unknown }).written === undefined ? e.args.flatMap(conjunctsOf) : [e])
