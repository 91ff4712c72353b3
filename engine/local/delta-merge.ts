/** Owns MERGE: target and source joined, one clause chosen for each pair and for each row without a partner, the files that change written anew. */
import { Batch } from '../columns/batch.ts'
import { batchOfRows } from '../columns/rows.ts'
import { analysisError, executionError, SparkError } from '../errors/spark-error.ts'
import type { Action, AddFile } from '../delta/actions.ts'
import { readDataFile, writeDataFiles } from '../delta/data-files.ts'
import { grown } from '../delta/schema-change.ts'
import { checkNotAppendOnly, commitFiles, removal } from '../delta/write-table.ts'
import type { Snapshot } from '../delta/snapshot.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Expression, Literal, Resolved } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { nameOf } from '../expressions/name.ts'
import { expressionsOf } from '../plan/map-plan.ts'
import { nodesOf } from '../plan/resolved-plan.ts'
import type { Assignment, DeltaCommand, MergeClause } from '../plan/delta-command.ts'
import type { QueryResult } from '../plan/backend.ts'
import { inputsOf, type LocalRows, type LogicalPlan } from '../plan/logical-plan.ts'
import { booleanType, intType, structField, structType, type StructTypeShape } from '../types/data-type.ts'
import { parseSchema } from '../types/ddl.ts'
import { typeToJson } from '../types/schema-json.ts'
import type { LocalBackend } from './backend.ts'
import { chosenRows, integers, MergeTarget, numbers, without } from './merge-target.ts'

export interface MergeRun { readonly backend: LocalBackend; readonly snapshot: Snapshot; nowMs(): number; run(plan: LogicalPlan): AsyncIterable<Batch> }

const literal = (value: unknown, kind: 'int' | 'boolean'): Literal => ({ kind: 'literal', value, type: kind === 'int' ? intType : booleanType, nullable: value === null })
const call = (name: string, ...args: Expression[]): Expression => ({ kind: 'unresolved-call', name, args })
const column = (...nameParts: string[]): Expression => ({ kind: 'unresolved-attribute', nameParts })
const named = (name: string, child: Expression): Expression => ({ kind: 'unresolved-alias', names: [name], child })
const find = (fields: StructTypeShape['fields'], name: string): number => { const k = fields.findIndex(f => f.name === name); return k >= 0 ? k : fields.findIndex(f => f.name.toLowerCase() === name.toLowerCase()) }

/** The new value of each column of the table, null where it stays. Throws DELTA_MERGE_UNRESOLVED_EXPRESSION for a column that is not there. */
export function actionsOf(schema: StructTypeShape, set: readonly Assignment[], clause: string): (Expression | null)[] {
  const out: (Expression | null)[] = schema.fields.map(() => null)
  for (const a of set) {
    const k = find(schema.fields, a.column.replace(/^`|`$/g, ''))
    if (k < 0) throw analysisError('DELTA_MERGE_UNRESOLVED_EXPRESSION', { sqlExpr: a.column, clause, cols: schema.fields.map(f => f.name).join(', ') })
    out[k] = a.value
  }
  return out
}

const row = '__microlote_row', from = '__microlote_source', chosen = '__microlote_clause'

type Merge = Extract<DeltaCommand, { kind: 'merge' }>

/** The merge with the columns that a DataFrame gives of itself (`source.col("k")`) by the name its rows have here. */
function bySourceName(c: Merge, name: string): Merge {
  const within = (p: LogicalPlan, wanted: object): boolean => p === wanted || inputsOf(p).some(x => within(x, wanted))
  const on = (e: Expression): Expression => mapExpression(e, x => (x.kind === 'unresolved-attribute' && x.plan !== undefined && within(c.source, x.plan) ? column(name, ...x.nameParts) : null))
  const clauses = (list: readonly MergeClause[]): MergeClause[] => list.map(x => ({ ...x, condition: x.condition === null ? null : on(x.condition), set: x.set === 'all' ? x.set : x.set.map(a => ({ ...a, value: on(a.value) })) }))
  return { ...c, condition: on(c.condition), matched: clauses(c.matched), notMatched: clauses(c.notMatched), notMatchedBySource: clauses(c.notMatchedBySource) }
}

