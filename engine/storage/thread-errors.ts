/** Errors between threads: they do not cross whole, so the condition crosses with what its sentence is filled with, and the sentence is made anew. */
import { conditions, type Condition } from '../errors/conditions.ts'
import { executionError, SparkError } from '../errors/spark-error.ts'

export type Failure = { readonly condition: string; readonly parameters: Readonly<Record<string, string>> } | { readonly failure: string }

export function failureOf(e: unknown): Failure {
  return e instanceof SparkError && e.condition !== null ? { condition: e.condition, parameters: e.parameters as Readonly<Record<string, string>> } : { failure: e instanceof Error ? e.message : String(e) }
}

/** The error again; `other` makes that of a failure without a condition. */
export function errorOf(f: Failure, other: (reason: string) => Error): Error {
  if ('failure' in f) return other(f.failure)
  if (!(f.condition in conditions)) return other(f.condition)
  return (executionError as (c: Condition, p: Readonly<Record<string, string>>) => Error)(f.condition as Condition, f.parameters)
}
