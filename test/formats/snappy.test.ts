/** Snappy against an independent decoder (hyparquet's): what we compress it reads, and so do we, whatever the bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { snappyUncompress } from 'hyparquet'
import { snappyCompress, snappyCompressBlock, snappyDecompress, snappyDecompressBlock } from '../../engine/codecs/snappy.ts'
import { draws } from '../../fixtures/index.ts'

test('blocks of any bytes come back: repeats at every small distance, noise, numbers, edges of pieces', () => {
  const draw = draws(7, 0), below = (n: number): number => draw() % n
  const inputs: Uint8Array[] = [0, 1, 2, 3, 4, 5, 15, 16, 17, 65_535, 65_536, 65_537, 65_540, 200_000].flatMap(n => [new Uint8Array(n), Uint8Array.from({ length: n }, () => below(256)), Uint8Array.from({ length: n }, () => below(2))])
  for (let period = 1; period <= 20; period++) inputs.push(Uint8Array.from({ length: 3000 + period }, (_, i) => (i % 97 === 0 ? below(256) : i % period)))
  inputs.push(new Uint8Array(BigInt64Array.from({ length: 20_000 }, (_, i) => BigInt(i) * 1000n + 1_700_000_000_000_000n).buffer))
  for (const [k, input] of inputs.entries()) {
    const packed = snappyCompressBlock(input).slice(), ours = new Uint8Array(input.length + 7), theirs = new Uint8Array(input.length)
    assert.equal(snappyDecompressBlock(packed, ours, 3, input.length), input.length + 3)
    assert.equal(Buffer.compare(ours.subarray(3, 3 + input.length), input), 0, `input ${k}`)
    // Nothing is written beside the place that is given.
    assert.deepEqual([...ours.subarray(0, 3), ...ours.subarray(3 + input.length)], [0, 0, 0, 0, 0, 0, 0])
    if (input.length > 0) { snappyUncompress(packed, theirs); assert.equal(Buffer.compare(theirs, input), 0, `input ${k} as hyparquet reads it`) }
    assert.equal(Buffer.compare(snappyDecompress(snappyCompress(input), 1 << 20), input), 0, `input ${k}, framed`)
  }
})

test('damaged blocks end in a RangeError or in other bytes, never beside their place', () => {
  const draw = draws(9, 0), input = Uint8Array.from({ length: 5000 }, (_, i) => (i % 13 === 0 ? draw() & 255 : i % 7)), packed = snappyCompressBlock(input).slice()
  for (let k = 0; k < 400; k++) {
    const bad = packed.slice(0, k % 4 === 0 ? 2 + draw() % (packed.length - 2) : packed.length), out = new Uint8Array(5064)
    bad[2 + draw() % (bad.length - 2)] = draw() & 255
    try { snappyDecompressBlock(bad, out, 32, 5000) } catch (e) { assert.ok(e instanceof RangeError) }
    assert.ok(out.subarray(0, 32).every(b => b === 0) && out.subarray(5032).every(b => b === 0))
  }
})