/** Runs the merge as one commit. Throws DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE. */
export async function mergeTable(r: MergeRun, given: Merge): Promise<QueryResult> {
  const { snapshot: s, backend } = r, { files } = backend, right = backend.analyze(given.source).output[0]?.qualifier.at(-1) ?? '__microlote_source_rows', c = bySourceName(given, right)
  const source = backend.schemaOf(c.source), clauses = [...c.matched, ...c.notMatched, ...c.notMatchedBySource]
  if (clauses.length === 0) throw analysisError('DELTA_MERGE_MISSING_WHEN')
  if (clauses.some(x => x.action !== 'insert')) checkNotAppendOnly(s)
  const evolves = c.schemaEvolution || backend.getConf('spark.databricks.delta.schema.autoMerge.enabled') === 'true', grows = evolves && clauses.some(x => x.set === 'all')
  const schema = grows ? grown(s.schema, source) : s.schema, width = schema.fields.length
  const left = c.qualifier ?? [c.alias ?? '__microlote_target']
  const sourceSchema = structType([...source.fields, structField(from, intType)]), targetSchema = structType([...schema.fields, structField(row, intType)])
  const sourceRows = (batches: readonly Batch[]): LogicalPlan => ({ kind: 'alias', name: right, child: { kind: 'local-data', schema: sourceSchema, batches } })
  const targetRows = (batches: LocalRows): LogicalPlan => ({ kind: 'alias', name: left.at(-1)!, qualifier: left, child: { kind: 'local-data', schema: targetSchema, batches } })
  // What becomes of rows: the new columns, which row it was, and the clause that took it (−1: none).
  const outcome = (list: readonly MergeClause[], child: LogicalPlan, keys: readonly string[]): LogicalPlan => {
    const choice = list.length === 0 ? literal(-1, 'int') : call('when', ...list.flatMap((x, k) => [x.condition === null ? literal(true, 'boolean') : call('coalesce', x.condition, literal(false, 'boolean')), literal(k, 'int')]), literal(-1, 'int'))
    const values = list.map(x => (x.action === 'delete' ? null : x.set === 'all' ? allFrom(schema, source, right, evolves, x.action) : actionsOf(schema, x.set, x.action === 'insert' ? 'INSERT clause' : 'UPDATE clause'))), inserting = list[0]?.action === 'insert'
    return {
      kind: 'project', child: { kind: 'with-columns', columns: [{ name: chosen, expression: choice }], child }, expressions: [
        ...schema.fields.map((f, i) => {
          const cases = values.flatMap((v, k) => { const e = v?.[i] ?? null; return e === null ? [] : [call('=', column(chosen), literal(k, 'int')), { kind: 'unresolved-cast', child: e, to: f.dataType, mode: 'cast' } satisfies Expression] })
          const otherwise: Expression = inserting ? { kind: 'literal', value: null, type: f.dataType, nullable: true } : column(left.at(-1)!, f.name)
          return named(f.name, cases.length === 0 ? otherwise : call('when', ...cases, otherwise))
        }),
        ...keys.map(k => named(k, column(k))), named(chosen, column(chosen)),
      ],
    }
  }
  const pairs = (target: LocalRows, of: readonly Batch[]): LogicalPlan => outcome(c.matched, { kind: 'join', type: 'inner', using: null, condition: c.condition, left: targetRows(target), right: sourceRows(of) }, [row, from])
  const unmatched = (of: readonly Batch[]): LogicalPlan => outcome(c.notMatched, sourceRows(of), [])
  const onlyTarget = (target: readonly Batch[]): LogicalPlan => outcome(c.notMatchedBySource, targetRows(target), [row])
  // Everything is checked before anything is read.
  const ofTarget = schema.fields.map(f => `${left.at(-1)!}.${f.name}`), ofSource = source.fields.map(f => `${right}.${f.name}`)
  check(backend, pairs([], []), 'search condition or a clause of matched rows', [...ofTarget, ...ofSource])
  refuseDrawn(backend, { kind: 'join', type: 'inner', using: null, condition: c.condition, left: targetRows([]), right: sourceRows([]) }, c.condition)
  if (c.notMatched.length > 0) check(backend, unmatched([]), 'INSERT clause', ofSource)
  if (c.notMatchedBySource.length > 0) check(backend, onlyTarget([]), 'clause of rows not matched by the source', ofTarget)

  const sourceBatches: Batch[] = [], all = [...s.files.values()], counts: Counts = { inserted: 0, updated: 0, deleted: 0 }
  let sourceCount = 0
  for await (const b of r.run(c.source)) { sourceBatches.push(new Batch([...b.columns, numbers(sourceCount, b.length)], b.length)); sourceCount += b.length }
  const sourceMatched = new Uint8Array(sourceCount), table = new MergeTarget(all.length, width, c.matched.length + c.notMatchedBySource.length > 0)
  const target = async function* (): AsyncGenerator<Batch> {
    for (const [k, add] of all.entries()) {
      for await (const b of readDataFile(files, s, schema, add, schema.fields.map((_, i) => i), [])) yield table.add(k, new Batch([...b.columns, numbers(table.rowCount, b.length)], b.length))
      table.endFile(k)
    }
  }
  // The rows of the table that a clause takes, as it leaves them.
  const settle = (b: Batch, list: readonly MergeClause[]): Batch[] => {
    const rows = integers(b.columns[width]!), taken = integers(b.columns[b.columns.length - 1]!), kept = new Int32Array(b.length)
    let n = 0
    for (let i = 0; i < b.length; i++) {
      const k = taken[i]!
      if (k < 0) continue
      const deletes = list[k]!.action === 'delete'
      // Rows that two rows of the source meet are only here where each of them is deleted.
      if (!table.take(rows[i]!)) continue
      if (deletes) counts.deleted++
      else { counts.updated++; kept[n++] = i }
    }
    return chosenRows(b, kept, n, width)
  }
  // Two rows for one are one too many even where the clauses would take only one of them; not where all are deleted, or rows are only inserted.
  const single = c.matched.length + c.notMatchedBySource.length > 0 && !(c.matched.length === 1 && c.matched[0]!.action === 'delete' && c.matched[0]!.condition === null)
  // The rows to write, each as soon as it is known: the source is held, and of the table what no pair has passed yet.
  const rows = async function* (): AsyncGenerator<Batch> {
    for await (const b of r.run(pairs(target(), sourceBatches))) {
      const met = integers(b.columns[width]!), sources = integers(b.columns[width + 1]!)
      for (let i = 0; i < b.length; i++) {
        if (!table.meet(met[i]!) && single) throw executionError('DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE', { tableName: s.path })
        sourceMatched[sources[i]!] = 1
      }
      yield* settle(b, c.matched)
      // Pairs come in the order of the table's rows.
      if (c.notMatchedBySource.length === 0 && b.length > 0) yield* table.rest(met[0]!)
    }
    if (c.notMatchedBySource.length > 0) for await (const b of r.run(onlyTarget(table.unmet()))) yield* settle(b, c.notMatchedBySource)
    yield* table.rest(table.rowCount)
    if (c.notMatched.length > 0) for await (const b of r.run(unmatched(without(sourceBatches, sourceMatched)))) {
      const taken = integers(b.columns[width]!), kept = new Int32Array(b.length)
      let n = 0
      for (let i = 0; i < b.length; i++) if (taken[i]! >= 0) kept[n++] = i
      counts.inserted += n
      yield* chosenRows(b, kept, n, width)
    }
  }
  const adds: AddFile[] = await writeDataFiles(files, s.path, schema, s.metadata.partitionColumns, rows(), r.nowMs)
  if (counts.inserted + counts.updated + counts.deleted === 0) return counted(counts)
  const actions: Action[] = grows && JSON.stringify(typeToJson(schema)) !== JSON.stringify(typeToJson(s.schema)) ? [{ metaData: { ...s.metadata, schemaString: JSON.stringify(typeToJson(schema)) } }] : []
  const removed = all.filter((_, k) => table.isTouched(k))
  for (const a of removed) actions.push({ remove: removal(a, r.nowMs()) })
  actions.push(...adds.map((add): Action => ({ add })))
  await commitFiles(files, s.path, r.nowMs, adds, {
    operation: 'MERGE', read: s, readsTable: true, actions, parameters: { matchedPredicates: described(c.matched), notMatchedPredicates: described(c.notMatched), notMatchedBySourcePredicates: described(c.notMatchedBySource) },
    metrics: { numSourceRows: String(sourceCount), numTargetRowsInserted: String(counts.inserted), numTargetRowsUpdated: String(counts.updated), numTargetRowsDeleted: String(counts.deleted), numTargetFilesAdded: String(adds.length), numTargetFilesRemoved: String(removed.length) },
  })
  return counted(counts)
}

