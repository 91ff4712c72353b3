/** The WINDOW clause: windows by name, put in the place of OVER name. */
import { parseError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { parseWindowDefinition, type WindowDefinition } from '../expressions/parse-window.ts'
import { mentions } from '../expressions/map-expression.ts'
import { expressionsIn, type LogicalPlan } from '../plan/logical-plan.ts'
import type { SqlReader } from './reader.ts'

export type NamedWindows = ReadonlyMap<string, WindowDefinition>

/** `WINDOW a AS (…), b AS a`; empty where no such clause follows. A name keeps its case. */
export function windowClause(r: SqlReader): NamedWindows {
  const { tokens } = r, found = new Map<string, WindowDefinition>()
  if (!startsClause(r)) return found
  tokens.skip(1)
  tokens.list(() => {
    const name = tokens.name()
    tokens.expectWord('as')
    if (found.has(name)) throw parseError('INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION', { windowName: `\`${name}\`` })
    found.set(name, parseWindowDefinition(r.grammar))
  })
  return found
}

const startsClause = ({ tokens }: SqlReader): boolean => tokens.isWord('window') && tokens.isName(1) && tokens.isWord('as', 2)

function definitionOf(name: string, windows: NamedWindows): WindowDefinition | null {
  let found = windows.get(name)
  for (let steps = windows.size; found?.named !== undefined; steps--) {
    if (steps === 0) throw parseError('INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE', { windowName: `\`${name}\`` })
    found = windows.get(found.named)
  }
  return found ?? null
}

/** The expression with every `OVER name` replaced by the window of that name. */
export function withWindows<E extends Expression>(e: E, windows: NamedWindows): E
export function withWindows(e: Expression, windows: NamedWindows): Expression {
  const on = <T extends Expression>(x: T): T => withWindows(x, windows)
  switch (e.kind) {
    case 'unresolved-window': {
      const { named, ...own } = e
      // A clause that follows later may define it.
      if (named !== undefined) return { ...own, ...(definitionOf(named, windows) ?? { named }) }
      return { ...own, function: on(e.function), partitionBy: e.partitionBy.map(on), orderBy: e.orderBy.map(on) }
    }
    case 'unresolved-call': return { ...e, args: e.args.map(on), ...(e.filter == null ? {} : { filter: on(e.filter) }) }
    case 'unresolved-cast': case 'unresolved-alias': case 'sort-order': return { ...e, child: on(e.child) }
    case 'unresolved-extract': return { ...e, child: on(e.child), key: on(e.key) }
    case 'unresolved-lambda': return { ...e, body: on(e.body) }
    default: return e
  }
}

/** The query with the windows of a clause that stands behind it: in its lists, and in those of the queries that it selects from; views and the queries of WITH are for themselves, and what |> SET assigns. */
export function withWindowsOf(plan: LogicalPlan, windows: NamedWindows): LogicalPlan {
  if (windows.size === 0 || (plan.kind === 'alias' && (plan.view === true || plan.named === true))) return plan
  const on = <E extends Expression>(e: E): E => withWindows(e, windows), below = <P extends LogicalPlan>(p: P): P => {
    if ('left' in p) { const left = withWindowsOf(p.left, windows), right = withWindowsOf(p.right, windows); return left === p.left && right === p.right ? p : { ...p, left, right } }
    const child = 'child' in p ? withWindowsOf(p.child, windows) : null
    return !('child' in p) || child === p.child ? p : { ...p, child }
  }
  if (!expressionsIn(plan).some(e => mentions(e, x => x.kind === 'unresolved-window' && x.named !== undefined))) return below(plan)
  switch (plan.kind) {
    case 'project': return below({ ...plan, expressions: plan.expressions.map(on) })
    case 'select-aggregate': return below({ ...plan, select: plan.select.map(on), orders: plan.orders.map(on) })
    case 'qualify': return below({ ...plan, condition: on(plan.condition) })
    case 'sort': return below({ ...plan, orders: plan.orders.map(on) })
    default: return below(plan)
  }
}
