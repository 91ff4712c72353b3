/** The process that runs cells: one cell at a time from its parent, other questions beside it, output sent back as it comes. */
import { enableCompileCache } from 'node:module'
import { inspect } from 'node:util'
import { currentChannel, setHost, withChannel, type CellChannel } from '../output.ts'
import { receiveComm } from '../comms.ts'
import { forgetInterrupts, Interrupted, isInterruption, settleSignals, signalMet, signalsAreOpen } from './interruption.ts'
import { showNotice } from '../display/query-notices.ts'
import { lastCards } from '../display/live/unfinished.ts'
import { receive, send } from './link.ts'
import { OutputWriter } from './output-writer.ts'
import { preludeCode } from './prelude.ts'
import { prepared } from './prepared.ts'
import { QueryBook } from './query-book.ts'
import type { ToChild } from './protocol.ts'
import type { CellRunner } from './cell-runner.ts'
import { interruptedError, isError, runtimeError } from './cell-errors.ts'

// The compiler is nine megabytes of JavaScript: its code is kept from one start to the next.
try { enableCompileCache() } catch { /* a folder that cannot be written: slower, no more */ }

// The line of a cell stands below the engine's own calls.
Error.stackTraceLimit = 60

// Processes that a cell forks begin as any other.
const image = process.execArgv.indexOf('--snapshot-blob')
if (image >= 0) process.execArgv.splice(image, 2)

const output = new OutputWriter()
output.captureStreams()
const channels = new Map<string, CellChannel>()
const keptChannels = 2000
function channelOf(cell: string): CellChannel {
  let c = channels.get(cell)
  if (c === undefined) {
    channels.set(cell, (c = output.channel(cell)))
    if (channels.size > keptChannels) channels.delete(channels.keys().next().value!)
  }
  return c
}

// What the engine warns of is a notice in Spanish in its query's cell; any other warning is printed as ever.
const warn = console.warn.bind(console)
console.warn = (...args: unknown[]): void => { if (args.length !== 1 || typeof args[0] !== 'string' || !showNotice(args[0], performance.now())) warn(...args) }

let running: { readonly id: string; readonly channel: CellChannel; readonly canAsk: boolean } | null = null
let runner: CellRunner
// A cell that was told to stop before it began.
let early: string | null = null
// Failures that no cell waited for: those of the running cell fail it, the others are told to the parent.
const failures: { cell: string; ename: string; evalue: string }[] = []

function stray(channel: CellChannel, e: unknown, intro: string): void {
  if (isInterruption(e) || channel.aborted === true) return
  const error = runtimeError(e, runner?.cells ?? new Map(), [intro])
  channel.send(error)
  failures.push({ cell: channel.cell, ename: error.ename, evalue: error.evalue })
  if (channel.cell !== running?.id) send({ event: 'stray', cell: channel.cell, ename: error.ename, evalue: error.evalue })
}
process.on('unhandledRejection', e => stray(currentChannel(), e, 'Una promesa falló y nadie la atendió:'))
process.on('uncaughtException', e => stray(currentChannel(), e, 'Un error en un temporizador o evento, fuera de la celda:'))
process.on('SIGINT', signalMet)
process.on('SIGTERM', () => process.kill(process.pid, 'SIGKILL'))
const exit = process.exit.bind(process)
process.exit = (code?: number | string | null): never => {
  output.flush()
  send({ event: 'exit', code: String(code ?? process.exitCode ?? 0) })
  return exit(code)
}

const questions = new Map<string, { answer: (v: string) => void; refuse: (e: Error) => void }>()
let asked = 0
setHost({
  input(prompt, password) {
    const cell = running
    if (cell === null || !cell.canAsk) return Promise.reject(new Error('input() necesita a una persona delante del cuaderno, y aquí no la hay (se ejecuta sin pantalla). Da el valor en la celda o como parámetro.'))
    output.flush()
    const question = `q${++asked}`
    const answer = new Promise<string>((resolve, reject) => questions.set(question, { answer: resolve, refuse: reject }))
    send({ event: 'question', question, cell: cell.id, prompt, password })
    return answer
  },
})

const book = new QueryBook((channel, error, name) => stray(channel, error, `La consulta «${name}» falló y nadie la esperaba (query.exception() da este error):`))
// In the order of timers, immediates and their promises: what a cell set going for "now" has had its turn.
const oneTurn = async (): Promise<void> => { for (let i = 0; i < 2; i++) await new Promise(resolve => setImmediate(resolve)) }

