/** grouping(k) and grouping_id(…): which keys a row of ROLLUP, CUBE or GROUPING SETS leaves out. Markers that the analyzer replaces. */
import { byteType, longType } from '../types/data-type.ts'
import { expectArity, plainArgs, type FunctionFamily } from './define.ts'

export const groupingFunctions: FunctionFamily = {
  grouping: { bind(c) { expectArity(c, 1); return { kind: 'marker', name: 'grouping', args: plainArgs(c), type: byteType, nullable: false, details: null } } },
  grouping_id: { bind(c) { return { kind: 'marker', name: 'grouping_id', args: plainArgs(c), type: longType, nullable: false, details: null } } },
}
