/** The child's end of the pipes to its parent. Results are written at once and wholly, so that nothing is lost when the process ends and nothing piles up when the parent is slow. */
import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { descriptors, type FromChild, type ToChild } from './protocol.ts'

let secret = ''

/** Sends a message. What is not JSON (bigint) is made so. */
export function send(message: FromChild): void {
  // A line begins by ending whatever someone else may have written here.
  const line = Buffer.from(`\n${secret}${JSON.stringify(message, (_, v: unknown) => (typeof v === 'bigint' ? (Number.isSafeInteger(Number(v)) ? Number(v) : String(v)) : v))}\n`)
  for (let at = 0; at < line.length;) {
    try { at += writeSync(descriptors.results, line, at) } catch (e) {
      const code = (e as NodeJS.ErrnoException).code
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
      else if (code === 'EPIPE' || code === 'EBADF') process.kill(process.pid, 'SIGKILL')
      else throw e
    }
  }
}

/** Takes the parent's messages; the first one brings the secret. When the parent is gone this process ends. */
export function receive(take: (m: ToChild) => void): void {
  const socket = new Socket({ fd: descriptors.tasks, readable: true, writable: false })
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      const m = JSON.parse(line) as ToChild
      if (m.task === 'hello') secret = m.secret
      take(m)
    }
  })
  socket.on('close', () => process.kill(process.pid, 'SIGKILL'))
  socket.on('error', () => process.kill(process.pid, 'SIGKILL'))
}
