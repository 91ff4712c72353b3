/** Owns simple conditions on one column, as far as the least and greatest value of many rows can answer them: what a reader may skip. */
import type { DataType } from '../types/data-type.ts'
import { comparison } from './compare.ts'

/** A condition that every wanted row meets. `values` are internal values of the column's type, none of them NULL. */
export interface ColumnPredicate {
  readonly column: string
  readonly type: DataType
  readonly op: '=' | '<' | '<=' | '>' | '>=' | 'in' | 'is null' | 'is not null'
  readonly values: readonly unknown[]
}

/** What is known of a column in some rows; undefined is unknown. */
export interface ColumnRange { readonly min?: unknown; readonly max?: unknown; readonly nullCount?: number; readonly rowCount: number }

/** False when surely no row of these meets the condition. */
export function mayMatch(p: ColumnPredicate, range: ColumnRange): boolean {
  if (p.op === 'is null') return range.nullCount !== 0
  if (range.nullCount !== undefined && range.nullCount >= range.rowCount) return false
  if (p.op === 'is not null') return true
  const { min, max } = range
  // NaN is greater than all other values and in no statistics.
  const floating = p.type.kind === 'double' || p.type.kind === 'float'
  if (floating && (Number.isNaN(min) || Number.isNaN(max))) return true
  const above = (v: unknown): number | null => (max === undefined ? null : comparison(p.type)(max, v))
  const below = (v: unknown): number | null => (min === undefined ? null : comparison(p.type)(min, v))
  const holds = (v: unknown): boolean => (floating && Number.isNaN(v)) || ((above(v) ?? 0) >= 0 && (below(v) ?? 0) <= 0)
  switch (p.op) {
    case '=': case 'in': return p.values.some(holds)
    case '<': return (below(p.values[0]) ?? -1) < 0
    case '<=': return (below(p.values[0]) ?? -1) <= 0
    case '>': return floating || (above(p.values[0]) ?? 1) > 0
    case '>=': return floating || (above(p.values[0]) ?? 1) >= 0
  }
}

/** Whether one value, NULL as null, meets the condition. */
export function meets(p: ColumnPredicate, value: unknown): boolean {
  if (value === null) return p.op === 'is null'
  if (p.op === 'is null') return false
  const c = (v: unknown): number => comparison(p.type)(value, v)
  switch (p.op) {
    case 'is not null': return true
    case '=': case 'in': return p.values.some(v => c(v) === 0)
    case '<': return c(p.values[0]) < 0
    case '<=': return c(p.values[0]) <= 0
    case '>': return c(p.values[0]) > 0
    case '>=': return c(p.values[0]) >= 0
  }
}
