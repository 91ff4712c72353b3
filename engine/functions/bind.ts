/** Binds a function by name to resolved arguments, for rewrites that make calls of their own. */
import { internalError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { describe, type BindContext } from './define.ts'
import { findFunction } from './registry.ts'

const plain: BindContext = { ansi: true, timeZone: 'UTC', conf: () => null }

/** `bindByName('and', [a, b])`. Functions that depend on confs or the time zone need the context. */
export function bindByName(name: string, args: readonly Resolved[], context: BindContext = plain): Resolved {
  const definition = findFunction(name)
  if (definition === null) throw internalError(`the function ${name} is not registered`)
  return definition.bind({ name, args, distinct: false, filter: null, ignoreNulls: false, sql: `${name}(${args.map(describe).join(', ')})` }, context)
}
