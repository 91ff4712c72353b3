/** Runs a notebook from its first cell to its last with no Jupyter: the same process that serves Jupyter runs the cells. */
import { dirname, resolve } from 'node:path'
import { CellProcess, ChildDied } from '../child-process.ts'
import { checkMime, type CheckReport } from '../check.ts'
import type { QuerySummary } from '../child/query-book.ts'
import { addOutput, readNotebook, updateDisplay, type Cell, type Notebook } from './format.ts'
import { injectParameters } from './parameters.ts'

export interface RunOptions {
  /** A cell may take so long; 120 s unless the cell's metadata says otherwise (`microlote.timeoutSeconds`). For full sizes MICROLOTE_CELL_SECONDS gives every cell at least so many seconds, and the notebook ten times as many. */
  readonly cellTimeoutMs?: number
  readonly notebookTimeoutMs?: number
  readonly env?: Readonly<Record<string, string>>
  /** Values for the notebook's parameters: they come in a cell of their own after the one tagged `parameters`, or first. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Goes on after a cell that fails. */
  readonly keepGoing?: boolean
  /** Hears of each cell that has run, with the seconds it took. */
  readonly onCell?: (done: number, of: number, cell: Cell, seconds: number) => void
  /** Cells to run in place of those of the file, in the file's folder. */
  readonly notebook?: Notebook
}

export interface CellFailure { readonly index: number; readonly id: string; readonly ename: string; readonly evalue: string }
export interface NotebookRun {
  readonly path: string; readonly notebook: Notebook; readonly failures: readonly CellFailure[]; readonly checks: readonly CheckReport[]; readonly queries: readonly QuerySummary[]; readonly seconds: number
  /** Every cell ran, nothing failed beside the cells (promises, timers, queries), every check passed. */
  readonly ok: boolean
}

/** Runs the cells in order. Stops at the first that fails unless told to go on. Always returns; what failed stands in the result. */
export async function runNotebook(path: string, options: RunOptions = {}): Promise<NotebookRun> {
  const started = performance.now()
  const notebook = options.notebook ?? readNotebook(path)
  if (options.parameters !== undefined && Object.keys(options.parameters).length > 0) injectParameters(notebook, options.parameters)
  const failures: CellFailure[] = [], byId = new Map(notebook.cells.map((c, i) => [`c${i}`, { c, i }]))
  const child = new CellProcess({
    cwd: dirname(resolve(path)), env: { MICROLOTE_HEADLESS: '1', ...options.env },
    onOutput: (cell, o) => {
      // What is shown under an id may be replaced from any cell.
      if (o.kind === 'display' && o.update === true) { for (const { c } of byId.values()) updateDisplay(c.outputs, o); return }
      const c = byId.get(cell)?.c
      if (c !== undefined) addOutput(c.outputs, o, c.execution_count ?? 0)
    },
    onStray: s => failures.push({ index: byId.get(s.cell)?.i ?? -1, id: byId.get(s.cell)?.c.id ?? 'cuaderno', ename: s.ename, evalue: s.evalue }),
    onDeath: (cell, why) => failures.push({ index: byId.get(cell)?.i ?? -1, id: byId.get(cell)?.c.id ?? 'proceso', ename: 'Proceso', evalue: why.message }),
  })
  const code = notebook.cells.map((c, i) => ({ c, i })).filter(x => x.c.cell_type === 'code' && x.c.source.trim() !== '')
  let queries: QuerySummary[] = []
  const deadline = started + Math.max(options.notebookTimeoutMs ?? 1_200_000, leastCellMs() * 10), left = (): number => deadline - performance.now()
  try {
    const problem = await within(child.start(), left(), 'El proceso de las celdas no estuvo listo a tiempo.')
    if (problem !== null) failures.push({ index: -1, id: 'inicio', ename: 'Inicio', evalue: problem })
    let count = 0
    for (const { c, i } of failures.length > 0 ? [] : code) {
      c.execution_count = ++count
      const began = performance.now(), own = cellLimit(c, options), failure = await runCell(child, c, i, count, Math.min(own, left()), own > left())
      options.onCell?.(count, code.length, c, (performance.now() - began) / 1000)
      if (failure !== null) failures.push(failure)
      if (failures.length > 0 && options.keepGoing !== true || left() <= 0) break
    }
    if (child.alive) queries = ((await within(child.end(), 20_000, null)) as QuerySummary[] | null) ?? []
  } catch (e) {
    failures.push({ index: -1, id: 'proceso', ename: 'Proceso', evalue: e instanceof Error ? e.message : String(e) })
  } finally {
    await child.close()
  }
  const checks = notebook.cells.flatMap(c => c.outputs.flatMap(o => { const r = (o['data'] as Record<string, unknown> | undefined)?.[checkMime]; return r === undefined ? [] : [r as CheckReport] }))
  return { path, notebook, failures, checks, queries, seconds: (performance.now() - started) / 1000, ok: failures.length === 0 && checks.every(c => c.passed) }
}

const leastCellMs = (): number => Math.max(0, Number(process.env['MICROLOTE_CELL_SECONDS']) || 0) * 1000
const cellLimit = (c: Cell, options: RunOptions): number => { const own = Number(c.metadata['microlote']?.timeoutSeconds); return Math.max(own > 0 ? own * 1000 : options.cellTimeoutMs ?? 120_000, leastCellMs()) }

async function runCell(child: CellProcess, c: Cell, index: number, count: number, limitMs: number, ofNotebook: boolean): Promise<CellFailure | null> {
  const fail = (ename: string, evalue: string): CellFailure => {
    addOutput(c.outputs, { kind: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`] }, count)
    return { index, id: c.id, ename, evalue }
  }
  try {
    const work = child.run({ id: `c${index}`, code: c.source, count, owner: c.id, headless: true })
    const ok = await within(work, limitMs, 'timeout' as const)
    if (ok === 'timeout') {
      child.kill()
      await work.catch(() => {})
      return fail('Tiempo', ofNotebook ? 'Se acabó el tiempo del cuaderno y la celda se detuvo.' : `La celda no terminó en ${Math.round(limitMs / 1000)} s y se detuvo.`)
    }
    if (ok) return null
    const error = c.outputs.findLast(o => o['output_type'] === 'error')
    return { index, id: c.id, ename: String(error?.['ename'] ?? 'Error'), evalue: String(error?.['evalue'] ?? 'La celda falló') }
  } catch (e) {
    return fail(e instanceof ChildDied ? 'Proceso' : 'Error', e instanceof Error ? e.message : String(e))
  }
}

async function within<T, L>(work: Promise<T>, ms: number, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<L>(r => { timer = setTimeout(() => r(late), Math.max(1, ms)) })
  try { return await Promise.race([work, limit]) } finally { clearTimeout(timer) }
}
