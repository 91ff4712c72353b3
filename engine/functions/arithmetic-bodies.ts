/** What the arithmetic operators do with two numbers of one kind: inline source where it can be, whole numbers checked for overflow. */
import { executionError } from '../errors/spark-error.ts'
import type { Emitter } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { longType, maxPrecision, sqlName, type DataType, type DecimalType } from '../types/data-type.ts'
import { divideRounded, fits, integralQuotient, power10, rescale, resultType } from '../types/decimal.ts'
import { call } from './define.ts'

/** An operator of two numbers. */
export type Op = '+' | '-' | '*' | '/' | '%' | 'div' | 'pmod'
/** `ansi` raises errors, `try` gives NULL, `legacy` wraps or gives NULL. */
export type Mode = 'ansi' | 'try' | 'legacy'

const tryName: Readonly<Record<Op, string>> = { '+': '`try_add`', '-': '`try_subtract`', '*': '`try_multiply`', '/': '`try_divide`', '%': '`try_mod`', div: '`try_divide`', pmod: '`try_mod`' }
/** The width of a whole number's type. */
export const bitsOf: Readonly<Record<string, number>> = { byte: 8, short: 16, int: 32, long: 64 }

const overflow = (op: Op, type: DataType) => (a: unknown, b: unknown): never => {
  if (type.kind === 'byte' || type.kind === 'short') throw executionError('BINARY_ARITHMETIC_OVERFLOW', { value1: String(a), symbol: op, value2: String(b), functionName: sqlName(type) })
  throw executionError('ARITHMETIC_OVERFLOW', { message: `${String(a)} ${op} ${String(b)} is no ${sqlName(type)}`, alternative: tryName[op] })
}
const byZero = (op: Op) => (): never => { throw op === '%' || op === 'pmod' ? executionError('REMAINDER_BY_ZERO') : executionError('DIVIDE_BY_ZERO') }

/** An operator on two whole numbers of one type. */
export function integral(name: Op, args: readonly Resolved[], type: DataType, mode: Mode): Resolved {
  const long = type.kind === 'long', bits = bitsOf[type.kind]!
  if (mode === 'try' && (name === '+' || name === '-' || name === '*')) {
    const f = { '+': (a: bigint, b: bigint) => a + b, '-': (a: bigint, b: bigint) => a - b, '*': (a: bigint, b: bigint) => a * b }[name]
    return call(name, args, type, { evaluate: (a: number | bigint, b: number | bigint) => { const r = f(BigInt(a), BigInt(b)); return BigInt.asIntN(bits, r) !== r ? null : long ? r : Number(r) } }, { nullable: true })
  }
  if (name === '+' || name === '-' || name === '*') {
    const fail = overflow(name, type)
    if (long) {
      if (mode === 'legacy') return call(name, args, type, { source: ([a, b]) => `BigInt.asIntN(64, ${a} ${name} ${b})` })
      return call(name, args, type, {
        source: ([a, b], e) => {
          const x = e.fresh('a'), y = e.fresh('b'), r = e.fresh('s')
          e.line(`const ${x} = ${a}, ${y} = ${b}, ${r} = BigInt.asIntN(64, ${x} ${name} ${y});`)
          // A sum has overflowed when its sign differs from both signs; a product when it cannot be divided back.
          const test = name === '+' ? `BigInt.asIntN(64, (${x} ^ ${r}) & (${y} ^ ${r})) < 0n` : name === '-' ? `BigInt.asIntN(64, (${x} ^ ${y}) & (${x} ^ ${r})) < 0n` : `(BigInt.asIntN(32, ${x}) !== ${x} || BigInt.asIntN(32, ${y}) !== ${y}) && ${x} * ${y} !== ${r}`
          e.line(`if (${test}) ${e.constant(fail)}(${x}, ${y});`)
          return r
        },
      })
    }
    const wrap = bits === 32 ? (v: string) => `(${v} | 0)` : (v: string) => `(${v} << ${32 - bits} >> ${32 - bits})`
    if (mode === 'legacy') return call(name, args, type, { source: ([a, b]) => (name === '*' ? wrap(`Math.imul(${a}, ${b})`) : wrap(`(${a} ${name} ${b})`)) })
    return call(name, args, type, {
      source: ([a, b], e) => {
        const r = e.fresh('s')
        e.line(`const ${r} = ${a} ${name} ${b};`)
        e.line(`if (${wrap(r)} !== ${r}) ${e.constant(fail)}(${a}, ${b});`)
        return `(${r} | 0)`
      },
    })
  }
  const zero = byZero(name), out = name === 'div' ? longType : type, nullable = { nullable: true }
  if (mode === 'ansi') return call(name, args, out, { source: ([a, b], e) => dividing(name, long, e.constant(zero), e.constant(overflow(name, type)), a!, b!, e) }, nullable)
  const remainder: { readonly plain: (a: any, b: any) => unknown; readonly positive: (a: any, b: any) => unknown } = long ? remainders.long : remainders.int
  return call(name, args, out, {
    evaluate: (a: any, b: any) => {
      if (b == 0) return null
      if (name !== 'div') return name === '%' ? remainder.plain(a, b) : remainder.positive(a, b)
      const r = BigInt(a) / BigInt(b)
      return mode === 'try' && BigInt.asIntN(64, r) !== r ? null : BigInt.asIntN(64, r)
    },
  }, nullable)
}

