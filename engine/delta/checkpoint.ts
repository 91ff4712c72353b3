/** Owns checkpoints: all actions of a table's state as one Parquet file, as Spark demands it, and `_last_checkpoint`. */
import { Batch } from '../columns/batch.ts'
import { vectorOf } from '../columns/builder.ts'
import type { MapValue } from '../columns/object-vector.ts'
import { executionError } from '../errors/spark-error.ts'
import { footerBytes, readFooter, readRowsNow } from '../formats/parquet/reader.ts'
import { ParquetWriter } from '../formats/parquet/writer.ts'
import { joinPath, type Files } from '../storage/files.ts'
import type { DataType } from '../types/data-type.ts'
import { parseSchema } from '../types/ddl.ts'
import type { Action } from './actions.ts'
import type { Snapshot } from './snapshot.ts'

const schema = parseSchema([
  'txn STRUCT<appId: STRING, version: BIGINT, lastUpdated: BIGINT>',
  'add STRUCT<path: STRING, partitionValues: MAP<STRING, STRING>, size: BIGINT, modificationTime: BIGINT, dataChange: BOOLEAN, tags: MAP<STRING, STRING>, stats: STRING>',
  'remove STRUCT<path: STRING, deletionTimestamp: BIGINT, dataChange: BOOLEAN, extendedFileMetadata: BOOLEAN, partitionValues: MAP<STRING, STRING>, size: BIGINT>',
  'metaData STRUCT<id: STRING, name: STRING, description: STRING, format: STRUCT<provider: STRING, options: MAP<STRING, STRING>>, schemaString: STRING, partitionColumns: ARRAY<STRING>, configuration: MAP<STRING, STRING>, createdTime: BIGINT>',
  'protocol STRUCT<minReaderVersion: INT, minWriterVersion: INT, readerFeatures: ARRAY<STRING>, writerFeatures: ARRAY<STRING>>',
].join(', '))

/** A JSON value as the internal value of a type; an empty value where the type has a field that the JSON has not. */
function internal(type: DataType, v: any): unknown {
  if (v === null || v === undefined) return null
  switch (type.kind) {
    case 'long': return BigInt(v)
    case 'struct': return type.fields.map(f => internal(f.dataType, v[f.name]))
    case 'array': return (v as unknown[]).map(x => internal(type.elementType, x))
    case 'map': return { keys: Object.keys(v), values: Object.values(v) }
    default: return v
  }
}

function json(type: DataType, v: any): unknown {
  if (v === null) return undefined
  switch (type.kind) {
    case 'long': return Number(v)
    case 'struct': return Object.fromEntries(type.fields.map((f, i) => [f.name, json(f.dataType, v[i])] as const).filter(([, x]) => x !== undefined))
    case 'array': return (v as unknown[]).map(x => json(type.elementType, x) ?? null)
    case 'map': return Object.fromEntries((v as MapValue).keys.map((k, i) => [k, (v as MapValue).values[i]]))
    default: return v
  }
}

/** The actions of a checkpoint file. Throws for one that cannot be read. */
export function checkpointActions(path: string, bytes: Uint8Array): Action[] {
  const footer = readFooter(path, bytes.subarray(bytes.length - footerBytes(path, bytes, bytes.length)))
  // Only the columns that are known here; what an unknown one means, the protocol's features say.
  const wanted = { kind: 'struct' as const, fields: schema.fields.filter(f => footer.tree.some(n => n.name === f.name)) }
  const vectors = readRowsNow({ path, bytes }, footer, wanted)
  const out: Action[] = []
  for (const b of vectors) for (let i = 0; i < b.length; i++) wanted.fields.forEach((f, k) => {
    const v = b.columns[k]!.get(i)
    if (v !== null) out.push({ [f.name]: json(f.dataType, v) } as Action)
  })
  if (out.length === 0) throw executionError('MICROLOTE_DELTA_LOG_DAMAGED', { path, reason: 'the checkpoint holds no action' })
  return out
}



/** Writes the checkpoint of a snapshot. `keepMs`: how long removed files are remembered. */
export async function writeCheckpoint(files: Files, s: Snapshot, nowMs: number, keepMs: number): Promise<void> {
  const actions: Action[] = [{ protocol: s.protocol }, { metaData: s.metadata }, ...[...s.transactions.values()].map((txn): Action => ({ txn }))]
  for (const add of s.files.values()) actions.push({ add: { ...add, dataChange: false } })
  for (const r of s.removed.values()) if ((r.deletionTimestamp ?? 0) > nowMs - keepMs) actions.push({ remove: { ...r, deletionTimestamp: r.deletionTimestamp ?? 0, dataChange: false, extendedFileMetadata: r.extendedFileMetadata ?? false } })
  // A protocol of the old numbers has no lists of features.
  const columns = schema.fields.map(f => vectorOf(f.dataType, actions.map(a => internal(f.dataType, a[f.name as keyof Action]))))
  const writer = new ParquetWriter(schema, { codec: 'snappy' }), pieces = [...writer.add(new Batch(columns, actions.length)), ...writer.finish()]
  const dir = joinPath(s.path, '_delta_log'), name = `${String(s.version).padStart(20, '0')}.checkpoint.parquet`
  const out = await files.createAtomic(joinPath(dir, name), { overwrite: true })
  let size = 0
  try { for (const p of pieces) { size += p.length; await out.write(p) } } catch (e) { await out.abort(); throw e }
  await out.commit()
  await files.writeAtomic(joinPath(dir, '_last_checkpoint'), new TextEncoder().encode(JSON.stringify({ version: s.version, size: actions.length, sizeInBytes: size, numOfAddFiles: s.files.size })), { overwrite: true })
}
