/** Conditions of the functions of sketches: what they are made of, what they are given, what does not go together. */
import type { ConditionEntry } from './conditions.ts'

export const sketchConditions = {
  'HLL_INVALID_INPUT_SKETCH_BUFFER': { sqlState: '22546', message: '<function> was given bytes that are no HLL sketch. Give it what hll_sketch_agg, hll_union or hll_union_agg made.' },
  'HLL_INVALID_LG_K': { sqlState: '22546', message: 'The lgConfigK of <function> is <value>. Write a number from <min> to <max>.' },
  'HLL_K_MUST_BE_CONSTANT': { sqlState: '42K0E', message: 'The second argument of <function> depends on the row. Write a constant.' },
  'HLL_UNION_DIFFERENT_LG_K': { sqlState: '22000', message: '<function> met sketches of lgConfigK <left> and <right>. Make them alike, or give true for allowDifferentLgConfigK.' },
  'SKETCH_INVALID_LG_NOM_ENTRIES': { sqlState: '22003', message: 'The lgNomEntries of <function> is <value>. Write a number from <min> to <max>.' },
  'THETA_INVALID_INPUT_SKETCH_BUFFER': { sqlState: '22000', message: '<function> was given bytes that are no theta sketch. Give it what theta_sketch_agg or a function of theta sketches made.' },
  'THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY': { sqlState: '22000', message: '<function> was given a sketch of the family <actualFamily>, where <expectedFamily> was expected. Give it what theta_sketch_agg or a function of theta sketches made.' },
  'THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT': { sqlState: '42K0E', message: 'The lgNomEntries of <function> depends on the row. Write a constant.' },
} as const satisfies Record<string, ConditionEntry>
