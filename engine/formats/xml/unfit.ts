/** Owns the mark of a value that does not fit. */

/** Thrown at a value that does not fit its column. */
export const unfit = new Error('a value does not fit its column')
