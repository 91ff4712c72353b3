/** Conditions of XML: texts that are none, paths of XPath, options and schemas of its readers and writers. */
import type { ConditionEntry } from './conditions.ts'

export const xmlConditions = {
  'MICROLOTE_XML_MALFORMED': { sqlState: '22023', message: 'The function `<functionName>` was given a text that is no XML: <reason>. Filter such texts, or give NULL for them.' },
  'MICROLOTE_XPATH_INVALID': { sqlState: '22023', message: 'The path <path> given to `<functionName>` cannot be followed: <reason>. Write an expression of XPath 1.0, such as \'a/b[1]/text()\'.' },
  'MICROLOTE_XML_NOT_WRITABLE': { sqlState: '22023', message: 'XML cannot be written: <what>. <advice>' },
  'DATATYPE_MISMATCH.INVALID_XML_SCHEMA': { sqlState: '42K09', message: 'In <sqlExpr> the schema <inputSchema> is no STRUCT, which is what from_xml reads. Name the columns, as in \'a INT, b STRING\'.' },
  'DATATYPE_MISMATCH.INVALID_XML_MAP_KEY_TYPE': { sqlState: '42K09', message: 'In <sqlExpr> the schema has the type <inputSchema>, but names of elements are texts. Give the map keys of type STRING.' },
  'XML_ROW_TAG_MISSING': { sqlState: '42KDF', message: 'The format xml needs the option <rowTag>, the name of the element that is a row. Write .option("rowTag", "book").' },
  'UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN': { sqlState: '0A000', message: 'Of the files only the column for malformed records is asked for, which Spark does not read alone. Select another column, too.' },
  'TASK_WRITE_FAILED': { sqlState: '58030', message: 'Rows cannot be written as <format>: <reason>' },
  'CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION': { sqlState: '56038', message: 'The codec <codecName> is not known. Write one of <availableCodecs>.' },
} as const satisfies Record<string, ConditionEntry>
