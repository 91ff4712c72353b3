/** Runs what DeltaTable asks: rows of a table deleted, updated and merged by this engine's own plans, history, upkeep. */
import { runBatchPlan } from './run-batch.ts'
import type { LocalBackend } from './backend.ts'
import { Batch } from '../columns/batch.ts'
import type { ColumnPredicate } from '../columns/column-predicate.ts'
import { batchOfRows } from '../columns/rows.ts'
import { analysisError } from '../errors/spark-error.ts'
import { actionsOf, mergeTable, type MergeRun } from './delta-merge.ts'
import { filesToRead, pathOfFile, readDataFile, writeDataFiles } from '../delta/data-files.ts'
import { checkWritable } from '../delta/features.ts'
import { history, isDeltaTable, loadSnapshot } from '../delta/snapshot.ts'
import { retentionMs } from '../delta/transaction.ts'
import { checkNotAppendOnly, commitFiles, removal, type RowCondition } from '../delta/write-table.ts'
import type { AddFile } from '../delta/actions.ts'
import type { Expression } from '../expressions/expression.ts'
import { optimize } from '../optimizer/optimize.ts'
import type { Assignment, DeltaCommand } from '../plan/delta-command.ts'
import type { QueryResult } from '../plan/backend.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { joinPath, type FileEntry } from '../storage/files.ts'
import { runSteps } from '../storage/steps.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { parseSchema } from '../types/ddl.ts'

const tablePath = (path: string): string => path.replace(/^file:\/{2}(?=\/)|^file:(?=\/)/, '').replace(/(?<=.)\/+$/, '')

/** Runs a command. Throws DELTA_MISSING_DELTA_TABLE and what the commands themselves bring. */
export async function deltaCommand(backend: LocalBackend, given: DeltaCommand): Promise<QueryResult> {
  const { files, clock } = backend, c = { ...given, path: tablePath(given.path) } as DeltaCommand
  if (c.kind === 'is-table') return rowsAs('is_table BOOLEAN', [{ is_table: await runSteps(files, isDeltaTable(c.path)) }])
  if (!(await runSteps(files, isDeltaTable(c.path)))) throw analysisError('DELTA_MISSING_DELTA_TABLE', { tableName: c.path })
  switch (c.kind) {
    case 'history': return historyRows(backend, c.path, c.limit)
    case 'vacuum': return vacuum(backend, c.path, c.retentionHours, c.dryRun)
    case 'detail': {
      const s = await runSteps(files, loadSnapshot(c.path))
      return rowsAs('format STRING, id STRING, location STRING, partitionColumns ARRAY<STRING>, numFiles BIGINT, sizeInBytes BIGINT, properties MAP<STRING, STRING>, minReaderVersion INT, minWriterVersion INT', [{
        format: 'delta', id: s.metadata.id, location: c.path, partitionColumns: [...s.metadata.partitionColumns], numFiles: s.files.size, sizeInBytes: [...s.files.values()].reduce((n, f) => n + f.size, 0), properties: s.metadata.configuration,
        minReaderVersion: s.protocol.minReaderVersion, minWriterVersion: s.protocol.minWriterVersion,
      }])
    }
    default: {
      const snapshot = await runSteps(files, loadSnapshot(c.path))
      checkWritable(c.path, snapshot.protocol, snapshot.metadata, snapshot.schema)
      const run: MergeRun = { backend, snapshot, nowMs: () => clock.nowMs(), run: plan => runBatchPlan(backend.analyze(plan), backend.context()) }
      if (c.kind === 'merge') return mergeTable(run, c)
      return rewrite(run, c.kind, c.alias, c.condition, c.kind === 'update' ? c.set : [])
    }
  }
}

const rowsAs = (ddl: string, rows: Record<string, unknown>[]): QueryResult => { const schema = parseSchema(ddl); return { schema, batches: [batchOfRows(schema, rows)] } }

