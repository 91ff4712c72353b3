/** Owns the writing of rows into a Delta table: made when it is not there, appended to, replaced as a whole or where a condition says. */
import type { Batch } from '../columns/batch.ts'
import type { ColumnPredicate } from '../columns/column-predicate.ts'
import { analysisError, executionError, SparkError } from '../errors/spark-error.ts'
import type { Files } from '../storage/files.ts'
import { runSteps } from '../storage/steps.ts'
import { asNullable, type StructTypeShape } from '../types/data-type.ts'
import { typeToJson } from '../types/schema-json.ts'
import type { Action, AddFile, RemoveFile } from './actions.ts'
import { dropFiles, filesToRead, readDataFile, writeDataFiles } from './data-files.ts'
import { checkWritable, protocolFor, upgraded } from './features.ts'
import { checkColumns, grown, inTableOrder } from './schema-change.ts'
import { isDeltaTable, loadSnapshot, type Snapshot } from './snapshot.ts'
import { commit, type Commit } from './transaction.ts'

/** A condition on rows of a schema: what it says of single columns, and the rows that meet it or that do not. */
export interface RowCondition { readonly text: string; readonly predicates: readonly ColumnPredicate[]; keep(rows: AsyncIterable<Batch>): AsyncIterable<Batch>; drop(rows: AsyncIterable<Batch>): AsyncIterable<Batch> }

export interface TableWrite {
  readonly mode: 'append' | 'overwrite'
  readonly schema: StructTypeShape
  /** Null: as the table has it. */
  readonly partitionBy: readonly string[] | null
  readonly mergeSchema: boolean
  readonly overwriteSchema: boolean
  /** A write that carries a number already seen of that application is not done again. */
  readonly txn: { readonly appId: string; readonly version: number } | null
  readonly replaceWhere: ((schema: StructTypeShape) => RowCondition) | null
  readonly dynamicPartitions: boolean
  readonly operation: 'WRITE' | 'STREAMING UPDATE' | 'CREATE OR REPLACE TABLE AS SELECT' | 'REPLACE TABLE AS SELECT'
  /** The properties of a table that is made or replaced; else it keeps its own. */
  readonly properties?: Readonly<Record<string, string>>
  readonly userMetadata: string | null
}

/** The newest state of a table, or null where there is none. */
export async function newestSnapshot(files: Files, path: string): Promise<Snapshot | null> {
  return (await runSteps(files, isDeltaTable(path))) ? runSteps(files, loadSnapshot(path)) : null
}

/** The action that takes a file out. */
export function removal(a: AddFile, nowMs: number, dataChange = true): RemoveFile {
  return { path: a.path, deletionTimestamp: nowMs, dataChange, extendedFileMetadata: true, partitionValues: a.partitionValues, size: a.size }
}

/** Refuses to take rows out of a table that is only added to. */
export function checkNotAppendOnly(s: Snapshot): void {
  if (s.metadata.configuration['delta.appendOnly'] === 'true') throw analysisError('DELTA_CANNOT_MODIFY_APPEND_ONLY', { tableName: s.path })
}

/** Commits actions with new data files; takes the files away again when the commit is refused. */
export async function commitFiles(files: Files, path: string, nowMs: () => number, adds: readonly AddFile[], c: Commit): Promise<number> {
  try { return await commit(files, path, nowMs, c) } catch (e) {
    // After any other error the entry may stand all the same.
    if (e instanceof SparkError && e.condition.startsWith('DELTA_')) await dropFiles(files, path, adds)
    throw e
  }
}

