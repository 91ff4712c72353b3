/** The options of `from_json`, `to_csv` and their kin, which are given by `map('mode', 'FAILFAST')`. */
import type { MapValue } from '../columns/object-vector.ts'
import { analysisError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import type { Resolved } from '../expressions/expression.ts'
import { sqlName } from '../types/data-type.ts'
import type { FunctionCall } from './define.ts'

/** Names, as they were written, and values of the options that argument `index` gives, none where it was left out. Throws INVALID_OPTIONS. */
export function optionsArgument(c: FunctionCall, index: number): (readonly [name: string, value: string])[] {
  const arg = c.args[index] as Resolved | undefined
  if (arg === undefined) return []
  if (arg.type.kind !== 'map') throw analysisError('INVALID_OPTIONS.NON_MAP_FUNCTION')
  if (arg.type.keyType.kind !== 'string' || arg.type.valueType.kind !== 'string') throw analysisError('INVALID_OPTIONS.NON_STRING_TYPE', { mapType: `"${sqlName(arg.type)}"` })
  const map = evaluateConstant(arg) as MapValue
  return map.keys.map((k, i) => [String(k), String(map.values[i])])
}
