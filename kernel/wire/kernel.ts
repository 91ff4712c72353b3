/** The kernel as Jupyter sees it: what it answers to each message, and what it tells of what cells do. */
import { createHash } from 'node:crypto'
import { someoneIsLooking } from '../display/live/someone-is-looking.ts'
import { CellProcess, ChildDied } from '../child-process.ts'
import type { Output } from '../output.ts'
import { codePointPosition, utf16Position } from './code-points.ts'
import { History } from './history.ts'
import { isComplete } from './is-complete.ts'
import type { Codec, Header, Message } from './messages.ts'
import { Publisher } from './publisher.ts'

type Frames = (Buffer | string)[]
export interface Sockets { iopub(f: Frames): Promise<void>; shell(f: Frames): Promise<void>; control(f: Frames): Promise<void>; stdin(f: Frames): Promise<void> }
type Channel = 'shell' | 'control'
interface Failure { readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] }

const graceMs = 2000, endMs = 3000, answerMs = 5000
const longestQueue = 10_000, keptParents = 5000

export class Kernel {
  readonly finished: Promise<void>
  readonly #codec: Codec
  readonly #sockets: Sockets
  readonly #publisher: Publisher
  readonly #child: CellProcess
  // The message that each cell came with, and its number: what comes late still goes there.
  readonly #parents = new Map<string, { readonly header: Partial<Header>; readonly count: number; readonly silent: boolean }>()
  readonly #questions = new Map<string, string>()
  readonly #comms = new Map<string, { readonly target: string; readonly cell: string }>()
  readonly #history = new History()
  #running: Message | null = null
  #waiting: { readonly m: Message; readonly channel: Channel }[] = []
  #busy = false
  #count = 0
  #failure: Failure | null = null
  #problem: string | null = null
  #finish: () => void = () => {}
  #over = false

