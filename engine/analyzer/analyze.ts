/** Resolves a logical plan from its leaves up. What was resolved once is kept by plan node, so that building a DataFrame step by step costs a step each. */
import { analysisError } from '../errors/spark-error.ts'
import { attribute } from '../expressions/attribute.ts'
import type { Attribute, Expression } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { parseIdentifier } from '../expressions/identifier.ts'
import { isQueryText } from '../expressions/query-text.ts'
import { intervalDelayMs } from '../types/interval.ts'
import type { LogicalPlan, RecursiveRef, StreamRead, BatchRead } from '../plan/logical-plan.ts'
import { expressionsIn, inputsOf, namesOuter } from '../plan/logical-plan.ts'
import { filterOf, resolvedInputs, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { withoutRepeats } from '../plan/union-branches.ts'
import type { BindContext } from '../functions/define.ts'
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { sqlName } from '../types/data-type.ts'
import { asksForFile, namesMetadata, withInputFile, withMetadata } from './file-metadata.ts'
import { refuseGrouping } from './grouping-sets.ts'
import { overLeftOut } from './left-out-columns.ts'
import { joinedColumns, namesSide, withJoined } from './join-columns.ts'
import { resolveExpression } from './resolve-expression.ts'
import { resolveAppendKey, resolveGroupState, resolveTransformWithState } from './resolve-group-state.ts'
import { refuseCompared, refuseComparedVariants } from './refuse-variants.ts'
import { resolveAggregate, resolveAggregateList } from './resolve-aggregate.ts'
import { resolveJoin } from './resolve-join.ts'
import { resolveExceptIntersect, resolveUnion } from './resolve-set.ts'
import { hasAggregate, project, without } from './project-node.ts'
import { projectList, resolveDrop, resolveRename, resolveToColumns, resolveWithColumns } from './resolve-project.ts'
import { checkSet, resolveExtend, withKeysSelected } from './resolve-pipe.ts'
import { resolveQualify } from './resolve-qualify.ts'
import { checkMetricNames, resolveObserve } from './resolve-observe.ts'
import { resolveRecursive } from './resolve-recursive.ts'
import { resolveSelectAggregate } from './resolve-select.ts'
import { checkPartitioning, resolveSort } from './resolve-sort.ts'
import { resolveTableFunction } from './resolve-table-function.ts'
import { matchedColumns } from './match-schema.ts'
import { overGroups } from './over-groups.ts'
import { resolveUnpivot } from './resolve-unpivot.ts'
import { resolveValues, rowCount } from './resolve-values.ts'
import { resolveZip } from './resolve-zip.ts'
import { hasSubquery } from './subquery-marker.ts'
import { keepRows } from './take-out-subqueries.ts'
import { takeOutWindows } from './resolve-windows.ts'
import { hasOver } from './take-out-over.ts'
import { withOuter, type Scope } from './scope.ts'
import { unclearFirst } from './unclear-names.ts'

export interface BatchSource { readonly schema: StructTypeShape; readonly held: unknown }

/** What analysis asks of the outside: schemas of sources, tables, confs. */
export interface Catalog extends BindContext {
  streamSchema(read: StreamRead): StructTypeShape
  /** The schema, and what the source holds from now on for every read of this DataFrame. */
  batchSource(read: BatchRead): BatchSource
  /** The plan behind a temporary view or memory table. Throws TABLE_OR_VIEW_NOT_FOUND. */
  table(name: string): LogicalPlan
}

export class Analyzer {
  readonly #catalog: Catalog
  readonly #known = new WeakMap<LogicalPlan, ResolvedPlan>()
  readonly #judged = new WeakSet<object>()
  readonly #loops = new WeakMap<RecursiveRef, ResolvedPlan>()

  constructor(catalog: Catalog) { this.#catalog = catalog }

  /** The resolved plan. Throws AnalysisException where Spark's analysis would. */
  resolve(plan: LogicalPlan): ResolvedPlan {
    const known = this.#known.get(plan)
    if (known !== undefined) return known
    const resolved = this.#resolved(plan)
    // What names columns of a query around means another thing in each.
    if (plan.kind !== 'table' && !namesOuter(plan)) this.#known.set(plan, resolved)
    return resolved
  }

  /** The names that may be used above a plan. */
  scopeOf(plan: LogicalPlan, resolved: ResolvedPlan): Scope {
    return { attributes: resolved.output, planOutput: (wanted, left = []) => this.outputWithin(plan, wanted, [...resolved.output, ...left]), resolveQuery: this.resolveQuery }
  }

  /** Resolves the query of a subquery. */
  readonly resolveQuery = (query: object): ResolvedPlan => {
    if (isQueryText(query)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'A subquery in the text of an expression in this place', advice: 'Put its value into a column first: df.withColumn("x", F.expr("(SELECT …)")).' })
    return this.resolve(query as LogicalPlan)
  }

  /** The output of a plan node that stands somewhere inside `plan`, as far as it is visible. */
  outputWithin(plan: LogicalPlan, wanted: object, visible: readonly Attribute[]): readonly Attribute[] | null {
    if (plan === wanted) return this.resolve(plan).output.filter(a => visible.some(v => v.id === a.id))
    for (const input of inputsOf(plan)) {
      const found = this.outputWithin(input, wanted, visible)
      if (found !== null && found.length > 0) return found
    }
    return null
  }

  // An error is looked at once, by the node that threw it, whose inputs are resolved; those above only let it by.
  #resolved(plan: LogicalPlan): ResolvedPlan {
    try { return this.#resolve(plan) } catch (e) {
      if (typeof e !== 'object' || e === null || this.#judged.has(e)) throw e
      this.#judged.add(e)
      if (!['project', 'with-columns', 'filter', 'aggregate', 'join'].includes(plan.kind)) throw e
      let inputs: readonly ResolvedPlan[]
      try { inputs = inputsOf(plan).map(p => this.resolve(p)) } catch { throw e }
      const told = unclearFirst(e, expressionsIn(plan), { attributes: sidesOf(inputs) }, this.#catalog)
      this.#judged.add(told)
      throw told
    }
  }

  #resolve(plan: LogicalPlan): ResolvedPlan {
    const c = this.#catalog
    switch (plan.kind) {
      case 'local-data': return { kind: 'local', batches: plan.batches, output: schemaAttributes(plan.schema), streaming: false }
      case 'range': return { kind: 'range', start: plan.start, end: plan.end, step: plan.step, output: [attribute('id', { kind: 'long' }, false)], streaming: false }
      case 'table-function': return resolveTableFunction(plan, { attributes: [], resolveQuery: this.resolveQuery }, c)
      case 'batch-read': { const { schema, held } = c.batchSource(plan); return { kind: 'batch-read', format: plan.format, schema, held, options: plan.options, paths: plan.paths, output: schemaAttributes(schema), streaming: false } }
      case 'stream-read': { const schema = c.streamSchema(plan); return { kind: 'stream-read', source: plan, schema, output: schemaAttributes(schema), streaming: true } }
      case 'table': {
        const named = c.table(plan.name), found = requalify(withOuter(null, () => this.resolve(named)), plan.name.split('.'))
        return named.kind === 'batch-read' && named.table === true ? found : { ...found, view: true }
      }
      case 'alias': { const found = requalify(this.resolve(plan.child), plan.qualifier ?? (plan.name === null ? [] : plan.view === true ? plan.name.split('.') : [plan.name])); return plan.named === true ? { ...found, named: true } : plan.view === true ? { ...found, view: true } : found }
      case 'pipe': return { ...this.resolve(plan.child), piped: true }
      case 'repartition': { const child = this.resolve(plan.child); checkPartitioning(plan, child, this.scopeOf(plan.child, child), c); return child }
      case 'values': return resolveValues(plan, c)
      case 'recursive': return resolveRecursive(plan, p => this.resolve(p), this.#loops, c)
      case 'recursive-ref': return this.#loops.get(plan)!
      case 'project': { const { child, scope } = this.#below(plan.child, plan.expressions); return plan.pipe === undefined ? projectList(plan.expressions, child, scope, c) : resolveExtend(plan, child, scope, c) }
      case 'with-columns': { const { child, scope } = this.#below(plan.child, plan.columns.map(x => x.expression)); if (plan.pipe !== undefined) checkSet(plan, this.resolve(plan.child), scope, c); return shownOf(scope, resolveWithColumns(plan.columns, child, scope, c)) }
      case 'rename-columns': return resolveRename(plan.renames, this.resolve(plan.child))
      case 'drop': { const child = this.resolve(plan.child); return resolveDrop(plan.columns, child, this.scopeOf(plan.child, child), c) }
      case 'to-df': return resolveToColumns(plan, this.resolve(plan.child))
      case 'filter': return overGroups(plan, () => this.#filter(plan), select => this.#resolve(select))
      case 'aggregate': { const { child, scope } = this.#below(plan.child, [...plan.keys, ...plan.aggregates, ...(plan.pivot === undefined ? [] : [plan.pivot.column])]); return resolveAggregate(plan, child, scope, c) }
      case 'select-aggregate': { const { child, scope } = this.#below(plan.child, [...plan.keys, ...plan.select, ...plan.orders, ...(plan.having === null ? [] : [plan.having])]); return resolveSelectAggregate(plan.pipe === undefined ? plan : withKeysSelected(plan, this.resolve(plan.child)), child, scope, c) }
      case 'qualify': { const child = this.resolve(plan.child); return resolveQualify(plan.condition, child, this.scopeOf(plan.child, child), c) }
      case 'join': return resolveJoin(plan, this, c)
      case 'sort': return overGroups(plan, () => { const { child, scope } = this.#below(plan.child, plan.orders); return shownOf(scope, resolveSort(plan.orders, child, scope, c)) }, select => this.#resolve(select))
      case 'limit': case 'offset': {
        const child = this.resolve(plan.child)
        const count = rowCount(plan, this.scopeOf(plan.child, child), c)
        return { kind: 'limit', count: plan.kind === 'limit' ? count : Infinity, offset: plan.kind === 'offset' ? count : 0, child, output: child.output, streaming: child.streaming }
      }
      case 'sample': {
        const below = this.resolve(plan.child), child = plan.sorted === true ? sortedByAll(below) : below
        return { kind: 'sample', fraction: plan.fraction, from: plan.from ?? 0, seed: BigInt(plan.seed), withReplacement: plan.withReplacement, child, output: child.output, streaming: child.streaming }
      }
      case 'to-schema': { const child = this.resolve(plan.child); return projectList(matchedColumns(plan.schema, child), child, this.scopeOf(plan.child, child), c) }
      case 'zip-with-index': { const child = this.resolve(plan.child); return { kind: 'zip-with-index', child, output: [...child.output, attribute(plan.name, { kind: 'long' }, false)], streaming: child.streaming } }
      case 'zip': return resolveZip(plan, this.resolve(plan.left), this.resolve(plan.right))
      case 'unpivot': { const { child, scope } = this.#below(plan.child, [...plan.ids ?? [], ...(plan.values ?? []).flatMap(v => v.columns)]); return resolveUnpivot(plan, child, scope, c) }
      case 'union': return resolveUnion(this.resolve(plan.left), this.resolve(plan.right), plan.byName, plan.allowMissingColumns, c)
      case 'except': case 'intersect': return resolveExceptIntersect(plan.kind, this.resolve(plan.left), this.resolve(plan.right), plan.all, c)
      case 'deduplicate': {
        const input = this.resolve(plan.child), child = plan.withinWatermark ? input : withoutRepeats(input)
        const keys = plan.columns === null ? child.output : plan.columns.flatMap(name => columnsNamed(name, child))
        if (plan.withinWatermark) refuseComparedVariants(keys); else refuseCompared(keys)
        return { kind: 'deduplicate', keys, withinWatermark: plan.withinWatermark, child, output: child.output, streaming: child.streaming }
      }
      case 'distinct': {
        const child = withoutRepeats(this.resolve(plan.child)), { output, streaming } = child
        refuseCompared(output)
        return streaming ? resolveAggregateList(output, output, child, c) : { kind: 'deduplicate', keys: output, withinWatermark: false, child, output, streaming, joined: [] }
      }
      case 'watermark': return this.#watermark(plan)
      case 'observe': { const child = this.resolve(plan.child), resolved = resolveObserve(plan, child, this.scopeOf(plan.child, child), c); checkMetricNames(resolved, resolvedInputs); return resolved }
      case 'append-key': return resolveAppendKey(plan, this.resolve(plan.child))
      case 'group-state': return resolveGroupState(plan, this, c)
      case 'transform-with-state': return resolveTransformWithState(plan, this, c)
    }
  }

  // What expressions stand over, with the hidden column of files and those of joins by names where they name them.
  #below(plan: LogicalPlan, expressions: readonly Expression[]): { readonly child: ResolvedPlan; readonly scope: Scope } {
    const own = this.resolve(plan), joined = expressions.some(namesSide) ? joinedColumns(own) : [], child = joined.length === 0 ? own : withJoined(own)
    const scope: Scope = joined.length === 0 ? this.scopeOf(plan, own) : { ...this.scopeOf(plan, own), joined, planOutput: (wanted, left = []) => this.outputWithin(plan, wanted, [...own.output, ...joined, ...left]) }
    const found = expressions.some(namesMetadata) ? withMetadata(child) : null, seen: Scope = found === null ? scope : { ...scope, hidden: [found.attribute] }, read = found?.plan ?? child
    const file = expressions.some(asksForFile) ? withInputFile(read, expressions) : null
    return file === null ? { child: read, scope: seen } : { child: file.plan, scope: { ...seen, inputFile: file.attribute } }
  }

  #filter(plan: Extract<LogicalPlan, { kind: 'filter' }>): ResolvedPlan {
    const { child, scope } = this.#below(plan.child, [plan.condition])
    return shownOf(scope, overLeftOut(child, scope, [plan.condition], (input, seen) => this.#filterOver(plan, input, seen), this.#catalog))
  }

  #filterOver(plan: Extract<LogicalPlan, { kind: 'filter' }>, child: ResolvedPlan, scope: Scope): ResolvedPlan {
    const condition = resolveExpression(plan.condition, scope, this.#catalog)
    if (condition.type.kind !== 'boolean') throw analysisError('DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', { sqlExpr: `"${nameOf(plan.condition)}"`, filter: `"${nameOf(plan.condition)}"`, type: `"${sqlName(condition.type)}"` })
    if (hasAggregate(condition) || condition.kind === 'generator') throw analysisError('INVALID_WHERE_CONDITION', { condition: `"${nameOf(plan.condition)}"`, expressionList: 'an aggregate function, a generator or a window function in it' })
    if (hasOver(condition)) throw analysisError('WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE', { clauseName: 'WHERE' })
    refuseGrouping([condition])
    if (hasSubquery(condition)) return keepRows(condition, child, this.#catalog)
    const { items, plan: below } = takeOutWindows([condition], child)
    const kept = filterOf(items[0]!, below)
    // The window it goes by comes out as the first column.
    return below === child ? kept : project([...below.output.filter(a => !child.output.some(b => b.id === a.id)), ...child.output], kept)
  }

  #watermark(plan: Extract<LogicalPlan, { kind: 'watermark' }>): ResolvedPlan {
    const below = this.resolve(plan.child), scope = this.scopeOf(plan.child, below)
    const time: Expression = typeof plan.column === 'string' ? { kind: 'unresolved-attribute', nameParts: parseIdentifier(plan.column) } : plan.column
    const named = time.kind === 'unresolved-attribute' ? resolveExpression(time, scope, this.#catalog) : null, isColumn = named?.kind === 'attribute'
    if (!isColumn && typeof plan.column === 'string') throw analysisError('EVENT_TIME_MUST_BE_TOP_LEVEL_COLUMN', { eventExpr: plan.column })
    // What a clause of SQL computes is a new first column.
    const child = isColumn ? below : projectList([time, { kind: 'star', target: null }], below, scope, this.#catalog), found = isColumn ? named : child.output[0]!
    const column = child.output.find(a => a.id === found.id) ?? found
    const delayMs = intervalDelayMs(plan.delay)
    const type = column.type
    const isTime = type.kind === 'timestamp' || (type.kind === 'struct' && type.fields.length === 2 && type.fields[1]!.name === 'end' && type.fields[1]!.dataType.kind === 'timestamp')
    if (!isTime) throw analysisError('EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE', { eventName: '`' + column.name + '`', eventType: `"${sqlName(type)}"` })
    // A batch query has all of its input: nothing is late, and no column is marked.
    if (!child.streaming) return child
    const marked: Attribute = { ...column, metadata: { ...column.metadata, 'spark.watermarkDelayMs': delayMs } }
    const output = child.output.map(a => {
      if (a.id === column.id) return marked
      if (a.metadata?.['spark.watermarkDelayMs'] === undefined) return a
      const { 'spark.watermarkDelayMs': _, ...rest } = a.metadata
      return { ...a, metadata: rest }
    })
    return { kind: 'watermark', attribute: marked, delayMs, child, output, streaming: child.streaming }
  }
}

// The columns of both sides, those of a plan that is joined with itself as columns of two.
const sidesOf = (inputs: readonly ResolvedPlan[]): Attribute[] => inputs.flatMap((p, side) => p.output.map(a => (side === 0 ? a : { ...a, id: -a.id })))

// Without the hidden columns.
function shownOf({ hidden, joined, inputFile }: Scope, plan: ResolvedPlan): ResolvedPlan {
  return without([...hidden ?? [], ...joined ?? [], ...(inputFile === undefined ? [] : [inputFile])], plan)
}

const sortable = (t: DataType): boolean => (t.kind === 'struct' ? t.fields.every(f => sortable(f.dataType)) : t.kind === 'array' ? sortable(t.elementType) : t.kind !== 'map')
function sortedByAll(child: ResolvedPlan): ResolvedPlan {
  const orders = child.output.filter(a => sortable(a.type)).map(a => ({ child: a, ascending: true, nullsFirst: true }))
  return orders.length === 0 || child.streaming ? child : { kind: 'sort', orders, child, output: child.output, streaming: child.streaming }
}

// The columns of a name that deduplication looks at: all of them where several have it, each by its name alone.
function columnsNamed(name: string, child: ResolvedPlan): Attribute[] {
  const found = child.output.filter(a => a.name.toLowerCase() === name.toLowerCase())
  if (found.length === 0) throw analysisError('UNRESOLVED_COLUMN_AMONG_FIELD_NAMES', { colName: `"${name}"`, fieldNames: child.output.map(a => a.name).join(', '), advice: 'Write one of these.' })
  return found
}

/** One attribute for each field of a schema. */
export function schemaAttributes(schema: StructTypeShape): Attribute[] {
  return schema.fields.map(f => attribute(f.name, f.dataType, f.nullable, [], f.metadata))
}

// An alias renames how columns are reached; a projection of nothing new carries the qualifier.
function requalify(plan: ResolvedPlan, qualifier: readonly string[]): ResolvedPlan {
  return { ...plan, joined: [], output: plan.output.map(a => ({ ...a, qualifier })) }
}
