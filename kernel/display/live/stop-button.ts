/** The button that stops a card's query: only in a live page of Jupyter, which has a way to its kernel. A saved card has none. */
import { registerComm } from '../../comms.ts'

const target = 'microlote.detener'
// By card, shared by every copy of this package in the process.
const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('microlote.kernel.stops')] ??= new Map()) as Map<string, () => Promise<void>>

/** The kernel's name on Jupyter's server; empty where there is none. */
export const kernelName = (): string => process.env['MICROLOTE_KERNEL'] ?? ''

/** From now on the page may stop the card's query; what it gives ends that. */
export function allowStop(card: string, stop: () => Promise<void>): () => void {
  stops.set(card, stop)
  // The page closes what it opens: what the kernel says on a channel, every other page of the notebook hears, and complains of.
  registerComm(target, async (_, data) => { await stops.get(String(data?.card))?.() })
  return () => { stops.delete(card) }
}
