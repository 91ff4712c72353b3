/** The parent's side of the process that runs cells: starts it, hands it work, ends it when it must. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromChild, ToChild } from './child/main.ts'
import type { Output } from './output.ts'

const entry = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child/main.ts' : './child/main.js', import.meta.url))

export interface ChildOptions { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly onOutput: (cell: string, output: Output) => void; readonly memoryMb?: number }

/** Why a task did not end by itself. */
export class ChildDied extends Error {
  override readonly name = 'ChildDied'
}

export class CellProcess {
  readonly #options: ChildOptions
  #child: ChildProcess | null = null
  #ready: Promise<string | null> | null = null
  #waiting = new Map<string, { done: (m: { ok: boolean; answer?: unknown }) => void; died: (e: Error) => void }>()
  #next = 0

  constructor(options: ChildOptions) { this.#options = options }

  get alive(): boolean { return this.#child !== null }

  /** Starts the process if it is not there; gives what went wrong with `spark`, or null. */
  start(): Promise<string | null> {
    if (this.#ready !== null) return this.#ready
    const child = fork(entry, [], { cwd: this.#options.cwd, env: { ...process.env, ...this.#options.env }, execArgv: [`--max-old-space-size=${this.#options.memoryMb ?? 2048}`], stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'json' })
    this.#child = child
    let noise = ''
    child.stderr?.on('data', (d: Buffer) => { noise = (noise + d.toString('utf8')).slice(-4000) })
    this.#ready = new Promise((resolve, reject) => {
      child.on('message', (m: FromChild) => {
        if (m.event === 'ready') resolve(m.problem)
        else if (m.event === 'output') this.#options.onOutput(m.cell, m.output)
        else { const w = this.#waiting.get(m.id); this.#waiting.delete(m.id); w?.done(m) }
      })
      child.once('exit', (code, signal) => {
        const text = /heap out of memory/.test(noise) ? 'El proceso se quedó sin memoria' : `El proceso terminó (${signal ?? `código ${code}`})`
        this.#child = null
        this.#ready = null
        const died = new ChildDied(`${text} mientras ejecutaba la celda. La siguiente celda empieza en un proceso nuevo, sin las variables de antes.`)
        reject(died)
        for (const w of this.#waiting.values()) w.died(died)
        this.#waiting.clear()
      })
    })
    this.#ready.catch(() => {})
    return this.#ready
  }

  #ask(message: Omit<Extract<ToChild, { id: string }>, 'id'> & { id?: string }): Promise<{ ok: boolean; answer?: unknown }> {
    const id = message.id ?? `t${++this.#next}`
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { done: resolve, died: reject })
      this.#child?.send({ ...message, id } as ToChild, e => { if (e !== null) { this.#waiting.delete(id); reject(new ChildDied('El proceso ya no responde.')) } })
    })
  }

  /** Runs a cell under the name `cell`; rejects with ChildDied when the process ends under it. */
  async run(cell: string, code: string, count: number): Promise<boolean> {
    await this.start()
    return (await this.#ask({ task: 'run', id: cell, code, count } as never)).ok
  }

  async complete(code: string, position: number): Promise<{ start: number; end: number; candidates: string[] } | null> { await this.start(); return ((await this.#ask({ task: 'complete', code, position } as never)).answer as never) ?? null }
  async inspect(code: string, position: number): Promise<{ text: string; documentation: string } | null> { await this.start(); return ((await this.#ask({ task: 'inspect', code, position } as never)).answer as never) ?? null }

  /** Stops the notebook's queries and gives their account. */
  async end(): Promise<unknown> { return this.#child === null ? null : (await this.#ask({ task: 'end' } as never)).answer }

  interrupt(): void { this.#child?.kill('SIGINT') }
  kill(): void { this.#child?.kill('SIGKILL') }
  close(): void { this.#child?.disconnect(); this.#child = null }
}
