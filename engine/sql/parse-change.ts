/** Statements that change rows of a Delta table: UPDATE, DELETE FROM and MERGE INTO, in Spark's grammar. */
import { parseError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import type { Assignment, ChangedTable, MergeClause } from '../plan/delta-command.ts'
import { parseRelation } from './parse-relation.ts'
import { voidType } from '../types/data-type.ts'
import type { SqlReader } from './reader.ts'
import type { Statement } from './statement.ts'

/** The statement that begins with this word, null where it is none of these. */
export function parseChange(r: SqlReader, word: string): Statement | null {
  switch (word) {
    case 'update': return update(r)
    case 'delete': return remove(r)
    case 'merge': return merge(r)
    default: return null
  }
}

/** The table and its alias: `t AS x`, ``delta.`/path` x``. `word`: what follows, and so is no alias. */
function target(r: SqlReader, word: string): ChangedTable {
  const { tokens } = r, { parts, path } = r.table()
  const alias = tokens.isWord(word) ? null : r.alias()
  if (alias !== null && tokens.isSymbol('(')) throw parseError('COLUMN_ALIASES_NOT_ALLOWED', { op: `\`${word === 'using' ? 'MERGE' : word === 'set' ? 'UPDATE' : 'DELETE'}\`` })
  return { name: parts.join('.'), path, alias: alias ?? (path === null ? parts.at(-1)! : null) }
}

/** `a = 1, t.b = 2`: what stands before the last dot is the table. */
function assignments(r: SqlReader): Assignment[] {
  return r.tokens.list(() => {
    const column = lastName(r)
    r.tokens.expectSymbol('=')
    return { column, value: value(r) }
  })
}

function lastName(r: SqlReader): string {
  let name = r.tokens.name()
  while (r.tokens.symbol('.')) name = r.tokens.name()
  return name
}

function value(r: SqlReader): Expression {
  // A table whose columns have defaults is of a feature that is refused before.
  if (r.tokens.isWord('default') && !r.tokens.isSymbol('.', 1)) { r.tokens.take(); return { kind: 'literal', value: null, type: voidType, nullable: true } }
  return r.grammar.expression()
}

function update(r: SqlReader): Statement {
  r.tokens.take()
  const table = target(r, 'set')
  r.tokens.expectWord('set')
  const set = assignments(r)
  return { kind: 'change', table, change: { kind: 'update', set, condition: r.tokens.word('where') ? r.grammar.expression() : null } }
}

function remove(r: SqlReader): Statement {
  r.tokens.take()
  r.tokens.expectWord('from')
  const table = target(r, 'where')
  return { kind: 'change', table, change: { kind: 'delete', condition: r.tokens.word('where') ? r.grammar.expression() : null } }
}

function merge(r: SqlReader): Statement {
  const { tokens } = r
  tokens.take()
  const schemaEvolution = r.words('with', 'schema', 'evolution')
  tokens.expectWord('into')
  const table = target(r, 'using')
  tokens.expectWord('using')
  const source = parseRelation(r)
  tokens.expectWord('on')
  const condition = r.grammar.expression()
  // The kinds stand in this order.
  const matched = clauses(r, ['when', 'matched'], 'NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION')
  const notMatched = clauses(r, ['when', 'not', 'matched'], 'NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION')
  const notMatchedBySource = clauses(r, ['when', 'not', 'matched', 'by', 'source'], 'NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION')
  if (matched.length + notMatched.length + notMatchedBySource.length === 0) throw tokens.atEnd || tokens.isSymbol(';') ? parseError('MERGE_WITHOUT_WHEN') : tokens.unexpected(' WHEN is expected here.')
  return { kind: 'change', table, change: { kind: 'merge', source, condition, schemaEvolution, matched, notMatched, notMatchedBySource } }
}

type Omitted = 'NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION' | 'NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION' | 'NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION'

/** All clauses of one kind; each but the last needs a condition. */
function clauses(r: SqlReader, words: readonly string[], omitted: Omitted): MergeClause[] {
  const { tokens } = r, list: MergeClause[] = []
  for (;;) {
    const bySource = ['when', 'not', 'matched', 'by', 'source'].every((w, i) => tokens.isWord(w, i))
    if ((bySource && words.length !== 5) || !r.words(...words)) break
    if (words.length === 3) r.words('by', 'target')
    const condition = tokens.word('and') ? r.grammar.expression() : null
    tokens.expectWord('then')
    list.push({ condition, ...action(r, words.length) })
  }
  if (list.slice(0, -1).some(c => c.condition === null)) throw parseError(omitted)
  return list
}

/** What a clause does; `kind` is the number of words it begins with: 2 WHEN MATCHED, 3 WHEN NOT MATCHED, 5 … BY SOURCE. */
function action(r: SqlReader, kind: number): Pick<MergeClause, 'action' | 'set'> {
  const { tokens } = r
  if (kind === 3) {
    if (!tokens.word('insert')) throw tokens.unexpected(' WHEN NOT MATCHED inserts: INSERT *, or INSERT (columns) VALUES (…).')
    if (tokens.symbol('*')) return { action: 'insert', set: 'all' }
    tokens.expectSymbol('(')
    const columns = tokens.list(() => lastName(r))
    tokens.expectSymbol(')')
    tokens.expectWord('values')
    tokens.expectSymbol('(')
    const values = tokens.list(() => value(r))
    tokens.expectSymbol(')')
    if (values.length !== columns.length) throw parseError('MERGE_INSERT_VALUE_COUNT_MISMATCH', { expectedCount: columns.length, actualCount: values.length })
    return { action: 'insert', set: columns.map((column, i) => ({ column, value: values[i]! })) }
  }
  if (tokens.word('delete')) return { action: 'delete', set: [] }
  if (!r.words('update', 'set')) throw tokens.unexpected(' UPDATE SET or DELETE is expected here.')
  if (kind === 2 && tokens.symbol('*')) return { action: 'update', set: 'all' }
  return { action: 'update', set: assignments(r) }
}
