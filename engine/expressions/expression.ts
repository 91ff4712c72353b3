/** The node unions of expressions: as written (names, not yet types) and as resolved (types, and what each call does). */
import type { DataType, Metadata } from '../types/data-type.ts'
import type { Vector } from '../columns/vector.ts'
import type { Emitted, Emitter } from './codegen/emitter.ts'
import type { AggregateFunction } from './aggregate-function.ts'
import type { UserFunction } from './user-function.ts'

/** A constant: `value` is an internal value of `type` (null for NULL). */
export interface Literal { readonly kind: 'literal'; readonly value: unknown; readonly type: DataType; readonly nullable: boolean }
/** A name such as `a`, `t.a` or `a.b.c`; `planId` is set by `df.col("a")` and says which plan's column is meant. */
export interface UnresolvedAttribute { readonly kind: 'unresolved-attribute'; readonly nameParts: readonly string[]; readonly plan?: object; /** A column of the query around, where there is one. */ readonly outer?: true; /** How it reads in names, where that is not its own. */ readonly shown?: string }
/** `*` or `t.*` or `struct.*`. */
export interface UnresolvedStar { readonly kind: 'star'; readonly target: readonly string[] | null; /** EXCEPT (…): names of columns that are left out. */ readonly except?: readonly (readonly string[])[] }
/** A call of a function or operator by name: `sum(v)`, `+`, `and`, `in`, `when` (condition, value, …, otherwise). */
export interface UnresolvedCall {
  readonly kind: 'unresolved-call'; readonly name: string; readonly args: readonly Expression[]
  readonly distinct?: boolean; readonly filter?: Expression | null; readonly ignoreNulls?: boolean
  /** Arguments were given by names that this function has not. */
  readonly named?: boolean
  /** The user's own function, where it is not found by its name. */
  readonly user?: UserFunction
}
/** `child[key]` or `child.key`: an element of an array or a map, a field of a struct. */
export interface UnresolvedExtract { readonly kind: 'unresolved-extract'; readonly child: Expression; readonly key: Expression }
/** `CAST(child AS to)`; mode `try` gives NULL instead of an error. */
export interface UnresolvedCast { readonly kind: 'unresolved-cast'; readonly child: Expression; readonly to: DataType; readonly mode: 'cast' | 'try' }
/** `x -> body` or `(x, y) -> body`; in the body the parameters stand as unresolved attributes. */
export interface UnresolvedLambda { readonly kind: 'unresolved-lambda'; readonly parameters: readonly string[]; readonly body: Expression }
/** A name given to a value; several names for a generator that makes several columns. */
export interface UnresolvedAlias { readonly kind: 'unresolved-alias'; readonly child: Expression; readonly names: readonly string[]; readonly metadata?: Metadata; /** The names stand in parentheses. */ readonly listed?: true; /** LATERAL VIEW: the child is a generator, and its columns are of this table; no names: its own. */ readonly view?: string }
/** One key of an ORDER BY; `nullsFirst` null means Spark's default (first when ascending). */
export interface SortOrder<E = Expression> { readonly kind: 'sort-order'; readonly child: E; readonly ascending: boolean; readonly nullsFirst: boolean | null }
/** Where a frame begins or ends; an amount counts forwards, so it is negative for PRECEDING. */
export type FrameBound = 'unbounded-preceding' | 'current-row' | 'unbounded-following' | Expression
export interface WindowFrame { readonly unit: 'rows' | 'range'; readonly lower: FrameBound; readonly upper: FrameBound }
/** `function OVER (PARTITION BY … ORDER BY … frame)`; `named` is the window of a WINDOW clause that is meant, until that clause is read. */
export interface UnresolvedWindow {
  readonly kind: 'unresolved-window'; readonly function: Expression; readonly partitionBy: readonly Expression[]; readonly orderBy: readonly SortOrder[]; readonly frame: WindowFrame | null
  readonly named?: string
}

/** `values IN (query)`, `EXISTS (query)`, or the value of a query of one row; `query` is a plan. */
export interface UnresolvedSubquery { readonly kind: 'unresolved-subquery'; readonly test: 'in' | 'exists' | 'scalar'; readonly values: readonly Expression[]; readonly query: object }

/** An expression as the API and the SQL parser make it. Resolved nodes may stand in it too. */
export type Expression =
  | Literal | UnresolvedAttribute | UnresolvedStar | UnresolvedCall | UnresolvedExtract | UnresolvedCast | UnresolvedLambda
  | UnresolvedAlias | UnresolvedSubquery | SortOrder | UnresolvedWindow | Resolved

