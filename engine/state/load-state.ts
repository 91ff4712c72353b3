/** Reads a version of a store from its files: from the newest snapshot that can be read, and the deltas after it. */
import { executionError, SparkError } from '../errors/spark-error.ts'
import type { Clock } from '../observe/clock.ts'
import type { Files } from '../storage/files.ts'
import type { LoadTimes } from './disk-metrics.ts'
import { DiskTable } from './disk-table.ts'
import { RowArena } from './row-arena.ts'
import type { RowCodec } from './row-codec.ts'
import { damaged, StateFileReader } from './state-file-reader.ts'
import type { StateRecords } from './state-file-reader.ts'
import { deltaMissing } from './state-folder.ts'
import type { StateFolder } from './state-folder.ts'
import type { StateTable } from './state-table.ts'

const pieceBytes = 1 << 22

export interface StateSource {
  readonly files: Files
  readonly clock: Clock
  readonly folder: StateFolder
  readonly keyCodec: RowCodec
  readonly valueCodec: RowCodec
  newTable(): StateTable
}

/** A table with the state of a version above 0, from the snapshot `only` where it is given. `repaired`: the newest files could not be read, but older ones gave the same. A `CANNOT_LOAD_STATE_STORE.*` says what is missing or damaged. */
export async function loadState(source: StateSource, version: number, only?: number): Promise<{ readonly table: StateTable; readonly repaired: boolean; readonly times: LoadTimes }> {
  const { folder, clock } = source, started = clock.monotonicMs()
  let firstError: unknown = null
  if (only !== undefined && !folder.hasSnapshot(only)) throw executionError('CANNOT_LOAD_STATE_STORE.UNCATEGORIZED', { reason: `there is no snapshot file ${folder.snapshotPath(only)}. Name a batch after which one was written` })
  for (const base of only === undefined ? folder.bases(version) : [only]) {
    const missing = folder.missingDelta(base, version)
    if (missing !== null) { firstError ??= deltaMissing(folder.deltaPath(missing)); break }
    const table = source.newTable()
    if (table instanceof DiskTable) table.beginLoad(base > 0)
    try {
      const start = clock.monotonicMs()
      if (base > 0) await applyFile(source, table, 'snapshot', folder.snapshotPath(base))
      const middle = clock.monotonicMs()
      for (let v = base + 1; v <= version; v++) await applyFile(source, table, 'delta', folder.deltaPath(v))
      if (table instanceof DiskTable) table.endLoad()
      const end = clock.monotonicMs()
      return { table, repaired: firstError !== null, times: { totalMs: end - started, snapshotMs: middle - start, deltasMs: end - middle, deltas: version - base } }
    } catch (e) { table.close(); firstError ??= e }
  }
  throw firstError
}

async function applyFile(source: StateSource, table: StateTable, kind: 'delta' | 'snapshot', path: string): Promise<void> {
  const { keyCodec, valueCodec } = source, keys = new RowArena(), values = new RowArena()
  const reader = new StateFileReader(kind, path, records => {
    keys.reset()
    values.reset()
    keyCodec.encode(keyCodec.decodeUnsafe(records.keys), null, records.keys.count, keys)
    valueCodec.encode(valueCodec.decodeUnsafe(records.values), null, records.values.count, values)
    apply(table, records.isPut, keys, values)
  })
  try {
    for await (const piece of pieces(source, path)) reader.push(piece)
    reader.end()
    if (!(table instanceof DiskTable)) table.commit()
    else if (!table.endFile()) throw damaged(path, 'two of its entries have the same key')
  } catch (e) {
    if (e instanceof SparkError) throw e
    if (e instanceof RangeError) throw damaged(path, e.message, e)
    throw e
  }
}

// A large file is never in memory as a whole. What this store has written itself, and small files, come in one piece.
async function* pieces({ files, folder }: StateSource, path: string): AsyncGenerator<Uint8Array> {
  const size = folder.sizeOf(path) ?? 0
  if (size > pieceBytes) {
    for (let at = 0; at < size; at += pieceBytes) yield await piece(files, path, at, Math.min(at + pieceBytes, size))
    return
  }
  const file = await files.tryRead(path)
  if (file === null) throw deltaMissing(path)
  yield file
}

// What an outside reader reads may be cleaned up meanwhile: a file that has gone is missing, and no failure of the disk.
async function piece(files: Files, path: string, from: number, to: number): Promise<Uint8Array> {
  try { return await files.readRange(path, from, to) } catch (e) { throw await files.exists(path).catch(() => true) ? e : deltaMissing(path) }
}

function apply(table: StateTable, isPut: StateRecords['isPut'], keys: RowArena, values: RowArena): void {
  if (values.count === keys.count) { table.putAll(keys, values, new Int32Array(keys.count)); return }
  for (let i = 0, v = 0; i < keys.count; i++) {
    const start = keys.offsets[i]!, end = keys.offsets[i + 1]!
    if (isPut[i] === 1) { table.put(keys.bytes, start, end, values.bytes, values.offsets[v]!, values.offsets[v + 1]!); v++ } else {
      const slot = table.find(keys.bytes, start, end)
      if (slot >= 0) table.remove(slot)
    }
  }
}
