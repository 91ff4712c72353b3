/** df.writeTo(table) over Delta tables: made, replaced, added to, and overwritten where a condition says. */
import { writeOptions } from '../connectors/delta/index.ts'
import { OptionsReader } from '../connectors/options.ts'
import { checkProperties } from '../delta/properties.ts'
import { newestSnapshot, writeTable, type TableWrite } from '../delta/write-table.ts'
import { analysisError } from '../errors/spark-error.ts'
import type { Expression, Resolved } from '../expressions/expression.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import { mentions } from '../expressions/map-expression.ts'
import { nameOf } from '../expressions/name.ts'
import { optimize } from '../optimizer/optimize.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { nodesOf, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { quotedTable, type WriteTo } from '../plan/saved-table.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import type { LocalBackend } from './backend.ts'
import { rowCondition } from './delta-commands.ts'
import { runBatchPlan } from './run-batch.ts'
import { newTable, refuseUsed } from './saved-tables.ts'
import { checkPartitions, columnOf, isTime, type Target } from './write-to-layout.ts'

const plainPath = (path: string): string => path.replace(/^file:\/{2}(?=\/)|^file:(?=\/)/, '').replace(/(?<=.)\/+$/, '')

/** create, replace and createOrReplace. Throws TABLE_OR_VIEW_ALREADY_EXISTS, TABLE_OR_VIEW_NOT_FOUND, DELTA_NOT_A_DELTA_TABLE and what the layout may not be. */
export async function createDelta(backend: LocalBackend, w: WriteTo, target: Target, schema: StructTypeShape): Promise<void> {
  const partitionBy = layout(w, schema, target)
  checkProperties(w.properties)
  const known = target.path === null ? backend.saved.find(target.name) : null, { path: location, ...options } = w.options, replaces = w.how !== 'create'
  if (known !== null && !replaces) throw analysisError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quotedTable(target.name) })
  if (known !== null && known.format !== 'delta') throw analysisError('DELTA_NOT_A_DELTA_TABLE', { tableName: target.quoted })
  const table = target.path !== null ? null : known ?? newTable(backend, target.name, 'delta', location ?? null, [], schema), at = plainPath(target.path ?? table!.path)
  const before = await newestSnapshot(backend.files, at)
  if (w.how === 'replace' && (target.path === null ? known === null : before === null)) throw analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: target.quoted })
  if (before !== null && !replaces) throw analysisError('DELTA_PATH_EXISTS', { path: at })
  if (known === null && table?.managed === true) await refuseUsed(backend.files, table)
  if (replaces && options['overwriteSchema'] === 'false') throw analysisError('DELTA_ILLEGAL_USAGE', { option: 'overwriteSchema', operation: 'replacing a Delta table' })
  const write = asWritten(backend, w, options, schema, 'overwrite')
  await run(backend, at, w.plan, { ...write, schema, partitionBy, overwriteSchema: true, dynamicPartitions: false, replaceWhere: null, properties: w.properties, operation: w.how === 'createOrReplace' ? 'CREATE OR REPLACE TABLE AS SELECT' : w.how === 'replace' ? 'REPLACE TABLE AS SELECT' : 'WRITE' })
  if (table !== null) backend.saved.put(table)
}

function layout(w: WriteTo, schema: StructTypeShape, { quoted }: Target): string[] {
  for (const p of w.partitionedBy) {
    if (isTime(p)) throw analysisError('DELTA_OPERATION_NOT_ALLOWED', { operation: `a partition of ${p.kind}(${p.name})` })
    if (p.kind === 'bucket') throw analysisError('DELTA_OPERATION_NOT_ALLOWED_DETAIL', { operation: 'buckets', tableName: quoted })
  }
  for (const c of w.clusterBy) columnOf(schema, c, 'clustering')
  if (w.clusterBy.length > 0) throw analysisError('DELTA_OPERATION_NOT_ALLOWED', { operation: `clusterBy(${w.clusterBy.join(', ')}) of writeTo` })
  const by = w.partitionedBy.flatMap(p => (p.kind === 'column' ? [columnOf(schema, p.name, 'partition')] : []))
  checkPartitions(by, schema)
  // Parquet's own schemas give these characters a meaning.
  const wrong = schema.fields.filter(f => /[ ,;{}()\n\t=]/.test(f.name)).map(f => f.name)
  if (wrong.length > 0) throw analysisError('DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES', { columnNames: wrong.join(', ') })
  return by
}

/** append, overwrite and overwritePartitions. Throws VIEW_WRITE_NOT_ALLOWED, TABLE_OR_VIEW_NOT_FOUND, PATH_NOT_FOUND, and a refusal for tables of files. */
export async function writeIntoDelta(backend: LocalBackend, w: WriteTo, target: Target): Promise<void> {
  const at = await placeOf(backend, w, target), { fields } = backend.schemaOf(w.plan), names = fields.map(f => f.name.toLowerCase())
  const twice = fields.find((f, i) => names.indexOf(f.name.toLowerCase()) < i)
  const read: LogicalPlan = { kind: 'batch-read', format: 'delta', schema: null, options: {}, paths: [at] }, table = backend.schemaOf(read)
  if (w.how === 'overwrite' && w.options['replaceWhere'] !== undefined) throw analysisError('DELTA_REPLACE_WHERE_IN_OVERWRITE')
  const rows = w.how === 'overwrite' ? whichRows(backend, w, { kind: 'alias', name: target.name.split('.').at(-1)!, child: read }) : 'all'
  if (twice !== undefined) throw analysisError('DELTA_DUPLICATE_COLUMNS_FOUND.READ_SCHEMA', { duplicateCols: twice.name })
  const write = asWritten(backend, w, w.options, table, w.how === 'append' || rows === 'none' ? 'append' : 'overwrite'), plan = write.overwriteSchema && rows === 'all' && w.how === 'overwrite' ? w.plan : byName(w.plan, fields.map(f => f.name), table)
  await run(backend, at, plan, {
    ...write, schema: backend.schemaOf(plan), partitionBy: null, dynamicPartitions: w.how === 'overwritePartitions',
    overwriteSchema: write.overwriteSchema && rows === 'all', replaceWhere: typeof rows === 'string' ? null : s => rowCondition(backend, rows.where, nameOf(rows.where), s),
  })
}

