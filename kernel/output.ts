/** Where output goes: each cell has a channel, and what a cell starts (timers, queries) keeps writing to it through the asynchronous context. */
import { AsyncLocalStorage } from 'node:async_hooks'

/** The forms of one output by MIME type; texts, or JSON values for JSON types. */
export type MimeBundle = Readonly<Record<string, unknown>>

/** What a cell can put out. */
export type Output =
  | { readonly kind: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'display'; readonly data: MimeBundle; readonly metadata?: MimeBundle; readonly displayId?: string; readonly update?: boolean }
  | { readonly kind: 'result'; readonly data: MimeBundle }
  | { readonly kind: 'error'; readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] }

export interface CellChannel { readonly cell: string; send(output: Output): void }

interface Shared { readonly storage: AsyncLocalStorage<CellChannel>; fallback: CellChannel | null }
const key = Symbol.for('microlote.kernel.output')
// Cells may load this package in a second copy (CommonJS beside ESM): one registry serves all.
const shared: Shared = ((globalThis as Record<symbol, unknown>)[key] ??= { storage: new AsyncLocalStorage<CellChannel>(), fallback: null }) as Shared

/** The channel of the cell that this code was started by; outside the kernel one that prints. */
export function currentChannel(): CellChannel {
  return shared.storage.getStore() ?? shared.fallback ?? { cell: '', send: o => { if (o.kind !== 'stream' && o.kind !== 'error') process.stdout.write(`${String(o.data['text/plain'] ?? '')}\n`) } }
}

/** Runs work whose output belongs to a cell. */
export function withChannel<T>(channel: CellChannel, work: () => T): T {
  shared.fallback = channel
  return shared.storage.run(channel, work)
}
