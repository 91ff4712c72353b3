/** Rows that are made while the logs are written: who reads them gets all, and what makes them is closed however it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batch } from '../../engine/columns/batch.ts'
import { BatchLogs } from '../../engine/execution/batch-logs.ts'
import { madeAhead } from '../../engine/execution/made-ahead.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'

class Source {
  made = 0
  closed = false
  async *rows(count: number): AsyncGenerator<Batch> {
    try { for (; this.made < count; this.made++) yield new Batch([], this.made) } finally { this.closed = true }
  }
}

/** Logs that are being written until one says so. */
function writing(): { readonly logs: BatchLogs; done(failure?: Error): void } {
  const logs = new BatchLogs(new MemoryFiles(), 'ckpt')
  let done: (failure?: Error) => void = () => {}
  void logs.next(() => new Promise((resolve, reject) => { done = e => { if (e === undefined) resolve(); else reject(e) } })).catch(() => {})
  return { logs, done: e => { done(e) } }
}
const until = async (what: () => boolean): Promise<void> => { while (!what()) await new Promise(setImmediate) }
const lengths = async (batches: AsyncIterable<Batch>): Promise<number[]> => { const out: number[] = []; for await (const b of batches) out.push(b.length); return out }

test('all rows come in their order, those made before their turn and the others', async () => {
  for (const held of [0, 2, 5]) {
    const source = new Source(), { logs, done } = writing()
    let read: number[] | null = null
    async function* rows(): AsyncGenerator<Batch> { for await (const b of source.rows(5)) { if (b.length === held) done(); yield b } if (held === 5) done() }
    await madeAhead(rows(), logs, async batches => { assert.ok(logs.isSettled); read = await lengths(batches) })
    assert.deepEqual([read, source.closed], [[0, 1, 2, 3, 4], true])
  }
})

test('what makes rows is closed when nobody reads them', async () => {
  const source = new Source(), { logs, done } = writing()
  const ended = madeAhead(source.rows(1_000_000), logs, async () => { throw new Error('the sink is gone') })
  await until(() => source.made > 0)
  done()
  await assert.rejects(ended, /the sink is gone/)
  assert.equal(source.closed, true)
})

test('where the logs fail nobody hears of the batch, and the next one is not begun', async () => {
  const source = new Source(), { logs, done } = writing(), used: string[] = []
  const ended = madeAhead(source.rows(1_000_000), logs, async () => { used.push('rows') })
  await until(() => source.made > 0)
  done(new Error('no room'))
  await assert.rejects(ended, /no room/)
  assert.equal(source.closed, true)
  const next = new Source()
  await assert.rejects(madeAhead(next.rows(1), logs, async () => { used.push('rows') }), /no room/)
  await assert.rejects(logs.next(async () => { used.push('log') }), /no room/)
  assert.deepEqual([used, next.made, logs.isSettled], [[], 0, true])
})
