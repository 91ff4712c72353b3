/** SQL text to a statement. Queries become the same plan nodes that the DataFrame API makes; what is no query or view is refused by its name. */
import { analysisError } from '../errors/spark-error.ts'
import type { QueryText } from '../expressions/query-text.ts'
import type { LogicalPlan } from '../plan/logical-plan.ts'
import { parseChange } from './parse-change.ts'
import { createTable, parseCommand } from './parse-command.ts'
import { parseOrdered, parseQuery, withQueries } from './parse-query.ts'
import { SqlReader } from './reader.ts'
import type { FindView, Statement } from './statement.ts'
import { tableName } from './table-name.ts'

/** Statements that Spark has and this engine does not, with what to do instead. */
const refused: Readonly<Record<string, string>> = {
  alter: 'Make the view anew with CREATE OR REPLACE TEMP VIEW.', truncate: 'Use DELETE FROM for a Delta table; other files are not changed in place.', reset: 'Use spark.conf.unset(key).', use: 'There is one catalog and no database to choose.',
  cache: 'Use df.cache().', uncache: 'Use df.unpersist().', refresh: 'Files are listed anew each time they are read.', explain: 'Use df.explain(true).',
  show: 'Use spark.catalog.listTables(), or df.columns.', load: 'Use spark.read.', grant: 'There are no users.', revoke: 'There are no users.', analyze: 'There are no statistics to gather.', declare: 'Use a JavaScript variable and F.lit.', begin: 'Write the steps in TypeScript.', call: 'There are no procedures.', add: 'Import it in TypeScript.', msck: 'There are no partitions to repair.',
}

/**
 * Reads one statement; a semicolon at the end is allowed.
 * Throws ParseException PARSE_SYNTAX_ERROR with the place, MICROLOTE_NOT_SUPPORTED for statements of another kind.
 * @example parseStatement('SELECT k, count(*) AS n FROM t GROUP BY k', () => null)
 */
export function parseStatement(text: string, findView: FindView, findStream: FindView = () => null): Statement {
  const r = new SqlReader(text, findView, findStream), { tokens } = r
  r.grammar.query = () => parseQuery(r)
  const statement = read(r)
  tokens.symbol(';')
  if (!tokens.atEnd) throw tokens.unexpected(tokens.isWord('select') ? ' One statement at a time; a second SELECT needs UNION before it, or parentheses.' : '')
  return statement
}

/** A query that stands in the text of an expression, in its parentheses. Throws ParseException PARSE_SYNTAX_ERROR with the place in the whole text. */
export function parseQueryText(query: QueryText, findView: FindView, findStream: FindView): LogicalPlan {
  const r = new SqlReader(query.text, findView, findStream)
  r.grammar.query = () => parseQuery(r)
  r.tokens.skip(query.token)
  const plan = parseQuery(r)
  r.tokens.expectSymbol(')')
  return plan
}

function read(r: SqlReader): Statement {
  const { tokens } = r, first = tokens.peek()
  if (first.kind === 'word') {
    const word = first.text.toLowerCase()
    if (word === 'create') return create(r)
    if (word === 'drop') return drop(r)
    if (word === 'with') { tokens.take(); return withQueries(r, () => parseChange(r, tokens.peek().text.toLowerCase()) ?? { kind: 'query', plan: parseOrdered(r) }) }
    const command = parseChange(r, word) ?? parseCommand(r, word)
    if (command !== null) return command
    const advice = refused[word]
    if (advice !== undefined) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `The SQL statement ${word.toUpperCase()}`, advice })
  }
  return { kind: 'query', plan: parseQuery(r) }
}

function create(r: SqlReader): Statement {
  const { tokens } = r
  tokens.take()
  const replace = r.words('or', 'replace')
  if (tokens.word('table')) return createTable(r, replace)
  const global = tokens.word('global')
  if (!(tokens.word('temp') || tokens.word('temporary'))) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `CREATE ${global ? 'GLOBAL ' : ''}${tokens.peek().text.toUpperCase()}`, advice: 'Temporary views and tables can be made: CREATE OR REPLACE TEMP VIEW name AS SELECT …, CREATE TABLE name USING parquet AS SELECT ….' })
  if (!tokens.word('view')) throw tokens.unexpected(' VIEW is expected here.')
  const name = tokens.name(), columns = tokens.isSymbol('(') ? r.names() : null
  tokens.expectWord('as')
  const query = parseQuery(r)
  const plan: LogicalPlan = columns === null ? query : { kind: 'to-df', names: columns, child: query, view: name }
  return { kind: 'create-view', name: global ? `global_temp.${name}` : name, plan, replace }
}

function drop(r: SqlReader): Statement {
  const { tokens } = r
  tokens.take()
  if (tokens.word('table')) { const ifExists = r.words('if', 'exists'); return { kind: 'drop-table', name: tableName(r), ifExists } }
  if (!tokens.word('view')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `DROP ${tokens.peek().text.toUpperCase()}`, advice: 'Views and tables can be dropped: DROP VIEW name, DROP TABLE name.' })
  const ifExists = r.words('if', 'exists')
  return { kind: 'drop-view', name: tableName(r), ifExists }
}
