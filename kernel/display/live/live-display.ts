/** Keeps a card up to date while its query runs: a few updates a second by a script, a whole card now and then and at the end. Never in the query's way: it looks, the query does not call. */
import type { StreamingQuery } from 'microlote'
import { currentChannel, type CellChannel } from '../../output.ts'
import { scriptJson } from '../escape.ts'
import { elementId, libraryOnce } from '../plot.ts'
import type { HtmlTable } from '../table-html.ts'
import { cardHtml, cardText, tables, values, type CardContent, type CardState } from './card.ts'
import { addition, lineCounts, plots } from './figures.ts'
import { History } from './history.ts'
import { someoneIsLooking } from './someone-is-looking.ts'
import { allowStop, kernelName } from './stop-button.ts'
import { addUnfinished } from './unfinished.ts'

export interface LiveOptions {
  /** Time between updates, 400 ms unless told otherwise. */
  readonly everyMs?: number
  /** Time between whole cards, which a saved notebook keeps: 10 s. */
  readonly snapshotMs?: number
  /** Whether someone is looking; the environment says so unless told. */
  readonly live?: boolean
  readonly title?: string
}

/** What the card shows under `tabla`. */
export type TableOf = () => Promise<HtmlTable | null>

export class LiveDisplay {
  readonly #query: StreamingQuery
  readonly #title: string
  readonly #table: TableOf
  readonly #channel: CellChannel
  readonly #live: boolean
  readonly #snapshotMs: number
  readonly #id = elementId('consulta')
  readonly #cardId = globalThis.crypto.randomUUID()
  readonly #scriptId = globalThis.crypto.randomUUID()
  readonly #history = new History()
  #forbidStop: () => void = () => {}
  #shownTable: HtmlTable | null = null
  #timer: ReturnType<typeof setInterval> | null = null
  #sequence = 0
  #lastSnapshot = 0
  #lastValues = ''
  #lastLines = ''
  #lastTables: Record<string, string> = {}
  #changed = false
  #busy = false
  /** Resolves when the last card has been sent. */
  readonly finished: Promise<void>

  /** Begins at once. The output belongs to the cell that asks. */
  constructor(query: StreamingQuery, table: TableOf, embed: boolean, options: LiveOptions = {}) {
    this.#query = query
    this.#table = table
    this.#title = options.title ?? query.name ?? `consulta ${query.id.slice(0, 8)}`
    this.#channel = currentChannel()
    this.#live = options.live ?? someoneIsLooking()
    this.#snapshotMs = options.snapshotMs ?? 10_000
    this.#history.add(query.recentProgress)
    this.#lastLines = lineCounts(this.#history.batches)
    this.#channel.send({ kind: 'display', data: this.#card(libraryOnce(embed)), displayId: this.#cardId })
    this.#lastSnapshot = performance.now()
    if (this.#live) {
      this.#channel.send({ kind: 'display', data: { 'text/html': '', 'text/plain': '' }, displayId: this.#scriptId })
      this.#forbidStop = allowStop(this.#id, () => query.stop())
      this.#timer = setInterval(() => { void this.#tick() }, options.everyMs ?? 400)
      // The query keeps the process alive, not the one who looks.
      this.#timer.unref?.()
    }
    this.finished = this.#end()
    addUnfinished(this.finished)
  }

  #content(): CardContent { return { title: this.#title, state: stateOf(this.#query), history: this.#history, table: this.#shownTable } }
  #card(library = ''): { 'text/html': string; 'text/plain': string } { const c = this.#content(); return { 'text/html': cardHtml(this.#id, c, library), 'text/plain': cardText(c) } }

  async #tick(): Promise<void> {
    if (this.#busy || this.#timer === null) return
    this.#busy = true
    try {
      const fresh = this.#history.add(this.#query.recentProgress)
      if (fresh.length > 0 || this.#shownTable === null) await this.#readTable()
      if (this.#timer === null) return
      const c = this.#content(), text = values(c), shown = JSON.stringify(text)
      if (fresh.length === 0 && shown === this.#lastValues) { this.#maybeSnapshot(); return }
      this.#lastValues = shown
      this.#changed = true
      const html = tables(c), moved = Object.fromEntries(Object.entries(html).filter(([k, v]) => this.#lastTables[k] !== v))
      this.#lastTables = html
      // The first batches bring plots that the card did not have: then the card is made anew.
      const lines = lineCounts(this.#history.batches)
      if (lines !== this.#lastLines) { this.#lastLines = lines; this.#snapshot(); return }
      const add = Object.fromEntries(plots.flatMap(p => { const a = fresh.length === 0 ? null : addition(p, this.#history.batches, fresh.slice(-100)); return a === null ? [] : [[p.name, a]] }))
      const update = { n: ++this.#sequence, text, colour: c.state.colour, html: moved, add, stop: kernelName() }
      this.#channel.send({ kind: 'display', data: { 'text/html': `<script>window.__microlote1&&window.__microlote1.push(${scriptJson(this.#id)},${scriptJson(update)})</script>`, 'text/plain': '' }, displayId: this.#scriptId, update: true })
      this.#maybeSnapshot()
    } finally { this.#busy = false }
  }

  #maybeSnapshot(): void { if (this.#changed && performance.now() - this.#lastSnapshot >= this.#snapshotMs) this.#snapshot() }

  // A whole card for whoever saves the notebook now; a script that was run is not left in it.
  #snapshot(): void {
    this.#changed = false
    this.#lastSnapshot = performance.now()
    this.#channel.send({ kind: 'display', data: this.#card(), displayId: this.#cardId, update: true })
    if (this.#live) this.#channel.send({ kind: 'display', data: { 'text/html': '', 'text/plain': '' }, displayId: this.#scriptId, update: true })
  }

  async #readTable(): Promise<void> {
    // A table that cannot be read now (its query just ended) leaves the one before.
    try { this.#shownTable = await this.#table() } catch { /* the old one stays */ }
  }

  async #end(): Promise<void> {
    // Not awaitTermination: looking at a failure must not count as taking its error.
    await this.#query.terminated
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#forbidStop()
    this.#history.add(this.#query.recentProgress)
    await this.#readTable()
    this.#snapshot()
  }
}

/** Idle is shown as idle: a query that waits for data is not one that works. */
function stateOf(q: StreamingQuery): CardState {
  if (!q.isActive) {
    const e = q.exception()
    return e === null ? { label: 'terminada', detail: '', colour: '#8a8f98', active: false } : { label: 'falló', detail: String((e.cause as Error | undefined)?.message ?? e.message).split('\n')[0]!, colour: '#e15759', active: false }
  }
  const { message, isTriggerActive, isDataAvailable } = q.status
  if (q.recentProgress.length === 0 && !isDataAvailable) return { label: 'iniciando', detail: message, colour: '#f28e2b', active: true }
  return isTriggerActive && isDataAvailable ? { label: 'procesando', detail: '', colour: '#3fa34d', active: true } : { label: 'en espera', detail: /data/.test(message) ? 'sin datos nuevos' : 'hasta el siguiente disparo', colour: '#4c8dd6', active: true }
}
