/** Sources whose schema is their own refuse one from the user. */
import { analysisError } from '../errors/spark-error.ts'
import type { StructTypeShape } from '../types/data-type.ts'

export function refuseSchema(format: string, given: StructTypeShape | null): void {
  if (given !== null) throw analysisError('MICROLOTE_SCHEMA_FIXED', { format })
}
