/** The parts of join conditions: conjuncts, and equality keys in the form in which state and hash tables hold them. */
import type { Resolved } from '../expressions/expression.ts'
import type { DataType } from '../types/data-type.ts'
import { coalesce } from './conditional.ts'
import { literal } from './define.ts'
import { isNull } from './null-tests.ts'

/** The parts of a conjunction. */
export function conjuncts(e: Resolved): Resolved[] {
  return e.kind === 'call' && e.name === 'and' ? e.args.flatMap(conjuncts) : [e]
}

/** `a <=> b` as two plain keys, as Spark keeps it: the value or the default of its type, and whether it is NULL. */
export function nullSafeKeys(left: readonly Resolved[], right: readonly Resolved[], nullSafe: readonly boolean[]): { readonly leftKeys: readonly Resolved[]; readonly rightKeys: readonly Resolved[] } {
  const keys = (side: readonly Resolved[]): Resolved[] => side.flatMap((k, i) => (nullSafe[i] === true ? [coalesce([k, literal(defaultOf(k.type), k.type)], k.type), isNull(k)] : [k]))
  return { leftKeys: keys(left), rightKeys: keys(right) }
}

function defaultOf(type: DataType): unknown {
  switch (type.kind) {
    case 'boolean': return false
    case 'byte': case 'short': case 'int': case 'date': case 'yearmonthinterval': case 'float': case 'double': return 0
    case 'long': case 'timestamp': case 'timestamp_ntz': case 'daytimeinterval': case 'decimal': return 0n
    case 'string': return ''
    case 'binary': return new Uint8Array(0)
    case 'array': return []
    case 'struct': return type.fields.map(f => defaultOf(f.dataType))
    default: return null
  }
}
