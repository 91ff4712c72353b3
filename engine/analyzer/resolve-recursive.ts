/** Resolves a query of WITH RECURSIVE: its columns are those it begins with, and its step must give what fits them, and may name it only where Spark lets it. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attribute } from '../expressions/attribute.ts'
import type { Alias, Attribute, Expression } from '../expressions/expression.ts'
import { mentions } from '../expressions/map-expression.ts'
import { castTo, commonTypeOf } from '../functions/cast.ts'
import type { BindContext } from '../functions/define.ts'
import { isAggregateName } from '../functions/registry.ts'
import { expressionsIn, inputsOf, queriesOf, type LogicalPlan, type Recursive, type RecursiveRef } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { sameType, sqlName } from '../types/data-type.ts'
import { project } from './project-node.ts'

const defaultLevels = 100, defaultRows = 1_000_000

/** `known`: what the name means in the step, to be kept before the step is resolved. Throws ASSIGNMENT_ARITY_MISMATCH, CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE, NUM_COLUMNS_MISMATCH, INVALID_RECURSIVE_REFERENCE.PLACE. */
export function resolveRecursive(plan: Recursive, resolve: (plan: LogicalPlan) => ResolvedPlan, known: WeakMap<RecursiveRef, ResolvedPlan>, context: BindContext): ResolvedPlan {
  const { name, loop } = plan, anchor = resolve(plan.anchor), names = plan.columns ?? anchor.output.map(a => a.name)
  if (names.length !== anchor.output.length) throw analysisError('ASSIGNMENT_ARITY_MISMATCH', { numTarget: names.length, numExpr: anchor.output.length })
  const columns = (): Attribute[] => anchor.output.map((a, i) => attribute(names[i]!, a.type, true))
  known.set(loop, { kind: 'recursive-ref', loop, output: columns(), streaming: anchor.streaming })
  const found = resolve(plan.step)
  if (found.output.length !== names.length) throw analysisError('NUM_COLUMNS_MISMATCH', { operator: 'UNION', firstNumColumns: names.length, invalidOrdinalNum: 'second', invalidNumColumns: found.output.length })
  for (const [i, a] of found.output.entries()) {
    const { type } = anchor.output[i]!, common = sameType(type, a.type) ? type : commonTypeOf([anchor.output[i]!, a], context)
    if (common === null || !sameType(common, type)) throw analysisError('CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE', { left: `"${sqlName(type)}"`, right: `"${sqlName(a.type)}"` })
  }
  if (standsWrong(plan.step, loop, false)) throw analysisError('INVALID_RECURSIVE_REFERENCE.PLACE', { name })
  const step = project(found.output.map((a, i): Alias | Attribute => { const { type } = anchor.output[i]!; return sameType(type, a.type) ? a : alias(castTo(a, type, context), names[i]!) }), found)
  const limit = (key: string, otherwise: number): number => { const given = Number(context.conf(key) ?? otherwise); return given < 0 ? Infinity : given }
  return {
    kind: 'recursive', name, loop, anchor, step, output: columns(), streaming: anchor.streaming || step.streaming,
    maxLevel: plan.maxLevel ?? limit('spark.sql.cteRecursionLevelLimit', defaultLevels), maxRows: limit('spark.sql.cteRecursionRowLimit', defaultRows),
  }
}

// Below an aggregate, a window or a sort, or on the side of a join that may stay without rows.
function standsWrong(p: LogicalPlan, loop: object, refused: boolean): boolean {
  if (p.kind === 'recursive-ref') return refused && p === loop
  const inside = refused || p.kind === 'sort' || p.kind === 'aggregate' || p.kind === 'select-aggregate' || expressionsIn(p).some(aggregates)
  if (queriesOf(p).some(q => standsWrong(q, loop, refused))) return true
  if (p.kind !== 'join') return inputsOf(p).some(c => standsWrong(c, loop, inside))
  const { type } = p
  return standsWrong(p.left, loop, inside || type === 'right' || type === 'full') || standsWrong(p.right, loop, inside || (type !== 'inner' && type !== 'cross' && type !== 'right'))
}

const aggregates = (e: Expression): boolean => mentions(e, x => x.kind === 'unresolved-window' || (x.kind === 'unresolved-call' && isAggregateName(x.name)))
