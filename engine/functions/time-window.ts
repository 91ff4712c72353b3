/** Windows of time: `window(time, size[, slide[, start]])` as a marker that the analyzer expands, and the column it becomes. Windows are aligned to the UTC epoch whatever the session time zone. */
import { analysisError } from '../errors/spark-error.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import { StructVector } from '../columns/struct-vector.ts'
import { vectorOf } from '../columns/builder.ts'
import type { Vector } from '../columns/vector.ts'
import type { Call, Resolved } from '../expressions/expression.ts'
import { parseOrRefuse } from '../types/interval.ts'
import { sqlName, structField as field, structType, type DataType, type StructTypeShape } from '../types/data-type.ts'
import { call, expectArity, literalValue, plainArgs, unexpectedType, type FunctionCall, type FunctionFamily } from './define.ts'
import { structField } from './extract.ts'
import { castTo } from './cast.ts'

/** All in microseconds. */
export interface TimeWindow { readonly sizeUs: number; readonly slideUs: number; readonly startUs: number }

/** How many windows a row can be in: ceil(size / slide). */
export const windowCount = (w: TimeWindow): number => Math.ceil(w.sizeUs / w.slideUs)

function durationUs(c: FunctionCall, index: number): number {
  const arg = plainArgs(c)[index]!
  const text = literalValue(arg)
  let interval
  if (typeof text === 'string') interval = parseOrRefuse(text)
  else if (arg.type.kind === 'daytimeinterval' && typeof text === 'bigint') return Number(text)
  else throw unexpectedType(c, index + 1, '"STRING" constant', arg)
  if (interval.months !== 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `a window of ${text} has no fixed length`, advice: 'Write it in weeks, days, hours, minutes or seconds.' })
  return interval.days * 86_400_000_000 + Number(interval.microseconds)
}

function check(c: FunctionCall, w: TimeWindow): void {
  const violation = (left: string, value: number, constraint: string, right: string, bound: number | string): Error => analysisError('DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION', { sqlExpr: `"${c.sql}"`, leftExprName: left, leftExprValue: value, constraint, rightExprName: right, rightExprValue: bound })
  if (w.sizeUs <= 0) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'window_duration', valueRange: '(0, 9223372036854775807]', currentValue: w.sizeUs })
  if (w.slideUs <= 0) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'slide_duration', valueRange: '(0, 9223372036854775807]', currentValue: w.slideUs })
  if (w.slideUs > w.sizeUs) throw violation('slide_duration', w.slideUs, '<=', 'window_duration', w.sizeUs)
  if (Math.abs(w.startUs) >= w.slideUs) throw violation('abs(start_time)', Math.abs(w.startUs), '<', 'slide_duration', w.slideUs)
}

/** The struct type of a window over a time column. */
export const windowType = (time: DataType): StructTypeShape => structType([field('start', time, true), field('end', time, true)])

/** Whether every row lies in all the windows that `windowCount` says: the size is a multiple of the slide. */
export const areEven = (w: TimeWindow): boolean => w.sizeUs % w.slideUs === 0

/** Window `back` of a row: the one that begins `back` slides before the last that holds its time; NULL where the time lies outside it. */
export function windowColumn(time: Resolved, w: TimeWindow, back: number): Call {
  const type = windowType(time.type)
  const always = back === 0 || areEven(w)
  return call('window', [time], type, { vector: args => windowsOf(args[0]!, w, back, always, type), evaluate: (t: bigint) => { const s = startOf(t, w, back); return s + BigInt(w.sizeUs) > t ? [s, s + BigInt(w.sizeUs)] : null } }, { nullable: !always || time.nullable })
}

function startOf(t: bigint, w: TimeWindow, back: number): bigint {
  const slide = BigInt(w.slideUs)
  const rest = (t - BigInt(w.startUs)) % slide
  return t - (rest < 0n ? rest + slide : rest) - BigInt(back) * slide
}

