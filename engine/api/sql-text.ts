/** SQL text given to the API, parsed where it is given, so that a mistake shows at once. */
import type { Expression } from '../expressions/expression.ts'
import { parseExpression, parseSelectItem } from '../expressions/parser.ts'
import { columnNamed, type Column } from './column.ts'

/** The condition of filter("…"). */
export const parseCondition = (text: string): Expression => parseExpression(text)
/** A condition as SQL text or a Column. Throws MICROLOTE_INVALID_ARGUMENT for anything else. */
export const conditionExpression = (condition: Column | string): Expression => (typeof condition === 'string' ? parseCondition(condition) : columnNamed(condition).expression)
/** One text of selectExpr. */
export const parseSelectItems = (text: string): Expression[] => [parseSelectItem(text)]
