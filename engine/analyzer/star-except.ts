/** `* EXCEPT (k, s.i)` and `|> DROP k, s.i`: what a star stands for without some columns, and with structs that lack some fields. */
import { analysisError, SparkError } from '../errors/spark-error.ts'
import { alias, sameExpression } from '../expressions/attribute.ts'
import type { Attribute, Resolved, UnresolvedStar } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { literal, type BindContext } from '../functions/define.ts'
import { extract } from '../functions/extract.ts'
import { sqlName, stringType, type StructTypeShape } from '../types/data-type.ts'
import { resolveName, type Scope } from './scope.ts'

interface LeftOut { readonly column: Resolved; /** Of a field of it, the names that lead there; none: the column goes. */ readonly path: readonly string[] }

/** The items without what the star leaves out. Throws UNRESOLVED_COLUMN.*, AMBIGUOUS_REFERENCE, FIELD_NOT_FOUND, and EXCEPT_OVERLAPPING_COLUMNS where one of two names is the other or within it. */
export function withoutExcepted(star: UnresolvedStar, items: readonly Resolved[], scope: Scope, context: BindContext): Resolved[] {
  const names = star.except ?? []
  if (names.length === 0) return [...items]
  // The fields of `struct.*` are called as they are.
  const field = (name: string): Resolved | undefined => items.find(i => i.kind === 'alias' && i.name.toLowerCase() === name.toLowerCase())
  const gone = names.map(parts => { const own = parts.length === 1 ? field(parts[0]!) : undefined; return own === undefined ? leftOut(parts, items, scope, context) : { column: own, path: [] } })
  for (const [i, a] of gone.entries()) for (const b of gone.slice(i + 1)) if (overlap(a, b)) throw analysisError('EXCEPT_OVERLAPPING_COLUMNS', { columns: names.map(n => n.join('.')).join(', ') })
  return items.flatMap(item => {
    const own = gone.filter(g => sameExpression(g.column, item))
    if (own.some(g => g.path.length === 0)) return []
    if (own.length === 0) return [item]
    return [alias(fieldsLeft(item, own.map(g => g.path), context), (item as Attribute).name)]
  })
}

// A struct made anew, which is never NULL itself.
function fieldsLeft(struct: Resolved, paths: readonly (readonly string[])[], context: BindContext): Resolved {
  const { fields } = struct.type as StructTypeShape
  return bindByName('named_struct', fields.flatMap(f => {
    const own = paths.filter(p => p[0]!.toLowerCase() === f.name.toLowerCase()).map(p => p.slice(1)), name = literal(f.name, stringType), value = extract(struct, name, context)
    return own.some(p => p.length === 0) ? [] : [name, own.length === 0 ? value : fieldsLeft(value, own, context)]
  }), context)
}

const overlap = (a: LeftOut, b: LeftOut): boolean => sameExpression(a.column, b.column) && a.path.every((name, i) => b.path[i] === undefined || b.path[i]!.toLowerCase() === name.toLowerCase())

function leftOut(parts: readonly string[], items: readonly Resolved[], scope: Scope, context: BindContext): LeftOut {
  const isItem = (e: Resolved | null): e is Resolved => e !== null && items.some(i => sameExpression(i, e))
  for (let count = parts.length; count > 0; count--) {
    const column = columnOf(parts.slice(0, count), scope, context)
    if (!isItem(column)) continue
    checkPath(column, parts.slice(count), parts, context)
    return { column, path: parts.slice(count) }
  }
  resolveName(parts, undefined, scope, context)
  throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `* EXCEPT (${parts.join('.')})`, advice: 'Name columns that the star stands for, or fields of them.' })
}

// Null for a name that is none; one that is several columns is an error.
function columnOf(parts: readonly string[], scope: Scope, context: BindContext): Resolved | null {
  try { return resolveName(parts, undefined, scope, context) } catch (e) { if (e instanceof SparkError && e.condition !== 'AMBIGUOUS_REFERENCE') return null; throw e }
}

// A field that there is not is FIELD_NOT_FOUND, as where it is read.
function checkPath(column: Resolved, path: readonly string[], parts: readonly string[], context: BindContext): void {
  let at = column
  for (const name of path) {
    if (at.type.kind === 'array' || at.type.kind === 'map') throw analysisError('EXCEPT_NESTED_COLUMN_INVALID_TYPE', { columnName: parts.join('.'), dataType: sqlName(at.type) })
    at = extract(at, literal(name, stringType), context)
  }
}
