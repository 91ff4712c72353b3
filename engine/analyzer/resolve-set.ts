/** Resolves union, except and intersect: columns by position or by name, widened to common types. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attribute } from '../expressions/attribute.ts'
import type { Alias, Attribute } from '../expressions/expression.ts'
import { castTo, commonTypeOf } from '../functions/cast.ts'
import { literal, type BindContext } from '../functions/define.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { sameType, sqlName } from '../types/data-type.ts'
import { refuseRepeated } from '../types/repeated-names.ts'
import { project } from './project-node.ts'
import { refuseCompared } from './refuse-variants.ts'

export function resolveUnion(left: ResolvedPlan, right: ResolvedPlan, byName: boolean, allowMissing: boolean, context: BindContext): ResolvedPlan {
  const [l, r] = byName ? alignByName(left, right, allowMissing) : [left, right]
  const [a, b] = widen('UNION', l, r, context)
  // A column is what the first side says it is, its event-time mark included.
  const output = a.output.map((x, i) => attribute(x.name, x.type, x.nullable || b.output[i]!.nullable, x.qualifier, x.metadata))
  return { kind: 'union', children: [a, b], output, streaming: a.streaming || b.streaming }
}

export function resolveExceptIntersect(kind: 'except' | 'intersect', left: ResolvedPlan, right: ResolvedPlan, all: boolean, context: BindContext): ResolvedPlan {
  const [a, b] = widen(kind.toUpperCase(), left, right, context)
  refuseCompared(a.output)
  // A row that both sides have has a NULL only where both may.
  const output = kind === 'except' ? a.output : a.output.map((x, i) => (x.nullable && !b.output[i]!.nullable ? { ...x, nullable: false } : x))
  return { kind, left: a, right: b, all, output, streaming: a.streaming || b.streaming }
}

function widen(operator: string, left: ResolvedPlan, right: ResolvedPlan, context: BindContext): [ResolvedPlan, ResolvedPlan] {
  if (left.output.length !== right.output.length) {
    throw analysisError('NUM_COLUMNS_MISMATCH', { operator, firstNumColumns: left.output.length, invalidOrdinalNum: 'second', invalidNumColumns: right.output.length })
  }
  const types = left.output.map((a, i) => {
    const b = right.output[i]!
    const t = sameType(a.type, b.type) ? a.type : commonTypeOf([a, b], context)
    if (t === null) throw analysisError('INCOMPATIBLE_COLUMN_TYPE', { operator, columnOrdinalNumber: ordinal(i), tableOrdinalNumber: 'second', dataType1: `"${sqlName(a.type)}"`, dataType2: `"${sqlName(b.type)}"` })
    return t
  })
  const cast = (side: ResolvedPlan): ResolvedPlan => side.output.every((a, i) => sameType(a.type, types[i]!)) ? side
    : project(side.output.map((a, i): Alias | Attribute => (sameType(a.type, types[i]!) ? a : alias(castTo(a, types[i]!, context), a.name))), side)
  return [cast(left), cast(right)]
}

const ordinal = (i: number): string => ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'][i] ?? `${i + 1}th`

function alignByName(left: ResolvedPlan, right: ResolvedPlan, allowMissing: boolean): [ResolvedPlan, ResolvedPlan] {
  for (const side of [left, right]) refuseRepeated(side.output.map(a => a.name))
  const find = (side: ResolvedPlan, name: string): Attribute | undefined => side.output.find(a => a.name.toLowerCase() === name.toLowerCase())
  const missingRight = left.output.filter(a => find(right, a.name) === undefined)
  const missingLeft = right.output.filter(a => find(left, a.name) === undefined)
  const refuse = (a: Attribute, side: ResolvedPlan): Error => analysisError('UNRESOLVED_COLUMN_AMONG_FIELD_NAMES', { colName: '"' + a.name + '"', fieldNames: side.output.map(x => x.name).join(', '), advice: 'The other side of the union has it: add it here, or allow missing columns: unionByName(other, true).' })
  if (!allowMissing && missingRight.length > 0) throw refuse(missingRight[0]!, right)
  if (!allowMissing && missingLeft.length > 0) throw analysisError('NUM_COLUMNS_MISMATCH', { operator: 'UNION', firstNumColumns: left.output.length, invalidOrdinalNum: 'second', invalidNumColumns: right.output.length })
  const blank = (a: Attribute): Alias => alias(literal(null, a.type), a.name)
  const l = missingLeft.length === 0 ? left : project([...left.output, ...missingLeft.map(blank)], left)
  return [l, project(l.output.map((a): Alias | Attribute => find(right, a.name) ?? blank(a)), right)]
}
