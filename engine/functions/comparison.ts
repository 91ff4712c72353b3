/** Comparisons and IN: types are brought together first, NULL gives NULL, NaN equals NaN and is above every number. */
import { analysisError } from '../errors/spark-error.ts'
import { comparison, equalValues } from '../columns/compare.ts'
import type { Implementation, Resolved } from '../expressions/expression.ts'
import { widerType } from '../types/coercion.ts'
import { booleanType, isOrderable, sameType, sqlName, type DataType } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { call, expectArity, literalValue, plainArgs, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

type Operator = '=' | '<' | '<=' | '>' | '>='

/** Values whose order JavaScript has too. */
const direct = (t: DataType): boolean => ['boolean', 'byte', 'short', 'int', 'long', 'date', 'timestamp', 'timestamp_ntz', 'decimal', 'daytimeinterval', 'yearmonthinterval'].includes(t.kind)

/** The source of a comparison of two values of a type. */
function source(op: Operator, type: DataType): Implementation['source'] {
  if (direct(type)) return ([a, b]) => `(${a} ${op === '=' ? '===' : op} ${b})`
  if (type.kind === 'string' && op === '=') return ([a, b]) => `(${a} === ${b})`
  if (type.kind === 'float' || type.kind === 'double') {
    switch (op) {
      case '=': return ([a, b]) => `(${a} === ${b} || (${a} !== ${a} && ${b} !== ${b}))`
      case '<': return ([a, b]) => `(${a} < ${b} || (${b} !== ${b} && ${a} === ${a}))`
      case '<=': return ([a, b]) => `(${a} <= ${b} || ${b} !== ${b})`
      case '>': return ([a, b]) => `(${a} > ${b} || (${a} !== ${a} && ${b} === ${b}))`
      case '>=': return ([a, b]) => `(${a} >= ${b} || ${a} !== ${a})`
    }
  }
  const compare = comparison(type)
  const test = op === '=' ? '=== 0' : `${op} 0`
  return ([a, b], e) => `(${e.constant(compare)}(${a}, ${b}) ${test})`
}

/** Two arguments brought to the type they are compared in. */
export function comparable(c: FunctionCall, context: BindContext): { readonly a: Resolved; readonly b: Resolved; readonly type: DataType } {
  expectArity(c, 2)
  const [a, b] = plainArgs(c) as [Resolved, Resolved]
  if (sameType(a.type, b.type)) return { a, b, type: a.type }
  const type = comparisonType(a.type, b.type, context.ansi)
  if (type === null) throw analysisError('DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, left: `"${sqlName(a.type)}"`, right: `"${sqlName(b.type)}"` })
  return { a: castTo(a, type, context), b: castTo(b, type, context), type }
}

// Without ANSI a string beside a number becomes that number's type, beside a date or timestamp that; else both are texts.
function comparisonType(a: DataType, b: DataType, ansi: boolean): DataType | null {
  if (!ansi && (a.kind === 'string') !== (b.kind === 'string')) {
    const other = a.kind === 'string' ? b : a
    if (other.kind === 'void') return a.kind === 'string' ? a : b
    if (other.kind === 'decimal') return { kind: 'double' }
    if (['byte', 'short', 'int', 'long', 'float', 'double', 'date', 'timestamp', 'timestamp_ntz', 'boolean', 'binary'].includes(other.kind)) return other.kind === 'binary' ? { kind: 'binary' } : other
  }
  return widerType(a, b, ansi)
}

function operator(op: Operator): FunctionDefinition {
  return {
    bind(c, context) {
      const { a, b, type } = comparable(c, context)
      if (type.kind === 'map' || (op !== '=' && !isOrderable(type)) || type.kind === 'calendarinterval' && op !== '=') throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`' + op + '`', dataType: `"${sqlName(type)}"` })
      if (type.kind === 'calendarinterval') return call(op, [a, b], booleanType, { evaluate: (x, y) => equalValues(type, x, y) })
      return call(op, [a, b], booleanType, { source: source(op, type)! }, { nullable: a.nullable || b.nullable })
    },
  }
}

const nullSafe: FunctionDefinition = {
  bind(c, context) {
    const { a, b, type } = comparable(c, context)
    if (type.kind === 'map') throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`<=>`', dataType: `"${sqlName(type)}"` })
    return call('<=>', [a, b], booleanType, { strict: false, evaluate: (x: unknown, y: unknown) => equalValues(type, x, y) }, { nullable: false })
  },
}

/** IN a list: a set where all of the list are constants of a simple type. */
const inList: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, Infinity)
    const args = plainArgs(c)
    let type: DataType | null = args[0]!.type
    for (const a of args.slice(1)) type = type === null ? null : sameType(type, a.type) ? type : widerType(type, a.type, context.ansi)
    if (type === null) throw analysisError('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: '`in`', dataType: `(${args.map(a => `"${sqlName(a.type)}"`).join(' or ')})` })
    const t = type
    if (t.kind === 'map') throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`in`', dataType: `"${sqlName(t)}"` })
    const cast = args.map(a => castTo(a, t, context))
    const list = cast.slice(1), values = list.map(literalValue)
    const nullable = cast.some(a => a.nullable)
    if (args.slice(1).every(a => a.kind === 'literal') && list.every(a => a.kind === 'literal') && (direct(t) || t.kind === 'string')) {
      const set = new Set(values.filter(v => v !== null)), hasNull = values.includes(null)
      if (!hasNull) return call('in', [cast[0]!, ...list], booleanType, { strict: false, emit: (e, [a]) => { const v = e.emit(a!); return { isNull: v.isNull, value: `${e.constant(set)}.has(${v.value})` } } }, { nullable })
      return call('in', cast, booleanType, { strict: false, evaluate: (x: unknown) => (x === null ? null : set.has(x) ? true : null) }, { nullable: true })
    }
    const evaluate = (x: unknown, ...rest: unknown[]): boolean | null => {
      if (x === null) return null
      let unknown = false
      for (const y of rest) { if (y === null) unknown = true; else if (equalValues(t, x, y)) return true }
      return unknown ? null : false
    }
    return call('in', cast, booleanType, { strict: false, evaluate }, { nullable })
  },
}

export const comparisonFunctions: FunctionFamily = {
  '=': operator('='), '==': operator('='), '<': operator('<'), '<=': operator('<='), '>': operator('>'), '>=': operator('>='), '<=>': nullSafe, in: inList,
  equal_null: nullSafe,
}
