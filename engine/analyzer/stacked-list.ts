/**
 * A list whose items name items before them: `SELECT v * 2 AS d, d + 1 AS e`. What such a name stands for is put in its place; where that is random, makes rows or grows too large,
 * the item that is named becomes a column of a projection below.
 */
import { parseError, SparkError } from '../errors/spark-error.ts'
import type { Attribute, Expression, Resolved } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { noteListName } from '../expressions/name.ts'
import type { BindContext } from '../functions/define.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { hasAggregate } from './project-node.ts'
import { fieldsOf, indexNamed, isKnown, resolveExpression, resolveList } from './resolve-expression.ts'
import { projectResolved } from './project-resolved.ts'
import type { Scope } from './scope.ts'

/** `of`: the place in the list that each item comes from. */
export interface ListOver { readonly items: readonly Resolved[]; readonly of: readonly number[]; readonly plan: ResolvedPlan }

/** More projections above each other are refused, for everything later walks plans by recursion. */
const mostLevels = 200

/** The items of a list, and the plan that they stand over. Throws FAILED_TO_PARSE_TOO_COMPLEX; MICROLOTE_LIST_NAME_OF_RANDOM where an item aggregates, too. */
export function resolveListOver(list: readonly Expression[], child: ResolvedPlan, scope: Scope, context: BindContext): ListOver {
  try { return { ...listed(list, scope, context), plan: child } } catch (e) {
    if (!(e instanceof SparkError)) throw e
    if (e.condition.startsWith('UNRESOLVED_COLUMN')) return overGenerators(list, child, scope, context, e)
    if (!['MICROLOTE_LIST_NAME_OF_RANDOM', 'FAILED_TO_PARSE_TOO_COMPLEX'].includes(e.condition)) throw e
    const found = stacked(list, child, scope, context)
    if (found.items.some(hasAggregate)) throw e
    return found
  }
}

function listed(list: readonly Expression[], scope: Scope, context: BindContext): Omit<ListOver, 'plan'> {
  const items = resolveList(list, scope, context), stars = list.filter(e => e.kind === 'star').length, width = items.length - list.length + stars
  return { items, of: stars > 1 ? [] : list.flatMap((e, i) => Array.from({ length: e.kind === 'star' ? width : 1 }, () => i)) }
}

// What a row maker of the list makes are columns to all that stands beside it, where the input has no column of that name.
function overGenerators(list: readonly Expression[], child: ResolvedPlan, scope: Scope, context: BindContext, unknown: SparkError): ListOver {
  const made = new Map<number, Resolved>()
  for (const [i, e] of list.entries()) {
    if (e.kind === 'star' || !isKnown(e, scope, context)) continue
    const item = resolveExpression(e, scope, context)
    if (item.kind === 'generator') made.set(i, item)
  }
  if (made.size === 0) throw unknown
  const plan = projectResolved([...child.output, ...made.values()], child, context), columns = plan.output.slice(child.output.length), seen: Scope = { ...scope, attributes: [...scope.attributes, ...columns] }
  let from = 0
  const rows = list.map((e, i): readonly Expression[] => {
    const item = made.get(i)
    if (item?.kind === 'generator') return columns.slice(from, from += item.columns.length)
    return e.kind === 'star' ? resolveList([e], scope, context) : [e]
  })
  try {
    const over = resolveListOver(rows.flat(), plan, seen, context), of = rows.flatMap((r, i) => r.map(() => i))
    return { ...over, of: over.of.map(k => of[k]!) }
  } catch (e) { throw e instanceof SparkError && e.condition.startsWith('UNRESOLVED_COLUMN') ? unknown : e }
}

function stacked(list: readonly Expression[], child: ResolvedPlan, scope: Scope, context: BindContext): ListOver {
  const columns = new Map<number, Attribute>(), levels: number[] = [], named = new Set<number>()
  const standing = (e: Expression, index: number, use: (at: number) => void = () => {}): Expression => mapExpression(e, x => {
    if (x.kind !== 'unresolved-attribute' || x.plan !== undefined) return null
    const at = indexNamed(x.nameParts[0]!, list.slice(0, index))
    if (at < 0 || isKnown(x, scope, context)) return null
    noteListName(x.nameParts)
    use(at)
    const column = columns.get(at)
    return column === undefined ? null : fieldsOf(column, x.nameParts.slice(1))
  })
  for (const [i, e] of list.entries()) { levels[i] = 0; standing(e, i, at => { levels[i] = Math.max(levels[i]!, levels[at]! + 1); named.add(at) }) }
  const top = levels.reduce((a, b) => Math.max(a, b), 0)
  if (top > mostLevels) throw parseError('FAILED_TO_PARSE_TOO_COMPLEX', { limit: `${mostLevels} items that name each other` })
  let plan = child
  for (let level = 0; level < top; level++) {
    const now = [...named].filter(i => levels[i] === level), made = now.map(i => resolveExpression(standing(list[i]!, i), scope, context)), before = plan.output.length
    if (made.some(hasAggregate)) return { items: made, of: now, plan }
    plan = projectResolved([...plan.output, ...made], plan, context)
    for (const [k, i] of now.entries()) columns.set(i, plan.output[before + k]!)
  }
  return { ...listed(list.map((e, i) => columns.get(i) ?? standing(e, i)), scope, context), plan }
}
