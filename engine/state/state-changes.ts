/** What one batch changed in a store, read from its delta file: for those who look at state, not for a query. */
import { ConstantVector } from '../columns/constant-vector.ts'
import type { Vector } from '../columns/vector.ts'
import type { Files } from '../storage/files.ts'
import { rowCodec } from './row-codec.ts'
import { RowArena } from './row-arena.ts'
import { StateFolder, deltaMissing } from './state-folder.ts'
import { damaged, readStateFile } from './state-file-reader.ts'
import type { StoredSchemas } from './schema-check.ts'

/** Some of the changes in the order of the file: `removed[i]` is 1 where the key went, and then there is no value in row `i`. */
export interface StateChanges { readonly keys: readonly Vector[]; readonly values: readonly Vector[]; readonly removed: Uint8Array; readonly count: number }

/** Which store, and the schemas of its entries. */
export interface StorePlace extends StoredSchemas { readonly files: Files; readonly root: string; readonly operatorId: number; readonly partition: number; readonly storeName: string }

/** The changes from version - 1 to version. Throws CANNOT_LOAD_STATE_STORE.* where the delta is not there (any more) or damaged. */
export async function readStateChanges(place: StorePlace, version: number): Promise<StateChanges[]> {
  const folder = await StateFolder.open(place.files, place.root, place.operatorId, place.partition, place.storeName, true)
  const path = folder.deltaPath(version), file = await place.files.tryRead(path)
  if (file === null) throw deltaMissing(path)
  const keyCodec = rowCodec(place.keySchema.fields.map(f => f.dataType)), valueCodec = rowCodec(place.valueSchema.fields.map(f => f.dataType))
  const out: StateChanges[] = []
  try {
    readStateFile(file, 'delta', path, ({ keys, values, isPut }) => {
      const count = keys.count, removed = new Uint8Array(count), rows = new Int32Array(count)
      let puts = 0
      for (let i = 0; i < count; i++) if (isPut[i] === 1) rows[i] = puts++; else removed[i] = 1
      // The arenas are used again, and what is decoded looks into them.
      const kept = keyCodec.decodeUnsafe(copied(keys)), put = puts === 0 ? null : valueCodec.decodeUnsafe(copied(values))
      out.push({ keys: kept, values: put === null ? place.valueSchema.fields.map(f => new ConstantVector(f.dataType, null, count)) : put.map(v => v.take(rows, count)), removed, count })
    })
  } catch (e) { throw e instanceof RangeError ? damaged(path, e.message, e) : e }
  return out
}

const copied = (arena: RowArena): RowArena => RowArena.of(Array.from({ length: arena.count }, (_, i) => arena.row(i)))
