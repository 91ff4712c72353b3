/** The bars that a run is held against, and what a section of the bench comes to. */
import type { Outcome } from './child.ts'

/** One figure against its limit. `value` is null when a program it needs did not run. */
export interface Bar {
  readonly what: string
  readonly value: number | null
  readonly limit: number
  readonly better: 'higher' | 'lower'
  /** Written behind figures: `x`, ` ms`, ` s`, ` MB`. */
  readonly unit: string
}

/** A table: its head, then rows of cells. */
export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What a section measured. */
export interface Section {
  readonly name: string
  readonly title: string
  /** What was run on: rows, bytes, partitions. */
  readonly input: Readonly<Record<string, number | string>>
  readonly runs: readonly { readonly program: string; readonly pass: number; readonly outcome: Outcome }[]
  readonly table: Table
  readonly bars: readonly Bar[]
  /** Sentences about what went wrong: programs that failed, results that differ. */
  readonly faults: readonly string[]
}

/** Whether the bar is met; null when there is nothing to hold against it. */
export function met(bar: Bar): boolean | null {
  if (bar.value === null || Number.isNaN(bar.value)) return null
  return bar.better === 'higher' ? bar.value >= bar.limit : bar.value <= bar.limit
}

/** The bar's line: `met    8.4x (bar >= 8x)  end to end from Kafka against Spark`. */
export function barLine(bar: Bar): string {
  const verdict = { true: 'met     ', false: 'MISSED  ', null: 'not run ' }[String(met(bar))]
  const value = bar.value === null ? '-' : `${figure(bar.value)}${bar.unit}`
  return `  ${verdict}${value.padStart(10)}  (bar ${bar.better === 'higher' ? '>=' : '<='} ${bar.limit}${bar.unit})  ${bar.what}`
}

/** A ratio of two figures, null when either is missing. */
export function ratio(above: number | null | undefined, below: number | null | undefined): number | null {
  return above == null || below == null || below === 0 ? null : above / below
}

/** A number with as many digits as it deserves. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toFixed(digits)
}
