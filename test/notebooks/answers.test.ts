/** Every notebook, once, against a real broker: blanks fail with a word that helps, wrong answers fail with what is wrong, solutions pass with hidden tests and all. Before, a run that is broken off. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { startKafka, type KafkaBroker } from '../../fixtures/index.ts'
import { checkMime, type CheckReport } from '../../kernel/check.ts'
import { CellProcess } from '../../kernel/child-process.ts'
import { readNotebook, type Cell } from '../../kernel/notebook/format.ts'
import { runNotebook, type NotebookRun } from '../../kernel/notebook/run-notebook.ts'
import { exerciseTotals } from '../../kernel/notebook/summary.ts'
import { wrongAnswers } from './wrong-answers.ts'

const root = join(import.meta.dirname, '..', '..', 'notebooks')
const manifest = JSON.parse(readFileSync(join(root, 'exercises.json'), 'utf8')) as { id: string; notebook: string; points: number; type: string }[]

let broker: KafkaBroker
before(async () => { broker = await startKafka() })
after(() => broker.stop())

const roleOf = (c: Cell): string => String(c.metadata['microlote']?.role ?? ''), exerciseOf = (c: Cell): string => String(c.metadata['microlote']?.exercise ?? '')
const reportsOf = (run: NotebookRun, tag: string): CheckReport[] => run.notebook.cells.filter(c => c.id.startsWith(`${tag}/`)).flatMap(c => c.outputs.flatMap(o => { const r = (o['data'] as any)?.[checkMime]; return r === undefined ? [] : [r as CheckReport] }))

/** The student's notebook; after each exercise's check, its cells of answer and check again for every wrong answer, and at last for the solution. */
function trial(name: string): Cell[] {
  const student = readNotebook(join(root, `${name}.ipynb`)).cells, solved = readNotebook(join(root, 'solutions', `${name}.ipynb`)).cells
  const hidden = JSON.parse(readFileSync(join(root, 'hidden', `${name}.json`), 'utf8')) as Record<string, string[]>
  const again = (tag: string, c: Cell, source = c.source): Cell => ({ ...c, id: `${tag}/${c.id}`, source, outputs: [] })
  return student.flatMap((c, i) => {
    const id = exerciseOf(c)
    if (roleOf(c) !== 'comprobar') return [c]
    assert.equal(solved[i]!.id, c.id)
    const answers = solved.filter(s => exerciseOf(s) === id && roleOf(s) === 'respuesta')
    const secret = (tag: string): Cell[] => (hidden[id] ?? []).map((source, k) => again(tag, { ...c, id: `oculta-${k}` }, source))
    return [
      again(`blank ${id}`, c), ...secret(`blank ${id}`),
      ...(wrongAnswers[id] ?? []).flatMap((w, k) => [...answers.map(a => again('', a, a.id !== w.cell ? a.source : typeof w.code === 'string' ? w.code : w.code(a.source))), again(`wrong ${id} ${k}`, c), ...secret(`wrong ${id} ${k}`)]),
      ...answers.map(a => again('', a)), again(`solved ${id}`, c), ...secret(`solved ${id}`),
    ]
  })
}

// The cell that each notebook is broken off in, while its queries are at work: against the broker, a database, several queries at once.
const brokenOffIn: Readonly<Record<string, string>> = {
  '11-1-micro-lotes': '11-1-1-demo-1', '11-2-fuentes-y-sinks': '11-2-2-demo-1', '11-3-estado-y-ventanas': '11-3-1-demo-1',
  '11-4-watermarks': '11-4-1-demo-3', '11-5-modos-de-salida': '11-5-1-demo-1', '11-6-joins': '11-6-2-demo-2',
  '11-7-operacion': '11-7-1-demo-1',
}

