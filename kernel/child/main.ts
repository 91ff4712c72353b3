/** The process that runs cells: one task at a time from its parent, output sent back as it comes. */
import { inspect } from 'node:util'
import { currentChannel, withChannel, type CellChannel, type Output } from '../output.ts'
import { CellRunner } from './cell-runner.ts'
import { preludeCode } from './prelude.ts'
import { QueryBook } from './query-book.ts'

export type ToChild =
  | { readonly task: 'run'; readonly id: string; readonly code: string; readonly count: number }
  | { readonly task: 'complete' | 'inspect'; readonly id: string; readonly code: string; readonly position: number }
  | { readonly task: 'end'; readonly id: string }
export type FromChild =
  | { readonly event: 'ready'; readonly problem: string | null }
  | { readonly event: 'output'; readonly cell: string; readonly output: Output }
  | { readonly event: 'done'; readonly id: string; readonly ok: boolean; readonly answer?: unknown }

const send = (message: FromChild): void => { process.send?.(message) }

// Texts are gathered for a moment: twenty thousand prints become a few messages, and none is lost.
const pending = new Map<string, { cell: string; name: 'stdout' | 'stderr'; text: string }>()
let timer: NodeJS.Timeout | null = null
function flush(): void {
  if (timer !== null) { clearTimeout(timer); timer = null }
  for (const p of pending.values()) send({ event: 'output', cell: p.cell, output: { kind: 'stream', name: p.name, text: p.text } })
  pending.clear()
}
function write(cell: string, name: 'stdout' | 'stderr', text: string): void {
  const other = pending.get(`${cell}/${name === 'stdout' ? 'stderr' : 'stdout'}`)
  if (other !== undefined) flush()
  const key = `${cell}/${name}`, p = pending.get(key)
  if (p === undefined) pending.set(key, { cell, name, text }); else p.text += text
  if ((pending.get(key)!.text.length) > 65_536) flush()
  else timer ??= setTimeout(flush, 20)
}

const channel = (cell: string): CellChannel => ({
  cell,
  send(output) {
    if (output.kind === 'stream') { write(cell, output.name, output.text); return }
    flush()
    send({ event: 'output', cell, output: plain(output) })
  },
})

// What goes to the parent must be JSON.
function plain(o: Output): Output { return JSON.parse(JSON.stringify(o, (_, v) => (typeof v === 'bigint' ? (Number.isSafeInteger(Number(v)) ? Number(v) : String(v)) : v))) as Output }

for (const name of ['stdout', 'stderr'] as const) {
  const to = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
    currentChannel().send({ kind: 'stream', name, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8') })
    const callback = typeof encoding === 'function' ? encoding : done
    if (typeof callback === 'function') (callback as () => void)()
    return true
  }
  process[name].write = to as typeof process.stdout.write
}

let running = ''
const failures = new Map<string, number>()
function stray(e: unknown): void {
  const c = currentChannel()
  failures.set(c.cell, (failures.get(c.cell) ?? 0) + 1)
  c.send({ kind: 'error', ename: e instanceof Error ? e.name : 'Error', evalue: e instanceof Error ? e.message : inspect(e), traceback: [`Error fuera de la celda (promesa sin atender o temporizador): ${e instanceof Error ? e.stack ?? e.message : inspect(e)}`] })
}
process.on('unhandledRejection', stray)
process.on('uncaughtException', stray)
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))

const book = new QueryBook()
let runner: CellRunner

async function handle(m: ToChild): Promise<void> {
  switch (m.task) {
    case 'run': {
      running = m.id
      const c = channel(m.id)
      const ok = await withChannel(c, () => runner.run(m.code, m.count, o => c.send(o)))
      // What a cell set going may still fail in the same turn.
      await new Promise(resolve => setImmediate(resolve))
      flush()
      const stray = failures.get(m.id) ?? 0
      failures.delete(m.id)
      send({ event: 'done', id: m.id, ok: ok && stray === 0 })
      return
    }
    case 'complete': send({ event: 'done', id: m.id, ok: true, answer: runner.complete(m.code, m.position) }); return
    case 'inspect': send({ event: 'done', id: m.id, ok: true, answer: runner.inspect(m.code, m.position) }); return
    case 'end': {
      const answer = await book.end()
      flush()
      send({ event: 'done', id: m.id, ok: true, answer })
    }
  }
}

async function begin(): Promise<void> {
  runner = new CellRunner(process.cwd())
  let problem: string | null = null
  const c: CellChannel = { cell: 'prelude', send: o => { if (o.kind === 'error') problem = o.traceback.join('\n') } }
  await withChannel(c, () => runner.run(preludeCode, 0, o => c.send(o)))
  book.watch()
  send({ event: 'ready', problem })
}

let queue: Promise<void> = begin()
process.on('message', (m: ToChild) => {
  // Completion answers while a cell waits; cells run one after the other.
  if (m.task === 'complete' || m.task === 'inspect') { void queueReady.then(() => handle(m)).catch(() => send({ event: 'done', id: m.id, ok: false })); return }
  queue = queue.then(() => handle(m)).catch(e => { channel(running).send({ kind: 'error', ename: 'Error', evalue: inspect(e), traceback: [inspect(e)] }); flush(); send({ event: 'done', id: m.id, ok: false }) })
})
const queueReady = queue
