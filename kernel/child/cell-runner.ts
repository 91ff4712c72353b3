/** Runs cells: TypeScript to JavaScript by tslab's converter, in one context, with the declarations of earlier cells. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { inspect } from 'node:util'
import vm from 'node:vm'
import type { Converter } from 'tslab/dist/converter.js'
import type { MimeBundle, Output } from '../output.ts'
import { prepareCell } from './prepare.ts'

export class CellRunner {
  readonly #converter: Converter
  readonly #exports: Record<string, unknown>
  readonly #require: NodeJS.Require
  #declarations = ''

  constructor(cwd: string) {
    const load = createRequire(import.meta.url)
    this.#converter = (load('tslab/dist/converter.js') as typeof import('tslab/dist/converter.js')).createConverter({ isJS: false, isBrowser: false })
    const user = createRequire(join(cwd, 'cell.js'))
    // The project's own packages are found from any folder.
    this.#require = new Proxy(user, { apply: (target, self, args: [string]) => { try { return Reflect.apply(target, self, args) } catch (e) { if ((e as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' && /^microlote/.test(args[0])) return load(args[0]); throw e } } })
    const values: Record<string, unknown> = {}
    // TypeScript's imports define getters; a later cell may assign the name anew, so plain values are kept.
    this.#exports = new Proxy(values, { defineProperty: (_, name, a) => { if (name !== '__esModule') values[name as string] = a.get ? a.get() : a.value; return true } })
  }

  /** Runs a cell; `send` gets its result or error. Says whether it ran to its end. */
  async run(code: string, count: number, send: (o: Output) => void): Promise<boolean> {
    const source = prepareCell(code)
    const converted = this.#converter.convert(this.#declarations, source)
    if (converted.diagnostics.length > 0) {
      const shift = source.startsWith('await null; ') && !code.startsWith('await null; ') ? 'await null; '.length : 0
      const lines = converted.diagnostics.map(d => `${d.start.line + 1}:${d.start.character + 1 - (d.start.line === 0 ? shift : 0)} - ${d.messageText}`)
      const first = converted.diagnostics[0]!, text = code.split('\n')[first.start.line] ?? ''
      send({ kind: 'error', ename: 'TypeScriptError', evalue: lines[0]!, traceback: [...lines.map(l => `celda[${count}].ts:${l}`), '', `    ${text}`, `    ${' '.repeat(Math.max(0, first.start.character - (first.start.line === 0 ? shift : 0)))}^`] })
      return false
    }
    // Declarations made before a throw are kept, so the next cell knows the names.
    this.#declarations = converted.declOutput ?? ''
    if (!converted.output) return true
    const name = `celda[${count}].ts`
    try {
      const body = vm.runInThisContext(`(${converted.hasToplevelAwait ? 'async ' : ''}function(exports, require) {${converted.output}\n})`, { filename: name }) as (e: object, r: NodeJS.Require) => unknown
      await body(this.#exports, this.#require)
    } catch (e) {
      send(errorOutput(e, name, converted.output, code))
      return false
    }
    if (converted.lastExpressionVar !== undefined) {
      const value = this.#exports[converted.lastExpressionVar]
      delete this.#exports[converted.lastExpressionVar]
      if (value !== undefined && value !== null) send({ kind: 'result', data: bundleOf(await settled(value)) })
    }
    return true
  }

  complete(code: string, position: number): { start: number; end: number; candidates: string[] } { return this.#converter.complete(this.#declarations, code, position) }
  inspect(code: string, position: number): { text: string; documentation: string } | null {
    const info = this.#converter.inspect(this.#declarations, code, position)
    if (info === undefined || info === null) return null
    const join = (parts: readonly { text: string }[] | undefined): string => (parts ?? []).map(p => p.text).join('')
    return { text: join(info.displayParts), documentation: join(info.documentation) }
  }
}

async function settled(v: unknown): Promise<unknown> { return v instanceof Promise ? v : v }

/** An object may say how it is shown by a method under Symbol.for('microlote.display'). */
function bundleOf(value: unknown): MimeBundle {
  const own = (value as Record<symbol, unknown>)[Symbol.for('microlote.display')]
  if (typeof own === 'function') return (own as () => MimeBundle).call(value)
  return { 'text/plain': typeof value === 'string' ? inspect(value) : inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000 }) }
}

/** The error of a cell, its own lines named as in the TypeScript the student wrote. */
export function errorOutput(e: unknown, name: string, compiled: string, source: string): Output {
  if (!(e instanceof Error)) return { kind: 'error', ename: 'Error', evalue: inspect(e), traceback: [inspect(e)] }
  const javascript = compiled.split('\n'), typescript = source.split('\n')
  const frames = (e.stack ?? '').split('\n').filter(l => /^\s+at /.test(l))
  const own = frames.flatMap(f => {
    const found = new RegExp(`${name.replace(/[[\]]/g, '\\$&')}:(\\d+)`).exec(f)
    if (found === null) return []
    const text = javascript[Number(found[1]) - 1]?.trim() ?? ''
    const line = typescript.findIndex(t => t.trim() !== '' && (t.trim() === text || text.includes(t.trim().replace(/;$/, '')) || t.includes(text.replace(/;$/, '')) && text.length > 3))
    return [line < 0 ? `  en ${name}` : `  en ${name}:${line + 1}    ${typescript[line]!.trim()}`]
  })
  const chain: string[] = []
  for (let c: unknown = e.cause; c instanceof Error && chain.length < 5; c = c.cause) chain.push(`causa: ${c.name}: ${c.message}`)
  return { kind: 'error', ename: e.name, evalue: e.message, traceback: [`${e.name}: ${e.message}`, ...own, ...chain] }
}
