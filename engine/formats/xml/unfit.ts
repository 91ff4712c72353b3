/** Owns the mark of a value that does not fit, and the error it becomes. */
import { executionError } from '../../errors/spark-error.ts'

/** Thrown at a value that does not fit its column. */
export const unfit = new Error('a value does not fit its column')

/** What the mode FAILFAST raises for a malformed text, MALFORMED_RECORD_IN_PARSING; of a long one the beginning is shown. */
export const malformedRecord = (text: string): Error => executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: text.slice(0, 1000), failFastMode: 'FAILFAST' })
