/** Conditions of the type VARIANT: its paths, casts and bytes, and where it may not stand. */
import type { ConditionEntry } from './conditions.ts'

export const variantConditions = {
  'INVALID_VARIANT_CAST': { sqlState: '22023', message: 'The variant <value> cannot be read as <dataType>. Use `try_variant_get` or `try_cast` to get NULL instead.' },
  'INVALID_VARIANT_GET_PATH': { sqlState: '22023', message: 'The path "<path>" given to `<functionName>` is none: write $ and then steps such as .name, [\'a name\'] or [0].' },
  'UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING': { sqlState: '0A000', message: 'CHAR and VARCHAR do not stand here, in <type>. Write STRING.' },
  'UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE': { sqlState: '0A000', message: 'The column <colName> of type <dataType> holds a VARIANT, which cannot be compared: DISTINCT, dropDuplicates, INTERSECT and EXCEPT need other columns. Take out a field with variant_get, or write the variant as text with to_json.' },
  'UNSUPPORTED_FEATURE.PARTITION_BY_VARIANT': { sqlState: '0A000', message: 'Rows cannot be partitioned by <expr> of type <dataType>, which is or holds a VARIANT. Take out a field with variant_get.' },
  'ROUTINE_NOT_FOUND': { sqlState: '42883', message: 'There is no function <routineName> for LATERAL VIEW. Functions such as variant_explode stand in FROM: write LATERAL <routineName>(…).' },
  'NOT_A_SCALAR_FUNCTION': { sqlState: '42887', message: 'The function <functionName> makes rows and stands in FROM: write LATERAL <functionName>(…) there, or use spark.tvf.' },
  'MALFORMED_VARIANT': { sqlState: '22023', message: 'The bytes of a variant do not follow the encoding: <reason>. Look at where the column comes from.' },
  'UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT': { sqlState: '22023', message: 'A variant holds a value of the type number <id>, which is not known here: a later version of the encoding may have it. Look at where the column comes from.' },
  'INVALID_VARIANT_SHREDDING_SCHEMA': { sqlState: '22023', message: 'The columns <schema> of a Parquet file are no VARIANT: beside the metadata stand a value, a typed_value or both, and the fields and elements of a typed_value have that form, too. Read the group as a STRUCT.' },
  'INVALID_SINGLE_VARIANT_COLUMN': { sqlState: '42613', message: 'With the option singleVariantColumn the schema is one VARIANT, perhaps with the column for malformed records, not <schema>. Leave the schema out.' },
  'INVALID_VARIANT_PATH': { sqlState: '22023', message: 'The path "<path>" tells <functionName> no place: write $ and then steps such as .name, [\'a name\'] or [0].' },
  'VARIANT_PATH_TYPE_MISMATCH': { sqlState: '22023', message: 'The path "<path>" of <functionName> meets a value of another kind before its step <step> (from 0): names lead into objects, numbers into arrays. The try_ function of the same name gives NULL instead.' },
  'VARIANT_SIZE_LIMIT': { sqlState: '22023', message: 'A variant would take more than <sizeLimit> bytes, which is the most that one may have. Look for a number in a path that is far too large, or split the value.' },
  'VARIANT_DUPLICATE_KEY': { sqlState: '22023', message: 'A variant cannot be made: the name <key> occurs twice in an object. Rename one of the fields.' },
  'COLUMN_IS_NOT_VARIANT_TYPE': { sqlState: '42K09', message: 'A path behind a colon needs a VARIANT before it; <sqlExpr> is of type <dataType>. Read a text with parse_json first.' },
  'DATATYPE_MISMATCH.HASH_VARIANT_TYPE': { sqlState: '42K09', message: 'In <sqlExpr>, <functionName> does not hash values of type VARIANT. Take out a field with variant_get and hash that.' },
} as const satisfies Record<string, ConditionEntry>
