/** The pipe operators: what stands behind `|>` and takes the rows before it. */
import { analysisError, parseError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { mentions } from '../expressions/map-expression.ts'
import type { LogicalPlan, SelectAggregate } from '../plan/logical-plan.ts'
import { windowClause } from './named-windows.ts'
import { pivotClause } from './parse-pivot.ts'
import { combined, parseOperand, parseOrganization, setOperator } from './parse-query.ts'
import { joinClause } from './parse-relation.ts'
import { parseSelect } from './parse-select.ts'
import type { SqlReader } from './reader.ts'
import { sampled } from './table-sample.ts'

/**
 * One operator behind `|>`; a word that begins none ends in PARSE_SYNTAX_ERROR where the query goes on, for an operator may be empty, as in Spark.
 * SELECT, EXTEND, SET, DROP, joins and the like are the nodes that a SELECT makes; WHERE and the sorts see the columns before them and nothing that those have left out.
 * Throws UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE and its kin, all while the text is read.
 */
export function parsePipe(r: SqlReader, input: LogicalPlan): LogicalPlan {
  const { tokens } = r
  r.countOperator()
  if (tokens.isWord('select')) return parseSelect(r, input, true)
  if (tokens.word('extend')) return { kind: 'project', expressions: [{ kind: 'star', target: null }, ...tokens.list(() => r.grammar.named())], child: input, pipe: 'EXTEND' }
  if (tokens.word('set')) return assignments(r, input)
  if (tokens.word('drop')) return { kind: 'project', expressions: [{ kind: 'star', target: null, except: tokens.list(() => path(r)) }], child: input }
  if (tokens.word('as')) return { kind: 'alias', name: tokens.name(), child: input }
  if (tokens.word('where')) {
    const condition = r.grammar.expression()
    if (windowClause(r).size > 0) throw parseError('NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE')
    return { kind: 'filter', condition, child: { kind: 'pipe', child: input } }
  }
  if (tokens.word('aggregate')) return aggregation(r, input)
  const turned = pivotClause(r, input)
  if (turned !== null) {
    const again = tokens.isWord(turnedBy(turned) === 'pivot' ? 'unpivot' : 'pivot') ? pivotClause(r, turned) : null
    if (again !== null) throw parseError('NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT')
    return turned
  }
  if (tokens.isWord('tablesample')) return sampled(r, input)
  const operator = setOperator(r, 0)
  if (operator !== null) return combined(operator, input, parseOperand(r))
  return joinClause(r, input) ?? parseOrganization(r, { kind: 'pipe', child: input }, true)
}

const turnedBy = (plan: LogicalPlan): 'pivot' | 'unpivot' => ((plan.kind === 'alias' ? plan.child : plan).kind === 'unpivot' ? 'unpivot' : 'pivot')

// `a`, `t.a`, `a.field`
function path({ tokens }: SqlReader): string[] {
  const parts = [tokens.name()]
  while (tokens.symbol('.')) parts.push(tokens.name())
  return parts
}

// Each assignment sees what those before it have made.
function assignments(r: SqlReader, input: LogicalPlan): LogicalPlan {
  const { tokens } = r
  return tokens.list(() => {
    r.countOperator()
    const parts = path(r)
    if (!tokens.symbol('==')) tokens.expectSymbol('=')
    const expression = r.grammar.expression()
    if (parts.length > 1) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `|> SET ${parts.join('.')} has a name of several parts`, advice: 'Name a column by itself; a field is changed by making its struct anew.' })
    return { name: parts[0]!, expression }
  }).reduce<LogicalPlan>((child, column) => ({ kind: 'with-columns', columns: [column], child, pipe: 'SET' }), input)
}

const unsupported = (what: string): Error => parseError('UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE', { case: what })

// AGGREGATE [sum(v) AS s, …] [GROUP BY k AS a, …]
function aggregation(r: SqlReader, input: LogicalPlan): LogicalPlan {
  const { tokens } = r, ends = (ahead: number): boolean => tokens.peek(ahead).kind === 'end' || ['|>', ')', ';'].some(s => tokens.isSymbol(s, ahead))
  const grouped = (): boolean => tokens.isWord('group') && tokens.isWord('by', 1)
  // With nothing behind it, GROUP is a column, and BY its name.
  const select = ends(0) || (grouped() && !ends(2)) ? [] : tokens.list(() => r.grammar.named())
  if (!grouped()) {
    if (select.length === 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: '|> AGGREGATE stands alone', advice: 'Write aggregates behind it, or GROUP BY and keys, or both.' })
    return { kind: 'select-aggregate', keys: [], sets: null, select, having: null, orders: [], child: input, pipe: 'AGGREGATE' }
  }
  tokens.skip(2)
  const keys = groupingKeys(r)
  for (const e of [...keys, ...select]) refuseUnsupported(e)
  return { kind: 'select-aggregate', keys, sets: null, select, having: null, orders: [], child: input, pipe: 'AGGREGATE' } satisfies SelectAggregate
}

function groupingKeys(r: SqlReader): Expression[] {
  const { tokens } = r, sets = (): boolean => r.words('grouping', 'sets')
  const keys = r.ending('grouping', () => tokens.list(() => {
    for (const word of ['rollup', 'cube']) if (tokens.isWord(word) && tokens.isSymbol('(', 1)) throw unsupported(`GROUP BY ${word.toUpperCase()}`)
    if (sets()) throw unsupported('GROUPING SETS')
    return r.grammar.named()
  }))
  for (const word of ['rollup', 'cube']) if (r.words('with', word)) throw unsupported(`GROUP BY ${word.toUpperCase()}`)
  if (sets()) throw unsupported('GROUPING SETS')
  const [only] = keys
  if (keys.length === 1 && only!.kind === 'unresolved-attribute' && only!.nameParts.length === 1 && only!.nameParts[0]!.toLowerCase() === 'all') throw unsupported('GROUP BY ALL')
  return keys
}

function refuseUnsupported(e: Expression): void {
  mentions(e, x => {
    if (x.kind === 'unresolved-window') throw unsupported('window functions')
    if (x.kind === 'unresolved-call' && x.args.length > 0 && ['grouping', 'grouping_id'].includes(x.name.toLowerCase())) throw unsupported(x.name.toUpperCase())
    return false
  })
}
