/** Resolves a function in FROM: `range`, and the generators, each of which makes rows of one row without columns. Behind LATERAL its arguments name columns of the left side. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { alias, attribute } from '../expressions/attribute.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Expression, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { castTo } from '../functions/cast.ts'
import type { BindContext } from '../functions/define.ts'
import { findFunction } from '../functions/registry.ts'
import { explodeName } from '../functions/variant-explode.ts'
import type { TableFunction } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { isNumeric, longType, sqlName } from '../types/data-type.ts'
import { resolveExpression } from './resolve-expression.ts'
import { projectList } from './resolve-project.ts'
import { isFixed, oneRow } from './resolve-values.ts'
import type { Scope } from './scope.ts'
import { hasSubquery } from './subquery-marker.ts'

// The names that arguments may be given by; null: they have none.
const parameters: Readonly<Record<string, readonly string[] | null>> = {
  explode: ['collection'], explode_outer: ['collection'], posexplode: ['collection'], posexplode_outer: ['collection'], inline: ['input'], inline_outer: ['input'], stack: null, json_tuple: null,
  variant_explode: ['input'], variant_explode_outer: ['input'],
}

/** Throws UNRESOLVABLE_TABLE_VALUED_FUNCTION, NOT_A_TABLE_FUNCTION and what the function itself refuses. */
export function resolveTableFunction(plan: TableFunction, scope: Scope, context: BindContext): ResolvedPlan {
  const name = plan.name.toLowerCase()
  if (name === 'range') return range(plan, scope, context)
  if (name === 'python_worker_logs') throw analysisError('FEATURE_NOT_ENABLED', { featureName: 'The log of Python workers', advice: 'There are no Python workers here.' })
  const names = parameters[name]
  if (names === undefined && (findFunction(name) !== null || context.userFunction?.(name) != null)) throw analysisError('NOT_A_TABLE_FUNCTION', { functionName: plan.name })
  if (names === undefined) throw analysisError('UNRESOLVABLE_TABLE_VALUED_FUNCTION', { name: `\`${plan.name}\`` })
  return projectList([{ kind: 'unresolved-call', name: explodeName(name), args: inOrder(plan, names) }], oneRow, scope, context)
}

function inOrder(plan: TableFunction, names: readonly string[] | null): Expression[] {
  const routineName = plan.name, firstNamed = plan.args.findIndex(a => a.name !== null)
  if (firstNamed >= 0 && names === null) throw analysisError('NAMED_PARAMETERS_NOT_SUPPORTED', { functionName: plan.name })
  if (firstNamed >= 0 && plan.args.slice(firstNamed).some(a => a.name === null)) throw analysisError('UNEXPECTED_POSITIONAL_ARGUMENT', { routineName })
  for (const { name } of plan.args) if (name !== null && !names!.includes(name.toLowerCase())) throw analysisError('UNRECOGNIZED_PARAMETER_NAME', { routineName, argumentName: `\`${name}\``, proposal: names!.join(', ') })
  if (names !== null && plan.args.length < names.length) throw analysisError('REQUIRED_PARAMETER_NOT_FOUND', { routineName, parameterName: `\`${names[plan.args.length]!}\`` })
  return plan.args.map(a => a.value)
}

const rangeParameters: readonly (readonly string[])[] = [['end'], ['start', 'end'], ['start', 'end', 'step'], ['start', 'end', 'step', 'numSlices']]

function range(plan: TableFunction, scope: Scope, context: BindContext): ResolvedPlan {
  const names = rangeParameters[plan.args.length - 1]
  if (names === undefined) throw analysisError('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`range`', expectedNum: '1, 2, 3 or 4', actualNum: plan.args.length })
  const numbers = plan.args.map((a, i): bigint => {
    const notConstant = (): Error => analysisError('NON_FOLDABLE_ARGUMENT', { funcName: '`range`', paramName: `\`${names[i]!}\``, paramType: '"BIGINT"' })
    if (a.name !== null) throw notConstant()
    const value: Resolved = resolveExpression(a.value, scope, context)
    if (!isFixed(value) || hasSubquery(value) || attributesOf(value).size > 0) throw notConstant()
    const refused = (): Error => analysisError('UNEXPECTED_INPUT_TYPE', { functionName: '`range`', paramIndex: i + 1, requiredType: '"BIGINT"', inputSql: `"${nameOf(a.value)}"`, inputType: `"${sqlName(value.type)}"` })
    if (!isNumeric(value.type) && value.type.kind !== 'string') throw refused()
    const found = evaluateConstant(alias(castTo(value, longType, context), 'n')) as bigint | null
    if (found === null) throw refused()
    return found
  })
  const [a, b, step = 1n] = numbers as [bigint, bigint?, bigint?]
  if (step === 0n) throw executionError('FAILED_FUNCTION_CALL', { funcName: '`range`', reason: 'the step is 0' })
  return { kind: 'range', start: b === undefined ? 0n : a, end: b ?? a, step, output: [attribute('id', longType, false)], streaming: false }
}
