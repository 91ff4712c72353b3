/** `import { upsertBatch } from "microlote/postgres"`: what a foreachBatch needs to write PostgreSQL exactly once. An entry of its own, so that `pg` stays optional. */
import { DataFrame } from './api/dataframe.ts'

/** Where a batch goes. */
export interface PostgresTarget {
  /** `postgresql://user:password@host:port/database`, also with `jdbc:` in front. */
  readonly url: string
  /** The table; made if there is none. */
  readonly table: string
  /** Name of the job in `batch_control`: one for each query and table. */
  readonly job: string
}

/** How rows that are there already are found. */
export interface UpsertTarget extends PostgresTarget {
  /** Columns that make a row the same row; they need a primary key or unique index, which a table made here gets. */
  readonly keys: readonly string[]
  /** `update` (unless told) puts the new values over the old; `nothing` keeps the old row. */
  readonly onConflict?: 'update' | 'nothing'
}

/**
 * Adds the rows of a batch exactly once: rows and the batch's number (table `batch_control`) are committed in one transaction, and a batch
 * whose number is there already writes nothing. Loaded by COPY, in its binary form where the table's columns have exactly the DataFrame's types.
 * The batches of a query share a session (one for each write under way), which ends with the query; one that breaks is replaced, and a batch that fails is never half there.
 * Throws MICROLOTE_POSTGRES_UNREACHABLE, _AUTHENTICATION, _VALUE (nothing is kept then); the query fails and a restart repeats the batch.
 *
 * Example:
 * ```ts
 * await eventos.writeStream.foreachBatch((df, id) => appendBatch(df, id, { url, table: 'eventos', job: 'eventos-v1' })).start()
 * ```
 */
export function appendBatch(df: DataFrame, batchId: number, target: PostgresTarget): Promise<void> {
  return write(df, batchId, target, {})
}

/**
 * Writes the rows of a batch exactly once, each in place of the row with its keys: as `appendBatch`, by COPY into a temporary table of the session and one
 * `INSERT … ON CONFLICT`. A key may come once in a batch only: aggregate or `dropDuplicates` before.
 *
 * Example:
 * ```ts
 * await totales.writeStream.outputMode('update').foreachBatch((df, id) => upsertBatch(df, id, { url, table: 'totales', keys: ['usuario'], job: 'totales-v1' })).start()
 * ```
 */
export function upsertBatch(df: DataFrame, batchId: number, target: UpsertTarget): Promise<void> {
  return write(df, batchId, target, { upsertKeys: target.keys.join(','), onConflict: target.onConflict ?? 'update' })
}

/**
 * The rows of a batch whose key no earlier batch had, one for each key: exact, for ever, without state in the query. The table (made if there is none)
 * keeps for each key the batch that brought it, so a batch that runs again gets the same rows again, and not none.
 * A key's column may not be NULL.
 *
 * Example:
 * ```ts
 * const nuevos = await firstSeenInPostgres(df, id, { url, table: 'vistos', job: 'dedup-v1', key: 'evento_id' })
 * ```
 */
export async function firstSeenInPostgres(df: DataFrame, batchId: number, target: PostgresTarget & { readonly key: string }): Promise<DataFrame> {
  const { key, url, table, job } = target, one = await df.dropDuplicates([key]).persist(), fence = `${job}:${batchId}`
  const keys = one.selectExpr(`\`${key}\``, `'${fence.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}' AS batch`)
  await keys.write.format('jdbc').mode('append').options({ url, dbtable: table, upsertKeys: key, onConflict: 'nothing' }).save()
  const name = key.replaceAll('"', '""')
  const mine = new DataFrame({ kind: 'batch-read', format: 'jdbc', schema: null, options: { url, query: `SELECT "${name}" FROM ${table} WHERE batch = '${fence.replaceAll("'", "''")}'` }, paths: [] }, df.backend)
  return one.join(mine, [key], 'left_semi')
}

async function write(df: DataFrame, batchId: number, { url, table, job }: PostgresTarget, more: Readonly<Record<string, string>>): Promise<void> {
  await df.write.format('jdbc').mode('append').options({ url, dbtable: table, txnAppId: job, txnVersion: String(batchId), ...more }).save()
}
