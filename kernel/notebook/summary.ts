/** A run summed up for the terminal: per exercise its checks, per query batches, rows, rates and latencies. */
import type { CheckItem, CheckReport } from '../check.ts'
import type { NotebookRun } from './run-notebook.ts'

/** All checks of one exercise, visible and hidden, together. */
export interface ExerciseTotal { readonly exercise: string; readonly points: number; readonly maxPoints: number; readonly passed: boolean; readonly checks: readonly CheckItem[] }

/** One total an exercise, in the order of their first check. */
export function exerciseTotals(reports: readonly CheckReport[]): ExerciseTotal[] {
  const byId = new Map<string, CheckReport[]>()
  for (const r of reports) byId.set(r.exercise, [...byId.get(r.exercise) ?? [], r])
  return [...byId].map(([exercise, rs]) => ({
    exercise, points: rs.reduce((n, r) => n + r.points, 0), maxPoints: rs.reduce((n, r) => n + r.maxPoints, 0), passed: rs.every(r => r.passed), checks: rs.flatMap(r => r.checks),
  }))
}

/** A number of milliseconds or rows as a text; a dash where there is none. */
export const shownNumber = (n: number | null): string => (n === null || !Number.isFinite(n) ? '–' : n.toLocaleString('es', { maximumFractionDigits: 0 }))

/** The lines of a run's account, in Spanish. */
export function summaryText(run: NotebookRun): string {
  const out: string[] = []
  for (const e of exerciseTotals(run.checks)) {
    out.push(`  ${e.passed ? '✔' : '✘'} ${e.exercise}  ${e.points} de ${e.maxPoints} puntos, ${e.checks.filter(c => c.passed).length} de ${e.checks.length} comprobaciones`)
    for (const c of e.checks) if (!c.passed) out.push(`      ✘ ${c.name}: ${c.message}`)
  }
  if (run.queries.length > 0) {
    const width = Math.min(46, Math.max(8, ...run.queries.map(q => q.name.length)))
    out.push(`  ${'consulta'.padEnd(width)}${'lotes'.padStart(7)}${'filas'.padStart(10)}${'filas/s'.padStart(10)}${'P50 ms'.padStart(9)}${'P99 ms'.padStart(9)}`)
    for (const q of run.queries) out.push(`  ${q.name.slice(0, width).padEnd(width)}${shownNumber(q.batches).padStart(7)}${shownNumber(q.rows).padStart(10)}${shownNumber(q.rowsPerSecond).padStart(10)}${shownNumber(q.p50Ms).padStart(9)}${shownNumber(q.p99Ms).padStart(9)}${q.leftRunning ? '  (seguía activa al final: se detuvo)' : ''}`)
  }
  for (const f of run.failures) out.push(`  ✘ ${f.index < 0 ? '' : `celda ${f.index + 1}: `}${f.ename}: ${f.evalue}`)
  out.push(`  ${run.ok ? 'Todo correcto' : 'CON FALLOS'} en ${run.seconds.toFixed(1)} s`)
  return out.join('\n')
}
