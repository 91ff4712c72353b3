/** Arithmetic: types are brought together by Spark's rules, whole numbers are checked for overflow, bodies are inline source where they can be. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { decimalFor, tightestCommonType } from '../types/coercion.ts'
import { decimalType, doubleType, isAnsiInterval, isDatetime, isFractional, isIntegral, isNumeric, longType, sameType, sqlName, type DataType, type DecimalType } from '../types/data-type.ts'
import { divideRounded, fits, power10, rescale, resultType } from '../types/decimal.ts'
import { castTo } from './cast.ts'
import { datetimeArithmetic } from './datetime-arithmetic.ts'
import { call, expectArity, literalValue, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

type Op = '+' | '-' | '*' | '/' | '%' | 'div' | 'pmod'
/** `ansi` raises errors, `try` gives NULL, `legacy` wraps or gives NULL. */
type Mode = 'ansi' | 'try' | 'legacy'

const tryName: Readonly<Record<Op, string>> = { '+': '`try_add`', '-': '`try_subtract`', '*': '`try_multiply`', '/': '`try_divide`', '%': '`try_mod`', div: '`try_divide`', pmod: '`try_mod`' }
const bitsOf: Readonly<Record<string, number>> = { byte: 8, short: 16, int: 32, long: 64 }

const overflow = (op: Op, type: DataType) => (a: unknown, b: unknown): never => {
  if (type.kind === 'byte' || type.kind === 'short') throw executionError('BINARY_ARITHMETIC_OVERFLOW', { value1: String(a), symbol: op, value2: String(b), functionName: sqlName(type) })
  throw executionError('ARITHMETIC_OVERFLOW', { message: `${String(a)} ${op} ${String(b)} is no ${sqlName(type)}`, alternative: tryName[op] })
}
const byZero = (op: Op) => (): never => { throw op === '%' || op === 'pmod' ? executionError('REMAINDER_BY_ZERO') : executionError('DIVIDE_BY_ZERO') }

/** Whole numbers. */
function integral(name: Op, args: readonly Resolved[], type: DataType, mode: Mode): Resolved {
  const long = type.kind === 'long', bits = bitsOf[type.kind]!
  const js = name === 'div' ? '/' : name
  if (mode === 'try' && (name === '+' || name === '-' || name === '*')) {
    const f = { '+': (a: bigint, b: bigint) => a + b, '-': (a: bigint, b: bigint) => a - b, '*': (a: bigint, b: bigint) => a * b }[name]
    return call(name, args, type, { evaluate: (a: number | bigint, b: number | bigint) => { const r = f(BigInt(a), BigInt(b)); return BigInt.asIntN(bits, r) !== r ? null : long ? r : Number(r) } }, { nullable: true })
  }
  if (name === '+' || name === '-' || name === '*') {
    const fail = overflow(name, type)
    if (long) {
      if (mode === 'legacy') return call(name, args, type, { source: ([a, b]) => `BigInt.asIntN(64, ${a} ${js} ${b})` })
      return call(name, args, type, {
        source: ([a, b], e) => {
          const x = e.fresh('a'), y = e.fresh('b'), r = e.fresh('s')
          e.line(`const ${x} = ${a}, ${y} = ${b}, ${r} = BigInt.asIntN(64, ${x} ${js} ${y});`)
          // A sum has overflowed when its sign differs from both signs; a product when it cannot be divided back.
          const test = name === '+' ? `BigInt.asIntN(64, (${x} ^ ${r}) & (${y} ^ ${r})) < 0n` : name === '-' ? `BigInt.asIntN(64, (${x} ^ ${y}) & (${x} ^ ${r})) < 0n` : `${x} * ${y} !== ${r}`
          e.line(`if (${test}) ${e.constant(fail)}(${x}, ${y});`)
          return r
        },
      })
    }
    const wrap = bits === 32 ? (v: string) => `(${v} | 0)` : (v: string) => `(${v} << ${32 - bits} >> ${32 - bits})`
    if (mode === 'legacy') return call(name, args, type, { source: ([a, b]) => (name === '*' ? wrap(`Math.imul(${a}, ${b})`) : wrap(`(${a} ${js} ${b})`)) })
    return call(name, args, type, {
      source: ([a, b], e) => {
        const r = e.fresh('s')
        e.line(`const ${r} = ${a} ${js} ${b};`)
        e.line(`if (${r} !== ${wrap(r)} && !(${r} === 0)) ${e.constant(fail)}(${a}, ${b});`)
        return `(${r} + 0 | 0)`
      },
    })
  }
  // Division, remainder.
  const zero = byZero(name), body = {
    '%': (a: bigint, b: bigint) => a % b,
    div: (a: bigint, b: bigint) => a / b,
    pmod: (a: bigint, b: bigint) => { const r = a % b; return r < 0n ? (r + b) % b : r },
  }[name as '%' | 'div' | 'pmod']
  const resultLong = name === 'div' || long
  const failed = overflow(name, type)
  return call(name, args, name === 'div' ? longType : type, {
    evaluate: (a: number | bigint, b: number | bigint) => {
      if (b == 0) { if (mode !== 'ansi') return null; zero() }
      if (typeof a === 'number' && name === '%') return (a % (b as number)) + 0
      const r = body(BigInt(a), BigInt(b))
      if (name === 'div' && BigInt.asIntN(64, r) !== r) { if (mode === 'ansi') failed(a, b); return mode === 'try' ? null : BigInt.asIntN(64, r) }
      return resultLong ? r : Number(r)
    },
  }, { nullable: mode !== 'ansi' || args.some(a => a.nullable) })
}

