/** The fields of an object that is being written, and their order. */
import { executionError, SparkError } from '../../errors/spark-error.ts'

/** Whether an error is that of an object that has a name twice. */
export const isDuplicateKey = (e: unknown): boolean => e instanceof SparkError && e.condition === 'VARIANT_DUPLICATE_KEY'

/** A field of an object that is being written: its name and where its value begins. */
export interface FieldEntry { readonly name: string; readonly id: number; readonly at: number }

/** The fields in the order of their names. One that comes twice is kept as it came last if `lastWins`. Throws VARIANT_DUPLICATE_KEY. */
export function sortedFields(fields: FieldEntry[], lastWins: boolean): FieldEntry[] {
  let k = 1
  while (k < fields.length && fields[k - 1]!.name < fields[k]!.name) k++
  if (k >= fields.length) return fields
  const sorted = [...fields].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.at - b.at))
  const again = sorted.findIndex((f, i) => i > 0 && f.id === sorted[i - 1]!.id)
  if (again < 0) return sorted
  if (!lastWins) throw executionError('VARIANT_DUPLICATE_KEY', { key: sorted[again]!.name })
  return sorted.filter((f, i) => f.id !== sorted[i + 1]?.id)
}
