/**
 * The format `statestore`: the state that a checkpoint holds after a batch, as rows of `key STRUCT<…>, value STRUCT<…>, partition_id INT`. Reads checkpoints of this engine and
 * of Spark's HDFS-backed store. A running query is not disturbed.
 *
 *     spark.read.format("statestore").option("batchId", 3).load("ckpt")
 *
 * Options: `batchId` (the last committed one), `operatorId` (0), `storeName` (default), `joinSide` (left, right: the rows that a stream–stream join keeps of that side),
 * `stateVarName` (a variable of transformWithState: the store of that name).
 */
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import { analysisError, SparkError } from '../../errors/spark-error.ts'
import { parseStateSchemas, readOperatorMetadata, schemaPath, type StoredSchemas } from '../../state/schema-check.ts'
import { RowArena } from '../../state/row-arena.ts'
import { openStateStore } from '../../state/state-store.ts'
import { joinPath } from '../../storage/files.ts'
import { intType, structField, structType, type StructTypeShape } from '../../types/data-type.ts'
import type { BatchContext, Connector } from '../connector.ts'
import { refuseSchema } from '../fixed-schema.ts'
import type { OptionsReader } from '../options.ts'

interface Wanted { readonly checkpoint: string; readonly batchId: number | null; readonly operatorId: number; readonly storeName: string; readonly joinSide: 'none' | 'left' | 'right' }

const rowsPerBatch = 4096

/** The checkpoint that load() names. Throws STDS_REQUIRED_OPTION_UNSPECIFIED. */
export function checkpointPath(options: OptionsReader, paths: readonly string[]): string {
  const path = paths[0] ?? options.text('path')
  if (path === null || path === undefined || path === '') throw analysisError('STDS_REQUIRED_OPTION_UNSPECIFIED', { optionName: 'path' })
  return path
}

function wantedOf(options: OptionsReader, paths: readonly string[]): Wanted {
  const whole = (name: string): number | null => {
    const n = options.integer(name, -Infinity)
    if (n !== null && n < 0) throw analysisError('STDS_INVALID_OPTION_VALUE.IS_NEGATIVE', { optionName: name })
    return n
  }
  const named = options.text('storeName'), variable = options.text('stateVarName'), joinSide = options.choice('joinSide', ['none', 'left', 'right'], 'none')
  if (named === '') throw analysisError('STDS_INVALID_OPTION_VALUE.IS_EMPTY', { optionName: 'storeName' })
  if (joinSide !== 'none' && (named ?? variable) !== null) throw analysisError('STDS_CONFLICT_OPTIONS', { options: 'joinSide, storeName and stateVarName' })
  const checkpoint = checkpointPath(options, paths), batchId = whole('batchId'), operatorId = whole('operatorId') ?? 0
  options.refuseUnknown(['path'])
  return { checkpoint, batchId, operatorId, joinSide, storeName: joinSide === 'none' ? named ?? variable ?? 'default' : `${joinSide}-keyWithIndexToValue` }
}

const describe = (w: Wanted): string => `${w.checkpoint}, operator ${w.operatorId}, store ${w.storeName}`

/** Entries of `commits/`: what has been committed, ascending. */
export const batchIds = (entries: readonly { readonly name: string; readonly isDirectory: boolean }[]): number[] => entries.filter(e => !e.isDirectory && /^\d+$/.test(e.name)).map(e => Number(e.name)).sort((a, b) => a - b)

// A join keeps rows under the key and a number, with a mark whether they have matched: neither is shown.
function shown(stored: StoredSchemas, side: Wanted['joinSide']): StoredSchemas {
  if (side === 'none') return stored
  const { keySchema, valueSchema } = stored
  return { keySchema: structType(keySchema.fields.slice(0, -1)), valueSchema: valueSchema.fields.at(-1)?.name === 'matched' ? structType(valueSchema.fields.slice(0, -1)) : valueSchema }
}

const rowSchema = ({ keySchema, valueSchema }: StoredSchemas): StructTypeShape => structType([structField('key', keySchema), structField('value', valueSchema), structField('partition_id', intType)])

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
      const path = schemaPath(joinPath(w.checkpoint, 'state'), w.operatorId, w.storeName), now = context.files.now?.(w.checkpoint) ?? null
      if (now === null) return context.files.tryRead(path).then(file => rowSchema(shown(storedSchemas(w, file), w.joinSide)))
      checkBatch(w, batchIds(now.list(joinPath(w.checkpoint, 'commits'))))
      return rowSchema(shown(storedSchemas(w, now.tryRead(path)), w.joinSide))
    },
    async *read(_schema, options, paths, _columns, context) {
      const w = wantedOf(options, paths), root = joinPath(w.checkpoint, 'state')
      const batchId = checkBatch(w, batchIds(await context.files.list(joinPath(w.checkpoint, 'commits'))))
      const stored = storedSchemas(w, await context.files.tryRead(schemaPath(root, w.operatorId, w.storeName)))
      for (const partition of await partitionsOf(w, root, context)) yield* partitionRows(w, root, batchId, partition, stored, context)
    },
  },
}

// The batch that is read.
function checkBatch(w: Wanted, committed: readonly number[]): number {
  const last = committed.at(-1)
  if (last === undefined || (w.batchId !== null && w.batchId > last)) throw analysisError('STDS_COMMITTED_BATCH_UNAVAILABLE', { checkpointLocation: w.checkpoint })
  return w.batchId ?? last
}

async function partitionsOf(w: Wanted, root: string, context: BatchContext): Promise<number[]> {
  const known = (await readOperatorMetadata(context.files, root, w.operatorId))?.stateStoreInfo.find(s => s.storeName === w.storeName)
  if (known !== undefined) return Array.from({ length: known.numPartitions }, (_, p) => p)
  // Variables that joined later, and checkpoints older than the list of stores.
  const found = (await context.files.list(joinPath(root, String(w.operatorId)))).filter(e => e.isDirectory && /^\d+$/.test(e.name)).map(e => Number(e.name)).sort((a, b) => a - b)
  if (found.length === 0) throw analysisError('STDS_NO_PARTITION_DISCOVERED_IN_STATE_STORE', { sourceOptions: describe(w) })
  return found
}

async function* partitionRows(w: Wanted, root: string, batchId: number, partition: number, stored: StoredSchemas, context: BatchContext): AsyncGenerator<Batch> {
  const store = await openStateStore({ files: context.files, clock: context.clock, root, operatorId: w.operatorId, partition, storeName: w.storeName, version: batchId + 1, ...stored, readOnly: true })
  const { keySchema, valueSchema } = shown(stored, w.joinSide), all = store.liveSlots()
  for (let i = 0; i < all.length; i += rowsPerBatch) {
    const slots = all.subarray(i, i + rowsPerBatch), n = slots.length, keys = new RowArena(), values = new RowArena()
    store.readKeys(slots, n, keys)
    store.readValues(slots, n, values)
    const key = store.keyCodec.decode(keys).slice(0, keySchema.fields.length), value = store.valueCodec.decode(values).slice(0, valueSchema.fields.length)
    yield new Batch([new StructVector(keySchema, key, null, n), new StructVector(valueSchema, value, null, n), new FixedVector(intType, new Int32Array(n).fill(partition), null)], n)
  }
  await store.close()
}
