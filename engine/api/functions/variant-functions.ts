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
/** A VARIANT with the value at a path set: replaced where there is one, else put there with all that leads to it, unless `createIfMissing` is false. The path is text, or a column of paths; what it leads through must fit (VARIANT_PATH_TYPE_MISMATCH). `F.variant_set("v", "$.estado.visto", F.lit(true))` */
export function variant_set(v: ColumnOrName, path: ColumnOrValue, value: ColumnOrName, createIfMissing = true): Column { return call('variant_set', named(v), toColumn(path), named(value), toColumn(createIfMissing)) }
/** The same, NULL where the path does not fit. `F.try_variant_set("v", "$.estado", "estado")` */
export function try_variant_set(v: ColumnOrName, path: ColumnOrValue, value: ColumnOrName, createIfMissing = true): Column { return call('try_variant_set', named(v), toColumn(path), named(value), toColumn(createIfMissing)) }
/** A VARIANT with a field or an element put in; a field that is there raises VARIANT_DUPLICATE_KEY. `F.variant_insert("v", "$.items[0]", F.lit("primero"))` */
export function variant_insert(v: ColumnOrName, path: ColumnOrValue, value: ColumnOrName): Column { return call('variant_insert', named(v), toColumn(path), named(value)) }
/** The same, NULL where the field is there or the path does not fit. `F.try_variant_insert("v", "$.a", F.lit(1))` */
export function try_variant_insert(v: ColumnOrName, path: ColumnOrValue, value: ColumnOrName): Column { return call('try_variant_insert', named(v), toColumn(path), named(value)) }
/** A VARIANT with an element at the end of the array at a path; unchanged where there is none. `F.variant_array_append("v", "$.items", "nuevo")` */
export function variant_array_append(v: ColumnOrName, path: ColumnOrValue, value: ColumnOrName): Column { return call('variant_array_append', named(v), toColumn(path), named(value)) }
/** The same, NULL where the path leads to no array. `F.try_variant_array_append("v", "$.items", "nuevo")` */
export function try_variant_array_append(v: ColumnOrName, path: ColumnOrValue, value: ColumnOrName): Column { return call('try_variant_array_append', named(v), toColumn(path), named(value)) }
/** A VARIANT without what paths lead to, one after the other. `F.variant_delete("v", "$.clave", "$.items[0]")` */
export function variant_delete(v: ColumnOrName, ...paths: readonly ColumnOrValue[]): Column { return call('variant_delete', named(v), ...paths.map(p => toColumn(p))) }
/** A VARIANT without fields that are null at any depth, and without such elements of arrays unless `includeArrays` is false. `F.variant_strip_nulls("v")` */
export function variant_strip_nulls(v: ColumnOrName, includeArrays = true): Column { return call('variant_strip_nulls', named(v), toColumn(includeArrays)) }
/** Whether the bytes of a VARIANT follow its encoding. `F.is_valid_variant("v")` */
export function is_valid_variant(v: ColumnOrName): Column { return call('is_valid_variant', named(v)) }
/** A VARIANT of a struct, map or array; names become the names of an object. `F.to_variant_object(F.struct("id", "monto"))` */
export function to_variant_object(c: ColumnOrName): Column { return call('to_variant_object', named(c)) }