function floating(name: Op, args: readonly Resolved[], type: DataType, mode: Mode): Resolved {
  const narrow = type.kind === 'float' ? (v: string) => `Math.fround(${v})` : (v: string) => v
  if (name === '+' || name === '-' || name === '*') return call(name, args, type, { source: ([a, b]) => narrow(`(${a} ${name} ${b})`) })
  const zero = byZero(name)
  const f = (a: number, b: number): number => {
    if (name === '/') return a / b
    const r = a % b
    return name === 'pmod' && r < 0 ? (r + b) % b : r
  }
  if (mode === 'ansi' && name === '/') {
    return call(name, args, type, { source: ([a, b], e) => { e.line(`if (${b} === 0) ${e.constant(zero)}();`); return narrow(`(${a} / ${b})`) } })
  }
  return call(name, args, type, {
    evaluate: (a: number, b: number) => {
      if (b === 0) { if (mode !== 'ansi') return null; zero() }
      return type.kind === 'float' ? Math.fround(f(a, b)) : f(a, b)
    },
  }, { nullable: mode !== 'ansi' || args.some(a => a.nullable) })
}

function decimal(name: Op, args: readonly Resolved[], mode: Mode): Resolved {
  const [a, b] = args as readonly [Resolved & { type: DecimalType }, Resolved & { type: DecimalType }]
  const s1 = a.type.scale, s2 = b.type.scale
  const type = resultType(name === 'pmod' ? '%' : name, a.type, b.type)
  const { precision, scale } = type
  const zero = byZero(name), top = Math.max(s1, s2)
  const exact = (x: bigint, y: bigint): bigint => {
    switch (name) {
      case '+': return rescale(x * power10(top - s1) + y * power10(top - s2), top, scale)
      case '-': return rescale(x * power10(top - s1) - y * power10(top - s2), top, scale)
      case '*': return rescale(x * y, s1 + s2, scale)
      case '/': return divideRounded(x * power10(scale + s2 + 1), y * power10(s1 + 1), 'half-up')
      case 'div': return (x * power10(s2)) / (y * power10(s1))
      default: {
        const m = y * power10(top - s2)
        let r = (x * power10(top - s1)) % m
        if (name === 'pmod' && r < 0n) r = (r + m) % m
        return rescale(r, top, scale)
      }
    }
  }
  const out = name === 'div' ? longType : type
  return call(name, args, out, {
    evaluate: (x: bigint, y: bigint) => {
      if (y === 0n && name !== '+' && name !== '-' && name !== '*') { if (mode !== 'ansi') return null; zero() }
      const r = exact(x, y)
      if (name === 'div') { if (BigInt.asIntN(64, r) === r) return r; if (mode === 'ansi') throw executionError('ARITHMETIC_OVERFLOW', { message: 'the quotient is no BIGINT', alternative: tryName.div }); return mode === 'try' ? null : BigInt.asIntN(64, r) }
      if (fits(r, precision)) return r
      if (mode === 'ansi') throw executionError('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', { value: String(r), precision, scale })
      return null
    },
  }, { nullable: true })
}

