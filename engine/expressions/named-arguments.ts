/** Arguments given by their names, `mask(s, otherChar => 'o')`, put into their places: the functions that have names for them, as in Spark. */
import { parseError } from '../errors/spark-error.ts'
import { booleanType, intType, stringType, voidType } from '../types/data-type.ts'
import type { Expression } from './expression.ts'
import { literal } from './grammar.ts'

export interface GivenArgument { readonly name: string | null; readonly value: Expression }

/** What stands for a parameter that is left out; `required` must be given, `absent` may only be left out with all behind it. */
type Otherwise = Expression | 'required' | 'absent'

const text = (s: string): Expression => literal(s, stringType), nothing = literal(null, voidType)
const sketchSize: readonly [string, Otherwise] = ['lgNomEntries', literal(12, intType)], sum: readonly [string, Otherwise] = ['mode', text('sum')]
const required = (...names: readonly string[]): (readonly [string, Otherwise])[] => names.map(n => [n, 'required'])
const variantSet = [...required('v', 'path', 'val'), ['create_if_missing', literal(true, booleanType)] as const]

const parameters: Readonly<Record<string, readonly (readonly [string, Otherwise])[]>> = {
  mask: [...required('str'), ['upperChar', text('X')], ['lowerChar', text('x')], ['digitChar', text('n')], ['otherChar', nothing]],
  count_min_sketch: required('column', 'epsilon', 'confidence', 'seed'),
  counter_diff: [...required('value'), ['start_time', 'absent']],
  explode: required('collection'), explode_outer: required('collection'), posexplode: required('collection'), posexplode_outer: required('collection'), inline: required('input'), inline_outer: required('input'),
  variant_set: variantSet, try_variant_set: variantSet, variant_strip_nulls: [...required('v'), ['include_arrays', literal(true, booleanType)]],
  ...Object.fromEntries(['double', 'integer'].flatMap(k => [
    [`tuple_sketch_agg_${k}`, [...required('key', 'summary'), sketchSize, sum]], [`tuple_union_agg_${k}`, [...required('child'), sketchSize, sum]],
    ...['', 'theta_'].map(t => [`tuple_union_${t}${k}`, [...required('first', 'second'), sketchSize, sum]]),
  ])),
}

/** The arguments in their order; as they are, with `unknown`, where the function has no names for them, which analysis refuses once it knows the function. Throws UNEXPECTED_POSITIONAL_ARGUMENT, UNRECOGNIZED_PARAMETER_NAME, DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.*, REQUIRED_PARAMETER_NOT_FOUND. */
export function argumentsInOrder(name: string, given: readonly GivenArgument[]): { readonly args: readonly Expression[]; readonly unknown: boolean } {
  const firstNamed = given.findIndex(a => a.name !== null)
  if (firstNamed < 0) return { args: given.map(a => a.value), unknown: false }
  const routineName = `\`${name}\``
  if (!Object.hasOwn(parameters, name.toLowerCase())) return { args: given.map(a => a.value), unknown: true }
  if (given.slice(firstNamed).some(a => a.name === null)) throw parseError('UNEXPECTED_POSITIONAL_ARGUMENT', { routineName })
  const known = parameters[name.toLowerCase()]!, byPlace = new Map<number, Expression>(given.slice(0, firstNamed).map((a, i) => [i, a.value]))
  for (const a of given.slice(firstNamed)) {
    const at = known.findIndex(([n]) => n.toLowerCase() === a.name!.toLowerCase()), parameterName = `\`${a.name!}\``
    if (at < 0) throw parseError('UNRECOGNIZED_PARAMETER_NAME', { routineName, argumentName: parameterName, proposal: known.map(([n]) => n).join(', ') })
    if (at < firstNamed) throw parseError('DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED', { routineName, parameterName })
    if (byPlace.has(at)) throw parseError('DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE', { routineName, parameterName })
    byPlace.set(at, a.value)
  }
  const out: Expression[] = []
  for (const [i, [parameter, otherwise]] of known.entries()) {
    const value = byPlace.get(i) ?? otherwise
    if (value === 'required') throw parseError('REQUIRED_PARAMETER_NOT_FOUND', { routineName, parameterName: `\`${parameter}\`` })
    if (value !== 'absent') out.push(value)
  }
  return { args: out, unknown: false }
}
