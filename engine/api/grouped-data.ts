/** What groupBy gives: it waits for the aggregates, or for a function that keeps state. */
import { isStreaming, type Aggregate, type LogicalPlan } from '../plan/logical-plan.ts'
import { analysisError } from '../errors/spark-error.ts'
import { nameOf } from '../expressions/name.ts'
import { isNumeric, sqlName } from '../types/data-type.ts'
import { entriesOf, type Named } from './arguments.ts'
import { call, Column, columnNamed, exactColumn, toColumn, type ColumnOrName, type ColumnOrValue } from './column.ts'
import type { DataFrame } from './dataframe.ts'
import { KeyValueGroupedDataset } from './key-value-grouped.ts'

export class GroupedData extends KeyValueGroupedDataset {
  readonly #plan: LogicalPlan
  readonly #keys: readonly Column[]
  readonly #make: (plan: LogicalPlan) => DataFrame
  readonly #grouping: 'groupby' | 'rollup' | 'cube'
  readonly #more: Pick<Aggregate, 'sets' | 'pivot'>

  constructor(plan: LogicalPlan, keys: readonly Column[], make: (plan: LogicalPlan) => DataFrame, grouping: 'groupby' | 'rollup' | 'cube', more: Pick<Aggregate, 'sets' | 'pivot'> = {}) {
    super(plan, keys.map(k => k.expression), 0, make)
    this.#plan = plan
    this.#keys = keys
    this.#make = make
    this.#grouping = grouping
    this.#more = more
  }

  /** The aggregates of each group: `agg(F.sum("v").alias("total"))`, or `agg({ v: "sum" })`. */
  agg(...aggregates: readonly (Column | Named<string>)[]): DataFrame {
    const columns = aggregates.flatMap(a => (a instanceof Column || typeof a !== 'object' ? [columnNamed(a)] : entriesOf(a).map(([name, f]) => call(f, name === '*' ? toColumn(1) : columnNamed(name)))))
    if (columns.length === 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'agg() needs at least one aggregate', advice: 'Write for instance agg(F.count("*").alias("n")).' })
    return this.#aggregated(columns)
  }

  #aggregated(columns: readonly Column[]): DataFrame {
    return this.#make({ kind: 'aggregate', grouping: this.#grouping, keys: this.#keys.map(k => k.expression), aggregates: columns.map(c => c.expression), child: this.#plan, ...this.#more })
  }

  /** How many rows each group has, as the column `count`. */
  count(): DataFrame { return this.agg(call('count', toColumn(1)).alias('count')) }
  /** The sum of each of these columns, which must be numbers; without any, of all columns that are. So are avg, mean, min and max. `df.groupBy("region").sum("monto")` */
  sum(...columns: readonly string[]): DataFrame { return this.#each('sum', columns) }
  avg(...columns: readonly string[]): DataFrame { return this.#each('avg', columns) }
  mean(...columns: readonly string[]): DataFrame { return this.#each('avg', columns) }
  min(...columns: readonly string[]): DataFrame { return this.#each('min', columns) }
  max(...columns: readonly string[]): DataFrame { return this.#each('max', columns) }

  /**
   * Makes a column of each value of a column: the aggregates over the group's rows that have it, NULL where there is none. Given no values it finds them (sorted, at most `spark.sql.pivotMaxValues`) and must be awaited.
   * On a stream the values must be given, and where all results are numbers or booleans it is two aggregations, which go together in append (with a watermark) but not in update or complete.
   * `df.groupBy("region").pivot("producto", ["a", "b"]).sum("n")`, `(await df.groupBy("region").pivot("producto")).sum("n")`
   */
  pivot(column: ColumnOrName, values: readonly ColumnOrValue[]): GroupedData
  pivot(column: ColumnOrName): Promise<GroupedData>
  pivot(column: ColumnOrName, values?: readonly ColumnOrValue[]): GroupedData | Promise<GroupedData> {
    if (this.#grouping !== 'groupby' || this.#more.sets !== undefined) throw analysisError('UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY')
    if (this.#more.pivot !== undefined) throw analysisError('REPEATED_CLAUSE', { clause: 'PIVOT' })
    const by = columnNamed(column)
    if (values === undefined && isStreaming(this.#plan)) throw analysisError('MICROLOTE_STREAMING_REFUSED', { what: 'pivot() without values', advice: 'Give the values, aggregate each with F.sum(F.when(condition, column)), or pivot each batch in foreachBatch.' })
    if (values === undefined) return this.#valuesOf(by).then(found => this.#pivoted(by, found))
    return this.#pivoted(by, values.map(v => { const e = toColumn(v).expression; return { value: e, name: v === null ? 'null' : nameOf(e) } }))
  }

  #pivoted(by: Column, values: NonNullable<Aggregate['pivot']>['values']): GroupedData {
    return new GroupedData(this.#plan, this.#keys, this.#make, this.#grouping, { pivot: { column: by.expression, values } })
  }

  async #valuesOf(by: Column): Promise<NonNullable<Aggregate['pivot']>['values']> {
    const distinct = this.#make({ kind: 'project', expressions: [by.alias('value').expression, by.cast('STRING').alias('name').expression], child: this.#plan }).distinct().orderBy('value')
    const most = Number(distinct.backend.getConf('spark.sql.pivotMaxValues') ?? 10000)
    const { schema, batches } = await distinct.backend.collect(distinct.limit(most + 1).plan)
    const rows = batches.flatMap(b => Array.from({ length: b.length }, (_, i) => ({ value: b.columns[0]!.get(i), name: b.columns[1]!.get(i) })))
    if (rows.length > most) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the column of pivot() has more than ${most} values`, advice: 'Give the values that are wanted, or set spark.sql.pivotMaxValues.' })
    return rows.map(({ value, name }) => ({ value: { kind: 'literal', value, type: schema.fields[0]!.dataType, nullable: value === null }, name: name === null ? 'null' : String(name) }))
  }

  #each(name: string, columns: readonly string[]): DataFrame {
    const input = this.#make(this.#plan)
    for (const c of columns) {
      const { dataType } = input.select(c).schema.fields[0]!
      if (!isNumeric(dataType)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${name}() takes columns of numbers, and "${c}" is ${sqlName(dataType)}`, advice: `Write agg(F.${name}("${c}")).` })
    }
    const all = columns.length > 0 ? columns.map(c => columnNamed(c)) : input.schema.fields.filter(f => isNumeric(f.dataType)).map(f => exactColumn(f.name))
    return this.#aggregated(all.map(c => call(name, c)))
  }
}
