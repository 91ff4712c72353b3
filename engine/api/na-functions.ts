/** df.na: rows and values that are missing. NaN in a FLOAT or DOUBLE column counts as missing, as in Spark. */
import { analysisError } from '../errors/spark-error.ts'
import { isNumeric, type DataType } from '../types/data-type.ts'
import { entriesOf, type Named } from './arguments.ts'
import { call, exactColumn, toColumn, type Column } from './column.ts'
import type { DataFrame } from './dataframe.ts'

/** What can be put in the place of a missing value, or of another. */
export type Replacement = number | bigint | string | boolean
/** A column name, or several. */
export type Subset = string | readonly string[]

/** `own`: what it is called while names that come twice have others. */
interface Field { readonly name: string; readonly dataType: DataType; readonly own?: string }

export class DataFrameNaFunctions {
  readonly #df: DataFrame

  constructor(df: DataFrame) { this.#df = df }

  /**
   * Puts a value in the place of NULL (and NaN): a number in numeric columns, a text in STRING columns, true or false in BOOLEAN columns; of those named, or of all. The value is cast to each column's type.
   * An object gives each column a value of its own. Works on streams. Throws UNRESOLVED_COLUMN for a column that is not there. `df.na.fill(0, ["monto"])`, `df.na.fill({ monto: 0, tipo: "?" })`
   */
  fill(value: Replacement | Named<Replacement>, subset?: Subset): DataFrame {
    const values = typeof value === 'object' ? new Map(entriesOf(value).map(([k, v]) => [this.#field(k).name.toLowerCase(), v])) : null
    const among = this.#wanted(subset)
    return this.#each(f => {
      if (values !== null) { const v = values.get(f.name.toLowerCase()); return v === undefined ? null : filled(f, v) }
      return among(f) && takes(f.dataType, value as Replacement) ? filled(f, value as Replacement) : null
    })
  }

  /**
   * Leaves out rows with a missing value: `"any"` (the default) where one is missing, `"all"` where all are; with `thresh`, where fewer than so many are there. Looks at the columns named, or at all (AMBIGUOUS_REFERENCE where a name comes twice).
   * Works on streams. Throws VALUE_NOT_ALLOWED. `df.na.drop("any", null, ["user", "ts"])`
   */
  drop(how: 'any' | 'all' = 'any', thresh: number | null = null, subset?: Subset): DataFrame {
    if (how !== 'any' && how !== 'all') throw analysisError('VALUE_NOT_ALLOWED', { argName: 'how', allowedValues: '"any" or "all"', argValue: String(how) })
    const among = this.#wanted(subset), there = this.#df.schema.fields.filter(among).map(present)
    const least = thresh ?? (how === 'any' ? there.length : 1)
    if (there.length === 0 || least <= 0) return least > 0 && there.length === 0 && thresh !== null ? this.#df.filter(toColumn(false)) : this.#df
    if (least === there.length) return this.#df.filter(there.reduce((a, b) => a.and(b)))
    if (least === 1) return this.#df.filter(there.reduce((a, b) => a.or(b)))
    return this.#df.filter(there.map(c => call('when', c, toColumn(1)).otherwise(0)).reduce((a, b) => a.plus(b)).geq(least))
  }

  /**
   * Puts values in the place of others: one for one, one for each of a list, or two lists of one length; or all at once in a Map (an object where they are texts). Numbers are looked for in numeric columns, texts in
   * STRING columns, true and false in BOOLEAN columns. null makes them NULL. Works on streams. Throws MIXED_TYPE_REPLACEMENT where types are mixed.
   * `df.na.replace("N/A", null)`, `df.na.replace([1, 2], [10, 20], "nivel")`, `df.na.replace({ bogota: "Bogotá" }, undefined, "ciudad")`
   */
  replace(from: Replacement | readonly Replacement[] | ReadonlyMap<Replacement, Replacement | null> | Readonly<Record<string, Replacement | null>>, to?: Replacement | null | readonly (Replacement | null)[], subset?: Subset): DataFrame {
    const pairs = pairsOf(from, to), kinds = new Set(pairs.flat().filter(v => v !== null).map(v => (typeof v === 'bigint' ? 'number' : typeof v)))
    if (kinds.size > 1) throw analysisError('MIXED_TYPE_REPLACEMENT')
    const among = this.#wanted(subset)
    return this.#each(f => {
      if (!among(f) || pairs.length === 0 || !takes(f.dataType, pairs[0]![0])) return null
      const column = plain(f)
      const args = pairs.flatMap(([a, b]) => [column.equalTo(a), toColumn(b).cast(f.dataType)])
      return call('when', ...args, column)
    })
  }

