/** Resolves VALUES, and the constants of LIMIT and OFFSET. */
import { analysisError, SparkError } from '../errors/spark-error.ts'
import { alias } from '../expressions/attribute.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { Expression, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { castTo, commonTypeOf } from '../functions/cast.ts'
import type { BindContext } from '../functions/define.ts'
import { Batch } from '../columns/batch.ts'
import type { InlineTable, Limit, Offset } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { sqlName, type DataType } from '../types/data-type.ts'
import { resolveExpression } from './resolve-expression.ts'
import { projectList } from './resolve-project.ts'
import type { Scope } from './scope.ts'
import { hasSubquery } from './subquery-marker.ts'

const nothing: Scope = { attributes: [] }
/** One row without columns. */
export const oneRow: ResolvedPlan = { kind: 'local', batches: [new Batch([], 1)], output: [], streaming: false }

// The time is the same for the whole query.
const times = new Set(['current_timestamp', 'now', 'localtimestamp', 'current_date'])
/** Whether a call may have another value each time it is asked for; the time of a query is one. */
export const isDrawn = (e: Resolved): boolean => e.kind === 'call' && !e.deterministic && !times.has(e.name)
/** Whether an expression has one value for the whole query. */
export const isFixed = (e: Resolved): boolean => !(e.kind === 'aggregate-call' || e.kind === 'generator' || isDrawn(e)) && childrenOf(e).every(isFixed)

/** A column may be NULL if one of its expressions may. Throws INVALID_INLINE_TABLE.*. */
export function resolveValues(plan: InlineTable, context: BindContext): ResolvedPlan {
  const rows = plan.rows.map(row => row.map((e): Resolved => {
    const value = resolveExpression(e, nothing, context), plain = value.kind === 'alias' ? value.child : value
    if (!isFixed(plain)) throw analysisError('INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE', { expr: `"${nameOf(e)}"` })
    return plain
  }))
  const types = rows[0]!.map((_, i) => {
    const column = rows.map(r => r[i]!), type = commonTypeOf(column, context)
    // Texts are not read as something else here.
    if (type === null || (type.kind !== 'string' && column.some(e => e.type.kind === 'string')) || (type.kind === 'string' && column.some(e => isNeverText(e.type)))) throw analysisError('INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE', { colName: `\`col${i + 1}\`` })
    return type
  })
  const cells = rows.map(r => r.map((e, i) => castTo(e, types[i]!, context)))
  // A row is a struct, and inline() makes rows of an array of them.
  const struct = (row: readonly Resolved[]): Expression => ({ kind: 'unresolved-call', name: 'named_struct', args: row.flatMap((e, i): Expression[] => [{ kind: 'literal', value: `col${i + 1}`, type: { kind: 'string' }, nullable: false }, e]) })
  const made = projectList([{ kind: 'unresolved-call', name: 'inline', args: [{ kind: 'unresolved-call', name: 'array', args: cells.map(struct) }] }], oneRow, nothing, context)
  return { ...made, output: made.output.map((a, i) => ({ ...a, nullable: cells.some(r => mayBeNull(r[i]!)) })) }
}

// Spark counts on no text to be read as another type.
const mayBeNull = (e: Resolved): boolean => e.nullable || (e.kind === 'call' && e.name === 'cast' && e.args[0]!.type.kind === 'string' && e.type.kind !== 'string' && e.type.kind !== 'binary')
const isNeverText = (t: DataType): boolean => t.kind !== 'string' && t.kind !== 'void'

/** The number of a LIMIT or OFFSET. Throws INVALID_LIMIT_LIKE_EXPRESSION.*. */
export function rowCount(plan: Limit | Offset, scope: Scope, context: BindContext): number {
  const { kind: name } = plan
  let count = plan.count
  if (typeof count !== 'number') {
    const e = count, unfoldable = (cause?: unknown): Error => analysisError('INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE', { name, expr: `"${nameOf(e)}"` }, cause)
    let value: Resolved
    try { value = resolveExpression(e, scope, context) } catch (cause) { throw cause instanceof SparkError && cause.condition === 'MICROLOTE_NOT_SUPPORTED' ? unfoldable(cause) : cause }
    if (!isFixed(value) || hasSubquery(value) || attributesOf(value).size > 0) throw unfoldable()
    if (value.type.kind !== 'int') throw analysisError('INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE', { name, dataType: `"${sqlName(value.type)}"` })
    const found = evaluateConstant(alias(value, 'n')) as number | null
    if (found === null) throw analysisError('INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL', { name, expr: `"${nameOf(e)}"` })
    count = found
  }
  if (count < 0) throw analysisError('INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE', { name, v: count })
  return count
}
