/** What was run in this session, as history_request asks for it. */

interface Entry { readonly line: number; readonly code: string; output: string | null }
const kept = 5000

export class History {
  readonly #entries: Entry[] = []

  /** Notes a cell. */
  add(line: number, code: string): void {
    this.#entries.push({ line, code, output: null })
    if (this.#entries.length > kept) this.#entries.shift()
  }

  /** Notes the text of a cell's result. */
  result(line: number, text: string): void {
    const e = this.#entries.findLast(x => x.line === line)
    if (e !== undefined) e.output = text
  }

  /** Triples of session, line and code (with `output`, code and result), the oldest first: the session is always this one, 0. */
  find(c: Readonly<Record<string, any>>): unknown[] {
    const n = c['n'] === undefined || c['n'] === null ? Infinity : Number(c['n'])
    let found: readonly Entry[] = this.#entries
    if (c['hist_access_type'] === 'search') found = found.filter(e => glob(String(c['pattern'] ?? '*')).test(e.code))
    else if (c['hist_access_type'] === 'range') found = found.filter(e => e.line >= Number(c['start'] ?? 0) && (c['stop'] === undefined || c['stop'] === null || e.line < Number(c['stop'])))
    if (c['unique'] === true) found = found.filter((e, i) => found.findLastIndex(o => o.code === e.code) === i)
    if (c['hist_access_type'] !== 'range' && n < found.length) found = found.slice(found.length - Math.max(0, n))
    return found.map(e => [0, e.line, c['output'] === true ? [e.code, e.output] : e.code])
  }
}

const glob = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