// The times are read as two 32-bit halves and computed in doubles, which is exact up to the year 2255 and twice as fast as 64-bit integers; other times take the slow way.
function windowsOf(v: Vector, w: TimeWindow, back: number, always: boolean, type: StructTypeShape): Vector {
  const n = v.length
  if (!(v instanceof FixedVector)) return slowWindows(v, w, back, type)
  const halves = new Int32Array(v.data.buffer, v.data.byteOffset, n * 2)
  const starts = new BigInt64Array(n), ends = new BigInt64Array(n)
  const s = new Int32Array(starts.buffer), e = new Int32Array(ends.buffer)
  const { sizeUs, slideUs, startUs } = w
  const shift = back * slideUs
  let nulls = v.nulls
  for (let i = 0; i < n; i++) {
    const high = halves[2 * i + 1]!
    if (high >= 2_000_000 || high <= -2_000_000) { if (nulls === null || nulls[i] === 0) return slowWindows(v, w, back, type); continue }
    const t = high * 4294967296 + (halves[2 * i]! >>> 0)
    const offset = t - startUs
    const start = t - (offset - Math.floor(offset / slideUs) * slideUs) - shift
    const end = start + sizeUs
    if (!always && end <= t) { if (nulls === v.nulls) nulls = nulls === null ? new Uint8Array(n) : nulls.slice(); nulls![i] = 1 }
    const startHigh = Math.floor(start / 4294967296), endHigh = Math.floor(end / 4294967296)
    s[2 * i] = start - startHigh * 4294967296; s[2 * i + 1] = startHigh
    e[2 * i] = end - endHigh * 4294967296; e[2 * i + 1] = endHigh
  }
  const time = type.fields[0]!.dataType
  return new StructVector(type, [new FixedVector(time, starts, null), new FixedVector(time, ends, null)], nulls, n)
}

function slowWindows(v: Vector, w: TimeWindow, back: number, type: StructTypeShape): Vector {
  const rows = new Array<unknown>(v.length)
  for (let i = 0; i < v.length; i++) {
    const t = v.get(i) as bigint | null
    if (t === null) { rows[i] = null; continue }
    const start = startOf(t, w, back), end = start + BigInt(w.sizeUs)
    rows[i] = end > t ? [start, end] : null
  }
  return vectorOf(type, rows)
}

export const timeWindowFunctions: FunctionFamily = {
  window: {
    bind(c, context) {
      expectArity(c, 1, 4)
      let time = plainArgs(c)[0]!
      if (time.type.kind === 'string') time = castTo(time, { kind: 'timestamp' }, context)
      if (isWindow(time.type)) time = windowTime(time)
      if (time.type.kind !== 'timestamp' && time.type.kind !== 'timestamp_ntz') throw unexpectedType(c, 1, '("TIMESTAMP" or "TIMESTAMP_NTZ")', time)
      if (c.args.length === 1) throw analysisError('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`window`', expectedNum: '2 to 4', actualNum: 1 })
      const sizeUs = durationUs(c, 1), slideUs = c.args.length > 2 ? durationUs(c, 2) : sizeUs, startUs = c.args.length > 3 ? durationUs(c, 3) : 0
      const details: TimeWindow = { sizeUs, slideUs, startUs }
      check(c, details)
      return { kind: 'marker', name: 'window', args: [time], type: windowType(time.type), nullable: false, details }
    },
  },
  window_time: {
    bind(c) {
      expectArity(c, 1)
      const w = plainArgs(c)[0]!
      if (!isWindow(w.type)) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: `"${c.sql}"`, paramIndex: 'first', requiredType: 'a window column', inputSql: 'window', inputType: `"${sqlName(w.type)}"` })
      return windowTime(w)
    },
  },
}

const isWindow = (t: DataType): boolean => t.kind === 'struct' && t.fields.length === 2 && t.fields[0]!.name === 'start' && t.fields[1]!.name === 'end' && t.fields[1]!.dataType.kind.startsWith('timestamp')

/** The time of a window: its end less a microsecond. */
export function windowTime(w: Resolved): Resolved {
  const end = structField(w, 1)
  return call('window_time', [end], end.type, { source: ([t]) => `(${t} - 1n)` })
}
