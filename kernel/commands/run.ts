/** `run NOTEBOOK...`: runs notebooks, leaves a report and the executed notebook for each, and sums up in the terminal. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { notebookText } from '../notebook/format.ts'
import { parameterValue } from '../notebook/parameters.ts'
import { reportHtml } from '../notebook/report.ts'
import { runNotebook, type NotebookRun } from '../notebook/run-notebook.ts'
import { summaryText } from '../notebook/summary.ts'

const usage = `Uso: microlote-kernel run CUADERNO... [opciones]
  --out CARPETA         dónde quedan el cuaderno ejecutado y su informe (build)
  -p, --parameter NOMBRE VALOR   un parámetro (también NOMBRE=VALOR); repetible
  --timeout S           segundos por celda (120)
  --notebook-timeout S  segundos por cuaderno (1200)
  --keep-going          sigue tras una celda que falla`

/** The exit code: 0 only if every cell ran, nothing failed beside them and every check passed; 2 when the command is wrong. */
export async function runCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) { console.log(usage); return 0 }
  let asked: ReturnType<typeof read>
  try { asked = read(args) } catch (e) { console.error(`${e instanceof Error ? e.message : String(e)}\n${usage}`); return 2 }
  if (asked.paths.length === 0) { console.error(`Falta el cuaderno.\n${usage}`); return 2 }
  const { out, paths, ...options } = asked
  mkdirSync(out, { recursive: true })
  // The process of the cells ends with this one.
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) process.once(signal, () => { console.error('\nInterrumpido: el cuaderno no terminó y no deja informe.'); process.exit(code) })
  let ok = true
  for (const path of paths) {
    const name = basename(path, '.ipynb')
    console.log(`\n${name}`)
    let run: NotebookRun
    try {
      run = await runNotebook(path, {
        ...options, env: { MICROLOTE_EMBED_PLOTLY: '0', ...env },
        onCell: (done, of, cell) => { const line = cell.source.split('\n').find(l => l.trim() !== '') ?? ''; console.log(`  [${String(done).padStart(2)}/${of}] ${line.slice(0, 90)}`) },
      })
    } catch (e) { console.error(`  ✘ ${e instanceof Error ? e.message : String(e)}`); ok = false; continue }
    writeFileSync(join(out, `${name}.ipynb`), notebookText(run.notebook))
    writeFileSync(join(out, `${name}.html`), reportHtml(run))
    console.log(`${summaryText(run)} → ${join(out, `${name}.html`)}`)
    ok &&= run.ok
  }
  return ok ? 0 : 1
}

function read(args: readonly string[]) {
  const rest: string[] = [], parameters: Record<string, unknown> = {}
  for (let i = 0; i < args.length; i++) {
    if (!['-p', '--parameter'].includes(args[i]!)) { rest.push(args[i]!); continue }
    const first = args[++i], equal = /^([^=]+)=(.*)$/s.exec(first ?? '')
    const [name, value] = equal !== null ? [equal[1]!, equal[2]!] : [first, args[++i]]
    if (name === undefined || value === undefined) throw new Error('A -p le falta el nombre o el valor.')
    parameters[name] = parameterValue(value)
  }
  const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options: { out: { type: 'string', default: 'build' }, timeout: { type: 'string' }, 'notebook-timeout': { type: 'string' }, 'keep-going': { type: 'boolean', default: false } } })
  const seconds = (name: 'timeout' | 'notebook-timeout'): number | undefined => {
    if (values[name] === undefined) return undefined
    const n = Number(values[name])
    if (!(n > 0)) throw new Error(`--${name} espera segundos, no '${values[name]}'.`)
    return n * 1000
  }
  const cell = seconds('timeout'), notebook = seconds('notebook-timeout')
  return { out: values.out, paths: positionals, parameters, keepGoing: values['keep-going'], ...(cell === undefined ? {} : { cellTimeoutMs: cell }), ...(notebook === undefined ? {} : { notebookTimeoutMs: notebook }) }
}
