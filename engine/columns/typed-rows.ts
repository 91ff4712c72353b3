/** What TypeScript knows of rows whose schema is written as DDL text: `RowOf<"k STRING, n BIGINT">` is `{ k: string; n: number }`. Types only. */
import type { StructTypeShape } from '../types/data-type.ts'
import type { Row } from './rows.ts'
import type { CalendarDate, Decimal, Interval, TimeOfDay, Timestamp } from './row-values.ts'
import type { VariantVal } from './variant-val.ts'

/** A schema as it is given to the API: DDL text or a StructType. */
export type Schema = string | StructTypeShape

/**
 * The rows that a schema lets a function read. Text that is known when the program is compiled gives a type a column; anything else gives `Row`.
 * Columns may be NULL unless they are NOT NULL: the types leave that out, as they leave out that a BIGINT beyond 2^53 − 1 is a bigint.
 */
export type RowOf<S> = S extends string ? (string extends S ? Row : Fields<Split<Spaced<S>>, false>) : Row
/** The rows that a schema lets a function write: null for every column, and all that is read as its type (a Date for a TIMESTAMP). */
export type RowInput<S> = S extends string ? (string extends S ? Row : Fields<Split<Spaced<S>>, true>) : Row

/** What a function may give whose result is a SQL type: `ValueInput<"ARRAY<INT>">` is `(number | null)[] | null`; anything where the type is not a text known when the program is compiled. */
export type ValueInput<T> = T extends string ? (string extends T ? any : Cell<Trim<Spaced<T>>, true>) : any

type Blank = ' ' | '\n' | '\t' | '\r'
type Trim<T extends string> = T extends `${Blank}${infer R}` ? Trim<R> : T extends `${infer R}${Blank}` ? Trim<R> : T
type Spaced<T extends string> = T extends `${infer A}\n${infer B}` ? Spaced<`${A} ${B}`> : T

// Cuts a list at the commas that stand in no brackets.
type Split<T extends string, Depth extends 1[] = [], Now extends string = '', Done extends string[] = []> =
  T extends `${infer C}${infer R}`
    ? C extends ',' ? (Depth extends [] ? Split<R, [], '', [...Done, Now]> : Split<R, Depth, `${Now},`, Done>)
      : C extends '<' | '(' ? Split<R, [...Depth, 1], `${Now}${C}`, Done>
        : C extends '>' | ')' ? Split<R, Depth extends [1, ...infer D extends 1[]] ? D : [], `${Now}${C}`, Done>
          : Split<R, Depth, `${Now}${C}`, Done>
    : [...Done, Now]

type Named<F extends string> =
  F extends `\`${infer N}\`${infer T}` ? [N, Trim<T extends `:${infer U}` ? U : T>]
    : F extends `${infer N} ${infer T}` ? (N extends `${infer M}:` ? [M, Trim<T>] : N extends `${infer M}:${infer U}` ? [M, Trim<`${U} ${T}`>] : Trim<T> extends `:${infer U}` ? [N, Trim<U>] : [N, Trim<T>])
      : F extends `${infer N}:${infer T}` ? [N, Trim<T>] : never

type Fields<L extends string[], Write extends boolean> = { -readonly [F in L[number] as Named<Trim<F>>[0]]: Cell<Named<Trim<F>>[1], Write> }
type Cell<T extends string, Write extends boolean> = Value<Bare<T>, Write> | (Write extends true ? null : never)

// The type without NOT NULL and COMMENT.
type Bare<T extends string> = Uppercase<T> extends `${string} NOT NULL${string}` | `${string} COMMENT ${string}` ? (T extends `${infer B} ${string}` ? (B extends `${string}<${string}` | `${string}(${string}` ? Brackets<T> : B) : T) : T
type Brackets<T extends string> = T extends `${infer B}> ${'N' | 'n' | 'C' | 'c'}${string}` ? `${B}>` : T extends `${infer B})${string}` ? `${B})` : T

type Plain = { BOOLEAN: boolean; TINYINT: number; BYTE: number; SMALLINT: number; SHORT: number; INT: number; INTEGER: number; BIGINT: number; LONG: number; FLOAT: number; REAL: number; DOUBLE: number; STRING: string; BINARY: Uint8Array; DATE: CalendarDate; TIMESTAMP: Timestamp; TIMESTAMP_LTZ: Timestamp; TIMESTAMP_NTZ: Timestamp; VARIANT: VariantVal; VOID: null }
type Written = { [K in keyof Plain]: K extends 'BIGINT' | 'LONG' ? number | bigint : K extends 'DATE' ? Date | string : K extends `TIMESTAMP${string}` ? Date | bigint | string : K extends 'BINARY' ? Uint8Array | string : Plain[K] }

type Value<T extends string, Write extends boolean> =
  Uppercase<T> extends infer U extends keyof Plain ? (Write extends true ? Written[U] : Plain[U])
    : Uppercase<T> extends `DECIMAL${string}` | `DEC${string}` | `NUMERIC${string}` ? (Write extends true ? Decimal | number | bigint | string : Decimal)
      : Uppercase<T> extends `VARCHAR${string}` | `CHAR${string}` ? string
        : Uppercase<T> extends `INTERVAL${string}` ? Interval
        : Uppercase<T> extends 'TIME' | `TIME(${string}` | `TIME WITHOUT${string}` ? (Write extends true ? TimeOfDay | bigint | string : TimeOfDay)
          : T extends `${infer Head}<${infer Rest}`
            ? Rest extends `${infer Inner}>`
              ? Uppercase<Trim<Head>> extends 'ARRAY' ? (Cell<Trim<Inner>, Write>)[]
                : Uppercase<Trim<Head>> extends 'MAP' ? (Split<Inner> extends [infer K extends string, infer V extends string] ? Map<Value<Trim<K>, Write>, Cell<Trim<V>, Write>> : any)
                  : Uppercase<Trim<Head>> extends 'STRUCT' ? Fields<Split<Inner>, Write> : any
              : any
            : any
