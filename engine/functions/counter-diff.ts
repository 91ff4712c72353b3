/** counter_diff: what a counter that only grows grew by since the row before, NULL where it began anew. */
import { vectorOf } from '../columns/builder.ts'
import { comparison } from '../columns/compare.ts'
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { isNumeric, doubleType, timestampType, type DataType } from '../types/data-type.ts'
import { decimalText } from '../types/decimal.ts'
import { castTo } from './cast.ts'
import { expectArity, plainArgs, quoted, unexpectedType, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { refuseNulls, throughHere, windowMarker } from './window-functions.ts'

const subtraction = (type: DataType): ((a: any, b: any) => unknown) => (type.kind === 'float' ? (a: number, b: number) => Math.fround(a - b) : (a, b) => a - b)

const counterDiff: FunctionDefinition = {
  bind(c, context) {
    if (c.args.length === 0) throw analysisError('REQUIRED_PARAMETER_NOT_FOUND', { routineName: quoted(c.name), parameterName: '`value`' })
    expectArity(c, 1, 2)
    refuseNulls(c)
    const [value, start] = plainArgs(c) as [Resolved, Resolved?]
    if (!isNumeric(value.type) && value.type.kind !== 'void') throw unexpectedType(c, 1, '"NUMERIC"', value)
    if (start !== undefined && !['timestamp', 'timestamp_ntz', 'void'].includes(start.type.kind)) throw unexpectedType(c, 2, '("TIMESTAMP" or "TIMESTAMP_NTZ")', start)
    const input = value.type.kind === 'void' ? castTo(value, doubleType, context) : value, { type } = input
    const begun = start === undefined ? [] : [start.type.kind === 'void' ? castTo(start, timestampType, context) : start]
    const compare = comparison(type), minus = subtraction(type), zero = ['long', 'decimal'].includes(type.kind) ? 0n : 0
    const text = (v: unknown): string => (type.kind === 'decimal' ? decimalText(v as bigint, type.scale) : String(v))
    return windowMarker(type, true, [input, ...begun], {
      name: 'counter_diff', needsOrder: true, frame: throughHere,
      evaluate({ length, partitions }, _frames, [v, s]) {
        const out = new Array<unknown>(length).fill(null)
        for (let p = 0; p + 1 < partitions.length; p++) {
          let before: unknown = null, beganBefore: bigint | null = null
          for (let i = partitions[p]!; i < partitions[p + 1]!; i++) {
            const now = v!.get(i), began = (s?.get(i) ?? null) as bigint | null
            if (now === null) continue
            if (compare(now, zero) < 0) throw executionError('COUNTER_DIFF_NEGATIVE_COUNTER_VALUE', { value: text(now) })
            const known = began !== null && beganBefore !== null
            if (before !== null && known && began < beganBefore!) throw executionError('COUNTER_DIFF_START_TIME_DECREASED', { previous: String(beganBefore), current: String(began) })
            if (before !== null && !(known && began > beganBefore!) && compare(now, before) >= 0) out[i] = minus(now, before)
            before = now
            beganBefore = began
          }
        }
        return vectorOf(type, out)
      },
    })
  },
}

export const counterDiffFunctions: FunctionFamily = { counter_diff: counterDiff }
