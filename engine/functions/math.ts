/** Functions of real numbers: roots, powers, logarithms, trigonometry. Everything is a double; a logarithm outside its domain is NULL, a root NaN, as in Spark. */
import { analysisError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { dayTimeIntervalType, doubleType, intType, longType, sqlName, yearMonthIntervalType } from '../types/data-type.ts'
import { call, expectArity, literal, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { fn } from './typed.ts'
import { wantedArgument } from './wanted.ts'

/** A function of one double, as inline source. */
function real(source: (x: string) => string): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const a = wantedArgument(c, 0, doubleType, context)
      return call(c.name.toLowerCase(), [a], doubleType, { source: ([x]) => source(x!) })
    },
  }
}

const built = (name: keyof Math & string): FunctionDefinition => real(x => `Math.${name}(${x})`)

/** A logarithm: NULL at and below `least`. */
const logarithm = (f: (v: number) => number, least = 0): FunctionDefinition => fn([doubleType], doubleType, (v: number) => (v <= least ? null : f(v)), { nullable: true })

function pair(f: (x: number, y: number) => number | null, nullable = false): FunctionDefinition {
  return fn([doubleType, doubleType], doubleType, f, { nullable })
}

/** Rounded to the nearest whole number, halves to the even one. */
export function roundHalfEven(v: number): number {
  const r = Math.round(v)
  // Math.round takes halves up.
  return Math.abs(v - Math.trunc(v)) === 0.5 && r % 2 !== 0 ? r - 1 : Object.is(r, 0) && v < 0 ? -0 : r
}

const naturalLog = logarithm(Math.log)
const logOfBase = pair((base, v) => (base <= 0 || v <= 0 ? null : Math.log(v) / Math.log(base)), true)
const power = pair((x, y) => x ** y)
const constant = (value: number): FunctionDefinition => ({ bind(c) { expectArity(c, 0); return literal(value, doubleType) } })

const factorials: bigint[] = [1n]
for (let i = 1; i <= 20; i++) factorials.push(factorials[i - 1]! * BigInt(i))

const sign: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    const a = wantedArgument(c, 0, [doubleType, 'interval'], context)
    if (a.type.kind === 'double') return call('signum', [a], doubleType, { source: ([x]) => `Math.sign(${x})` })
    return call('signum', [a], doubleType, { evaluate: (v: number | bigint) => (v > 0 ? 1 : v < 0 ? -1 : 0) }, { nullable: a.nullable })
  },
}

/** The number of the bucket a value falls in, of equally wide ones between two bounds; 0 below and n + 1 above them. */
function bucketOf(value: number, least: number, most: number, count: bigint): bigint | null {
  if (count <= 0n || count === 2n ** 63n - 1n || Number.isNaN(value) || least === most || !Number.isFinite(least) || !Number.isFinite(most)) return null
  const rising = least < most, lower = Math.min(least, most), upper = Math.max(least, most)
  if (rising ? value < lower : value > upper) return 0n
  if (rising ? value >= upper : value <= lower) return count + 1n
  return BigInt(Math.trunc((Number(count) * (rising ? value - lower : upper - value)) / (upper - lower))) + 1n
}

const widthBucket: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 4)
    const kinds = [doubleType, yearMonthIntervalType, dayTimeIntervalType]
    const args: Resolved[] = [0, 1, 2].map(i => wantedArgument(c, i, kinds, context))
    if (args.some(a => a.type.kind !== args[0]!.type.kind)) throw analysisError('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: '`width_bucket`', dataType: `(${args.map(a => `"${sqlName(a.type)}"`).join(' or ')})` })
    const count = wantedArgument(c, 3, longType, context)
    return call('width_bucket', [...args, count], longType, { evaluate: (v: number | bigint, least: number | bigint, most: number | bigint, n: bigint) => bucketOf(Number(v), Number(least), Number(most), n) }, { nullable: true })
  },
}

export const mathFunctions: FunctionFamily = {
  sqrt: built('sqrt'), cbrt: built('cbrt'), exp: built('exp'), expm1: built('expm1'),
  sin: built('sin'), cos: built('cos'), tan: built('tan'), asin: built('asin'), acos: built('acos'), atan: built('atan'), sinh: built('sinh'), cosh: built('cosh'), tanh: built('tanh'),
  cot: real(x => `(1 / Math.tan(${x}))`), sec: real(x => `(1 / Math.cos(${x}))`), csc: real(x => `(1 / Math.sin(${x}))`),
  asinh: built('asinh'), acosh: built('acosh'), atanh: built('atanh'),
  degrees: real(x => `(${x} * ${180 / Math.PI})`), radians: real(x => `(${x} * ${Math.PI / 180})`),
  ln: naturalLog, log10: logarithm(Math.log10), log2: logarithm(v => Math.log(v) / Math.LN2), log1p: logarithm(Math.log1p, -1),
  log: { bind(c, context) { expectArity(c, 1, 2); return (c.args.length === 1 ? naturalLog : logOfBase).bind(c, context) } },
  pow: power, power,
  hypot: pair(Math.hypot), atan2: pair((y, x) => Math.atan2(y + 0, x + 0)),
  rint: fn([doubleType], doubleType, roundHalfEven),
  sign, signum: sign, pi: constant(Math.PI), e: constant(Math.E),
  factorial: fn([intType], longType, (n: number) => factorials[n] ?? null, { nullable: true }),
  width_bucket: widthBucket,
}
