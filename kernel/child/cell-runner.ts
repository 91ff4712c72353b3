/** Runs cells: TypeScript to JavaScript by the converter, in one context, with the declarations of earlier cells. */
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { inspect } from 'node:util'
import vm from 'node:vm'
import { ownChannel, type CellChannel, type MimeBundle, type Output } from '../output.ts'
import { diagnosticsError, interruptedError, isError, runtimeError, type CellSource } from './cell-errors.ts'
import { standard, whole, type CellTools } from './cell-code.ts'
import { CellModules } from './cell-modules.ts'
import { CellNames, plainExports } from './cell-names.ts'
import { columnCompletion } from './column-names.ts'
import type { Converter } from './converter.ts'
import { guardLoops, isInterruption, isSignal, signalMet, tick } from './interruption.ts'
import type { Completion, Inspection } from './protocol.ts'

const slot = Symbol.for('microlote.kernel.cell')
const keptSources = 500

export class CellRunner {
  readonly cells = new Map<string, CellSource>()
  readonly #converter: Converter
  readonly #modules: CellModules
  readonly #values: Record<string, unknown> = Object.create(null)
  readonly #meta: object
  #declarations = ''
  #part = 0
  #stop: ((e: Error) => void) | null = null

  constructor(cwd: string, converter: Converter) {
    this.#converter = converter
    this.#modules = new CellModules(cwd)
    this.#meta = { url: pathToFileURL(join(cwd, 'cuaderno.ts')).href, dirname: cwd, filename: join(cwd, 'cuaderno.ts') }
  }

  /** Leaves what the running cell awaits. */
  interrupt(error: Error): void { this.#stop?.(error) }

  /** Runs a cell; `send` gets its result or error. Says whether it ran to its end. */
  async run(code: string, count: number, send: (o: Output) => void): Promise<boolean> {
    const answer = await this.#evaluate(code, count)
    if (answer.error !== undefined) { send(answer.error); return false }
    if (answer.value !== undefined && answer.value !== null && !isTimer(answer.value)) send({ kind: 'result', ...this.#bundleOf(answer.value) })
    return true
  }

  /** The values of expressions, each a bundle or an error, as user_expressions wants them; nothing of them stays. */
  async evaluate(expressions: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
    const out: Record<string, unknown> = {}, declarations = this.#declarations
    for (const [name, code] of Object.entries(expressions)) {
      const answer = await this.#evaluate(`(${code}\n)`, 0)
      this.#declarations = declarations
      out[name] = answer.error !== undefined ? { status: 'error', ename: answer.error.ename, evalue: answer.error.evalue, traceback: answer.error.traceback } : { status: 'ok', metadata: {}, ...this.#bundleOf(answer.value) }
    }
    return out
  }

  async #evaluate(code: string, count: number): Promise<{ readonly value?: unknown; readonly error?: Extract<Output, { kind: 'error' }> }> {
    const converted = this.#converter.convert(this.#declarations, code)
    if (converted.diagnostics.length > 0) return { error: diagnosticsError(converted.diagnostics, code, count) }
    this.#modules.update(converted.modules)
    const before = this.#declarations
    this.#declarations = converted.declarations
    if (converted.javascript === null) return {}
    const name = `celda[${count}.${++this.#part}].ts`, javascript = guardLoops(converted.javascript, '__celda.tick')
    this.cells.set(name, { javascript, typescript: code, count })
    if (this.cells.size > keptSources) this.cells.delete(this.cells.keys().next().value!)
    const names = new CellNames(this.#values), load = this.#modules.require
    const tools: CellTools = { tick, meta: this.#meta, last: undefined, names: n => names.take(n), standard, whole, load: async id => whole(load(id)), exports: plainExports(this.#values) }
    const given = [this.#values, load, tools, intervalOf] as const
    let rejectStop: (e: Error) => void = () => {}
    const stopped = new Promise<never>((_, reject) => { rejectStop = reject })
    stopped.catch(() => {})
    this.#stop = rejectStop
    try {
      ;(globalThis as Record<symbol, unknown>)[slot] = given
      const running = vm.runInThisContext(`(${converted.isAsync ? 'async ' : ''}function(exports, require, __celda, setInterval) {${javascript}\n})(...globalThis[Symbol.for('microlote.kernel.cell')])`, { filename: name, breakOnSigint: true, columnOffset: 0 }) as unknown
      if (converted.isAsync) { (running as Promise<unknown>).catch(() => {}); await Promise.race([running, stopped]) }
      names.settle()
      if (!converted.hasResult) return {}
      const value = tools.last
      return { value: value instanceof Promise ? await Promise.race([value, stopped]) : value }
    } catch (e) {
      if (isSignal(e)) signalMet()
      names.settle()
      // What was declared before the error is there for the next cell; what never got a value is not.
      this.#declarations = withoutMissing(converted.declarations, before, this.#values)
      return { error: isInterruption(e) ? interruptedError : runtimeError(e, this.cells) }
    } finally {
      this.#stop = null
    }
  }

  // How a value is shown: as its own method says (Symbol.for('microlote.display') or Symbol.for('Jupyter.display')), an error as if it had been thrown, anything else as text.
  #bundleOf(value: unknown): { data: MimeBundle; metadata?: MimeBundle } {
    for (const name of ['microlote.display', 'Jupyter.display']) {
      const own = value === null || value === undefined ? undefined : (value as Record<symbol, unknown>)[Symbol.for(name)]
      if (typeof own !== 'function') continue
      try { return { data: (own as () => MimeBundle).call(value) } } catch { /* then as text */ }
    }
    if (isError(value)) return { data: { 'text/plain': runtimeError(value, this.cells).traceback.join('\n') } }
    return { data: { 'text/plain': inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000 }) } }
  }

  complete(code: string, position: number): Completion {
    let columns: Completion | null = null
    try { columns = columnCompletion(code, position, this.#values) } catch { /* a name that the waiting cell has yet to declare */ }
    return columns ?? this.#converter.complete(this.#declarations, code, position)
  }
  inspect(code: string, position: number): Inspection | null { return this.#converter.inspect(this.#declarations, code, position) }
}

// An interval that a cell set up ends with the cell's interruption.
function intervalOf(callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout {
  const channel: CellChannel | null = ownChannel()
  const timer = setInterval((...a: unknown[]) => { if (channel?.aborted === true) clearInterval(timer); else callback(...a) }, ms, ...args)
  return timer
}

const isTimer = (v: unknown): boolean => typeof v === 'object' && v !== null && ['Timeout', 'Immediate'].includes(v.constructor?.name ?? '') && 'hasRef' in v

// The declarations but for the names that the cell was to give a value and did not.
function withoutMissing(declarations: string, before: string, values: Readonly<Record<string, unknown>>): string {
  const had = new Set(before.split('\n'))
  return declarations.split('\n').filter(line => {
    const found = /^declare (?:const|let|var) ([\p{ID_Start}$_][\p{ID_Continue}$]*)(?::.*;| = .*;)$/u.exec(line)
    return found === null || had.has(line) || Object.hasOwn(values, found[1]!) && values[found[1]!] !== undefined || /\b(undefined|any|unknown|void)\b/.test(line)
  }).join('\n')
}
