/** Moments: stddev, variance, skewness, kurtosis, corr, covar, regr: means and central moments, merged by the formulas of Chan and Pébay. */
import { executionError } from '../../errors/spark-error.ts'
import { doubleType, longType } from '../../types/data-type.ts'
import { castTo } from '../cast.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { conditionalFunctions } from '../conditional.ts'
import { expectArity, plainArgs, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from '../define.ts'
import { logicFunctions } from '../logic.ts'
import { isNotNull } from '../null-tests.ts'
import { aggregate } from './bind.ts'
import { rowAggregate } from './row-aggregate.ts'
import { sumFunctions } from './sum.ts'

type M = [n: number, mean: number, m2: number, m3: number, m4: number]

function merged([na, ma, a2, a3, a4]: M, [nb, mb, b2, b3, b4]: M): M {
  if (nb === 0) return [na, ma, a2, a3, a4]
  if (na === 0) return [nb, mb, b2, b3, b4]
  const n = na + nb, d = mb - ma, dn = d / n
  return [
    n, ma + dn * nb, a2 + b2 + d * dn * na * nb,
    a3 + b3 + dn * dn * d * na * nb * (na - nb) + 3 * dn * (na * b2 - nb * a2),
    a4 + b4 + dn * dn * dn * d * na * nb * (na * na - na * nb + nb * nb) + 6 * dn * dn * (na * na * b2 + nb * nb * a2) + 4 * dn * (na * b3 - nb * a3),
  ]
}

// Products of small moments may come to zero: then Spark divides by zero as elsewhere.
type Divided = (a: number, b: number) => number | null
const dividedIn = ({ ansi }: BindContext): Divided => (a, b) => { if (b !== 0) return a / b; if (ansi) throw executionError('DIVIDE_BY_ZERO'); return null }

// (The moments of one row are 0, and NaN of an infinity or NaN.)
function moment(name: string, finish: (n: number, m2: number, m3: number, m4: number, divided: Divided) => number | null): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const divided = dividedIn(context)
      return aggregate(c, name, [castTo(plainArgs(c)[0]!, doubleType, context)], rowAggregate({
        name, type: doubleType, bufferTypes: [doubleType, doubleType, doubleType, doubleType, doubleType], zero: () => [0, 0, 0, 0, 0],
        update(s, v: number | null) { if (v !== null) merged(s as M, [1, v, v - v, v - v, v - v]).forEach((x, i) => { s[i] = x }) },
        merge(s, o) { merged(s as M, o as unknown as M).forEach((x, i) => { s[i] = x }) },
        finish: s => { const [n, , m2, m3, m4] = s as unknown as M; return n === 0 ? null : finish(n, m2, m3, m4, divided) },
      }))
    },
  }
}

const sample = (n: number, m2: number): number | null => (n === 1 ? null : m2 / (n - 1))
const root = (v: number | null): number | null => (v === null ? null : Math.sqrt(v))

type C = [n: number, xMean: number, yMean: number, xy: number, xx: number, yy: number]

function mergedPair([na, xa, ya, ca, sa, ta]: C, [nb, xb, yb, cb, sb, tb]: C): C {
  if (nb === 0) return [na, xa, ya, ca, sa, ta]
  if (na === 0) return [nb, xb, yb, cb, sb, tb]
  const n = na + nb, dx = xb - xa, dy = yb - ya
  return [n, xa + (dx / n) * nb, ya + (dy / n) * nb, ca + cb + ((dx * dy) / n) * na * nb, sa + sb + ((dx * dx) / n) * na * nb, ta + tb + ((dy * dy) / n) * na * nb]
}

// Of one more row: by itself, for an infinity or NaN then leaves no moment as it was.
function withRow([n, xMean, yMean, xy, xx, yy]: C, x: number, y: number): C {
  const dx = x - xMean, dy = y - yMean, xNew = xMean + dx / (n + 1), yNew = yMean + dy / (n + 1)
  return [n + 1, xNew, yNew, xy + dx * (y - yNew), xx + dx * (x - xNew), yy + dy * (y - yNew)]
}

