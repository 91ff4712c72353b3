/** Conditions of texts: patterns, number formats, format strings, WITHIN GROUP. */
import type { ConditionEntry } from './conditions.ts'

export const textConditions = {
  'INVALID_PARAMETER_VALUE.PATTERN': { sqlState: '22023', message: 'The pattern <value> given to <functionName> cannot be used: <reason>.' },
  'INVALID_REGEXP_REPLACE': { sqlState: '22023', message: 'The replacement <replacement> does not fit the pattern <pattern> (text "<source>", from character <position>). $1 needs a group 1 in the pattern; a plain $ or backslash is written with a backslash before it.' },
  'INVALID_ESCAPE_CHAR': { sqlState: '42604', message: 'In <sqlExpr> the escape must be a text constant of one character.' },
  'MICROLOTE_INVALID_BASE64': { sqlState: '22023', message: 'The text "<text>" is not base64: it ends amid a byte, or goes on after its padding.' },
  'MICROLOTE_INVALID_FORMAT_STRING': { sqlState: '22023', message: 'The format string "<format>" cannot be used: <reason>. Use %s for any value, %d for whole numbers, %f or %.2f for DOUBLE.' },
  'MICROLOTE_INVALID_NUMBER_PATTERN': { sqlState: '22023', message: 'The number pattern "<pattern>" is not understood: <reason>. Write for example #,##0.00.' },
  'INVALID_FORMAT.EMPTY': { sqlState: '42601', message: 'The number format is empty. Write 9 or 0 for each digit, as in 999.99.' },
  'INVALID_FORMAT.WRONG_NUM_DIGIT': { sqlState: '42601', message: 'The number format <format> needs at least one digit, 9 or 0.' },
  'INVALID_FORMAT.WRONG_NUM_TOKEN': { sqlState: '42601', message: 'The number format <format> has <token> more than once.' },
  'INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT': { sqlState: '42601', message: 'In the number format <format>, $ must stand before the digits.' },
  'INVALID_FORMAT.CUR_MUST_BEFORE_DEC': { sqlState: '42601', message: 'In the number format <format>, $ must stand before the decimal point.' },
  'INVALID_FORMAT.CONT_THOUSANDS_SEPS': { sqlState: '42601', message: 'In the number format <format>, a comma or G must have digits on both sides.' },
  'INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC': { sqlState: '42601', message: 'In the number format <format>, commas may stand only before the decimal point.' },
  'INVALID_FORMAT.UNEXPECTED_TOKEN': { sqlState: '42601', message: 'In the number format <format>, <token> does not belong where it stands. The order is: MI or S, $, digits, PR, MI or S.' },
  'INVALID_PARAMETER_VALUE.BINARY_FORMAT': { sqlState: '22023', message: '<functionName> writes bytes in the formats base64, hex and utf-8; found <invalidFormat>.' },
  'DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE': { sqlState: '42K09', message: 'In <sqlExpr>, <exprName> must be one character.' },
  'INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING': { sqlState: '42K0K', message: 'The function <funcName> needs WITHIN GROUP (ORDER BY …) after its arguments.' },
  'INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED': { sqlState: '42K0K', message: 'The function <funcName> does not take DISTINCT. Leave it out.' },
  'INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS': { sqlState: '42K0K', message: 'The function <funcName> takes <expectedNum> keys in WITHIN GROUP (ORDER BY …), found <actualNum>.' },
  'INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT': { sqlState: '42K0K', message: 'With DISTINCT, <funcName> can only be ordered by its own argument <funcArg>, not by <orderingExpr>.' },
  'MICROLOTE_ILLEGAL_SEQUENCE': { sqlState: '22023', message: 'A sequence from <start> to <stop> cannot be made with steps of <step>. The step must lead towards the end, and must not be zero.' },
} as const satisfies Record<string, ConditionEntry>
