/** Option values as users give them, and the text they are kept as. */
import { analysisError } from '../errors/spark-error.ts'

export type OptionValue = string | number | bigint | boolean

/** Throws for null, objects and the like, which are always a slip. */
export function optionText(name: string, value: OptionValue): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the option ${name} has a value of the kind ${value === null ? 'null' : typeof value}`, advice: 'Give a text, a number or a boolean; JSON goes in as text.' })
}
