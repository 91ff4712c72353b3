/** The converter on tslab: types carried from cell to cell, with the cells that tslab gets wrong mended around it. */
import { createRequire } from 'node:module'
import type T from '@tslab/typescript-for-tslab'
import { cellCode } from './cell-code.ts'
import { ts } from './compiler.ts'
import type { Converter as Tslab } from 'tslab/dist/converter.js'
import type { Converted, Converter, Diagnostic } from './converter.ts'
import { originalOffset, prepareCell, preparedOffset, type Prepared } from './prepare.ts'
import type { Completion, Inspection } from './protocol.ts'
import { TypingWorld } from './typing-world.ts'

const nothing = { javascript: null, isAsync: false, hasResult: false, modules: [] } as const
const cannotFindModule = new Set([2307, 2792, 7016])

export class TslabConverter implements Converter {
  readonly version = ts.version
  readonly #world: TypingWorld
  #tslab: Tslab
  #first: { readonly code: string; readonly converted: Converted } | null = null

  constructor(cwd: string) {
    this.#world = new TypingWorld(cwd)
    this.#tslab = create()
  }

  /** The same converter for a notebook in another folder. */
  moveTo(cwd: string): this {
    if (!this.#world.moveTo(cwd)) { this.#first = null; this.#anew() }
    return this
  }

  /** Converts the hidden first cell for good: the answer is kept. */
  begin(code: string): void { this.#first = { code, converted: this.convert('', code) } }

  /** From now on all of Node's types are read. */
  readAll(): void { if (this.#world.node.readAll()) this.#anew() }

  convert(declarations: string, code: string): Converted {
    if (declarations === '' && code === this.#first?.code) return this.#first.converted
    const prepared = prepareCell(code)
    this.#world.refresh()
    let c = this.#for(code).convert(declarations, prepared.text + prepared.exports)
    // A cell that brings files the compiler had not seen may have its names exported twice: then the converter does it alone.
    if (prepared.exports !== '' && c.diagnostics.some(d => d.start.offset >= prepared.text.length)) c = this.#tslab.convert(declarations, prepared.text)
    // A module that was not there may be there now; only a new compiler looks again.
    if (c.diagnostics.some(d => cannotFindModule.has(d.code))) {
      this.#world.node.readAll()
      c = this.#anew().convert(declarations, prepared.text)
    }
    if (c.diagnostics.length > 0) return { ...nothing, declarations, diagnostics: diagnosticsOf(c.diagnostics, prepared, code) }
    return {
      diagnostics: [], declarations: c.declOutput ?? '', isAsync: c.hasToplevelAwait === true,
      ...(c.output === undefined ? { javascript: null, hasResult: false } : cellCode(c.output) ?? { javascript: `exports = __celda.exports; ${asCommonJs(c.output)}`, hasResult: false }),
      modules: (c.sideOutputs ?? []).map(s => ({ path: this.#world.real(s.path), javascript: asCommonJs(s.data) })),
    }
  }

  // The compiler, with the types that a cell needs.
  #for(code: string): Tslab { return this.#world.node.misses(code) && this.#world.node.readAll() ? this.#anew() : this.#tslab }
  #anew(): Tslab { this.#tslab.close(); return (this.#tslab = create()) }

  complete(declarations: string, code: string, position: number): Completion {
    const c = this.#for(code).complete(declarations, code, position)
    const kinds = new Map((c.original?.entries ?? []).map(e => [e.name, e.kind as string]))
    // Names that only contain what was typed are for when none begins with it.
    const typed = code.slice(c.start, position).toLowerCase(), beginning = c.candidates.filter(n => n.toLowerCase().startsWith(typed)), candidates = beginning.length > 0 ? beginning : c.candidates
    return { start: c.start, end: c.end, candidates, kinds: candidates.map(n => kinds.get(n) ?? null) }
  }

  inspect(declarations: string, code: string, position: number): Inspection | null {
    const prepared = prepareCell(code)
    const info = this.#for(code).inspect(declarations, prepared.text, preparedOffset(prepared, position)) as T.QuickInfo | undefined
    if (info === undefined || info === null) return null
    const tags = (info.tags ?? []).map(t => `@${t.name} ${joined(t.text)}`.trim())
    return { text: joined(info.displayParts), documentation: [joined(info.documentation), ...tags].filter(t => t !== '').join('\n') }
  }
}

function create(): Tslab { return (createRequire(import.meta.url)('tslab/dist/converter.js') as typeof import('tslab/dist/converter.js')).createConverter({ isJS: false, isBrowser: false }) }

const asCommonJs = (module: string): string => ts.transpileModule(module, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true, noImplicitUseStrict: true, newLine: ts.NewLineKind.LineFeed } }).outputText

const joined = (parts: readonly { readonly text: string }[] | undefined): string => (parts ?? []).map(p => p.text).join('')

type Raw = ReturnType<Tslab['convert']>['diagnostics'][number]

// A chain of reasons comes as one entry each, all at one place: they become one text.
function diagnosticsOf(raw: readonly Raw[], prepared: Prepared, code: string): Diagnostic[] {
  const out: { -readonly [K in keyof Diagnostic]: Diagnostic[K] }[] = []
  let last: Raw | null = null
  for (const d of raw) {
    if (last !== null && last.start.offset === d.start.offset && last.end.offset === d.end.offset && last.code !== d.code && out.length > 0) { out.at(-1)!.message += `\n  ${d.messageText}`; continue }
    last = d
    if (d.fileName !== undefined) { out.push({ line: d.start.line, column: d.start.character, length: 1, message: d.messageText, code: d.code, file: d.fileName }); continue }
    const from = originalOffset(prepared, d.start.offset), to = originalOffset(prepared, d.end.offset), before = code.slice(0, from)
    out.push({ line: before.split('\n').length - 1, column: from - (before.lastIndexOf('\n') + 1), length: Math.max(1, to - from), message: d.messageText, code: d.code, file: null })
  }
  return out
}
