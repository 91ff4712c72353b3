/** The main job: a real Kafka broker, every solved notebook run headless with its hidden tests, a page for each under build/, and the account in the terminal. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startKafka } from '../fixtures/index.ts'
import { addHiddenTests, notebookText, readNotebook } from '../kernel/notebook/format.ts'
import { indexHtml, type ReportLine } from '../kernel/notebook/index-page.ts'
import { reportHtml } from '../kernel/notebook/report.ts'
import { runNotebook, type NotebookRun } from '../kernel/notebook/run-notebook.ts'
import { exerciseTotals, summaryText } from '../kernel/notebook/summary.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const solutions = join(root, 'notebooks', 'solutions'), out = join(root, 'build')

/** Runs the solved notebooks whose names hold one of the words (all of them without words); resolves with whether everything held. */
async function main(words: readonly string[]): Promise<boolean> {
  const names = readdirSync(solutions).filter(f => f.endsWith('.ipynb') && (words.length === 0 || words.some(w => f.includes(w)))).map(f => basename(f, '.ipynb')).sort()
  if (names.length === 0) throw new Error(`no hay cuadernos resueltos en notebooks/solutions${words.length === 0 ? '' : ` con ${words.join(', ')}`}`)
  mkdirSync(out, { recursive: true })
  console.log(`${names.length === 1 ? 'Un cuaderno' : `${names.length} cuadernos`} por ejecutar. Buscando un broker de Kafka ...`)
  const kafka = await startKafka({ log: line => console.log(`  ${line}`) })
  const lines: ReportLine[] = []
  const stop = async (): Promise<never> => { await kafka.stop(); process.exit(130) }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    for (const [i, name] of names.entries()) {
      console.log(`\n[${i + 1}/${names.length}] ${name}`)
      const run = await runOne(name, kafka.bootstrapServers)
      writeFileSync(join(out, `${name}.ipynb`), notebookText(run.notebook))
      writeFileSync(join(out, `${name}.html`), reportHtml(run))
      console.log(summaryText(run))
      console.log(`  Informe: ${relative(root, join(out, `${name}.html`))}`)
      lines.push({ name, run })
    }
  } finally {
    await kafka.stop()
  }
  writeFileSync(join(out, 'index.html'), indexHtml(lines))
  const totals = lines.flatMap(l => exerciseTotals(l.run.checks)), ok = lines.every(l => l.run.ok)
  console.log(`\n${ok ? '✔ Todo correcto' : '✘ Con fallos'}: ${totals.filter(t => t.passed).length} de ${totals.length} ejercicios, ${totals.reduce((n, t) => n + t.points, 0)} de ${totals.reduce((n, t) => n + t.maxPoints, 0)} puntos, ${lines.reduce((n, l) => n + l.run.queries.length, 0)} consultas, ${lines.reduce((n, l) => n + l.run.seconds, 0).toFixed(0)} s. Empieza por build/index.html`)
  return ok
}

async function runOne(name: string, bootstrapServers: string): Promise<NotebookRun> {
  const path = join(solutions, `${name}.ipynb`)
  const hidden = JSON.parse(readFileSync(join(root, 'notebooks', 'hidden', `${name}.json`), 'utf8')) as Record<string, string[]>
  const progress = liveLine()
  try {
    return await runNotebook(path, {
      notebook: addHiddenTests(readNotebook(path), hidden),
      env: { MICROLOTE_EMBED_PLOTLY: '0', KAFKA_BOOTSTRAP_SERVERS: bootstrapServers },
      onCell: (done, of, cell, seconds) => progress(`  [${String(done).padStart(2)}/${of}] ${seconds.toFixed(1).padStart(5)} s  ${String(cell.metadata['microlote']?.exercise ?? '').padEnd(7)}${firstLine(cell.source)}`),
    })
  } finally {
    progress(null)
  }
}

const firstLine = (code: string): string => (code.split('\n').find(l => l.trim() !== '') ?? '').trim().slice(0, 80)

/** One line a cell; on a terminal the newest also says that it is still at work. */
function liveLine(): (line: string | null) => void {
  if (!process.stdout.isTTY) return line => { if (line !== null) console.log(line) }
  const started = performance.now()
  const tick = setInterval(() => process.stdout.write(`\r  … ${((performance.now() - started) / 1000).toFixed(0)} s`), 500)
  return line => {
    process.stdout.write('\r\u001b[K')
    if (line === null) clearInterval(tick); else console.log(line)
  }
}

rmSync(out, { recursive: true, force: true })
main(process.argv.slice(2)).then(ok => { process.exitCode = ok ? 0 : 1 }, (e: unknown) => {
  console.error(`✘ ${e instanceof Error ? e.message : String(e)}`)
  process.exitCode = 1
})
