/** Runs the programs of a section in turn, pass after pass, so that what else the machine does falls on all of them alike. */
import { runChild } from './child.ts'
import type { Outcome, Program } from './child.ts'
import { median } from './rounds.ts'

/** One program's turn in one pass. */
export interface Turn {
  readonly program: string
  readonly pass: number
  readonly outcome: Outcome
}

/** Runs every program once per pass and says so. */
export async function inTurn(programs: readonly Program[], passes: number, log: (line: string) => void): Promise<Turn[]> {
  const turns: Turn[] = []
  for (let pass = 1; pass <= passes; pass++) {
    for (const program of programs) {
      const outcome = await runChild(program)
      turns.push({ program: program.name, pass, outcome })
      const said = !outcome.ok ? outcome.error : outcome.result.rowsPerSecond === undefined ? '' : `${(outcome.result.rowsPerSecond / 1e6).toFixed(2)} M rows/s`
      log(`  pass ${pass}/${passes}  ${program.name.padEnd(18)} ${said} (${outcome.wallSeconds.toFixed(1)} s)`)
    }
  }
  return turns
}

/** The results of a program over its passes. */
export function resultsOf(turns: readonly Turn[], program: string): readonly Readonly<Record<string, any>>[] {
  return turns.flatMap(t => (t.program === program && t.outcome.ok ? [t.outcome.result] : []))
}

/** Median over the passes of one figure of a program, null when it has none. */
export function figureOf(turns: readonly Turn[], program: string, pick: (result: Readonly<Record<string, any>>) => number | null | undefined): number | null {
  const values = resultsOf(turns, program).map(pick).filter((v): v is number => typeof v === 'number' && !Number.isNaN(v))
  return values.length === 0 ? null : median(values)
}

/** Sentences on turns that failed. */
export function failures(turns: readonly Turn[]): string[] {
  return turns.flatMap(t => (t.outcome.ok ? [] : [`${t.program}: ${t.outcome.error}`]))
}

/** Sentences on programs whose groups, count or sum differ from the first one's; sums may differ by rounding. */
export function disagreements(turns: readonly Turn[], programs: readonly string[]): string[] {
  const all = programs.flatMap(program => resultsOf(turns, program).map(result => ({ program, result })))
  if (all.length === 0) return []
  const [{ program, result: first }] = all
  return all.flatMap(({ program: other, result: r }) => {
    const same = r.rows === first.rows && r.groups === first.groups && r.count === first.count && Math.abs(r.sum - first.sum) <= 1e-9 * Math.abs(first.sum)
    const said = (x: Readonly<Record<string, any>>): string => `rows ${x.rows}, groups ${x.groups}, count ${x.count}, sum ${x.sum}`
    return same ? [] : [`${other} gave ${said(r)}, but ${program} gave ${said(first)}`]
  })
}
