/** metadata: the id a query keeps for life, as `{"id":"<uuid>"}` with no version line. */
import { executionError } from '../errors/spark-error.ts'
import { joinPath } from '../storage/files.ts'
import type { Files } from '../storage/files.ts'
import { jsonObject } from './metadata-log.ts'

export interface QueryMetadata { readonly id: string }

/** Whether a text is the id of a query. */
export const isQueryId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)

/** What the checkpoint says of its query, or null when it is new. Throws STREAMING_CHECKPOINT_MISSING_METADATA_FILE where batches have been logged without it: a new id would make sinks take old batches for new ones. */
export async function readQueryMetadata(files: Files, checkpoint: string): Promise<QueryMetadata | null> {
  const path = joinPath(checkpoint, 'metadata')
  const bytes = await files.tryRead(path)
  if (bytes === null) {
    for (const log of ['offsets', 'commits']) if ((await files.list(joinPath(checkpoint, log))).some(f => /^\d+$/.test(f.name))) throw executionError('STREAMING_CHECKPOINT_MISSING_METADATA_FILE', { checkpointLocation: checkpoint })
    return null
  }
  try {
    const { id } = jsonObject(new TextDecoder().decode(bytes))
    if (typeof id === 'string' && isQueryId(id)) return { id }
    throw new Error('it has no id')
  } catch (e) {
    throw executionError('MICROLOTE_LOG_CORRUPTED', { path, reason: (e as Error).message }, e)
  }
}

/** Writes it once; `CONCURRENT_STREAM_LOG_UPDATE` when another query has. */
export async function writeQueryMetadata(files: Files, checkpoint: string, metadata: QueryMetadata): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify({ id: metadata.id }))
  if (!await files.writeAtomic(joinPath(checkpoint, 'metadata'), bytes, { overwrite: false })) throw executionError('CONCURRENT_STREAM_LOG_UPDATE', { batchId: 'metadata' })
}
