/** What groupBy gives: it waits for the aggregates, or for a function that keeps state. */
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { analysisError } from '../errors/spark-error.ts'
import { call, Column, columnNamed, toColumn } from './column.ts'
import type { DataFrame } from './dataframe.ts'
import { KeyValueGroupedDataset } from './key-value-grouped.ts'

export class GroupedData extends KeyValueGroupedDataset {
  readonly #plan: LogicalPlan
  readonly #keys: readonly Column[]
  readonly #make: (plan: LogicalPlan) => DataFrame
  readonly #grouping: 'groupby' | 'rollup' | 'cube'

  constructor(plan: LogicalPlan, keys: readonly Column[], make: (plan: LogicalPlan) => DataFrame, grouping: 'groupby' | 'rollup' | 'cube') {
    super(plan, keys.map(k => k.expression), 0, make)
    this.#plan = plan
    this.#keys = keys
    this.#make = make
    this.#grouping = grouping
  }

  /** The aggregates of each group: `agg(F.sum("v").alias("total"))`, or `agg({ v: "sum" })`. */
  agg(...aggregates: readonly (Column | Readonly<Record<string, string>>)[]): DataFrame {
    const columns = aggregates.flatMap(a => (a instanceof Column ? [a] : Object.entries(a).map(([name, f]) => call(f, name === '*' ? toColumn(1) : columnNamed(name)))))
    if (columns.length === 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'agg() needs at least one aggregate', advice: 'Write for instance agg(F.count("*").alias("n")).' })
    return this.#make({ kind: 'aggregate', grouping: this.#grouping, keys: this.#keys.map(k => k.expression), aggregates: columns.map(c => c.expression), child: this.#plan })
  }

  /** How many rows each group has, as the column `count`. */
  count(): DataFrame { return this.agg(call('count', toColumn(1)).alias('count')) }
  sum(...columns: readonly string[]): DataFrame { return this.#each('sum', columns) }
  avg(...columns: readonly string[]): DataFrame { return this.#each('avg', columns) }
  mean(...columns: readonly string[]): DataFrame { return this.#each('avg', columns) }
  min(...columns: readonly string[]): DataFrame { return this.#each('min', columns) }
  max(...columns: readonly string[]): DataFrame { return this.#each('max', columns) }

  #each(name: string, columns: readonly string[]): DataFrame { return this.agg(...columns.map(c => call(name, columnNamed(c)))) }
}
