/** UUIDs packed into 16 bytes: which texts can be, and that they come back as they were. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { packUuid, packedUuidLength, unpackUuid, uuidTextLength } from '../../engine/state/packed-uuid.ts'

const view = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.byteLength)
const text = (s: string): Uint8Array => new TextEncoder().encode(s)

test('every byte at every place: only small hexadecimal digits and hyphens in their places can be packed', () => {
  const good = text('0f8fad5b-d9cb-469f-a165-70867728950e'), words = new Int32Array(4), back = new Uint8Array(uuidTextLength)
  for (let place = 0; place < uuidTextLength; place++) {
    const bytes = good.slice(), isHyphen = good[place] === 45
    for (let b = 0; b < 256; b++) {
      bytes[place] = b
      const packed = packUuid(view(bytes), 0, words, 0)
      assert.equal(packed, isHyphen ? b === 45 : /[0-9a-f]/.test(String.fromCharCode(b)), `byte ${b} at ${place}`)
      if (!packed) continue
      unpackUuid(view(new Uint8Array(words.buffer)), 0, view(back), 0)
      assert.deepEqual(back, bytes)
    }
  }
})

test('the packed bytes are those of the UUID, wherever it stands', () => {
  const all = text('.. 00112233-4455-6677-8899-aabbccddeeff'), words = new Int32Array(6)
  assert.ok(packUuid(view(all), 3, words, 1))
  assert.equal(Buffer.from(words.buffer, 4, packedUuidLength).toString('hex'), '00112233445566778899aabbccddeeff')
  const back = new Uint8Array(uuidTextLength + 1)
  unpackUuid(view(new Uint8Array(words.buffer)), 4, view(back), 1)
  assert.deepEqual(back.subarray(1), all.subarray(3))
})