/** Writes the rows as one commit and gives its version; null when the transaction was seen before. */
export async function writeTable(files: Files, path: string, nowMs: () => number, rows: AsyncIterable<Batch>, w: TableWrite): Promise<number | null> {
  const before = await newestSnapshot(files, path)
  if (w.txn !== null && (before?.transactions.get(w.txn.appId)?.version ?? -1) >= w.txn.version) {
    // The rows are still computed where a stream makes them: state that a crash has cost must be made again.
    if (w.operation === 'STREAMING UPDATE') for await (const b of rows) void b
    return null
  }
  const plan = before === null ? created(path, w, nowMs()) : changed(before, w)
  const { schema, partitionColumns } = plan, actions: Action[] = [...plan.actions]
  if (w.txn !== null) actions.push({ txn: { appId: w.txn.appId, version: w.txn.version, lastUpdated: nowMs() } })
  const condition = w.mode === 'overwrite' && before !== null && w.replaceWhere !== null ? w.replaceWhere(schema) : null
  const ordered = inTableOrder(rows, w.schema, schema)
  const adds = await writeDataFiles(files, path, schema, partitionColumns, condition === null ? ordered : checked(ordered, condition), nowMs)
  const kept: AddFile[] = []
  try {
    if (w.mode === 'overwrite' && before !== null) {
      checkNotAppendOnly(before)
      for (const a of replaced(before, w, condition, adds)) {
        if (condition !== null) kept.push(...await writeDataFiles(files, path, schema, partitionColumns, condition.drop(readDataFile(files, before, schema, a, schema.fields.map((_, i) => i), [])), nowMs))
        actions.push({ remove: removal(a, nowMs()) })
      }
    }
  } catch (e) { await dropFiles(files, path, [...adds, ...kept]); throw e }
  const all = [...adds, ...kept]
  actions.push(...all.map((add): Action => ({ add })))
  const streaming = w.operation === 'STREAMING UPDATE'
  return commitFiles(files, path, nowMs, all, {
    operation: before === null && !streaming ? 'CREATE TABLE AS SELECT' : w.operation, read: before, readsTable: w.mode === 'overwrite' && before !== null, actions, userMetadata: w.userMetadata,
    parameters: streaming ? { outputMode: w.mode === 'append' ? 'Append' : 'Complete', queryId: w.txn?.appId ?? '', epochId: String(w.txn?.version ?? '') }
      : { mode: w.mode === 'append' ? 'Append' : 'Overwrite', partitionBy: JSON.stringify(partitionColumns), ...(condition === null ? {} : { predicate: JSON.stringify([condition.text]) }) },
    metrics: { numFiles: String(all.length), numOutputRows: String(rowsIn(all)), numOutputBytes: String(all.reduce((n, a) => n + a.size, 0)) },
  })
}

const rowsIn = (adds: readonly AddFile[]): number => adds.reduce((n, a) => n + Number(/"numRecords":(\d+)/.exec(a.stats ?? '')?.[1] ?? 0), 0)

interface Plan { readonly schema: StructTypeShape; readonly partitionColumns: readonly string[]; readonly actions: readonly Action[] }

function checkPartitionColumns(schema: StructTypeShape, columns: readonly string[]): string[] {
  return columns.map(c => {
    const f = schema.fields.find(x => x.name === c) ?? schema.fields.find(x => x.name.toLowerCase() === c.toLowerCase())
    if (f === undefined) throw analysisError('DELTA_PARTITION_COLUMN_NOT_FOUND', { columnName: c, schemaMap: schema.fields.map(x => x.name).join(', ') })
    if (['struct', 'array', 'map', 'binary', 'void', 'calendarinterval', 'variant'].includes(f.dataType.kind)) throw analysisError('DELTA_INVALID_PARTITION_COLUMN_TYPE', { name: f.name, dataType: f.dataType.kind })
    return f.name
  })
}

function metadataOf(schema: StructTypeShape, partitionColumns: readonly string[]): { readonly schemaString: string; readonly partitionColumns: readonly string[] } {
  return { schemaString: JSON.stringify(typeToJson(schema)), partitionColumns }
}

