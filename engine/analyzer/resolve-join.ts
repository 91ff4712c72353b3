/** Resolves a join: the condition is split into equality keys and the rest, USING columns come out once. */
import { analysisError } from '../errors/spark-error.ts'
import { alias } from '../expressions/attribute.ts'
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Expression, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { castTo, commonTypeOf } from '../functions/cast.ts'
import { bindByName } from '../functions/bind.ts'
import { conjuncts } from '../functions/join-keys.ts'
import type { BindContext } from '../functions/define.ts'
import type { Join, JoinType } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { sqlName } from '../types/data-type.ts'
import type { Analyzer } from './analyze.ts'
import { decorrelate } from './decorrelate.ts'
import { joinedColumns, namesSide, queryNamesSide, withJoined } from './join-columns.ts'
import { joinOn, joinOutput } from './join-node.ts'
import { onLeft } from './lateral-rows.ts'
import { allOf, checkSubquery, substitute } from './outer-columns.ts'
import { withFreshIds } from './fresh-ids.ts'
import { resolveExpression } from './resolve-expression.ts'
import { project, without } from './project-node.ts'
import { hasWindow } from './resolve-windows.ts'
import { hasSubquery, isSubquery, type SubqueryMarker } from './subquery-marker.ts'
import { refuseOver } from './take-out-over.ts'
import { domainOf, SubqueryTaker } from './take-out-subqueries.ts'
import { refuseUncomparable } from './resolve-subquery.ts'
import { withOuter, type OuterColumns, type Scope } from './scope.ts'

export function resolveJoin(plan: Join, analyzer: Analyzer, context: BindContext): ResolvedPlan {
  const shown = analyzer.resolve(plan.left)
  if (plan.lateral === true) return resolveLateral(plan, shown, analyzer, context)
  const joined = plan.condition !== null && namesSide(plan.condition) ? joinedColumns(shown) : [], left = joined.length === 0 ? shown : withJoined(shown)
  const own = analyzer.resolve(plan.right)
  const clash = own.output.some(a => left.output.some(b => b.id === a.id))
  const { plan: right, renamed } = clash ? withFreshIds(own) : { plan: own, renamed: new Map<number, Attribute>() }
  const attributes = [...shown.output, ...right.output]
  const scope: Scope = {
    attributes, ...(joined.length === 0 ? {} : { joined }), resolveQuery: analyzer.resolveQuery,
    planOutput(wanted) {
      const l = analyzer.outputWithin(plan.left, wanted, left.output)
      if (l !== null && l.length > 0 && !(clash && plan.right === wanted && plan.left !== wanted)) return l
      const r = analyzer.outputWithin(plan.right, wanted, own.output)
      return r?.map(a => renamed.get(a.id) ?? a) ?? l
    },
  }
  if (plan.using !== null || plan.natural === true) return joinUsing(plan.type, plan.using, left, right, context)
  const condition = plan.condition === null ? null : joinCondition(plan.condition, scope, context)
  return without(joined, condition !== null && hasSubquery(condition) ? joinWithSubqueries(plan.type, left, right, condition, context) : joinOn(plan.type, left, right, condition))
}

const laterals = new WeakMap<object, OuterColumns>()

// The right side for each distinct value of the left's columns that it names, joined to the rows that have it.
function resolveLateral(plan: Join, shown: ResolvedPlan, analyzer: Analyzer, context: BindContext): ResolvedPlan {
  const joined = (plan.condition !== null && namesSide(plan.condition)) || queryNamesSide(plan.right) ? joinedColumns(shown) : []
  return without(joined, lateralOver(joined.length === 0 ? shown : withJoined(shown), shown, joined, plan, analyzer, context))
}

function lateralOver(left: ResolvedPlan, shown: ResolvedPlan, joined: readonly Attribute[], plan: Join, analyzer: Analyzer, context: BindContext): ResolvedPlan {
  const columns = laterals.get(plan) ?? new Map(), around: Scope = { ...analyzer.scopeOf(plan.left, shown), ...(joined.length === 0 ? {} : { joined }) }
  laterals.set(plan, columns)
  const query = withOuter({ scope: around, columns }, () => analyzer.resolve(plan.right)), named = new Map([...columns.values()].map(c => [c.inside.id, c.outside as Resolved]))
  checkSubquery(query)
  const plain = onLeft(query, left, named, plan, on => joinCondition(on, { attributes: [...shown.output, ...query.output], joined, resolveQuery: analyzer.resolveQuery }, context))
  if (plain !== null) return plain
  refuseUncomparable([...columns.values()].map(c => c.inside))
  const d = decorrelate(query, domainOf(left, named, true), context), { plan: right, renamed } = withFreshIds(d.plan)
  const output = query.output.map(a => ({ ...renamed.get((d.links.find(l => l.outer.kind === 'attribute' && l.outer.id === a.id)?.inner ?? a).id)!, name: a.name, qualifier: a.qualifier }))
  const scope: Scope = { attributes: [...shown.output, ...output], joined, resolveQuery: analyzer.resolveQuery }
  const own = plan.condition === null ? [] : [joinCondition(plan.condition, scope, context)]
  const join = joinOn(plan.type, left, right, allOf([...d.links.map(l => bindByName('<=>', [substitute(l.outer, named), renamed.get(l.inner.id)!])), ...own]))
  const all = [...left.output, ...output.map(a => ({ ...a, nullable: a.nullable || plan.type === 'left' }))]
  return { ...project(all, join), output: all }
}

