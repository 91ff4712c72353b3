/** Comparisons and IN: types are brought together first, NULL gives NULL, NaN equals NaN and is above every number. */
import { analysisError, SparkError } from '../errors/spark-error.ts'
import { comparison, equalValues } from '../columns/compare.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import type { Emitted, Emitter } from '../expressions/codegen/emitter.ts'
import type { Implementation, Resolved } from '../expressions/expression.ts'
import { comparisonType, widerType } from '../types/coercion.ts'
import { booleanType, isOrderable, sameType, sqlName, type DataType } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { call, expectArity, literal, literalValue, plainArgs, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

type Operator = '=' | '<' | '<=' | '>' | '>='

/** Values whose order JavaScript has too. */
const direct = (t: DataType): boolean => ['boolean', 'byte', 'short', 'int', 'long', 'date', 'timestamp', 'timestamp_ntz', 'time', 'decimal', 'daytimeinterval', 'yearmonthinterval'].includes(t.kind)

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
export function comparable(c: FunctionCall, context: BindContext, equality = false): { readonly a: Resolved; readonly b: Resolved; readonly type: DataType } {
  expectArity(c, 2)
  const [a, b] = plainArgs(c) as [Resolved, Resolved]
  if (sameType(a.type, b.type)) return { a, b, type: a.type }
  const type = comparisonType(a.type, b.type, context.ansi, equality)
  if (type === null) throw analysisError('DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, left: `"${sqlName(a.type)}"`, right: `"${sqlName(b.type)}"` })
  return { a: castTo(a, type, context), b: castTo(b, type, context), type }
}

function operator(op: Operator): FunctionDefinition {
  return {
    bind(c, context) {
      const { a, b, type } = comparable(c, context, op === '=')
      if (!isOrderable(type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`' + op + '`', dataType: `"${sqlName(type)}"` })
      return call(op, [a, b], booleanType, { source: source(op, type)! }, { nullable: a.nullable || b.nullable })
    },
  }
}

const nullSafe: FunctionDefinition = {
  bind(c, context) {
    const { a, b, type } = comparable(c, context, true)
    if (!isOrderable(type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`<=>`', dataType: `"${sqlName(type)}"` })
    return call('<=>', [a, b], booleanType, { strict: false, evaluate: (x: unknown, y: unknown) => equalValues(type, x, y) }, { nullable: false })
  },
}

/** IN a list: a set where all of the list are constants of a simple type. */
const inList: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, Infinity)
    // Nothing is among no values, not even NULL: Column.isin() without any.
    if (plainArgs(c).length === 1) return call('in', [], booleanType, { strict: false, evaluate: () => false }, { nullable: false })
    const args = plainArgs(c)
    let type: DataType | null = args[0]!.type
    for (const a of args.slice(1)) type = type === null ? null : sameType(type, a.type) ? type : widerType(type, a.type, context.ansi)
    if (type === null) throw analysisError('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: '`in`', dataType: `(${args.map(a => `"${sqlName(a.type)}"`).join(' or ')})` })
    const t = type
    if (!isOrderable(t)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: '`in`', dataType: `"${sqlName(t)}"` })
    const cast = args.map((a, i) => (i === 0 ? castTo(a, t, context) : folded(castTo(a, t, context))))
    const list = cast.slice(1), nullable = cast.some(a => a.nullable)
    if (list.every(a => a.kind === 'literal') && (direct(t) || t.kind === 'string')) {
      const values = list.map(literalValue), set = new Set(values.filter(v => v !== null))
      if (!values.includes(null)) return call('in', cast, booleanType, { strict: false, emit: (e, [a]) => { const v = e.emit(a!); return { isNull: v.isNull, value: `${e.constant(set)}.has(${v.value})` } } }, { nullable })
      return call('in', cast, booleanType, { strict: false, evaluate: (x: unknown) => (x !== null && set.has(x) ? true : null) }, { nullable: true })
    }
    // Elements behind the first that is equal are not evaluated.
    const equal = (x: unknown, y: unknown): boolean => equalValues(t, x, y)
    const emit = (e: Emitter, [first, ...rest]: readonly Resolved[]): Emitted => {
      const x = e.emit(first!), out = e.declare(booleanType)
      e.line(`if (!(${x.isNull})) { ${out.isNull} = false;`)
      for (const item of rest) {
        e.line(`if (!${out.value}) {`)
        const y = e.emit(item)
        e.line(`if (${y.isNull}) ${out.isNull} = true; else if (${e.constant(equal)}(${x.value}, ${y.value})) { ${out.isNull} = false; ${out.value} = true; } }`)
      }
      e.line('}')
      return out
    }
    return call('in', cast, booleanType, { strict: false, emit }, { nullable })
  },
}

/** A cast of a constant as a constant; what cannot be cast stays, for it may never be looked at. */
function folded(e: Resolved): Resolved {
  if (e.kind !== 'call' || e.args.some(a => a.kind !== 'literal')) return e
  try { return literal(evaluateConstant(e), e.type) } catch (error) { if (error instanceof SparkError) return e; throw error }
}

export const comparisonFunctions: FunctionFamily = {
  '=': operator('='), '==': operator('='), '<': operator('<'), '<=': operator('<='), '>': operator('>'), '>=': operator('>='), '<=>': nullSafe, in: inList,
  equal_null: nullSafe,
}
