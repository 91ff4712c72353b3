/**
 * The hidden column `_metadata` of a source of files: where a row comes from. `*` does not stand for it; who names it above selections, filters and the like gets it from the leaf below,
 * which then has it as one more column.
 *
 *     spark.read.json("in").select("*", "_metadata.file_name")
 */
import { attribute } from '../expressions/attribute.ts'
import type { Attribute, Expression } from '../expressions/expression.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { fileSourceMark, longType, stringType, structField, structType, timestampType } from '../types/data-type.ts'

const column = '_metadata'
const type = structType([
  structField('file_path', stringType, false), structField('file_name', stringType, false), structField('file_size', longType, false), structField('file_block_start', longType, false),
  structField('file_block_length', longType, false), structField('file_modification_time', timestampType, false),
])
const formats = new Set(['json', 'csv', 'text', 'parquet'])

/** A plan with the column as its last, and the column. */
export interface WithMetadata { readonly plan: ResolvedPlan; readonly attribute: Attribute }

/** Whether an expression names the column. */
export function namesMetadata(e: Expression): boolean {
  switch (e.kind) {
    case 'unresolved-attribute': return e.nameParts.slice(0, 2).some(p => p.toLowerCase() === column)
    case 'star': return e.target?.some(p => p.toLowerCase() === column) ?? false
    case 'unresolved-call': return e.args.some(namesMetadata) || (e.filter !== undefined && e.filter !== null && namesMetadata(e.filter))
    case 'unresolved-extract': return namesMetadata(e.child) || namesMetadata(e.key)
    case 'unresolved-cast': case 'unresolved-alias': case 'sort-order': return namesMetadata(e.child as Expression)
    case 'unresolved-lambda': return namesMetadata(e.body)
    case 'unresolved-subquery': return e.values.some(namesMetadata)
    case 'unresolved-window': return [e.function, ...e.partitionBy, ...e.orderBy].some(namesMetadata)
    default: return false
  }
}

/** The plan with the column; null where its rows do not come straight from files, where it stands for a name (Spark's views show no hidden columns), and where a column of this name is seen already. */
export function withMetadata(plan: ResolvedPlan): WithMetadata | null { return columnIn(plan.output) === undefined ? below(plan) : null }

const columnIn = (output: readonly Attribute[]): Attribute | undefined => output.find(a => a.name.toLowerCase() === column)

function below(plan: ResolvedPlan): WithMetadata | null {
  const there = columnIn(plan.output)
  if (there !== undefined) return there.type === type ? { plan, attribute: there } : null
  if (plan.view === true) return null
  switch (plan.kind) {
    case 'batch-read': case 'stream-read': {
      if (!formats.has((plan.kind === 'batch-read' ? plan.format : plan.source.format).toLowerCase())) return null
      const found = attribute(column, type, false)
      return { attribute: found, plan: { ...plan, schema: structType([...plan.schema.fields, structField(column, type, false, { [fileSourceMark]: true })]), output: [...plan.output, found] } }
    }
    case 'project': {
      const found = below(plan.child)
      return found && { attribute: found.attribute, plan: { ...plan, child: found.plan, expressions: [...plan.expressions, found.attribute], output: [...plan.output, found.attribute] } }
    }
    case 'filter': case 'sort': case 'limit': case 'sample': case 'watermark': case 'deduplicate': {
      const found = below(plan.child)
      return found && { attribute: found.attribute, plan: { ...plan, child: found.plan, output: [...plan.output, found.attribute] } }
    }
    default: return null
  }
}
