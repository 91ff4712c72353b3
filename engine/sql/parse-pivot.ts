/** PIVOT and UNPIVOT behind a relation. */
import type { Expression } from '../expressions/expression.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import type { SqlReader } from './reader.ts'

/** The relation with the PIVOT or UNPIVOT that follows it; null where none does. */
export function pivotClause(r: SqlReader, child: LogicalPlan): LogicalPlan | null {
  if (r.tokens.isWord('pivot') && r.tokens.isSymbol('(', 1)) return named(r, pivot(r, child))
  if (r.tokens.isWord('unpivot') && (r.tokens.isSymbol('(', 1) || r.tokens.isWord('nulls', 2))) return named(r, unpivot(r, child))
  return null
}

const words = ['left', 'right', 'full', 'inner', 'cross', 'semi', 'anti', 'natural']

// `AS p`: a name without columns. As Spark reads it, the word before JOIN is such a name, and the join an inner one; LEFT OUTER JOIN is none.
function named(r: SqlReader, child: LogicalPlan): LogicalPlan {
  const name = r.tokens.isWord('join', 1) && words.some(w => r.tokens.isWord(w)) ? r.tokens.name() : r.alias()
  return name === null ? child : { kind: 'alias', name, child }
}

const column = (r: SqlReader): Expression => ({ kind: 'unresolved-attribute', nameParts: [r.tokens.name()] })

// PIVOT (sum(v) AS s, … FOR k IN ('a' AS x, …)), FOR (k, l) IN (('a', 1), …).
function pivot(r: SqlReader, child: LogicalPlan): LogicalPlan {
  const { tokens } = r
  tokens.skip(2)
  const aggregates = r.ending('for', () => tokens.list(() => r.grammar.named()))
  tokens.expectWord('for')
  const several = tokens.symbol('('), columns = several ? tokens.list(() => column(r)) : [column(r)]
  if (several) tokens.expectSymbol(')')
  tokens.expectWord('in')
  tokens.expectSymbol('(')
  const values = tokens.list(() => {
    const e = r.grammar.named()
    return e.kind === 'unresolved-alias' ? { value: e.child, name: e.names[0]! } : { value: e, name: null }
  })
  tokens.expectSymbol(')')
  tokens.expectSymbol(')')
  const by: Expression = columns.length === 1 ? columns[0]! : { kind: 'unresolved-call', name: 'struct', args: columns }
  return { kind: 'aggregate', grouping: 'groupby', keys: [], aggregates, pivot: { column: by, values, others: true }, child }
}

// UNPIVOT [INCLUDE NULLS] (v FOR k IN (a, b AS x)), ((v, w) FOR k IN ((a, b) AS x, …)).
function unpivot(r: SqlReader, child: LogicalPlan): LogicalPlan {
  const { tokens } = r
  tokens.skip(1)
  const excludeNulls = !r.words('include', 'nulls')
  if (excludeNulls) r.words('exclude', 'nulls')
  tokens.expectSymbol('(')
  const several = tokens.isSymbol('('), names = several ? r.names() : [tokens.name()]
  tokens.expectWord('for')
  const variable = tokens.name()
  tokens.expectWord('in')
  tokens.expectSymbol('(')
  const values = tokens.list(() => {
    if (several) tokens.expectSymbol('(')
    const columns = several ? tokens.list(() => path(r)) : [path(r)]
    if (several) tokens.expectSymbol(')')
    return { columns, name: r.alias() }
  })
  tokens.expectSymbol(')')
  tokens.expectSymbol(')')
  return { kind: 'unpivot', ids: null, values, variable, names, excludeNulls, child }
}

// `a`, `t.a`
function path(r: SqlReader): Expression {
  const nameParts = [r.tokens.name()]
  while (r.tokens.symbol('.')) nameParts.push(r.tokens.name())
  return { kind: 'unresolved-attribute', nameParts }
}
