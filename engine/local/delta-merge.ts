/** Owns MERGE: target and source joined, one clause chosen for each pair, the files that change written anew. */
import { Batch } from '../columns/batch.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import { concatBatches } from '../columns/concat.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import { batchOfRows } from '../columns/rows.ts'
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { Action, AddFile } from '../delta/actions.ts'
import { readDataFile, writeDataFiles } from '../delta/data-files.ts'
import { grown } from '../delta/schema-change.ts'
import { checkNotAppendOnly, commitFiles, removal } from '../delta/write-table.ts'
import type { Snapshot } from '../delta/snapshot.ts'
import type { Expression, Literal } from '../expressions/expression.ts'
import type { Assignment, DeltaCommand, MergeClause } from '../plan/delta-command.ts'
import type { QueryResult } from '../plan/backend.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { booleanType, intType, longType, structField, structType, type StructTypeShape } from '../types/data-type.ts'
import { parseSchema } from '../types/ddl.ts'
import { typeToJson } from '../types/schema-json.ts'
import type { LocalBackend } from './backend.ts'

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

const file = '__microlote_file', row = '__microlote_row', from = '__microlote_source', chosen = '__microlote_clause'

/** Runs the merge as one commit. Throws DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE. */
export async function mergeTable(r: MergeRun, c: Extract<DeltaCommand, { kind: 'merge' }>): Promise<QueryResult> {
  const { snapshot: s, backend } = r, { files } = backend
  const source = backend.schemaOf(c.source), clauses: readonly { readonly clause: MergeClause; readonly of: 'both' | 'source' | 'target' }[] = [
    ...c.matched.map(clause => ({ clause, of: 'both' as const })), ...c.notMatched.map(clause => ({ clause, of: 'source' as const })), ...c.notMatchedBySource.map(clause => ({ clause, of: 'target' as const })),
  ]
  if (clauses.length === 0) throw analysisError('DELTA_MERGE_MISSING_WHEN')
  if (clauses.some(x => x.clause.action !== 'insert')) checkNotAppendOnly(s)
  const grows = (c.schemaEvolution || backend.getConf('spark.databricks.delta.schema.autoMerge.enabled') === 'true') && clauses.some(x => x.clause.set === 'all')
  const schema = grows ? grown(s.schema, source) : s.schema, width = schema.fields.length
  const targetName = c.alias ?? '__microlote_target', sourcePlan = backend.analyze(c.source).output[0]?.qualifier[0]
  // Source and target each in a batch of rows that know where they come from.
  const sourceBatches: Batch[] = []
  let rows = 0
  for await (const b of r.run(c.source)) { sourceBatches.push(new Batch([...b.columns, numbers(rows, b.length)], b.length)); rows += b.length }
  const sourceSchema = structType([...source.fields, structField(from, longType)])
  const targetSchema = structType([...schema.fields, structField(file, intType), structField(row, longType)]), all = [...s.files.values()]
  const plan = (target: readonly Batch[]): LogicalPlan => {
    const joined: LogicalPlan = {
      kind: 'join', type: c.notMatched.length > 0 ? 'full' : 'left', using: null, condition: c.condition,
      left: { kind: 'alias', name: targetName, child: { kind: 'local-data', schema: targetSchema, batches: target } }, right: { kind: 'alias', name: sourcePlan ?? '__microlote_source_rows', child: { kind: 'local-data', schema: sourceSchema, batches: sourceBatches } },
    }
    const there = { both: call('and', call('isnotnull', column(file)), call('isnotnull', column(from))), source: call('isnull', column(file)), target: call('isnull', column(from)) }
    const choice = call('when', ...clauses.flatMap((x, k) => [x.clause.condition === null ? there[x.of] : call('and', there[x.of], call('coalesce', x.clause.condition, literal(false, 'boolean'))), literal(k, 'int')]), literal(-1, 'int'))
    const right = sourcePlan ?? '__microlote_source_rows'
    const values = clauses.map(x => (x.clause.action === 'delete' ? null : x.clause.set === 'all' ? allFrom(schema, source, right) : actionsOf(schema, x.clause.set, x.clause.action === 'insert' ? 'INSERT clause' : 'UPDATE clause')))
    return {
      kind: 'project', child: { kind: 'with-columns', columns: [{ name: chosen, expression: choice }], child: joined },
      expressions: [
        ...schema.fields.map((f, i) => {
          const cases = values.flatMap((v, k) => {
            const insert = clauses[k]!.clause.action === 'insert', e = v?.[i] ?? null
            return v === null || (e === null && !insert) ? [] : [call('=', column(chosen), literal(k, 'int')), { kind: 'unresolved-cast', child: e ?? { kind: 'literal', value: null, type: f.dataType, nullable: true }, to: f.dataType, mode: 'cast' } satisfies Expression]
          })
          return named(f.name, cases.length === 0 ? column(targetName, f.name) : call('when', ...cases, column(targetName, f.name)))
        }),
        named(file, column(file)), named(row, column(row)), named(from, column(from)), named(chosen, column(chosen)),
      ],
    }
  }
  backend.analyze(plan([]))
  const target: Batch[] = []
  for (const [k, add] of all.entries()) {
    let n = 0
    for await (const b of readDataFile(files, s, schema, add, schema.fields.map((_, i) => i), [])) { target.push(new Batch([...b.columns, new ConstantVector(intType, k, b.length), numbers(n, b.length)], b.length)); n += b.length }
  }
  const result: Batch[] = []
  for await (const b of r.run(plan(target))) result.push(b)
  const whole = concatBatches([...schema.fields.map(f => f.dataType), intType, longType, longType, intType], result)
  const outcome = choose(whole, width, clauses.map(x => x.clause.action), s.path)
  const { touched, kept, counts } = outcome
  if (touched.size === 0 && counts.inserted === 0) return counted(counts)
  const changed = new Batch(whole.columns.slice(0, width), whole.length).take(Int32Array.from(kept), kept.length)
  const adds: AddFile[] = kept.length === 0 ? [] : await writeDataFiles(files, s.path, schema, s.metadata.partitionColumns, (async function* () { yield changed })(), r.nowMs)
  const actions: Action[] = grows && JSON.stringify(typeToJson(schema)) !== JSON.stringify(typeToJson(s.schema)) ? [{ metaData: { ...s.metadata, schemaString: JSON.stringify(typeToJson(schema)) } }] : []
  for (const k of touched) actions.push({ remove: removal(all[k]!, r.nowMs()) })
  actions.push(...adds.map((add): Action => ({ add })))
  await commitFiles(files, s.path, r.nowMs, adds, {
    operation: 'MERGE', read: s, readsTable: true, actions, parameters: { matchedPredicates: described(c.matched), notMatchedPredicates: described(c.notMatched), notMatchedBySourcePredicates: described(c.notMatchedBySource) },
    metrics: { numSourceRows: String(rows), numTargetRowsInserted: String(counts.inserted), numTargetRowsUpdated: String(counts.updated), numTargetRowsDeleted: String(counts.deleted), numTargetFilesAdded: String(adds.length), numTargetFilesRemoved: String(touched.size) },
  })
  return counted(counts)
}

