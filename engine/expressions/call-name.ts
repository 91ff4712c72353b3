/** How Spark shows a call in a column's name: other spellings, arguments it fills in or leaves out, forms of their own. */

/** Names shown in another spelling. */
export const shownAs: Readonly<Record<string, string>> = {
  first_value: 'first_value', last_value: 'last_value', some: 'some', any: 'any', array_agg: 'collect_list', 'product of': 'product', dateadd: 'date_add', localtime: 'current_time',
  rank: 'RANK', dense_rank: 'DENSE_RANK', percent_rank: 'PERCENT_RANK', floor: 'FLOOR', power: 'POWER', signum: 'SIGNUM', regexp_like: 'REGEXP_LIKE', regexp: 'REGEXP',
}

const pattern = 'yyyy-MM-dd HH:mm:ss'
// What the functions of tuple sketches show, for both types of numbers.
const ofTuples = Object.fromEntries(['double', 'integer'].flatMap(k => [
  [`tuple_sketch_agg_${k}`, [null, null, '12', 'sum']], [`tuple_union_agg_${k}`, [null, '12', 'sum']], [`tuple_intersection_agg_${k}`, [null, 'sum']], [`tuple_sketch_summary_${k}`, [null, 'sum']],
  ...['', 'theta_'].flatMap(t => [[`tuple_union_${t}${k}`, [null, null, '12', 'sum']], [`tuple_intersection_${t}${k}`, [null, null, 'sum']]]),
]))
/** Arguments that Spark writes where they were left out, by the place they have. */
const filledIn: Readonly<Record<string, readonly (string | null)[]>> = {
  percentile: [null, null, '1'], percentile_approx: [null, null, '10000'], approx_percentile: [null, null, '10000'], listagg: [null, 'NULL'], string_agg: [null, 'NULL'],
  substring: [null, null, '2147483647'], substr: [null, null, '2147483647'], lpad: [null, null, ' '], rpad: [null, null, ' '], split: [null, null, '-1'], replace: [null, null, ''], overlay: [null, null, null, '-1'],
  regexp_replace: [null, null, null, '1'], regexp_extract: [null, null, '1'], regexp_extract_all: [null, null, '1'], regexp_instr: [null, null, '0'], locate: [null, null, '1'],
  str_to_map: [null, ',', ':'], mask: [null, 'X', 'x', 'n', 'NULL'], sentences: [null, '', ''], round: [null, '0'], bround: [null, '0'], sort_array: [null, 'true'],
  time_bucket: [null, null, "TIMESTAMP '1970-01-01 00:00:00'"], hmac: [null, null, 'SHA-256'], aes_encrypt: [null, null, 'GCM', 'DEFAULT', '', ''], aes_decrypt: [null, null, 'GCM', 'DEFAULT', ''], try_aes_decrypt: [null, null, 'GCM', 'DEFAULT', ''],
  try_make_interval: ['0', '0', '0', '0', '0', '0', '0.000000'], vector_norm: [null, '2.0'], vector_normalize: [null, '2.0'],
  approx_top_k: [null, '5', '10000'], approx_top_k_accumulate: [null, '10000'], approx_top_k_combine: [null, '-1'], approx_top_k_estimate: [null, '5'],
  hll_sketch_agg: [null, '12'], hll_union_agg: [null, 'false'], hll_union: [null, null, 'false'], theta_sketch_agg: [null, '12'], theta_union_agg: [null, '12'], theta_union: [null, null, '12'], ...ofTuples,
  current_time: ['6'], localtime: ['6'], unix_timestamp: [null, pattern], from_unixtime: [null, pattern], months_between: [null, null, 'true'],
  variant_set: [null, null, null, 'true'], try_variant_set: [null, null, null, 'true'], variant_strip_nulls: [null, 'true'],
  lag: [null, '1', 'NULL'], lead: [null, '1', 'NULL'], ntile: ['1'],
  aggregate: [null, null, null, 'lambdafunction(namedlambdavariable(), namedlambdavariable())'], reduce: [null, null, null, 'lambdafunction(namedlambdavariable(), namedlambdavariable())'],
}
/** How many arguments are shown where it is not all. */
const shownArguments: Readonly<Record<string, number>> = { first: 1, last: 1, any_value: 1, first_value: 1, last_value: 1, approx_count_distinct: 1, from_json: 1, from_xml: 1, to_xml: 1, variant_get: 2, try_variant_get: 2, rank: 0, dense_rank: 0, percent_rank: 0 }

const v = 'namedlambdavariable()'
/** array_sort without a function has this one. */
const naturalOrder = `lambdafunction((IF(((${v} IS NULL) AND (${v} IS NULL)), 0, (IF((${v} IS NULL), 1, (IF((${v} IS NULL), -1, (IF((${v} < ${v}), -1, (IF((${v} > ${v}), 1, 0)))))))))), ${v}, ${v})`

/** The arguments as they are shown. */
export function shownList(name: string, args: readonly string[]): readonly string[] {
  const most = shownArguments[name]
  if (most !== undefined) return args.slice(0, most)
  if (name === 'array_sort' && args.length === 1) return [...args, naturalOrder]
  const defaults = filledIn[name]
  if (defaults === undefined || args.length >= defaults.length || defaults.slice(args.length).includes(null)) return args
  return [...args, ...(defaults.slice(args.length) as string[])]
}

const sides: Readonly<Record<string, string>> = { trim: 'BOTH', ltrim: 'LEADING', rtrim: 'TRAILING' }

/** Calls whose text is no name with a list behind it; null for all others. */
export function ownForm(name: string, args: readonly string[]): string | null {
  const [a, b] = args
  if (sides[name] !== undefined && args.length === 2) return `TRIM(${sides[name]} ${a} FROM ${b})`
  if (name === 'ceil' && args.length === 1) return `CEIL(${a})`
  if (name === 'log') return args.length === 1 ? `LOG(E(), ${a})` : `LOG(${a}, ${b})`
  if (name === 'extract' && args.length === 2) return `extract(${a} FROM ${b})`
  if (name === 'try_to_time' || (name === 'try_make_timestamp_ntz' && args.length === 2)) return `${name}(${name.slice(4)}(${args.join(', ')}))`
  if (name === '-' && args.length === 1) return `(- ${a})`
  return null
}