/** Runs the notebook as far as that cell needs, interrupts the cell once a query of it has run a batch, sees its queries end, and ends the kernel as a restart does. */
async function breakOff(name: string, env: Readonly<Record<string, string>>): Promise<void> {
  const at = brokenOffIn[name]!, cells = readNotebook(join(root, 'solutions', `${name}.ipynb`)).cells, target = cells.findIndex(c => c.id === at), said: string[] = []
  assert.ok(target > 0, `${name} has the cell ${at}`)
  const child = new CellProcess({ cwd: root, env: { MICROLOTE_HEADLESS: '1', ...env }, onOutput: (_, o) => {
    said.push(JSON.stringify(o))
    if (o.kind === 'stream' && o.text.includes('hay un lote')) child.interrupt(60_000)
  }, onStray: s => said.push(s.evalue), onDeath: (_, why) => said.push(why.message) })
  const run = (id: string, code: string): Promise<boolean> => child.run({ id, code, count: 1, owner: id, headless: true })
  try {
    assert.equal(await child.start(), null)
    for (const c of cells.slice(0, target)) if (roleOf(c) === 'base' && exerciseOf(c) === '' || exerciseOf(c) === exerciseOf(cells[target]!) && /base|demo/.test(roleOf(c))) assert.ok(await run(c.id, c.source), `${c.id}: ${said.at(-1)}`)
    assert.ok(await run('vigia', 'const vigia = setInterval(() => { if (spark.streams.active.some(q => q.lastProgress !== null)) { clearInterval(vigia); console.log("hay un lote") } }, 1)'))
    assert.equal(await run(at, cells[target]!.source), false, `${at} was interrupted`)
    // A query that is in a batch stops behind it; one that went on for ever would hold the test here.
    assert.ok(await run('activas', 'while (spark.streams.active.length > 0) await new Promise(r => setTimeout(r, 5))'))
  } finally { await child.close() }
}

for (const name of readdirSync(root).filter(f => f.endsWith('.ipynb')).map(f => basename(f, '.ipynb')).sort()) {
  test(name, { timeout: 900_000 }, async t => {
    const temporary = mkdtempSync(join(tmpdir(), 'respuestas-')), folders = (): string[] => readdirSync(temporary).filter(f => f.startsWith('cuaderno-'))
    // A database that refuses to be root runs as another user, who must get in.
    chmodSync(temporary, 0o755)
    after(() => rmSync(temporary, { recursive: true, force: true }))
    const env = { KAFKA_BOOTSTRAP_SERVERS: broker.bootstrapServers, MICROLOTE_EMBED_PLOTLY: '0', TMPDIR: temporary }
    // What it leaves disturbs nothing: the whole notebook runs on the same broker, in the same folder, and clears the files away.
    await breakOff(name, env)
    const left = folders().length
    const run = await runNotebook(join(root, `${name}.ipynb`), { notebook: { cells: trial(name), metadata: {} }, env })
    assert.deepEqual(run.failures, [], 'the student\'s notebook runs from end to end with its blanks')
    await t.test('no files are left', () => assert.deepEqual([left > 0 || name.startsWith('11-5'), folders()], [true, []]))
    for (const e of manifest.filter(m => m.notebook === `${name}.ipynb`)) {
      await t.test(`${e.id} blank`, () => {
        const reports = reportsOf(run, `blank ${e.id}`)
        assert.ok(reports.length > 0 && !reports[0]!.passed)
        assert.equal(reports.reduce((n, r) => n + r.points, 0), 0, 'a blank is worth nothing')
        const failing = reports[0]!.checks.filter(c => !c.passed)
        assert.ok(failing.length > 0 && failing.every(c => /Aún no hay respuesta|Todavía devuelve null|Tu respuesta, «___»/.test(c.message)), JSON.stringify(failing))
      })
      await t.test(`${e.id} solved`, () => {
        const reports = reportsOf(run, `solved ${e.id}`)
        assert.deepEqual(reports.flatMap(r => r.checks).filter(c => !c.passed), [])
        assert.deepEqual(exerciseTotals(reports).map(x => [x.exercise, x.points, x.maxPoints]), [[e.id, e.points, e.points]], 'the manifest says what it is worth')
      })
      if (e.type.includes('I')) assert.ok((wrongAnswers[e.id]?.length ?? 0) >= 3, `${e.id} has three wrong answers`)
      for (const [k, w] of (wrongAnswers[e.id] ?? []).entries()) {
        await t.test(`${e.id} wrong: ${w.name}`, () => {
          const failing = reportsOf(run, `wrong ${e.id} ${k}`).flatMap(r => r.checks).filter(c => !c.passed)
          assert.ok(failing.every(c => c.message.trim().length >= 15), `a check says nothing: ${JSON.stringify(failing)}`)
          assert.ok(failing.some(c => w.says.test(c.message)), `${w.says} is not in ${JSON.stringify(failing)}`)
        })
      }
    }
  })
}
