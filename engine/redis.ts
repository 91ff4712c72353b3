/** `import { firstSeenInRedis } from "microlote/redis"`: exact deduplication outside the query. An entry of its own, so that `redis` stays optional. */
import { DataFrame } from './api/dataframe.ts'
import { batchOfRows } from './columns/rows.ts'
import { claimKeys } from './connectors/redis/claim-keys.ts'

/** Where keys are remembered. */
export interface RedisTarget {
  /** `redis://host:port`. */
  readonly url: string
  /** Name of the job: it begins the name of each key in Redis. */
  readonly job: string
  /** The column that makes an event the same event. */
  readonly key: string
  /** Seconds for which a key is remembered; for ever unless told. */
  readonly ttlSeconds?: number
}

/**
 * The rows of a batch whose key no earlier batch had, one for each key; a NULL key is a key. Redis keeps for each key the batch that brought it
 * (the fence), so a batch that runs again gets the same rows again, and not none.
 * As exact as Redis is durable: with `appendonly yes` and `appendfsync always` it loses nothing.
 * Throws MICROLOTE_REDIS_FAILED.
 *
 * Example:
 * ```ts
 * const nuevos = await firstSeenInRedis(df, id, { url, job: 'dedup-v1', key: 'evento_id' })
 * ```
 */
export async function firstSeenInRedis(df: DataFrame, batchId: number, target: RedisTarget): Promise<DataFrame> {
  const one = await df.dropDuplicates([target.key]).persist(), rows = await one.collect()
  const owned = await claimKeys(target.url, String(batchId), rows.map(r => `${target.job}:${String(r[target.key])}`), target.ttlSeconds ?? 0)
  return new DataFrame({ kind: 'local-data', schema: one.schema, batches: [batchOfRows(one.schema, rows.filter((_, i) => owned[i]))] }, df.backend)
}