async function run(m: Extract<ToChild, { task: 'run' }>): Promise<void> {
  const channel = channelOf(m.id)
  if (signalsAreOpen(m.signals)) {
    await oneTurn()
    settleSignals(m.signals)
  }
  forgetInterrupts(m.interrupts)
  if (m.headless && failures.length > 0) {
    const f = failures[0]!
    channel.send({ kind: 'error', ename: f.ename, evalue: f.evalue, traceback: ['Una celda anterior dejó algo en marcha que falló después de que la celda terminara:', `${f.ename}: ${f.evalue}`] })
    failures.length = 0
    output.flush()
    send({ event: 'done', id: m.id, ok: false })
    return
  }
  if (early === m.id) {
    channel.send(interruptedError)
    output.flush()
    send({ event: 'done', id: m.id, ok: false })
    return
  }
  running = { id: m.id, channel, canAsk: m.canAsk }
  let ok = false
  try {
    await book.cellBegins(m.id, m.owner)
    if (channel.aborted === true) throw new Interrupted()
    ok = await withChannel(channel, () => runner.run(m.code, m.count, o => channel.send(o)))
    await oneTurn()
    book.cellEnds(m.id)
  } catch (e) {
    channel.send(isInterruption(e) ? interruptedError : runtimeError(e, runner.cells))
    ok = false
  }
  running = null
  output.flush()
  const own = failures.filter(f => f.cell === m.id).length
  if (own > 0) failures.splice(0, failures.length, ...failures.filter(f => f.cell !== m.id))
  if (!m.headless) failures.length = 0
  send({ event: 'done', id: m.id, ok: ok && own === 0 })
}

async function interrupt(cell: string | null): Promise<void> {
  if (running !== null && running.id === cell) {
    running.channel.aborted = true
    runner.interrupt(new Interrupted())
    for (const q of questions.values()) q.refuse(new Interrupted())
    questions.clear()
    await book.interrupt(cell)
  } else if (cell !== null) early = cell
  else if (running === null) {
    const stopped = await book.interrupt(null)
    if (stopped > 0) currentChannel().send({ kind: 'stream', name: 'stderr', text: stopped === 1 ? 'Se detuvo la consulta que seguía en marcha.\n' : `Se detuvieron las ${stopped} consultas que seguían en marcha.\n` })
    output.flush()
  }
}

async function begin(): Promise<void> {
  const [{ CellRunner }, { TslabConverter }] = await Promise.all([import('./cell-runner.ts'), import('./tslab-converter.ts')])
  runner = new CellRunner(process.cwd(), prepared()?.converter.moveTo(process.cwd()) ?? new TslabConverter(process.cwd()))
  let problem: string | null = null
  const c: CellChannel = { cell: '', send: o => { if (o.kind === 'error') problem = o.traceback.join('\n') } }
  await withChannel(c, () => runner.run(preludeCode, 0, o => c.send(o)))
  book.watch()
  send({ event: 'ready', problem })
}

let begun: Promise<void> = Promise.resolve(), queue: Promise<void> = Promise.resolve()
const fail = (id: string) => (e: unknown): void => { output.flush(); send({ event: 'done', id, ok: false, answer: isError(e) ? `${e.name}: ${e.message}` : inspect(e) }) }

receive(m => {
  switch (m.task) {
    case 'hello': output.limit(m.outputMb); begun = begin().catch(e => { send({ event: 'ready', problem: isError(e) ? e.stack ?? e.message : inspect(e) }) }); queue = begun; return
    case 'run': queue = queue.then(() => run(m)).catch(fail(m.id)); return
    case 'evaluate': queue = queue.then(async () => { send({ event: 'done', id: m.id, ok: true, answer: await withChannel(output.channel('silencio'), () => runner.evaluate(m.expressions)) }) }).catch(fail(m.id)); return
    // These answer while a cell waits.
    case 'complete': void begun.then(() => send({ event: 'done', id: m.id, ok: true, answer: runner.complete(m.code, m.position) })).catch(fail(m.id)); return
    case 'inspect': void begun.then(() => send({ event: 'done', id: m.id, ok: true, answer: runner.inspect(m.code, m.position) })).catch(fail(m.id)); return
    case 'ping': send({ event: 'done', id: m.id, ok: true }); return
    case 'interrupt': void interrupt(m.cell); return
    case 'answer': { const q = questions.get(m.question); questions.delete(m.question); if (m.value === null) q?.refuse(new Error('No hubo respuesta.')); else q?.answer(m.value); return }
    case 'comm': receiveComm(m.step, m.commId, m.target, m.data, channelOf(m.cell)); return
    case 'end': void (async () => {
      const answer = await book.end()
      await lastCards()
      await oneTurn()
      output.flush()
      send({ event: 'done', id: m.id, ok: true, answer })
    })().catch(fail(m.id))
  }
})
