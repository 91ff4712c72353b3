/** DataFrame: a plan under construction and the actions that run it. Every method but the actions returns a new DataFrame at once. */
import { concatVectors } from '../columns/concat.ts'
import { columnValues, rowsOf, type Row } from '../columns/rows.ts'
import type { RowInput, Schema } from '../columns/typed-rows.ts'
import { shownTable, showString, type ShownTable } from '../columns/show.ts'
import { analysisError } from '../errors/spark-error.ts'
import type { Backend, QueryResult } from '../plan/backend.ts'
import { lifetimeOf } from '../plan/lifetime.ts'
import { isStreaming, namesOuter, type JoinType, type LogicalPlan } from '../plan/logical-plan.ts'
import { withQueriesRead } from '../plan/read-queries.ts'
import { nameOf } from '../expressions/name.ts'
import { parseTableName } from '../expressions/table-name.ts'
import { parseIdentifier } from '../expressions/parser.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { parseSchema } from '../types/ddl.ts'
import { StructType } from '../types/schema.ts'
import type { Expression } from '../expressions/expression.ts'
import { entriesOf, nameText, planOf, rowCount, type Named } from './arguments.ts'
import { call, Column, columnNamed, exactColumn, type ColumnOrName } from './column.ts'
import { groupKey, sortKey, type Key } from './keys.ts'
import { conditionExpression, parseSelectItems } from './sql-text.ts'
import { DataFrameWriter } from './data-frame-writer.ts'
import { DataFrameWriterV2 } from './data-frame-writer-v2.ts'
import { DataStreamWriter } from './data-stream-writer.ts'
import { GroupedData } from './grouped-data.ts'
import { javaPattern } from '../functions/java-pattern.ts'
import { greatestMean } from '../functions/poisson.ts'
import { DataFrameNaFunctions } from './na-functions.ts'
import { sessionOf, type Session } from './session.ts'
import { DataFrameStatFunctions } from './stat-functions.ts'
import { describeStatistics, summaryOf, summaryStatistics } from './summary.ts'
import type { Observation } from './observation.ts'
import { MergeIntoWriter } from './merge-into-writer.ts'
import { transposed } from './transpose.ts'
import { unpivotPlan } from './unpivot.ts'
import { groupedByFunction, KeyValueGroupedDataset } from './key-value-grouped.ts'

/** Join types as Spark spells them, also without or with underscores. */
const joinTypes: Readonly<Record<string, JoinType>> = {
  inner: 'inner', cross: 'cross', outer: 'full', full: 'full', fullouter: 'full', left: 'left', leftouter: 'left', right: 'right', rightouter: 'right',
  semi: 'leftsemi', leftsemi: 'leftsemi', anti: 'leftanti', leftanti: 'leftanti',
}

const partitionKeys = (partitions: number | ColumnOrName | undefined, columns: readonly ColumnOrName[]): Expression[] =>
  [...(partitions === undefined || typeof partitions === 'number' ? [] : [partitions]), ...columns].map(c => { const e = columnNamed(c).expression; return e.kind === 'sort-order' ? e.child : e })
const hints = new Set('broadcast broadcastjoin mapjoin merge shuffle_merge mergejoin shuffle_hash shuffle_replicate_nl coalesce repartition repartition_by_range rebalance skew'.split(' '))

export class DataFrame {
  /** The plan behind the DataFrame and what runs it. For other rooms of the engine; not part of the public API. */
  readonly plan: LogicalPlan
  readonly backend: Backend

  constructor(plan: LogicalPlan, backend: Backend) {
    this.plan = withQueriesRead(plan, query => backend.readQuery(query))
    this.backend = backend
    if (backend.eager && !namesOuter(this.plan)) backend.schemaOf(this.plan)
  }

  #with(plan: LogicalPlan): DataFrame { return new DataFrame(plan, this.backend) }

