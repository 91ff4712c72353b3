/** A Jupyter client for tests: starts a kernel, sends messages, waits for their ends. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../fixtures/probe.ts'

const zmq = createRequire(new URL('../../kernel/package.json', import.meta.url))('zeromq') as typeof import('zeromq')
const cli = fileURLToPath(new URL('../../kernel/cli.ts', import.meta.url))

export interface Reply { readonly type: string; readonly parent: string; readonly content: Record<string, any>; readonly metadata: Record<string, any> }
/** What came of an execution: its reply, and its messages on iopub in order. */
export interface Ran { readonly id: string; readonly reply: Record<string, any>; readonly outputs: Reply[] }

export class KernelClient {
  readonly process: ChildProcess
  readonly iopub: Reply[] = []
  answer: (prompt: string) => string = () => ''
  readonly prompts: { prompt: string; password: boolean }[] = []
  readonly #key: string
  readonly #dir: string
  readonly #sockets: { shell: InstanceType<typeof zmq.Dealer>; control: InstanceType<typeof zmq.Dealer>; stdin: InstanceType<typeof zmq.Dealer>; iopub: InstanceType<typeof zmq.Subscriber>; heartbeat: InstanceType<typeof zmq.Request> }
  readonly #replies = new Map<string, (r: Reply) => void>()
  #watchers: (() => void)[] = []
  stderr = ''

