/** Cells that the W1 sections share. */
import type { Table } from '../harness/bars.ts'
import { ratio } from '../harness/bars.ts'
import { figureOf } from '../harness/turns.ts'
import type { Turn } from '../harness/turns.ts'

/** One row a program: warm and cold rates, CPU per row, peak memory, and how many times as fast ours is. */
export function rateTable(turns: readonly Turn[], programs: readonly string[]): Table {
  const ours = rate(turns, 'microlote')
  return {
    head: ['program', 'M rows/s', 'cold', 'CPU ns/row', 'peak MB', 'ours / it'],
    rows: programs.map(program => {
      const own = rate(turns, program)
      const times = program === 'microlote' ? null : ratio(ours, own)
      return [
        program,
        cell(own, v => (v / 1e6).toFixed(3)),
        cell(figureOf(turns, program, r => r.coldRowsPerSecond), v => (v / 1e6).toFixed(3)),
        cell(figureOf(turns, program, r => r.cpuNsPerRow), v => v.toFixed(0)),
        cell(figureOf(turns, program, r => r.peakRssMb), v => v.toFixed(0)),
        cell(times, v => `${v.toFixed(2)}x`)
      ]
    })
  }
}

/** Median warm rate of a program over the passes. */
export function rate(turns: readonly Turn[], program: string): number | null {
  return figureOf(turns, program, r => r.rowsPerSecond)
}

/** The figure as text, or a dash. */
export function cell(value: number | null, text: (value: number) => string): string {
  return value === null ? '-' : text(value)
}
