/** Joins a function with its window: checks order and frame, and makes the marker that is later taken out into a window node. */
import { analysisError } from '../errors/spark-error.ts'
import type { AggregateFunction } from '../expressions/aggregate-function.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { FrameBound, Marker, Resolved, UnresolvedWindow, WindowFrame } from '../expressions/expression.ts'
import { nameOf, textOf } from '../expressions/name.ts'
import { frameText } from '../expressions/window-name.ts'
import type { PlainBound, WindowFunction } from '../expressions/window-function.ts'
import { bindByName } from '../functions/bind.ts'
import { castTo } from '../functions/cast.ts'
import { describe, type BindContext } from '../functions/define.ts'
import { isWindowFunction } from '../functions/window-functions.ts'
import type { ResolvedBound, ResolvedFrame, ResolvedOrder } from '../plan/resolved-plan.ts'
import { isAnsiInterval, isDatetime, isNumeric, isOrderable, simpleString, sqlName, type DataType } from '../types/data-type.ts'

/** What the marker `over` holds. Its arguments are those of the function, FILTER's condition, the partition's and the order's keys, and the bounds that are values, in this order. */
export interface OverDetails {
  readonly name: string; readonly function: AggregateFunction | WindowFunction; readonly parameters: string | undefined
  readonly args: number; readonly filter: boolean; readonly partitionBy: number
  readonly orders: readonly { readonly ascending: boolean; readonly nullsFirst: boolean }[]
  readonly unit: 'rows' | 'range'; readonly lower: PlainBound | number | 'value'; readonly upper: PlainBound | number | 'value'
  readonly text: string; readonly spec: string
}

export const isOver = (e: Resolved): e is Marker => e.kind === 'marker' && e.name === 'over'

// Functions that sort by themselves and take a whole partition only, as all with WITHIN GROUP do.
const unordered = new Set(['median', 'percentile_cont', 'percentile_disc'])

