/** Implementations that can leave out struct fields nobody reads (from_json). */
import type { Implementation } from '../expressions/expression.ts'

/** An implementation of a struct-valued function that can be narrowed to some fields; the others come out NULL. */
export interface PrunableImplementation extends Implementation {
  readonly prune: (wanted: readonly boolean[]) => Implementation
}

/** The narrowed implementation, or null where it cannot be narrowed. */
export function pruneFields(implementation: Implementation, wanted: readonly boolean[]): Implementation | null {
  return 'prune' in implementation ? (implementation as PrunableImplementation).prune(wanted) : null
}
