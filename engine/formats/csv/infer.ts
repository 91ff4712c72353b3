/** Owns the schema that CSV files suggest: names from the header, types from the texts when asked for. */
import { booleanType, dateType, decimalType, doubleType, intType, longType, stringType, structField, structType, timeType, timestampNtzType, timestampType, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import { csvValue } from './reader.ts'
import type { CsvOptions } from './options.ts'
import { csvRecords } from './records.ts'

/** From narrow to wide; a column takes the first type that reads all its texts. */
const ladder: readonly DataType[] = [intType, longType, decimalType(38, 0), doubleType, timeType(), dateType, timestampNtzType, timestampType, booleanType]

// How many of them are numbers.
const numbers = 4

/** Collects a schema: `add` the text of each file, then `result`. */
export class CsvSchemaInference {
  readonly #o: CsvOptions
  readonly #reads: readonly ((text: string) => unknown)[]
  #names: string[] | null = null
  // Which types read all texts of a column so far; null while no text was seen.
  #fits: (boolean[] | null)[] = []
  // Digits of the longest whole number of a column.
  #digits: number[] = []

  constructor(o: CsvOptions) { this.#o = o; this.#reads = ladder.map(t => csvValue(t, o)) }

  add(text: string): void {
    let header = this.#o.header
    for (const record of csvRecords(text, this.#o)) {
      if (this.#names === null) {
        this.#names = columnNames(record.fields, this.#o)
        this.#fits = this.#names.map(() => null)
        this.#digits = this.#names.map(() => 0)
        if (!this.#o.inferSchema) return
      }
      if (header) { header = false; continue }
      record.fields.forEach((f, i) => {
        if (f === null || f === this.#o.nullValue || i >= this.#fits.length) return
        const fits = this.#fits[i] ??= ladder.map(() => true)
        const wasNumber = fits[numbers - 1]! && this.#digits[i]! > 0
        for (let k = 0; k < ladder.length; k++) if (fits[k]) fits[k] = this.#suits(k, f)
        // Numbers and times have nothing in common, though 2026 alone is a time, too.
        if (wasNumber && !fits[numbers - 1]!) fits.fill(false)
        this.#digits[i] = Math.max(this.#digits[i]!, f.replace(/^[+-]?0*/, '').length, 1)
      })
    }
  }

  #suits(k: number, f: string): boolean {
    const t = ladder[k]!
    if (t.kind === 'decimal' && !/^[+-]?\d+$/.test(f)) return false
    if (t.kind === 'double' && /[\d.][dDfF]$/.test(f)) return false
    if (t.kind === 'time' && !this.#o.inferTime) return false
    if (t.kind === 'date' && !this.#o.preferDate) return false
    // Spark takes a time without a zone for one of the session's.
    if (t.kind === 'timestamp_ntz') return false
    if (t.kind === 'date' && this.#o.dateFormat === null && !/^\d{4}-\d\d-\d\d$/.test(f)) return false
    return this.#reads[k]!(f) !== undefined
  }

  result(): StructTypeShape {
    return structType((this.#names ?? []).map((n, i) => {
      const fits = this.#fits[i]
      const found = fits === null || fits === undefined ? -1 : fits.indexOf(true)
      const type = found < 0 ? stringType : ladder[found]!
      return structField(n, type.kind === 'decimal' ? decimalType(Math.max(this.#digits[i]!, 1), 0) : type)
    }))
  }
}

function columnNames(fields: readonly (string | null)[], o: CsvOptions): string[] {
  if (!o.header) return fields.map((_, i) => `_c${i}`)
  const names = fields.map((f, i) => (f === null || f === '' || f === o.nullValue ? `_c${i}` : f)), count = new Map<string, number>()
  for (const n of names) count.set(n.toLowerCase(), (count.get(n.toLowerCase()) ?? 0) + 1)
  return names.map((n, i) => (count.get(n.toLowerCase())! > 1 ? `${n}${i}` : n))
}
