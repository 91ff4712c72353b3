/** Conditions of the functions of sketches: what they are made of, what they are given, what does not go together. */
import type { ConditionEntry } from './conditions.ts'

export const sketchConditions = {
  'APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT': { sqlState: '22023', message: 'approx_top_k cannot track <maxItemsTracked> items. Write a number up to <limit>.' },
  'APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K': { sqlState: '22023', message: 'approx_top_k cannot find the <k> most frequent items of <maxItemsTracked> that are tracked. Track more, or ask for fewer.' },
  'APPROX_TOP_K_NON_POSITIVE_ARG': { sqlState: '22023', message: 'The argument <argName> of approx_top_k is <argValue>. Write a number above 0.' },
  'APPROX_TOP_K_NULL_ARG': { sqlState: '22004', message: 'The argument <argName> of approx_top_k is NULL. Write a number above 0.' },
  'APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH': { sqlState: '42846', message: 'Sketches that track <size1> and <size2> items cannot be combined by themselves. Give approx_top_k_combine the number of items that the result tracks.' },
  'KLL_INVALID_INPUT_SKETCH_BUFFER': { sqlState: '22000', message: '<function> was given bytes that are no KLL sketch, or an empty one. Give it what a function of KLL sketches of the same type made of some values.' },
  'KLL_SKETCH_INVALID_QUANTILE_RANGE': { sqlState: '22003', message: 'A rank that <functionName> was given lies outside 0 to 1.' },
  'MICROLOTE_APPROX_TOP_K_INVALID_SKETCH': { sqlState: '22000', message: 'The bytes of the struct are no sketch of frequent items. Give the struct that approx_top_k_accumulate or approx_top_k_combine made.' },
  'HLL_INVALID_INPUT_SKETCH_BUFFER': { sqlState: '22546', message: '<function> was given bytes that are no HLL sketch. Give it what hll_sketch_agg, hll_union or hll_union_agg made.' },
  'HLL_INVALID_LG_K': { sqlState: '22546', message: 'The lgConfigK of <function> is <value>. Write a number from <min> to <max>.' },
  'HLL_K_MUST_BE_CONSTANT': { sqlState: '42K0E', message: 'The second argument of <function> depends on the row. Write a constant.' },
  'HLL_UNION_DIFFERENT_LG_K': { sqlState: '22000', message: '<function> met sketches of lgConfigK <left> and <right>. Make them alike, or give true for allowDifferentLgConfigK.' },
  'SKETCH_INVALID_LG_NOM_ENTRIES': { sqlState: '22003', message: 'The lgNomEntries of <function> is <value>. Write a number from <min> to <max>.' },
  'THETA_INVALID_INPUT_SKETCH_BUFFER': { sqlState: '22000', message: '<function> was given bytes that are no theta sketch. Give it what theta_sketch_agg or a function of theta sketches made.' },
  'THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY': { sqlState: '22000', message: '<function> was given a sketch of the family <actualFamily>, where <expectedFamily> was expected. Give it what theta_sketch_agg or a function of theta sketches made.' },
  'THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT': { sqlState: '42K0E', message: 'The lgNomEntries of <function> depends on the row. Write a constant.' },
  'TUPLE_INVALID_INPUT_SKETCH_BUFFER': { sqlState: '22000', message: '<function> was given bytes that are no tuple sketch with such numbers. Give it what a function of tuple sketches of the same type made.' },
  'TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY': { sqlState: '22000', message: '<function> was given a sketch of the family <actualFamily>, where <expectedFamily> was expected. Give it what a function of tuple sketches made.' },
  'MICROLOTE_TUPLE_SKETCH_WITHOUT_KEYS': { sqlState: '22000', message: '<function> cannot take anything away from a sketch that knows of keys but has none, such as an intersection of sketches with nothing in common. Leave such sketches out first, by their estimate.' },
} as const satisfies Record<string, ConditionEntry>
