/** The channels of cells in the child: texts gathered for a moment, limits kept, everything sent in order. */
import { inspect } from 'node:util'
import { currentChannel, type CellChannel, type Output } from '../output.ts'
import { OutputBudget, outputLimits } from '../output-limit.ts'
import { send } from './link.ts'

const flushMs = 20, flushLength = 65_536

export class OutputWriter {
  #budget = new OutputBudget(outputLimits(20))
  // Texts are gathered: twenty thousand prints become a few messages, and none is lost.
  #pending: { cell: string; name: 'stdout' | 'stderr'; parts: string[]; length: number } | null = null
  #timer: NodeJS.Timeout | null = null
  readonly #later = setTimeout
  readonly #never = clearTimeout

  limit(megabytes: number): void { this.#budget = new OutputBudget(outputLimits(megabytes)) }

  /** The channel of a cell. */
  channel(cell: string): CellChannel { return { cell, send: o => this.#send(cell, o) } }

  #send(cell: string, o: Output): void {
    if (o.kind === 'stream') { this.#write(cell, o.name, o.text); return }
    this.flush()
    this.#emit(cell, o)
  }

  #emit(cell: string, o: Output): void {
    const may = this.#budget.pass(cell, o)
    if (may === null) return
    try { send({ event: 'output', cell, output: may }) } catch (e) {
      send({ event: 'output', cell, output: { kind: 'stream', name: 'stderr', text: `La salida no se puede mostrar: ${e instanceof Error ? e.message : inspect(e)}\n` } })
    }
  }

  #write(cell: string, name: 'stdout' | 'stderr', text: string): void {
    let p = this.#pending
    if (p !== null && (p.cell !== cell || p.name !== name)) { this.flush(); p = null }
    if (p === null) this.#pending = p = { cell, name, parts: [], length: 0 }
    p.parts.push(text)
    p.length += text.length
    if (p.length > flushLength) this.flush()
    else this.#timer ??= this.#later(() => this.flush(), flushMs)
  }

  /** Sends what is gathered. */
  flush(): void {
    if (this.#timer !== null) { this.#never(this.#timer); this.#timer = null }
    const p = this.#pending
    this.#pending = null
    if (p !== null) this.#emit(p.cell, { kind: 'stream', name: p.name, text: p.parts.join('') })
  }

  /** Everything written to the process's streams goes to the cell that wrote it. */
  captureStreams(): void {
    for (const name of ['stdout', 'stderr'] as const) {
      const to = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
        currentChannel().send({ kind: 'stream', name, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8') })
        const callback = typeof encoding === 'function' ? encoding : done
        if (typeof callback === 'function') (callback as () => void)()
        return true
      }
      process[name].write = to as typeof process.stdout.write
    }
  }
}
