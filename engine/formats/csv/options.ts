/** Owns the options of Spark's CSV reader and writer with Spark's defaults. */
import type { ParseMode } from '../json/options.ts'

export interface CsvOptions {
  readonly sep: string
  readonly quote: string
  readonly escape: string
  readonly comment: string
  readonly header: boolean
  readonly enforceSchema: boolean
  readonly inferSchema: boolean
  readonly mode: ParseMode
  readonly corruptColumn: string
  readonly multiLine: boolean
  readonly lineSep: string | null
  readonly nullValue: string
  readonly emptyRead: string
  readonly emptyWrite: string
  readonly nanValue: string
  readonly positiveInf: string
  readonly negativeInf: string
  readonly trimStart: boolean
  readonly trimEnd: boolean
  readonly trimStartWrite: boolean
  readonly trimEndWrite: boolean
  readonly dateFormat: string | null
  readonly timestampFormat: string | null
  readonly timestampNtzFormat: string | null
  readonly timeFormat: string | null
  /** Whether a schema found in texts has TIME columns. */
  readonly inferTime: boolean
  readonly quoteAll: boolean
  readonly escapeQuotes: boolean
  readonly preferDate: boolean
  readonly timeZone: string
}

/** Names of the options that are read here. */
export const csvOptionNames = [
  'sep', 'delimiter', 'quote', 'escape', 'comment', 'header', 'enforceSchema', 'inferSchema', 'mode', 'columnNameOfCorruptRecord', 'multiLine', 'lineSep', 'nullValue', 'emptyValue', 'nanValue', 'positiveInf', 'negativeInf',
  'ignoreLeadingWhiteSpace', 'ignoreTrailingWhiteSpace', 'dateFormat', 'timestampFormat', 'timestampNTZFormat', 'timeFormat', 'quoteAll', 'escapeQuotes', 'preferDate', 'timeZone', 'samplingRatio', 'maxColumns', 'maxCharsPerColumn', 'locale',
  'charToEscapeQuoteEscaping', 'unescapedQuoteHandling', 'enableDateTimeParsingFallback', 'encoding', 'charset',
] as const

/** The options in force. `flag` reads a boolean, `text` any option; both without regard to case. */
export function csvOptions(text: (name: string) => string | null, flag: (name: string, otherwise: boolean) => boolean, session: { readonly timeZone: string; readonly corruptColumn: string | null; readonly inferTime: boolean }): CsvOptions {
  const mode = text('mode')?.toUpperCase(), maybeFlag = (name: string, otherwise: boolean): boolean => (text(name) === null ? otherwise : flag(name, otherwise))
  const sep = (text('sep') ?? text('delimiter') ?? ',').replaceAll('\\t', '\t')
  return {
    sep, quote: text('quote') ?? '"', escape: text('escape') ?? '\\', comment: text('comment') ?? '', header: flag('header', false), enforceSchema: flag('enforceSchema', true), inferSchema: flag('inferSchema', false),
    mode: mode === 'FAILFAST' || mode === 'DROPMALFORMED' ? mode : 'PERMISSIVE', corruptColumn: text('columnNameOfCorruptRecord') ?? session.corruptColumn ?? '_corrupt_record', multiLine: flag('multiLine', false), lineSep: text('lineSep'),
    nullValue: text('nullValue') ?? '', emptyRead: text('emptyValue') ?? '', emptyWrite: text('emptyValue') ?? '""', nanValue: text('nanValue') ?? 'NaN', positiveInf: text('positiveInf') ?? 'Inf', negativeInf: text('negativeInf') ?? '-Inf',
    trimStart: maybeFlag('ignoreLeadingWhiteSpace', false), trimEnd: maybeFlag('ignoreTrailingWhiteSpace', false), trimStartWrite: maybeFlag('ignoreLeadingWhiteSpace', true), trimEndWrite: maybeFlag('ignoreTrailingWhiteSpace', true),
    dateFormat: text('dateFormat'), timestampFormat: text('timestampFormat'), timestampNtzFormat: text('timestampNTZFormat'), timeFormat: text('timeFormat'), inferTime: session.inferTime, quoteAll: flag('quoteAll', false), escapeQuotes: flag('escapeQuotes', true), preferDate: flag('preferDate', true), timeZone: text('timeZone') ?? session.timeZone,
  }
}