/** A literal whole number beside a decimal takes the fewest digits it needs. */
function asDecimal(e: Resolved, context: BindContext): Resolved {
  if (e.type.kind === 'decimal') return e
  const v = literalValue(e)
  if (isIntegral(e.type) && (typeof v === 'number' || typeof v === 'bigint')) {
    const digits = String(v).replace('-', '').length
    return castTo(e, decimalType(digits, 0), context)
  }
  return castTo(e, decimalFor(e.type)!, context)
}

function bindArithmetic(op: Op, c: FunctionCall, context: BindContext, mode: Mode): Resolved {
  expectArity(c, 2)
  let [a, b] = plainArgs(c) as [Resolved, Resolved]
  const special = (e: Resolved): boolean => isDatetime(e.type) || isAnsiInterval(e.type) || e.type.kind === 'calendarinterval'
  if (special(a) || special(b)) return datetimeArithmetic(op, a, b, c, context, mode !== 'ansi')
  // A string takes the type of the other side: BIGINT beside whole numbers, DOUBLE beside others; without ANSI always DOUBLE.
  const stringAs = (s: Resolved, other: Resolved): Resolved => {
    if (s.type.kind !== 'string') return s
    return castTo(s, context.ansi && isIntegral(other.type) && op !== '/' ? longType : doubleType, context)
  }
  if (context.ansi && a.type.kind === 'string' && b.type.kind === 'string') throw analysisError('DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { sqlExpr: `"${c.sql}"`, inputType: '("NUMERIC" or "INTERVAL")', actualDataType: '"STRING"' })
  if (a.type.kind === 'string' || b.type.kind === 'string') [a, b] = [stringAs(a, b), stringAs(b, a)]
  if (a.type.kind === 'void' && b.type.kind === 'void') [a, b] = [castTo(a, doubleType, context), castTo(b, doubleType, context)]
  if (a.type.kind === 'void') a = castTo(a, b.type, context)
  if (b.type.kind === 'void') b = castTo(b, a.type, context)
  if (!isNumeric(a.type) || !isNumeric(b.type)) {
    if (sameType(a.type, b.type) || (!isNumeric(a.type) && !isNumeric(b.type))) throw analysisError('DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { sqlExpr: `"${c.sql}"`, inputType: '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")', actualDataType: `"${sqlName(isNumeric(a.type) ? b.type : a.type)}"` })
    throw analysisError('DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, left: `"${sqlName(a.type)}"`, right: `"${sqlName(b.type)}"` })
  }
  const floats = a.type.kind === 'float' || a.type.kind === 'double' || b.type.kind === 'float' || b.type.kind === 'double'
  if ((a.type.kind === 'decimal' || b.type.kind === 'decimal') && !floats) return decimal(op, [asDecimal(a, context), asDecimal(b, context)], mode)
  if (op === 'div') return integral('div', [castTo(a, longType, context), castTo(b, longType, context)], longType, mode)
  if (op === '/') return floating('/', [castTo(a, doubleType, context), castTo(b, doubleType, context)], doubleType, mode)
  const type = tightestCommonType(a.type, b.type, context.ansi)!
  const args = [castTo(a, type, context), castTo(b, type, context)]
  return isIntegral(type) ? integral(op, args, type, mode) : floating(op, args, type, mode)
}

const arithmetic = (op: Op): FunctionDefinition => ({ bind: (c, context) => bindArithmetic(op, c, context, context.ansi ? 'ansi' : 'legacy') })
const trying = (op: Op): FunctionDefinition => ({ bind: (c, context) => bindArithmetic(op, c, context, 'try') })

const negative: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    let a = plainArgs(c)[0]!
    if (a.type.kind === 'string' || a.type.kind === 'void') a = castTo(a, doubleType, context)
    const { type } = a
    if (isAnsiInterval(type)) return call('negative', [a], type, { source: ([x]) => `(-${x})` })
    if (type.kind === 'calendarinterval') return call('negative', [a], type, { evaluate: i => ({ months: -i.months, days: -i.days, microseconds: -i.microseconds }) })
    if (!isNumeric(type)) throw unexpectedType(c, 1, '("NUMERIC" or "INTERVAL")', a)
    if (type.kind === 'decimal' || isFractional(type)) return call('negative', [a], type, { source: ([x]) => `(-${x})` })
    const bits = bitsOf[type.kind]!, fail = overflow('-', type), { ansi } = context
    return call('negative', [a], type, { evaluate: (v: number | bigint) => { const r = -BigInt(v); if (BigInt.asIntN(bits, r) !== r) { if (ansi) fail(0, v); return v } return typeof v === 'bigint' ? r : Number(r) } }, { nullable: a.nullable })
  },
}

const abs: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    let a = plainArgs(c)[0]!
    if (a.type.kind === 'string' || a.type.kind === 'void') a = castTo(a, doubleType, context)
    const { type } = a
    if (type.kind === 'decimal' || isAnsiInterval(type)) return call('abs', [a], type, { evaluate: (v: bigint | number) => (v < 0 ? -v : v) }, { nullable: a.nullable })
    if (!isNumeric(type)) throw unexpectedType(c, 1, '("NUMERIC" or "INTERVAL")', a)
    if (isFractional(type)) return call('abs', [a], type, { source: ([x]) => `Math.abs(${x})` })
    const bits = bitsOf[type.kind]!, fail = overflow('-', type), { ansi } = context
    return call('abs', [a], type, { evaluate: (v: number | bigint) => { const r = BigInt(v) < 0n ? -BigInt(v) : BigInt(v); if (BigInt.asIntN(bits, r) !== r) { if (ansi) fail(0, v); return v } return typeof v === 'bigint' ? r : Number(r) } }, { nullable: a.nullable })
  },
}

