/** Decimal arithmetic, held against what Spark 4.3.0 answered (its own run; decimals.json, decimals_arithmetic.json). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimalType, simpleString, type DecimalType } from '../../engine/types/data-type.ts'
import {
  addDecimals, compareDecimals, decimalLiteral, decimalOfDouble, decimalText, decimalToDouble, divideDecimals, fits, integralQuotient, multiplyDecimals, parseDecimal, remainderDecimals, rescale, resultType,
  subtractDecimals, toDecimal, widerDecimal, type Rounding,
} from '../../engine/types/decimal.ts'

type Row = readonly (string | null)[]
const typeOf = (text: string): DecimalType => { const [p, s] = text.split(',').map(Number); return decimalType(p!, s!) }
const unscaled = (text: string): bigint => parseDecimal(text)!.unscaled
const operations = { '+': addDecimals, '-': subtractDecimals, '*': multiplyDecimals, '/': divideDecimals, '%': remainderDecimals } as const

// a, its type, operator, b, its type, type and value of the result (try_add and its kin: null is an overflow)
const arithmetic: readonly Row[] = [
  ['7306.78085937719', '17,11', '-', '-4773085618.3', '34,1', 'decimal(38,6)', '4773092925.080859'], ['7306.78085937719', '17,11', 'div', '-4773085618.3', '34,1', 'bigint', '0'],
  ['-0.00000000000000004', '25,17', '-', '-0.187', '7,3', 'decimal(26,17)', '0.18699999999999996'], ['0.1', '5,1', '-', '361.5175', '29,4', 'decimal(30,4)', '-361.4175'],
  ['0.0003047895', '19,10', '*', '0.05012846', '13,8', 'decimal(33,18)', '0.000015278628259170'], ['-0.00340', '27,5', '+', '-251745.7552', '10,4', 'decimal(28,5)', '-251745.75860'],
  ['-0.00340', '27,5', 'div', '-251745.7552', '10,4', 'bigint', '0'], ['-0.65218104455', '20,11', '+', '-0.000000000059770', '20,15', 'decimal(25,15)', '-0.652181044609770'],
  ['52.967109444618', '23,12', '%', '0.06', '2,2', 'decimal(12,12)', '0.047109444618'], ['-53739.2', '13,1', '+', '-0.00000832797400', '16,14', 'decimal(27,14)', '-53739.20000832797400'],
  ['18060.03390565064496916723180', '38,23', '-', '-8380718167.4', '19,1', 'decimal(38,19)', '8380736227.4339056506449691672'],
  ['18060.03390565064496916723180', '38,23', 'div', '-8380718167.4', '19,1', 'bigint', '0'], ['-72.41168121', '22,8', '*', '893300.52482', '35,5', 'decimal(38,6)', '-64685392.827992'],
  ['7237777081.6910489728', '31,10', '*', '-95', '4,0', 'decimal(36,10)', '-687588822760.6496524160'],
  ['0.00000000000000000082', '30,20', '/', '1650028816621613456575.6515', '27,4', 'decimal(38,24)', '0.000000000000000000000000'],
  ['490142.7035', '24,4', '/', '-7.998', '4,3', 'decimal(32,9)', '-61283.158727182'], ['490142.7035', '24,4', 'div', '-7.998', '4,3', 'bigint', '-61283'],
  ['-0.000014754', '18,9', '+', '41.9016424136571863281408153', '31,25', 'decimal(35,25)', '41.9016276596571863281408153'],
  ['-9612927.79982387927311828', '32,17', '*', '-0.00000000000000000000000000000778', '33,32', 'decimal(38,21)', '0.000000000000000000000'],
  ['-2.13625479323779499', '36,17', '/', '-9.6793944182915436', '32,16', 'decimal(38,6)', '0.220701'],
  ['-0.0000000691557463', '19,16', '*', '-242.74480329955', '23,11', 'decimal(38,22)', '0.0000167871980326270827'],
  ['-0.0000000691557463', '19,16', 'div', '-242.74480329955', '23,11', 'bigint', '0'],
  ['-0.0000000000208303', '22,16', '/', '0.37964585', '10,8', 'decimal(38,24)', '-0.000000000054867714213128'],
  ['-59.856515783', '11,9', '-', '359.830120779835126741025826203176132', '38,33', 'decimal(38,32)', '-419.68663656283512674102582620317613'],
  ['30.841055275', '11,9', '+', '27.6327798200468100055', '29,19', 'decimal(30,19)', '58.4738350950468100055'],
  ['2595235.4', '9,1', '%', '-494113023.51021', '21,5', 'decimal(13,5)', '2595235.40000'], ['2595235.4', '9,1', 'div', '-494113023.51021', '21,5', 'bigint', '0'],
  ['-0.0001', '5,4', '+', '-4672.926', '14,3', 'decimal(16,4)', '-4672.9261'], ['-0.00000000000000004953999', '36,23', '-', '-3.01', '3,2', 'decimal(37,23)', '3.00999999999999995046001'],
  ['0.0156626600800', '27,13', '*', '0.0000000002572268743517672587393649', '37,34', 'decimal(38,20)', '0.00000000000402885710'],
  ['-0.6', '1,1', '/', '0.07073', '7,5', 'decimal(14,9)', '-8.482963382'], ['-0.6', '1,1', 'div', '0.07073', '7,5', 'bigint', '-8'],
  ['-0.000000000624753', '19,15', '/', '-599985899827.873701792450', '25,12', 'decimal(38,22)', '0.0000000000000000000010'],
  ['-1.9', '2,1', '-', '-0.000000000000002', '20,15', 'decimal(21,15)', '-1.899999999999998'], ['-0.8', '19,1', '-', '0.007771', '9,6', 'decimal(25,6)', '-0.807771'],
  ['87.55404469108433583', '32,17', '*', '-0.0003', '10,4', 'decimal(38,16)', '-0.0262662134073253'], ['87.55404469108433583', '32,17', 'div', '-0.0003', '10,4', 'bigint', '-291846'],
  ['-0.000000000000000000060', '35,21', '+', '0.0000818971929456', '19,16', 'decimal(36,21)', '0.000081897192945599940'],
  ['0.9', '1,1', '%', '-0.00000000000000000000000000007', '36,29', 'decimal(29,29)', '0.00000000000000000000000000001'],
  ['-0.000045873213723530411597610161', '37,30', '*', '-5539033027.839153295674450', '25,15', 'decimal(38,20)', '254093.24590775925535734547'],
  ['5640.76', '10,2', '+', '0.0000000000000000076195236047260', '31,31', 'decimal(38,29)', '5640.76000000000000000761952360473'],
  ['5640.76', '10,2', 'div', '0.0000000000000000076195236047260', '31,31', 'bigint', '2433737981955057040'], ['0.00000085', '15,8', '+', '-0.000740', '6,6', 'decimal(16,8)', '-0.00073915'],
  ['0.0000000000000000002005', '26,22', '*', '95622.530', '32,3', 'decimal(38,6)', '0.000000'], ['43.4044', '29,4', '+', '0.000000080', '12,9', 'decimal(35,9)', '43.404400080'],
  ['0.036684', '36,6', '%', '-0.00002183247323453453660', '25,23', 'decimal(25,23)', '0.00000544496598197851200'],
  ['0.036684', '36,6', 'div', '-0.00002183247323453453660', '25,23', 'bigint', '-1680'], ['-718775', '9,0', '-', '67409582842024.14', '28,2', 'decimal(29,2)', '-67409583560799.14'],
  ['-266664.9977', '19,4', '*', '0.00000000000000000000000000072310', '37,32', 'decimal(38,17)', '0.00000000000000000'],
  ['-0.0000809400924503', '19,16', '*', '0.135', '9,3', 'decimal(29,19)', '-0.0000109269124807905'], ['-0.0009', '6,4', '/', '-7', '3,0', 'decimal(10,8)', '0.00012857'],
  ['-0.0009', '6,4', 'div', '-7', '3,0', 'bigint', '0'], ['443436031893178.697', '21,3', '+', '341195211.7', '34,1', 'decimal(37,3)', '443436373088390.397'],
  ['-454593879391.0628173171305', '32,13', '/', '-0.000975742', '9,9', 'decimal(38,10)', '465895574230752.4092609834'],
  ['795245.8951', '25,4', '+', '0.07295869914382309213', '23,20', 'decimal(38,16)', '795245.9680586991438231'], ['-1', '3,0', '+', '-88751.119', '12,3', 'decimal(13,3)', '-88752.119'],
  ['-1', '3,0', 'div', '-88751.119', '12,3', 'bigint', '0'], ['-0.065521114485071', '28,15', '-', '0.0000000000000003140', '20,19', 'decimal(33,19)', '-0.0655211144850713140'],
  ['-0.71', '5,2', '*', '0.000000000004546', '25,15', 'decimal(31,17)', '-0.00000000000322766'],
  ['-82860450327.6', '16,1', '/', '83233977.59', '31,2', 'decimal(38,21)', '-995.512322332594173936558'],
]

// try_cast(… AS DECIMAL(38,4))
const casts: readonly Row[] = [
  ['1', '1.0000'], [' 1 ', '1.0000'], ['1e3', '1000.0000'], ['1e-3', '0.0010'], ['1.', '1.0000'], ['  .5', '0.5000'], ['+1.5', '1.5000'], ['1e400', null], ['1e-400', '0.0000'], ['NaN', null],
  ['', null], ['1d', null], ['123456789012345678901234567890123456789', null], ['0e500', '0.0000'], ['12345678901234567890123456789012345678.5', null], ['1E+2', '100.0000'],
]

// value, digits, round, bround, floor, ceil
const rounded: readonly Row[] = [
  ['2.5', '0', '3', '2', '2', '3'], ['-2.5', '0', '-3', '-2', '-3', '-2'], ['3.5', '0', '4', '4', '3', '4'], ['1.245', '2', '1.25', '1.24', '1.24', '1.25'],
  ['1.255', '2', '1.26', '1.26', '1.25', '1.26'], ['-1.245', '2', '-1.25', '-1.24', '-1.25', '-1.24'], ['0.05', '1', '0.1', '0.0', '0.0', '0.1'], ['125', '-1', '130', '120', '120', '130'],
  ['135', '-1', '140', '140', '130', '140'], ['1.5', '3', '1.500', '1.500', '1.500', '1.500'],
]

test('types and values of + - * / % and div', () => {
  for (const [a, at, op, b, bt, type, value] of arithmetic) {
    const x = typeOf(at!), y = typeOf(bt!), label = `${a} ${op} ${b}`
    if (op === 'div') { assert.equal(String(integralQuotient(unscaled(a!), x.scale, unscaled(b!), y.scale)), value, label); continue }
    const result = resultType(op as '+', x, y)
    assert.equal(simpleString(result), type, label)
    const v = operations[op as '+'](unscaled(a!), x.scale, unscaled(b!), y.scale, result)
    assert.equal(v === null ? null : decimalText(v, result.scale), value, label)
  }
})

test('text to decimal', () => {
  for (const [text, expected] of casts) {
    const p = parseDecimal(text!), v = p === null ? null : toDecimal(p, decimalType(38, 4))
    assert.equal(v === null ? null : decimalText(v, 4), expected, text!)
  }
  assert.equal(toDecimal(parseDecimal('1e999999999')!, decimalType(38, 4)), null)
  assert.equal(toDecimal(parseDecimal('1e-999999999')!, decimalType(38, 4)), 0n)
})

test('rounding', () => {
  for (const [text, digits, ...expected] of rounded) {
    const scale = Math.max(0, Number(digits)), own = parseDecimal(text!)!
    const modes: readonly Rounding[] = ['half-up', 'half-even', 'floor', 'ceiling']
    modes.forEach((mode, i) => {
      const v = rescale(rescale(own.unscaled, own.scale, Number(digits), mode), Number(digits), scale)
      assert.equal(decimalText(v, scale), expected[i], `${text} ${digits} ${mode}`)
    })
  }
  assert.equal(rescale(-25n, 1, 0, 'down'), -2n)
})

test('doubles to decimals and back', () => {
  assert.equal(toDecimal(decimalOfDouble(1.005), decimalType(10, 2)), 101n)
  assert.equal(toDecimal(decimalOfDouble(2.675), decimalType(4, 2)), 268n)
  assert.equal(toDecimal(decimalOfDouble(1e-5), decimalType(5, 1)), 0n)
  assert.equal(toDecimal(decimalOfDouble(-2.999), decimalType(5, 1)), -30n)
  assert.equal(decimalToDouble(120n, 2), 1.2)
  assert.equal(decimalToDouble(12345678901234567890123456789012345678n, 20), 123456789012345678.90123456789012345678)
})

test('wider types give way in the scale, literals take their smallest type', () => {
  assert.deepEqual(widerDecimal(decimalType(38, 30), decimalType(38, 0)), decimalType(38, 0))
  assert.deepEqual(widerDecimal(decimalType(10, 0), decimalType(38, 30)), decimalType(38, 28))
  assert.deepEqual(decimalLiteral('0.001'), { type: decimalType(3, 3), unscaled: 1n })
  assert.deepEqual(decimalLiteral('1e3'), { type: decimalType(4, 0), unscaled: 1000n })
  assert.equal(decimalLiteral('1'.repeat(39)), null)
  assert.equal(fits(99n, 2), true)
  assert.equal(fits(-100n, 2), false)
  assert.equal(compareDecimals(110n, 2, 11n, 1), 0)
  assert.equal(compareDecimals(11n, 1, 111n, 2), -1)
})
