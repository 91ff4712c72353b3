/** How a resolved expression reads in messages and in explain(). */
import { simpleString, sqlName } from '../types/data-type.ts'
import type { Resolved } from './expression.ts'

const infix = new Set(['+', '-', '*', '/', '%', '=', '<=>', '<', '<=', '>', '>=', '&', '|', '^', 'div', 'and', 'or'])

/** A short text for an argument in messages and plans. */
export function describe(arg: Resolved): string {
  switch (arg.kind) {
    case 'attribute': case 'alias': case 'variable': return arg.name
    case 'literal': return arg.value === null ? 'NULL' : typeof arg.value === 'object' ? simpleString(arg.type) : String(arg.value)
    case 'call': case 'aggregate-call': {
      const args = arg.args.map(describe)
      if (infix.has(arg.name) && args.length === 2) return `(${args[0]} ${arg.name.toUpperCase()} ${args[1]})`
      return arg.name === 'cast' ? `CAST(${args[0]} AS ${sqlName(arg.type)})` : `${arg.name}(${args.join(', ')})`
    }
    case 'marker': return `${arg.name}(${arg.args.map(describe).join(', ')})`
    default: return arg.kind
  }
}
