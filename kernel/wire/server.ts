/** The kernel as Jupyter sees it: a process that always answers (heartbeat, control, interrupt) in front of the one that runs cells. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { CellProcess, ChildDied } from '../child-process.ts'
import type { Output } from '../output.ts'
import { isComplete } from './is-complete.ts'
import { Codec, type Header, type Message } from './messages.ts'

interface Connection { readonly ip: string; readonly transport: string; readonly key: string; readonly shell_port: number; readonly control_port: number; readonly iopub_port: number; readonly stdin_port: number; readonly hb_port: number }
const graceMs = 2000

/** Serves the connection described by a file until a shutdown is asked for. */
export async function serve(connectionFile: string): Promise<void> {
  const zmq = createRequire(import.meta.url)('zeromq') as typeof import('zeromq')
  const c = JSON.parse(readFileSync(connectionFile, 'utf8')) as Connection
  const address = (port: number): string => `${c.transport}://${c.ip}:${port}`
  const shell = new zmq.Router(), control = new zmq.Router(), stdin = new zmq.Router(), heartbeat = new zmq.Reply()
  const iopub = new zmq.Publisher({ sendHighWaterMark: 0 })
  await Promise.all([shell.bind(address(c.shell_port)), control.bind(address(c.control_port)), stdin.bind(address(c.stdin_port)), heartbeat.bind(address(c.hb_port)), iopub.bind(address(c.iopub_port))])
  const kernel = new Kernel(new Codec(c.key, globalThis.crypto.randomUUID()), {
    iopub: frames => iopub.send(frames), shell: frames => shell.send(frames), control: frames => control.send(frames),
  })
  void (async () => { for await (const parts of heartbeat) await heartbeat.send(parts) })()
  void (async () => { for await (const parts of control) await kernel.receive(parts as Buffer[], 'control') })()
  void (async () => { for await (const parts of shell) void kernel.receive(parts as Buffer[], 'shell') })()
  await kernel.finished
  for (const s of [shell, control, stdin, heartbeat, iopub]) s.close()
}

type Frames = (Buffer | string)[]
interface Sockets { iopub(f: Frames): Promise<void>; shell(f: Frames): Promise<void>; control(f: Frames): Promise<void> }

class Kernel {
  readonly finished: Promise<void>
  readonly #codec: Codec
  readonly #sockets: Sockets
  readonly #child: CellProcess
  readonly #parents = new Map<string, Partial<Header>>()
  readonly #history: [number, number, string][] = []
  #iopubTail: Promise<void> = Promise.resolve()
  #queue: Promise<void> = Promise.resolve()
  #count = 0
  #aborting = false
  #interrupted = false
  #finish: () => void = () => {}

  constructor(codec: Codec, sockets: Sockets) {
    this.#codec = codec
    this.#sockets = sockets
    this.#child = new CellProcess({ cwd: process.cwd(), env: { MICROLOTE_EMBED_PLOTLY: '1' }, onOutput: (cell, o) => this.#output(cell, o) })
    this.finished = new Promise(resolve => { this.#finish = resolve })
    void this.#child.start().catch(() => {})
  }

  // One message after the other, so that idle never overtakes an output.
  #publish(type: string, content: unknown, parent: Partial<Header>): void {
    const frames = this.#codec.encode(type, content, parent, [type])
    this.#iopubTail = this.#iopubTail.then(() => this.#sockets.iopub(frames)).catch(() => {})
  }

  async #reply(m: Message, channel: 'shell' | 'control', content: Record<string, unknown>): Promise<void> {
    await this.#iopubTail
    await this.#sockets[channel](this.#codec.encode(m.header.msg_type.replace(/_request$/, '_reply'), content, m.header, m.identities))
  }

