/** Keys of groups and sorts as methods take them: columns, names, numbers of columns. */
import { analysisError } from '../errors/spark-error.ts'
import type { SortOrder } from '../expressions/expression.ts'
import { Column, columnNamed, exactColumn, sortOrderOf, type ColumnOrName } from './column.ts'

/** A key: a column, its name, or its number among the columns, from 1 on; in a sort a negative number sorts the other way. */
export type Key = ColumnOrName | number

/** The key of a group. Throws MICROLOTE_INVALID_ARGUMENT for a number that no column has. */
export function groupKey(k: Key, names: () => readonly string[]): Column { return typeof k === 'number' ? columnAt(k, names()) : columnNamed(k) }

/** The key of a sort. Throws as groupKey does. */
export function sortKey(k: Key, names: () => readonly string[]): SortOrder {
  if (typeof k !== 'number') return sortOrderOf(columnNamed(k))
  const column = columnAt(Math.abs(k), names())
  return sortOrderOf(k < 0 ? column.desc() : column)
}

function columnAt(n: number, names: readonly string[]): Column {
  const name = Number.isInteger(n) && n > 0 ? names[n - 1] : undefined
  if (name === undefined) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `there is no column number ${n} among ${names.join(', ')}`, advice: `Numbers run from 1 to ${names.length}; a constant is F.lit(${n}).` })
  const namesakes = names.filter(other => other.toLowerCase() === name.toLowerCase())
  if (namesakes.length > 1) throw analysisError('AMBIGUOUS_REFERENCE', { name: `\`${name}\``, referenceNames: `[${namesakes.map(other => `\`${other}\``).join(', ')}]` })
  return exactColumn(name)
}
