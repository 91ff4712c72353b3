/** The kernel beside tslab: from the start of its process to the end of a first cell, and what a trivial cell costs, as a Jupyter client sees it; what a live card costs its query. */
import { spawnSync } from 'node:child_process'
import type { Section } from '../harness/bars.ts'
import { whyOf, type Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { failures, figureOf, inTurn } from '../harness/turns.ts'
import { cell } from './rows.ts'

const cells = 60

/** Starts both kernels in turn and holds ours against the bars. */
export async function kernel(bench: Bench): Promise<Section> {
  const { options } = bench, faults: string[] = []
  // What Jupyter starts is the built package; this builds it if it is stale.
  const built = spawnSync(process.execPath, [bench.file('..', 'scripts', 'run.mjs'), 'build'], { encoding: 'utf8' })
  if (built.status !== 0) faults.push(`microlote was not built: ${whyOf(`${built.stderr}${built.stdout}`)}`)
  const programs: Program[] = (['ours', 'tslab'] as const).filter(k => k === 'tslab' || options.engines.has('ours')).map(k => ({ name: k === 'ours' ? 'microlote' : 'tslab', command: process.execPath, args: [bench.file('ours', 'kernel.ts'), '--kernel', k, '--cells', String(cells)], timeoutMs: 300_000 }))
  // The first pass fills the caches of compiled code.
  const turns = (await inTurn(programs, options.passes + 1, bench.log)).filter(t => t.pass > 1)
  const cardProgram: Program = { name: 'live card', command: process.execPath, args: [bench.file('ours', 'live-card.ts')], timeoutMs: 300_000 }
  const cardTurns = options.engines.has('ours') ? await inTurn([cardProgram], 1, bench.log) : []
  const card = (pick: string): number | null => figureOf(cardTurns, 'live card', r => r[pick])
  const of = (program: string, name: string): number | null => figureOf(turns, program, r => r[name])
  return {
    name: 'kernel',
    title: 'The Jupyter kernel beside tslab, ms as a client sees them (spark is ready in ours)',
    input: { cells, 'rows per CPU second without a card': Math.round(card('withoutCard') ?? 0), 'with a card': Math.round(card('withCard') ?? 0) },
    runs: [...turns, ...cardTurns],
    table: {
      head: ['kernel', 'answers', 'ready for cells', 'first cell', 'cell P50', 'cell P95'],
      rows: programs.map(({ name }) => [name, cell(of(name, 'answersMs'), v => v.toFixed(0)), cell(of(name, 'readyMs'), v => v.toFixed(0)), cell(of(name, 'firstCellMs'), v => v.toFixed(1)), cell(of(name, 'cellP50Ms'), v => v.toFixed(1)), cell(of(name, 'cellP95Ms'), v => v.toFixed(1))]),
    },
    bars: [
      { what: 'ms from the start of the process to the end of a first cell', value: of('microlote', 'readyMs'), limit: 1500, better: 'lower', unit: ' ms' },
      { what: 'P50 of a trivial cell', value: of('microlote', 'cellP50Ms'), limit: 15, better: 'lower', unit: ' ms' },
      { what: 'of a query\'s rows per CPU second that a live card takes', value: card('costPercent'), limit: 5, better: 'lower', unit: ' %' },
    ],
    faults: [...faults, ...failures([...turns, ...cardTurns])],
  }
}