  // ── what it is
  /** The schema. `df.schema.simpleString()` */
  get schema(): StructType { return StructType.from(this.backend.schemaOf(this.plan)) }
  /** The names of the columns. */
  get columns(): string[] { return this.backend.schemaOf(this.plan).fields.map(f => f.name) }
  /** Names and types: `[["id", "bigint"]]`. */
  get dtypes(): [string, string][] { return this.schema.fields.map(f => [f.name, f.dataType.simpleString()]) }
  /** Whether it reads a stream; then only writeStream can run it. */
  get isStreaming(): boolean { return isStreaming(this.plan) }
  /** The session it came from; in foreachBatch that of the query: `batch.sparkSession.sql(…)`. */
  get sparkSession(): Session { return sessionOf(this.backend) }
  /** Whether the rows stand in this process already (createDataFrame), so that an action has nothing to read. */
  isLocal(): boolean { return this.plan.kind === 'local-data' }
  /**
   * The columns whose names a Java regular expression in backticks fits, in any case; without backticks a column's name. For select.
   * @example df.select(df.colRegex('`precio_.*`'))
   */
  colRegex(pattern: string): Column {
    const quoted = /^`(.+)`$/.exec(pattern)
    if (quoted === null) return this.col(pattern)
    const { regex } = javaPattern(`(?i)^(?:${quoted[1]!})$`, 'colRegex'), fits = (name: string): boolean => { regex.lastIndex = 0; return regex.test(name) }
    return new Column({ kind: 'star', target: null, except: this.columns.filter(name => !fits(name)).map(name => [name]) })
  }
  /** Prints the schema as a tree. */
  printSchema(): void { console.log(this.schema.treeString()) }
  /** The column of this DataFrame, also where another has one of the same name. `a.join(b, a.col("id").equalTo(b.col("id")))` */
  col(name: string): Column {
    const found = columnNamed(name, this.plan)
    if (this.backend.eager && !namesOuter(this.plan) && found.expression.kind === 'unresolved-attribute') this.backend.schemaOf({ kind: 'project', expressions: [found.expression], child: this.plan })
    return found
  }
  /** Prints the plan; with `true` every stage of it. */
  explain(extended = false): void { console.log(this.backend.explain(this.plan, extended)) }

