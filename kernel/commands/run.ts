/** `run NOTEBOOK... [--out DIR] [--timeout S]`: runs notebooks, leaves a report and the executed notebook for each, and sums up in the terminal. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { notebookText } from '../notebook/format.ts'
import { reportHtml } from '../notebook/report.ts'
import { runNotebook } from '../notebook/run-notebook.ts'
import { summaryText } from '../notebook/summary.ts'

/** The exit code: 0 only if every cell ran and every check passed. */
export async function runCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const option = (name: string): string | undefined => { const i = args.indexOf(name); return i < 0 ? undefined : args[i + 1] }
  const out = option('--out') ?? 'build', timeout = option('--timeout')
  const paths = args.filter((a, i) => !a.startsWith('--') && !['--out', '--timeout'].includes(args[i - 1] ?? ''))
  if (paths.length === 0) { console.error('Falta el cuaderno.'); return 2 }
  mkdirSync(out, { recursive: true })
  let ok = true
  for (const path of paths) {
    const name = basename(path, '.ipynb')
    console.log(`\n${name}`)
    const run = await runNotebook(path, {
      env: { MICROLOTE_EMBED_PLOTLY: '0', ...env }, ...(timeout === undefined ? {} : { cellTimeoutMs: Number(timeout) * 1000 }),
      onCell: (done, of, cell) => { const line = cell.source.split('\n').find(l => l.trim() !== '') ?? ''; console.log(`  [${String(done).padStart(2)}/${of}] ${line.slice(0, 90)}`) },
    })
    writeFileSync(join(out, `${name}.ipynb`), notebookText(run.notebook))
    writeFileSync(join(out, `${name}.html`), reportHtml(run))
    console.log(`${summaryText(run)} → ${join(out, `${name}.html`)}`)
    ok &&= run.ok
  }
  return ok ? 0 : 1
}
