/** The options of Spark's JSON reader and writer, read from option texts with Spark's defaults; names count without case. */
import { analysisError } from '../../errors/spark-error.ts'

export type ParseMode = 'PERMISSIVE' | 'FAILFAST' | 'DROPMALFORMED'

export interface JsonOptions {
  readonly mode: ParseMode
  readonly columnNameOfCorruptRecord: string
  readonly timeZone: string
  readonly timestampFormat?: string
  readonly timestampNTZFormat?: string
  readonly timeFormat?: string
  readonly dateFormat?: string
  readonly enableDateTimeParsingFallback?: boolean
  readonly allowComments: boolean
  readonly allowUnquotedFieldNames: boolean
  readonly allowSingleQuotes: boolean
  readonly allowNumericLeadingZeros: boolean
  readonly allowNonNumericNumbers: boolean
  readonly allowBackslashEscapingAnyCharacter: boolean
  readonly allowUnquotedControlChars: boolean
  readonly primitivesAsString: boolean
  readonly prefersDecimal: boolean
  readonly dropFieldIfAllNull: boolean
  readonly inferTimestamp: boolean
  readonly samplingRatio: number
  readonly multiLine: boolean
  readonly lineSep?: string
  readonly ignoreNullFields: boolean
  /** Each record is one VARIANT, in a column of this name. */
  readonly singleVariantColumn?: string
  /** In a VARIANT a name that comes twice in an object keeps its last value; else such an object is a bad value. */
  readonly variantKeepsLast?: boolean
  /** The present moment in microseconds, for timestamp texts that are a time only; the epoch if not given. */
  readonly now?: () => bigint
}

/**
 * The options in force. `session` gives what the options leave open.
 * @example jsonOptions({ mode: 'FAILFAST' }, { timeZone: 'UTC' }).allowSingleQuotes // true
 */
export function jsonOptions(options: Readonly<Record<string, string>>, session: { readonly timeZone: string; readonly columnNameOfCorruptRecord?: string; readonly variantKeepsLast?: boolean }): JsonOptions {
  const given = new Map(Object.entries(options).map(([k, v]) => [k.toLowerCase(), v]))
  const text = (name: string): string | undefined => given.get(name.toLowerCase())
  const flag = (name: string, otherwise: boolean): boolean => {
    const v = text(name)?.toLowerCase()
    if (v === undefined) return otherwise
    if (v !== 'true' && v !== 'false') throw badOption(name, text(name)!, 'true or false')
    return v === 'true'
  }
  const mode = text('mode')?.toUpperCase()
  const fallback = text('enableDateTimeParsingFallback')
  const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } => (value === undefined ? {} : { [key]: value } as { [P in K]: V })
  return {
    mode: mode === 'FAILFAST' || mode === 'DROPMALFORMED' ? mode : 'PERMISSIVE',
    columnNameOfCorruptRecord: text('columnNameOfCorruptRecord') ?? session.columnNameOfCorruptRecord ?? '_corrupt_record',
    timeZone: text('timeZone') ?? session.timeZone,
    ...optional('timestampFormat', text('timestampFormat')),
    ...optional('timestampNTZFormat', text('timestampNTZFormat')),
    ...optional('timeFormat', text('timeFormat')),
    ...optional('dateFormat', text('dateFormat')),
    ...optional('enableDateTimeParsingFallback', fallback === undefined ? undefined : flag('enableDateTimeParsingFallback', false)),
    allowComments: flag('allowComments', false),
    allowUnquotedFieldNames: flag('allowUnquotedFieldNames', false),
    allowSingleQuotes: flag('allowSingleQuotes', true),
    allowNumericLeadingZeros: flag('allowNumericLeadingZeros', false),
    allowNonNumericNumbers: flag('allowNonNumericNumbers', true),
    allowBackslashEscapingAnyCharacter: flag('allowBackslashEscapingAnyCharacter', false),
    allowUnquotedControlChars: flag('allowUnquotedControlChars', false),
    primitivesAsString: flag('primitivesAsString', false),
    prefersDecimal: flag('prefersDecimal', false),
    dropFieldIfAllNull: flag('dropFieldIfAllNull', false),
    inferTimestamp: flag('inferTimestamp', false),
    samplingRatio: ratio(text('samplingRatio')),
    multiLine: flag('multiLine', false),
    ...optional('lineSep', text('lineSep')),
    ignoreNullFields: flag('ignoreNullFields', true),
    ...optional('singleVariantColumn', text('singleVariantColumn')),
    ...optional('variantKeepsLast', session.variantKeepsLast),
  }
}

function ratio(text: string | undefined): number {
  const v = text === undefined ? 1 : Number(text)
  if (!(v > 0 && v <= 1)) throw badOption('samplingRatio', text!, 'a number above 0 and at most 1')
  return v
}

const badOption = (name: string, value: string, wanted: string): Error =>
  analysisError('MICROLOTE_OPTION_INVALID', { format: 'json', option: name, value, reason: `give ${wanted}` })
