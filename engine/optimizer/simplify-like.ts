/** LIKE with a pattern that asks for a beginning, an end, a part or the whole text becomes that question, as in Spark: readers of text lines understand it, and rows they drop do not count as input. */
import type { Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { literal } from '../functions/define.ts'
import { mapChildren, mapExpressions } from '../plan/map-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { intType, stringType } from '../types/data-type.ts'

export function simplifyLikes(plan: ResolvedPlan): ResolvedPlan {
  return mapExpressions(mapChildren(plan, simplifyLikes), simplified)
}

// Texts without wildcards around one run of %: what stands before it, the run, what stands after it, with % at the end or not.
const shape = /^(%*)([^_%]*)(%*)([^_%]*)(%*)$/

function simplified(e: Resolved): Resolved {
  if (e.kind !== 'call' || e.name !== 'like') return e
  const [text, pattern, escape] = e.args as [Resolved, Resolved, Resolved | undefined]
  if (pattern.kind !== 'literal' || typeof pattern.value !== 'string' || (escape !== undefined && escape.kind !== 'literal')) return e
  if (pattern.value.includes(String(escape?.value ?? '\\'))) return e
  const [, before, first, between, second, after] = shape.exec(pattern.value) ?? []
  if (first === undefined) return e
  const ask = (name: string, part: string): Resolved => bindByName(name, [text, literal(part, stringType)])
  if (first !== '' && second !== '') {
    if (before !== '' || after !== '') return e
    const long = bindByName('>=', [bindByName('length', [text]), literal([...first + second!].length, intType)])
    return [long, ask('startswith', first), ask('endswith', second!)].reduce((a, b) => bindByName('and', [a, b]))
  }
  const part = first + second!, begins = before === '', ends = first === '' ? after === '' : between === '' && after === ''
  if (part === '') return pattern.value === '' ? ask('=', '') : e
  return begins && ends ? ask('=', part) : begins ? ask('startswith', part) : ends ? ask('endswith', part) : ask('contains', part)
}
