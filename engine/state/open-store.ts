/** Opens the stores of a checkpoint. */
import type { Files } from '../storage/files.ts'
import { framed, framesOf, StateFileWriter } from './state-file-writer.ts'
import { StateFolder } from './state-folder.ts'
import { StateStore } from './state-store.ts'
import type { StateStoreOptions } from './store-options.ts'

/**
 * Opens a store at a version. Missing or damaged files are `CANNOT_LOAD_STATE_STORE.*`, unless an older snapshot and its deltas give the same state.
 *
 * ```ts
 * const store = await openStateStore({ files, clock, root: 'ckpt/state', operatorId: 0, partition: 0, version: 0, keySchema, valueSchema })
 * store.keyCodec.encode(keyColumns, null, n, keys)
 * store.valueCodec.encode(valueColumns, null, n, values)
 * store.put(keys, values)
 * await store.commit() // ckpt/state/0/0/1.delta
 * ```
 */
export async function openStateStore(options: StateStoreOptions): Promise<StateStore> {
  const folder = await StateFolder.open(options.files, options.root, options.operatorId, options.partition, options.storeName ?? 'default', options.readOnly)
  const store = new StateStore(options, folder)
  try { await store.load() } catch (e) { await store.close(); throw e }
  return store
}

/** Writes an empty state as a version, for a store that joins a query which has run before. */
export async function beginStateStore(files: Files, root: string, operatorId: number, partition: number, storeName: string, version: number): Promise<void> {
  const folder = await StateFolder.open(files, root, operatorId, partition, storeName)
  await files.writeAtomic(folder.snapshotPath(version), framed(framesOf('snapshot'), new StateFileWriter().end()), { overwrite: true })
}