  /** `name`: what Jupyter's server calls this kernel, empty where none does. */
  constructor(codec: Codec, sockets: Sockets, name: string) {
    this.#codec = codec
    this.#sockets = sockets
    this.#publisher = new Publisher(codec, frames => sockets.iopub(frames))
    this.#child = new CellProcess({
      cwd: process.cwd(), env: { MICROLOTE_EMBED_PLOTLY: process.env['MICROLOTE_EMBED_PLOTLY'] ?? '1', MICROLOTE_LIVE: someoneIsLooking(process.env) ? '1' : '0', MICROLOTE_KERNEL: name },
      onOutput: (cell, o) => this.#output(cell, o),
      onQuestion: q => void this.#ask(q.id, q.cell, q.prompt, q.password),
      onDeath: (cell, why) => { this.#comms.clear(); if (!this.#over) this.#output(cell, { kind: 'error', ename: 'Proceso', evalue: why.message, traceback: [why.message] }) },
    })
    this.finished = new Promise(resolve => { this.#finish = resolve })
  }

  /** Starts the process that runs cells. */
  begin(): void { this.#prepare() }

  /** Greets a new subscription to iopub; the first to come hears that the kernel starts. */
  welcome(subscription: string): void {
    this.#publisher.publish('iopub_welcome', { subscription }, {}, { topic: subscription })
    if (!this.#greeted) this.#publisher.publish('status', { execution_state: 'starting' }, {})
    this.#greeted = true
  }

  #greeted = false

  #prepare(): void { void this.#child.start().then(problem => { this.#problem = problem }, () => {}) }

  async #reply(m: Message, channel: Channel, content: Record<string, unknown>): Promise<void> {
    await this.#publisher.flushed()
    await this.#sockets[channel](this.#codec.encode(m.header.msg_type.replace(/_request$/, '_reply'), content, m.header, m.identities)).catch(() => {})
  }

  #output(cell: string, o: Output): void {
    const p = this.#parents.get(cell)
    if (p?.silent === true && o.kind !== 'comm') return
    const parent = p?.header ?? {}
    switch (o.kind) {
      case 'stream': this.#publisher.publish('stream', { name: o.name, text: o.text }, parent); return
      case 'display': {
        const content = { data: o.data, metadata: o.metadata ?? {}, transient: o.displayId === undefined ? {} : { display_id: o.displayId } }
        if (o.update === true) this.#publisher.publish('update_display_data', content, parent, { replaces: o.displayId ?? '' })
        else this.#publisher.publish('display_data', content, parent)
        return
      }
      case 'result':
        this.#history.result(p?.count ?? 0, String(o.data['text/plain'] ?? ''))
        this.#publisher.publish('execute_result', { data: o.data, metadata: o.metadata ?? {}, execution_count: p?.count ?? this.#count }, parent)
        return
      case 'error':
        if (cell === this.#running?.header.msg_id) this.#failure ??= { ename: o.ename, evalue: o.evalue, traceback: o.traceback }
        this.#publisher.publish('error', { ename: o.ename, evalue: o.evalue, traceback: o.traceback }, parent)
        return
      case 'clear': this.#publisher.publish('clear_output', { wait: o.wait }, parent); return
      case 'comm':
        if (o.step === 'open') this.#comms.set(o.commId, { target: o.target ?? '', cell })
        if (o.step === 'close') this.#comms.delete(o.commId)
        this.#publisher.publish(`comm_${o.step}`, { comm_id: o.commId, data: o.data ?? {}, ...(o.step === 'open' ? { target_name: o.target ?? '' } : {}) }, parent, { metadata: o.metadata ?? {} })
    }
  }

  /** Takes a message from a socket; one that is malformed or not signed with our key is ignored. */
  async receive(parts: readonly Buffer[], channel: Channel): Promise<void> {
    const m = this.#codec.decode(parts)
    if (m === null || this.#over) return
    if (m.header.msg_type === 'execute_request') { this.#enqueue(m, channel); return }
    this.#publisher.publish('status', { execution_state: 'busy' }, m.header)
    try { await this.#answer(m, channel) } catch (e) {
      const { name, message } = e instanceof Error ? e : new Error(String(e))
      if (m.header.msg_type.endsWith('_request')) await this.#reply(m, channel, { status: 'error', ename: name, evalue: message, traceback: [] })
    }
    this.#publisher.publish('status', { execution_state: 'idle' }, m.header)
    if (m.header.msg_type === 'shutdown_request') { await this.#publisher.flushed(); this.#finish() }
  }

  async #answer(m: Message, channel: Channel): Promise<void> {
    const c = m.content
    switch (m.header.msg_type) {
      case 'kernel_info_request': return this.#reply(m, channel, {
        status: 'ok', protocol_version: '5.4', implementation: 'microlote', implementation_version: '0.1.0', banner: 'microlote: Spark Structured Streaming en TypeScript', debugger: false, supported_features: [],
        help_links: [{ text: 'Spark Structured Streaming', url: 'https://spark.apache.org/docs/latest/streaming/index.html' }, { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' }],
        language_info: { name: 'typescript', version: '5.0.4', mimetype: 'text/typescript', file_extension: '.ts', codemirror_mode: { name: 'javascript', typescript: true }, nbconvert_exporter: 'script' },
      })
      case 'is_complete_request': return this.#reply(m, channel, isComplete(String(c['code'])))
      case 'complete_request': {
        const code = String(c['code']), at = utf16Position(code, Number(c['cursor_pos'] ?? [...code].length)), r = await soon(this.#child.complete(code, at))
        const matches = r?.candidates ?? [], start = codePointPosition(code, r?.start ?? at), end = codePointPosition(code, r?.end ?? at)
        return this.#reply(m, channel, { status: 'ok', matches, cursor_start: start, cursor_end: end, metadata: { _jupyter_types_experimental: matches.map((text, i) => ({ text, type: r?.kinds?.[i] ?? '', start, end })) } })
      }
      case 'inspect_request': {
        const code = String(c['code']), r = await soon(this.#child.inspect(code, utf16Position(code, Number(c['cursor_pos'] ?? 0))))
        const found = r !== null && r.text !== ''
        return this.#reply(m, channel, { status: 'ok', found, metadata: {}, data: found ? { 'text/plain': `${r.text}${r.documentation === '' ? '' : `\n\n${r.documentation}`}`, 'text/markdown': `\`\`\`typescript\n${r.text}\n\`\`\`\n\n${r.documentation}` } : {} })
      }
      case 'history_request': return this.#reply(m, channel, { status: 'ok', history: this.#history.find(c) })
      case 'comm_info_request': return this.#reply(m, channel, { status: 'ok', comms: Object.fromEntries([...this.#comms].filter(([, k]) => c['target_name'] === undefined || c['target_name'] === null || k.target === c['target_name']).map(([id, k]) => [id, { target_name: k.target }])) })
      case 'comm_open': case 'comm_msg': case 'comm_close': { this.#comm(m, m.header.msg_type.slice(5) as 'open'); return }
      case 'interrupt_request': this.interrupt(); return this.#reply(m, channel, { status: 'ok' })
      case 'shutdown_request': {
        await this.#end()
        return this.#reply(m, channel, { status: 'ok', restart: c['restart'] === true })
      }
      default: if (m.header.msg_type.endsWith('_request')) return this.#reply(m, channel, { status: 'error', ename: 'NotImplemented', evalue: `El mensaje ${m.header.msg_type} no se admite`, traceback: [] })
    }
  }

  #comm(m: Message, step: 'open' | 'msg' | 'close'): void {
    const id = String(m.content['comm_id']), known = this.#comms.get(id)
    if (step === 'open') this.#comms.set(id, { target: String(m.content['target_name']), cell: m.header.msg_id })
    else if (known === undefined) return
    if (step === 'close') this.#comms.delete(id)
    if (step === 'open') this.#remember(m.header.msg_id, { header: m.header, count: this.#count, silent: false })
    this.#child.comm(step, id, step === 'open' ? String(m.content['target_name']) : known!.target, m.content['data'] ?? {}, step === 'open' ? m.header.msg_id : known!.cell)
  }

  #remember(cell: string, parent: { readonly header: Partial<Header>; readonly count: number; readonly silent: boolean }): void {
    this.#parents.set(cell, parent)
    if (this.#parents.size > keptParents) this.#parents.delete(this.#parents.keys().next().value!)
  }

  async #ask(question: string, cell: string, prompt: string, password: boolean): Promise<void> {
    const m = this.#running
    if (m === null || m.header.msg_id !== cell || m.content['allow_stdin'] !== true) { this.#child.answer(question, null); return }
    await this.#publisher.flushed()
    const frames = this.#codec.encode('input_request', { prompt, password }, m.header, m.identities)
    this.#questions.set(m.header.msg_id, question)
    await this.#sockets.stdin(frames).catch(() => this.#child.answer(question, null))
  }

  /** Takes what the person answered. */
  receiveInput(parts: readonly Buffer[]): void {
    const m = this.#codec.decode(parts), cell = this.#running?.header.msg_id
    if (m === null || m.header.msg_type !== 'input_reply' || cell === undefined) return
    const question = this.#questions.get(cell)
    this.#questions.delete(cell)
    if (question !== undefined) this.#child.answer(question, String(m.content['value'] ?? ''))
  }

  #enqueue(m: Message, channel: Channel): void {
    if (this.#waiting.length >= longestQueue) { void this.#abort(m, channel); return }
    this.#waiting.push({ m, channel })
    if (!this.#busy) void this.#work()
  }

  async #work(): Promise<void> {
    this.#busy = true
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const ok = await this.#execute(next.m, next.channel)
      if (ok || next.m.content['stop_on_error'] === false) continue
      // What was asked for before the failure was known does not run.
      const after = this.#waiting
      this.#waiting = []
      for (const a of after) await this.#abort(a.m, a.channel)
    }
    this.#busy = false
  }

  async #abort(m: Message, channel: Channel): Promise<void> {
    this.#publisher.publish('status', { execution_state: 'busy' }, m.header)
    await this.#reply(m, channel, { status: 'aborted', execution_count: this.#count })
    this.#publisher.publish('status', { execution_state: 'idle' }, m.header)
  }

  async #execute(m: Message, channel: Channel): Promise<boolean> {
    const code = String(m.content['code'] ?? ''), silent = m.content['silent'] === true, store = !silent && m.content['store_history'] !== false, cell = m.header.msg_id
    this.#publisher.publish('status', { execution_state: 'busy' }, m.header)
    if (store) this.#history.add(++this.#count, code)
    if (!silent) this.#publisher.publish('execute_input', { code, execution_count: this.#count }, m.header)
    this.#remember(cell, { header: m.header, count: this.#count, silent })
    this.#running = m
    this.#failure = null
    let ok = false, expressions: Record<string, unknown> = {}
    try {
      if (this.#problem !== null) throw new Error(`El núcleo no pudo preparar spark:\n${this.#problem}`)
      ok = code.trim() === '' || (await this.#child.run({ id: cell, code, count: this.#count, owner: ownerOf(m, code), headless: m.content['allow_stdin'] === false, canAsk: m.content['allow_stdin'] === true }))
      const wanted = m.content['user_expressions'] as Record<string, string> | undefined
      if (ok && wanted !== undefined && Object.keys(wanted).length > 0) expressions = await this.#child.evaluate(wanted)
    } catch (e) {
      ok = false
      const evalue = (e as Error).message
      this.#output(cell, { kind: 'error', ename: e instanceof ChildDied ? 'Proceso' : 'Error', evalue, traceback: [evalue] })
      this.#failure ??= { ename: e instanceof ChildDied ? 'Proceso' : 'Error', evalue, traceback: [evalue] }
      this.#comms.clear()
      if (e instanceof ChildDied) this.#prepare()
    }
    this.#running = null
    this.#questions.delete(cell)
    const failure = this.#failure ?? { ename: 'Error', evalue: 'La celda falló', traceback: [] }
    await this.#reply(m, channel, ok ? { status: 'ok', execution_count: this.#count, payload: [], user_expressions: expressions } : { status: 'error', execution_count: this.#count, ...failure as Failure, payload: [], user_expressions: {} })
    this.#publisher.publish('status', { execution_state: 'idle' }, m.header)
    return ok
  }

  /** Asks the cell to stop, and ends its process when it does not. With no cell, stops the queries that go on. */
  interrupt(): void {
    const after = this.#waiting
    this.#waiting = []
    for (const a of after) void this.#abort(a.m, a.channel)
    this.#child.interrupt(graceMs)
  }

  async #end(): Promise<void> {
    this.#over = true
    if (this.#child.running !== null) this.#child.interrupt(endMs)
    await soon(this.#child.end().catch(() => null), endMs)
    await this.#child.close()
  }

  /** Stops the queries, frees what they hold, ends. */
  async shutdown(): Promise<void> {
    if (!this.#over) await this.#end()
    await this.#publisher.flushed()
    this.#finish()
  }
}

// The notebook's cell, where the client says which; or else what it says.
function ownerOf(m: Message, code: string): string | null {
  const id = m.metadata['cellId'] ?? m.metadata['cell_id']
  return typeof id === 'string' && id !== '' ? id : code.trim() === '' ? null : `#${createHash('sha1').update(code).digest('hex')}`
}

// An answer that must not keep the page waiting when a cell does not let its process speak.
async function soon<T>(work: Promise<T>, ms = answerMs): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>(resolve => { timer = setTimeout(() => resolve(null), ms) })
  try { return await Promise.race([work, late]) } finally { clearTimeout(timer) }
}