/** A column of an operator's input. `id` tells columns of one name apart; `qualifier` holds the aliases it can be reached by. */
export interface Attribute {
  readonly kind: 'attribute'; readonly id: number; readonly name: string; readonly type: DataType; readonly nullable: boolean
  readonly qualifier: readonly string[]; readonly metadata?: Metadata
  /** A column of the query around the subquery that names it. */
  readonly outer?: true
}
/** A call whose types are settled and whose implementation is known. */
export interface Call {
  readonly kind: 'call'; readonly name: string; readonly args: readonly Resolved[]; readonly type: DataType; readonly nullable: boolean
  readonly implementation: Implementation
  /** False for rand(), uuid(): such a call is neither folded nor moved nor evaluated once a dictionary entry. */
  readonly deterministic: boolean
  /** Not deterministic to Spark, yet the same for a row wherever it is asked for: a key and what is selected of it may both be such calls. */
  readonly ofRow?: true
  /** What tells calls of one name apart: the user's function. */
  readonly identity?: object
}
/** A lambda whose variables have types. */
export interface Lambda { readonly kind: 'lambda'; readonly variables: readonly Variable[]; readonly body: Resolved; readonly type: DataType; readonly nullable: boolean }
export interface Variable { readonly kind: 'variable'; readonly id: number; readonly name: string; readonly type: DataType; readonly nullable: boolean }
/** An aggregate inside an Aggregate node; elsewhere it is an error. */
export interface AggregateCall {
  readonly kind: 'aggregate-call'; readonly name: string; readonly args: readonly Resolved[]; readonly type: DataType; readonly nullable: boolean
  readonly distinct: boolean; readonly filter: Resolved | null; readonly function: AggregateFunction
  /** What tells two calls of one name and the same arguments apart: percentages, separators, directions. */
  readonly parameters?: string
}
/** `explode` and its kin: a row in, any number of rows out. `columns` are the columns it makes. */
export interface GeneratorCall {
  readonly kind: 'generator'; readonly name: string; readonly args: readonly Resolved[]; readonly type: DataType; readonly nullable: boolean
  readonly columns: readonly { readonly name: string; readonly type: DataType; readonly nullable: boolean }[]
  /** The rows made from one row's argument values, each an array with a value a column. */
  readonly generate: (...args: any[]) => readonly (readonly unknown[])[]
  readonly outer: boolean
  readonly qualifier?: string
}
export interface Alias { readonly kind: 'alias'; readonly child: Resolved; readonly name: string; readonly id: number; readonly type: DataType; readonly nullable: boolean; readonly metadata?: Metadata }
/** A marker that the analyzer replaces before anything runs: window(), session_window(), a row_number() OVER (…). */
export interface Marker { readonly kind: 'marker'; readonly name: string; readonly args: readonly Resolved[]; readonly type: DataType; readonly nullable: boolean; readonly details: unknown }

export type Resolved = Literal | Attribute | Call | Lambda | Variable | AggregateCall | GeneratorCall | Alias | Marker

/**
 * What a call does. At least one of `source`, `emit`, `evaluate` is given; `vector` is an extra for whole columns.
 * - `strict` (the default): the result is NULL if an argument is; bodies then see no NULL. An `evaluate` may still return null.
 * - not strict: `evaluate` gets null for NULL; `source` is not used.
 */
export interface Implementation {
  readonly strict?: boolean
  /** The body as a JavaScript expression over the sources of the (non-NULL) arguments, e.g. `(a, b) => \`${a} < ${b}\``. */
  readonly source?: (args: readonly string[], emitter: Emitter) => string
  /** Full control: emits statements, decides which arguments are evaluated (CASE, AND, coalesce). */
  readonly emit?: (emitter: Emitter, args: readonly Resolved[]) => Emitted
  /** The same from its beginning, for a body that goes on from row to row: random draws, row numbers. Each batch query starts it again. */
  readonly restart?: () => Implementation
  /** The body as a function of internal values; arguments that are lambdas arrive as functions of values-or-null. */
  readonly evaluate?: (...args: any[]) => unknown
  /** The body may raise an error, so `vector` is not run for rows that a branch leaves out. */
  readonly mayFail?: boolean
  /** The whole column at once: for calls that work on layouts (struct fields, from_json over bytes). */
  readonly vector?: (args: readonly Vector[], length: number) => Vector
}