/** DELETE and UPDATE: the files that have such rows are written anew. */
async function rewrite(r: MergeRun, kind: 'delete' | 'update', alias: string | null, condition: Expression | null, set: readonly Assignment[]): Promise<QueryResult> {
  const { snapshot: s, backend } = r, { files } = backend, { schema } = s, columns = schema.fields.map((_, i) => i), hit = '__microlote_hit'
  if (kind === 'delete') checkNotAppendOnly(s)
  const over = (batches: readonly Batch[]): LogicalPlan => { const plan: LogicalPlan = { kind: 'local-data', schema, batches }; return alias === null ? plan : { kind: 'alias', name: alias, child: plan } }
  // The expressions are checked before anything is read.
  const values = set.length === 0 ? null : actionsOf(schema, set, 'SET')
  const flag: Expression = condition === null ? { kind: 'literal', value: true, type: { kind: 'boolean' }, nullable: false } : { kind: 'unresolved-call', name: 'coalesce', args: [condition, { kind: 'literal', value: false, type: { kind: 'boolean' }, nullable: false }] }
  const plan = (batches: readonly Batch[]): LogicalPlan => ({
    kind: 'project', child: over(batches), expressions: [
      ...schema.fields.map((f, i): Expression => ({ kind: 'unresolved-alias', names: [f.name], child: values?.[i] === null || values === null ? { kind: 'unresolved-attribute', nameParts: [f.name] } : { kind: 'unresolved-call', name: 'when', args: [flag, { kind: 'unresolved-cast', child: values[i]!, to: f.dataType, mode: 'cast' }, { kind: 'unresolved-attribute', nameParts: [f.name] }] } })),
      { kind: 'unresolved-alias', names: [hit], child: flag },
    ],
  })
  backend.analyze(plan([]))
  const predicates = condition === null ? [] : predicatesOf(backend, schema, over([]), condition)
  const removed: AddFile[] = [], adds: AddFile[] = []
  let hits = 0
  for (const add of filesToRead(s, predicates)) {
    const batches: Batch[] = []
    for await (const b of readDataFile(files, s, schema, add, columns, [])) batches.push(b)
    let here = 0
    const out: Batch[] = []
    for await (const b of r.run(plan(batches))) {
      const flags = b.columns[columns.length]!, kept: number[] = []
      for (let i = 0; i < b.length; i++) { if (flags.get(i) === true) here++; else kept.push(i) }
      const rows = new Batch(b.columns.slice(0, columns.length), b.length)
      if (kind === 'update') out.push(rows)
      else if (kept.length > 0) out.push(kept.length === b.length ? rows : rows.take(Int32Array.from(kept), kept.length))
    }
    if (here === 0) continue
    hits += here
    removed.push(add)
    if (out.length > 0) adds.push(...await writeDataFiles(files, s.path, schema, s.metadata.partitionColumns, (async function* () { yield* out })(), r.nowMs))
  }
  if (hits > 0) await commitFiles(files, s.path, r.nowMs, adds, {
    operation: kind.toUpperCase(), parameters: { predicate: '[]' }, read: s, readsTable: true, actions: [...removed.map(a => ({ remove: removal(a, r.nowMs()) })), ...adds.map(add => ({ add }))],
    metrics: { numRemovedFiles: String(removed.length), numAddedFiles: String(adds.length), [kind === 'delete' ? 'numDeletedRows' : 'numUpdatedRows']: String(hits) },
  })
  return rowsAs('num_affected_rows BIGINT', [{ num_affected_rows: hits }])
}

/** What a condition says of single columns, so that files can be skipped. */
function predicatesOf(backend: LocalBackend, schema: StructTypeShape, child: LogicalPlan, condition: Expression): readonly ColumnPredicate[] {
  const found: ColumnPredicate[] = []
  const asRead = (p: ResolvedPlan): ResolvedPlan => (p.kind === 'local' ? { kind: 'batch-read', output: p.output, streaming: false, format: 'delta', schema, options: {}, paths: [] } : 'child' in p ? { ...p, child: asRead(p.child) } as ResolvedPlan : p)
  const look = (p: ResolvedPlan): void => { if (p.kind === 'batch-read') found.push(...p.predicates ?? []); if ('child' in p) look(p.child) }
  look(optimize(asRead(backend.analyze({ kind: 'filter', condition, child }))))
  return found
}

