/** The tables of saveAsTable and toTable: files in the warehouse directory, known by name as long as the process lives. Sessions of one process share them. */
import { analysisError } from '../errors/spark-error.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { quotedTable, type SavedTable, type TableWrite } from '../plan/saved-table.ts'
import type { WriteStream } from '../plan/write-stream.ts'
import { joinPath, type Files } from '../storage/files.ts'
import { asNullable, structType, type StructTypeShape } from '../types/data-type.ts'
import type { LocalBackend } from './backend.ts'

/** `default.t` and `spark_catalog.default.t` are `t`; what lies in another database keeps its name. */
export function tableKey(name: string): string {
  const parts = name.toLowerCase().split('.').map(p => p.replace(/^`(.*)`$/, '$1'))
  const own = parts.length === 1 || (parts.length === 2 && parts[0] === 'default') || (parts.length === 3 && parts[0] === 'spark_catalog' && parts[1] === 'default')
  return own ? parts.at(-1)! : parts.join('.')
}

export class SavedTables {
  /** The views of the database `global_temp`, without its name, in lower case. */
  readonly globalViews = new Map<string, LogicalPlan>()
  readonly #tables = new Map<string, SavedTable>()

  find(name: string): SavedTable | null { return this.#tables.get(tableKey(name)) ?? null }
  names(): string[] { return [...this.#tables.keys()] }
  put(table: SavedTable): void { this.#tables.set(tableKey(table.name), table) }
  delete(name: string): void { this.#tables.delete(tableKey(name)) }
}

/** The read of a table, as it is now. */
export const readOf = (t: SavedTable): LogicalPlan => ({ kind: 'batch-read', format: t.format, schema: t.schema, options: {}, paths: [t.path], table: true })

/** df.write.saveAsTable and insertInto. */
export async function saveTable(backend: LocalBackend, w: TableWrite): Promise<void> {
  const mode = w.mode.toLowerCase(), known = backend.saved.find(w.table)
  if (w.how === 'insert' || (known !== null && mode === 'append')) {
    if (known === null) throw analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: quotedTable(w.table) })
    if (w.format !== '' && w.format !== known.format) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the table ${known.name} has the format ${known.format}, not ${w.format}`, advice: `Leave format() out, or write format("${known.format}").` })
    return backend.write({ ...w, plan: fitted(backend, w, known), format: known.format, path: known.path, mode: mode === 'overwrite' ? 'overwrite' : 'append', partitionBy: known.partitionBy })
  }
  if (known !== null && mode === 'ignore') return
  if (known !== null && mode !== 'overwrite') throw analysisError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quotedTable(w.table) })
  const table = known === null ? newTable(backend, w.table, w.format, w.path, w.partitionBy, backend.schemaOf(w.plan)) : { ...known, format: w.format === '' ? known.format : w.format, partitionBy: w.partitionBy, schema: schemaOf(w.format === '' ? known.format : w.format, backend.schemaOf(w.plan), w.partitionBy) }
  if (known === null && table.managed) await refuseUsed(backend.files, table)
  if (known !== null && known.format !== table.format) await backend.files.delete(known.path, true)
  await backend.write({ ...w, format: table.format, path: table.path, mode: table.managed || known !== null ? 'overwrite' : w.mode })
  backend.saved.put(table)
}

/** writeStream.toTable: the query as one that writes to the table's files; the table is made where it is missing. */
export function streamIntoTable(backend: LocalBackend, query: WriteStream): { readonly query: WriteStream; readonly table: SavedTable } {
  const known = backend.saved.find(query.table!)
  if (backend.viewPlan(query.table!) !== null) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${query.table!} is a temporary view, into which no stream can write`, advice: 'Give toTable() the name of a table, or drop the view.' })
  if (known !== null && query.format !== '' && query.format !== known.format) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the table ${known.name} has the format ${known.format}, not ${query.format}`, advice: `Leave format() out, or write format("${known.format}").` })
  const table = known ?? newTable(backend, query.table!, query.format, query.path, query.partitionBy, backend.schemaOf(query.plan))
  return { table, query: { ...query, format: table.format, path: table.path, partitionBy: table.partitionBy, table: null } }
}

/** Forgets a table, with its files where they lie in the warehouse. */
export async function dropTable(backend: LocalBackend, name: string): Promise<boolean> {
  const table = backend.saved.find(name)
  if (table === null) return false
  backend.saved.delete(name)
  if (table.managed) await backend.files.delete(table.path, true)
  return true
}

/** A table that is not there yet; `path` null: in the warehouse. Throws SCHEMA_NOT_FOUND for another database. */
export function newTable(backend: LocalBackend, name: string, format: string, path: string | null, partitionBy: readonly string[], schema: StructTypeShape): SavedTable {
  const key = tableKey(name), kind = (format === '' ? backend.getConf('spark.sql.sources.default')! : format).toLowerCase()
  if (key.includes('.')) throw analysisError('SCHEMA_NOT_FOUND', { schemaName: quotedTable(key.split('.').slice(0, -1).join('.')) })
  if (!/^\w+$/.test(key)) throw analysisError('INVALID_IDENTIFIER', { ident: key })
  if (!['parquet', 'delta', 'json', 'csv', 'text'].includes(kind)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `A table of the format ${kind}`, advice: 'Tables have the format parquet, delta, json, csv or text.' })
  return { name: key, format: kind, path: path ?? joinPath(backend.getConf('spark.sql.warehouse.dir')!.replace(/^file:(\/\/)?/, ''), key), schema: schemaOf(kind, schema, partitionBy), partitionBy, managed: path === null }
}

// Columns that directories are named by come last.
function schemaOf(format: string, schema: StructTypeShape, partitionBy: readonly string[]): StructTypeShape | null {
  if (format === 'delta') return null
  const by = partitionBy.map(c => c.toLowerCase()), at = (name: string): number => by.indexOf(name.toLowerCase())
  return asNullable(structType([...schema.fields.filter(f => at(f.name) < 0), ...schema.fields.filter(f => at(f.name) >= 0).sort((a, b) => at(a.name) - at(b.name))])) as StructTypeShape
}

export async function refuseUsed(files: Files, table: SavedTable): Promise<void> {
  if (await files.exists(table.path) && (await files.list(table.path)).length > 0) throw analysisError('LOCATION_ALREADY_EXISTS', { location: table.path, identifier: quotedTable(`spark_catalog.default.${table.name}`) })
}

// The rows with the table's columns and types: found by name, or taken as they stand.
function fitted(backend: LocalBackend, w: TableWrite, table: SavedTable): LogicalPlan {
  const want = backend.schemaOf(readOf(table)).fields, have = backend.schemaOf(w.plan).fields
  if (want.length !== have.length) throw analysisError(have.length < want.length ? 'INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS' : 'INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS', { tableName: quotedTable(table.name), tableColumns: want.map(f => f.name).join(', '), dataColumns: have.map(f => f.name).join(', ') })
  const plan: LogicalPlan = w.how === 'insert' ? { kind: 'to-df', names: want.map(f => f.name), child: w.plan } : w.plan
  return { kind: 'project', child: plan, expressions: want.map(f => ({ kind: 'unresolved-alias', names: [f.name], child: { kind: 'unresolved-cast', child: { kind: 'unresolved-attribute', nameParts: [f.name] }, to: f.dataType, mode: 'cast' } })) }
}
