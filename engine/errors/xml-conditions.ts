/** Conditions of XML: texts that are none, paths of XPath, options and schemas of its readers and writers. */
import type { ConditionEntry } from './conditions.ts'

export const xmlConditions = {
  'MICROLOTE_XML_MALFORMED': { sqlState: '22023', message: 'The function `<functionName>` was given a text that is no XML: <reason>. Filter such texts, or give NULL for them.' },
  'MICROLOTE_XPATH_INVALID': { sqlState: '22023', message: 'The path <path> given to `<functionName>` cannot be followed: <reason>. Write an expression of XPath 1.0, such as \'a/b[1]/text()\'.' },
} as const satisfies Record<string, ConditionEntry>
