/** df.unpivot: columns become rows, a row for each column of values. */
import type { Unpivot } from '../plan/logical-plan.ts'
import { columnNamed, type ColumnOrName } from './column.ts'

const listOf = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T])

/** The plan of `unpivot(ids, values, variable, value)` over a plan. */
export function unpivotPlan(child: Unpivot['child'], ids: ColumnOrName | readonly ColumnOrName[], values: ColumnOrName | readonly ColumnOrName[] | null, variable: string, value: string): Unpivot {
  const expressions = (c: ColumnOrName | readonly ColumnOrName[]): Unpivot['ids'] & object => listOf(c).map(x => columnNamed(x).expression)
  return { kind: 'unpivot', ids: expressions(ids), values: values === null ? null : expressions(values).map(e => ({ columns: [e], name: null })), variable, names: [value], excludeNulls: false, child }
}
