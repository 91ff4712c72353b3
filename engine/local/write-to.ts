/** df.writeTo(table) over the session's tables: who may be made, and by whom they are written. As in Spark's own catalog, tables of files are made and never replaced or added to; Delta tables do all of it. */
import { findConnector } from '../connectors/registry.ts'
import { analysisError } from '../errors/spark-error.ts'
import { quotedTable, type WriteTo } from '../plan/saved-table.ts'
import { sqlName, type StructTypeShape } from '../types/data-type.ts'
import { refuseRepeated } from '../types/repeated-names.ts'
import type { LocalBackend } from './backend.ts'
import { tableKey } from './saved-tables.ts'
import { createDelta, writeIntoDelta } from './write-to-delta.ts'
import { checkPartitions, columnOf, isTime, type Target } from './write-to-layout.ts'

const formats = new Set(['parquet', 'delta', 'json', 'csv', 'text', 'orc', 'xml'])
const operations: Readonly<Record<string, string>> = { replace: 'REPLACE TABLE AS SELECT', createOrReplace: 'REPLACE TABLE AS SELECT' }

/** Runs the write. Throws Spark's refusals. */
export async function writeTo(backend: LocalBackend, w: WriteTo): Promise<void> {
  const target = targetOf(w), makes = w.how === 'create' || operations[w.how] !== undefined
  if (!makes) return writeIntoDelta(backend, w, target)
  const provider = (w.provider ?? backend.getConf('spark.sql.sources.default') ?? 'parquet').toLowerCase()
  if (w.how !== 'create' && provider !== 'delta') throw analysisError('UNSUPPORTED_FEATURE.TABLE_OPERATION', { tableName: target.quoted, operation: operations[w.how]! })
  if (target.path !== null && provider !== 'delta') throw analysisError('SCHEMA_NOT_FOUND', { schemaName: quotedTable(w.table.parts[0]!) })
  if (target.path === null) checkName(w, target)
  const schema = backend.schemaOf(w.plan)
  refuseRepeated(schema.fields.map(f => f.name))
  if (provider === 'delta') return createDelta(backend, w, target, schema)
  const partitionBy = layout(w, schema), { path, ...options } = w.options
  checkProvider(provider, target)
  for (const f of schema.fields) if (provider === 'text' && f.dataType.kind !== 'string') throw analysisError('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'text', columnName: f.name, columnType: sqlName(f.dataType) })
  if (schema.fields.length === 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the rows for ${target.quoted} have no columns`, advice: 'Select at least one.' })
  await backend.saveTable({ plan: w.plan, format: provider, mode: 'error', options, path: path ?? null, partitionBy, table: target.name, how: 'save' })
}

// `spark_catalog.default.t` is `default.t`; a name of more parts means a catalog that is not there.
function targetOf({ table }: WriteTo): Target {
  if (table.path !== null) return { name: table.parts.join('.'), quoted: quotedTable(table.path.format) + '.`' + table.path.path + '`', path: table.path.format === 'delta' ? table.path.path : null }
  const parts = table.parts[0]!.toLowerCase() === 'spark_catalog' && table.parts.length > 1 ? table.parts.slice(1) : table.parts
  const quoted = parts.map(p => `\`${p}\``).join('.')
  if (parts.length > 2) throw analysisError('REQUIRES_SINGLE_PART_NAMESPACE', { identifier: quoted })
  return { name: parts.join('.'), quoted, path: null }
}

function checkName(w: WriteTo, target: Target): void {
  const key = tableKey(target.name)
  if (key.includes('.')) throw analysisError('SCHEMA_NOT_FOUND', { schemaName: quotedTable(key.split('.').slice(0, -1).join('.')) })
  if (!/^\w+$/.test(key)) throw analysisError('INVALID_SCHEMA_OR_RELATION_NAME', { name: `\`${w.table.parts.at(-1)!}\`` })
}

function checkProvider(provider: string, { quoted }: Target): void {
  if (formats.has(provider)) return
  findConnector(provider)
  throw analysisError('CANNOT_CREATE_DATA_SOURCE_TABLE.EXTERNAL_METADATA_UNSUPPORTED', { tableName: quoted, provider })
}

/** The columns by which a table of files is partitioned. Buckets and clusters are checked and leave no trace: there is one process. */
function layout(w: WriteTo, schema: StructTypeShape): string[] {
  const known = (name: string, colType: string): string => columnOf(schema, name, colType)
  for (const p of w.partitionedBy) if (isTime(p)) throw analysisError('UNSUPPORTED_PARTITION_TRANSFORM', { transform: `${p.kind}(${p.name})` })
  const buckets = w.partitionedBy.filter(p => p.kind === 'bucket'), by = w.partitionedBy.flatMap(p => (p.kind === 'column' ? [known(p.name, 'partition')] : []))
  if (buckets.length > 1) throw analysisError('UNSUPPORTED_FEATURE.MULTIPLE_BUCKET_TRANSFORMS')
  for (const b of buckets) {
    if (!Number.isInteger(b.buckets) || b.buckets < 1 || b.buckets > 100_000) throw analysisError('INVALID_BUCKET_COUNT', { numBuckets: String(b.buckets), bucketingMaxBuckets: 100_000 })
    for (const c of b.columns) known(c, 'bucket')
  }
  for (const c of w.clusterBy) known(c, 'clustering')
  checkPartitions(by, schema)
  return by
}
