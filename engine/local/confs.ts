/** The session's confs: defaults, what was set, and which of them a checkpoint fixes for its life. */
import { parseDurationMs } from '../connectors/duration.ts'
import { nearest } from '../connectors/options.ts'
import { analysisError, executionError } from '../errors/spark-error.ts'
import { rocksPrefix, streamingConfs, streamingPrefix, type ConfRule } from './streaming-confs.ts'

const systemZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Spark's defaults, but for the number of state partitions: one process gains nothing from 200. */
export const defaultConfs: Readonly<Record<string, string>> = {
  'spark.sql.shuffle.partitions': '4',
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.caseSensitive': 'false',
  'spark.sql.mapKeyDedupPolicy': 'EXCEPTION',
  'spark.sql.columnNameOfCorruptRecord': '_corrupt_record',
  'spark.sql.files.ignoreMissingFiles': 'false',
  // Spark 4.3 has TIME values, and has them off.
  'spark.sql.timeType.enabled': 'false',
  'spark.sql.sources.default': 'parquet',
  // Where saveAsTable and toTable put files: a directory below the present one.
  'spark.sql.warehouse.dir': 'spark-warehouse',
  ...Object.fromEntries([...streamingConfs].flatMap(([key, { byDefault }]) => (byDefault === null ? [] : [[key, byDefault]]))),
  // The batch inspector of query.explainBatch(): how many batches it keeps, and how many rows of each it samples.
  'spark.microlote.inspect.enabled': 'false',
  'spark.microlote.inspect.batches': '20',
  'spark.microlote.inspect.rows': '50',
}

/** The confs that the offset log keeps; on a restart the stored values win. */
export const checkpointConfs: readonly string[] = [
  'spark.sql.streaming.stateStore.providerClass', 'spark.sql.streaming.stateStore.compression.codec', 'spark.sql.streaming.multipleWatermarkPolicy',
  'spark.sql.streaming.aggregation.stateFormatVersion', 'spark.sql.streaming.join.stateFormatVersion', 'spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion', 'spark.sql.shuffle.partitions',
]

/** The confs other than those of streaming whose values are looked at; a default stands here where it is not among those above. */
const otherRules: ReadonlyMap<string, ConfRule> = new Map(Object.entries<Omit<ConfRule, 'byDefault'> & { readonly byDefault?: string }>({
  'spark.sql.shuffle.partitions': { type: 'int', use: 'read', least: 1 },
  'spark.sql.ansi.enabled': { type: 'boolean', use: 'read' },
  'spark.sql.caseSensitive': { type: 'boolean', use: 'fixed', why: 'telling names apart by their case' },
  'spark.sql.mapKeyDedupPolicy': { type: 'text', use: 'read', words: ['EXCEPTION', 'LAST_WIN'] },
  'spark.sql.files.ignoreMissingFiles': { type: 'boolean', use: 'read' },
  'spark.sql.files.ignoreCorruptFiles': { type: 'boolean', byDefault: 'false', use: 'read' },
  'spark.sql.timestampType': { type: 'text', byDefault: 'TIMESTAMP_LTZ', use: 'fixed', words: ['TIMESTAMP_NTZ', 'TIMESTAMP_LTZ'], why: 'TIMESTAMP as the name of timestamps without a time zone' },
  'spark.sql.decimalOperations.allowPrecisionLoss': { type: 'boolean', byDefault: 'true', use: 'fixed', why: 'decimals that become NULL or an error rather than lose digits' },
  'spark.sql.storeAssignmentPolicy': { type: 'text', byDefault: 'ANSI', use: 'fixed', words: ['ANSI', 'LEGACY', 'STRICT'], why: 'other rules for what fits into the column of a table' },
  'spark.sql.crossJoin.enabled': { type: 'boolean', byDefault: 'true', use: 'fixed', why: 'refusing joins without a condition' },
  'spark.sql.groupByOrdinal': { type: 'boolean', byDefault: 'true', use: 'fixed', why: 'GROUP BY 1 as a constant' },
  'spark.sql.orderByOrdinal': { type: 'boolean', byDefault: 'true', use: 'fixed', why: 'ORDER BY 1 as a constant' },
  'spark.sql.groupByAliases': { type: 'boolean', byDefault: 'true', use: 'fixed', why: 'GROUP BY without the names of the select list' },
  'spark.sql.ansi.doubleQuotedIdentifiers': { type: 'boolean', byDefault: 'false', use: 'fixed', why: 'names in double quotes' },
  'spark.sql.ansi.enforceReservedKeywords': { type: 'boolean', byDefault: 'false', use: 'fixed', why: 'reserved words that cannot be names' },
  'spark.sql.parser.quotedRegexColumnNames': { type: 'boolean', byDefault: 'false', use: 'fixed', why: 'regular expressions in backticks' },
  'spark.microlote.inspect.enabled': { type: 'boolean', use: 'read' },
  'spark.microlote.inspect.batches': { type: 'int', use: 'read', least: 1 },
  'spark.microlote.inspect.rows': { type: 'int', use: 'read', least: 1 },
}).map(([key, rule]) => [key, { byDefault: defaultConfs[key] ?? null, ...rule }]))

