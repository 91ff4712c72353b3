/** NULL in place of an error: what try_add and its kin do where their arguments are not both numbers. */
import { SparkError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { call } from './define.ts'

const isOurs = (e: unknown): boolean => e instanceof SparkError && e.condition !== 'INTERNAL_ERROR'

/** The value of an expression, NULL where computing it (its arguments included) raises an error. */
export function tryEval(e: Resolved): Resolved {
  return call('try_eval', [e], e.type, {
    strict: false,
    emit: (emitter, [a]) => {
      const out = emitter.declare(e.type)
      emitter.line('try {')
      emitter.assign(out, a!)
      emitter.line(`} catch (x) { if (!${emitter.constant(isOurs)}(x)) throw x; ${out.isNull} = true; }`)
      return out
    },
  }, { nullable: true })
}
