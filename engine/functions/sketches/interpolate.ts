/** A cubic through four neighbouring points of a table: what sketches read their estimates from. */

/** The value at x by the four points around it (the outermost four at the ends) of the points 0 to `last`, which `xAt` and `yAt` give; xs ascend, and x lies within them. */
export function cubicAt(last: number, xAt: (i: number) => number, yAt: (i: number) => number, x: number): number {
  if (x === xAt(last)) return yAt(last)
  let low = 0, high = last
  while (high - low > 1) { const mid = (low + high) >> 1; if (xAt(mid) <= x) low = mid; else high = mid }
  const at = Math.min(Math.max(low - 1, 0), last - 3)
  const x0 = xAt(at), x1 = xAt(at + 1), x2 = xAt(at + 2), x3 = xAt(at + 3)
  return (yAt(at) * ((x - x1) * (x - x2) * (x - x3))) / ((x0 - x1) * (x0 - x2) * (x0 - x3))
    + (yAt(at + 1) * ((x - x0) * (x - x2) * (x - x3))) / ((x1 - x0) * (x1 - x2) * (x1 - x3))
    + (yAt(at + 2) * ((x - x0) * (x - x1) * (x - x3))) / ((x2 - x0) * (x2 - x1) * (x2 - x3))
    + (yAt(at + 3) * ((x - x0) * (x - x1) * (x - x2))) / ((x3 - x0) * (x3 - x1) * (x3 - x2))
}
