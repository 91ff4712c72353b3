/** The parent's side of the process that runs cells: starts it, hands it work, keeps it within bounds, ends it when it must. */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from './child-env.ts'
import { descriptors, type Completion, type FromChild, type Inspection, type ToChild } from './child/protocol.ts'
import type { Output } from './output.ts'
import { OutputBudget, outputLimits } from './output-limit.ts'
import { rejectImage, startImage } from './start-image.ts'

const entry = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child/main.ts' : './child/main.js', import.meta.url))

export interface Question { readonly id: string; readonly cell: string; readonly prompt: string; readonly password: boolean }
export interface Stray { readonly cell: string; readonly ename: string; readonly evalue: string }

export interface ChildOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly onOutput: (cell: string, output: Output) => void
  readonly onQuestion?: (q: Question) => void
  /** Something failed after its cell had ended. */
  readonly onStray?: (s: Stray) => void
  /** The process ended while no cell ran; `cell` is the last one that did. */
  readonly onDeath?: (cell: string, why: ChildDied) => void
  /** Limits in MB: JavaScript's heap (2048), the whole process (twice that), one output (20). */
  readonly memoryMb?: number
  readonly outputMb?: number
}

/** How a cell is to run. */
export interface RunRequest { readonly id: string; readonly code: string; readonly count: number; readonly owner?: string | null; readonly headless?: boolean; readonly canAsk?: boolean }

/** Why a task did not end by itself. */
export class ChildDied extends Error {
  override readonly name = 'ChildDied'
}

type Done = { ok: boolean; answer?: unknown }
const again = 'La siguiente celda empieza en un proceso nuevo, sin las variables de antes.'
const longestLine = 256 * 1_048_576

export class CellProcess {
  readonly #options: ChildOptions
  readonly #budget: OutputBudget
  #child: ChildProcess | null = null
  #tasks: Socket | null = null
  #ready: Promise<string | null> | null = null
  #gone: Promise<void> = Promise.resolve()
  #interrupts = -1
  #interruptCount = 0
  #signalCount = 0
  #waiting = new Map<string, { done: (m: Done) => void; died: (e: Error) => void }>()
  #next = 0
  #running: string | null = null
  #last = ''
  #verdict: string | null = null

  constructor(options: ChildOptions) {
    this.#options = options
    this.#budget = new OutputBudget(outputLimits(this.#outputMb * 2))
  }

