/** Refuses variants where values are compared by the whole row, or rows are put together by them. */
import { analysisError } from '../errors/spark-error.ts'
import { describe } from '../functions/define.ts'
import type { Resolved } from '../expressions/expression.ts'
import { holdsVariant, sqlName } from '../types/data-type.ts'

/** For DISTINCT, dropDuplicates, INTERSECT and EXCEPT. Throws UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE. */
export function refuseComparedVariants(columns: readonly { readonly name: string; readonly type: Resolved['type'] }[]): void {
  const found = columns.find(c => holdsVariant(c.type))
  if (found !== undefined) throw analysisError('UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE', { colName: `\`${found.name}\``, dataType: `"${sqlName(found.type)}"` })
}

/** For DISTRIBUTE BY, CLUSTER BY and repartition. Throws UNSUPPORTED_FEATURE.PARTITION_BY_VARIANT. */
export function refusePartitionedVariants(expressions: readonly Resolved[]): void {
  const found = expressions.find(e => holdsVariant(e.type))
  if (found !== undefined) throw analysisError('UNSUPPORTED_FEATURE.PARTITION_BY_VARIANT', { expr: `"${describe(found)}"`, dataType: `"${sqlName(found.type)}"` })
}