  // ── columns
  /** These columns: names, Columns, `*`. `df.select("id", F.col("v").plus(1).alias("w"))` */
  select(...columns: readonly (ColumnOrName | readonly ColumnOrName[])[]): DataFrame {
    return this.#with({ kind: 'project', expressions: flat(columns).map(c => columnNamed(c).expression), child: this.plan })
  }
  /** The same with SQL texts. `df.selectExpr("id", "v * 2 AS double")` */
  selectExpr(...texts: readonly (string | readonly string[])[]): DataFrame {
    return this.#with({ kind: 'project', expressions: flat(texts).flatMap(parseSelectItems), child: this.plan })
  }
  /** Adds a column, or replaces the one of that name in its place. */
  withColumn(name: string, column: Column): DataFrame { return this.withColumns({ [name]: column }) }
  /** Adds or replaces several columns, each computed from the columns before. */
  withColumns(columns: Named<Column>): DataFrame {
    return this.#with({ kind: 'with-columns', columns: entriesOf(columns).map(([name, c]) => ({ name, expression: columnNamed(c).expression })), child: this.plan })
  }
  /** Renames a column; one that is not there is ignored. */
  withColumnRenamed(from: string, to: string): DataFrame { return this.#with({ kind: 'rename-columns', renames: [[from, to]], child: this.plan }) }
  /** Renames several columns. */
  withColumnsRenamed(names: Named<string>): DataFrame { return this.#with({ kind: 'rename-columns', renames: entriesOf(names), child: this.plan }) }
  /** Leaves columns out; names that are not there are ignored. */
  drop(...columns: readonly ColumnOrName[]): DataFrame { return this.#with({ kind: 'drop', columns: columns.map(c => (typeof c === 'string' ? { kind: 'unresolved-attribute' as const, nameParts: [c] } : c.expression)), child: this.plan }) }
  /** New names for all columns. */
  toDF(...names: readonly string[]): DataFrame { return this.#with({ kind: 'to-df', names, child: this.plan }) }
  /** A column with metadata in its schema, in place of what it had. `df.withMetadata("v", { unidad: "COP" })` */
  withMetadata(name: string, metadata: Readonly<Record<string, unknown>>): DataFrame {
    this.col(name)
    return this.select(...this.columns.map(n => {
      const column = exactColumn(n)
      return n.toLowerCase() === name.toLowerCase() ? new Column({ kind: 'unresolved-alias', child: column.expression, names: [n], metadata }) : column
    }))
  }
  /** A name to reach the columns by in a join: `df.alias("a").join(…, F.expr("a.id = b.id"))`. */
  alias(name: string): DataFrame { return this.#with({ kind: 'alias', name, child: this.plan }) }
  /** The same as alias. */
  as(name: string): DataFrame { return this.alias(name) }

  /**
   * The columns of a schema, found by name, in its order, also the fields of structs; cast where a type holds them, NULL where one is missing that may be NULL. Throws INVALID_COLUMN_OR_FIELD_DATA_TYPE, NULLABLE_COLUMN_OR_FIELD, UNRESOLVED_COLUMN.*.
   * @example df.to('id BIGINT, precio DOUBLE, nota STRING')
   */
  to(schema: StructTypeShape | string): DataFrame { return this.#with({ kind: 'to-schema', schema: typeof schema === 'string' ? parseSchema(schema) : schema, child: this.plan }) }
  /**
   * The columns of this DataFrame beside those of another, row by row. Both must come from one source by selections alone (select, withColumn, drop, …): what stands below, such as filters and sorts, is the same on both sides.
   * Throws ZIP_PLANS_NOT_MERGEABLE.
   * @example ventas.select("id").zip(ventas.selectExpr("precio * 1.19 AS con_iva"))
   */
  zip(other: DataFrame): DataFrame { return this.#with({ kind: 'zip', left: this.plan, right: planOf('zip', other) }) }
  /** The number of each row, from 0, as one more column of BIGINT; on a stream the rows of each batch are numbered anew. `df.orderBy("ts").zipWithIndex("orden")` */
  zipWithIndex(indexColName = 'index'): DataFrame { return this.#with({ kind: 'zip-with-index', name: indexColName, child: this.plan }) }

  // ── rows
  /** The rows whose condition is true: a Column or SQL text, which may name columns that a `select` or `drop` before it has left out, as in Spark, but none from before an `alias`, groups, a union or a join. `df.filter("monto > 100")` */
  filter(condition: Column | string): DataFrame {
    return this.#with({ kind: 'filter', condition: conditionExpression(condition), child: this.plan })
  }
  /** The same as filter. */
  where(condition: Column | string): DataFrame { return this.filter(condition) }
  /** Groups rows by these keys; an aggregation must follow. `df.groupBy("region").count()` */
  groupBy(...keys: readonly (Key | readonly Key[])[]): GroupedData {
    // As in Spark columns of a DataFrame around are not seen here: aggregate in select.
    if (namesOuter(this.plan)) this.backend.schemaOf(this.plan)
    return new GroupedData(this.plan, flat(keys).map(k => groupKey(k, () => this.columns)), p => this.#with(p), 'groupby')
  }
  /** Groups rows for a function that keeps state, by columns: `df.groupByKey("user")`, or by what a function makes of each row: `df.groupByKey(r => ({ user: r.user.trim() }), "user STRING")`. */
  groupByKey(...keys: readonly ColumnOrName[]): KeyValueGroupedDataset
  groupByKey<K extends Schema>(f: (row: Row) => RowInput<K>, key: K): KeyValueGroupedDataset<K>
  groupByKey(...args: readonly unknown[]): KeyValueGroupedDataset<any> {
    const [f, schema] = args
    if (typeof f !== 'function') return new KeyValueGroupedDataset(this.plan, (args as ColumnOrName[]).map(k => columnNamed(k).expression), 0, p => this.#with(p))
    if (schema === undefined) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'groupByKey with a function needs the schema of the key', advice: 'Write for instance groupByKey(r => ({ user: r.user }), "user STRING").' })
    return groupedByFunction(f as (row: Row) => Row, schema as Schema, this.plan, p => this.#with(p))
  }
  /** The same as groupBy. */
  groupby(...keys: readonly (Key | readonly Key[])[]): GroupedData { return this.groupBy(...keys) }
  /** Groups by all keys, by all but the last, and so on down to no key: totals and subtotals, with NULL for a key left out. `df.rollup("region", "city").count()` */
  rollup(...keys: readonly (Key | readonly Key[])[]): GroupedData { return new GroupedData(this.plan, flat(keys).map(k => groupKey(k, () => this.columns)), p => this.#with(p), 'rollup') }
  /** Groups by every choice of the keys. `df.cube("region", "product").count()` */
  cube(...keys: readonly (Key | readonly Key[])[]): GroupedData { return new GroupedData(this.plan, flat(keys).map(k => groupKey(k, () => this.columns)), p => this.#with(p), 'cube') }
  /** Groups by sets of these keys, NULL for a key that a set leaves out. `df.groupingSets([["region", "city"], ["region"], []], "region", "city").count()` */
  groupingSets(sets: readonly (readonly ColumnOrName[])[], ...keys: readonly ColumnOrName[]): GroupedData {
    const columns = keys.map(k => columnNamed(k)), names = columns.map(c => nameOf(c.expression).toLowerCase())
    const number = (c: ColumnOrName): number => {
      const at = names.indexOf(nameOf(columnNamed(c).expression).toLowerCase())
      if (at >= 0) return at
      this.select(c)
      throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the grouping set names ${nameOf(columnNamed(c).expression)}, which is not among the keys`, advice: 'Name all keys behind the sets: groupingSets([["a"], []], "a").' })
    }
    return new GroupedData(this.plan, columns, p => this.#with(p), 'groupby', { sets: sets.map(s => s.map(number)) })
  }
  /** Aggregates all rows into one. `df.agg(F.sum("v"), F.max("v"))` */
  agg(...aggregates: readonly (Column | Named<string>)[]): DataFrame { return this.groupBy().agg(...aggregates) }
  /** Sorted rows. As in filter, a key may be a column that was left out before; a number is that of a column, negative to sort the other way. `df.orderBy(F.col("v").desc())` */
  orderBy(...keys: readonly (Key | readonly Key[])[]): DataFrame {
    return this.#with({ kind: 'sort', orders: flat(keys).map(k => sortKey(k, () => this.columns)), child: this.plan })
  }
  /** The same as orderBy. */
  sort(...keys: readonly (Key | readonly Key[])[]): DataFrame { return this.orderBy(...keys) }
  /** The first rows. */
  limit(count: number): DataFrame { return this.#with({ kind: 'limit', count: rowCount('limit', count), child: this.plan }) }
  /** All but the first rows. */
  offset(count: number): DataFrame { return this.#with({ kind: 'offset', count: rowCount('offset', count), child: this.plan }) }
  /**
   * Each row with this probability; with replacement each row so many times on average (below 40), maybe more than once. For one seed these are the rows that Spark takes of one partition.
   * Throws MICROLOTE_INVALID_ARGUMENT for a fraction out of range.
   *
   *     df.sample(0.1, 7)
   *     df.sample(true, 1.5, 7)
   */
  sample(fraction: number, seed?: number | bigint): DataFrame
  sample(withReplacement: boolean, fraction: number, seed?: number | bigint): DataFrame
  sample(...args: readonly (boolean | number | bigint | undefined)[]): DataFrame {
    const [fraction, seed = 42] = (typeof args[0] === 'boolean' ? args.slice(1) : args) as [number, (number | bigint)?], withReplacement = args[0] === true
    // Spark minds an error of rounding.
    if (!(fraction >= -1e-6 && (withReplacement || fraction <= 1 + 1e-6))) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the fraction of sample is ${fraction}`, advice: withReplacement ? 'Give a number of 0 or more.' : 'Give a number from 0 to 1, or sample with replacement: sample(true, fraction, seed).' })
    if (withReplacement && fraction >= greatestMean) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `sample() that takes each row ${greatestMean} times or more`, advice: 'Take a smaller sample, or join with spark.range(n).' })
    return this.#with({ kind: 'sample', fraction, seed, withReplacement, child: this.plan })
  }
  /** Rows that differ in some column. */
  distinct(): DataFrame { return this.#with({ kind: 'deduplicate', columns: null, withinWatermark: false, child: this.plan }) }
  /** The same as dropDuplicates. */
  drop_duplicates(columns?: readonly string[]): DataFrame { return this.dropDuplicates(columns) }
  /** One row for each value of these columns (all, when none are given). */
  dropDuplicates(columns?: readonly string[]): DataFrame { return this.#with({ kind: 'deduplicate', columns: columns === undefined || columns.length === 0 ? null : columns, withinWatermark: false, child: this.plan }) }
  /** Stream only: drops duplicates that arrive within the watermark's delay of the first. */
  dropDuplicatesWithinWatermark(columns?: readonly string[]): DataFrame { return this.#with({ kind: 'deduplicate', columns: columns === undefined || columns.length === 0 ? null : columns, withinWatermark: true, child: this.plan }) }
  /** Event time for late data and state: how far behind the greatest time seen rows may still come. `df.withWatermark("ts", "10 minutes")` */
  withWatermark(column: string, delay: string): DataFrame { return this.#with({ kind: 'watermark', column, delay, child: this.plan }) }

  /** Rows sorted where they are: in one process this is orderBy, and as in Spark streams refuse it. `df.sortWithinPartitions("ts")` */
  sortWithinPartitions(...keys: readonly (Key | readonly Key[])[]): DataFrame { return this.orderBy(...keys) }
  /** The rows, sorted by all columns, split at random into DataFrames that share none: those that Spark splits one partition into. Weights are made to add up to 1. `const [a, b] = df.randomSplit([0.8, 0.2], 7)` */
  randomSplit(weights: readonly number[], seed = 42): DataFrame[] {
    const sum = weights.reduce((a, b) => a + b, 0)
    if (weights.some(w => !(w >= 0)) || !(sum > 0)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the weights of randomSplit are ${weights.join(', ')}`, advice: 'Give numbers of 0 or more, one of them above 0.' })
    let from = 0
    return weights.map((w, i) => {
      const fraction = i === weights.length - 1 ? 2 - from : w / sum, start = from
      from += w / sum
      return this.#with({ kind: 'sample', fraction, from: start, seed, withReplacement: false, sorted: true, child: this.plan })
    })
  }
  /** Columns become rows: the ids, then `variable` (the column's name) and `value`; all columns but the ids where `values` is null. Their types must go together. `df.unpivot("id", ["t1", "t2"], "sensor", "grados")` */
  unpivot(ids: ColumnOrName | readonly ColumnOrName[], values: ColumnOrName | readonly ColumnOrName[] | null, variableColumnName: string, valueColumnName: string): DataFrame {
    return this.#with(unpivotPlan(this.plan, ids, values, variableColumnName, valueColumnName))
  }
  /** The same as unpivot. */
  melt(ids: ColumnOrName | readonly ColumnOrName[], values: ColumnOrName | readonly ColumnOrName[] | null, variableColumnName: string, valueColumnName: string): DataFrame { return this.unpivot(ids, values, variableColumnName, valueColumnName) }
  /** Rows become columns, named by the values of the index (the first column if none is named), and columns become rows, named in `key`. Reads the rows: await it. Throws TRANSPOSE_*. `await (await ventas.transpose("region")).show()` */
  async transpose(indexColumn?: ColumnOrName): Promise<DataFrame> { return this.#with(await transposed(this, indexColumn)) }
  /** Each row as a JSON text in the column `value`; NULL fields are left out. `df.toJSON().writeStream.format("kafka")` */
  toJSON(): DataFrame { return this.select(call('to_json', call('struct', columnNamed('*'))).alias('value')) }

  // ── what is missing, and statistics
  /** Rows and values that are missing: `df.na.fill(0)`, `df.na.drop("any")`, `df.na.replace("?", null)`. */
  get na(): DataFrameNaFunctions { return new DataFrameNaFunctions(this) }
  /** Statistics of columns: `await df.stat.corr("x", "y")`, `await df.stat.crosstab("a", "b")`. */
  get stat(): DataFrameStatFunctions { return new DataFrameStatFunctions(this) }
  /** The same as stat.corr. */
  corr(...args: Parameters<DataFrameStatFunctions['corr']>): Promise<number> { return this.stat.corr(...args) }
  /** The same as stat.cov. */
  cov(...args: Parameters<DataFrameStatFunctions['cov']>): Promise<number> { return this.stat.cov(...args) }
  /** The same as stat.crosstab. */
  crosstab(...args: Parameters<DataFrameStatFunctions['crosstab']>): Promise<DataFrame> { return this.stat.crosstab(...args) }
  /** The same as stat.approxQuantile. */
  get approxQuantile(): DataFrameStatFunctions['approxQuantile'] { const { stat } = this; return stat.approxQuantile.bind(stat) as DataFrameStatFunctions['approxQuantile'] }
  /** The same as stat.freqItems. */
  freqItems(...args: Parameters<DataFrameStatFunctions['freqItems']>): DataFrame { return this.stat.freqItems(...args) }
  /** The same as stat.sampleBy. */
  sampleBy(...args: Parameters<DataFrameStatFunctions['sampleBy']>): DataFrame { return this.stat.sampleBy(...args) }
  /** The same as na.fill. */
  fillna(...args: Parameters<DataFrameNaFunctions['fill']>): DataFrame { return this.na.fill(...args) }
  /** The same as na.drop. */
  dropna(...args: Parameters<DataFrameNaFunctions['drop']>): DataFrame { return this.na.drop(...args) }
  /** The same as na.replace. */
  replace(...args: Parameters<DataFrameNaFunctions['replace']>): DataFrame { return this.na.replace(...args) }
  /** Count, mean, stddev, min and max of numeric and STRING columns, as texts, a row each. Batch only. `await df.describe("monto").show()` */
  describe(...columns: readonly (string | readonly string[])[]): DataFrame { return summaryOf(columns.length === 0 ? this : this.select(...columns), describeStatistics) }
  /** The same with quartiles, or the statistics named: count, mean, stddev, min, max, count_distinct, approx_count_distinct, percentages. `df.summary("count", "90%")` */
  summary(...statistics: readonly string[]): DataFrame { return summaryOf(this, statistics.length === 0 ? summaryStatistics : statistics) }

  // ── with others
  /** `on`: a condition, several that must all hold, a column name, or several names (which then come out once). `how`: inner, left, right, full, leftsemi, leftanti, cross. */
  join(other: DataFrame, on?: Column | readonly Column[] | string | readonly string[] | null, how = 'inner'): DataFrame {
    const type = joinTypes[how.toLowerCase().replaceAll('_', '')]
    if (type === undefined) throw analysisError('UNSUPPORTED_JOIN_TYPE', { typ: `'${how}'`, supported: "'inner', 'left', 'right', 'full', 'leftsemi', 'leftanti', 'cross'" })
    const list = on == null ? [] : Array.isArray(on) ? (on as readonly (string | Column)[]) : [on as string | Column], using = list.length > 0 && list.every(x => typeof x === 'string') ? list : null
    const condition = using === null && list.length > 0 ? list.map(x => columnNamed(x)).reduce((a, b) => a.and(b)) : null
    return this.#with({ kind: 'join', left: this.plan, right: planOf('join', other), type, condition: condition?.expression ?? null, using })
  }
  /**
   * Each row with the rows of a DataFrame that may name its columns by `outer()`: the best three of each group, or the elements of its array. `how`: inner, cross, left. Throws UNSUPPORTED_JOIN_TYPE.
   * @example clientes.lateralJoin(compras.where(F.col('cliente').equalTo(F.col('id').outer())).orderBy(F.col('monto').desc()).limit(3), null, 'left')
   */
  lateralJoin(other: DataFrame, on?: Column | null, how = 'inner'): DataFrame {
    const type = joinTypes[how.toLowerCase().replaceAll('_', '')]
    if (type !== 'inner' && type !== 'cross' && type !== 'left') throw analysisError('UNSUPPORTED_JOIN_TYPE', { typ: `'${how}'`, supported: "'inner', 'leftouter', 'left', 'left_outer', 'cross'" })
    return this.#with({ kind: 'join', left: this.plan, right: other.plan, type: type === 'cross' ? 'inner' : type, condition: on?.expression ?? null, using: null, lateral: true })
  }
  /** The value of this DataFrame of one row and one column as a Column of another: NULL for no row. Throws SCALAR_SUBQUERY_TOO_MANY_ROWS when it runs. `df.where(F.col("monto").gt(df.select(F.avg("monto")).scalar()))` */
  scalar(): Column { return new Column({ kind: 'unresolved-subquery', test: 'scalar', values: [], query: this.plan }) }
  /** Whether this DataFrame has a row, as a Column of another. `clientes.where(compras.where(F.col("cliente").equalTo(F.col("id").outer())).exists())` */
  exists(): Column { return new Column({ kind: 'unresolved-subquery', test: 'exists', values: [], query: this.plan }) }
  /** Every row with every row. */
  crossJoin(other: DataFrame): DataFrame { return this.join(other, null, 'cross') }
  /** The rows of both, columns by position. */
  union(other: DataFrame): DataFrame { return this.#with({ kind: 'union', left: this.plan, right: planOf('union', other), byName: false, allowMissingColumns: false }) }
  /** The same as union. */
  unionAll(other: DataFrame): DataFrame { return this.union(other) }
  /** The rows of both, columns by name. */
  unionByName(other: DataFrame, allowMissingColumns = false): DataFrame { return this.#with({ kind: 'union', left: this.plan, right: planOf('unionByName', other), byName: true, allowMissingColumns }) }
  /** Distinct rows that both have. */
  intersect(other: DataFrame): DataFrame { return this.#with({ kind: 'intersect', left: this.plan, right: planOf('intersect', other), all: false }) }
  /** Rows that both have, as often as the one that has fewer. `a.intersectAll(b)` */
  intersectAll(other: DataFrame): DataFrame { return this.#with({ kind: 'intersect', left: this.plan, right: planOf('intersectAll', other), all: true }) }
  /** Distinct rows of this one that the other lacks. Of a stream the other must be static, and the mode update, or append with the event time among the columns: `orders.subtract(refused)` */
  subtract(other: DataFrame): DataFrame { return this.#with({ kind: 'except', left: this.plan, right: planOf('subtract', other), all: false }) }
  /** The same as subtract. */
  except(other: DataFrame): DataFrame { return this.subtract(other) }
  /** Rows of this one less those of the other, counting how often each occurs. Of a stream as `subtract`; the other's rows are taken off anew in each batch, as in Spark. `a.exceptAll(b)` */
  exceptAll(other: DataFrame): DataFrame { return this.#with({ kind: 'except', left: this.plan, right: planOf('exceptAll', other), all: true }) }
  /**
   * Aggregates metrics from the rows as they pass, at no second reading: of each micro-batch, into `query.lastProgress.observedMetrics[name]`; of a batch query into an Observation. Rows are not changed.
   * Metrics are aggregates, named by alias. Throws INVALID_OBSERVED_METRICS and DUPLICATED_METRICS_NAME. `df.observe("calidad", F.count("*").alias("filas"), F.count("monto").alias("con_monto"))`
   */
  observe(name: string | Observation, ...metrics: readonly Column[]): DataFrame {
    const observation = typeof name === 'string' ? null : name
    if (metrics.length === 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'observe() needs at least one metric', advice: 'Write for instance observe("m", F.count("*").alias("n")).' })
    if (observation !== null && this.isStreaming) throw analysisError('MICROLOTE_STREAMING_REFUSED', { what: 'An Observation', advice: 'Observe under a name, and read query.lastProgress.observedMetrics, or take onQueryProgress events.' })
    return this.#with({ kind: 'observe', name: observation?.name ?? (name as string), metrics: metrics.map(c => c.expression), observation, child: this.plan })
  }
  /** Calls a function with this DataFrame, for chains. */
  transform<T>(f: (df: DataFrame) => T): T { return f(this) }
  /** Rows stay where they are: one process has no shuffle. Columns must be there, and may not be VARIANTs. */
  repartition(partitions?: number | ColumnOrName, ...columns: readonly ColumnOrName[]): DataFrame { return this.#with({ kind: 'repartition', partitions: typeof partitions === 'number' ? String(partitions) : '', hashed: partitionKeys(partitions, columns), child: this.plan }) }
  /** The same as repartition. */
  repartitionByRange(partitions: number | ColumnOrName, ...columns: readonly ColumnOrName[]): DataFrame { return this.#with({ kind: 'repartition', partitions: typeof partitions === 'number' ? String(partitions) : '', ranged: partitionKeys(partitions, columns), child: this.plan }) }
  /** Advice to a planner that has a choice, such as "broadcast": this one has none, so that rows are the same with and without; a name Spark does not know gives a warning. */
  hint(name: string, ..._parameters: readonly unknown[]): DataFrame {
    if (!hints.has(name.toLowerCase())) console.warn(`[hint] there is no hint named ${name}: it is ignored`)
    return this.#with({ kind: 'repartition', child: this.plan })
  }
  /** The same as repartition. */
  coalesce(partitions: number): DataFrame { return this.#with({ kind: 'repartition', partitions: String(partitions), child: this.plan }) }

  // ── actions
  async #result(method: string, plan: LogicalPlan = this.plan): Promise<QueryResult> {
    if (isStreaming(plan)) throw analysisError('CALL_ON_STREAMING_DATASET_UNSUPPORTED', { methodName: '`' + method + '`' })
    return this.backend.collect(plan)
  }
  async #rows(method: string, count?: number): Promise<Row[]> {
    const r = await this.#result(method, count === undefined ? this.plan : { kind: 'limit', count: rowCount(method, count), child: this.plan })
    return r.batches.flatMap(b => rowsOf(r.schema, b))
  }
  /** All rows, as objects by column name. */
  async collect(): Promise<Row[]> { return this.#rows('collect') }
  /** How many rows there are. */
  async count(): Promise<number> {
    const r = await this.#result('count', { kind: 'aggregate', grouping: 'groupby', keys: [], aggregates: [call('count', new Column({ kind: 'literal', value: 1, type: { kind: 'int' }, nullable: false })).expression], child: this.plan })
    return Number(r.batches[0]!.columns[0]!.get(0))
  }
  /** The first rows. */
  async take(count: number): Promise<Row[]> { return this.#rows('take', count) }
  /** The first row, null when there is none; with a number the first rows, as a list. `(await df.head())?.id` */
  async head(): Promise<Row | null>
  async head(count: number): Promise<Row[]>
  async head(count?: number): Promise<Row | null | Row[]> { const rows = await this.#rows('head', count ?? 1); return count === undefined ? rows[0] ?? null : rows }
  /** The first row, null when there is none. */
  async first(): Promise<Row | null> { return (await this.#rows('first', 1))[0] ?? null }
  /** The last rows, in order: all rows are computed for them. `await df.orderBy("ts").tail(3)` */
  async tail(count: number): Promise<Row[]> { return (await this.#rows('tail')).slice(count > 0 ? -count : Infinity) }
  /** The rows one after the other. `for await (const row of df.toLocalIterator()) …` */
  async *toLocalIterator(): AsyncGenerator<Row> { yield* await this.#rows('toLocalIterator') }
  /** Whether there are no rows. */
  async isEmpty(): Promise<boolean> { return (await this.#rows('isEmpty', 1)).length === 0 }
  /** The columns as arrays by name: what a plot or a data frame library takes. */
  async toColumns(): Promise<Record<string, any[]>> {
    const r = await this.#result('toColumns')
    return Object.fromEntries(r.schema.fields.map((f, k) => [f.name, r.batches.length === 0 ? [] : columnValues(f.dataType, concatVectors(f.dataType, r.batches.map(b => b.columns[k]!)))]))
  }
  /** The first rows as the text that show() prints. `truncate`: cut cells at 20 characters, at a number of them, or not at all (false). */
  async showString(count = 20, truncate: boolean | number = true, vertical = false): Promise<string> {
    const r = await this.#result('show', { kind: 'limit', count: rowCount('show', count) + 1, child: this.plan })
    return showString(r.schema, r.batches, count, truncate === true ? 20 : truncate === false ? 0 : truncate, vertical, this.backend.getConf('spark.sql.session.timeZone') ?? 'UTC')
  }
  /** What show() prints as cells, for whoever draws tables: the plan runs once. `text` is the text of show(count). `(await df.showTable(50)).rows[0]` */
  async showTable(count = 20): Promise<ShownTable> {
    const r = await this.#result('show', { kind: 'limit', count: count + 1, child: this.plan })
    return shownTable(r.schema, r.batches, count, 20, this.backend.getConf('spark.sql.session.timeZone') ?? 'UTC')
  }
  /** Prints the first rows as Spark prints them. */
  async show(count = 20, truncate: boolean | number = true, vertical = false): Promise<void> { console.log(await this.showString(count, truncate, vertical)) }
  /** Calls a function for each row. */
  async foreach(f: (row: Row) => void): Promise<void> { for (const row of await this.#rows('foreach')) f(row) }
  /** Calls a function with the rows of each partition, one after the other: here there is one. `await df.foreachPartition(async rows => { for (const r of rows) await send(r) })` */
  async foreachPartition(f: (rows: IterableIterator<Row>) => void | Promise<void>): Promise<void> { await f((await this.#rows('foreachPartition')).values()) }
  /** The files that this DataFrame reads, as URIs; none where it reads no files. `await df.inputFiles() // ["file:///datos/a.json"]` */
  async inputFiles(): Promise<string[]> {
    if (this.isStreaming) throw analysisError('CALL_ON_STREAMING_DATASET_UNSUPPORTED', { methodName: '`inputFiles`' })
    return this.backend.inputFiles(this.plan)
  }
  /** This DataFrame's rows computed once and kept in this process, whose one memory is all that a cluster's reliable files are for; what was before is not computed again. `const base = await df.checkpoint()` */
  async checkpoint(_eager = true): Promise<DataFrame> { return this.#kept('checkpoint') }
  /** The same as checkpoint. */
  async localCheckpoint(_eager = true): Promise<DataFrame> { return this.#kept('localCheckpoint') }
  /** This DataFrame's rows computed once and kept. */
  async persist(): Promise<DataFrame> { return this.#kept('persist') }
  async #kept(method: string): Promise<DataFrame> { const r = await this.#result(method); return this.#with({ kind: 'local-data', schema: r.schema, batches: r.batches, lifetime: lifetimeOf(this.plan) }) }
  /** The same as persist. */
  cache(): Promise<DataFrame> { return this.#kept('cache') }
  /** Nothing to free: kept rows go with the DataFrame. */
  unpersist(): DataFrame { return this }
  /** Makes the DataFrame reachable by name: spark.table(name). */
  createOrReplaceTempView(name: string): void { this.backend.createTempView(viewName(name), this.plan, true) }
  /** The same, an error where there is a view of that name. */
  createTempView(name: string): void { this.backend.createTempView(viewName(name), this.plan, false) }
  /** A view that all sessions of this process share, an error where there is one of that name: `global_temp.name`. `df.createGlobalTempView("clientes"); spark.newSession().table("global_temp.clientes")` */
  createGlobalTempView(name: string): void { this.backend.createTempView(`global_temp.${viewName(name)}`, this.plan, false) }
  /** The same, in place of one of that name. */
  createOrReplaceGlobalTempView(name: string): void { this.backend.createTempView(`global_temp.${viewName(name)}`, this.plan, true) }

  /** Writes the rows of a batch. `df.write.mode("overwrite").json(path)` */
  get write(): DataFrameWriter {
    if (this.isStreaming) throw analysisError('CALL_ON_STREAMING_DATASET_UNSUPPORTED', { methodName: '`write`' })
    return new DataFrameWriter(this.plan, this.backend)
  }
  /** Writes the rows of a batch into a table of the catalog: `create`, `append`, `overwrite` and their kin. A name may be `delta.` and a path in backquotes. Throws PARSE_SYNTAX_ERROR for what is no name. `await df.writeTo("ventas").using("delta").create()` */
  writeTo(table: string): DataFrameWriterV2 {
    if (this.isStreaming) throw analysisError('CALL_ON_STREAMING_DATASET_UNSUPPORTED', { methodName: '`writeTo`' })
    return new DataFrameWriterV2(this.plan, parseTableName(nameText('writeTo', table)), this.backend)
  }
  /** Merges the rows of a batch into a Delta table of the catalog; `merge()` of what it gives runs it. `await df.alias("c").mergeInto("ventas", "ventas.id = c.id").whenMatched().updateAll().whenNotMatched().insertAll().merge()` */
  mergeInto(table: string, condition: string | Column): MergeIntoWriter {
    if (this.isStreaming) throw analysisError('CALL_ON_STREAMING_DATASET_UNSUPPORTED', { methodName: '`mergeInto`' })
    return new MergeIntoWriter(this.plan, parseTableName(nameText('mergeInto', table)), condition, this.backend)
  }
  /** Starts a streaming query. `df.writeStream.format("console").start()` */
  get writeStream(): DataStreamWriter {
    if (!this.isStreaming) throw analysisError('WRITE_STREAM_NOT_ALLOWED')
    return new DataStreamWriter(this.plan, this.backend, p => new DataFrame(p, this.backend))
  }

  toString(): string { return `DataFrame[${this.dtypes.map(([n, t]) => `${n}: ${t}`).join(', ')}]` }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString() }
}

function viewName(name: string): string {
  const parts = parseIdentifier(name)
  if (parts.length > 1) throw analysisError('TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS', { actualName: `\`${name}\`` })
  return parts[0]!
}

function flat<T>(list: readonly (T | readonly T[])[]): T[] {
  return list.flatMap(x => (Array.isArray(x) ? (x as T[]) : [x as T]))
}

