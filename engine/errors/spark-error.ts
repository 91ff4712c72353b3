/** The one way to raise an error: a condition of Spark's catalogue with typed parameters; the sentence is filled in from `conditions.ts`. */
import { conditions, type Condition } from './conditions.ts'

type Parameters_<M extends string> = M extends `${string}<${infer P}>${infer Rest}` ? P | Parameters_<Rest> : never
type ParameterName<C extends Condition> = Parameters_<(typeof conditions)[C]['message']>
/** The parameters that the message of a condition names; none at all where it names none. */
export type MessageParameters<C extends Condition> =
  [ParameterName<C>] extends [never] ? [parameters?: Readonly<Record<string, string | number | bigint>>, cause?: unknown] : [parameters: { readonly [P in ParameterName<C>]: string | number | bigint }, cause?: unknown]

/**
 * Every error the engine raises on purpose.
 * `condition` is Spark's error condition (or one of ours that begins with `MICROLOTE_`), `sqlState` its SQLSTATE, `parameters` what the sentence was filled with.
 */
export class SparkError extends Error {
  readonly condition: string
  readonly sqlState: string
  readonly parameters: Readonly<Record<string, string>>

  constructor(condition: string, sqlState: string, message: string, parameters: Readonly<Record<string, string>>, cause?: unknown) {
    super(`[${condition}] ${message} SQLSTATE: ${sqlState}`, cause === undefined ? undefined : { cause })
    this.name = 'SparkError'
    this.condition = condition
    this.sqlState = sqlState
    this.parameters = parameters
  }

  /** Spark's own accessor for the condition name. */
  getCondition(): string { return this.condition }
}

/** A query that cannot be understood or is refused before it runs. */
export class AnalysisException extends SparkError {
  override readonly name = 'AnalysisException'
}

/** SQL or schema text that cannot be parsed. */
export class ParseException extends AnalysisException {
  override readonly name = 'ParseException' as 'AnalysisException'
}

/** A value that cannot be computed while a query runs (overflow, malformed cast, division by zero). */
export class ExecutionException extends SparkError {
  override readonly name = 'ExecutionException'
}

/** A streaming query that has died: `cause` is what killed it. */
export class StreamingQueryException extends SparkError {
  override readonly name = 'StreamingQueryException'
}

function fill(condition: Condition, parameters: Readonly<Record<string, unknown>> | undefined): { message: string; text: Record<string, string> } {
  const text: Record<string, string> = {}
  for (const [k, v] of Object.entries(parameters ?? {})) text[k] = String(v)
  const message = conditions[condition].message.replace(/<([A-Za-z]+)>/g, (whole, name: string) => text[name] ?? whole)
  return { message, text }
}

/** Refuses a query before it runs. */
export function analysisError<C extends Condition>(condition: C, ...[parameters, cause]: MessageParameters<C>): AnalysisException {
  const { message, text } = fill(condition, parameters)
  return new AnalysisException(condition, conditions[condition].sqlState, message, text, cause)
}

/** Refuses text that cannot be parsed. */
export function parseError<C extends Condition>(condition: C, ...[parameters, cause]: MessageParameters<C>): ParseException {
  const { message, text } = fill(condition, parameters)
  return new ParseException(condition, conditions[condition].sqlState, message, text, cause)
}

/** Reports what went wrong while a query ran. */
export function executionError<C extends Condition>(condition: C, ...[parameters, cause]: MessageParameters<C>): ExecutionException {
  const { message, text } = fill(condition, parameters)
  return new ExecutionException(condition, conditions[condition].sqlState, message, text, cause)
}

/** A state that our own code should never reach. */
export function internalError(what: string, cause?: unknown): SparkError {
  return new SparkError('INTERNAL_ERROR', 'XX000', `${what}. This is a fault of microlote itself: please report it with the query.`, {}, cause)
}

/** What a value thrown by anyone (also user code) says about itself. */
export function conditionOf(error: unknown): string | null {
  let e: unknown = error
  while (e instanceof Error) {
    if (e instanceof SparkError && e.condition !== 'STREAM_FAILED') return e.condition
    e = e.cause
  }
  return null
}