  #field(name: string): Field {
    const found = this.#df.schema.fields.find(f => f.name.toLowerCase() === name.toLowerCase())
    if (found !== undefined && this.#df.schema.fields.some(f => f !== found && f.name.toLowerCase() === name.toLowerCase())) this.#df.select(exactColumn(name))
    if (found === undefined) { this.#df.col('`' + name.replaceAll('`', '``') + '`'); throw analysisError('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: '`' + name + '`' }) }
    return found
  }

  #wanted(subset: Subset | undefined): (f: Field) => boolean {
    if (subset === undefined || subset === null) return () => true
    const names = new Set((typeof subset === 'string' ? [subset] : subset).map(n => this.#field(n).name.toLowerCase()))
    return f => names.has(f.name.toLowerCase())
  }

  // Columns that nothing changes are selected as they are, and keep their metadata.
  #each(change: (f: Field) => Column | null): DataFrame {
    const { df, fields } = this.#told()
    return df.select(...fields.map(f => change(f)?.alias(f.name) ?? (f.own === undefined ? plain(f) : plain(f).alias(f.name))))
  }

  // The DataFrame with a name for each column, where names come twice.
  #told(): { readonly df: DataFrame; readonly fields: readonly Field[] } {
    const { fields } = this.#df.schema
    if (new Set(fields.map(f => f.name.toLowerCase())).size === fields.length) return { df: this.#df, fields }
    const own = fields.map((_, i) => `column ${i}`)
    return { df: this.#df.toDF(...own), fields: fields.map((f, i) => ({ name: f.name, dataType: f.dataType, own: own[i]! })) }
  }
}

const plain = (f: Field): Column => exactColumn(f.own ?? f.name)
const isFraction = (t: DataType): boolean => t.kind === 'float' || t.kind === 'double'
const takes = (t: DataType, v: Replacement): boolean => (typeof v === 'string' ? t.kind === 'string' : typeof v === 'boolean' ? t.kind === 'boolean' : isNumeric(t))
const present = (f: Field): Column => (isFraction(f.dataType) ? plain(f).isNotNull().and(plain(f).isNaN().not()) : plain(f).isNotNull())

function filled(f: Field, value: Replacement): Column {
  const column = isFraction(f.dataType) ? call('nanvl', plain(f), toColumn(null).cast(f.dataType)) : plain(f)
  return call('coalesce', column, toColumn(value).cast(f.dataType))
}

function pairsOf(from: unknown, to: unknown): [Replacement, Replacement | null][] {
  if (from instanceof Map) return [...(from as Map<Replacement, Replacement | null>)]
  if (typeof from === 'object' && from !== null && !Array.isArray(from)) return Object.entries(from as Record<string, Replacement | null>)
  const keys = Array.isArray(from) ? (from as Replacement[]) : [from as Replacement]
  if (to === undefined) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'replace has nothing to put in place', advice: 'Give the new value, or null for NULL.' })
  const values = Array.isArray(to) ? (to as (Replacement | null)[]) : keys.map(() => to as Replacement | null)
  if (values.length !== keys.length) throw analysisError('LENGTH_SHOULD_BE_THE_SAME', { arg1: 'to_replace', arg2: 'value', arg1Length: keys.length, arg2Length: values.length })
  return keys.map((k, i) => [k, values[i]!])
}