const described = (clauses: readonly MergeClause[]): string => JSON.stringify(clauses.map(c => ({ actionType: c.action })))

function numbers(first: number, length: number): FixedVector {
  const data = new BigInt64Array(length)
  for (let i = 0; i < length; i++) data[i] = BigInt(first + i)
  return new FixedVector(longType, data, null)
}

/** Every column from the source's of that name; those it has not stay as they are. */
function allFrom(schema: StructTypeShape, source: StructTypeShape, name: string): (Expression | null)[] {
  return schema.fields.map(f => { const k = find(source.fields, f.name); return k < 0 ? null : column(name, source.fields[k]!.name) })
}

interface Counts { inserted: number; updated: number; deleted: number }

const counted = (c: Counts): QueryResult => {
  const schema = parseSchema('num_affected_rows BIGINT, num_updated_rows BIGINT, num_deleted_rows BIGINT, num_inserted_rows BIGINT')
  return { schema, batches: [batchOfRows(schema, [[c.inserted + c.updated + c.deleted, c.updated, c.deleted, c.inserted]])] }
}

/** Which files change, and which of the joined rows go into the new ones. */
function choose(whole: Batch, width: number, actions: readonly MergeClause['action'][], path: string): { readonly touched: ReadonlySet<number>; readonly kept: number[]; readonly counts: Counts } {
  const files = whole.columns[width]!, rowsOf = whole.columns[width + 1]!, clauses = whole.columns[width + 3]!
  const touched = new Set<number>(), counts: Counts = { inserted: 0, updated: 0, deleted: 0 }, inserts: number[] = []
  // Of each row of the target: the joined row that stands for it.
  const standing = new Map<number, Map<bigint, number>>()
  for (let i = 0; i < whole.length; i++) {
    const k = clauses.get(i) as number, f = files.get(i) as number | null
    if (f === null) { if (k >= 0) { inserts.push(i); counts.inserted++ } continue }
    let ofFile = standing.get(f)
    if (ofFile === undefined) standing.set(f, ofFile = new Map())
    const at = rowsOf.get(i) as bigint, before = ofFile.get(at)
    if (k >= 0) touched.add(f)
    if (before === undefined) { ofFile.set(at, i); continue }
    const other = clauses.get(before) as number
    if (k >= 0 && other >= 0) {
      // A row that is deleted twice is deleted, whatever deletes it.
      if (actions.length > 0 && actions[k] === 'delete' && actions[other] === 'delete') continue
      throw executionError('DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE', { tableName: path })
    }
    if (k >= 0) ofFile.set(at, i)
  }
  const kept: number[] = []
  for (const f of touched) for (const i of standing.get(f)!.values()) {
    const k = clauses.get(i) as number
    if (k >= 0 && actions[k] === 'delete') { counts.deleted++; continue }
    if (k >= 0) counts.updated++
    kept.push(i)
  }
  return { touched, kept: [...kept, ...inserts], counts }
}