/** & | ^ on whole numbers of one type. */
function bitwise(op: '&' | '|' | '^'): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const [a, b] = plainArgs(c) as [Resolved, Resolved]
      const type = tightestCommonType(a.type, b.type, context.ansi)
      if (type === null || !isIntegral(type)) throw analysisError('DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { sqlExpr: `"${c.sql}"`, inputType: '"INTEGRAL"', actualDataType: `"${sqlName(isIntegral(a.type) ? b.type : a.type)}"` })
      return call(op, [castTo(a, type, context), castTo(b, type, context)], type, { source: ([x, y]) => `(${x} ${op} ${y})` })
    },
  }
}

function shift(name: string, int: (a: number, n: number) => number, long: (a: bigint, n: bigint) => bigint): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const a = plainArgs(c)[0]!, wide = a.type.kind === 'long'
      if (!isIntegral(a.type) && a.type.kind !== 'void' && a.type.kind !== 'string') throw unexpectedType(c, 1, '("INT" or "BIGINT")', a)
      const value = wide ? a : castTo(a, { kind: 'int' }, context), count = castTo(plainArgs(c)[1]!, { kind: 'int' }, context)
      return call(name, [value, count], value.type, { evaluate: wide ? (v: bigint, n: number) => BigInt.asIntN(64, long(v, BigInt(n & 63))) : (v: number, n: number) => int(v, n) | 0 })
    },
  }
}

const shiftLeft = shift('shiftleft', (a, n) => a << n, (a, n) => a << n)
const shiftRight = shift('shiftright', (a, n) => a >> n, (a, n) => a >> n)
const shiftRightUnsigned = shift('shiftrightunsigned', (a, n) => a >>> n, (a, n) => BigInt.asUintN(64, a) >> n)

export const arithmeticFunctions: FunctionFamily = {
  '+': arithmetic('+'), '-': arithmetic('-'), '*': arithmetic('*'), '/': arithmetic('/'), '%': arithmetic('%'), mod: arithmetic('%'), div: arithmetic('div'), pmod: arithmetic('pmod'),
  try_add: trying('+'), try_subtract: trying('-'), try_multiply: trying('*'), try_divide: trying('/'), try_mod: trying('%'),
  negative, positive: { bind(c, context) { expectArity(c, 1); const a = plainArgs(c)[0]!; return a.type.kind === 'string' ? castTo(a, doubleType, context) : a } }, abs,
  '&': bitwise('&'), '|': bitwise('|'), '^': bitwise('^'),
  '~': { bind(c) { expectArity(c, 1); const a = plainArgs(c)[0]!; if (!isIntegral(a.type)) throw unexpectedType(c, 1, '"INTEGRAL"', a); return call('~', [a], a.type, { source: ([x]) => `(~${x})` }) } },
  shiftleft: shiftLeft, shiftright: shiftRight, shiftrightunsigned: shiftRightUnsigned,
  bit_count: { bind(c) { expectArity(c, 1); const a = plainArgs(c)[0]!; return call('bit_count', [a], { kind: 'int' }, { evaluate: (v: number | bigint | boolean) => BigInt.asUintN(64, BigInt(v)).toString(2).replaceAll('0', '').length }) } },
}