/** The condition of replaceWhere and of writeTo().overwrite over rows of a schema; `text` is how it reads. */
export function rowCondition(backend: LocalBackend, condition: Expression, text: string, schema: StructTypeShape): RowCondition {
  const child = (batches: readonly Batch[]): LogicalPlan => ({ kind: 'local-data', schema, batches })
  backend.analyze({ kind: 'filter', condition, child: child([]) })
  const where = (e: Expression) => async function* (rows: AsyncIterable<Batch>): AsyncGenerator<Batch> {
    for await (const b of rows) yield* runBatchPlan(backend.analyze({ kind: 'filter', condition: e, child: child([b]) }), backend.context())
  }
  const no: Expression = { kind: 'unresolved-call', name: 'not', args: [{ kind: 'unresolved-call', name: 'coalesce', args: [condition, { kind: 'literal', value: false, type: { kind: 'boolean' }, nullable: false }] }] }
  return { text, predicates: predicatesOf(backend, schema, child([]), condition), keep: where(condition), drop: where(no) }
}

async function historyRows(backend: LocalBackend, path: string, limit: number | null): Promise<QueryResult> {
  const all = await runSteps(backend.files, history(path, limit ?? Infinity))
  return rowsAs('version BIGINT, timestamp TIMESTAMP, userId STRING, userName STRING, operation STRING, operationParameters MAP<STRING, STRING>, readVersion BIGINT, isolationLevel STRING, isBlindAppend BOOLEAN, operationMetrics MAP<STRING, STRING>, userMetadata STRING, engineInfo STRING',
    all.map(({ version, timestamp, info }) => ({
      version, timestamp: BigInt(timestamp) * 1000n, userId: null, userName: null, operation: info.operation ?? null, readVersion: info.readVersion ?? null, isolationLevel: info.isolationLevel ?? null, isBlindAppend: info.isBlindAppend ?? null,
      operationParameters: new Map(Object.entries(info.operationParameters ?? {}).map(([k, v]) => [k, typeof v === 'string' ? v : JSON.stringify(v)])), operationMetrics: new Map(Object.entries(info.operationMetrics ?? {}).map(([k, v]) => [k, String(v)])),
      userMetadata: info.userMetadata ?? null, engineInfo: info.engineInfo ?? null,
    })))
}

/** Deletes files that no version younger than the retention needs. Gives the paths. */
async function vacuum(backend: LocalBackend, path: string, hours: number | null, dryRun: boolean): Promise<QueryResult> {
  const { files, clock } = backend, s = await runSteps(files, loadSnapshot(path)), least = retentionMs(s.metadata.configuration), keep = hours === null ? least : hours * 3_600_000
  if (hours !== null && hours < 0) throw analysisError('DELTA_VACUUM_RETENTION_PERIOD_NEGATIVE')
  if (keep < least && backend.getConf('spark.databricks.delta.retentionDurationCheck.enabled') !== 'false') throw analysisError('DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT', { hours: String(hours), least: String(least / 3_600_000) })
  const until = clock.nowMs() - keep, needed = new Set([...s.files.keys()].map(p => pathOfFile(path, p)))
  for (const r of s.removed.values()) if ((r.deletionTimestamp ?? 0) >= until) needed.add(pathOfFile(path, r.path))
  const doomed: string[] = []
  const walk = async (dir: string): Promise<void> => {
    for (const e of await files.list(dir) as FileEntry[]) {
      const at = joinPath(dir, e.name)
      if (e.name.startsWith('_') && !e.name.includes('=')) continue
      if (e.isDirectory) await walk(at)
      else if (!needed.has(at) && e.modificationMs < until) doomed.push(at)
    }
  }
  await walk(path)
  if (!dryRun) for (const p of doomed) await files.delete(p)
  return rowsAs('path STRING', doomed.map(p => ({ path: p })))
}
