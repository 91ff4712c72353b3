/** A Jupyter kernel's start and its trivial cells, seen by a client: `--kernel ours` or `--kernel tslab`, `--cells N`. The last line is JSON. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { KernelClient } from '../../test/kernel/client.ts'

const { values } = parseArgs({ options: { kernel: { type: 'string', default: 'ours' }, cells: { type: 'string', default: '60' } } })
const ours = fileURLToPath(new URL('../../kernel/dist/cli.js', import.meta.url))
const tslab = createRequire(new URL('../../kernel/package.json', import.meta.url)).resolve('tslab/package.json').replace(/package\.json$/, 'bin/tslab')
const command = values.kernel === 'tslab' ? (file: string) => [tslab, 'kernel', '--config-path', file] : (file: string) => [ours, 'serve', file]

const started = performance.now()
const kernel = await KernelClient.start({ cwd: fileURLToPath(new URL('../../', import.meta.url)), command })
try {
  const answersMs = performance.now() - started
  await kernel.run('const primera = 1')
  const readyMs = performance.now() - started
  const times: number[] = []
  for (let i = 0; i < Number(values.cells); i++) {
    const began = performance.now()
    const r = await kernel.run(`const v${i % 10}: number = ${i}\nconsole.log(v${i % 10} + 1)`)
    if (r.reply['status'] !== 'ok') throw new Error(`cell ${i} failed: ${JSON.stringify(r.reply)}`)
    times.push(performance.now() - began)
  }
  const sorted = times.slice(10).toSorted((a, b) => a - b)
  console.log(JSON.stringify({ answersMs, readyMs, firstCellMs: times[0], cellP50Ms: sorted[Math.floor(sorted.length / 2)], cellP95Ms: sorted[Math.floor(sorted.length * 0.95)] }))
} finally {
  await kernel.stop()
}
