/** Names that come twice, in whatever case. */
import { analysisError } from '../errors/spark-error.ts'

/** Throws COLUMN_ALREADY_EXISTS for the first name that was there before. */
export function refuseRepeated(names: Iterable<string>): void {
  const seen = new Set<string>()
  for (const name of names) {
    const key = name.toLowerCase()
    if (seen.has(key)) throw analysisError('COLUMN_ALREADY_EXISTS', { columnName: `\`${key}\`` })
    seen.add(key)
  }
}
