/** The memory image that a kernel's process begins from: it is used, tells the truth of types, and a start without one or with a broken one works all the same. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { makeImage, startImage } from '../../kernel/dist/start-image.js'
import { KernelClient, resultText, streamText } from './client.ts'

const folder = mkdtempSync(join(tmpdir(), 'image-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const begunFrom = 'Symbol.for("microlote.kernel.prepared") in globalThis'
const built = (file: string): string[] => [new URL('../../kernel/dist/cli.js', import.meta.url).pathname, 'serve', file]

async function withKernel(env: NodeJS.ProcessEnv, work: (k: KernelClient) => Promise<void>): Promise<void> {
  const k = await KernelClient.start({ cwd: folder, env, command: built })
  try { await work(k) } finally { await k.stop() }
}

async function tellsTheTruth(k: KernelClient): Promise<void> {
  assert.equal((await k.run('const n: string = spark.range(3)')).reply['ename'], 'TypeScriptError')
  const r = await k.run('const df = spark.range(3).withColumn("x", F.col("id").plus(1))\nprocess.cwd()')
  assert.equal(resultText(r), `'${folder}'`)
  writeFileSync(join(folder, 'ayuda.ts'), 'export const doble = (n: number): number => n * 2\n')
  assert.equal(resultText(await k.run('import { doble } from "./ayuda.ts"\nimport { basename } from "node:path"\n`${doble(4)} ${basename("/a/b")}`')), `'8 b'`)
}

test('a process begins from the image', async () => {
  assert.equal(makeImage(), null)
  assert.notEqual(startImage(), null)
  await withKernel({}, async k => {
    assert.equal(resultText(await k.run(begunFrom)), 'true')
    await tellsTheTruth(k)
  })
})

test('chance is not in the image; what a cell forks begins as any program does', async () => {
  writeFileSync(join(folder, 'hijo.mjs'), 'process.send("hola"); process.disconnect()\n')
  const seen = new Set<string | undefined>()
  for (let i = 0; i < 2; i++) await withKernel({}, async k => {
    seen.add(resultText(await k.run('Math.random()')))
    if (i === 0) assert.equal(streamText(await k.run('import { fork } from "node:child_process"\nconst hijo = fork("./hijo.mjs")\nconsole.log(await new Promise(listo => hijo.once("message", listo)))')), 'hola\n')
  })
  assert.equal(seen.size, 2)
})

test('a thread of a cell may use any part of Node: the image holds none', () => withKernel({}, async k => {
  const thread = JSON.stringify('for (const m of ["crypto", "net", "http", "https", "tls", "http2", "dns", "dgram", "zlib", "os", "v8", "child_process", "fs", "perf_hooks", "inspector", "node:sqlite"]) require(m); require("crypto").createSecretKey(Buffer.alloc(32)); console.log(""); fetch("http://127.0.0.1:1").catch(() => require("worker_threads").parentPort.postMessage("todo"))')
  assert.equal(streamText(await k.run(`import { Worker } from "node:worker_threads"\nconst hilo = new Worker(${thread}, { eval: true, stdout: true })\nconsole.log(await new Promise(listo => hilo.once("message", listo)))`)), 'todo\n')
}))

test('without an image a start takes longer, no more', () => withKernel({ MICROLOTE_START_IMAGE: '0' }, async k => {
  assert.equal(resultText(await k.run(begunFrom)), 'false')
  await tellsTheTruth(k)
}))

test('an image that is broken is left aside', () => {
  const broken = join(folder, 'rota.blob')
  writeFileSync(broken, Buffer.alloc(4096, 7))
  return withKernel({ MICROLOTE_START_IMAGE: broken }, async k => { assert.equal(resultText(await k.run(begunFrom)), 'false') })
})