  get #outputMb(): number { return this.#options.outputMb ?? (Number(process.env['MICROLOTE_OUTPUT_MB']) || 20) }
  get #memoryMb(): number { return this.#options.memoryMb ?? (Number(process.env['MICROLOTE_MEMORY_MB']) || 2048) }
  get alive(): boolean { return this.#child !== null }
  /** The cell that runs now. */
  get running(): string | null { return this.#running }

  /** Starts the process if it is not there; gives what went wrong with `spark`, or null. */
  start(): Promise<string | null> {
    if (this.#ready !== null) return this.#ready
    const secret = randomBytes(16).toString('hex')
    this.#openInterrupts()
    const image = startImage()
    const child = spawn(process.execPath, [`--max-old-space-size=${this.#memoryMb}`, '--disable-warning=ExperimentalWarning', ...(image === null ? [] : ['--snapshot-blob', image]), entry], {
      cwd: this.#options.cwd, env: childEnvironment(process.env, this.#options.env), stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', this.#interrupts], windowsHide: true,
    })
    this.#child = child
    // Busy code would not notice that nobody hears it any more.
    const last = (): void => { child.kill('SIGKILL') }
    process.once('exit', last)
    child.once('exit', () => process.off('exit', last))
    // When the machine itself runs out of memory, the process of the cells goes first.
    try { writeFileSync(`/proc/${child.pid}/oom_score_adj`, '1000') } catch { /* no Linux */ }
    this.#verdict = null
    this.#ending = false
    this.#tasks = child.stdio[descriptors.tasks] as Socket
    this.#tasks.on('error', () => {})
    const results = child.stdio[descriptors.results] as Socket
    let noise = '', begun = false
    // Past JavaScript: what programs that a cell starts print, and the last words of Node itself.
    child.stdout!.on('data', (d: Buffer) => this.#output(this.#running ?? this.#last, { kind: 'stream', name: 'stdout', text: d.toString('utf8') }))
    child.stderr!.on('data', (d: Buffer) => {
      const text = d.toString('utf8')
      noise = (noise + text).slice(-8000)
      // What Node says of an image that it cannot begin from is nobody's output.
      if ((image === null || begun) && !/FATAL ERROR|<--- |heap out of memory|----- |^\s*\d+: 0x/m.test(noise)) this.#output(this.#running ?? this.#last, { kind: 'stream', name: 'stderr', text })
    })
    this.#ready = new Promise((resolve, reject) => {
      readLines(results, secret, m => {
        if (m.event === 'ready') { begun = true; resolve(m.problem) }
        else this.#take(m)
      }, () => { this.#verdict = 'El proceso envió una salida desmedida y se detuvo'; child.kill('SIGKILL') })
      const watch = this.#watchMemory(child)
      let over = false
      const ended = (code: number | null, signal: NodeJS.Signals | null, problem?: string): void => {
        if (over) return
        over = true
        clearInterval(watch)
        // From an image that does not work it never gets that far.
        if (image !== null && !begun && this.#child === child && !this.#closing && !this.#ending && this.#verdict === null) {
          rejectImage()
          this.#forget()
          resolve(this.start())
          return
        }
        const text = this.#verdict ?? (/heap out of memory|allocation failed/i.test(noise) ? `El proceso se quedó sin memoria (límite: ${this.#memoryMb} MB; MICROLOTE_MEMORY_MB lo cambia)` : problem ?? `El proceso terminó (${signal ?? `código ${code}`})`)
        const died = new ChildDied(`${text}${this.#running === null ? '.' : ' mientras ejecutaba la celda.'} ${again}`)
        reject(died)
        if (this.#child === child) this.#forget()
        const waiting = [...this.#waiting.values()], idle = this.#running === null
        this.#waiting.clear()
        this.#running = null
        for (const w of waiting) w.died(died)
        if (idle && !this.#closing) this.#options.onDeath?.(this.#last, died)
      }
      this.#gone = new Promise(gone => {
        child.once('error', e => { ended(null, null, `No se pudo iniciar el proceso de las celdas: ${e.message}`); gone() })
        child.once('exit', (code, signal) => {
          // What it wrote before its end is still in the pipe.
          const finish = (): void => { clearTimeout(late); ended(code, signal); results.destroy(); gone() }
          const late = setTimeout(finish, 500)
          if (results.readableEnded || results.destroyed) finish(); else results.once('close', finish)
        })
      })
    })
    this.#ready.catch(() => {})
    this.#write({ task: 'hello', secret, outputMb: this.#outputMb })
    return this.#ready
  }

  #closing = false
  #ending = false

  #forget(): void {
    this.#child = null
    this.#ready = null
    this.#tasks = null
    if (this.#interrupts >= 0) { closeSync(this.#interrupts); this.#interrupts = -1 }
  }

  // A file that only the two processes have: it has no name any more.
  #openInterrupts(): void {
    const dir = mkdtempSync(join(tmpdir(), 'microlote-'))
    this.#interruptCount = this.#signalCount = 0
    this.#interrupts = openSync(join(dir, 'interrupciones'), 'a+')
    if (process.platform !== 'win32') rmSync(dir, { recursive: true, force: true })
  }

  #output(cell: string, o: Output): void {
    const may = this.#budget.pass(cell, o)
    if (may !== null) this.#options.onOutput(cell, may)
  }

  #take(m: Exclude<FromChild, { event: 'ready' }>): void {
    switch (m.event) {
      case 'output': this.#output(m.cell, m.output); return
      case 'done': { const w = this.#waiting.get(m.id); this.#waiting.delete(m.id); w?.done(m); return }
      case 'question': this.#options.onQuestion?.({ id: m.question, cell: m.cell, prompt: m.prompt, password: m.password }); return
      case 'stray': this.#options.onStray?.(m); return
      case 'exit': this.#verdict = `La celda terminó el proceso con process.exit(${m.code})`
    }
  }

  #watchMemory(child: ChildProcess): NodeJS.Timeout {
    const limit = this.#memoryMb * 2
    return setInterval(() => {
      const used = residentMb(child.pid!)
      if (used > limit) { this.#verdict = `El proceso llegó a ${Math.round(used)} MB de memoria (límite: ${limit} MB; MICROLOTE_MEMORY_MB lo cambia) y se detuvo`; child.kill('SIGKILL') }
    }, 250).unref()
  }

  #write(m: ToChild): boolean { return this.#tasks !== null && !this.#tasks.destroyed && (this.#tasks.write(`${JSON.stringify(m)}\n`), true) }

  #ask(message: ToChild & { readonly id: string }): Promise<Done> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.id, { done: resolve, died: reject })
      if (!this.#write(message)) { this.#waiting.delete(message.id); reject(new ChildDied(`El proceso ya no responde. ${again}`)) }
    })
  }

  #id(): string { return `t${++this.#next}` }

  /** Runs a cell under the name `id`; rejects with ChildDied when the process ends under it. */
  async run(r: RunRequest): Promise<boolean> {
    await this.#settled()
    await this.start()
    this.#running = this.#last = r.id
    try { return (await this.#ask({ task: 'run', id: r.id, code: r.code, count: r.count, owner: r.owner ?? null, headless: r.headless === true, canAsk: r.canAsk === true, interrupts: this.#interruptCount, signals: this.#signalCount })).ok } finally { this.#running = null }
  }

  // One that was told to end is waited for: its files and ports are free then.
  async #settled(): Promise<void> { if (this.#child === null || this.#ending) await this.#gone }

  async complete(code: string, position: number): Promise<Completion | null> { await this.start(); return ((await this.#ask({ task: 'complete', id: this.#id(), code, position })).answer as Completion | undefined) ?? null }
  async inspect(code: string, position: number): Promise<Inspection | null> { await this.start(); return ((await this.#ask({ task: 'inspect', id: this.#id(), code, position })).answer as Inspection | undefined) ?? null }
  /** The values of expressions, as user_expressions wants them. */
  async evaluate(expressions: Readonly<Record<string, string>>): Promise<Record<string, unknown>> { await this.start(); return ((await this.#ask({ task: 'evaluate', id: this.#id(), expressions })).answer as Record<string, unknown> | undefined) ?? {} }
  /** A comm message for the cells. */
  comm(step: 'open' | 'msg' | 'close', commId: string, target: string, data: unknown, cell: string): void { this.#write({ task: 'comm', step, commId, target, data, cell }) }
  /** The answer to a question of a cell; null: there is none. */
  answer(question: string, value: string | null): void { this.#write({ task: 'answer', question, value }) }

  /** Stops the notebook's queries and gives their account. */
  async end(): Promise<unknown> { return this.#child === null ? null : (await this.#ask({ task: 'end', id: this.#id() })).answer }

  /**
   * Asks the running cell to stop, or with none the queries that go on. When the process does not answer within `graceMs`
   * (a loop in a library, native code) it is ended.
   */
  interrupt(graceMs: number): void {
    const child = this.#child, cell = this.#running
    if (child === null) return
    if (this.#interrupts >= 0) { writeSync(this.#interrupts, 'i'); this.#interruptCount++ }
    this.#write({ task: 'interrupt', cell })
    const asked = performance.now(), before = cpuOf(child.pid!)
    let signalled = false
    const timer = setInterval(() => {
      const passed = performance.now() - asked, now = cpuOf(child.pid!)
      if (this.#child !== child) { clearInterval(timer); return }
      // Code that neither turns in a loop of the cell nor waits: only the signal reaches it.
      if (!signalled) { signalled = true; this.#signalCount++; child.kill('SIGINT') }
      // On a machine with much to do the grace is the process's own time, as long as it waits for a processor and not for something else.
      if (passed < graceMs || (now !== null && before !== null && now.state === 'R' && now.ms - before.ms < graceMs && passed < 15 * graceMs)) return
      clearInterval(timer)
      this.kill('El proceso no atendió a la interrupción y se detuvo')
    }, 100)
    void this.#ask({ task: 'ping', id: this.#id() }).catch(() => {}).then(() => clearInterval(timer))
  }

  /** Ends the process now; `why` is what its cell is told. */
  kill(why?: string): void {
    if (why !== undefined) this.#verdict ??= why
    this.#ending = true
    this.#child?.kill('SIGKILL')
  }

  /** Ends the process for good and waits until it is gone. */
  async close(): Promise<void> {
    this.#closing = true
    this.kill()
    await this.#gone
  }
}

function readLines(results: Socket, secret: string, take: (m: FromChild) => void, tooLong: () => void): void {
  let parts: Buffer[] = [], length = 0
  results.on('data', (d: Buffer) => {
    for (let from = 0; from < d.length;) {
      const end = d.indexOf(10, from)
      parts.push(end < 0 ? d.subarray(from) : d.subarray(from, end))
      length += parts.at(-1)!.length
      if (length > longestLine) { tooLong(); results.destroy(); return }
      if (end < 0) return
      const line = Buffer.concat(parts, length).toString('utf8')
      parts = []
      length = 0
      from = end + 1
      // A line without the secret was not written by us.
      if (!line.startsWith(secret)) continue
      let m: FromChild
      try { m = JSON.parse(line.slice(secret.length)) as FromChild } catch { continue }
      take(m)
    }
  })
  results.on('error', () => {})
}

// What a process does (R: it runs or would) and the processor time it has had; null where that is not known.
function cpuOf(pid: number): { readonly state: string; readonly ms: number } | null {
  if (process.platform !== 'linux') return null
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return { state: fields[0]!, ms: (Number(fields[11]) + Number(fields[12])) * 10 }
  } catch { return null }
}

function residentMb(pid: number): number {
  if (process.platform !== 'linux') return 0
  try { return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1_048_576 } catch { return 0 }
}
