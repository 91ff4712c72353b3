/**
 * The format `statestore`: the state that a checkpoint holds after a batch, as rows of `key STRUCT<…>, value STRUCT<…>, partition_id INT`. Reads checkpoints of this engine and
 * of Spark's HDFS-backed store. A running query is not disturbed.
 *
 *     spark.read.format("statestore").option("batchId", 3).load("ckpt")
 *
 * Options: `batchId` (the last committed one), `operatorId` (0), `storeName` (default), `joinSide` (left, right: the rows that a stream–stream join keeps of that side),
 * `stateVarName` (a variable of transformWithState: the store of that name), `readRegisteredTimers` (its timers instead, as rows of `key, expiration_timestamp_ms BIGINT, partition_id`).
 *
 * With `readChangeFeed` the changes of batches instead, `changeStartBatchId` to `changeEndBatchId` (the last committed one), as rows of
 * `batch_id BIGINT, change_type STRING, key, value, partition_id`: `update`, or `delete` with a NULL value.
 *
 *     spark.read.format("statestore").option("readChangeFeed", true).option("changeStartBatchId", 0).load("ckpt")
 *
 * With `snapshotStartBatchId` and `snapshotPartitionId`, only together, the state of that partition is put together from the snapshot that was written after that batch and the
 * deltas up to `batchId`, whatever other snapshots there are: so damaged files are found. No snapshot of it is `CANNOT_LOAD_STATE_STORE.UNCATEGORIZED`.
 */
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { StringVector } from '../../columns/string-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { analysisError, executionError, SparkError } from '../../errors/spark-error.ts'
import { operatorMetadata, operatorMetadataPath, parseStateSchemas, readOperatorMetadata, schemaPath, type OperatorMetadata, type StoredSchemas } from '../../state/schema-check.ts'
import { RowArena } from '../../state/row-arena.ts'
import { readStateChanges } from '../../state/state-changes.ts'
import { openStateStore } from '../../state/open-store.ts'
import { joinPath, type Files } from '../../storage/files.ts'
import { intType, longType, stringType, structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import type { BatchContext, Connector } from '../connector.ts'
import { refuseSchema } from '../fixed-schema.ts'
import { batchIds, checkBatch, describe, wantedOf, withStore, type Wanted } from './wanted.ts'

const rowsPerBatch = 4096

// A join keeps rows under the key and a number, with a mark whether they have matched: neither is shown.
function shown(stored: StoredSchemas, side: Wanted['joinSide']): StoredSchemas {
  if (side === 'none') return stored
  const { keySchema, valueSchema } = stored
  return { keySchema: structType(keySchema.fields.slice(0, -1)), valueSchema: valueSchema.fields.at(-1)?.name === 'matched' ? structType(valueSchema.fields.slice(0, -1)) : valueSchema }
}

function rowSchema(w: Wanted, stored: StoredSchemas): StructTypeShape {
  if (w.timers) return structType([structField('key', stored.keySchema), structField('expiration_timestamp_ms', longType), structField('partition_id', intType)])
  const { keySchema, valueSchema } = shown(stored, w.joinSide), state = [structField('key', keySchema), structField('value', valueSchema), structField('partition_id', intType)]
  return structType(w.changesFrom === null ? state : [structField('batch_id', longType), structField('change_type', stringType), ...state])
}

function storedSchemas(w: Wanted, file: Uint8Array | null): StoredSchemas {
  if (file === null) throw analysisError('STDS_FAILED_TO_READ_STATE_SCHEMA', { sourceOptions: describe(w) })
  try { return parseStateSchemas(file, describe(w)) } catch (e) { throw e instanceof SparkError ? analysisError('STDS_FAILED_TO_READ_STATE_SCHEMA', { sourceOptions: describe(w) }, e) : e }
}

export const stateStoreConnector: Connector = {
  name: 'statestore',
  batchSource: {
    schema(given, options, paths, context) {
      refuseSchema('statestore', given)
      const w = wantedOf(options, paths)
      const root = joinPath(w.checkpoint, 'state'), metadataPath = operatorMetadataPath(root, w.operatorId), now = context.files.now?.(w.checkpoint) ?? null
      if (now === null) return laterSchema(w, root, context)
      checkBatch(w, batchIds(now.list(joinPath(w.checkpoint, 'commits'))))
      const known = withStore(w, operatorMetadata(now.tryRead(metadataPath), metadataPath))
      return rowSchema(known, storedSchemas(known, now.tryRead(schemaPath(root, known.operatorId, known.storeName))))
    },
    async *read(_schema, options, paths, _columns, context) {
      const asked = wantedOf(options, paths), root = joinPath(asked.checkpoint, 'state')
      const batchId = checkBatch(asked, batchIds(await context.files.list(joinPath(asked.checkpoint, 'commits'))))
      const operator = await readOperatorMetadata(context.files, root, asked.operatorId), w = withStore(asked, operator)
      const stored = storedSchemas(w, await context.files.tryRead(schemaPath(root, w.operatorId, w.storeName)))
      for (const partition of await partitionsOf(w, operator, root, context)) yield* w.changesFrom === null ? stateRows(w, root, batchId, partition, stored, context) : changeRows(w, root, w.changesFrom, batchId, partition, stored, context)
    },
  },
}

async function laterSchema(asked: Wanted, root: string, { files }: { readonly files: Files }): Promise<StructTypeShape> {
  const w = withStore(asked, await readOperatorMetadata(files, root, asked.operatorId))
  return rowSchema(w, storedSchemas(w, await files.tryRead(schemaPath(root, w.operatorId, w.storeName))))
}

async function partitionsOf(w: Wanted, operator: OperatorMetadata | null, root: string, context: BatchContext): Promise<number[]> {
  const all = await allPartitions(w, operator, root, context), only = w.snapshot?.partition
  if (only === undefined) return all
  if (!all.includes(only)) throw executionError('CANNOT_LOAD_STATE_STORE.SNAPSHOT_PARTITION_ID_NOT_FOUND', { snapshotPartitionId: only, operatorId: w.operatorId, checkpointLocation: w.checkpoint })
  return [only]
}

async function allPartitions(w: Wanted, operator: OperatorMetadata | null, root: string, context: BatchContext): Promise<number[]> {
  const known = operator?.stateStoreInfo.find(s => s.storeName === w.storeName)
  if (known !== undefined) return Array.from({ length: known.numPartitions }, (_, p) => p)
  // Variables that joined later, and checkpoints older than the list of stores.
  const found = (await context.files.list(joinPath(root, String(w.operatorId)))).filter(e => e.isDirectory && /^\d+$/.test(e.name)).map(e => Number(e.name)).sort((a, b) => a - b)
  if (found.length === 0) throw analysisError('STDS_NO_PARTITION_DISCOVERED_IN_STATE_STORE', { sourceOptions: describe(w) })
  return found
}

async function* stateRows(w: Wanted, root: string, batchId: number, partition: number, stored: StoredSchemas, context: BatchContext): AsyncGenerator<Batch> {
  const store = await openStateStore({ files: context.files, clock: context.clock, root, operatorId: w.operatorId, partition, storeName: w.storeName, version: batchId + 1, ...stored, readOnly: true, ...(w.snapshot === null ? {} : { baseVersion: w.snapshot.batchId + 1 }) })
  const { keySchema, valueSchema } = shown(stored, w.joinSide), all = store.liveSlots()
  for (let i = 0; i < all.length; i += rowsPerBatch) {
    const slots = all.subarray(i, i + rowsPerBatch), n = slots.length, keys = new RowArena(), values = new RowArena()
    store.readKeys(slots, n, keys)
    store.readValues(slots, n, values)
    const key = store.keyCodec.decode(keys).slice(0, keySchema.fields.length), value = store.valueCodec.decode(values).slice(0, valueSchema.fields.length)
    if (w.timers) yield timerRows(keySchema, key, value[0]!, n, partition)
    else yield new Batch([new StructVector(keySchema, key, null, n), new StructVector(valueSchema, value, null, n), new FixedVector(intType, new Int32Array(n).fill(partition), null)], n)
  }
  await store.close()
}

// A row a timer, from a row a key with its times.
function timerRows(keySchema: StructTypeShape, keys: readonly Vector[], times: Vector, count: number, partition: number): Batch {
  const rows: number[] = [], at: bigint[] = []
  for (let i = 0; i < count; i++) for (const ms of times.get(i) as bigint[]) { rows.push(i); at.push(ms) }
  const n = rows.length, taken = Int32Array.from(rows)
  return new Batch([new StructVector(keySchema, keys.map(k => k.take(taken, n)), null, n), new FixedVector(longType, BigInt64Array.from(at), null), new FixedVector(intType, new Int32Array(n).fill(partition), null)], n)
}

async function* changeRows(w: Wanted, root: string, from: number, to: number, partition: number, stored: StoredSchemas, { files }: BatchContext): AsyncGenerator<Batch> {
  for (let batchId = from; batchId <= to; batchId++) {
    for (const { keys, values, removed, count: n } of await readStateChanges({ files, root, operatorId: w.operatorId, partition, storeName: w.storeName, ...stored }, batchId + 1)) {
      const kinds = Array.from(removed, gone => (gone === 1 ? 'delete' : 'update'))
      yield new Batch([
        new FixedVector(longType, new BigInt64Array(n).fill(BigInt(batchId)), null), new StringVector(kinds, null),
        new StructVector(stored.keySchema, keys, null, n), new StructVector(stored.valueSchema, values, removed, n), new FixedVector(intType, new Int32Array(n).fill(partition), null),
      ], n)
    }
  }
}