async function placeOf(backend: LocalBackend, w: WriteTo, target: Target): Promise<string> {
  if (target.path !== null) {
    const path = plainPath(target.path)
    if (await newestSnapshot(backend.files, path) === null) throw analysisError('PATH_NOT_FOUND', { path })
    return path
  }
  if (backend.viewPlan(target.name) !== null) throw analysisError('VIEW_WRITE_NOT_ALLOWED', { name: target.quoted })
  const saved = backend.saved.find(target.name)
  if (saved === null) throw analysisError('TABLE_OR_VIEW_NOT_FOUND', { relationName: target.quoted })
  if (saved.format !== 'delta') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `writeTo(...).${w.how}() takes Delta tables only, as in Spark, and ${target.quoted} is a table of ${saved.format}`, advice: 'Use df.write.insertInto(table), or df.write.mode("append").saveAsTable(table).' })
  return plainPath(saved.path)
}

// Columns by name, in the types of the table; those it has not stay as they are, and are refused or added later.
function byName(child: LogicalPlan, names: readonly string[], table: StructTypeShape): LogicalPlan {
  return {
    kind: 'project', child, expressions: names.map((name): Expression => {
      const to = table.fields.find(f => f.name.toLowerCase() === name.toLowerCase()), column: Expression = { kind: 'unresolved-attribute', nameParts: [name] }
      return to === undefined || nested(to.dataType.kind) ? column : { kind: 'unresolved-alias', names: [to.name], child: { kind: 'unresolved-cast', child: column, to: to.dataType, mode: 'cast' } }
    }),
  }
}
const nested = (kind: string): boolean => kind === 'struct' || kind === 'array' || kind === 'map'

function asWritten(backend: LocalBackend, w: WriteTo, options: WriteTo['options'], schema: StructTypeShape, mode: 'append' | 'overwrite'): TableWrite {
  return writeOptions(new OptionsReader('delta', options), backend.context(), schema, mode, [])
}

async function run(backend: LocalBackend, path: string, plan: LogicalPlan, write: TableWrite): Promise<void> {
  await writeTable(backend.files, path, () => backend.clock.nowMs(), runBatchPlan(backend.analyze(plan), backend.context()), write)
}

/** Which rows of the table an overwrite takes out. Throws UNSUPPORTED_FEATURE.OVERWRITE_BY_SUBQUERY and INVALID_NON_DETERMINISTIC_EXPRESSIONS, and refuses what Spark cannot tell a table as a filter. */
function whichRows(backend: LocalBackend, w: WriteTo, child: LogicalPlan): 'all' | 'none' | { readonly where: Expression } {
  const condition = w.condition!
  if (mentions(condition, e => e.kind === 'unresolved-subquery')) throw analysisError('UNSUPPORTED_FEATURE.OVERWRITE_BY_SUBQUERY')
  const resolved = backend.analyze({ kind: 'filter', condition, child })
  const ofFilter = (p: ResolvedPlan): Resolved | null => { const found = nodesOf(p).find(n => n.kind === 'filter'); return found?.kind === 'filter' ? found.condition : null }
  const asked = ofFilter(resolved)
  if (asked !== null && some(asked, e => e.kind === 'call' && !e.deterministic)) throw analysisError('INVALID_NON_DETERMINISTIC_EXPRESSIONS', { sqlExprs: nameOf(condition) })
  const left = ofFilter(optimize(resolved))
  if (left === null || (left.kind === 'literal' && left.value === true)) return 'all'
  if (left.kind === 'literal') return 'none'
  if (!isFilter(left)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `overwrite() cannot ask a table for the rows of ${nameOf(condition)}`, advice: 'Compare columns with constants: =, <, >, IN, IS NULL, LIKE with % at an end, joined by AND, OR and NOT.' })
  return { where: condition }
}

function some(e: Resolved, test: (e: Resolved) => boolean): boolean { return test(e) || childrenOf(e).some(c => some(c, test)) }

const comparisons = new Set(['=', '==', '<=>', '<', '<=', '>', '>=', '!=', '<>'])
function isFilter(e: Resolved): boolean {
  if (e.kind !== 'call') return false
  const [a, b] = e.args, column = (x: Resolved | undefined): boolean => x?.kind === 'attribute', constant = (x: Resolved | undefined): boolean => x?.kind === 'literal'
  switch (e.name) {
    case 'and': case 'or': case 'not': return e.args.every(isFilter)
    case 'isnull': case 'isnotnull': return column(a)
    case 'in': return column(a) && e.args.slice(1).every(constant)
    case 'like': return column(a) && b?.kind === 'literal' && typeof b.value === 'string' && /^%?[^%_\\]*%?$/.test(b.value)
    case 'startswith': case 'endswith': case 'contains': return column(a) && constant(b)
    default: return comparisons.has(e.name) && ((column(a) && constant(b)) || (constant(a) && column(b)))
  }
}
