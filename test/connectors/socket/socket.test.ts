/** The socket source against a real server on a free port. */
import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import type { SparkError } from '../../../engine/errors/spark-error.ts'
import { keepsContract } from '../contract.ts'
import { openSource, surroundings } from '../sources.ts'

interface Lines { readonly port: string; send(text: string): Promise<void>; end(): void; close(): Promise<void>; readonly connections: () => number }

async function lineServer(): Promise<Lines> {
  const open: Socket[] = []
  let count = 0
  const server: Server = createServer(s => { count++; open.push(s); s.on('error', () => {}) })
  await new Promise<void>(r => server.listen(0, '127.0.0.1', r))
  return {
    port: String((server.address() as AddressInfo).port), connections: () => count,
    async send(text) {
      while (open.length === 0) await new Promise(r => setTimeout(r, 5))
      for (const s of open) s.write(text)
      await new Promise(r => setTimeout(r, 40))
    },
    end() { for (const s of open) s.end() },
    close: () => new Promise(r => { for (const s of open) s.destroy(); server.close(() => r()) }),
  }
}

test('keeps the contract of sources, but for a second run', async () => {
  const server = await lineServer()
  await keepsContract({ recovers: false, open: () => openSource('socket', { host: '127.0.0.1', port: server.port }, surroundings()), add: () => server.send('uno\ndos\n') })
  await server.close()
})

test('lines, also in pieces; it connects with the first batch; the end of the server', async () => {
  const server = await lineServer(), s = surroundings()
  const o = await openSource('socket', { host: '127.0.0.1', port: server.port, includeTimestamp: 'true' }, s)
  assert.equal(o.source.description, `TextSocketV2[host: 127.0.0.1, port: ${server.port}]`)
  assert.equal(server.connections(), 0)
  assert.equal(s.warnings.length, 1)
  assert.equal(await o.source.latestOffset(null, 'options'), '-1')
  await server.send('uno\r\nd')
  const ñ = new TextEncoder().encode('ñ')
  await server.send('os')
  assert.equal(await o.source.latestOffset('-1', 'options'), '0')
  await server.send(`\n${new TextDecoder().decode(ñ)}`)
  server.end()
  await new Promise(r => setTimeout(r, 60))
  assert.equal(await o.source.latestOffset('0', 'options'), '2')
  const rows = await o.read('-1', '2')
  assert.deepEqual(rows.map(r => r['value']), ['uno', 'dos', 'ñ'])
  assert.ok(rows.every(r => Math.abs(Number(r['timestamp']) - Date.now()) < 10_000))
  assert.ok(s.warnings.some(w => w.includes('closed')))
  await o.source.close()
  await server.close()
})

test('a restart says what is lost and goes on; nobody listening; mistakes', async () => {
  const server = await lineServer(), s = surroundings()
  const o = await openSource('socket', { host: '127.0.0.1', port: server.port }, s)
  assert.deepEqual(await o.read('3', '5'), [])
  assert.ok(s.warnings.some(w => w.includes('lost')))
  assert.equal(await o.source.latestOffset('5', 'options'), '5')
  await server.send('six\n')
  assert.equal(await o.source.latestOffset('5', 'options'), '6')
  assert.deepEqual((await o.read('5', '6')).map(r => r['value']), ['six'])
  await o.source.close()
  await server.close()
  const refused = async (p: Promise<unknown>, condition: string): Promise<void> => { const e = await p.then(() => assert.fail(`expected ${condition}`), (x: unknown) => x); assert.equal((e as SparkError).condition, condition) }
  const gone = await openSource('socket', { host: '127.0.0.1', port: server.port }, surroundings())
  await refused(gone.source.latestOffset(null, 'options'), 'MICROLOTE_SOCKET_UNREACHABLE')
  await gone.source.close()
  await refused(openSource('socket', { host: 'x' }, s), 'MICROLOTE_OPTION_MISSING')
  await refused(openSource('socket', { port: '1' }, s), 'MICROLOTE_OPTION_MISSING')
  for (const port of ['0', '70000', 'http']) await refused(openSource('socket', { host: 'x', port }, s), 'MICROLOTE_OPTION_INVALID')
})
