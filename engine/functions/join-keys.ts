/** The parts of join conditions: conjuncts, and equality keys in the form in which state and hash tables hold them. */
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import type { DataType } from '../types/data-type.ts'
import { coalesce } from './conditional.ts'
import { literal } from './define.ts'
import { isNull } from './null-tests.ts'

/** The parts of a conjunction. */
export function conjuncts(e: Resolved): Resolved[] {
  return e.kind === 'call' && e.name === 'and' ? e.args.flatMap(conjuncts) : [e]
}

export interface JoinKeys { readonly leftKeys: readonly Resolved[]; readonly rightKeys: readonly Resolved[]; readonly nullSafe: readonly boolean[]; readonly rest: readonly Resolved[] }

/** The conjuncts that are an equality of something of one side with something of the other, as keys; the others are the rest. */
export function joinKeys(parts: readonly Resolved[], leftIds: ReadonlySet<number>, rightIds: ReadonlySet<number>): JoinKeys {
  const within = (e: Resolved, ids: ReadonlySet<number>): boolean => { const used = [...attributesOf(e).keys()]; return used.length > 0 && used.every(id => ids.has(id)) }
  const leftKeys: Resolved[] = [], rightKeys: Resolved[] = [], nullSafe: boolean[] = [], rest: Resolved[] = []
  for (const part of parts) {
    const equality = part.kind === 'call' && (part.name === '=' || part.name === '<=>') ? part : null
    const [a, b] = equality?.args ?? []
    if (a !== undefined && b !== undefined && within(a, leftIds) && within(b, rightIds)) { leftKeys.push(a); rightKeys.push(b); nullSafe.push(equality!.name === '<=>') }
    else if (a !== undefined && b !== undefined && within(a, rightIds) && within(b, leftIds)) { leftKeys.push(b); rightKeys.push(a); nullSafe.push(equality!.name === '<=>') }
    else rest.push(part)
  }
  return { leftKeys, rightKeys, nullSafe, rest }
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
    case 'long': case 'timestamp': case 'timestamp_ntz': case 'time': case 'daytimeinterval': case 'decimal': return 0n
    case 'string': return ''
    case 'binary': return new Uint8Array(0)
    case 'array': return []
    case 'struct': return type.fields.map(f => defaultOf(f.dataType))
    default: return null
  }
}
