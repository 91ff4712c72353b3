/** socket: lines of text from a TCP server, for trying things out. What was read is kept only in memory, so a restart cannot go on. The only file that opens a socket of its own. */
import { connect, type Socket } from 'node:net'
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { StringVector } from '../../columns/string-vector.ts'
import { executionError } from '../../errors/spark-error.ts'
import { stringType, structField, structType, timestampType, type StructTypeShape } from '../../types/data-type.ts'
import type { Connector, OffsetText, SourceContext, StreamSource } from '../connector.ts'
import { refuseSchema } from '../fixed-schema.ts'
import type { OptionsReader } from '../options.ts'

interface SocketOptions { readonly host: string; readonly port: number; readonly includeTimestamp: boolean }

function socketOptions(options: OptionsReader): SocketOptions {
  const host = options.required('host', 'Name the machine that sends lines, such as localhost.')
  options.required('port', 'Give the number of the port, such as 9999.')
  const port = options.integer('port', 1)!
  if (port > 65_535) throw options.invalid('port', 'a port is at most 65535')
  const found = { host, port, includeTimestamp: options.boolean('includeTimestamp', false) }
  options.integer('numPartitions', 1)
  options.refuseUnknown(['path'])
  return found
}

const schemaOf = (includeTimestamp: boolean): StructTypeShape => structType([structField('value', stringType), ...(includeTimestamp ? [structField('timestamp', timestampType)] : [])])

/** Offsets are the number of the last line, from −1 on. */
class SocketSource implements StreamSource {
  readonly description: string
  readonly #o: SocketOptions
  readonly #context: SourceContext
  #connection: Promise<Socket> | null = null
  #lines: { readonly text: string; readonly micros: bigint }[] = []
  // The number of the first line that is kept.
  #first = 0
  #rest = ''
  #failure: Error | null = null
  #ended = false
  #latest = -1

  constructor(o: SocketOptions, context: SourceContext) {
    this.#o = o
    this.#context = context
    this.description = `TextSocketV2[host: ${o.host}, port: ${o.port}]`
  }

  #connect(): Promise<Socket> {
    return this.#connection ??= new Promise((resolve, reject) => {
      const { host, port } = this.#o, decoder = new TextDecoder()
      const socket = connect(port, host)
      socket.once('connect', () => resolve(socket))
      const stop = (): void => { socket.destroy() }
      this.#context.signal.addEventListener('abort', stop, { once: true })
      socket.on('data', chunk => this.#take(decoder.decode(chunk, { stream: true })))
      socket.on('error', e => {
        this.#failure = executionError('MICROLOTE_SOCKET_UNREACHABLE', { host, port, reason: e.message }, e)
        reject(this.#failure)
      })
      // A last line without an end is a line too.
      socket.on('close', () => {
        this.#context.signal.removeEventListener('abort', stop)
        reject(new Error('the connection was given up'))
        this.#take(`${decoder.decode()}${this.#rest === '' ? '' : '\n'}`)
        if (!this.#ended && this.#failure === null && !this.#context.signal.aborted) this.#context.warn(`the server at ${host}:${port} has closed the connection: no more lines will come`)
      })
    })
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split('\n')
    this.#rest = parts.pop()!
    const micros = BigInt(this.#context.clock.nowMs()) * 1000n
    for (const p of parts) this.#lines.push({ text: p.endsWith('\r') ? p.slice(0, -1) : p, micros })
  }

  /** The first batch is empty: it only connects. */
  async latestOffset(start: OffsetText | null): Promise<OffsetText> {
    if (this.#failure !== null) throw this.#failure
    const first = this.#connection === null
    await this.#connect()
    // After a restart the numbers go on where the checkpoint ends; the lines before are gone.
    if (first && start !== null && Number(start) >= 0) {
      this.#context.warn(`the lines up to number ${start} cannot be read again: a socket does not remember`)
      this.#first = Number(start) + 1
    }
    this.#latest = first ? this.#first - 1 : this.#first + this.#lines.length - 1
    return String(this.#latest)
  }

  reportLatestOffset(): OffsetText { return String(this.#latest) }

  async *batches(start: OffsetText | null, end: OffsetText): AsyncGenerator<Batch> {
    const from = (start === null ? -1 : Number(start)) + 1, until = Number(end) + 1
    if (from >= until) return
    const lines = this.#lines.slice(Math.max(0, from - this.#first), Math.max(0, until - this.#first))
    if (lines.length < until - from) this.#context.warn(`the lines ${from} to ${until - lines.length - 1} are lost: a socket does not remember`)
    if (lines.length === 0) return
    const values = new StringVector(lines.map(l => l.text), null)
    yield new Batch(this.#o.includeTimestamp ? [values, new FixedVector(timestampType, BigInt64Array.from(lines, l => l.micros), null)] : [values], lines.length)
  }

  async commit(end: OffsetText): Promise<void> {
    const done = Math.min(Number(end) + 1 - this.#first, this.#lines.length)
    if (done <= 0) return
    this.#lines = this.#lines.slice(done)
    this.#first += done
  }

  async close(): Promise<void> {
    this.#ended = true
    const socket = await this.#connection?.catch(() => null)
    socket?.destroy()
  }
}

export const socketConnector: Connector = {
  name: 'socket',
  streamSource: {
    schema(given, options) {
      refuseSchema('socket', given)
      return schemaOf(socketOptions(options).includeTimestamp)
    },
    async open(_schema, options, _path, _handle, context) {
      const o = socketOptions(options)
      context.warn('the socket source is for trying things out: after a failure its rows cannot be read again')
      return new SocketSource(o, context)
    },
  },
}