function joinCondition(e: Expression, scope: Scope, context: BindContext): Resolved {
  const resolved = resolveExpression(e, scope, context)
  if (hasWindow(resolved)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'window() in the condition of a join', advice: "Make it a column of both sides first, as in df.withColumn('window', F.window('time', '10 minutes'))." })
  refuseOver([resolved], 'the condition of a join')
  if (resolved.type.kind !== 'boolean') throw analysisError('JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE', { joinCondition: `"${nameOf(e)}"`, conditionType: `"${sqlName(resolved.type)}"` })
  return resolved
}

// A subquery of the condition belongs to the side whose columns it needs.
function joinWithSubqueries(type: JoinType, left: ResolvedPlan, right: ResolvedPlan, condition: Resolved, context: BindContext): ResolvedPlan {
  const l = new SubqueryTaker(left, context), r = new SubqueryTaker(right, context), ids = new Set(right.output.map(a => a.id))
  const taken = conjuncts(condition).map(part => {
    if (!hasSubquery(part)) return part
    const used = subqueriesOf(part).flatMap(m => m.args.flatMap(a => [...attributesOf(a).keys()])), ofRight = used.filter(id => ids.has(id))
    if (ofRight.length > 0 && ofRight.length < used.length) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'A subquery in the condition of a join that names columns of both sides', advice: 'Put it into WHERE.' })
    return (ofRight.length > 0 ? r : l).take(part)
  })
  return project(joinOutput(type, left, right), joinOn(type, l.plan, r.plan, taken.reduce((a, b) => bindByName('and', [a, b]))))
}

const subqueriesOf = (e: Resolved): SubqueryMarker[] => (isSubquery(e) ? [e] : childrenOf(e).flatMap(subqueriesOf))

// `names` null: those that both sides have, each of them once.
function joinUsing(type: JoinType, names: readonly string[] | null, left: ResolvedPlan, right: ResolvedPlan, context: BindContext): ResolvedPlan {
  const find = (side: ResolvedPlan, name: string, word: string): Attribute => {
    const found = side.output.filter(a => a.name.toLowerCase() === name.toLowerCase())
    if (found.length === 1 || (names === null && found.length > 0)) return found[0]!
    if (found.length > 1) throw analysisError('AMBIGUOUS_REFERENCE', { name: '`' + name + '`', referenceNames: found.map(a => '`' + a.name + '`').join(', ') })
    throw analysisError('UNRESOLVED_USING_COLUMN_FOR_JOIN', { colName: '`' + name + '`', side: word, suggestion: side.output.map(a => '`' + a.name + '`').join(', ') })
  }
  const lower = (p: ResolvedPlan): string[] => p.output.map(a => a.name.toLowerCase())
  const pairs = (names ?? [...new Set(lower(left))].filter(n => lower(right).includes(n))).map(n => ({ l: find(left, n, 'left'), r: find(right, n, 'right') }))
  const equal = pairs.map(({ l, r }) => {
    const t = commonTypeOf([l, r], context) ?? l.type
    return bindByName('=', [castTo(l, t, context), castTo(r, t, context)], context)
  })
  const condition = equal.length === 0 ? null : equal.reduce((a, b) => bindByName('and', [a, b]))
  const join = joinOn(type, left, right, condition)
  const isKey = (a: Attribute): boolean => pairs.some(p => p.l.id === a.id || p.r.id === a.id)
  const at = (id: number): Attribute => join.output.find(a => a.id === id)!
  const keys = pairs.map(({ l, r }): Alias | Attribute => {
    if (type === 'right') return at(r.id)
    if (type === 'full') return alias(bindByName('coalesce', [at(l.id), at(r.id)], context), l.name)
    return at(l.id)
  })
  const others = join.output.filter(a => !isKey(a))
  const gone = type === 'leftsemi' || type === 'leftanti' ? [] : pairs.flatMap(({ l, r }) => (type === 'full' ? [at(l.id), at(r.id)] : [at(type === 'right' ? l.id : r.id)]))
  return gone.length === 0 ? project([...keys, ...others], join) : { ...project([...keys, ...others], join), joined: gone }
}

