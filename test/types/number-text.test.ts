/** Numbers as text and text as numbers, held against Java 17 and Spark 4.3.0 (their own runs; casts_numeric.json, casts_rows.json, nonansi_literals.json). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doubleText, floatText, integralBounds, parseDouble, parseFloatText, parseInteger, parseIntegral, parseIntegralLoosely } from '../../engine/types/number-text.ts'

type Row = readonly (string | null)[]
const text = (v: number | bigint | null): string | null => (v === null ? null : String(v))

// try_cast(… AS DOUBLE), then to STRING
const doubles: readonly Row[] = [
  ['1', '1.0'], [' 1 ', '1.0'], ['\t1\n', '1.0'], ['1d', '1.0'], ['1D', '1.0'], ['1f', '1.0'], ['1e400', 'Infinity'], ['1e-400', '0.0'], ['-1e400', '-Infinity'], ['+5', '5.0'], ['+NaN', 'NaN'],
  ['-NaN', 'NaN'], ['nan', 'NaN'], ['NAN', 'NaN'], ['+inf', 'Infinity'], ['INF', 'Infinity'], [' Infinity ', 'Infinity'], ['-infinity', '-Infinity'], ['0x1p3', '8.0'], ['0x1A', null],
  ['1_000', null], ['1,000', null], ['.', null], ['1.', '1.0'], ['-.5', '-0.5'], ['', null], ['e5', null], ['1e', null], ['1e+5', '100000.0'], ['1 2', null], ['1L', null], ['infinity x', null],
  ['\x7f1\x7f', null], ['\u00a01', null],
]
// try_cast(… AS FLOAT), then to STRING
const floats: readonly Row[] = [
  ['1.1', '1.1'], ['16777217', '1.6777216E7'], ['16777217.0000000001', '1.6777218E7'], ['1e39', 'Infinity'], ['1.4e-45', '1.4E-45'], ['7e-46', '0.0'], ['0.1', '0.1'],
]
// try_cast(… AS INT)
const ints: readonly Row[] = [
  ['1', '1'], [' 1 ', '1'], ['\t1\n', '1'], ['+1', '1'], ['-1', '-1'], ['--1', null], ['1.', null], ['1.0', null], ['1.9', null], ['-1.9', null], ['.5', null], ['-.', null], ['+', null],
  ['', null], ['1e1', null], ['1L', null], ['00012', '12'], ['2147483648', null], ['\x7f1\x7f', '1'], ['1 1', null], ['-2147483648', '-2147483648'], ['1.x', null],
]
// cast(… AS INT) with ANSI off
const looseInts: readonly Row[] = [
  ['.', '0'], ['-.', '0'], ['+.', '0'], ['1.', '1'], ['.5', '0'], ['1.x', null], ['1e1', null], ['1.9', '1'], ['-1.9', '-1'], [' 1.5 ', '1'], ['1..2', null], ['2147483648.5', null],
  ['9999999999', null], ['-', null], ['', null], ['0x1', null], ['1 .5', null],
]
// cast(…D AS STRING)
const doubleTexts: readonly Row[] = [
  ['4.9E-324', '4.9E-324'], ['1E-323', '1.0E-323'], ['1E23', '9.999999999999999E22'], ['2E23', '1.9999999999999998E23'], ['1E7', '1.0E7'], ['9999999.0', '9999999.0'],
  ['12345678.0', '1.2345678E7'], ['0.001', '0.001'], ['9.999E-4', '9.999E-4'], ['123456789012345680', '1.2345678901234568E17'], ['2E-3', '0.002'], ['1.0E21', '1.0E21'],
  ['1.7976931348623157E308', '1.7976931348623157E308'], ['2.2250738585072014E-308', '2.2250738585072014E-308'], ['1.1E22', '1.1E22'], ['8.41E21', '8.409999999999999E21'],
  ['5E-324', '4.9E-324'], ['2.0E15', '2.0E15'], ['9007199254740993', '9.007199254740992E15'], ['1.0E15', '1.0E15'], ['123456.789', '123456.789'], ['1e-5', '1.0E-5'], ['1e22', '1.0E22'],
  ['123456789.123', '1.23456789123E8'],
]
// cast(cast(… AS FLOAT) AS STRING)
const floatTexts: readonly Row[] = [
  ['1.4E-45', '1.4E-45'], ['3E-45', '2.8E-45'], ['1E10', '1.0E10'], ['3.4028235E38', '3.4028235E38'], ['0.3', '0.3'], ['16777216', '1.6777216E7'], ['33554432', '3.3554432E7'],
  ['1.17549435E-38', '1.17549435E-38'], ['9999999', '9999999.0'], ['1E7', '1.0E7'], ['0.001', '0.001'], ['1.0E-3', '0.001'], ['123456.7', '123456.7'], ['8.5E9', '8.4999997E9'],
  ['2.0E-3', '0.002'],
]
// bits and Java's Double.toString
const doubleBits: readonly Row[] = [
  ['3fe761e2f51bb9a0', '0.7306990420600421'], ['4092716666666666', '1180.35'], ['40648babc032bea8', '164.36471567069134'], ['b854b12ca3aa07c6', '-2.4323431835857363E-37'],
  ['4109865c0624dd2f', '209099.503'], ['42c977420dc00000', '5.6E13'], ['3fec95df97073fa1', '0.893295092560937'], ['40b007828f5c28f6', '4103.51'], ['40723829b3b2393b', '291.5101811372621'],
  ['9afea02242b0e2f4', '-1.180880891392462E-178'], ['4114087ba9fbe76c', '328222.91599999997'], ['45d027e72f1f1281', '2.0E28'], ['3fda8569a53317f0', '0.41439286358615757'],
  ['40ac23ae147ae148', '3601.84'], ['405e1145a0fdfbba', '120.2698748092943'], ['4ab9d89bee6dd7d4', '9.67018504329677E51'], ['40f0c1f651eb851f', '68639.395'], ['46132f6287f4e5f9', '3.8E29'],
  ['3fe4339a91e4fb04', '0.6312992906094625'], ['40b0c33333333333', '4291.2'], ['4043c1204ed66a0e', '39.50879846066901'], ['a50775071f11a25c', '-2.643789932306924E-130'],
  ['41266cd2f7ced917', '734825.484'], ['441236efcbcbb340', '8.4E19'], ['3fd85f97ef8f0ce8', '0.38083456415570405'], ['40b8f8c000000000', '6392.75'], ['408247c23fd83b30', '584.9698483365119'],
  ['6fe901a39b13b371', '1.2132153930540326E231'], ['411e167366666667', '492956.85000000003'], ['3f826e978d4fdf3c', '0.009000000000000001'], ['3fc37bccdba1441c', '0.15221558307760652'],
]
// bits and Java's Float.toString
const floatBits: readonly Row[] = [
  ['3f3b0f17', '0.730699'], ['4e3532b8', '7.6E8'], ['4cb6ebff', '9.5903736E7'], ['4b645a31', '1.4965297E7'], ['419ea008', '19.82814'], ['45ebc029', '7544.02'], ['3f2ff803', '0.6873781'],
  ['49c35000', '1600000.0'], ['4e8ae557', '1.16514291E9'], ['a4e8be76', '-1.00936615E-16'], ['4427a7e0', '670.62305'], ['460f3f14', '9167.77'], ['3d2246d0', '0.039618313'],
  ['42200000', '40.0'], ['4e295f61', '7.1040006E8'], ['e03d7fa8', '-5.461927E19'], ['44465cec', '793.4519'], ['4605741f', '8541.03'], ['3ec5ff96', '0.3867156'], ['4c92dda8', '7.7E7'],
  ['4cfc4384', '1.32258848E8'], ['b43e4e2f', '-1.7723572E-7'], ['4198d5db', '19.104422'], ['45dc979a', '7058.95'], ['3f6d99a0', '0.9281254'], ['3d4ccccc', '0.049999997'],
  ['4ecd172c', '1.72042394E9'], ['4786f0b2', '69089.39'], ['443228dc', '712.6384'], ['4588cc8f', '4377.57'], ['3f3ec851', '0.7452441'], ['48a60400', '340000.0'], ['4ddc96c1', '4.62608416E8'],
  ['b7a605eb', '-1.9791498E-5'], ['43e7d605', '463.67203'], ['460a7c85', '8863.13'], ['3e280108', '0.16406643'], ['3f451eb8', '0.77'], ['4eb45a61', '1.51291098E9'], ['42c592f4', '98.78702'],
  ['443da805', '758.6253'],
]

test('text to double and float', () => {
  for (const [t, expected] of doubles) { const v = parseDouble(t!); assert.equal(v === null ? null : doubleText(v), expected, JSON.stringify(t)) }
  for (const [t, expected] of floats) { const v = parseFloatText(t!); assert.equal(v === null ? null : floatText(v), expected, JSON.stringify(t)) }
})

test('long texts that are nearly doubles take no longer than others', () => {
  const started = process.cpuUsage(), n = 1_000_000
  for (const t of [`${'1'.repeat(n)}x`, `${'1'.repeat(n)}.${'1'.repeat(n)}x`, `1${' '.repeat(n)}x`, `${' '.repeat(n)}x`, `0x${'f'.repeat(n)}`, `0x${'f'.repeat(n)}.${'f'.repeat(n)}`]) for (const parse of [parseDouble, parseFloatText]) assert.equal(parse(t), null)
  for (const [t, expected] of [['0x.8p0', 0.5], ['0x1.8p1', 3], ['0x1.p1', 2], ['0x.p1', null]] as const) assert.equal(parseDouble(t), expected, t)
  assert.ok(process.cpuUsage(started).user < 3e6)
})

test('text to whole numbers, with ANSI and without', () => {
  for (const [t, expected] of ints) {
    assert.equal(text(parseIntegral(t!, ...integralBounds.int)), expected, JSON.stringify(t))
    assert.equal(text(parseInteger(t!, -2147483648, 2147483647)), expected, JSON.stringify(t))
  }
  for (const [t, expected] of looseInts) assert.equal(text(parseIntegralLoosely(t!, ...integralBounds.int)), expected, JSON.stringify(t))
  assert.equal(parseIntegral('9223372036854775807', ...integralBounds.long), 2n ** 63n - 1n)
  assert.equal(parseIntegral('9223372036854775808', ...integralBounds.long), null)
})

test('doubles and floats as Java writes them', () => {
  for (const [t, expected] of doubleTexts) assert.equal(doubleText(Number(t)), expected)
  for (const [t, expected] of floatTexts) assert.equal(floatText(Math.fround(Number(t))), expected)
  assert.deepEqual([NaN, Infinity, -Infinity, 0, -0].map(doubleText), ['NaN', 'Infinity', '-Infinity', '0.0', '-0.0'])
  const view = new DataView(new ArrayBuffer(8))
  for (const [bits, expected] of doubleBits) { view.setBigUint64(0, BigInt(`0x${bits}`)); assert.equal(doubleText(view.getFloat64(0)), expected) }
  for (const [bits, expected] of floatBits) { view.setUint32(0, parseInt(bits!, 16)); assert.equal(floatText(view.getFloat32(0)), expected) }
})
