/** How a query died, as text; and the condition that building one throws. */
import assert from 'node:assert/strict'
import { SparkError } from '../../../engine/errors/spark-error.ts'
import type { StreamingQuery } from '../../../engine/api/streaming-query.ts'

/** The condition of the error that `f` throws. */
export function conditionOf(f: () => unknown): string {
  try { f() } catch (e) {
    assert.ok(e instanceof SparkError, e instanceof Error ? e.stack : String(e))
    return e.condition
  }
  return assert.fail('nothing was thrown')
}

/** The message of the error that ends the query. */
export async function deathOf(query: StreamingQuery): Promise<string> {
  const e = await query.awaitTermination().then(() => assert.fail('the query ended without an error'), (x: unknown) => x as Error)
  return e.message
}
