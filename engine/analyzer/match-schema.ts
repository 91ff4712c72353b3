/** The columns of df.to(schema): found by name, put in the schema's order, fields of structs too; cast where no value is lost to a type that cannot hold its kind; NULL for what is missing and may be NULL. */
import { analysisError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { call, literal } from '../expressions/grammar.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { isDatetime, isNested, isNumeric, sameType, sqlName, stringType, type DataType, type StructFieldType, type StructTypeShape } from '../types/data-type.ts'

const text = (value: string): Expression => literal(value, stringType)
const shown = (path: readonly string[]): string => path.map(p => `\`${p}\``).join('.')

interface Field { readonly name: string; readonly value: Expression; readonly type: DataType; readonly nullable: boolean }

/** Throws AMBIGUOUS_COLUMN_OR_FIELD, UNRESOLVED_COLUMN.*, NULLABLE_COLUMN_OR_FIELD, NULLABLE_ARRAY_OR_MAP_ELEMENT, INVALID_COLUMN_OR_FIELD_DATA_TYPE. */
export function matchedColumns(schema: StructTypeShape, child: ResolvedPlan): Expression[] {
  const fields = child.output.map((a): Field => ({ name: a.name, value: a, type: a.type, nullable: a.nullable }))
  return matched(schema, fields, []).map(({ name, value }) => ({ kind: 'unresolved-alias', child: value, names: [name] }))
}

function matched(schema: StructTypeShape, fields: readonly Field[], path: readonly string[]): { readonly name: string; readonly value: Expression }[] {
  return schema.fields.map(f => {
    const found = fields.filter(x => x.name.toLowerCase() === f.name.toLowerCase()), own = [...path, f.name]
    if (found.length > 1) throw analysisError('AMBIGUOUS_COLUMN_OR_FIELD', { name: shown(own), n: found.length })
    if (found.length === 1) return { name: f.name, value: fitted(found[0]!, f, own) }
    if (f.nullable) return { name: f.name, value: literal(null, f.dataType) }
    const proposal = fields.map(x => `\`${x.name}\``).join(', ')
    throw fields.length === 0 ? analysisError('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: shown(own) }) : analysisError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName: shown(own), proposal })
  })
}

function fitted(have: Field, want: Pick<StructFieldType, 'nullable' | 'dataType'>, path: readonly string[]): Expression {
  if (!want.nullable && have.nullable) throw analysisError('NULLABLE_COLUMN_OR_FIELD', { name: shown(path) })
  return ofType(have, want.dataType, path)
}

function ofType(have: Field, want: DataType, path: readonly string[]): Expression {
  const { value, type } = have
  if (type.kind === 'struct' && want.kind === 'struct') {
    const fields = type.fields.map((f): Field => ({ name: f.name, value: { kind: 'unresolved-extract', child: value, key: text(f.name) }, type: f.dataType, nullable: f.nullable }))
    const made = call('named_struct', ...matched(want, fields, path).flatMap(m => [text(m.name), m.value]))
    return have.nullable ? call('when', call('isnotnull', value), made) : made
  }
  if (type.kind === 'array' && want.kind === 'array') {
    if (type.containsNull && !want.containsNull) throw analysisError('NULLABLE_ARRAY_OR_MAP_ELEMENT', { columnPath: shown(path) })
    return sameType(type.elementType, want.elementType) ? value : call('transform', value, lambda(type.elementType, type.containsNull, want.elementType, 'element', path))
  }
  if (type.kind === 'map' && want.kind === 'map') {
    if (type.valueContainsNull && !want.valueContainsNull) throw analysisError('NULLABLE_ARRAY_OR_MAP_ELEMENT', { columnPath: shown(path) })
    const keys = sameType(type.keyType, want.keyType) ? value : call('transform_keys', value, entry('key', type.keyType, false, want.keyType, path))
    return sameType(type.valueType, want.valueType) ? keys : call('transform_values', keys, entry('value', type.valueType, type.valueContainsNull, want.valueType, path))
  }
  if (sameType(type, want)) return value
  if (!mayStore(type, want)) throw analysisError('INVALID_COLUMN_OR_FIELD_DATA_TYPE', { name: shown(path), type: `"${sqlName(type)}"`, expectedType: `"${sqlName(want)}"` })
  return { kind: 'unresolved-cast', child: value, to: want, mode: 'cast' }
}

const named = (name: string): Expression => ({ kind: 'unresolved-attribute', nameParts: [name] })
const lambda = (type: DataType, nullable: boolean, want: DataType, name: string, path: readonly string[]): Expression => ({ kind: 'unresolved-lambda', parameters: [name], body: ofType({ name, value: named(name), type, nullable }, want, [...path, name]) })
const entry = (name: 'key' | 'value', type: DataType, nullable: boolean, want: DataType, path: readonly string[]): Expression => ({ kind: 'unresolved-lambda', parameters: ['key', 'value'], body: ofType({ name, value: named(name), type, nullable }, want, [...path, name]) })

// What the ANSI rules of writing to a table cast: numbers to numbers, times to times, anything plain to a text.
const mayStore = (from: DataType, to: DataType): boolean => from.kind === 'void' || (isNumeric(from) && isNumeric(to)) || (isDatetime(from) && isDatetime(to)) || (to.kind === 'string' && !isNested(from) && from.kind !== 'binary') || (from.kind === to.kind && !isNested(from) && from.kind.endsWith('interval'))
