/** Owns the sockets that kafkajs is given: TCP or TLS, cut into whole answers before kafkajs sees them. */
import net from 'node:net'
import tls from 'node:tls'
import { frameReader } from './frames.ts'

/** Opens sockets that hand kafkajs whole answers, read by the system straight into the memory where they stay. kafkajs itself joins 64 KiB pieces. */
export function openSocket(options: { host: string; port: number; ssl: tls.ConnectionOptions | undefined; onConnect: () => void }): net.Socket {
  const { host, port, ssl, onConnect } = options
  if (ssl !== undefined && ssl !== null) {
    const socket = tls.connect({ host, port, ...(net.isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
    const on = socket.on.bind(socket) as (event: string, listener: (...args: never[]) => void) => tls.TLSSocket
    const frames = frameReader(frame => socket.emit('frame', frame), error => socket.destroy(error))
    on('data', (bytes: Uint8Array) => { frames.take(bytes) })
    socket.on = ((event: string, listener: (...args: never[]) => void) => on(event === 'data' ? 'frame' : event, listener)) as typeof socket.on
    socket.setKeepAlive(true, 60_000)
    return socket
  }
  const frames = frameReader(frame => socket.emit('data', frame), error => socket.destroy(error))
  const socket: net.Socket = net.connect({
    host, port, noDelay: true,
    onread: { buffer: () => frames.room(), callback: count => { frames.filled(count); return true } },
  } as net.NetConnectOpts, onConnect)
  socket.setKeepAlive(true, 60_000)
  return socket
}