/** Which rows belong together must be the same each time it is asked. */
function refuseDrawn(backend: LocalBackend, pairs: LogicalPlan, condition: Expression): void {
  const drawn = (e: Resolved): boolean => (e.kind === 'call' && !e.deterministic) || childrenOf(e).some(drawn)
  if (nodesOf(backend.analyze(pairs)).some(p => expressionsOf(p).some(drawn))) throw analysisError('DELTA_NON_DETERMINISTIC_FUNCTION_NOT_SUPPORTED', { operation: 'search condition of MERGE operation', expression: nameOf(condition) })
}

/** Refuses what cannot be resolved, as Delta does. */
function check(backend: LocalBackend, plan: LogicalPlan, clause: string, columns: readonly string[]): void {
  try { backend.analyze(plan) } catch (e) {
    if (!(e instanceof SparkError && e.condition.startsWith('UNRESOLVED_COLUMN.'))) throw e
    throw analysisError('DELTA_MERGE_UNRESOLVED_EXPRESSION', { sqlExpr: String(e.parameters['objectName']), clause, cols: columns.map(name => name.replace('__microlote_target.', '').replace('__microlote_source_rows.', '')).join(', ') }, e)
  }
}

const described = (clauses: readonly MergeClause[]): string => JSON.stringify(clauses.map(c => ({ actionType: c.action })))

/** Every column from the source's of that name. Those it has not stay as they are if the schema may change, and are an error else. */
function allFrom(schema: StructTypeShape, source: StructTypeShape, name: string, evolves: boolean, action: string): (Expression | null)[] {
  return schema.fields.map(f => {
    const k = find(source.fields, f.name)
    if (k < 0 && !evolves) throw analysisError('DELTA_MERGE_UNRESOLVED_EXPRESSION', { sqlExpr: f.name, clause: `${action.toUpperCase()} clause with *`, cols: source.fields.map(s => s.name).join(', ') })
    return k < 0 ? null : column(name, source.fields[k]!.name)
  })
}

interface Counts { inserted: number; updated: number; deleted: number }

const counted = (c: Counts): QueryResult => {
  const schema = parseSchema('num_affected_rows BIGINT, num_updated_rows BIGINT, num_deleted_rows BIGINT, num_inserted_rows BIGINT')
  return { schema, batches: [batchOfRows(schema, [[c.inserted + c.updated + c.deleted, c.updated, c.deleted, c.inserted]])] }
}
