/**
 * What an HLL sketch says of how many distinct values it has seen.
 * Exactly as DataSketches says it where a sketch was filled by itself. A sketch merged of others is read from its registers: DataSketches corrects that by tables it has
 * simulated, here their expectation is computed, which agrees with them to 2 in a hundred thousand: estimates of merged sketches may differ by that.
 */
import { cubicAt } from './interpolate.ts'

// How many values make so many coupons of 26 bits and a rank, as DataSketches has it: the third coordinate on, values collide.
const coupons = [0, 1, 20, 400, 8000, 160_000, 300_000, 600_000]
const valuesOfCoupons = [0, 1, 20.00000094374026, 400.0003963713384, 8000.158929460209, 160063.60677637596, 300223.70715976635, 600895.593385617]
export const couponEstimate = (count: number): number => Math.max(count, cubicAt(coupons.length - 1, i => coupons[i]!, i => valuesOfCoupons[i]!, count))

const tables = new Map<number, Float64Array>(), points = 256
// Between these points of values the correction is interpolated.
const strideOf = (lgK: number): number => (lgK === 4 ? 1 : lgK === 5 ? 2 : lgK === 6 ? 3 : 5 * 2 ** (lgK - 7))
const alphaOf = (lgK: number): number => (lgK === 4 ? 0.673 : lgK === 5 ? 0.697 : lgK === 6 ? 0.709 : 0.7213 / (1 + 1.079 / 2 ** lgK))

// Where the integral below is read off, as powers of e: the rule of trapezoids over the logarithm converges so fast that these suffice for nine digits.
const nodes = Float64Array.from({ length: 43 }, (_, i) => Math.exp(-16.5 + i / 2)), ranks = 44

/** The mean of 1/Σ2^−r where each register is reached by t values on average, each by itself: the integral of E[exp(−s·2^−r)]^k over s. */
function meanInverse(k: number, t: number): number {
  const chance = new Float64Array(ranks)
  let mean = 0, below = 0
  for (let r = 0; r < ranks; r++) { const upTo = Math.exp(-t * 2 ** -r); chance[r] = upTo - below; mean += chance[r]! * 2 ** -r; below = upTo }
  let sum = 0
  for (const x of nodes) {
    const s = x / (k * mean)
    let less = 0
    for (let r = 0; r < ranks; r++) less += chance[r]! * -Math.expm1(-s * 2 ** -r)
    sum += x * Math.exp(k * Math.log1p(-less))
  }
  return sum / 2 / (k * mean)
}

/** The raw estimate α·k²/Σ2^−r that is to be expected after n values: of n in all, where the mean above is of about n. */
function expectedRaw(lgK: number, n: number): number {
  const k = 2 ** lgK, h = Math.min(n / 3, k / 8), f = (i: number): number => meanInverse(k, (n + i * h) / k), at = f(0)
  if (n === 0) return alphaOf(lgK) * k * k * at
  const a = f(-2), b = f(-1), d = f(1), e = f(2)
  const second = (-a / 12 + (4 * b) / 3 - 2.5 * at + (4 * d) / 3 - e / 12) / h ** 2, third = (-a / 2 + b - d + e / 2) / h ** 3, fourth = (a - 4 * b + 6 * at - 4 * d + e) / h ** 4
  return alphaOf(lgK) * k * k * (at - (n / 2) * second + (n / 3) * third + (n * n / 8) * fourth)
}

// A point of the table of a lgK, found when it is asked for.
function pointOf(lgK: number, i: number): number {
  let table = tables.get(lgK)
  if (table === undefined) tables.set(lgK, table = new Float64Array(points + 1))
  if (table[i] === 0) table[i] = expectedRaw(lgK, i * strideOf(lgK))
  return table[i]!
}

/** 1 + 1/2 + … + 1/n. */
function harmonic(n: number): number {
  if (n < 25) { let sum = 0; for (let i = 1; i <= n; i++) sum += 1 / i; return sum }
  const x = 1 / (n * n)
  return Math.log(n) + 0.5772156649015329 + 1 / (2 * n) - x * (1 / 12 - x * (1 / 120 - x * (1 / 252 - x / 240)))
}

/** The estimate from registers alone: `sum` is Σ2^−r, `empty` how many registers no value has reached. */
export function registersEstimate(lgK: number, sum: number, empty: number): number {
  const k = 2 ** lgK, raw = (alphaOf(lgK) * k * k) / sum, stride = strideOf(lgK), point = (i: number): number => pointOf(lgK, i), last = point(points)
  if (raw < point(0)) return 0
  if (raw > last) return raw * ((stride * points) / last)
  const adjusted = cubicAt(points, point, i => i * stride, raw)
  if (adjusted > 3 * k) return adjusted
  const linear = empty === 0 ? k * Math.log(k / 0.5) : k * (harmonic(k) - harmonic(empty))
  return (adjusted + linear) / 2 > (lgK === 4 ? 0.718 : lgK === 5 ? 0.672 : 0.64) * k ? adjusted : linear
}
