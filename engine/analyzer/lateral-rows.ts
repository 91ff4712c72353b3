/**
 * A LATERAL side that reads nothing of its own (`LATERAL explode(a)`, `LATERAL (SELECT x * 2 AS y)`) needs no join: it is computed on the rows of the left side, on those of a stream, too.
 * As in Spark a stream takes no condition with it, and a LEFT JOIN without ON loses the rows for which a table function makes none.
 */
import type { Alias, Attribute, Expression, Resolved } from '../expressions/expression.ts'
import { alias } from '../expressions/attribute.ts'
import type { Join } from '../plan/logical-plan.ts'
import { mapExpressions } from '../plan/map-plan.ts'
import { filterOf, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { substitute } from './outer-columns.ts'
import { project } from './project-node.ts'
import { isOneRow } from './take-out-subqueries.ts'

/** The join as a plan over `left`; null where the query is of another kind. `values`: what its outer columns are on the left. */
export function onLeft(query: ResolvedPlan, left: ResolvedPlan, values: ReadonlyMap<number, Resolved>, join: Join, condition: (on: Expression) => Resolved): ResolvedPlan | null {
  const inner = join.type === 'inner'
  if (!(inner && !left.streaming) && (join.condition !== null || !isSpread(query))) return null
  const rows = over(query, left, values)
  if (rows === null) return null
  const output = [...left.output, ...query.output.map(a => ({ ...inside(a), nullable: a.nullable || !inner }))]
  const made: ResolvedPlan = { ...project(output, rows), output }
  return join.condition === null ? made : filterOf(condition(join.condition), made)
}

const inside = (a: Attribute): Attribute => { const { outer: _, ...own } = a; return own }
const isEmptyRow = (p: ResolvedPlan): boolean => p.kind === 'local' && p.output.length === 0 && isOneRow(p.batches)
// SELECT without FROM, or one generator.
const isSpread = (p: ResolvedPlan): boolean => (p.kind === 'project' || p.kind === 'generate' ? isSpread(p.child) : isEmptyRow(p))

function over(p: ResolvedPlan, left: ResolvedPlan, values: ReadonlyMap<number, Resolved>): ResolvedPlan | null {
  if (isEmptyRow(p)) return left
  if (p.kind !== 'project' && p.kind !== 'generate' && p.kind !== 'filter') return null
  const below = over(p.child, left, values)
  if (below === null) return null
  if (p.kind === 'filter') return filterOf(substitute(p.condition, values), below)
  if (p.kind === 'generate') return { ...mapExpressions(p, e => substitute(e, values)) as typeof p, child: below, output: [...below.output, ...p.output.slice(p.child.output.length)], streaming: below.streaming }
  const made = p.expressions.map((e): Alias | Attribute => (e.kind === 'alias' ? { ...e, child: substitute(e.child, values) } : e.outer === true ? { ...alias(values.get(e.id)!, e.name), id: e.id } : e))
  return project([...left.output, ...made.filter(e => !left.output.some(a => a.id === e.id))], below)
}