/** Statistics of pairs; rows where a side is NULL do not count. */
function pair(name: string, finish: (s: C, divided: Divided) => number | null): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const divided = dividedIn(context)
      return aggregate(c, name, plainArgs(c).map(a => castTo(a, doubleType, context)), rowAggregate({
        name, type: doubleType, bufferTypes: [doubleType, doubleType, doubleType, doubleType, doubleType, doubleType], zero: () => [0, 0, 0, 0, 0, 0],
        update(s, x: number | null, y: number | null) { if (x !== null && y !== null) withRow(s as C, x, y).forEach((v, i) => { s[i] = v }) },
        merge(s, o) { mergedPair(s as C, o as unknown as C).forEach((v, i) => { s[i] = v }) },
        finish: s => { const t = s as unknown as C; return t[0] === 0 ? null : finish(t, divided) },
      }))
    },
  }
}

const regrCount: FunctionDefinition = {
  bind(c) {
    expectArity(c, 2)
    return aggregate(c, 'regr_count', plainArgs(c), rowAggregate({ name: 'regr_count', type: longType, bufferTypes: [longType], zero: () => [0n], update(s, x, y) { if (x !== null && y !== null) s[0] = (s[0] as bigint) + 1n }, merge(s, [n]) { s[0] = (s[0] as bigint) + (n as bigint) }, finish: s => s[0] }), false)
  },
}

// regr_avgx(y, x): the mean of x where both are there.
const meanOf = (wanted: 0 | 1): FunctionDefinition => ({
  bind(c, context) {
    expectArity(c, 2)
    const args = plainArgs(c).map(a => (a.type.kind === 'string' ? castTo(a, doubleType, context) : a)), here = (e: Resolved): FunctionCall => ({ ...c, distinct: false, filter: null, args: [e] })
    const both = logicFunctions['and']!.bind({ ...here(args[0]!), args: args.map(isNotNull) }, context)
    return sumFunctions['avg']!.bind({ ...c, args: [conditionalFunctions['when']!.bind({ ...here(both), args: [both, args[wanted]!] }, context)] }, context)
  },
})

const correlation = ([n, , , xy, xx, yy]: C, divided: Divided): number | null => (n === 1 || xx === 0 || yy === 0 ? null : divided(xy, Math.sqrt(xx * yy)))
const squared = (v: number | null): number | null => (v === null ? null : v * v)
const less = (v: number | null, by: number): number | null => (v === null ? null : v - by)

const stddev = moment('stddev', (n, m2) => root(sample(n, m2))), variance = moment('variance', sample)
export const momentFunctions: FunctionFamily = {
  stddev, std: stddev, stddev_samp: moment('stddev_samp', (n, m2) => root(sample(n, m2))), stddev_pop: moment('stddev_pop', (n, m2) => Math.sqrt(m2 / n)),
  variance, var_samp: moment('var_samp', sample), var_pop: moment('var_pop', (n, m2) => m2 / n),
  skewness: moment('skewness', (n, m2, m3, _m4, divided) => (m2 === 0 ? null : divided(Math.sqrt(n) * m3, Math.sqrt(m2 * m2 * m2)))), kurtosis: moment('kurtosis', (n, m2, _m3, m4, divided) => (m2 === 0 ? null : less(divided(n * m4, m2 * m2), 3))),
  corr: pair('corr', correlation), covar_pop: pair('covar_pop', ([n, , , xy]) => xy / n), covar_samp: pair('covar_samp', ([n, , , xy]) => (n === 1 ? null : xy / (n - 1))),
  // The first argument is y, the second x.
  regr_avgx: meanOf(1), regr_avgy: meanOf(0), regr_sxx: pair('regr_sxx', s => s[5]), regr_syy: pair('regr_syy', s => s[4]), regr_sxy: pair('regr_sxy', s => s[3]),
  regr_intercept: pair('regr_intercept', ([, y, x, xy, , xx]) => (xx === 0 ? null : y - (xy / xx) * x)), regr_r2: pair('regr_r2', ([, , , xy, yy, xx], divided) => (xx === 0 ? null : yy === 0 ? 1 : squared(divided(xy, Math.sqrt(xx * yy))))),
  regr_slope: pair('regr_slope', ([, , , xy, , yy]) => (yy === 0 ? null : xy / yy)), regr_count: regrCount,
}