const remainders = {
  long: { plain: (a: bigint, b: bigint) => a % b, positive: (a: bigint, b: bigint) => { const r = a % b; return r < 0n ? BigInt.asIntN(64, r + b) % b : r } },
  int: { plain: (a: number, b: number) => (a % b) | 0, positive: (a: number, b: number) => { const r = a % b; return (r < 0 ? ((r + b) | 0) % b : r) | 0 } },
}

// `div`, `%` and `pmod` with ANSI, as source.
function dividing(name: Op, long: boolean, zero: string, fail: string, a: string, b: string, e: Emitter): string {
  e.line(`if (${b} === ${long ? '0n' : '0'}) ${zero}();`)
  const r = e.fresh('q')
  if (name === 'div') {
    e.line(`const ${r} = ${a} / ${b};`)
    // Only the least number by -1 leaves the range.
    e.line(`if (${r} === 9223372036854775808n) ${fail}(${a}, ${b});`)
    return r
  }
  if (name === '%') return long ? `(${a} % ${b})` : `(${a} % ${b} | 0)`
  e.line(`const ${r} = ${a} % ${b};`)
  return long ? `(${r} < 0n ? BigInt.asIntN(64, ${r} + ${b}) % ${b} : ${r})` : `((${r} < 0 ? (${r} + ${b} | 0) % ${b} : ${r}) | 0)`
}

/** An operator on two doubles or two floats. */
export function floating(name: Op, args: readonly Resolved[], type: DataType, mode: Mode): Resolved {
  const narrow = type.kind === 'float' ? (v: string) => `Math.fround(${v})` : (v: string) => v
  if (name === '+' || name === '-' || name === '*') return call(name, args, type, { source: ([a, b]) => narrow(`(${a} ${name} ${b})`) })
  const zero = byZero(name)
  const f = (a: number, b: number): number => {
    if (name === '/') return a / b
    const r = a % b
    return name === 'pmod' && r < 0 ? (r + b) % b : r
  }
  if (mode === 'ansi' && name === '/') {
    return call(name, args, type, { source: ([a, b], e) => { e.line(`if (${b} === 0) ${e.constant(zero)}();`); return narrow(`(${a} / ${b})`) } }, { nullable: true })
  }
  return call(name, args, type, {
    evaluate: (a: number, b: number) => {
      if (b === 0) { if (mode !== 'ansi') return null; zero() }
      return type.kind === 'float' ? Math.fround(f(a, b)) : f(a, b)
    },
  }, { nullable: true })
}

/** An operator on two decimals; the result's precision and scale follow from theirs. */
export function decimal(name: Op, args: readonly Resolved[], mode: Mode): Resolved {
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
      case 'div': return integralQuotient(x, s1, y, s2)
      default: {
        const m = y * power10(top - s2)
        let r = (x * power10(top - s1)) % m
        if (name === 'pmod' && r < 0n) r = (r + m) % m
        return rescale(r, top, scale)
      }
    }
  }
  // A sum, a difference or a product always fits into the type that the rules give it, unless that had to be cut to 38 digits.
  if (name === '+' || name === '-') {
    const up = (own: number): string => (own === top ? '' : ` * ${power10(top - own)}n`)
    if (scale === top && precision < maxPrecision) return call(name, args, type, { source: ([x, y]) => `(${x}${up(s1)} ${name} ${y}${up(s2)})` })
  }
  if (name === '*' && scale === s1 + s2 && precision < maxPrecision) return call(name, args, type, { source: ([x, y]) => `(${x} * ${y})` })
  const out = name === 'div' ? longType : type
  return call(name, args, out, {
    evaluate: (x: bigint, y: bigint) => {
      if (y === 0n && name !== '+' && name !== '-' && name !== '*') { if (mode !== 'ansi') return null; zero() }
      const r = exact(x, y)
      if (name === 'div') return r
      if (fits(r, precision)) return r
      if (mode === 'ansi') throw executionError('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', { value: String(r), precision, scale })
      return null
    },
  }, { nullable: true })
}

