/** Comms: channels between a cell and the page (widgets, buttons). A small API over comm_open, comm_msg and comm_close. */
import { inspect } from 'node:util'
import { currentChannel, withChannel, type CellChannel, type MimeBundle } from './output.ts'

type Handler = (data: any, comm: Comm) => void | Promise<void>
interface Registry { readonly targets: Map<string, { handler: (comm: Comm, data: any) => void | Promise<void>; channel: CellChannel }>; readonly open: Map<string, Comm> }
// Shared by every copy of this package in the process.
const registry = ((globalThis as Record<symbol, unknown>)[Symbol.for('microlote.kernel.comms')] ??= { targets: new Map(), open: new Map() }) as Registry

/** One open channel. Its messages belong to the cell that opened or registered it. */
export class Comm {
  readonly id: string
  readonly target: string
  readonly #channel: CellChannel
  #onMessage: Handler | null = null
  #onClose: Handler | null = null

  constructor(target: string, id: string, channel: CellChannel) { this.target = target; this.id = id; this.#channel = channel; registry.open.set(id, this) }

  /** Sends data (JSON) to the page. */
  send(data: unknown, metadata: MimeBundle = {}): void { this.#channel.send({ kind: 'comm', step: 'msg', commId: this.id, data, metadata }) }
  /** Calls back with each message of the page. */
  onMessage(handler: Handler): this { this.#onMessage = handler; return this }
  /** Calls back when the page closes the channel. */
  onClose(handler: Handler): this { this.#onClose = handler; return this }
  /** Closes the channel. */
  close(data: unknown = {}): void { if (registry.open.delete(this.id)) this.#channel.send({ kind: 'comm', step: 'close', commId: this.id, data }) }

  /** A message from the page; for the kernel. */
  receive(step: 'msg' | 'close', data: unknown): void {
    if (step === 'close') registry.open.delete(this.id)
    const handler = step === 'msg' ? this.#onMessage : this.#onClose
    if (handler !== null) void withChannel(this.#channel, async () => { try { await handler(data, this) } catch (e) { report(this.#channel, e) } })
  }
}

function report(channel: CellChannel, e: unknown): void {
  const error = e instanceof Error ? e : new Error(inspect(e))
  channel.send({ kind: 'error', ename: error.name, evalue: error.message, traceback: [`Error al atender un mensaje de la página: ${error.name}: ${error.message}`] })
}

/** Says who answers when the page opens a channel by this name. `registerComm("boton", comm => comm.onMessage(d => …))` */
export function registerComm(target: string, handler: (comm: Comm, data: any) => void | Promise<void>): void { registry.targets.set(target, { handler, channel: currentChannel() }) }

/** Opens a channel to the page's handler of this name. */
export function openComm(target: string, data: unknown = {}, metadata: MimeBundle = {}): Comm {
  const channel = currentChannel(), comm = new Comm(target, globalThis.crypto.randomUUID(), channel)
  channel.send({ kind: 'comm', step: 'open', commId: comm.id, target, data, metadata })
  return comm
}

/** A comm message from the page; for the kernel. A target that nobody registered is closed, as the protocol wants. */
export function receiveComm(step: 'open' | 'msg' | 'close', id: string, target: string, data: unknown, channel: CellChannel): void {
  if (step !== 'open') { registry.open.get(id)?.receive(step, data); return }
  const found = registry.targets.get(target)
  if (found === undefined) { channel.send({ kind: 'comm', step: 'close', commId: id, data: {} }); return }
  const comm = new Comm(target, id, found.channel)
  void withChannel(found.channel, async () => { try { await found.handler(comm, data) } catch (e) { report(found.channel, e) } })
}