/** Keys are kept as they are, values as text. */
export class Confs {
  readonly #set = new Map<string, string>()
  readonly #tell: (message: string) => void

  /** `tell` hears of confs that change nothing here. */
  constructor(initial: Readonly<Record<string, string>> = {}, tell: (message: string) => void = message => { console.warn(`[conf] ${message}`) }) {
    this.#tell = tell
    for (const [k, v] of Object.entries(initial)) this.set(k, v)
  }

  get(key: string): string | null { return this.#set.get(key) ?? defaultConfs[key] ?? (key === 'spark.sql.session.timeZone' ? systemZone() : null) }

  /** Throws INVALID_CONF_VALUE.* when the value cannot be, MICROLOTE_NOT_SUPPORTED when Spark would do with it what this engine does not. Words are kept as Spark writes them, whatever their case was. */
  set(key: string, value: string): void {
    const rule = streamingConfs.get(key) ?? otherRules.get(key)
    if (key === 'spark.sql.session.timeZone') checkZone(value)
    if (rule === undefined && key.startsWith(streamingPrefix)) this.#tell(unknown(key))
    if (key.startsWith('spark.sql.legacy.')) this.#tell(`${key} changes nothing here: only the present behaviour of Spark is built`)
    this.#set.set(key, rule === undefined ? value : checkedConf(key, rule, value))
    if (rule?.use === 'idle' && value !== rule.byDefault) this.#tell(`${key} changes nothing here: ${rule.why}`)
  }

  unset(key: string): void { this.#set.delete(key) }
  /** All values as they are now: what a query keeps when it starts. */
  snapshot(): Record<string, string> { return { ...defaultConfs, 'spark.sql.session.timeZone': this.get('spark.sql.session.timeZone')!, ...Object.fromEntries(this.#set) } }
}

/** Refuses what a checkpoint has noted of its query and this engine does otherwise. */
export function checkStoredConf(key: string, value: string): void {
  const rule = streamingConfs.get(key)
  if (rule?.use === 'fixed' && value !== rule.byDefault) throw executionError('MICROLOTE_NOT_SUPPORTED', { feature: `The checkpoint was begun with ${key} = ${value}, and ${rule.why}`, advice: 'Choose a new checkpointLocation.' })
}

function checkedConf(key: string, rule: ConfRule, value: string): string {
  const text = value.trim(), confName = `"${key}"`, confValue = `'${value}'`
  const mismatch = (confType: string): never => { throw analysisError('INVALID_CONF_VALUE.TYPE_MISMATCH', { confName, confValue, confType }) }
  let kept = text
  switch (rule.type) {
    case 'boolean': kept = text.toLowerCase(); if (kept !== 'true' && kept !== 'false') mismatch('true or false'); break
    case 'int': case 'long': if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) mismatch('a whole number'); break
    case 'double': if (text === '' || !Number.isFinite(Number(text))) mismatch('a number'); break
    case 'time': if (durationOf(text) === null) mismatch('a time in milliseconds, or a text such as 10s'); break
    case 'text': kept = value
  }
  if (rule.least !== undefined && Number(kept) < rule.least) throw analysisError('INVALID_CONF_VALUE.REQUIREMENT', { confName, confValue, confRequirement: `It must be at least ${rule.least}.` })
  if (rule.words !== undefined) {
    const word = rule.words.find(w => w.toLowerCase() === kept.toLowerCase())
    if (word === undefined) throw analysisError(key.startsWith(streamingPrefix) ? 'INVALID_CONF_VALUE.REQUIREMENT' : 'INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS', { confName, confValue, confRequirement: `It can be ${rule.words.join(', ')}.`, confOptions: rule.words.join(', ') })
    kept = word
  }
  if (rule.use === 'fixed' && kept !== rule.byDefault) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `${key} = ${value} (${rule.why})`, advice: rule.byDefault === null ? 'Leave it unset.' : `Leave it at ${rule.byDefault}.` })
  return kept
}

function checkZone(value: string): void {
  try { new Intl.DateTimeFormat('en', { timeZone: value.replace(/^(?:GMT|UTC)(?=[+-])/, '') }) } catch {
    if (!/^(?:GMT|UTC)?[+-]\d{1,2}(?::?\d\d)?$|^Z$/.test(value)) throw analysisError('INVALID_CONF_VALUE.TIME_ZONE', { confName: '"spark.sql.session.timeZone"', confValue: `'${value}'` })
  }
}

function unknown(key: string): string {
  if (key.startsWith(rocksPrefix)) return `${key} changes nothing here: state on disk is not kept by RocksDB`
  const near = nearest(key, [...streamingConfs.keys()])
  return `Spark has no conf named ${key}: it is kept, but nothing reads it${near === null ? '' : `. Did you mean ${near}?`}`
}

// A conf may be below zero, which an option may not.
function durationOf(value: string): number | null {
  const [, sign, length] = /^\s*(-?)(\S.*)$/s.exec(value) ?? ['', '', ''], ms = parseDurationMs(length!)
  return ms === null ? null : Math.trunc(sign === '-' ? -ms : ms)
}

/** `10ms`, `10s`, `10` (milliseconds) as milliseconds, of a conf that has been checked. */
export function durationConfMs(value: string): number { return durationOf(value)! }
