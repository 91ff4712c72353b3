/** The numbers that tuple sketches keep beside their hashes: DOUBLE or INT, and how two that meet at a hash become one. */

export type SummaryKind = 'double' | 'integer'
/** Sum, least, most, or 1 whatever comes; as a number the place in `summaryModes`. */
export type SummaryMode = number
/** The modes by their names, in the order of their numbers in the bytes of sketches. */
export const summaryModes = ['sum', 'min', 'max', 'alwaysone']

/** What a new hash begins with, before its first number comes. */
export function startOf(kind: SummaryKind, mode: SummaryMode): number {
  switch (mode) {
    case 0: return 0
    case 1: return kind === 'double' ? Infinity : 2147483647
    case 2: return kind === 'double' ? -Infinity : -2147483648
    default: return 1
  }
}

/** The number after another has come. NaN is no less and no more than any; sums of INT wrap around. */
export type Combine = (kept: number, next: number) => number

export function combineOf(kind: SummaryKind, mode: SummaryMode): Combine {
  switch (mode) {
    case 0: return kind === 'double' ? (a, b) => a + b : (a, b) => (a + b) | 0
    case 1: return (a, b) => (b < a ? b : a)
    case 2: return (a, b) => (b > a ? b : a)
    default: return () => 1
  }
}

/** Two numbers of sketches made one: each comes to a new one in turn. */
export function meetOf(kind: SummaryKind, mode: SummaryMode): Combine {
  const start = startOf(kind, mode), combine = combineOf(kind, mode)
  return (a, b) => combine(combine(start, a), b)
}
