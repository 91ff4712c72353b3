/** The sockets: a process that always answers (heartbeat, control, interrupt) in front of the one that runs cells. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Kernel } from './kernel.ts'
import { Codec } from './messages.ts'

interface Connection { readonly ip: string; readonly transport: string; readonly key: string; readonly shell_port: number; readonly control_port: number; readonly iopub_port: number; readonly stdin_port: number; readonly hb_port: number }

/** Serves the connection described by a file until a shutdown is asked for. */
export async function serve(connectionFile: string): Promise<void> {
  const zmq = createRequire(import.meta.url)('zeromq') as typeof import('zeromq')
  const c = JSON.parse(readFileSync(connectionFile, 'utf8')) as Connection
  const address = (port: number): string => (c.transport === 'ipc' ? `ipc://${c.ip}-${port}` : `${c.transport}://${c.ip}:${port}`)
  const shell = new zmq.Router(), control = new zmq.Router(), stdin = new zmq.Router(), heartbeat = new zmq.Reply()
  // Nothing is dropped here: what may pile up is bounded where it comes from.
  const iopub = new zmq.XPublisher({ sendHighWaterMark: 0, linger: 1000, verbosity: 'allSubs' })
  const kernel = new Kernel(new Codec(c.key, globalThis.crypto.randomUUID()), {
    iopub: frames => iopub.send(frames), shell: frames => shell.send(frames), control: frames => control.send(frames), stdin: frames => stdin.send(frames),
  }, /kernel-([\w-]+)\.json$/.exec(connectionFile)?.[1] ?? '')
  process.on('SIGINT', () => kernel.interrupt())
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void kernel.shutdown())
  process.on('uncaughtException', e => console.error(`microlote-kernel: ${e.stack ?? e.message}`))
  process.on('unhandledRejection', e => console.error('microlote-kernel:', e))
  await Promise.all([shell.bind(address(c.shell_port)), control.bind(address(c.control_port)), stdin.bind(address(c.stdin_port)), heartbeat.bind(address(c.hb_port)), iopub.bind(address(c.iopub_port))])
  const loop = async (socket: AsyncIterable<Buffer[]>, take: (parts: Buffer[]) => unknown): Promise<void> => { try { for await (const parts of socket) await take(parts) } catch { /* closed */ } }
  void loop(heartbeat, parts => heartbeat.send(parts))
  void loop(control, parts => { void kernel.receive(parts, 'control') })
  void loop(shell, parts => { void kernel.receive(parts, 'shell') })
  void loop(stdin, parts => kernel.receiveInput(parts))
  // Each subscription is greeted, so that a client knows when nothing can be missed any more.
  void loop(iopub as AsyncIterable<Buffer[]>, ([m]) => { if (m !== undefined && m[0] === 1) kernel.welcome(m.subarray(1).toString('utf8')) })
  kernel.begin()
  await kernel.finished
  for (const s of [shell, control, stdin, heartbeat, iopub]) s.close()
}
