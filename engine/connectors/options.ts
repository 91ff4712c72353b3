/** Options of a reader or writer: names in any case, values as text, every unknown or malformed one refused by name. */
import { analysisError, type AnalysisException } from '../errors/spark-error.ts'

/** Reads the options of one format. Each `take…` marks a name as known; `refuseUnknown` then refuses the rest. */
export class OptionsReader {
  readonly format: string
  readonly #values = new Map<string, { readonly name: string; readonly value: string }>()
  /** Names asked for, by their lower case. */
  readonly #known = new Map<string, string>()

  constructor(format: string, options: Readonly<Record<string, string>>) {
    this.format = format
    for (const [name, value] of Object.entries(options)) this.#values.set(name.toLowerCase(), { name, value })
  }

  /** The value, or null. */
  text(name: string): string | null {
    this.#known.set(name.toLowerCase(), name)
    return this.#values.get(name.toLowerCase())?.value ?? null
  }

  /** The value; missing is an error with this advice. */
  required(name: string, advice: string): string {
    const value = this.text(name)
    if (value === null) throw analysisError('MICROLOTE_OPTION_MISSING', { format: this.format, option: name, advice })
    return value
  }

  boolean(name: string, otherwise: boolean): boolean {
    const value = this.text(name)?.trim().toLowerCase()
    if (value === undefined) return otherwise
    if (value === 'true' || value === 'false') return value === 'true'
    throw this.invalid(name, 'write true or false')
  }

  /** A whole number of at least `least`. */
  integer(name: string, least: number): number | null {
    const value = this.text(name)
    if (value === null) return null
    const n = Number(value)
    if (!/^[+-]?\d+$/.test(value.trim()) || !Number.isSafeInteger(n)) throw this.invalid(name, 'write a whole number')
    if (n < least) throw this.invalid(name, `it must be at least ${least}`)
    return n
  }

  /** One of a few words, in any case. */
  choice<W extends string>(name: string, words: readonly W[], otherwise: W): W {
    const value = this.text(name)
    if (value === null) return otherwise
    const found = words.find(w => w.toLowerCase() === value.trim().toLowerCase())
    if (found === undefined) throw this.invalid(name, `write one of ${words.join(', ')}`)
    return found
  }

  /** All options whose name begins with the prefix, the prefix cut off and the case kept. */
  withPrefix(prefix: string): Readonly<Record<string, string>> {
    const found: Record<string, string> = {}
    for (const [key, { name, value }] of this.#values) {
      if (!key.startsWith(prefix.toLowerCase())) continue
      this.#known.set(key, name)
      found[name.slice(prefix.length)] = value
    }
    return found
  }

  /** The error of a value that is not valid. */
  invalid(name: string, reason: string): AnalysisException {
    return analysisError('MICROLOTE_OPTION_INVALID', { option: name, format: this.format, value: JSON.stringify(this.text(name)), reason })
  }

  /** Refuses options that nobody asked for, with the nearest known name; `also` are names that are known though not asked for. */
  refuseUnknown(also: readonly string[] = []): void {
    const known = new Map([...this.#known, ...also.map((n): [string, string] => [n.toLowerCase(), n])])
    for (const [key, { name }] of this.#values) {
      if (known.has(key)) continue
      const near = nearest(key, [...known.keys()])
      throw analysisError('MICROLOTE_OPTION_UNKNOWN', { format: this.format, option: name, advice: near === null ? `It takes: ${[...known.values()].sort().join(', ') || 'none'}.` : `Did you mean ${known.get(near)!}?` })
    }
  }
}

/** The word that differs in at most a third of its letters, or null. */
export function nearest(word: string, words: readonly string[]): string | null {
  let best: string | null = null, least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const w of words) {
    const d = editDistance(word, w)
    if (d < least) { best = w; least = d }
  }
  return best
}

/** Levenshtein's distance. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
