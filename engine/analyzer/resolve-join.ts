/** Resolves a join: the condition is split into equality keys and the rest, USING columns come out once. */
import { analysisError } from '../errors/spark-error.ts'
import { alias } from '../expressions/attribute.ts'
import type { Alias, Attribute, Expression, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { castTo, commonTypeOf } from '../functions/cast.ts'
import { bindByName } from '../functions/bind.ts'
import { conjuncts, joinKeys } from '../functions/join-keys.ts'
import type { BindContext } from '../functions/define.ts'
import type { Join, JoinType } from '../plan/logical-plan.ts'
import type { ResolvedJoin, ResolvedPlan } from '../plan/resolved-plan.ts'
import { sqlName } from '../types/data-type.ts'
import type { Analyzer } from './analyze.ts'
import { withFreshIds } from './fresh-ids.ts'
import { asCondition, resolveExpression } from './resolve-expression.ts'
import { project } from './resolve-project.ts'
import { hasWindow } from './resolve-windows.ts'
import { refuseOver } from './take-out-over.ts'
import type { Scope } from './scope.ts'

export function resolveJoin(plan: Join, analyzer: Analyzer, context: BindContext): ResolvedPlan {
  const left = analyzer.resolve(plan.left)
  const own = analyzer.resolve(plan.right)
  const clash = own.output.some(a => left.output.some(b => b.id === a.id))
  const { plan: right, renamed } = clash ? withFreshIds(own) : { plan: own, renamed: new Map<number, Attribute>() }
  const attributes = [...left.output, ...right.output]
  const scope: Scope = {
    attributes,
    planOutput(wanted) {
      const l = analyzer.outputWithin(plan.left, wanted, left.output)
      if (l !== null && l.length > 0 && !(clash && plan.right === wanted && plan.left !== wanted)) return l
      const r = analyzer.outputWithin(plan.right, wanted, own.output)
      return r?.map(a => renamed.get(a.id) ?? a) ?? l
    },
  }
  if (plan.using !== null) return joinUsing(plan.type, plan.using, left, right, scope, context)
  const condition = plan.condition === null ? null : joinCondition(plan.condition, scope, context)
  return joinOn(plan.type, left, right, condition)
}

function joinCondition(e: Expression, scope: Scope, context: BindContext): Resolved {
  const resolved = resolveExpression(e, scope, context)
  if (hasWindow(resolved)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'window() in the condition of a join', advice: "Make it a column of both sides first, as in df.withColumn('window', F.window('time', '10 minutes'))." })
  refuseOver([resolved], 'the condition of a join')
  return asCondition(resolved, context, () => analysisError('JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE', { joinCondition: `"${nameOf(e)}"`, conditionType: `"${sqlName(resolved.type)}"` }))
}

/** A join whose condition is resolved: equalities become keys. */
export function joinOn(type: JoinType, left: ResolvedPlan, right: ResolvedPlan, condition: Resolved | null): ResolvedJoin {
  const leftIds = new Set(left.output.map(a => a.id)), rightIds = new Set(right.output.map(a => a.id))
  const { leftKeys, rightKeys, nullSafe, rest } = joinKeys(condition === null ? [] : conjuncts(condition), leftIds, rightIds)
  const remaining = rest.length === 0 ? null : rest.reduce((a, b) => bindByName('and', [a, b]))
  return { kind: 'join', type, left, right, leftKeys, rightKeys, nullSafe, condition: remaining, output: joinOutput(type, left, right), streaming: left.streaming || right.streaming }
}

function joinOutput(type: JoinType, left: ResolvedPlan, right: ResolvedPlan): Attribute[] {
  const optional = (a: Attribute): Attribute => ({ ...a, nullable: true })
  switch (type) {
    case 'leftsemi': case 'leftanti': return [...left.output]
    case 'left': return [...left.output, ...right.output.map(optional)]
    case 'right': return [...left.output.map(optional), ...right.output]
    case 'full': return [...left.output.map(optional), ...right.output.map(optional)]
    default: return [...left.output, ...right.output]
  }
}

function joinUsing(type: JoinType, names: readonly string[], left: ResolvedPlan, right: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  void scope
  const find = (side: ResolvedPlan, name: string, word: string): Attribute => {
    const found = side.output.filter(a => a.name.toLowerCase() === name.toLowerCase())
    if (found.length === 1) return found[0]!
    if (found.length > 1) throw analysisError('AMBIGUOUS_REFERENCE', { name: '`' + name + '`', referenceNames: found.map(a => '`' + a.name + '`').join(', ') })
    throw analysisError('UNRESOLVED_USING_COLUMN_FOR_JOIN', { colName: '`' + name + '`', side: word, suggestion: side.output.map(a => '`' + a.name + '`').join(', ') })
  }
  const pairs = names.map(n => ({ l: find(left, n, 'left'), r: find(right, n, 'right') }))
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
  return project([...keys, ...others], join)
}

