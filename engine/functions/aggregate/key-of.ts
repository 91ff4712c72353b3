/** A value as a Map of JavaScript can find it again: equal values are one key. */
// JSON has no word for NaN and the infinities.
const inside = (_: string, x: unknown): unknown => (typeof x === 'bigint' ? `${x}n` : typeof x === 'number' && !Number.isFinite(x) ? { number: String(x) } : x)

/** Numbers, texts and the like are their own keys (-0 is 0), objects the key of their parts. */
export const keyOf = (v: unknown): unknown => (typeof v === 'object' ? JSON.stringify(v, inside) : typeof v === 'number' && v === 0 ? 0 : v)