  private constructor(child: ChildProcess, key: string, dir: string, ports: Record<string, number>) {
    this.process = child
    this.#key = key
    this.#dir = dir
    const identity = randomUUID()
    this.#sockets = { shell: new zmq.Dealer({ routingId: identity, linger: 0 }), control: new zmq.Dealer({ routingId: identity, linger: 0 }), stdin: new zmq.Dealer({ routingId: identity, linger: 0 }), iopub: new zmq.Subscriber({ receiveHighWaterMark: 0, linger: 0 }), heartbeat: new zmq.Request({ linger: 0 }) }
    const s = this.#sockets, to = (n: string): string => `tcp://127.0.0.1:${ports[n]}`
    s.shell.connect(to('shell_port')); s.control.connect(to('control_port')); s.stdin.connect(to('stdin_port')); s.iopub.connect(to('iopub_port')); s.heartbeat.connect(to('hb_port'))
    s.iopub.subscribe()
    const loop = async (socket: AsyncIterable<Buffer[]>, take: (r: Reply) => void): Promise<void> => { try { for await (const parts of socket) take(this.#decode(parts)) } catch { /* closed */ } }
    void loop(s.shell, r => this.#replies.get(r.parent)?.(r))
    void loop(s.control, r => this.#replies.get(r.parent)?.(r))
    void loop(s.iopub as AsyncIterable<Buffer[]>, r => { this.iopub.push(r); const w = this.#watchers; this.#watchers = []; for (const f of w) f() })
    void loop(s.stdin, r => { this.prompts.push(r.content as { prompt: string; password: boolean }); void s.stdin.send(this.#encode('input_reply', { status: 'ok', value: this.answer(r.content['prompt']) }, randomUUID())) })
    child.stderr?.on('data', (d: Buffer) => { this.stderr = (this.stderr + d.toString()).slice(-20_000) })
  }

  /** Starts a kernel and waits until it answers. `command` gives the arguments for another kernel than ours. */
  static async start(options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly command?: (connectionFile: string) => string[] } = {}): Promise<KernelClient> {
    const names = ['shell_port', 'control_port', 'stdin_port', 'iopub_port', 'hb_port'], free = await freePorts(names.length), ports = Object.fromEntries(names.map((n, i) => [n, free[i]!]))
    const dir = mkdtempSync(join(tmpdir(), 'kernel-test-')), file = join(dir, 'connection.json'), key = randomUUID()
    writeFileSync(file, JSON.stringify({ ip: '127.0.0.1', transport: 'tcp', signature_scheme: 'hmac-sha256', key, ...ports }))
    const args = options.command?.(file) ?? [cli, 'serve', file]
    const child = spawn(process.execPath, args, { cwd: options.cwd ?? dir, env: { ...process.env, ...options.env }, stdio: ['ignore', 'ignore', 'pipe'] })
    const client = new KernelClient(child, key, dir, ports)
    await client.request('kernel_info_request', {})
    // iopub subscriptions take a moment: a message of ours must have come back.
    while (client.iopub.length === 0) { await Promise.race([client.#change(), new Promise(r => setTimeout(r, 50))]); if (client.iopub.length === 0) await client.request('kernel_info_request', {}) }
    return client
  }

  #sign(parts: readonly string[]): string { const h = createHmac('sha256', this.#key); for (const p of parts) h.update(p); return h.digest('hex') }
  #encode(type: string, content: unknown, id: string, metadata: unknown = {}): string[] {
    const parts = [{ msg_id: id, session: 'test', username: 'test', date: new Date().toISOString(), msg_type: type, version: '5.4' }, {}, metadata, content].map(x => JSON.stringify(x))
    return ['<IDS|MSG>', this.#sign(parts), ...parts]
  }
  #decode(parts: readonly Buffer[]): Reply {
    const at = parts.findIndex(p => p.toString('latin1') === '<IDS|MSG>'), [header, parent, metadata, content] = parts.slice(at + 2).map(p => JSON.parse(p.toString('utf8')))
    if (this.#sign(parts.slice(at + 2, at + 6).map(p => p.toString('utf8'))) !== parts[at + 1]!.toString()) throw new Error('a message with a wrong signature')
    return { type: header.msg_type, parent: parent.msg_id ?? '', content, metadata }
  }

  #change(): Promise<void> { return new Promise(resolve => this.#watchers.push(resolve)) }

  /** Sends a message and gives its reply. */
  async request(type: string, content: unknown, options: { readonly on?: 'shell' | 'control'; readonly metadata?: unknown; readonly id?: string } = {}): Promise<Reply> {
    const id = options.id ?? randomUUID(), reply = new Promise<Reply>(resolve => this.#replies.set(id, resolve))
    await this.#sockets[options.on ?? 'shell'].send(this.#encode(type, content, id, options.metadata))
    return reply
  }
  /** Sends a message that has no reply. */
  async tell(type: string, content: unknown): Promise<string> { const id = randomUUID(); await this.#sockets.shell.send(this.#encode(type, content, id)); return id }

  /** Waits for a message on iopub. */
  async until(what: (r: Reply) => boolean): Promise<Reply> {
    for (;;) {
      const found = this.iopub.find(what)
      if (found !== undefined) return found
      await this.#change()
    }
  }

  /** Runs a cell: its reply and everything it put out until it was idle. */
  async run(code: string, options: { readonly metadata?: unknown; readonly started?: (id: string) => void } & Record<string, unknown> = {}): Promise<Ran> {
    const { metadata, started, ...content } = options, id = randomUUID()
    const reply = this.request('execute_request', { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: true, stop_on_error: true, ...content }, { id, metadata })
    started?.(id)
    const r = await reply
    await this.until(m => m.type === 'status' && m.parent === id && m.content['execution_state'] === 'idle')
    return { id, reply: r.content, outputs: this.of(id) }
  }

  /** The messages that a cell has put out so far. */
  of(id: string): Reply[] { return this.iopub.filter(m => m.parent === id && m.type !== 'status' && m.type !== 'execute_input') }

  async heartbeat(): Promise<string> { await this.#sockets.heartbeat.send('ping'); return (await this.#sockets.heartbeat.receive())[0]!.toString() }

  async stop(): Promise<void> {
    const over = new Promise<void>(resolve => { if (this.process.exitCode !== null || this.process.signalCode !== null) resolve(); else this.process.once('exit', () => resolve()) })
    const late = setTimeout(() => this.process.kill('SIGKILL'), 10_000)
    if (this.process.exitCode === null && this.process.signalCode === null) void this.request('shutdown_request', { restart: false }, { on: 'control' })
    await over
    clearTimeout(late)
    for (const s of Object.values(this.#sockets)) s.close()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** The texts of a cell's stream. */
export const streamText = (r: Ran | Reply[], name = 'stdout'): string => ('outputs' in r ? r.outputs : r).filter(m => m.type === 'stream' && m.content['name'] === name).map(m => m.content['text']).join('')
/** The text of a cell's result. */
export const resultText = (r: Ran): string | undefined => r.outputs.find(m => m.type === 'execute_result')?.content['data']['text/plain']
