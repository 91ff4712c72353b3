/** Where output goes: each cell has a channel, and what a cell starts (timers, queries) keeps writing to it through the asynchronous context. */
import { AsyncLocalStorage } from 'node:async_hooks'

/** The forms of one output by MIME type; texts, or JSON values for JSON types. */
export type MimeBundle = Readonly<Record<string, unknown>>

/** What a cell can put out. */
export type Output =
  | { readonly kind: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'display'; readonly data: MimeBundle; readonly metadata?: MimeBundle; readonly displayId?: string; readonly update?: boolean }
  | { readonly kind: 'result'; readonly data: MimeBundle; readonly metadata?: MimeBundle }
  | { readonly kind: 'error'; readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] }
  /** Takes the cell's outputs away: at once, or when the next one comes. */
  | { readonly kind: 'clear'; readonly wait: boolean }
  /** A message to the page over a comm. */
  | { readonly kind: 'comm'; readonly step: 'open' | 'msg' | 'close'; readonly commId: string; readonly target?: string; readonly data: unknown; readonly metadata?: MimeBundle }

export interface CellChannel {
  readonly cell: string
  send(output: Output): void
  /** Set when the cell was interrupted: what it left going must end. */
  aborted?: boolean
}

/** What cells may ask of whoever runs the kernel; only there inside it. */
export interface KernelHost {
  input(prompt: string, password: boolean): Promise<string>
}

interface Shared { readonly storage: AsyncLocalStorage<CellChannel>; fallback: CellChannel | null; host: KernelHost | null }
const key = Symbol.for('microlote.kernel.output')
// Cells may load this package in a second copy (CommonJS beside ESM): one registry serves all.
const shared: Shared = ((globalThis as Record<symbol, unknown>)[key] ??= { storage: new AsyncLocalStorage<CellChannel>(), fallback: null, host: null }) as Shared

const printing: CellChannel = { cell: '', send: o => { if (o.kind === 'display' || o.kind === 'result') process.stdout.write(`${String(o.data['text/plain'] ?? '')}\n`) } }

/** The channel of the cell that this code was started by; outside the kernel one that prints. */
export function currentChannel(): CellChannel { return shared.storage.getStore() ?? shared.fallback ?? printing }

/** The channel of the cell in whose asynchronous context this runs, null where there is none. */
export function ownChannel(): CellChannel | null { return shared.storage.getStore() ?? null }

/** Runs work whose output belongs to a cell. */
export function withChannel<T>(channel: CellChannel, work: () => T): T {
  shared.fallback = channel
  return shared.storage.run(channel, work)
}

/** Says who answers what cells ask; called by the kernel's process. */
export function setHost(host: KernelHost): void { shared.host = host }
/** Who answers, null outside the kernel. */
export function kernelHost(): KernelHost | null { return shared.host }
