/** Column: an expression under construction. Every method returns a new Column; nothing is computed. Method names are Spark's Java names. */
import type { TimeOfDay } from '../columns/row-values.ts'
import type { DataType } from '../types/data-type.ts'
import { stringType } from '../types/data-type.ts'
import { parseType } from '../types/ddl.ts'
import { analysisError } from '../errors/spark-error.ts'
import type { Expression, SortOrder, UnresolvedAttribute } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { nameOf } from '../expressions/name.ts'
import { parseIdentifier } from '../expressions/parser.ts'
import { literalOf } from './literal.ts'
import type { WindowSpec } from './window.ts'

/** Whatever may stand for a value: a Column, or a plain JavaScript value that becomes a literal. */
export type ColumnOrValue = Column | string | number | bigint | boolean | Date | TimeOfDay | Uint8Array | null
/** Where a column is wanted, a text is its name. */
export type ColumnOrName = Column | string

export class Column {
  /** The tree behind the column. For other rooms of the engine; its shape is not part of the public API. */
  readonly expression: Expression

  constructor(expression: Expression) { this.expression = expression }

  #binary(name: string, other: ColumnOrValue): Column { return call(name, this, toColumn(other)) }

  // ── comparison
  /** Equality; NULL if a side is NULL. `F.col("tipo").equalTo("compra")` */
  equalTo(other: ColumnOrValue): Column { return this.#binary('=', other) }
  /** Inequality. */
  notEqual(other: ColumnOrValue): Column { return call('not', this.equalTo(other)) }
  /** Equality where NULL equals NULL (`<=>`). */
  eqNullSafe(other: ColumnOrValue): Column { return this.#binary('<=>', other) }
  /** Greater than. `F.col("monto").gt(100)` */
  gt(other: ColumnOrValue): Column { return this.#binary('>', other) }
  /** Greater than or equal to. */
  geq(other: ColumnOrValue): Column { return this.#binary('>=', other) }
  /** Less than. */
  lt(other: ColumnOrValue): Column { return this.#binary('<', other) }
  /** Less than or equal to. */
  leq(other: ColumnOrValue): Column { return this.#binary('<=', other) }
  /** Between two bounds, both included. */
  between(lower: ColumnOrValue, upper: ColumnOrValue): Column { return this.geq(lower).and(this.leq(upper)) }
  /** One of the values. `F.col("tipo").isin("compra", "devolucion")`, also with one array, or with a DataFrame of one column: `F.col("id").isin(activos.select("id"))`. */
  isin(...values: readonly (ColumnOrValue | readonly ColumnOrValue[])[] | readonly [Query]): Column {
    const [first] = values
    if (isQuery(first)) return new Column({ kind: 'unresolved-subquery', test: 'in', values: [this.expression], query: first.plan })
    const list = values.length === 1 && Array.isArray(values[0]) ? (values[0] as readonly ColumnOrValue[]) : (values as readonly ColumnOrValue[])
    return call('in', this, ...list.map(toColumn))
  }
  /** Whether the value is NULL. */
  isNull(): Column { return call('isnull', this) }
  /** Whether the value is not NULL. */
  isNotNull(): Column { return call('isnotnull', this) }
  /** Whether the value is NaN. */
  isNaN(): Column { return call('isnan', this) }

  // ── logic
  and(other: Column | boolean): Column { return this.#binary('and', other) }
  or(other: Column | boolean): Column { return this.#binary('or', other) }
  /** The opposite truth value. */
  not(): Column { return call('not', this) }

  // ── arithmetic
  plus(other: ColumnOrValue): Column { return this.#binary('+', other) }
  minus(other: ColumnOrValue): Column { return this.#binary('-', other) }
  multiply(other: ColumnOrValue): Column { return this.#binary('*', other) }
  divide(other: ColumnOrValue): Column { return this.#binary('/', other) }
  mod(other: ColumnOrValue): Column { return this.#binary('%', other) }
  /** The value with its sign changed. */
  negate(): Column { return call('negative', this) }
  bitwiseAND(other: ColumnOrValue): Column { return this.#binary('&', other) }
  bitwiseOR(other: ColumnOrValue): Column { return this.#binary('|', other) }
  bitwiseXOR(other: ColumnOrValue): Column { return this.#binary('^', other) }

  // ── text
  /** SQL LIKE with % and _. */
  like(pattern: ColumnOrValue): Column { return this.#binary('like', pattern) }
  /** LIKE in any case. */
  ilike(pattern: ColumnOrValue): Column { return this.#binary('ilike', pattern) }
  /** Whether a Java regular expression occurs in the text. */
  rlike(pattern: ColumnOrValue): Column { return this.#binary('rlike', pattern) }
  contains(other: ColumnOrValue): Column { return this.#binary('contains', other) }
  startsWith(other: ColumnOrValue): Column { return this.#binary('startswith', other) }
  /** The same as startsWith, by PySpark's name. */
  startswith(other: ColumnOrValue): Column { return this.startsWith(other) }
  /** The same as endsWith, by PySpark's name. */
  endswith(other: ColumnOrValue): Column { return this.endsWith(other) }
  endsWith(other: ColumnOrValue): Column { return this.#binary('endswith', other) }
  /** Part of a text; the first character is 1. */
  substr(start: ColumnOrValue, length: ColumnOrValue): Column { return call('substring', this, toColumn(start), toColumn(length)) }

  // ── parts
  /** An element of an array (from 0), the value of a map's key, or a struct's field by name. */
  getItem(key: ColumnOrValue): Column { return new Column({ kind: 'unresolved-extract', child: this.expression, key: toColumn(key).expression }) }
  /** A struct's field. */
  getField(name: string): Column { return new Column({ kind: 'unresolved-extract', child: this.expression, key: { kind: 'literal', value: name, type: stringType, nullable: false } }) }

  /**
   * The struct with a field put in, or in the place of one of that name; `"a.b"` reaches the field b of the field a. NULL stays NULL. Throws FIELD_NOT_FOUND for a struct on the way that is not there.
   * @example F.col('evento').withField('precio', F.col('evento.precio').multiply(1.19))
   */
  withField(name: string, value: ColumnOrValue): Column { return call('with field', this, pathOf(name), toColumn(value)) }
  /**
   * The struct without these fields; names that it has not are ignored. Throws DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS where none would be left.
   * @example F.col('evento').dropFields('interno', 'cliente.correo')
   */
  dropFields(...names: readonly string[]): Column { return names.reduce<Column>((c, name) => call('drop field', c, pathOf(name)), this) }

  // ── types and names
  /** The value as another type, given by name (`"double"`) or type. Malformed values are errors (ANSI). */
  cast(to: string | DataType): Column { return new Column({ kind: 'unresolved-cast', child: this.expression, to: typeof to === 'string' ? parseType(to) : to, mode: 'cast' }) }
  /** The same as cast, by PySpark's name. */
  astype(to: string | DataType): Column { return this.cast(to) }
  /** Like cast, with NULL in place of an error. */
  try_cast(to: string | DataType): Column { return new Column({ kind: 'unresolved-cast', child: this.expression, to: typeof to === 'string' ? parseType(to) : to, mode: 'try' }) }
  /** A name for the column; several names for a generator that makes several columns. */
  alias(...names: readonly string[]): Column { return new Column({ kind: 'unresolved-alias', child: this.expression, names }) }
  /** The same as alias. */
  as(...names: readonly string[]): Column { return this.alias(...names) }
  /** The same as alias. */
  name(name: string): Column { return this.alias(name) }

  // ── order
  asc(): Column { return order(this, true, null) }
  desc(): Column { return order(this, false, null) }
  asc_nulls_first(): Column { return order(this, true, true) }
  asc_nulls_last(): Column { return order(this, true, false) }
  desc_nulls_first(): Column { return order(this, false, true) }
  desc_nulls_last(): Column { return order(this, false, false) }

  // ── windows
  /**
   * The function over the rows of a window: an aggregate such as F.sum, or a window function such as F.row_number. On a batch only; a stream refuses it (NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING).
   * @example F.row_number().over(Window.partitionBy('k').orderBy(F.col('ts').desc()))
   */
  over(window: WindowSpec): Column { return new Column({ kind: 'unresolved-window', function: this.expression, ...window.definition }) }

  /** Calls a function with this column, for chains. `F.col("precio").transform(c => c.multiply(1.19)).alias("con_iva")` */
  transform(f: (column: Column) => Column): Column { return f(this) }
  /**
   * The column of the DataFrame around, inside one that `scalar()`, `exists()`, `isin()` or `lateralJoin()` puts there; until then the inner one knows no schema.
   * @example clientes.withColumn('total', compras.where(F.col('cliente').equalTo(F.col('id').outer())).select(F.sum('monto')).scalar())
   */
  outer(): Column { return new Column(mapExpression(this.expression, x => (x.kind === 'unresolved-attribute' ? { ...x, outer: true } : null))) }

  // ── conditions
  /** A further case: only after F.when(…). `F.when(a, 1).when(b, 2).otherwise(3)` */
  when(condition: Column, value: ColumnOrValue): Column {
    const e = this.expression
    if (e.kind !== 'unresolved-call' || e.name !== 'when' || e.args.length % 2 !== 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'when() follows only F.when(…), and not otherwise()', advice: 'Begin with F.when(condition, value).' })
    return new Column({ ...e, args: [...e.args, whenCondition(condition).expression, toColumn(value).expression] })
  }
  /** The value of all other cases: only after F.when(…). */
  otherwise(value: ColumnOrValue): Column {
    const e = this.expression
    if (e.kind !== 'unresolved-call' || e.name !== 'when' || e.args.length % 2 !== 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'otherwise() follows only F.when(…), once', advice: 'Begin with F.when(condition, value).' })
    return new Column({ ...e, args: [...e.args, toColumn(value).expression] })
  }

  toString(): string { return `Column<'${nameOf(this.expression)}'>` }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString() }
}

/** A DataFrame as a query inside another. */
interface Query { readonly plan: object; readonly backend: object }
const isQuery = (x: unknown): x is Query => typeof x === 'object' && x !== null && 'plan' in x && 'backend' in x

const pathOf = (name: string): Column => new Column({ kind: 'literal', value: parseIdentifier(name).join('\n'), type: stringType, nullable: false })

function order(c: Column, ascending: boolean, nullsFirst: boolean | null): Column {
  return new Column({ kind: 'sort-order', child: c.expression, ascending, nullsFirst })
}

/** A call of a SQL function on columns. */
export function call(name: string, ...args: readonly Column[]): Column {
  return new Column({ kind: 'unresolved-call', name, args: args.map(a => a.expression) })
}

/** A Column as it is; any other value as a literal. */
export function toColumn(value: ColumnOrValue): Column {
  return value instanceof Column ? value : new Column(literalOf(value))
}

/** The column of exactly this name, dots and all. */
export const exactColumn = (name: string): Column => new Column({ kind: 'unresolved-attribute', nameParts: [name] })

/** The condition of when(), which is no text. */
export function whenCondition(c: Column): Column {
  if (!(c instanceof Column)) throw analysisError('NOT_EXPECTED_TYPE', { argName: 'of when()', expectedType: 'a Column, such as F.col("n").gt(1) or F.expr("n > 1")', argType: typeof c === 'string' ? JSON.stringify(c) : typeof c })
  return c
}

/** Arguments that may be left out, up to the last that is given; one left out before it is what `otherwise` says. */
export function upToLast(given: readonly (ColumnOrName | undefined)[], otherwise: number | readonly string[]): Column[] {
  return given.slice(0, given.findLastIndex(c => c !== undefined) + 1).map((c, i) => (c === undefined ? toColumn(typeof otherwise === 'number' ? otherwise : otherwise[i]!) : columnNamed(c)))
}

/** A Column as it is; a text as the name of a column (`*` and `t.*` too). */
export function columnNamed(c: ColumnOrName, plan?: object): Column {
  if (typeof c !== 'string') {
    if (c instanceof Column) return c
    throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `a column is needed here, found ${c === null ? 'null' : typeof c}`, advice: 'Give a column name or a Column such as F.col("name"); a constant is F.lit(value).' })
  }
  if (c === '*') return new Column({ kind: 'star', target: null })
  if (c.endsWith('.*')) return new Column({ kind: 'star', target: parseIdentifier(c.slice(0, -2)) })
  const e: UnresolvedAttribute = { kind: 'unresolved-attribute', nameParts: parseIdentifier(c), ...(plan === undefined ? {} : { plan }) }
  return new Column(e)
}

/** A sort key: ascending unless asc()/desc() said otherwise. */
export function sortOrderOf(c: Column): SortOrder {
  return c.expression.kind === 'sort-order' ? (c.expression as SortOrder) : { kind: 'sort-order', child: c.expression, ascending: true, nullsFirst: null }
}

