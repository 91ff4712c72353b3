/** df.transpose: rows become columns, named by the index; columns become rows. The rows are read for it, so it is awaited. */
import { Batch } from '../columns/batch.ts'
import { vectorOf } from '../columns/builder.ts'
import { analysisError } from '../errors/spark-error.ts'
import { widerType } from '../types/coercion.ts'
import { isNested, sameType, sqlName, stringType, structField, structType, type DataType } from '../types/data-type.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { columnNamed, exactColumn, type ColumnOrName } from './column.ts'
import type { DataFrame } from './dataframe.ts'

/** The plan of the transposed rows. */
export async function transposed(df: DataFrame, index: ColumnOrName | undefined): Promise<LogicalPlan> {
  const { fields } = df.schema, refuse = (reason: string): Error => analysisError('TRANSPOSE_INVALID_INDEX_COLUMN', { reason })
  if (index === undefined && fields.length === 0) return df.plan
  const by = index === undefined ? fields[0]!.name : indexName(df, index, refuse), key = fields.find(f => f.name.toLowerCase() === by.toLowerCase())!
  if (isNested(key.dataType)) throw refuse(`${key.name} is ${sqlName(key.dataType)}`)
  const others = fields.filter(f => f !== key), type = others.length === 0 ? stringType : others.slice(1).reduce<DataType>((t, f) => common(t, f.dataType), others[0]!.dataType)
  const config = 'spark.sql.transposeMaxValues', most = Number(df.backend.getConf(config) ?? 500), name = exactColumn(key.name)
  const rows = df.where(name.isNotNull()).orderBy(name).select(name.cast('string').alias('key'), ...others.map((f, i) => exactColumn(f.name).cast(type).alias(`c${i}`)))
  if (df.isStreaming) throw analysisError('CALL_ON_STREAMING_DATASET_UNSUPPORTED', { methodName: '`transpose`' })
  const { batches } = await df.backend.collect(rows.limit(most + 1).plan)
  if (batches.reduce((n, b) => n + b.length, 0) > most) throw analysisError('TRANSPOSE_EXCEED_ROW_LIMIT', { maxValues: most, config })
  const cell = (column: number): unknown[] => batches.flatMap(b => Array.from({ length: b.length }, (_, i) => b.columns[column]!.get(i)))
  const names = cell(0) as string[], cells = others.map((_, i) => cell(i + 1))
  const schema = structType([structField('key', stringType, false), ...names.map(n => structField(n, type, true))])
  return { kind: 'local-data', schema, batches: [new Batch([vectorOf(stringType, others.map(f => f.name)), ...names.map((_, r) => vectorOf(type, cells.map(c => c[r])))], others.length)] }
}

function indexName(df: DataFrame, index: ColumnOrName, refuse: (reason: string) => Error): string {
  const { expression } = columnNamed(index)
  if (expression.kind !== 'unresolved-attribute') throw refuse('it is no column')
  return df.select(columnNamed(index)).columns[0]!
}

function common(a: DataType, b: DataType): DataType {
  const type = sameType(a, b) ? a : a.kind === 'string' || b.kind === 'string' || isNested(a) || isNested(b) ? null : widerType(a, b, true)
  if (type === null) throw analysisError('TRANSPOSE_NO_LEAST_COMMON_TYPE', { dt1: `"${sqlName(a)}"`, dt2: `"${sqlName(b)}"` })
  return type
}
