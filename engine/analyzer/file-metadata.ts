/**
 * The hidden column `_metadata` of a source of files: where a row comes from. `*` does not stand for it; who names it above selections, filters and the like gets it from the leaf below,
 * which then has it as one more column. What input_file_name() tells comes from it, too.
 *
 *     spark.read.json("in").select("*", "_metadata.file_name")
 */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attribute } from '../expressions/attribute.ts'
import type { Alias, Attribute, Expression } from '../expressions/expression.ts'
import { mentions } from '../expressions/map-expression.ts'
import { nameOf } from '../expressions/name.ts'
import { makeStruct } from '../functions/constructors.ts'
import { literal } from '../functions/define.ts'
import { structField as fieldOf } from '../functions/extract.ts'
import { isInputFile } from '../functions/input-file.ts'
import { resolvedInputs, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { fileSourceMark, longType, stringType, structField, structType, timestampType } from '../types/data-type.ts'
import { project } from './project-node.ts'

const column = '_metadata'
const type = structType([
  structField('file_path', stringType, false), structField('file_name', stringType, false), structField('file_size', longType, false), structField('file_block_start', longType, false),
  structField('file_block_length', longType, false), structField('file_modification_time', timestampType, false),
])
// Parquet numbers its rows, too.
const numbered = structType([...type.fields, structField('row_index', longType, false)])
// Of Delta: what input_file_name() gives is another text there.
const ofDelta = structType(type.fields)
const formats = new Set(['json', 'csv', 'text', 'parquet', 'xml', 'delta'])

/** A plan with the column as its last, and the column. */
export interface WithMetadata { readonly plan: ResolvedPlan; readonly attribute: Attribute }

const isColumn = (name: string): boolean => name.toLowerCase() === column

/** Whether an expression names the column. */
export const namesMetadata = (e: Expression): boolean => mentions(e, x => (x.kind === 'unresolved-attribute' ? x.nameParts.slice(0, 2).some(isColumn) : x.kind === 'star' && (x.target?.some(isColumn) ?? false)))

/** Whether an expression asks for the file its rows come from: input_file_name() and its kin. */
export const asksForFile = (e: Expression): boolean => mentions(e, x => x.kind === 'unresolved-call' && isInputFile(x.name))

/** The plan with the column; null where its rows do not come straight from files, where it stands for a name (Spark's views show no hidden columns), and where a column of this name is seen already. */
export function withMetadata(plan: ResolvedPlan): WithMetadata | null { return columnIn(plan.output) === undefined ? below(plan, false) : null }

/**
 * The plan with the column for input_file_name() and its kin, which look through views and into unions, but know no file behind a sort or whatever else brings rows together; null where there is none.
 * Throws MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION where two sources of files meet.
 */
export function withInputFile(plan: ResolvedPlan, expressions: readonly Expression[]): WithMetadata | null {
  if (sources(plan, () => `"${nameOf(expressions.find(asksForFile)!)}"`) === 0) return null
  return below(plan, true)
}

// How many sources of files rows come from; those of a union come one after the other.
function sources(plan: ResolvedPlan, expr: () => string): number {
  if (isFileLeaf(plan)) return 1
  const each = resolvedInputs(plan).map(p => sources(p, expr)), sum = each.reduce((a, b) => a + b, 0)
  if (plan.kind === 'union') return Math.min(sum, 1)
  if (sum > 1) throw analysisError('MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION', { expr: expr() })
  return sum
}

const columnIn = (output: readonly Attribute[]): Attribute | undefined => output.find(a => isColumn(a.name))
const formatOf = (plan: ResolvedPlan): string => (plan.kind === 'batch-read' ? plan.format : plan.kind === 'stream-read' ? plan.source.format : '').toLowerCase()
const isFileLeaf = (plan: ResolvedPlan): boolean => formats.has(formatOf(plan))
const isOurs = (a: Attribute): boolean => a.type === type || a.type === numbered || a.type === ofDelta

/** Whether the files are those of a Delta table. */
export const isOfDelta = (metadata: Attribute): boolean => metadata.type === ofDelta

function below(plan: ResolvedPlan, straight: boolean): WithMetadata | null {
  const there = columnIn(plan.output)
  if (there !== undefined) return isOurs(there) ? { plan, attribute: there } : null
  if (plan.view === true && !straight) return null
  switch (plan.kind) {
    case 'batch-read': case 'stream-read': {
      if (!formats.has(formatOf(plan))) return null
      const format = formatOf(plan), own = format === 'parquet' ? numbered : format === 'delta' ? ofDelta : type, found = attribute(column, own, false)
      return { attribute: found, plan: { ...plan, schema: structType([...plan.schema.fields, structField(column, own, false, { [fileSourceMark]: true })]), output: [...plan.output, found] } }
    }
    case 'project': {
      const found = below(plan.child, straight)
      return found && { attribute: found.attribute, plan: { ...plan, child: found.plan, expressions: [...plan.expressions, found.attribute], output: [...plan.output, found.attribute] } }
    }
    case 'filter': case 'limit': case 'sample': case 'watermark': case 'sort': case 'deduplicate': {
      const found = straight && (plan.kind === 'sort' || plan.kind === 'deduplicate') ? null : below(plan.child, straight)
      return found && { attribute: found.attribute, plan: { ...plan, child: found.plan, output: [...plan.output, found.attribute] } }
    }
    case 'join': return straight ? belowJoin(plan) : null
    case 'union': return straight ? belowUnion(plan) : null
    default: return null
  }
}

// The rows of the left side go by while those of the right are held; two streams keep both.
function belowJoin(plan: Extract<ResolvedPlan, { kind: 'join' }>): WithMetadata | null {
  if ((plan.type !== 'inner' && plan.type !== 'cross' && plan.type !== 'left') || (plan.left.streaming && plan.right.streaming)) return null
  const found = below(plan.left, true)
  return found && { attribute: found.attribute, plan: { ...plan, left: found.plan, output: [...found.plan.output, ...plan.right.output] } }
}

// Without the number of the row, so that formats meet.
const plainly = (a: Attribute): Alias | Attribute => (a.type === type ? a : alias(makeStruct('struct', type.fields.map(f => f.name), type.fields.map((_, i) => fieldOf(a, i))), column))

function belowUnion(plan: Extract<ResolvedPlan, { kind: 'union' }>): WithMetadata | null {
  const known = plan.children.map(c => below(c, true))
  if (known.every(k => k === null)) return null
  const children = plan.children.map((c, i) => project([...c.output, known[i] == null ? alias(literal(null, type), column) : plainly(known[i]!.attribute)], known[i]?.plan ?? c)), found = attribute(column, type, true)
  return { attribute: found, plan: { ...plan, children, output: [...plan.output, found] } }
}
