/** Functions of VARIANT: values of any shape, as JSON has them. In rows they are `VariantVal`s. */
import { call, columnNamed as named, toColumn, type Column, type ColumnOrName, type ColumnOrValue } from '../column.ts'

/** A VARIANT of JSON text; a text that is no JSON raises MALFORMED_RECORD_IN_PARSING. `F.parse_json(F.col("value").cast("string"))` */
export function parse_json(c: ColumnOrName): Column { return call('parse_json', named(c)) }
/** The same, NULL for a text that is no JSON. `F.try_parse_json("texto")` */
export function try_parse_json(c: ColumnOrName): Column { return call('try_parse_json', named(c)) }
/** A part of a VARIANT, by a path such as `$.a[0]['b c']`, as a type; NULL where the path leads nowhere, INVALID_VARIANT_CAST where the value does not fit. The path is text, or a column of paths. `F.variant_get("v", "$.monto", "double")` */
export function variant_get(v: ColumnOrName, path: ColumnOrValue, targetType: string): Column { return call('variant_get', named(v), toColumn(path), toColumn(targetType)) }
/** The same, NULL where the value does not fit. `F.try_variant_get("v", "$.monto", "double")` */
export function try_variant_get(v: ColumnOrName, path: ColumnOrValue, targetType: string): Column { return call('try_variant_get', named(v), toColumn(path), toColumn(targetType)) }
/** Whether a VARIANT holds the null of JSON; false for NULL. `F.is_variant_null("v")` */
export function is_variant_null(v: ColumnOrName): Column { return call('is_variant_null', named(v)) }
/** The schema of a VARIANT as text: `OBJECT<a: BIGINT>`. `F.schema_of_variant("v")` */
export function schema_of_variant(v: ColumnOrName): Column { return call('schema_of_variant', named(v)) }
/** What the schemas of a group's variants have in common. `F.schema_of_variant_agg("v")` */
export function schema_of_variant_agg(v: ColumnOrName): Column { return call('schema_of_variant_agg', named(v)) }
/** A VARIANT of a struct, map or array; names become the names of an object. `F.to_variant_object(F.struct("id", "monto"))` */
export function to_variant_object(c: ColumnOrName): Column { return call('to_variant_object', named(c)) }
