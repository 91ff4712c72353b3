// Bytes from outside that say they are variants: cut off, turned around or made to mislead, they end in a named error.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError, VariantVal } from '../../engine/index.ts'
import { VariantBuilder } from '../../engine/types/variant/builder.ts'
import { schemaText, variantSchema } from '../../engine/types/variant/schema.ts'

const noNames = Uint8Array.of(1, 0, 0), nameA = Uint8Array.of(1, 1, 0, 1, 97)
const condition = (make: () => unknown): string | null => { try { make(); return null } catch (e) { if (e instanceof SparkError) return e.condition; throw e } }
const judged = (metadata: Uint8Array, ...value: readonly number[]): string | null => condition(() => new VariantVal(metadata, Uint8Array.from(value)))

test('what Spark calls malformed is so here', () => {
  assert.equal(judged(noNames, 0x0c, 5), null)
  assert.equal(judged(nameA, 0x02, 1, 0, 0, 2, 0x0c, 5), null)
  assert.equal(judged(noNames), 'MALFORMED_VARIANT', 'no value')
  assert.equal(judged(new Uint8Array(0), 0x0c, 5), 'MALFORMED_VARIANT', 'no metadata')
  assert.equal(judged(Uint8Array.of(2, 0, 0), 0x0c, 5), 'MALFORMED_VARIANT', 'another version')
  assert.equal(judged(Uint8Array.of(1, 200, 0), 0x0c, 5), 'MALFORMED_VARIANT', 'names that are not there')
  assert.equal(judged(noNames, 0x14, 5), 'MALFORMED_VARIANT', 'a number cut off')
  assert.equal(judged(noNames, 10 << 2 | 1, 97), 'MALFORMED_VARIANT', 'a text cut off')
  assert.equal(judged(noNames, 0x40, 255, 255, 255, 255, 97), 'MALFORMED_VARIANT', 'a long text cut off')
  assert.equal(judged(noNames, 0x13, 255, 255, 255, 127, 0), 'MALFORMED_VARIANT', 'an array of 2^31 elements')
  assert.equal(judged(noNames, 0x03, 1, 50, 51, 0x0c, 5), 'MALFORMED_VARIANT', 'an element behind the end')
  assert.equal(judged(nameA, 0x02, 1, 7, 0, 2, 0x0c, 5), 'MALFORMED_VARIANT', 'a field of an unknown name')
  assert.equal(judged(noNames, 0x20, 100, 1, 0, 0, 0), 'MALFORMED_VARIANT', 'a decimal of scale 100')
  assert.equal(judged(noNames, 30 << 2), 'UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT')
  assert.throws(() => new VariantVal(noNames, Uint8Array.of(30 << 2)), /type number 30/)
})

test('a few bytes do not unfold to many values', () => {
  // Each array has the next one twice: 2^40 numbers in all.
  let value = [0x0c, 5]
  for (let i = 0; i < 40; i++) value = [0x03 | 1 << 2, 2, 0, 0, 0, 0, value.length & 255, value.length >> 8, ...value]
  assert.equal(judged(noNames, ...value), 'MALFORMED_VARIANT')
})

test('nesting without end is malformed, that of the deepest JSON text is none', () => {
  const nested = (depth: number): Uint8Array => {
    const out = new VariantBuilder().begin(), id = out.nameId('a')
    out.null()
    for (let i = 0; i < depth; i++) out.object(0, [{ name: 'a', id, at: 0 }])
    return out.result()
  }
  const deepest = new VariantVal(nested(1000))
  assert.equal(deepest.toJson().length, 1000 * 6 + 4)
  assert.equal(condition(() => new VariantVal(nested(3000))), 'MALFORMED_VARIANT')
})

test('what stands behind metadata or a value is no part of them', () => {
  assert.equal(new VariantVal(Uint8Array.of(...nameA, 7, 7), Uint8Array.of(0x02, 1, 0, 0, 2, 0x0c, 5, 9, 9)).toJson(), '{"a":5}')
})

test('changed bytes are refused or read whole', () => {
  let seed = 20261128
  const random = (n: number): number => { seed = Math.imul(seed, 1103515245) + 12345 | 0; return (seed >>> 8) % n }
  const out = new VariantBuilder()
  const write = (depth: number): void => {
    const start = out.at, n = random(4), places: number[] = []
    switch (random(depth > 3 ? 7 : 9)) {
      case 0: out.null(); return
      case 1: out.long(BigInt(random(1 << 20)) ** 3n); return
      case 2: out.decimal(BigInt(random(1 << 24)) ** 4n, random(9)); return
      case 3: out.text('x'.repeat(random(90))); return
      case 4: out.double(random(100) / 7); return
      case 5: out.timestamp(BigInt(random(1 << 24)) * 1_000_000n); return
      case 6: out.binary(new Uint8Array(random(9))); return
      case 7: for (let i = 0; i < n; i++) { places.push(out.at); write(depth + 1) } out.array(start, places); return
      default: out.object(start, Array.from({ length: n }, (_, i) => { const f = { name: `k${i}`, id: out.nameId(`k${i}`), at: out.at }; write(depth + 1); return f }))
    }
  }
  let read = 0
  for (let round = 0; round < 600; round++) {
    out.begin()
    write(0)
    const whole = out.result(), bytes = whole.slice(0, random(3) === 0 ? random(whole.length) : whole.length)
    for (let k = random(3); k >= 0 && bytes.length > 0; k--) bytes[random(bytes.length)] = random(256)
    const refusal = condition(() => {
      const v = new VariantVal(bytes)
      v.toJson(); v.toJS(); schemaText(variantSchema(v.bytes))
      read++
    })
    assert.ok(refusal === null || refusal === 'MALFORMED_VARIANT' || refusal === 'UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT', refusal ?? '')
  }
  assert.ok(read > 60, `only ${read} were read`)
})
