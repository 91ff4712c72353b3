/** Owns types that are still being found, while a schema is looked for. Structs grow in place, so that many records with names of their own cost no copy of all names each. */
import type { DataType } from './data-type.ts'

/** The fields found so far, `T` being what is known of a field. */
export interface FoundStruct<T> {
  readonly kind: 'found'
  readonly fields: Map<string, T>
  /** What is known of the second, third… field of a name, where one record has several. */
  again: Map<string, T[]> | null
}

export const foundStruct = <T>(...fields: readonly (readonly [name: string, field: T])[]): FoundStruct<T> => ({ kind: 'found', fields: new Map(fields), again: null })

/** What the values of an array have in common. */
export interface Repeated<T> { readonly kind: 'repeated'; readonly element: T }
export const repeated = <T>(element: T): Repeated<T> => ({ kind: 'repeated', element })

/** The type of one value, `void` for none. */
export type FoundScalar = Exclude<DataType, { readonly kind: 'struct' | 'array' | 'map' }>
/** That, or what objects or arrays hold. */
export type FoundType = FoundScalar | FoundStruct<FoundType> | Repeated<FoundType>

/** Adds a field of one record. */
export function addField<T>(struct: FoundStruct<T>, name: string, field: T): void {
  if (!struct.fields.has(name)) { struct.fields.set(name, field); return }
  const more = (struct.again ??= new Map()).get(name)
  if (more === undefined) struct.again.set(name, [field])
  else more.push(field)
}

/** Puts the fields of `b` into `a` and gives `a`; `b` must not be used any more. The second field of a name in one record is joined with the second in others. */
export function joinStructs<T>(a: FoundStruct<T>, b: FoundStruct<T>, join: (x: T, y: T) => T): FoundStruct<T> {
  for (const [name, field] of b.fields) {
    const had = a.fields.get(name)
    a.fields.set(name, had === undefined ? field : join(had, field))
  }
  if (b.again === null) return a
  const again = a.again ??= new Map<string, T[]>()
  for (const [name, fields] of b.again) {
    const had = again.get(name)
    if (had === undefined) again.set(name, fields)
    else fields.forEach((field, i) => { had[i] = i < had.length ? join(had[i]!, field) : field })
  }
  return a
}

/** The fields in the order of their names. */
export function fieldsOf<T>(struct: FoundStruct<T>): (readonly [name: string, field: T])[] {
  const all: (readonly [string, T])[] = [...struct.fields]
  if (struct.again !== null) for (const [name, fields] of struct.again) for (const field of fields) all.push([name, field])
  return all.sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0))
}