function created(path: string, w: TableWrite, nowMs: number): Plan {
  if (w.schema.fields.length === 0) throw analysisError('DELTA_EMPTY_DATA')
  checkDuplicates(w.schema)
  if (w.schema.fields.every(f => f.dataType.kind === 'void')) throw analysisError('DELTA_CANNOT_WRITE_EMPTY_SCHEMA.TABLE_ALL_VOID_COLUMNS', { tableName: path })
  const schema = asNullable(w.schema) as StructTypeShape, partitionColumns = checkPartitionColumns(schema, w.partitionBy ?? [])
  if (partitionColumns.length === schema.fields.length) throw analysisError('ALL_PARTITION_COLUMNS_NOT_ALLOWED')
  for (const f of schema.fields) if (['void', 'calendarinterval', 'time'].includes(f.dataType.kind)) throw analysisError('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'Delta', columnName: f.name, columnType: f.dataType.kind.toUpperCase() })
  const metaData = { id: globalThis.crypto.randomUUID(), format: { provider: 'parquet', options: {} }, ...metadataOf(schema, partitionColumns), configuration: w.properties ?? {}, createdTime: nowMs }

  return { schema, partitionColumns, actions: [{ protocol: protocolFor(schema) }, { metaData }] }
}

function checkDuplicates(s: StructTypeShape): void {
  const seen = new Set<string>()
  for (const f of s.fields) { const n = f.name.toLowerCase(); if (seen.has(n)) throw analysisError('DELTA_DUPLICATE_COLUMNS_FOUND', { duplicateCols: f.name }); seen.add(n) }
}

function changed(before: Snapshot, w: TableWrite): Plan {
  checkWritable(before.path, before.protocol, before.metadata, before.schema)
  checkDuplicates(w.schema)
  const anew = w.mode === 'overwrite' && w.overwriteSchema
  const columns = before.metadata.partitionColumns
  if (anew) {
    const schema = asNullable(w.schema) as StructTypeShape, partitionColumns = checkPartitionColumns(schema, w.partitionBy ?? columns.filter(c => schema.fields.some(f => f.name === c)))
    return { schema, partitionColumns, actions: withProtocol(before, schema, [{ metaData: { ...before.metadata, ...metadataOf(schema, partitionColumns), ...(w.properties === undefined ? {} : { configuration: w.properties }) } }]) }
  }
  if (w.partitionBy !== null && (w.partitionBy.length !== columns.length || w.partitionBy.some((c, i) => c.toLowerCase() !== columns[i]!.toLowerCase()))) {
    throw analysisError('DELTA_METADATA_MISMATCH', { tableName: before.path, tableSchema: `partitioned by ${columns.join(', ') || 'nothing'}`, dataSchema: `partitioned by ${w.partitionBy.join(', ')}`, surplus: w.partitionBy.join(', ') })
  }
  if (!w.mergeSchema) { checkColumns(before.path, before.schema, w.schema); return { schema: before.schema, partitionColumns: columns, actions: [] } }
  const schema = grown(before.schema, w.schema), same = JSON.stringify(typeToJson(schema)) === JSON.stringify(typeToJson(before.schema))
  return { schema, partitionColumns: columns, actions: same ? [] : withProtocol(before, schema, [{ metaData: { ...before.metadata, ...metadataOf(schema, columns) } }]) }
}

function withProtocol(before: Snapshot, schema: StructTypeShape, actions: Action[]): Action[] {
  const protocol = upgraded(before.protocol, schema)
  return protocol === null ? actions : [{ protocol }, ...actions]
}

/** The files of the table that an overwrite takes out. */
function replaced(before: Snapshot, w: TableWrite, condition: RowCondition | null, adds: readonly AddFile[]): AddFile[] {
  if (condition !== null) return filesToRead(before, condition.predicates)
  if (!w.dynamicPartitions || before.metadata.partitionColumns.length === 0) return [...before.files.values()]
  const key = (a: AddFile): string => JSON.stringify(before.metadata.partitionColumns.map(c => a.partitionValues[c] ?? null)), written = new Set(adds.map(key))
  return [...before.files.values()].filter(a => written.has(key(a)))
}

/** Rows that an overwrite of some rows brings must be such rows themselves. */
async function* checked(rows: AsyncIterable<Batch>, condition: RowCondition): AsyncGenerator<Batch> {
  for await (const b of rows) {
    let kept = 0
    for await (const k of condition.keep((async function* () { yield b })())) kept += k.length
    if (kept !== b.length) throw executionError('DELTA_REPLACE_WHERE_MISMATCH', { replaceWhere: condition.text, rows: b.length - kept })
    yield b
  }
}
