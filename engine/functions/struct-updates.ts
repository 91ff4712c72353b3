/** Column.withField and dropFields: a struct made anew with some fields changed, NULL where the struct is. Their names cannot be written in SQL, as in Spark. */
import { analysisError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { sqlName, stringType, type StructTypeShape } from '../types/data-type.ts'
import { conditionalFunctions } from './conditional.ts'
import { constructorFunctions } from './constructors.ts'
import { describe, literal, literalValue, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { structField } from './extract.ts'
import { isNotNull } from './null-tests.ts'

interface Field { readonly name: string; readonly value: Resolved }

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
const bind = (f: FunctionDefinition, name: string, args: readonly Resolved[], context: BindContext): Resolved => f.bind({ name, args, distinct: false, filter: null, ignoreNulls: false, sql: name }, context)
// Names of fields have no line ends between them.
const pathOf = (e: Resolved): string[] => (literalValue(e) as string).split('\n')

const made = (struct: Resolved, fields: readonly Field[], context: BindContext): Resolved => {
  const row = bind(constructorFunctions['named_struct']!, 'named_struct', fields.flatMap(f => [literal(f.name, stringType), f.value]), context)
  return struct.nullable ? bind(conditionalFunctions['when']!, 'when', [isNotNull(struct), row], context) : row
}
const structOf = (c: FunctionCall, e: Resolved): StructTypeShape => {
  if (e.type.kind !== 'struct') throw unexpectedType(c, 1, '"STRUCT"', e)
  return e.type
}
const fieldsOf = (e: Resolved, type: StructTypeShape): Field[] => type.fields.map((f, i) => ({ name: f.name, value: structField(e, i) }))
const inner = (type: StructTypeShape, name: string): number => {
  const found = type.fields.flatMap((f, i) => (same(f.name, name) ? [i] : []))
  if (found.length > 1) throw analysisError('AMBIGUOUS_REFERENCE_TO_FIELDS', { field: '`' + name + '`', count: found.length })
  if (found.length === 0) throw analysisError('FIELD_NOT_FOUND', { fieldName: '`' + name + '`', fields: type.fields.map(f => '`' + f.name + '`').join(', ') })
  return found[0]!
}
const withField = (c: FunctionCall, e: Resolved, [name, ...rest]: readonly string[], value: Resolved, context: BindContext): Resolved => {
  const type = structOf(c, e), fields = fieldsOf(e, type)
  if (rest.length > 0) { const at = inner(type, name!); return made(e, fields.map((f, i) => (i === at ? { name: f.name, value: withField(c, f.value, rest, value, context) } : f)), context) }
  const there = fields.some(f => same(f.name, name!))
  return made(e, there ? fields.map(f => (same(f.name, name!) ? { name: name!, value } : f)) : [...fields, { name: name!, value }], context)
}
const dropField = (c: FunctionCall, e: Resolved, [name, ...rest]: readonly string[], context: BindContext): Resolved => {
  const type = structOf(c, e), fields = fieldsOf(e, type)
  if (rest.length > 0) { const at = inner(type, name!); return made(e, fields.map((f, i) => (i === at ? { name: f.name, value: dropField(c, f.value, rest, context) } : f)), context) }
  const left = fields.filter(f => !same(f.name, name!))
  if (left.length === 0) throw analysisError('DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS', { sqlExpr: `"${describe(e)}"`, type: sqlName(type) })
  return made(e, left, context)
}
const update: FunctionDefinition = {
  bind(c, context) {
    const [struct, path, value] = plainArgs(c)
    return value === undefined ? dropField(c, struct!, pathOf(path!), context) : withField(c, struct!, pathOf(path!), value, context)
  },
}

export const structUpdateFunctions: FunctionFamily = { 'with field': update, 'drop field': update }
