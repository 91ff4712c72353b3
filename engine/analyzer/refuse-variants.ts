/** Refuses maps and variants where values are compared by the whole row, and variants where rows are put together by them. */
import { analysisError } from '../errors/spark-error.ts'
import { describe } from '../functions/define.ts'
import type { Resolved } from '../expressions/expression.ts'
import { holdsMap, holdsVariant, sqlName } from '../types/data-type.ts'

type Columns = readonly { readonly name: string; readonly type: Resolved['type'] }[]

/** For DISTINCT, dropDuplicates, INTERSECT and EXCEPT. Throws UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE or SET_OPERATION_ON_VARIANT_TYPE. */
export function refuseCompared(columns: Columns): void {
  const found = columns.find(c => holdsMap(c.type))
  if (found !== undefined) throw analysisError('UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE', { colName: `\`${found.name}\``, dataType: `"${sqlName(found.type)}"` })
  refuseComparedVariants(columns)
}

/** For dropDuplicatesWithinWatermark, which takes maps. Throws UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE. */
export function refuseComparedVariants(columns: Columns): void {
  const found = columns.find(c => holdsVariant(c.type))
  if (found !== undefined) throw analysisError('UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE', { colName: `\`${found.name}\``, dataType: `"${sqlName(found.type)}"` })
}

/** For DISTRIBUTE BY, CLUSTER BY and repartition. Throws UNSUPPORTED_FEATURE.PARTITION_BY_VARIANT. */
export function refusePartitionedVariants(expressions: readonly Resolved[]): void {
  const found = expressions.find(e => holdsVariant(e.type))
  if (found !== undefined) throw analysisError('UNSUPPORTED_FEATURE.PARTITION_BY_VARIANT', { expr: `"${describe(found)}"`, dataType: `"${sqlName(found.type)}"` })
}
