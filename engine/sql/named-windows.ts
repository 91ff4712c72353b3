/** The WINDOW clause: windows by name, put in the place of OVER name. */
import { analysisError, parseError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { parseWindowDefinition, type WindowDefinition } from '../expressions/parse-window.ts'
import type { SqlReader } from './reader.ts'

export type NamedWindows = ReadonlyMap<string, WindowDefinition>

/** `WINDOW a AS (…), b AS a`; empty where no such clause follows. A name keeps its case. */
export function windowClause(r: SqlReader): NamedWindows {
  const { tokens } = r, found = new Map<string, WindowDefinition>()
  if (!tokens.isWord('window') || !tokens.isName(1) || !tokens.isWord('as', 2)) return found
  tokens.skip(1)
  tokens.list(() => {
    const name = tokens.name()
    tokens.expectWord('as')
    if (found.has(name)) throw parseError('INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION', { windowName: `\`${name}\`` })
    found.set(name, parseWindowDefinition(r.grammar))
  })
  return found
}

function definitionOf(name: string, windows: NamedWindows): WindowDefinition {
  let found = windows.get(name)
  for (let steps = windows.size; found?.named !== undefined; steps--) {
    if (steps === 0) throw parseError('INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE', { windowName: `\`${name}\`` })
    found = windows.get(found.named)
  }
  if (found === undefined) throw analysisError('MISSING_WINDOW_SPECIFICATION', { windowName: name })
  return found
}

/** The expression with every `OVER name` replaced by the window of that name. */
export function withWindows<E extends Expression>(e: E, windows: NamedWindows): E
export function withWindows(e: Expression, windows: NamedWindows): Expression {
  const on = <T extends Expression>(x: T): T => withWindows(x, windows)
  switch (e.kind) {
    case 'unresolved-window': {
      const { named, ...own } = e
      if (named !== undefined) return { ...own, ...definitionOf(named, windows) }
      return { ...own, function: on(e.function), partitionBy: e.partitionBy.map(on), orderBy: e.orderBy.map(on) }
    }
    case 'unresolved-call': return { ...e, args: e.args.map(on), ...(e.filter == null ? {} : { filter: on(e.filter) }) }
    case 'unresolved-cast': case 'unresolved-alias': case 'sort-order': return { ...e, child: on(e.child) }
    case 'unresolved-extract': return { ...e, child: on(e.child), key: on(e.key) }
    case 'unresolved-lambda': return { ...e, body: on(e.body) }
    default: return e
  }
}
