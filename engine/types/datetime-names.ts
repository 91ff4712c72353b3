/** English names of months, weekdays, eras and quarters for datetime patterns (Spark's own locale is en-US). */
import { field, type Field } from './datetime-parts.ts'

export const monthNames: readonly string[] = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
/** From Monday, ISO day 1. */
export const dayNames: readonly string[] = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const short = (names: readonly string[]): readonly string[] => names.map(n => n.slice(0, 3))

const tables: Readonly<Partial<Record<Field, readonly [shortNames: readonly string[], fullNames: readonly string[], first: number]>>> = {
  [field.month]: [short(monthNames), monthNames, 1],
  [field.dayOfWeek]: [short(dayNames), dayNames, 1],
  [field.quarter]: [['Q1', 'Q2', 'Q3', 'Q4'], ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'], 1],
  [field.amPm]: [['AM', 'PM'], ['AM', 'PM'], 0],
  [field.era]: [['BC', 'AD'], ['Before Christ', 'Anno Domini'], 0],
}

/** The names of a field's values and the value of the first. */
export function namesOf(f: Field, full: boolean): { readonly names: readonly string[]; readonly first: number } {
  const [shortNames, fullNames, first] = tables[f]!
  return { names: full ? fullNames : shortNames, first }
}
