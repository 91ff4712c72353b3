/** Owns the options of Spark's XML reader, writer and functions with Spark's defaults. */
import { analysisError } from '../../errors/spark-error.ts'
import type { ParseMode } from '../json/options.ts'

export interface XmlOptions {
  /** The tag of a row, null where it was not given. */
  readonly rowTag: string | null
  readonly rootTag: string
  readonly declaration: string
  readonly arrayElementName: string
  readonly attributePrefix: string
  readonly valueTag: string
  readonly excludeAttribute: boolean
  readonly nullValue: string | null
  readonly mode: ParseMode
  readonly corruptColumn: string
  readonly trims: boolean
  readonly ignoreNamespace: boolean
  readonly wildcard: string
  readonly inferSchema: boolean
  readonly prefersDecimal: boolean
  readonly preferDate: boolean
  readonly dateFormat: string | null
  readonly timestampFormat: string | null
  readonly timestampNtzFormat: string | null
  readonly timeFormat: string | null
  readonly multiLine: boolean
  readonly encoding: string | null
  readonly indent: string
  readonly validateName: boolean
  /** Each row is one VARIANT, in a column of this name. */
  readonly singleVariant: string | null
  readonly timeZone: string
}

/** Names of the options that are read here. */
export const xmlOptionNames = [
  'rowTag', 'rootTag', 'declaration', 'arrayElementName', 'attributePrefix', 'valueTag', 'excludeAttribute', 'nullValue', 'mode', 'columnNameOfCorruptRecord', 'ignoreSurroundingSpaces', 'ignoreNamespace', 'wildcardColName', 'inferSchema',
  'prefersDecimal', 'preferDate', 'dateFormat', 'timestampFormat', 'timestampNTZFormat', 'timeFormat', 'multiLine', 'encoding', 'charset', 'indent', 'validateName', 'timeZone', 'samplingRatio', 'treatEmptyValuesAsNulls', 'locale',
  'rowValidationXSDPath', 'singleVariantColumn',
] as const

/** The options in force; `text` reads one of any name without regard to case. Throws MICROLOTE_OPTION_INVALID, and MICROLOTE_NOT_SUPPORTED for what is not built. */
export function xmlOptions(text: (name: string) => string | null, session: { readonly timeZone: string; readonly corruptColumn: string | null }): XmlOptions {
  const invalid = (option: string, reason: string): Error => analysisError('MICROLOTE_OPTION_INVALID', { format: 'xml', option, value: text(option) ?? '', reason })
  const flag = (name: string, standard: boolean): boolean => {
    const v = text(name)?.toLowerCase()
    if (v === undefined) return standard
    if (v !== 'true' && v !== 'false') throw invalid(name, 'write true or false')
    return v === 'true'
  }
  if (text('rowValidationXSDPath') !== null) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'The option rowValidationXSDPath of XML', advice: 'Leave it out and check the columns of the rows.' })
  const locale = text('locale')
  if (locale !== null && !/^en([-_]|$)/i.test(locale)) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `The locale ${locale} of XML`, advice: 'Names of months and days are read and written in English; use numbers.' })
  const ratio = text('samplingRatio')
  if (ratio !== null && !(Number(ratio) > 0 && Number(ratio) <= 1)) throw invalid('samplingRatio', 'give a number above 0 and at most 1')
  const valueTag = text('valueTag') ?? '_VALUE', attributePrefix = text('attributePrefix') ?? '_', mode = text('mode')?.toUpperCase()
  if (valueTag === '') throw invalid('valueTag', 'it is empty')
  if (valueTag === attributePrefix) throw invalid('valueTag', 'it must not be the attributePrefix')
  return {
    rowTag: text('rowTag'), rootTag: text('rootTag') ?? 'ROWS', declaration: text('declaration') ?? 'version="1.0" encoding="UTF-8" standalone="yes"', arrayElementName: text('arrayElementName') ?? 'item',
    attributePrefix, valueTag, excludeAttribute: flag('excludeAttribute', false), nullValue: text('nullValue'), mode: mode === 'FAILFAST' || mode === 'DROPMALFORMED' ? mode : 'PERMISSIVE',
    corruptColumn: text('columnNameOfCorruptRecord') ?? session.corruptColumn ?? '_corrupt_record', trims: flag('ignoreSurroundingSpaces', true), ignoreNamespace: flag('ignoreNamespace', false), wildcard: text('wildcardColName') ?? 'xs_any',
    inferSchema: flag('inferSchema', true), prefersDecimal: flag('prefersDecimal', false), preferDate: flag('preferDate', true), dateFormat: text('dateFormat'), timestampFormat: text('timestampFormat'), timestampNtzFormat: text('timestampNTZFormat'),
    timeFormat: text('timeFormat'), multiLine: flag('multiLine', true), encoding: text('encoding') ?? text('charset'), indent: text('indent') ?? '    ', validateName: flag('validateName', true), singleVariant: text('singleVariantColumn'), timeZone: text('timeZone') ?? session.timeZone,
  }
}
