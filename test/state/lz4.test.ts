/** LZ4 blocks, xxHash32 and the framing of state files: known values, round trips, and damage that must be noticed. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { compressBlock, decompressBlock, maxCompressedLength } from '../../engine/codecs/lz4-block.ts'
import { xxHash32 } from '../../engine/state/xxhash32.ts'
import { FrameDecoder, FrameFault, decodeFrames } from '../../engine/state/frame-decoder.ts'
import { FrameEncoder } from '../../engine/state/frame-encoder.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function random(seed: number): () => number {
  return () => { seed = seed + 0x6d2b79f5 | 0; let t = Math.imul(seed ^ seed >>> 15, 1 | seed); t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t; return ((t ^ t >>> 14) >>> 0) / 2 ** 32 }
}

function sample(length: number, letters: number, seed: number): Uint8Array {
  const next = random(seed), out = new Uint8Array(length)
  for (let i = 0; i < length;) {
    const back = next() < 0.3 && i > 20 ? Math.floor(next() * i) : -1
    for (let n = 1 + next() * 40; n > 0 && i < length; n--, i++) out[i] = back >= 0 ? out[i - back - 1 < 0 ? 0 : i - back - 1]! : next() * letters
  }
  return out
}

test('xxHash32 of known inputs', () => {
  assert.equal(xxHash32(bytes(''), 0, 0, 0), 0x02cc5d05)
  assert.equal(xxHash32(bytes('a'), 0, 1, 0), 0x550d7456)
  assert.equal(xxHash32(bytes('abc'), 0, 3, 0), 0x32d153ff)
  assert.equal(xxHash32(bytes('Nobody inspects the spammish repetition'), 0, 39, 0), 0xe2293b2f)
})

test('blocks of every kind come back', () => {
  for (const length of [0, 1, 4, 12, 13, 14, 64, 255, 256, 300, 4096, 32768, 65535]) {
    for (const letters of [1, 2, 16, 256]) {
      const source = sample(length, letters, length * 31 + letters)
      const packed = new Uint8Array(maxCompressedLength(length)), back = new Uint8Array(length)
      const n = compressBlock(source, 0, length, packed, 0)
      assert.ok(n <= packed.length)
      assert.equal(decompressBlock(packed, 0, n, back, 0, length), true, `${length} ${letters}`)
      assert.deepEqual(back, source)
    }
  }
  const zeros = new Uint8Array(32768), packed = new Uint8Array(maxCompressedLength(32768))
  assert.ok(compressBlock(zeros, 0, 32768, packed, 0) < 200)
})

test('a damaged block is refused or changes no byte outside its place', () => {
  const next = random(7), source = sample(2000, 8, 3), packed = new Uint8Array(maxCompressedLength(2000))
  const n = compressBlock(source, 0, 2000, packed, 0)
  for (let round = 0; round < 2000; round++) {
    const broken = packed.slice(0, n)
    broken[Math.floor(next() * n)] = next() * 256
    const place = new Uint8Array(2064).fill(0xaa)
    decompressBlock(broken, 0, round % 2 === 0 ? n : Math.floor(next() * n), place, 32, 2000)
    assert.ok(place.subarray(0, 32).every(b => b === 0xaa) && place.subarray(2032).every(b => b === 0xaa))
  }
})

test('frames come back however they were written, and damage is named', () => {
  const next = random(11), source = sample(200_000, 16, 5)
  for (const limit of [Infinity, 1 << 15, 0]) {
    const frames = new FrameEncoder(limit), parts: Uint8Array[] = []
    for (let at = 0; at < source.length;) {
      const n = Math.min(source.length - at, Math.floor(next() * 70_000))
      frames.write(source, at, at + n)
      at += n
      if (next() < 0.5) parts.push(frames.flush().slice())
    }
    parts.push(frames.finish().slice())
    const file = new Uint8Array(Buffer.concat(parts))
    assert.deepEqual(decodeFrames(file), source)
    const decoder = new FrameDecoder(), pieces: Uint8Array[] = []
    for (let at = 0, end: number; at < file.length; at = end) { end = at + 1 + Math.floor(next() ** 3 * 90_000); pieces.push(decoder.push(file.subarray(at, end))) }
    decoder.end()
    assert.deepEqual(new Uint8Array(Buffer.concat(pieces)), source, 'in pieces')
    for (let round = 0; round < 300; round++) {
      const broken = file.slice()
      const at = Math.floor(next() * broken.length)
      broken[at]! ^= 1 << Math.floor(next() * 8)
      // The upper bits of a checksum word are not used, and a flipped level bit only widens what is allowed: then the bytes must be right.
      try { assert.deepEqual(decodeFrames(broken), source) } catch (e) { assert.ok(e instanceof FrameFault, String(e)) }
      assert.throws(() => decodeFrames(file.subarray(0, at)), FrameFault)
    }
  }
})

test('parts that are taken, also of bytes that stay where they are, are the same file; their memory serves the next one', () => {
  const next = random(5), source = sample(300_000, 16, 5)
  for (const limit of [Infinity, 1 << 15, 0]) {
    const whole = new FrameEncoder(limit), parted = new FrameEncoder(limit)
    whole.write(source)
    const expected = whole.finish().slice()
    for (let round = 0; round < 3; round++) {
      const parts: Uint8Array[] = []
      for (let at = 0; at < source.length;) {
        const more = Math.min(source.length - at, Math.floor(next() * 70_000)), n = next() < 0.5 ? more : more - parted.leftOf(more), before = parted.ready
        parted.write(source, at, at + n, next() < 0.7)
        assert.ok(parted.ready >= before)
        at += n
        if (next() < 0.5) { const ready = parted.ready, taken = parted.take(); assert.equal(taken.reduce((sum, p) => sum + p.length, 0), ready); parts.push(...taken) }
        if (n === 0 && more > 0 && at + more === source.length) { parted.write(source, at, source.length); at = source.length }
      }
      parted.end()
      parts.push(...parted.take())
      assert.deepEqual(new Uint8Array(Buffer.concat(parts)), expected)
      if (limit === 0) assert.ok(parts.some(p => p.buffer === source.buffer), 'stored where it lies')
      parted.reuse()
    }
  }
})