/** `fn` is the bound function; `resolve` resolves the window's own expressions. */
export function resolveOver(e: UnresolvedWindow, fn: Resolved, resolve: (e: UnresolvedWindow['function']) => Resolved, context: BindContext): Resolved {
  if (e.named !== undefined) throw analysisError('MISSING_WINDOW_SPECIFICATION', { windowName: e.named })
  const spec = nameOf(e), text = textOf(e.function)
  if (fn.kind !== 'aggregate-call' && !isWindowFunction(fn)) throw analysisError('UNSUPPORTED_EXPR_FOR_WINDOW', { sqlExpr: `"${text}"` })
  const partitionBy = e.partitionBy.map(p => plain(resolve(p)))
  const orders = e.orderBy.map((o): ResolvedOrder => ({ child: plain(resolve(o.child)), ascending: o.ascending, nullsFirst: o.nullsFirst ?? o.ascending }))
  for (const o of orders) if (!isOrderable(o.child.type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${describe(o.child)}"`, functionName: '`sortorder`', dataType: `"${sqlName(o.child.type)}"` })
  const partition = partitionBy.find(p => !isOrderable(p.type))
  if (partition !== undefined) throw analysisError('EXPRESSION_TYPE_IS_NOT_ORDERABLE', { expr: `"${describe(partition)}"`, exprType: `"${sqlName(partition.type)}"` })
  const frame = frameOf(e, fn, orders, resolve, context)
  const aggregate = fn.kind === 'aggregate-call' ? fn : null
  if (aggregate?.distinct === true) throw analysisError('DISTINCT_WINDOW_FUNCTION_UNSUPPORTED', { windowExpr: `"${spec}"` })
  const bounds = [frame.lower, frame.upper].filter(b => typeof b === 'object')
  const kind = (b: ResolvedBound): PlainBound | number | 'value' => (typeof b === 'object' ? 'value' : b)
  const name = aggregate?.name ?? ((fn as Marker).details as WindowFunction).name
  const details: OverDetails = {
    name, function: aggregate?.function ?? (fn as Marker).details as WindowFunction, parameters: aggregate?.parameters, args: fn.args.length, filter: aggregate?.filter != null, partitionBy: partitionBy.length,
    orders: orders.map(({ ascending, nullsFirst }) => ({ ascending, nullsFirst })), unit: frame.unit, lower: kind(frame.lower), upper: kind(frame.upper), text, spec,
  }
  const args = [...fn.args, ...(aggregate?.filter == null ? [] : [aggregate.filter]), ...partitionBy, ...orders.map(o => o.child), ...bounds]
  return { kind: 'marker', name: 'over', args, type: fn.type, nullable: fn.nullable, details }
}

const plain = (e: Resolved): Resolved => (e.kind === 'alias' ? e.child : e)

function frameOf(e: UnresolvedWindow, fn: Resolved, orders: readonly ResolvedOrder[], resolve: (e: UnresolvedWindow['function']) => Resolved, context: BindContext): ResolvedFrame {
  const own = isWindowFunction(fn) ? fn.details as WindowFunction : null
  if (own?.needsOrder === true && orders.length === 0) throw analysisError('WINDOW_FUNCTION_FRAME_NOT_ORDERED', { wf: own.name })
  if (e.function.kind === 'unresolved-call' && (unordered.has(e.function.name.toLowerCase()) || e.function.args.some(a => a.kind === 'sort-order')) && (orders.length > 0 || (e.frame !== null && !isWhole(e.frame)))) throw analysisError('INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC', { aggFunc: `"${textOf(e.function)}"` })
  if (e.frame === null) return own?.frame ?? { unit: orders.length > 0 ? 'range' : 'rows', lower: 'unbounded', upper: orders.length > 0 ? 'current' : 'unbounded' }
  const { unit } = e.frame, sqlExpr = `"${frameText(e.frame, textOf)}"`
  const valued = [e.frame.lower, e.frame.upper].map(b => amountOf(b, resolve)), key = orders[0]?.child
  for (const v of valued) {
    if (v === null || (unit === 'rows' ? v.type.kind === 'int' : key === undefined || orders.length > 1 || takes(key.type, v.type) || isDatetime(key.type) || key.type.kind === 'time')) continue
    throw analysisError('DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE', { sqlExpr, exprType: `"${sqlName(v.type)}"`, expectedType: unit === 'rows' ? '"INT"' : '(a number or an interval)' })
  }
  if (e.frame.lower === 'unbounded-following' || e.frame.upper === 'unbounded-preceding') throw analysisError('DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND', { sqlExpr })
  const [from, to] = valued as [Resolved | null, Resolved | null]
  if (from !== null && to !== null) {
    if (simpleString(from.type) !== simpleString(to.type) && !(isNumeric(from.type) && isNumeric(to.type))) throw analysisError('DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES', { sqlExpr, lowerType: `"${sqlName(from.type)}"`, upperType: `"${sqlName(to.type)}"` })
    if (evaluateConstant(bindByName('>', [from, to], context)) === true) throw analysisError('DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON', { sqlExpr })
  }
  if (unit === 'range') checkRange(e, orders, valued)
  const bound = (b: FrameBound, amount: Resolved | null): ResolvedBound => {
    if (amount === null) return b === 'current-row' ? 'current' : 'unbounded'
    return unit === 'rows' ? Number(evaluateConstant(amount)) : shifted(orders[0]!, amount, context)
  }
  const frame: ResolvedFrame = { unit, lower: bound(e.frame.lower, from), upper: bound(e.frame.upper, to) }
  const only = own?.frame ?? null
  if (only !== null && (own!.name === 'lag' || own!.name === 'lead' || only.unit !== frame.unit || only.lower !== frame.lower || only.upper !== frame.upper)) throw analysisError('MICROLOTE_WINDOW_FRAME_FIXED', { wf: own!.name })
  return frame
}

const isWhole = (f: WindowFrame): boolean => f.lower === 'unbounded-preceding' && f.upper === 'unbounded-following'

function amountOf(b: FrameBound, resolve: (e: UnresolvedWindow['function']) => Resolved): Resolved | null {
  if (typeof b === 'string') return null
  const amount = resolve(b)
  if (attributesOf(amount).size > 0) throw analysisError('INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND', { frameBound: textOf(b) })
  return amount
}

function checkRange(e: UnresolvedWindow, orders: readonly ResolvedOrder[], amounts: readonly (Resolved | null)[]): void {
  const sqlExpr = `"${nameOf(e)}"`, amount = amounts.find(a => a !== null)
  if (orders.length === 0 && !isWhole(e.frame!)) throw analysisError('DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER', { sqlExpr })
  if (amount == null) return
  if (orders.length > 1) throw analysisError('DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER', { sqlExpr, orderSpec: orders.map(o => describe(o.child)).join(', ') })
  if (!takes(orders[0]!.child.type, amount.type)) throw analysisError('DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE', { sqlExpr, orderSpecType: `"${sqlName(orders[0]!.child.type)}"`, valueBoundaryType: `"${sqlName(amount.type)}"` })
}

// Whether an amount of this type can be added to the key.
function takes(key: DataType, amount: DataType): boolean {
  if (isNumeric(key)) return isNumeric(amount) || amount.kind === 'string' || ((amount.kind === 'daytimeinterval' || amount.kind === 'yearmonthinterval') && amount.start === amount.end)
  if (key.kind === 'date') return amount.kind === 'yearmonthinterval' || (amount.kind === 'daytimeinterval' && amount.end === 0) || ['byte', 'short', 'int'].includes(amount.kind)
  return isDatetime(key) ? isAnsiInterval(amount) || amount.kind === 'calendarinterval' : key.kind === amount.kind
}

/** The key that lies `amount` further in the direction of the order. */
function shifted(order: ResolvedOrder, amount: Resolved, context: BindContext): Resolved {
  const key = order.child, by = isNumeric(key.type) ? castTo(amount, key.type, context) : amount
  const sum = bindByName(order.ascending ? '+' : '-', [key, by], context)
  return sum.type.kind === key.type.kind ? sum : castTo(sum, key.type, context)
}
