/** How much a cell may put out: floods and giants are cut with a word about it, so that no page and no queue grows without end. */
import type { Output } from './output.ts'

const megabyte = 1_048_576

/** Limits in bytes, about: one output, and all the text of a cell. */
export interface OutputLimits { readonly oneOutput: number; readonly cellText: number; readonly cellTotal: number }

/** The limits that follow from one figure, the megabytes of a single output (20 unless told). */
export function outputLimits(megabytes: number): OutputLimits { return { oneOutput: megabytes * megabyte, cellText: (megabytes * megabyte) / 2, cellTotal: 4 * megabytes * megabyte } }

// About the length as JSON; giant texts are not copied to be counted.
function size(o: Output): number {
  if (o.kind === 'stream') return o.text.length
  if (o.kind !== 'display' && o.kind !== 'result') return JSON.stringify(o, safe)?.length ?? 0
  let n = 0
  for (const v of Object.values(o.data)) n += typeof v === 'string' ? v.length : JSON.stringify(v, safe)?.length ?? 0
  return n + (JSON.stringify(o.metadata ?? {}, safe)?.length ?? 0)
}
const safe = (_: string, v: unknown): unknown => (typeof v === 'bigint' ? String(v) : v)
const mb = (bytes: number): string => `${(bytes / megabyte).toFixed(bytes < 10 * megabyte ? 1 : 0)} MB`

/** Counts what cells put out and gives back what may pass: the output, a notice in its place, or nothing. */
export class OutputBudget {
  readonly #limits: OutputLimits
  readonly #cells = new Map<string, { text: number; total: number; cut: boolean }>()

  constructor(limits: OutputLimits) { this.#limits = limits }

  pass(cell: string, o: Output): Output | null {
    let c = this.#cells.get(cell)
    if (c === undefined) {
      c = { text: 0, total: 0, cut: false }
      this.#cells.set(cell, c)
      if (this.#cells.size > 2000) this.#cells.delete(this.#cells.keys().next().value!)
    }
    if (o.kind === 'stream') {
      const room = this.#limits.cellText - c.text
      if (c.cut) return null
      c.text += o.text.length
      if (o.text.length <= room) return o
      c.cut = true
      return { ...o, text: `${o.text.slice(0, Math.max(0, room))}\n… salida cortada: la celda ya escribió ${mb(this.#limits.cellText)} de texto y lo que sigue no se muestra. Escribe menos, o en un fichero.\n` }
    }
    if (o.kind === 'clear') { c.text = 0; c.cut = false; return o }
    if (o.kind === 'error') return o
    let bytes: number
    // What is no JSON (a circle) is told of where it is sent.
    try { bytes = size(o) } catch (e) { if (!(e instanceof RangeError)) return o; bytes = Infinity }
    if (bytes > this.#limits.oneOutput) return notice(o, `La salida ocupa ${Number.isFinite(bytes) ? mb(bytes) : 'demasiado'} y el límite es ${mb(this.#limits.oneOutput)}: no se muestra. Muestra menos filas (limit) o escríbela en un fichero.`)
    // What replaces something does not add to the page.
    if (o.kind === 'display' && o.update === true || o.kind === 'comm') return o
    if (c.total > this.#limits.cellTotal) return null
    c.total += bytes
    return c.total > this.#limits.cellTotal ? notice(o, `La celda ya mostró ${mb(this.#limits.cellTotal)}: lo que sigue no se muestra.`) : o
  }
}

function notice(o: Output, text: string): Output {
  if (o.kind === 'comm') return { kind: 'stream', name: 'stderr', text: `${text}\n` }
  return { ...(o.kind === 'display' ? o : { kind: 'display' as const }), data: { 'text/plain': text }, metadata: {} }
}
