/** Which of Node's types the compiler reads: those of the globals at once, the modules' when a cell first has to do with one. Half the time of a start went into types that hardly a notebook asks for. */

// Modules that no global needs, or needs only where hardly anyone looks (what is not read is `any` there).
const late = ['assert', 'assert/strict', 'async_hooks', 'child_process', 'cluster', 'constants', 'crypto', 'dgram', 'diagnostics_channel', 'dns', 'dns/promises', 'domain', 'fs', 'fs/promises', 'http', 'http2', 'https', 'inspector', 'inspector.generated', 'module', 'os', 'punycode', 'readline', 'readline/promises', 'repl', 'sea', 'sqlite', 'string_decoder', 'test', 'tls', 'trace_events', 'v8', 'vm', 'wasi', 'worker_threads', 'zlib']
const lines = new RegExp(`^/// <reference path="(?:${late.join('|').replaceAll('.', '\\.')})\\.d\\.ts" />$`, 'gm')
const known = /^(?:microlote|microlote-kernel|microlote-fixtures|tslab|\.{1,2}\/.*|(?:node:)?(?:buffer|console|events|net|path|perf_hooks|process|querystring|stream|stream\/\w+|timers|timers\/promises|tty|url|util))$/

export class NodeTypes {
  #whole = false

  /** From now on everything is read; says whether that is new. */
  readAll(): boolean { const had = this.#whole; this.#whole = true; return !had }

  /** Whether a cell has to do with types that are not read yet: it names another module than those, or the global `crypto`. */
  misses(code: string): boolean {
    if (this.#whole) return false
    for (const m of code.matchAll(/\b(?:from|import|require)\s*\(?\s*(["'])(.*?)\1/g)) if (!known.test(m[2]!)) return true
    return /(?<!\.)\bcrypto\b|\bNodeJS\.|@types\/node/.test(code)
  }

  /** The text of one of Node's type files as the compiler gets it. */
  text(path: string, text: string): string {
    const kept = path.endsWith('/@types/node/index.d.ts') && !this.#whole ? text.replace(lines, '') : text
    // Comments cost as much as types: only those that a notebook meets are read.
    return /\/(globals|console|timers|path)\.d\.ts$/.test(path) ? kept : kept.replaceAll('/**', '/* ')
  }
}
