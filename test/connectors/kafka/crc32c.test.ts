/** CRC32C: known values, the folding polynomials proved, and WebAssembly against the plain table at every length where its paths change. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { narrowDistances, wideDistances, layout } from '../../../engine/connectors/kafka/crc32c-module.ts'
import { crc32c, crc32cPortable } from '../../../engine/connectors/kafka/crc32c.ts'

test('the published check values of CRC32C', () => {
  const bytes = new TextEncoder().encode('123456789')
  assert.equal(crc32c(bytes), 0xe3069283)
  assert.equal(crc32cPortable(bytes), 0xe3069283)
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa)
  assert.equal(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43)
  assert.equal(crc32c(new Uint8Array(0)), 0)
})

test('the folding distances are multiples of the polynomial', () => {
  const power = (bytes: number) => {
    let v = 0x80000000
    for (let i = 0; i < bytes * 8; i++) v = (v & 1) !== 0 ? (v >>> 1) ^ 0x82f63b78 : v >>> 1
    return v >>> 0
  }
  for (const distances of [wideDistances, narrowDistances]) {
    const longest = distances[distances.length - 1]!
    const sum = distances.reduce((acc, d) => acc ^ power(longest - d), power(longest))
    assert.equal(sum >>> 0, 0)
  }
})

test('WebAssembly and the plain table agree at every length around the changes of path, and at any start', () => {
  const bytes = new Uint8Array(200_000)
  let x = 12345
  for (let i = 0; i < bytes.length; i++) { x = (Math.imul(x, 1103515245) + 12345) >>> 0; bytes[i] = x >>> 16 }
  const narrow = narrowDistances[narrowDistances.length - 1]!
  const wide = wideDistances[wideDistances.length - 1]!
  for (const around of [64, narrow + 256, wide + 512, wide + 512 + narrow, layout.pieceBytes, 2 * layout.pieceBytes, 3 * layout.pieceBytes]) {
    for (let length = around - 70; length <= around + 70; length++) {
      if (length < 0) continue
      const start = length % 17
      assert.equal(crc32c(bytes, start, start + length), crc32cPortable(bytes, start, start + length), `length ${length}`)
    }
  }
  for (let i = 0; i < 300; i++) {
    const start = (i * 7919) % 60_000
    const end = start + (i * 104_729) % 130_000
    assert.equal(crc32c(bytes, start, end), crc32cPortable(bytes, start, end))
  }
})
