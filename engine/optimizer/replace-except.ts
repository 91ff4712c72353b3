/**
 * Makes of a stream's EXCEPT what Spark makes of it: the rows that a static frame does not have are grouped by all their columns. EXCEPT ALL groups both sides, rows of the static frame counting
 * as one less in each batch anew, and gives each group as often as is left of it.
 */
import { alias, attribute, attributeOf } from '../expressions/attribute.ts'
import type { AggregateCall, Alias, Attribute, GeneratorCall } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { literal } from '../functions/define.ts'
import { normalizeKey } from '../functions/null-tests.ts'
import { mapChildren } from '../plan/map-plan.ts'
import { filterOf, type ResolvedAggregate, type ResolvedPlan, type ResolvedSetOperation } from '../plan/resolved-plan.ts'
import { longType, voidType } from '../types/data-type.ts'

/** The plan without EXCEPT over streams. */
export function replaceExcept(plan: ResolvedPlan): ResolvedPlan {
  if (!plan.streaming) return plan
  const node = mapChildren(plan, replaceExcept)
  if (node.kind !== 'except' || node.right.streaming) return node
  return node.all ? leftOver(node) : grouped(node.output, [], antiJoin(node))
}

// The columns keep their ids: what stands above knows them by these.
const named = (value: Alias['child'], a: Attribute): Alias => ({ ...alias(value, a.name, a.metadata), id: a.id })

function grouped(columns: readonly Attribute[], aggregates: ResolvedAggregate['aggregates'], child: ResolvedPlan): ResolvedPlan {
  const keys = columns.map(a => named(normalizeKey(a), a))
  return { kind: 'aggregate', keys, aggregates, child, output: [...keys.map(attributeOf), ...aggregates.map(a => a.attribute)], streaming: true }
}

function antiJoin({ left, right }: ResolvedSetOperation): ResolvedPlan {
  return { kind: 'join', type: 'leftanti', left, right, leftKeys: left.output.map(normalizeKey), rightKeys: right.output.map(normalizeKey), nullSafe: left.output.map(() => true), condition: null, output: left.output, streaming: true }
}

function leftOver({ left, right, output }: ResolvedSetOperation): ResolvedPlan {
  const counted = (side: ResolvedPlan, n: bigint): ResolvedPlan => {
    const sign = alias(literal(n, longType), 'sign')
    return { kind: 'project', expressions: [...side.output, sign], child: side, output: [...side.output, attributeOf(sign)], streaming: side.streaming }
  }
  const sign = attribute('sign', longType, false), sum = bindByName('sum', [sign]) as unknown as AggregateCall, times = attribute('times', sum.type, sum.nullable)
  const both: ResolvedPlan = { kind: 'union', children: [counted(left, 1n), counted(right, -1n)], output: [...output, sign], streaming: true }
  const some = filterOf(bindByName('>', [times, literal(0n, longType)]), grouped(output, [{ call: sum, attribute: times }], both))
  const generator: GeneratorCall = { kind: 'generator', name: 'replicate_rows', args: [times], type: voidType, nullable: true, columns: [], outer: false, generate: (n: bigint) => new Array<readonly unknown[]>(Number(n)).fill([]) }
  return { kind: 'project', expressions: output, output, streaming: true, child: { kind: 'generate', generator, child: some, output: some.output, streaming: true } }
}
