/** SQL text given to the API, parsed where it is given, so that a mistake shows at once. */
import type { Expression } from '../expressions/expression.ts'
import { parseExpression, parseSelectItem } from '../expressions/parser.ts'

/** The condition of filter("…"). */
export const parseCondition = (text: string): Expression => parseExpression(text)
/** One text of selectExpr. */
export const parseSelectItems = (text: string): Expression[] => [parseSelectItem(text)]
