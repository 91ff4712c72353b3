/** What every source must keep to, whatever it reads: the loop relies on each of these after a crash. */
import assert from 'node:assert/strict'
import { offsetFormat } from '../../engine/checkpoint/offset-log.ts'
import type { OpenSource } from './sources.ts'

export interface ContractSubject {
  /** A source that goes on from the same checkpoint. */
  open(): Promise<OpenSource>
  /** Makes new rows, at least one. */
  add(): Promise<void>
  /** Whether rows stay readable by a second source (a socket's do not). */
  readonly recovers: boolean
}

/** Runs a source through it; assertions say which rule was broken. */
export async function keepsContract(subject: ContractSubject): Promise<void> {
  let open = await subject.open()
  const first = await open.source.latestOffset(null, 'options')
  await subject.add()
  const from = first ?? null
  const end = await open.source.latestOffset(from, 'options')
  assert.ok(end !== null, 'an offset after rows were added')
  assert.notEqual(end, from, 'new rows move the offset on')
  const logged = offsetFormat.read(offsetFormat.write({ batchWatermarkMs: 0, batchTimestampMs: 0, conf: {}, offsets: [end] }), 1)
  assert.equal(logged.offsets[0], end, 'an offset comes back from the log as it was')
  const rows = await open.read(from, end)
  assert.ok(rows.length > 0, 'the range has rows')
  assert.deepEqual(await open.read(from, end), rows, 'the same range gives the same rows')
  assert.deepEqual(await open.read(end, end), [], 'an empty range has no rows')
  const none = new Array<number>()
  let counted = 0
  for await (const b of open.source.batches(from, end, none)) counted += b.length
  assert.equal(counted, rows.length, 'without wanted columns the rows are still counted')
  if (subject.recovers) {
    await open.source.close()
    open = await subject.open()
    assert.deepEqual(await open.read(from, end), rows, 'another run over the same checkpoint gives the same rows')
  }
  await open.source.commit(end)
  await open.source.commit(end)
  await subject.add()
  const next = await open.source.latestOffset(end, 'options')
  assert.ok(next !== null && next !== end, 'it goes on after a commit')
  assert.ok((await open.read(end, next)).length > 0, 'and has the new rows')
  await open.source.close()
  await open.source.close()
}