  #output(cell: string, o: Output): void {
    const parent = this.#parents.get(cell) ?? {}
    switch (o.kind) {
      case 'stream': this.#publish('stream', { name: o.name, text: o.text }, parent); return
      case 'display': this.#publish(o.update ? 'update_display_data' : 'display_data', { data: o.data, metadata: o.metadata ?? {}, transient: o.displayId === undefined ? {} : { display_id: o.displayId } }, parent); return
      case 'result': this.#publish('execute_result', { data: o.data, metadata: {}, execution_count: this.#count }, parent); return
      case 'error': this.#publish('error', { ename: o.ename, evalue: o.evalue, traceback: o.traceback }, parent)
    }
  }

  async receive(parts: readonly Buffer[], channel: 'shell' | 'control'): Promise<void> {
    const m = this.#codec.decode(parts)
    if (m === null) return
    if (m.header.msg_type === 'execute_request') { this.#queue = this.#queue.then(() => this.#execute(m, channel)); return }
    this.#publish('status', { execution_state: 'busy' }, m.header)
    try { await this.#answer(m, channel) } catch (e) { await this.#reply(m, channel, { status: 'error', ename: 'Error', evalue: String(e), traceback: [] }) }
    this.#publish('status', { execution_state: 'idle' }, m.header)
    if (m.header.msg_type === 'shutdown_request') await this.#iopubTail.then(() => this.#finish())
  }

  async #answer(m: Message, channel: 'shell' | 'control'): Promise<void> {
    const c = m.content
    switch (m.header.msg_type) {
      case 'kernel_info_request': return this.#reply(m, channel, {
        status: 'ok', protocol_version: '5.4', implementation: 'microlote', implementation_version: '0.1.0', banner: 'microlote: Spark Structured Streaming en TypeScript', help_links: [], debugger: false,
        language_info: { name: 'typescript', version: '5.0.4', mimetype: 'text/typescript', file_extension: '.ts', codemirror_mode: { name: 'javascript', typescript: true }, nbconvert_exporter: 'script' },
      })
      case 'is_complete_request': return this.#reply(m, channel, isComplete(String(c['code'])))
      case 'complete_request': {
        const code = String(c['code']), at = utf16(code, Number(c['cursor_pos'] ?? code.length))
        const r = await this.#child.complete(code, at)
        return this.#reply(m, channel, { status: 'ok', matches: r?.candidates ?? [], cursor_start: points(code, r?.start ?? at), cursor_end: points(code, r?.end ?? at), metadata: {} })
      }
      case 'inspect_request': {
        const code = String(c['code']), r = await this.#child.inspect(code, utf16(code, Number(c['cursor_pos'] ?? 0)))
        return this.#reply(m, channel, { status: 'ok', found: r !== null && r.text !== '', data: r === null ? {} : { 'text/plain': `${r.text}${r.documentation === '' ? '' : `\n\n${r.documentation}`}` }, metadata: {} })
      }
      case 'history_request': return this.#reply(m, channel, { status: 'ok', history: this.#historyFor(c) })
      case 'comm_info_request': return this.#reply(m, channel, { status: 'ok', comms: {} })
      case 'comm_open': this.#publish('comm_close', { comm_id: c['comm_id'], data: {} }, m.header); return
      case 'comm_msg': case 'comm_close': return
      case 'interrupt_request': this.interrupt(); return this.#reply(m, channel, { status: 'ok' })
      case 'shutdown_request': {
        await Promise.race([this.#child.end().catch(() => {}), new Promise(r => setTimeout(r, 3000))])
        this.#child.kill()
        return this.#reply(m, channel, { status: 'ok', restart: c['restart'] === true })
      }
      default: return this.#reply(m, channel, { status: 'error', ename: 'NotImplemented', evalue: `El mensaje ${m.header.msg_type} no se admite`, traceback: [] })
    }
  }

  #historyFor(c: Record<string, any>): unknown[] {
    const n = Number(c['n'] ?? 1000)
    const found = c['hist_access_type'] === 'search' ? this.#history.filter(h => new RegExp(`^${String(c['pattern'] ?? '*').replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(h[2])) : c['hist_access_type'] === 'range' ? this.#history.filter(h => h[1] >= Number(c['start'] ?? 0) && (c['stop'] == null || h[1] < Number(c['stop']))) : this.#history
    return (c['unique'] ? found.filter((h, i) => found.findLastIndex(o => o[2] === h[2]) === i) : found).slice(-n).map(h => (c['output'] ? [h[0], h[1], [h[2], null]] : h))
  }

  async #execute(m: Message, channel: 'shell' | 'control'): Promise<void> {
    const code = String(m.content['code']), silent = m.content['silent'] === true, store = !silent && m.content['store_history'] !== false
    if (this.#aborting) { await this.#reply(m, channel, { status: 'aborted', execution_count: this.#count }); return }
    this.#publish('status', { execution_state: 'busy' }, m.header)
    if (store) { this.#count++; this.#history.push([0, this.#count, code]) }
    if (!silent) this.#publish('execute_input', { code, execution_count: this.#count }, m.header)
    const cell = m.header.msg_id
    if (!silent) this.#parents.set(cell, m.header)
    let ok = false, error = { ename: 'Error', evalue: 'La celda falló', traceback: [] as readonly string[] }
    this.#interrupted = false
    try {
      this.#lastError = null
      ok = code.trim() === '' || (await this.#child.run(cell, code, this.#count))
      if (this.#lastError !== null) error = this.#lastError
    } catch (e) {
      const evalue = this.#interrupted ? 'La celda se interrumpió y su proceso empezó de nuevo: las variables de antes ya no están.' : (e as Error).message
      error = { ename: this.#interrupted ? 'Interrumpida' : e instanceof ChildDied ? 'Proceso' : 'Error', evalue, traceback: [evalue] }
      this.#output(cell, { kind: 'error', ...error })
    }
    if (!ok && m.content['stop_on_error'] !== false) { this.#aborting = true; setTimeout(() => { this.#aborting = false }, 100) }
    await this.#reply(m, channel, ok ? { status: 'ok', execution_count: this.#count, payload: [], user_expressions: await this.#expressions(m) } : { status: 'error', execution_count: this.#count, ...error })
    this.#publish('status', { execution_state: 'idle' }, m.header)
  }

  #lastError: { ename: string; evalue: string; traceback: readonly string[] } | null = null

  async #expressions(m: Message): Promise<Record<string, unknown>> {
    const out: Record<string, unknown> = {}
    for (const name of Object.keys(m.content['user_expressions'] ?? {})) out[name] = { status: 'error', ename: 'NotImplemented', evalue: 'user_expressions no se admite', traceback: [] }
    return out
  }

  /** Asks the cell to stop, and ends its process when it does not. */
  interrupt(): void {
    this.#interrupted = true
    this.#child.interrupt()
    setTimeout(() => { if (this.#interrupted) this.#child.kill() }, graceMs)
  }
}

const utf16 = (code: string, codePoints: number): number => [...code].slice(0, codePoints).join('').length
const points = (code: string, at: number): number => [...code.slice(0, at)].length
